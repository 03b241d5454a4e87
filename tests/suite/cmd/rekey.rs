//! `agepatch rekey`: encrypts files for the recipients that their rules name.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::drift::{HOST, drifted, json};

#[test]
fn rekey_changes_only_files_that_drifted() {
    let sandbox = drifted();
    let before = (sandbox.read("a.age"), sandbox.read("b.age"));
    sandbox.agepatch(["rekey", "--dry-run"]).assert().success().stdout(contains("a.age (dry run"));
    assert_eq!((sandbox.read("a.age"), sandbox.read("b.age")), before);
    let done = sandbox.agepatch(["rekey"]).assert().success();
    done.stdout(contains("cloud (ssh-ed25519").and(contains("b.age").not()).and(contains("marker").not()));
    assert_eq!(sandbox.read("b.age"), before.1);
    assert_eq!(sandbox.open("a.age"), "marker: a # b\n");
    let again = sandbox.read("a.age");
    sandbox.agepatch(["rekey"]).assert().success().stdout(contains("nothing drifted"));
    assert_eq!(sandbox.read("a.age"), again);
    let found = json(&sandbox, &["recipients", "a.age", "--output", "json"]);
    assert_eq!(found["files"][0]["missing"], serde_json::json!([]));
}

#[test]
fn one_damaged_file_stops_all() {
    let sandbox = drifted();
    let before = sandbox.read("a.age");
    let mut damaged = sandbox.read("b.age");
    damaged.truncate(damaged.len() - 1);
    std::fs::write(sandbox.repo().join("b.age"), &damaged).expect("written");
    let stopped = sandbox.agepatch(["rekey", "--all"]).assert().code(3);
    stopped.stderr(contains("b.age"));
    assert_eq!((sandbox.read("a.age"), sandbox.read("b.age")), (before, damaged));
}

#[test]
fn a_file_with_two_names_is_taken_once() {
    let sandbox = Sandbox::with_files(&[("a.age", "marker: a\n"), ("b.age", "marker: b\n")]);
    let link = sandbox.repo().join("b.age");
    std::fs::remove_file(&link).expect("it was there");
    std::os::unix::fs::symlink("a.age", &link).expect("a link");
    let mut rekey = sandbox.agepatch(["rekey", "--all"]);
    rekey.timeout(std::time::Duration::from_secs(30)).assert().success();
    assert!(link.symlink_metadata().expect("it is there").is_symlink());
    assert_eq!(sandbox.open("a.age"), "marker: a\n");
}

#[test]
fn more_files_than_may_be_open_at_first() {
    let names: Vec<String> = (0..100).map(|number| format!("{number}.age")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "marker: a\n")).collect();
    let sandbox = Sandbox::with_files(&files);
    let before = sandbox.read("99.age");
    let program = assert_cmd::cargo::cargo_bin!("agepatch").display();
    let script = format!("ulimit -S -n 64; exec '{program}' rekey --all --quiet");
    let mut command = std::process::Command::new("sh");
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).args(["-c", &script]);
    let output = command.output().expect("sh runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_ne!(sandbox.read("99.age"), before);
    assert_eq!(sandbox.open("99.age"), "marker: a\n");
}

#[test]
fn recipients_that_lose_access_are_named() {
    let sandbox = drifted();
    sandbox.agepatch(["rekey"]).assert().success();
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text").replace("[ ada cloud ]", "[ ada ]");
    sandbox.write("secrets.nix", &rules);
    let done = sandbox.agepatch(["rekey", "a"]).assert().success();
    done.stdout(contains("- cloud (ssh-ed25519 ").and(contains("can no longer read it")))
        .stderr(contains("may still know the old content"));
}

#[test_with::executable(git)]
fn rekey_commits() {
    let sandbox = drifted();
    sandbox.git_init();
    sandbox.agepatch(["rekey", "--commit"]).assert().success();
    assert_eq!(sandbox.git(&["log", "-1", "--format=%s"]).trim(), "chore(secrets): rekey a.age");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test_with::executable(ssh-keygen)]
fn a_key_with_a_passphrase_needs_a_terminal() {
    let sandbox = drifted();
    let key = sandbox.home().join("locked");
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "passphrase", "-f"])
        .arg(&key)
        .status()
        .expect("ssh-keygen runs");
    assert!(made.success());
    let identity = key.to_str().expect("a path");
    let refused = sandbox.agepatch(["-i", identity, "--output", "json", "show", "a.age"]).assert().code(3);
    refused.stderr(contains(r#""kind":"passphrase-needed""#).and(contains("locked")));
}

#[test_with::executable(ssh-keygen)]
fn on_a_terminal_the_passphrase_is_asked_for_once() {
    use expectrl::{Expect, Session};
    let sandbox = drifted();
    let key = sandbox.home().join("locked");
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "passphrase", "-f"])
        .arg(&key)
        .status()
        .expect("ssh-keygen runs");
    assert!(made.success());
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("the public key");
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text").replace(HOST, public.trim());
    sandbox.write("secrets.nix", &rules);
    sandbox.agepatch(["rekey"]).assert().success();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_agepatch"));
    command
        .env_clear()
        .envs(sandbox.environment())
        .current_dir(sandbox.repo())
        .arg("-i")
        .arg(&key)
        .args(["show", "--reveal", "a.age"]);
    let mut session = Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(std::time::Duration::from_secs(20)));
    session.expect("Passphrase for").expect("it asks");
    session.send_line("passphrase").expect("typed");
    session.expect("marker: a # b").expect("it opens");
}
