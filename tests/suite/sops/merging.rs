//! Three-way merges of sops files with the real git.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value as Json, json};

use super::difference;
use crate::sandbox::Sandbox;

pub(super) const ANNA: &str = "age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u";
pub(super) const HOST: &str = "age1emrm5fre0yh0j37n0qex5mlvajausa28r4kphudm0t2xa2jgcvjqnahh93";

pub(super) fn key(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sops/keys").join(name)
}

pub(super) fn rules(recipients: &[&str]) -> String {
    format!("creation_rules:\n  - path_regex: ^s\\.\n    age: [{}]\n", recipients.join(", "))
}

pub(super) fn sandbox(recipients: &[&str]) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write(".sops.yaml", &rules(recipients));
    sandbox.write("../home/.config/age/keys.txt", &fs::read_to_string(key("age1.txt")).expect("recorded"));
    sandbox
}

/// git, with the program in PATH.
fn git(sandbox: &Sandbox, arguments: &[&str]) -> Output {
    let program = assert_cmd::cargo::cargo_bin!("agepatch").parent().expect("a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([program].into_iter().chain(std::env::split_paths(&path))).expect("a path");
    let mut command = std::process::Command::new("git");
    command.env_clear().envs(sandbox.environment()).env("PATH", path).env("GIT_EDITOR", "true");
    command.current_dir(sandbox.repo()).args(arguments).output().expect("it runs")
}

fn printed(output: &Output) -> String {
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(!said.contains("marker"), "{said}");
    said
}

const BEGIN: &str = "# marker-head\nwifi:\n    psk: marker-psk   # marker-inline\n    ssid: marker-ssid\n\napp: |\n    port: 1\n    token: marker-token\n";

/// `main` and `other` at one commit, with the driver registered.
fn repository(recipients: &[&str]) -> Sandbox {
    let sandbox = sandbox(recipients);
    write(&sandbox, BEGIN);
    sandbox.git_init();
    sandbox.agepatch(["git", "setup"]).assert().success();
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "set up"]);
    sandbox.git(&["branch", "other"]);
    sandbox
}

fn write(sandbox: &Sandbox, text: &str) {
    sandbox.agepatch(["write", "s.yaml"]).write_stdin(text).assert().success();
}

fn set(sandbox: &Sandbox, file: &str, path: &str, value: &str) {
    sandbox.agepatch(["set", file, path, "--from-file", "-"]).write_stdin(value.to_owned()).assert().success();
}

fn commit(sandbox: &Sandbox, subject: &str) {
    sandbox.git(&["commit", "--quiet", "-am", subject]);
}

fn text(sandbox: &Sandbox, identity: &str) -> String {
    let mut show = sandbox.agepatch(["show", "s.yaml", "--reveal"]);
    let shown = show.arg("-i").arg(key(identity)).assert().success();
    String::from_utf8_lossy(&shown.get_output().stdout).into_owned()
}

#[test_with::executable(git)]
#[test]
fn parallel_edits_merge_and_keep_comments_and_layout() {
    let sandbox = repository(&[ANNA]);
    let base = String::from_utf8(sandbox.read("s.yaml")).expect("text");
    set(&sandbox, "s.yaml", "wifi.psk", "marker-ours");
    set(&sandbox, "s.yaml#app", "port", "2");
    commit(&sandbox, "ours");
    sandbox.git(&["switch", "--quiet", "other"]);
    set(&sandbox, "s.yaml", "wifi.ssid", "marker-theirs");
    set(&sandbox, "s.yaml#app", "token", "marker-other");
    commit(&sandbox, "theirs");
    sandbox.git(&["switch", "--quiet", "main"]);
    let merged = git(&sandbox, &["merge", "--no-edit", "other"]);
    assert!(merged.status.success(), "{}", printed(&merged));
    let expected = BEGIN
        .replace("marker-psk", "marker-ours")
        .replace("marker-ssid", "marker-theirs")
        .replace("port: 1", "port: 2")
        .replace("marker-token", "marker-other");
    assert_eq!(text(&sandbox, "age1.txt"), expected);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    let merged = String::from_utf8(sandbox.read("s.yaml")).expect("text");
    let (lost, gained) = difference(&base, &merged);
    let names = |lines: &[String]| lines.iter().filter_map(|line| line.trim().split(':').next()).collect::<String>();
    assert_eq!(
        (names(&lost), names(&gained)),
        ("pskssidapp".to_owned(), "pskssidapp".to_owned()),
        "{lost:?} {gained:?}"
    );
}

#[test_with::executable(git)]
#[test]
fn other_recipients_and_another_data_key_merge_by_the_rules() {
    let sandbox = repository(&[ANNA]);
    set(&sandbox, "s.yaml", "wifi.psk", "marker-ours");
    sandbox.write(".sops.yaml", &rules(&[ANNA, HOST]));
    sandbox.agepatch(["rekey"]).assert().success();
    commit(&sandbox, "ours, for the host too");
    sandbox.git(&["switch", "--quiet", "other"]);
    set(&sandbox, "s.yaml", "wifi.ssid", "marker-theirs");
    sandbox.agepatch(["rekey", "--rotate"]).assert().success();
    commit(&sandbox, "theirs, with a new data key");
    // The rules on this side include the host, theirs do not.
    sandbox.git(&["switch", "--quiet", "main"]);
    let merged = git(&sandbox, &["merge", "--no-edit", "other"]);
    assert!(merged.status.success(), "{}", printed(&merged));
    let expected = BEGIN.replace("marker-psk", "marker-ours").replace("marker-ssid", "marker-theirs");
    assert_eq!(text(&sandbox, "age2.txt"), expected);
    sandbox.agepatch(["doctor"]).assert().success();
}

#[test_with::executable(git)]
#[test]
fn a_conflict_leaves_ours_and_names_the_values() {
    let sandbox = repository(&[ANNA]);
    set(&sandbox, "s.yaml", "wifi.psk", "marker-ours");
    set(&sandbox, "s.yaml#app", "token", "marker-mine");
    commit(&sandbox, "ours");
    let ours = sandbox.read("s.yaml");
    sandbox.git(&["switch", "--quiet", "other"]);
    set(&sandbox, "s.yaml", "wifi.psk", "marker-theirs");
    set(&sandbox, "s.yaml", "wifi.ssid", "marker-new");
    commit(&sandbox, "theirs");
    sandbox.git(&["switch", "--quiet", "main"]);
    let merged = git(&sandbox, &["merge", "--no-edit", "other"]);
    assert_eq!(merged.status.code(), Some(1));
    let told = printed(&merged);
    assert!(
        told.contains("  wifi.psk\n") && told.contains("agepatch restore s.yaml wifi.psk --source MERGE_HEAD"),
        "{told}"
    );
    assert!(sandbox.read("s.yaml") == ours, "ours is left as it was");
    let favor = ["merge-file", "--favor", "ours", ":1:s.yaml", "s.yaml", ":3:s.yaml", "s.yaml"];
    sandbox.agepatch(favor).assert().success();
    sandbox.agepatch(["restore", "s.yaml", "wifi.psk", "--source", "other"]).assert().success();
    let expected = BEGIN
        .replace("marker-psk", "marker-theirs")
        .replace("marker-ssid", "marker-new")
        .replace("marker-token", "marker-mine");
    assert_eq!(text(&sandbox, "age1.txt"), expected);
}

#[test_with::executable(git)]
#[test]
fn history_tells_values_from_metadata() {
    let sandbox = repository(&[ANNA]);
    set(&sandbox, "s.yaml", "wifi.psk", "marker-new");
    commit(&sandbox, "a value");
    // The same values with another MAC, as after a tool writes the file without a change.
    set(&sandbox, "s.yaml", "extra", "marker-extra");
    let before = sandbox.git(&["show", "HEAD:s.yaml"]);
    sandbox.agepatch(["unset", "s.yaml", "extra"]).assert().success();
    let after = String::from_utf8(sandbox.read("s.yaml")).expect("text");
    assert!(before != after, "the MAC differs");
    sandbox.agepatch(["diff"]).assert().success().stdout("s.yaml\n  only the MAC or other metadata changed\n");
    let json = sandbox.agepatch(["diff", "--output", "json"]).assert().success().get_output().stdout.clone();
    let json: Json = serde_json::from_slice(&json).expect("JSON");
    assert_eq!((&json["files"][0]["content"], &json["files"][0]["changes"]), (&json!("equal"), &json!([])));
    assert!(!sandbox.git(&["diff"]).contains("@@"), "textconv shows no difference");
    commit(&sandbox, "metadata");
    sandbox.write(".sops.yaml", &rules(&[ANNA, HOST]));
    sandbox.agepatch(["rekey"]).assert().success();
    let diff = sandbox.agepatch(["diff", "s.yaml"]).assert().success().get_output().stdout.clone();
    let diff = String::from_utf8_lossy(&diff).into_owned();
    assert!(diff.contains("only the recipients changed") && diff.contains("+ recipient"), "{diff}");
    commit(&sandbox, "recipients");
    let log = sandbox.agepatch(["log", "s.yaml"]).assert().success().get_output().stdout.clone();
    let log = String::from_utf8_lossy(&log).into_owned();
    let words: Vec<&str> = log.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let only = "only the recipients, the MAC, or other metadata changed";
    assert_eq!((words[0], words[1], words.last()), (only, only, Some(&"added")), "{log}");
    assert!(words[2].contains("wifi.psk") && !log.contains("marker"), "{log}");
    let of_value = sandbox.agepatch(["log", "s.yaml", "wifi.psk"]).assert().success().get_output().stdout.clone();
    assert_eq!(String::from_utf8_lossy(&of_value).lines().filter(|line| !line.starts_with(' ')).count(), 2);
    let blame = sandbox.agepatch(["blame", "s.yaml"]).assert().success().get_output().stdout.clone();
    let blame = String::from_utf8_lossy(&blame).into_owned();
    let id = sandbox.git(&["rev-parse", "--short", "HEAD~2"]);
    assert!(blame.lines().any(|line| line.starts_with(id.trim()) && line.contains("wifi.psk")), "{blame}");
    sandbox.agepatch(["restore", "s.yaml", "--source", "HEAD~3"]).assert().success();
    assert_eq!(text(&sandbox, "age2.txt"), BEGIN, "the recipients of now, the content of then");
}
