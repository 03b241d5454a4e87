//! `doctor`, `recipients`, and `status` in repositories with `.sops.yaml`: alone, and with secrets.nix.

use std::path::{Path, PathBuf};

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

const ANNA: &str = "age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u";
const HOST: &str = "age1emrm5fre0yh0j37n0qex5mlvajausa28r4kphudm0t2xa2jgcvjqnahh93";

fn key(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sops/keys").join(name)
}

/// Rules that cover `secrets/*.yaml`, with these lines.
fn rules(lines: &str) -> String {
    format!(
        "keys:\n  - &anna {ANNA}\n  - &galactica {HOST}\ncreation_rules:\n  - path_regex: ^secrets/[^/]*\\.yaml$\n{lines}"
    )
}

/// A repository with a sops file for Anna and the host.
fn repository() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write(".sops.yaml", &rules("    age: [*anna, *galactica]\n"));
    std::fs::create_dir_all(sandbox.repo().join("secrets")).expect("created");
    seal(&sandbox, "secrets/a.yaml", "# marker-comment\nwifi:\n  psk: marker-psk\nother: marker-other\n");
    sandbox
}

fn seal(sandbox: &Sandbox, name: &str, text: &str) {
    sandbox.agepatch(["write", name]).write_stdin(text).assert().success();
}

fn text(sandbox: &Sandbox, name: &str) -> String {
    String::from_utf8(sandbox.read(name)).expect("text")
}

fn agepatch(sandbox: &Sandbox, arguments: &[&str]) -> assert_cmd::Command {
    let mut command = sandbox.agepatch(arguments);
    command.arg("-i").arg(key("age1.txt")).arg("-i").arg(key("age2.txt"));
    command
}

/// The findings of `doctor`, as `path rule severity`, and files without a rule.
fn found(sandbox: &Sandbox, arguments: &[&str]) -> (Vec<String>, Vec<String>) {
    let arguments: Vec<&str> = ["doctor", "--output", "json"].into_iter().chain(arguments.iter().copied()).collect();
    let output = agepatch(sandbox, &arguments).output().expect("it runs");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("marker"), "{output:?}");
    let json: Json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let text = |value: &Json| value.as_str().expect("a text").to_owned();
    let mut all = Vec::new();
    for file in json["files"].as_array().expect("files") {
        for finding in file["findings"].as_array().expect("findings") {
            all.push(format!("{} {} {}", text(&file["path"]), text(&finding["rule"]), text(&finding["severity"])));
        }
    }
    let is_error = all.iter().any(|line| line.ends_with(" error"));
    assert_eq!(output.status.code(), Some(i32::from(is_error)), "{all:?}");
    (all, json["orphans"].as_array().expect("orphans").iter().map(text).collect())
}

fn findings(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    found(sandbox, arguments).0
}

#[test]
fn the_summary_tries_the_keys_of_sops() {
    let sandbox = repository();
    sandbox.agepatch([] as [&str; 0]).assert().success().stdout(contains("identities  none in "));
    let folder = sandbox.home().join(".config/sops/age");
    std::fs::create_dir_all(&folder).expect("created");
    std::fs::copy(key("age1.txt"), folder.join("keys.txt")).expect("copied");
    let status = sandbox.agepatch([] as [&str; 0]).assert().success();
    status.stdout(contains("identities  anna (~/.config/sops/age/keys.txt): opens 1 of 1 file"));
    let unknown = sandbox.agepatch(["show", "a"]).assert().failure();
    unknown.stderr(contains("did you mean secrets/a.yaml?"));
}

#[test]
fn healthy_sops_files_have_no_faults() {
    let sandbox = repository();
    assert_eq!(found(&sandbox, &[]), (vec![], vec![]));
    assert_eq!(found(&sandbox, &["--no-decrypt"]), (vec![], vec![]));
    agepatch(&sandbox, &["doctor"]).assert().success().stdout(contains("1 file, no problems found"));
    let status = agepatch(&sandbox, &[]).assert().success();
    status.stdout(
        contains("rules  .sops.yaml")
            .and(contains("files  secrets/a.yaml"))
            .and(contains("agepatch show secrets/a.yaml")),
    );
    let convert = agepatch(&sandbox, &["convert", "secrets/a.yaml", "--to", "age"]).assert().code(3);
    convert.stderr(contains("there is no secrets.nix"));
}

#[test]
fn without_any_rules_doctor_names_both_kinds() {
    let sandbox = Sandbox::empty();
    sandbox.agepatch(["doctor"]).assert().code(6).stderr(contains("no secrets.nix or .sops.yaml"));
}

#[test]
fn both_kinds_of_rules_are_checked_together() {
    let sandbox = Sandbox::with_files(&[("x.age", "x: 1\n")]);
    sandbox.write(".sops.yaml", &rules("    age: [*anna]\n"));
    sandbox.write("secrets/keep", "");
    seal(&sandbox, "secrets/a.yaml", "a: marker\n");
    let keys = sandbox.home().join(".config/age/keys.txt");
    let doctor = |name: &str| {
        let mut command = sandbox.agepatch(["doctor", "--output", name]);
        command.arg("-i").arg(&keys).arg("-i").arg(key("age1.txt"));
        command.assert()
    };
    doctor("text").success().stdout(contains("2 files, no problems found"));
    sandbox.write(".sops.yaml", &rules("    age: [*anna, *galactica]\n"));
    doctor("text").code(1).stdout(contains("error[drift]: secrets/a.yaml: galactica (…jqnahh93) cannot read it yet"));
    doctor("sarif").code(1).stdout(contains("\"drift\"").and(contains("secrets/a.yaml")));
    doctor("github").code(1).stdout(contains("secrets/a.yaml"));
}

#[test]
fn plaintext_that_should_be_encrypted_is_found_without_a_key() {
    let sandbox = repository();
    sandbox.write("secrets/plain.yaml", "password: marker\n");
    sandbox.write("secrets/sub/notes.yaml", "not: covered\n");
    let sealed = text(&sandbox, "secrets/a.yaml");
    let line = sealed.lines().find(|line| line.starts_with("other:")).expect("a value");
    let edited = sealed.replace(line, "# marker in plaintext\nother: marker-value");
    sandbox.write("secrets/a.yaml", &edited);
    let expected = [
        "secrets/a.yaml plaintext-comment warning",
        "secrets/a.yaml plaintext-value error",
        "secrets/plain.yaml plaintext error",
    ];
    assert_eq!(findings(&sandbox, &["--no-decrypt"]), expected);
    assert_eq!(findings(&sandbox, &[]), expected, "the value is why it cannot be opened");
    let shown = sandbox.agepatch(["doctor", "--no-decrypt"]).assert().code(1);
    shown.stdout(contains("/other (line 5): the value is in plaintext").and(contains("marker").not()));
    // With a new data key, comments are encrypted, too.
    sandbox.write("secrets/a.yaml", &sealed.replace(line, &format!("# marker in plaintext\n{line}")));
    std::fs::remove_file(sandbox.repo().join("secrets/plain.yaml")).expect("removed");
    assert_eq!(findings(&sandbox, &[]), expected[..1]);
    agepatch(&sandbox, &["rekey", "--rotate"]).assert().success();
    assert_eq!(findings(&sandbox, &[]), Vec::<String>::new());
    let shown = agepatch(&sandbox, &["show", "secrets/a.yaml", "--reveal"]).assert().success();
    shown.stdout(contains("# marker in plaintext\nother: marker-other"));
    // Values that the selectors leave in plaintext are intended.
    sandbox.write(".sops.yaml", &rules("    age: [*anna]\n    encrypted_regex: ^secret$\n"));
    seal(&sandbox, "secrets/a.yaml", "# open\npublic: 1\nsecret: marker\nnothing: ''\n");
    assert_eq!(findings(&sandbox, &["--no-decrypt"]), Vec::<String>::new());
}

#[test]
fn sops_files_without_a_rule_are_named() {
    let sandbox = repository();
    sandbox.write("elsewhere.yaml", &text(&sandbox, "secrets/a.yaml"));
    assert_eq!(found(&sandbox, &["--no-decrypt"]), (vec![], vec!["elsewhere.yaml".to_owned()]));
    // A nearer .sops.yaml applies to the files below it.
    sandbox.write("sub/.sops.yaml", &format!("creation_rules:\n  - age: {ANNA}\n"));
    sandbox.write("sub/b.yaml", &text(&sandbox, "secrets/a.yaml"));
    assert_eq!(found(&sandbox, &["--no-decrypt"]).1, ["elsewhere.yaml"]);
}

#[test]
fn groups_without_an_age_key_are_named() {
    let sandbox = repository();
    sandbox.write(".sops.yaml", &(rules("    age: [*anna, *galactica]\n") + "  - path_regex: x\n    pgp: F1F2\n"));
    let pgp = "        - created_at: \"2026-01-01T00:00:00Z\"\n          enc: x\n          fp: F1F2\n";
    let sealed = text(&sandbox, "secrets/a.yaml");
    let (content, metadata) = sealed.split_once("sops:\n").expect("metadata");
    let (_, rest) = metadata.split_once("    lastmodified").expect("a time");
    sandbox.write("secrets/a.yaml", &format!("{content}sops:\n    pgp:\n{pgp}    lastmodified{rest}"));
    let expected = [
        "secrets/a.yaml drift error",
        "secrets/a.yaml no-age-recipient warning",
        ".sops.yaml no-age-recipient warning",
    ];
    assert_eq!(findings(&sandbox, &["--no-decrypt"]), expected);
    // A rule with the same key does not drift, however the fingerprint is written.
    sandbox.write(".sops.yaml", &rules("    pgp: f1f2\n"));
    assert_eq!(findings(&sandbox, &["--no-decrypt"]), [expected[1], expected[2]]);
}

#[test]
fn a_wrong_mac_and_another_data_key_are_found_with_a_key() {
    let sandbox = repository();
    let sealed = text(&sandbox, "secrets/a.yaml");
    let line = sealed.lines().find(|line| line.starts_with("other:")).expect("a value");
    sandbox.write("secrets/a.yaml", &sealed.replace(&format!("{line}\n"), ""));
    assert_eq!(findings(&sandbox, &["--no-decrypt"]), Vec::<String>::new());
    assert_eq!(findings(&sandbox, &[]), ["secrets/a.yaml damaged error"]);

    sandbox.write("secrets/a.yaml", &sealed);
    seal(&sandbox, "secrets/b.yaml", "x: y\n");
    let host = |text: &str| {
        let blocks = text.split("- enc: |\n").skip(1).map(|block| block.split("recipient:").next().unwrap_or_default());
        blocks.last().expect("the host's").to_owned()
    };
    let other = host(&text(&sandbox, "secrets/b.yaml"));
    sandbox.write("secrets/a.yaml", &sealed.replace(&host(&sealed), &other));
    assert_eq!(findings(&sandbox, &[]), ["secrets/a.yaml data-key error"]);
    agepatch(&sandbox, &["doctor"])
        .assert()
        .code(1)
        .stdout(contains(format!("{HOST} holds a different data key from {ANNA}")));
    agepatch(&sandbox, &["rekey", "--rotate", "secrets/a.yaml"]).assert().success();
    assert_eq!(findings(&sandbox, &[]), Vec::<String>::new());
}

#[test]
fn groups_and_threshold_drift_as_well() {
    let sandbox = repository();
    let grouped = "    key_groups:\n      - age: [*anna]\n      - age: [*galactica]\n";
    sandbox.write(".sops.yaml", &rules(grouped));
    let drift = ["secrets/a.yaml drift error"];
    assert_eq!(findings(&sandbox, &["--no-decrypt"]), drift);
    let shown = sandbox.agepatch(["recipients"]).assert().success().get_output().stdout.clone();
    insta::assert_snapshot!(String::from_utf8_lossy(&shown), @r"
    secrets/a.yaml
      opened by any one key group; the rules require 2 key groups
      key group 1
      anna (…hs7lz75u)
    - galactica (…jqnahh93)
      key group 2
    + galactica (…jqnahh93)
      drifted: the key groups are not those of the rules; `agepatch rekey` fixes it
    ");
    agepatch(&sandbox, &["rekey"])
        .assert()
        .success()
        .stdout(contains("it now takes 2 key groups to open it, not any one key group"));
    assert_eq!(findings(&sandbox, &[]), Vec::<String>::new());
    let shown = sandbox.agepatch(["recipients"]).assert().success().get_output().stdout.clone();
    insta::assert_snapshot!(String::from_utf8_lossy(&shown), @r"
    secrets/a.yaml
      opened by 2 key groups
      key group 1
      anna (…hs7lz75u)
      key group 2
      galactica (…jqnahh93)
    ");
    // The same keys in reverse order.
    sandbox.write(".sops.yaml", &rules("    key_groups:\n      - age: [*galactica]\n      - age: [*anna]\n"));
    assert_eq!(findings(&sandbox, &["--no-decrypt"]), drift);
    let json = sandbox.agepatch(["recipients", "--output", "json"]).assert().success().get_output().stdout.clone();
    let json: Json = serde_json::from_slice(&json).expect("JSON");
    let file = &json["files"][0];
    assert_eq!((&file["missing"], &file["groups"][0]["missing"][0]), (&Json::Array(Vec::new()), &Json::from(HOST)));
    agepatch(&sandbox, &["rekey"]).assert().success().stdout(contains("now in the key groups of the rules"));
    // Another threshold.
    let third = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    let three = format!("{grouped}      - age: [{third}]\n");
    sandbox.write(".sops.yaml", &rules(&(three.clone() + "    shamir_threshold: 2\n")));
    agepatch(&sandbox, &["rekey"]).assert().success();
    assert_eq!(findings(&sandbox, &[]), Vec::<String>::new());
    sandbox.write(".sops.yaml", &rules(&(three + "    shamir_threshold: 3\n")));
    let shown = sandbox.agepatch(["doctor", "--no-decrypt"]).assert().code(1);
    shown.stdout(contains("the rules require 3 key groups, the file 2 key groups"));
}

#[test]
fn files_of_both_kinds_are_rekeyed_together_or_not_at_all() {
    let sandbox = Sandbox::with_files(&[("x.age", "x: 1\n")]);
    sandbox.write(".sops.yaml", &rules("    age: [*anna, *galactica]\n"));
    sandbox.write("secrets/keep", "");
    seal(&sandbox, "secrets/a.yaml", "a: marker\n");
    seal(&sandbox, "secrets/b.yaml", "b: marker\n");
    // Anna is added to the age file, and the host is removed from the sops files.
    let nix = text(&sandbox, "secrets.nix");
    sandbox.write("secrets.nix", &nix.replace("[ me ]", &format!("[ me \"{ANNA}\" ]")));
    sandbox.write(".sops.yaml", &rules("    age: [*anna]\n"));
    let keys = sandbox.home().join(".config/age/keys.txt");
    let rekey = || {
        let mut command = sandbox.agepatch(["rekey"]);
        command.arg("-i").arg(&keys).arg("-i").arg(key("age1.txt"));
        command.assert()
    };
    let names = ["x.age", "secrets/a.yaml", "secrets/b.yaml"];
    let all = || names.map(|name| sandbox.read(name));
    let intact = text(&sandbox, "secrets/b.yaml");
    sandbox.write("secrets/b.yaml", &intact.replacen("data:", "data:A", 1));
    let before = all();
    rekey().code(3).stderr(contains("secrets/b.yaml"));
    assert!(all() == before, "a damaged file stops all of them");
    sandbox.write("secrets/b.yaml", &intact);
    let done = rekey().success();
    done.stdout(contains("x.age").and(contains("secrets/a.yaml"))).stderr(
        contains("still have the data key").and(contains("agepatch rekey --rotate secrets/a.yaml secrets/b.yaml")),
    );
    let drift = sandbox.agepatch(["doctor", "--no-decrypt"]).assert().success();
    drift.stdout(contains("3 files, no problems found"));
}

#[test]
fn values_that_sops_nix_could_not_install_are_reported() {
    let sandbox = repository();
    assert!(!found(&sandbox, &[]).0.iter().any(|finding| finding.contains("sops-nix-string")));
    let text = "text: marker-1\nquoted: '587'\nport: 587\nrate: 1.5\non: true\nnothing: null\nmap: {port: 1, a: {b.c: 2, d: e}}\nlist: [1]\n";
    seal(&sandbox, "secrets/a.yaml", text);
    let reported = found(&sandbox, &[]).0;
    let of_rule: Vec<&String> = reported.iter().filter(|finding| finding.contains("sops-nix-string")).collect();
    assert_eq!(of_rule, ["secrets/a.yaml sops-nix-string advice"; 6].iter().collect::<Vec<_>>());
    for arguments in [&["check", "--output", "json"][..], &["check", "secrets/a.yaml", "--output", "json"]] {
        let output = agepatch(&sandbox, arguments).output().expect("it runs");
        let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
        let findings = json["findings"].as_array().expect("findings").iter();
        let found = findings.filter(|finding| finding["rule"] == "sops-nix-string");
        let places: Vec<(String, u64)> = found
            .map(|one| (one["path"].as_str().expect("a path").to_owned(), one["line"].as_u64().expect("a line")))
            .collect();
        assert_eq!(
            places,
            [("port", 3), ("rate", 4), ("on", 5), ("nothing", 6), ("map.port", 7), ("map.a.\"b.c\"", 7)]
                .map(|(path, line)| (path.to_owned(), line))
        );
    }
    sandbox.agepatch(["explain", "sops-nix-string"]).assert().success().stdout(contains("activation"));
    // Without a key there is nothing to report, and no error either.
    sandbox.agepatch(["check"]).assert().stdout(contains("sops-nix-string").not());
}
