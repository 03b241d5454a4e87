//! The recorded edits of sops files with the program itself, verified with the real sops.

use std::fs;
use std::path::{Path, PathBuf};

use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sops")
}

fn cases() -> Vec<Json> {
    let text = fs::read_to_string(folder().join("cases.jsonl")).expect("recorded");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn text<'c>(case: &'c Json, name: &str) -> &'c str {
    case[name].as_str().unwrap_or_else(|| panic!("{name}"))
}

/// A file of a case in a repository, with the case's keys.
struct Played {
    sandbox: Sandbox,
    keys: Vec<PathBuf>,
}

impl Played {
    fn new(case: &Json) -> Self {
        let sandbox = Sandbox::empty();
        sandbox.write(text(case, "name"), text(case, "text"));
        let keys = case["keys"].as_array().expect("keys").iter().map(|key| {
            let name = key.as_str().expect("a name");
            let path = sandbox.home().join(name);
            fs::copy(folder().join("keys").join(name), &path).expect("the key is there");
            restrict(&path);
            path
        });
        let keys = keys.collect();
        Self { sandbox, keys }
    }

    /// Applies the edit of the case: its exit code, and the kind of its error.
    fn apply(&self, case: &Json) -> (i32, Option<String>, String) {
        let patch = self.sandbox.home().join("patch.json");
        fs::write(&patch, case["edit"]["ops"].to_string()).expect("it can be written");
        let mut command = self.sandbox.agepatch(["apply", text(case, "name"), "--output", "json", "-p"]);
        command.arg(&patch);
        for key in &self.keys {
            command.arg("-i").arg(key);
        }
        let output = command.output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let error = stderr.lines().find_map(|line| serde_json::from_str::<Json>(line).ok());
        let kind = error.and_then(|error| error["error"]["kind"].as_str().map(str::to_owned));
        let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &stderr;
        (output.status.code().unwrap_or(-1), kind, printed)
    }

    /// The file decrypted by the real sops.
    fn decrypted(&self, case: &Json, arguments: &[&str]) -> Result<String, String> {
        let mut sops = std::process::Command::new("sops");
        sops.env_clear().envs(self.sandbox.environment()).current_dir(self.sandbox.repo());
        let mut native = String::new();
        for key in &self.keys {
            let name = key.file_name().expect("a name").to_string_lossy();
            let oracle = folder().join("keys/oracle").join(format!("{name}.txt"));
            match fs::read_to_string(if oracle.exists() { &oracle } else { key }) {
                Ok(text) if oracle.exists() || name.ends_with("txt") => native.push_str(&text),
                _ => drop(sops.env("SOPS_AGE_SSH_PRIVATE_KEY_FILE", key)),
            }
        }
        if !native.is_empty() {
            sops.env(
                "SOPS_AGE_KEY",
                native.lines().filter(|line| line.starts_with("AGE-")).collect::<Vec<_>>().join(" "),
            );
        }
        let output = sops.arg("decrypt").args(arguments).arg(text(case, "name")).output().expect("sops runs");
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }
}

#[cfg(unix)]
fn restrict(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("own file");
}

#[cfg(not(unix))]
fn restrict(_: &Path) {}

/// The value with floats rounded to what two JSON parsers agree on.
fn rounded(value: &Json) -> Json {
    match value {
        Json::Number(number) if number.is_f64() => {
            Json::String(format!("{:.12e}", number.as_f64().unwrap_or_default()))
        }
        Json::Array(items) => items.iter().map(rounded).collect(),
        Json::Object(map) => map.iter().map(|(key, value)| (key.clone(), rounded(value))).collect(),
        other => other.clone(),
    }
}

/// The strings in a value.
fn strings<'j>(value: &'j Json, found: &mut Vec<&'j str>) {
    match value {
        Json::String(text) => found.push(text),
        Json::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Json::Object(map) => map.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

/// Plays a case without sops; returns the written file, if the case edits it.
fn play(case: &Json) -> Result<Option<Played>, String> {
    let played = Played::new(case);
    let (code, kind, printed) = played.apply(case);
    let now = played.sandbox.read(text(case, "name"));
    let untouched = now == text(case, "text").as_bytes();
    for values in [&case["tree"], &case["want_tree"]] {
        let mut secrets = Vec::new();
        strings(values, &mut secrets);
        let hidden = |secret: &&&str| secret.len() >= 6 && !text(case, "text").contains(**secret);
        if let Some(leak) = secrets.iter().filter(hidden).find(|secret| printed.contains(**secret)) {
            return Err(format!("it prints a secret of {} bytes", leak.len()));
        }
    }
    if case["refuse"].is_object() {
        let exits = case["refuse"]["exit"].as_array().is_some_and(|exits| exits.contains(&code.into()));
        let kinds = case["refuse"]["kind"].as_array().is_some_and(|kinds| kinds.contains(&kind.clone().into()));
        return if exits && kinds && untouched { Ok(None) } else { Err(format!("exit {code} {kind:?} {printed}")) };
    }
    if code != 0 {
        let may = kind.is_some() && case["or_refuse"].as_str() == kind.as_deref() && untouched;
        return if may { Ok(None) } else { Err(format!("exit {code} {printed}")) };
    }
    if case["noop"] == true {
        return if untouched { Ok(None) } else { Err("something changed".to_owned()) };
    }
    Ok(Some(played))
}

fn all(check: impl Fn(&Json) -> Result<(), String>) {
    let failed: Vec<String> = cases()
        .iter()
        .filter_map(|case| {
            check(case).err().map(|error| format!("{} {}: {error}", text(case, "id"), text(case, "about")))
        })
        .collect();
    assert!(failed.is_empty(), "{} failed\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn recorded_edits_are_applied_or_refused() {
    all(|case| play(case).map(drop));
}

#[test_with::executable(sops)]
#[test]
fn sops_decrypts_what_was_written_to_the_recorded_values() {
    all(|case| {
        let Some(played) = play(case)? else { return Ok(()) };
        let found = if case["want_tree"].is_string() {
            Json::String(played.decrypted(case, &[])?)
        } else {
            let text = played.decrypted(case, &["--output-type", "json"])?;
            serde_json::from_str(&text).map_err(|error| error.to_string())?
        };
        if rounded(&found) != rounded(&case["want_tree"]) {
            return Err(format!("sops decrypts it to {found}"));
        }
        if let Some(plain) = case["want_plain"].as_str() {
            let lines = |text: &str| {
                let mut lines: Vec<String> = text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
                lines.sort();
                lines
            };
            let found = played.decrypted(case, &[])?;
            if lines(&found) != lines(plain) {
                return Err(format!("the text differs: {found}"));
            }
        }
        Ok(())
    });
}

#[test]
fn exec_reads_a_file_with_a_wrong_mac_only_on_request() {
    let sandbox = Sandbox::with_files(&[]);
    std::fs::remove_file(sandbox.repo().join("secrets.nix")).expect("it is there");
    let recipient = sandbox.identity().to_public();
    sandbox.write(".sops.yaml", &format!("creation_rules:\n  - age: {recipient}\n"));
    sandbox.agepatch(["write", "s.env"]).write_stdin("A=one\nB=two\n").assert().success();
    let text = String::from_utf8(sandbox.read("s.env")).expect("text");
    let without: String = text.lines().filter(|line| !line.starts_with("B=")).map(|line| format!("{line}\n")).collect();
    sandbox.write("s.env", &without);
    let run = |options: &[&str]| {
        let arguments = [&["exec"], options, &["s.env", "--", "sh", "-c", "echo \"got $A\""]].concat();
        sandbox.agepatch(arguments).assert()
    };
    run(&[]).code(3).stderr(contains("MAC mismatch")).stdout("");
    run(&["--ignore-mac"]).success().stderr(contains("MAC mismatch")).stdout("got one\n");
}
