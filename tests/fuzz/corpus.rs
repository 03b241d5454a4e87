//! The seeds for mutation: the recorded facts of the test suite, and every failure found so far.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

/// The seeds of a target.
pub(crate) fn seeds(target: &str) -> Vec<Vec<u8>> {
    let mut seeds = match target {
        "document" => of_lines("yaml-edits/public.jsonl", |case| text(case, &["before", "after"])),
        "check" => of_lines("authelia/verdicts.jsonl", |case| text(case, &["yaml"])),
        "patch" => of_lines("yaml-edits/public.jsonl", |case| vec![case["patch"].to_string().into_bytes()]),
        "rules" => of_lines("rules/rules.jsonl", |case| text(&case["files"], &["secrets.nix"])),
        "sops" => of_lines("sops/cases.jsonl", |case| text(case, &["text", "want_plain"])),
        "log" => of_lines("authelia/logs.jsonl", |case| text(case, &["line", "log"])),
        _ => Vec::new(),
    };
    if target == "header" {
        seeds.push(
            b"age-encryption.org/v1\n-> ssh-ed25519 Xyg06A rH24zuz7XHFc1lRyQmMrekpLrcKrJupohEh/YjvQCxs\nbbtnl6veSZhZmG7uXGQUX0hJbrC8mxDkL3zW06tqlWY\n--- gxhoSa5BciRDt8lOpYNcx4EYtKpS0CJ06F3ZwN82VaM\n0123456789".to_vec(),
        );
        seeds.push(
            b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3Yx\n-----END AGE ENCRYPTED FILE-----\n"
                .to_vec(),
        );
    }
    assert!(!seeds.is_empty(), "{target} has no seeds");
    seeds
}

/// The inputs that failed in the past.
pub(crate) fn regressions(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions").join(target);
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn of_lines(name: &str, seeds: impl Fn(&Json) -> Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let text = fs::read_to_string(path).expect("the recorded facts");
    text.lines().flat_map(|line| seeds(&serde_json::from_str(line).expect("a case"))).collect()
}

fn text(case: &Json, members: &[&str]) -> Vec<Vec<u8>> {
    members.iter().filter_map(|member| case[*member].as_str()).map(|text| text.as_bytes().to_vec()).collect()
}
