//! `agepatch rekey`: re-encrypts files for the recipients in their rules.

use std::path::PathBuf;

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
    done.stdout(contains("- cloud (ssh-ed25519 ").and(contains("loses access")))
        .stderr(contains("may know the old content"));
}

#[test_with::executable(git)]
fn rekey_commits() {
    let sandbox = drifted();
    sandbox.git_init();
    sandbox.agepatch(["rekey", "--commit"]).assert().success();
    assert_eq!(sandbox.git(&["log", "-1", "--format=%s"]).trim(), "chore(secrets): give cloud access to a.age");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

/// Files that a key with a passphrase opens, and that key.
fn locked() -> (Sandbox, PathBuf) {
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
    (sandbox, key)
}

#[test_with::executable(ssh-keygen)]
fn a_key_with_a_passphrase_needs_a_terminal() {
    let (sandbox, key) = locked();
    let identity = key.to_str().expect("a path");
    let refused = sandbox.agepatch(["-i", identity, "--output", "json", "show", "a.age"]).assert().code(3);
    refused.stderr(contains(r#""kind":"passphrase-needed""#).and(contains("locked")));
}

#[test_with::executable(ssh-keygen)]
fn on_a_terminal_the_passphrase_is_asked_for_once() {
    use expectrl::{Expect, Session};
    let (sandbox, key) = locked();
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

#[test]
fn without_any_file_of_the_rules_doctor_fails() {
    let sandbox = Sandbox::with_files(&[]);
    for arguments in [&["rekey"][..], &["-r"]] {
        let refused = sandbox.agepatch(arguments).assert().code(6);
        refused.stderr(contains("the rules list no files"));
    }
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n"), ("b.age", "x: 1\n")]);
    for name in ["a.age", "b.age"] {
        std::fs::remove_file(sandbox.repo().join(name)).expect("it is there");
    }
    for arguments in [&["rekey"][..], &["-r"]] {
        let refused = sandbox.agepatch(arguments).assert().code(6);
        refused.stderr(contains("none of the 2 files that the rules list exists").and(contains("relative to")));
    }
}

#[test]
fn names_that_lead_out_of_the_folder_of_the_rules_have_their_keys() {
    let sandbox = Sandbox::with_files(&[("hosts/a/x.age", "x: 1\n"), ("hosts/b/y.age", "y: 1\n")]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let absolute = sandbox.repo().join("hosts/b/y.age").display().to_string();
    let rules = rules.replace("hosts/a", "../hosts/a").replace("hosts/b/y.age", &absolute);
    std::fs::remove_file(sandbox.repo().join("secrets.nix")).expect("it is there");
    sandbox.write("secrets/secrets.nix", &rules);
    sandbox.git_init();
    for name in ["hosts/a/x.age", "hosts/b/y.age"] {
        let value = &name[8..9];
        sandbox.agepatch(["set", name, value, "2", "--public"]).assert().success();
        assert_eq!(sandbox.open(name), format!("{value}: 2\n"));
        let found = json(&sandbox, &["recipients", name, "--output", "json"]);
        assert_eq!(found["files"][0]["rules"].as_array().map(Vec::len), Some(1), "{found}");
    }
    sandbox.agepatch(["doctor"]).assert().success();
    sandbox.agepatch(["-r"]).assert().success();
    sandbox.agepatch(["recipients"]).assert().success().stdout(contains("do not list").not());
}

#[test]
fn rules_decide_about_files_outside_the_repository_only_with_consent() {
    let sandbox = Sandbox::with_files(&[("../elsewhere/x.age", "x: 1\n")]);
    sandbox.git_init();
    let before = sandbox.read("../elsewhere/x.age");
    for arguments in [&["rekey", "--all"][..], &["-r"]] {
        let refused = sandbox.agepatch(arguments).assert().code(4);
        refused.stderr(contains("outside the repository").and(contains("agepatch trust")));
    }
    assert_eq!(sandbox.read("../elsewhere/x.age"), before);
    // The user decided by naming the file.
    sandbox.agepatch(["rekey", "--all", "../elsewhere/x.age"]).assert().success();
    sandbox.agepatch(["trust"]).assert().success();
    sandbox.agepatch(["rekey", "--all"]).assert().success();
}

#[test]
fn rules_named_elsewhere_apply_to_the_files_here() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    std::fs::remove_file(sandbox.repo().join("secrets.nix")).expect("it is there");
    sandbox.write("../store/x.nix", &rules.replace("in {\n", "in {\n  \"new.age\".publicKeys = [ me ];\n"));
    let agenix = |arguments: &[&str]| {
        let mut command = sandbox.agepatch(arguments);
        command.env("RULES", "../store/x.nix");
        command
    };
    agenix(&["-e", "a.age"]).write_stdin("x: 2\n").assert().success();
    assert_eq!(sandbox.open("a.age"), "x: 2\n");
    agenix(&["-r"]).assert().success();
    agenix(&["-e", "new.age"]).write_stdin("x: 3\n").assert().success();
    assert_eq!(sandbox.open("new.age"), "x: 3\n");
    assert!(!sandbox.repo().join("../store/new.age").exists());
    agenix(&["doctor"]).assert().success();
}

#[test]
fn folders_that_a_new_file_lacks_are_created() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    sandbox.write("secrets.nix", &rules.replace("in {\n", "in {\n  \"sub/deep/new.age\".publicKeys = [ me ];\n"));
    sandbox.agepatch(["set", "-n", "sub/deep/new", "x", "1", "--public"]).assert().success();
    assert!(!sandbox.repo().join("sub").exists(), "a dry run creates nothing");
    sandbox.agepatch(["-e", "sub/deep/new.age"]).write_stdin("x: 1\n").assert().success();
    assert_eq!(sandbox.open("sub/deep/new.age"), "x: 1\n");
}

#[test]
fn a_broken_rule_concerns_its_own_file() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n"), ("b.age", "x: 1\n")]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let own = rules.split('"').find(|word| word.starts_with("age1")).expect("the sandbox's key").to_owned();
    for broken in ["publicKeys = throw \"later\"", "publicKeys = [ [ me ] ]", "other = 1"] {
        let rules = format!("rec {{ me = \"{own}\";\n\"a.age\".publicKeys = [ me ];\n\"b.age\".{broken}; }}");
        sandbox.write("secrets.nix", &rules);
        sandbox.agepatch(["set", "a", "x", "2", "--public"]).assert().success();
        let refused = sandbox.agepatch(["set", "b", "x", "2", "--public"]).assert().code(6);
        refused.stderr(contains("secrets.nix:3:"));
        let before = sandbox.read("a.age");
        sandbox.agepatch(["rekey", "--all"]).assert().code(6).stderr(contains("secrets.nix:3:"));
        assert_ne!(sandbox.read("a.age"), before, "the others are re-encrypted: {broken}");
        let told = sandbox.agepatch(["doctor"]).assert().code(1);
        told.stdout(contains("error[rule]: b.age: secrets.nix, line 3").and(contains("error[rule]: a.age").not()))
            .stdout(contains("warning[rule]: secrets.nix").and(contains("`me`")));
        sandbox.agepatch(["recipients", "b"]).assert().success().stdout(contains("its rule is broken"));
    }
}

#[test]
fn recipients_of_a_file_need_no_rules() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    std::fs::remove_file(sandbox.repo().join("secrets.nix")).expect("it is there");
    let found = json(&sandbox, &["recipients", "a.age", "--output", "json"]);
    assert_eq!(found["files"][0]["header"][0]["type"], "X25519");
    sandbox.agepatch(["recipients", "a.age"]).assert().success().stdout(contains("X25519"));
}

/// The rules list another key of the same kind; git has the old rules.
fn replaced() -> (Sandbox, age::x25519::Identity, age::x25519::Identity) {
    let (old, new) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    let rules = |key: &age::x25519::Identity| {
        format!("let ada = \"{}\"; in {{ \"a.age\".publicKeys = [ ada ]; }}\n", key.to_public())
    };
    sandbox.write("secrets.nix", &rules(&old));
    sandbox.agepatch(["rekey", "--all"]).assert().success();
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    sandbox.git_init();
    sandbox.write("secrets.nix", &rules(&new));
    (sandbox, old, new)
}

fn identity_file(sandbox: &Sandbox, identity: &age::x25519::Identity) -> String {
    use age::secrecy::ExposeSecret;
    sandbox.write("../home/identity.txt", identity.to_string().expose_secret());
    sandbox.home().join("identity.txt").display().to_string()
}

#[test_with::executable(git)]
#[test]
fn a_key_replaced_by_another_of_its_kind_is_drift_as_git_knows() {
    let (sandbox, old, new) = replaced();
    let told = sandbox.agepatch(["doctor", "--no-decrypt"]).assert().code(1);
    told.stdout(contains("error[drift]: a.age: ada (…").and(contains("but the rules do not list it")));
    let found = json(&sandbox, &["recipients", "--output", "json"]);
    assert_eq!(found["files"][0]["missing"][0], new.to_public().to_string());
    assert_eq!(found["files"][0]["extra"][0]["tag"], old.to_public().to_string());
    sandbox.git(&["commit", "--quiet", "-a", "-m", "another key"]);
    sandbox.agepatch(["doctor", "--no-decrypt"]).assert().code(1).stdout(contains("error[drift]"));
    let identity = identity_file(&sandbox, &old);
    sandbox.agepatch(["-i", &identity, "rekey"]).assert().success().stdout(contains("ada (…"));
    sandbox.git(&["commit", "--quiet", "-a", "-m", "rekey"]);
    let told = sandbox.agepatch(["doctor", "--no-decrypt"]).assert().success();
    told.stdout(contains("no problems found"));
}

#[test]
fn a_key_replaced_by_another_of_its_kind_is_drift_as_identities_know() {
    for by_new in [true, false] {
        let (sandbox, old, new) = replaced();
        std::fs::remove_dir_all(sandbox.repo().join(".git")).expect("it is there");
        let identity = identity_file(&sandbox, if by_new { &new } else { &old });
        let told = sandbox.agepatch(["-i", &identity, "doctor"]).assert().code(1);
        told.stdout(contains("error[drift]: a.age"));
        let identity = identity_file(&sandbox, &old);
        sandbox.agepatch(["-i", &identity, "rekey"]).assert().success().stdout(contains("a.age"));
        let identity = identity_file(&sandbox, &new);
        sandbox.agepatch(["-i", &identity, "doctor"]).assert().success().stdout(contains("no problems found"));
    }
}

#[test_with::executable(git)]
#[test]
fn indistinguishable_keys_are_counted_not_verified() {
    let (sandbox, ..) = replaced();
    std::fs::remove_dir_all(sandbox.repo().join(".git")).expect("it is there");
    for arguments in [&["doctor", "--no-decrypt"][..], &["rekey"]] {
        let told = sandbox.agepatch(arguments).assert().success();
        told.stdout(contains("counted, not verified").and(contains("no problems found\n").not()));
    }
    // The history in a shallow clone is incomplete.
    let (sandbox, ..) = replaced();
    sandbox.git(&["commit", "--quiet", "-a", "-m", "another key"]);
    sandbox.git(&["clone", "--quiet", "--depth=1", &format!("file://{}", sandbox.repo().display()), "../clone"]);
    let told = sandbox.agepatch(["-C", "../clone", "doctor", "--no-decrypt"]).assert().success();
    told.stdout(contains("counted, not verified"));
}
