//! `agepatch recipients`: who can read a file, by its rules and by its header.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::support::drift::{HOST, drifted, json};

#[test]
fn recipients_shows_drift_without_a_key() {
    let sandbox = drifted();
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    let found = json(&sandbox, &["recipients", "--output", "json"]);
    assert_eq!(found["files"][0]["path"], "a.age");
    assert_eq!(found["files"][0]["missing"], serde_json::json!([HOST]));
    assert_eq!(found["files"][0]["verifiable"], false);
    assert_eq!(found["files"][1]["missing"], serde_json::json!([]));
    assert_eq!(found["files"][1]["header"][0]["type"], "X25519");
    let text = sandbox.agepatch(["recipients", "a"]).assert().success();
    text.stdout(contains("+ cloud (ssh-ed25519 …").and(contains("`agepatch rekey` fixes it")));
}

#[test_with::executable(git)]
#[test]
fn recipients_that_lose_access_have_their_names_from_history() {
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
    sandbox.git(&["commit", "--quiet", "-am", "remove the host"]);
    let done = sandbox.agepatch(["rekey", "--commit"]).assert().success();
    done.stdout(contains("- cloud (ssh-ed25519 ")).stderr(contains("may know the old content"));
}

#[test]
fn keys_have_their_names_in_the_rules() {
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
