//! `recipients` and `rekey`: who can read a file by the rules and by its header, and mending the difference.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

const HOST: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICz6Ug0pQQxhavlvcL/T/S45vmF0cC4wh1B99Op7WIms";

/// The file is sealed for the sandbox's own key; the rules then name a host besides.
fn drifted() -> Sandbox {
    let sandbox = Sandbox::with_files(&[("a.age", "marker: a # b\n"), ("b.age", "marker: b\n")]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let own = rules.split('"').find(|word| word.starts_with("age1")).expect("the sandbox's key").to_owned();
    sandbox.write(
        "secrets.nix",
        &format!(
            "let ada = \"{own}\"; cloud = \"{HOST}\"; in {{ \"a.age\".publicKeys = [ ada cloud ]; \"b.age\".publicKeys = [ ada ]; }}"
        ),
    );
    sandbox
}

fn json(sandbox: &Sandbox, arguments: &[&str]) -> Json {
    let output = sandbox.agepatch(arguments).assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).expect("JSON")
}

#[test]
fn recipients_tell_the_difference_without_any_key() {
    let sandbox = drifted();
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    let found = json(&sandbox, &["recipients", "--output", "json"]);
    assert_eq!(found["files"][0]["path"], "a.age");
    assert_eq!(found["files"][0]["missing"], serde_json::json!([HOST]));
    assert_eq!(found["files"][0]["verifiable"], false);
    assert_eq!(found["files"][1]["missing"], serde_json::json!([]));
    assert_eq!(found["files"][1]["header"][0]["type"], "X25519");
    let text = sandbox.agepatch(["recipients", "a"]).assert().success();
    text.stdout(contains("+ cloud (ssh-ed25519 …").and(contains("`agepatch rekey` mends it")));
}

#[test]
fn rekey_mends_what_drifted_and_leaves_the_rest() {
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
fn who_loses_access_is_told() {
    let sandbox = drifted();
    sandbox.agepatch(["rekey"]).assert().success();
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text").replace("[ ada cloud ]", "[ ada ]");
    sandbox.write("secrets.nix", &rules);
    let done = sandbox.agepatch(["rekey", "a"]).assert().success();
    done.stdout(contains("- cloud (ssh-ed25519 ").and(contains("can no longer read it")))
        .stderr(contains("may still know the old content"));
}

#[test_with::executable(git)]
#[test]
fn who_loses_access_is_told_by_the_name_that_only_history_knows() {
    let sandbox = drifted();
    sandbox.agepatch(["rekey"]).assert().success();
    sandbox.git_init();
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let without = rules.replace("[ ada cloud ]", "[ ada ]").replace(&format!("cloud = \"{HOST}\"; "), "");
    assert!(!without.contains("cloud"));
    sandbox.write("secrets.nix", &without);
    for arguments in [&["doctor", "--no-decrypt"][..], &["recipients", "a"], &["rekey", "--dry-run"]] {
        let told = sandbox.agepatch(arguments).output().expect("it runs");
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        assert!(told.contains("cloud (ssh-ed25519 "), "{told}");
    }
    sandbox.git(&["commit", "--quiet", "-am", "take the host out"]);
    let done = sandbox.agepatch(["rekey", "--commit"]).assert().success();
    done.stdout(contains("- cloud (ssh-ed25519 ")).stderr(contains("may still know the old content"));
}

#[test]
fn keys_are_called_as_the_rules_call_them() {
    let sandbox = drifted();
    let own = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let own = own.split('"').find(|word| word.starts_with("age1")).expect("the sandbox's key").to_owned();
    let forms = [
        (
            format!("let hosts.cloud.key = \"{HOST}\"; in {{ \"a.age\".publicKeys = [ \"{own}\" hosts.cloud.key ]; }}"),
            "cloud",
        ),
        (format!("{{ \"a.age\".publicKeys = [ \"{own}\" \"{HOST} root@attic\" ]; }}"), "root@attic"),
        (
            format!(
                "let k = {{ cellar = \"{HOST}\"; }}; in {{ \"a.age\".publicKeys = [ \"{own}\" ] ++ builtins.attrValues k; }}"
            ),
            "cellar",
        ),
    ];
    for (rules, name) in forms {
        sandbox.write("secrets.nix", &rules);
        let told = sandbox.agepatch(["doctor", "--no-decrypt"]).assert().code(1);
        told.stdout(contains(format!("{name} (ssh-ed25519 …")).and(contains("cannot read it yet")));
    }
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
