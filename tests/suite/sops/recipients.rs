//! Who can read sops files: `.sops.yaml`, `recipients`, `rekey`, and the identities of sops.

use std::fs;
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

/// The text of a recorded file.
fn recorded(id: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sops/cases.jsonl");
    let cases = fs::read_to_string(path).expect("recorded");
    let case =
        cases.lines().map(|line| serde_json::from_str::<Json>(line).expect("JSON")).find(|case| case["id"] == id);
    case.expect("recorded")["text"].as_str().expect("text").to_owned()
}

/// A repository with a sops file for Anna, and rules that also list the host.
fn repository(rules: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("galactica.yaml", &recorded("yaml-flat-01"));
    sandbox.write(".sops.yaml", rules);
    sandbox
}

fn both() -> String {
    format!(
        "keys:\n  - &anna {ANNA}\n  - &galactica {HOST}\ncreation_rules:\n  - path_regex: \\.yaml$\n    age: [*anna, *galactica]\n"
    )
}

/// The file decrypted by the real sops with one of the recorded keys.
fn decrypted(sandbox: &Sandbox, identity: &str) -> Option<String> {
    let mut sops = std::process::Command::new("sops");
    sops.env_clear().envs(sandbox.environment()).env("SOPS_AGE_KEY_FILE", key(identity));
    let output = sops.current_dir(sandbox.repo()).args(["decrypt", "galactica.yaml"]).output().expect("it runs");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test_with::executable(sops)]
#[test]
fn sops_decrypts_what_was_rekeyed_and_rotated() {
    let sandbox = repository(&both());
    let content = decrypted(&sandbox, "age1.txt").expect("Anna reads it");
    assert_eq!(decrypted(&sandbox, "age2.txt"), None);
    let rekey = |arguments: &[&str]| {
        let mut command = sandbox.agepatch(["rekey"]);
        command.args(arguments).arg("-i").arg(key("age1.txt"));
        command.assert()
    };
    rekey(&[]).success().stdout(contains("galactica (…"));
    assert_eq!(decrypted(&sandbox, "age2.txt").as_ref(), Some(&content));
    let before = sandbox.read("galactica.yaml");
    rekey(&["--all"]).success();
    assert!(sandbox.read("galactica.yaml") == before, "nothing to do writes nothing");
    rekey(&["--rotate", "galactica.yaml"]).success();
    for identity in ["age1.txt", "age2.txt"] {
        assert_eq!(decrypted(&sandbox, identity).as_ref(), Some(&content));
    }
    sandbox.write(".sops.yaml", &format!("creation_rules:\n  - age: {ANNA}\n"));
    rekey(&[]).success().stderr(contains("agepatch rekey --rotate galactica.yaml"));
    assert_eq!((decrypted(&sandbox, "age1.txt"), decrypted(&sandbox, "age2.txt")), (Some(content), None));
}

#[test_with::executable(git)]
#[test]
fn a_key_that_was_removed_from_the_rules_keeps_its_name() {
    let sandbox = repository(&both());
    sandbox.agepatch(["rekey", "-i"]).arg(key("age1.txt")).assert().success();
    sandbox.git_init();
    let rules = both().replace(&format!("  - &galactica {HOST}\n"), "").replace(", *galactica", "");
    sandbox.write(".sops.yaml", &rules);
    sandbox.agepatch(["recipients"]).assert().success().stdout(contains("- galactica (…"));
    sandbox
        .agepatch(["rekey", "--commit", "-i"])
        .arg(key("age1.txt"))
        .assert()
        .success()
        .stdout(contains("- galactica (…").and(contains("loses access")))
        .stdout(contains("revoke access to galactica.yaml from galactica\n"));
}

#[test]
fn the_identities_of_sops_open_its_files() {
    let sandbox = repository(&both());
    let secret = fs::read_to_string(key("age1.txt")).expect("recorded");
    let line = secret.lines().last().expect("a key");
    let file = key("age1.txt");
    let command = format!("sh -c 'test \"$SOPS_AGE_RECIPIENT\" = {ANNA} && cat {}'", file.display());
    let get = |name: &str, value: &str| {
        let mut get = sandbox.agepatch(["show", "galactica.yaml", "--reveal"]);
        get.env(name, value).assert()
    };
    for (name, value) in [
        (
            "SOPS_AGE_KEY",
            format!(
                "{} {line}",
                fs::read_to_string(key("other.txt")).expect("recorded").lines().last().expect("a key")
            ),
        ),
        ("SOPS_AGE_KEY_FILE", file.display().to_string()),
        ("SOPS_AGE_KEY_CMD", command),
    ] {
        get(name, &value).success().stdout(contains("hunter2-example"));
    }
    let folder = sandbox.home().join(".config/sops/age");
    fs::create_dir_all(&folder).expect("created");
    fs::copy(&file, folder.join("keys.txt")).expect("copied");
    get("UNRELATED", "x").success().stdout(contains("hunter2-example"));
}

#[test]
fn recipients_need_no_key_and_have_the_names_of_the_anchors() {
    let sandbox = repository(&both());
    let output = sandbox.agepatch(["recipients"]).assert().success().get_output().stdout.clone();
    insta::assert_snapshot!(String::from_utf8_lossy(&output), @r"
    galactica.yaml
      anna (…hs7lz75u)
    + galactica (…jqnahh93)
      drifted: `+` cannot read it yet; `agepatch rekey` fixes it
    ");
}

#[test]
fn an_identity_that_is_none_is_an_error_even_where_no_key_is_needed() {
    let sandbox = repository(&both());
    sandbox.agepatch(["show", "galactica.yaml"]).assert().success().stderr(contains("no identity opens it"));
    let shown = sandbox.agepatch(["show", "galactica.yaml", "-i", ".sops.yaml"]).assert().code(3);
    shown.stderr(contains("no readable age identity"));
}

#[test]
fn rules_without_files_are_reported() {
    let sandbox = Sandbox::empty();
    sandbox.write(".sops.yaml", &both());
    sandbox.agepatch(["recipients"]).assert().success().stdout("").stderr("the rules list no files\n");
}

#[test]
fn a_new_file_that_no_rule_covers_is_refused() {
    for (rules, says) in [
        ("creation_rules:\n  - path_regex: ^only/\n", "no creation rule in .sops.yaml matches"),
        ("creation_rules:\n  - path_regex: (?!x)\n", "the `path_regex` of creation rule 1 cannot be used"),
        ("creation_rules: [\n", "the sops rules cannot be read"),
        ("creation_rules:\n  - pgp: F1\n", "PGP (F1)"),
        ("creation_rules:\n  - age: age1notakey\n", "is a damaged age key"),
    ] {
        let sandbox = Sandbox::empty();
        sandbox.write(".sops.yaml", rules);
        let refused = sandbox.agepatch(["write", "new.yaml", "--output", "json"]).write_stdin("a: b\n").assert();
        refused.code(3).stderr(contains("\"kind\":\"no-recipient\"").and(contains(says)));
        assert!(!sandbox.repo().join("new.yaml").exists());
    }
}

#[test]
fn an_ssh_key_from_a_command_opens_files_for_it_and_for_the_key_derived_from_it() {
    for (case, name, identity) in
        [("recipients-17", "r.yaml", "ssh_ed25519"), ("recipients-06", "r.yaml", "host_ed25519")]
    {
        let sandbox = Sandbox::empty();
        sandbox.write(name, &recorded(case));
        let get = || sandbox.agepatch(["get", name, "token", "--reveal"]);
        get().assert().code(3);
        let command = format!("cat '{}'", key(identity).display());
        get().env("SOPS_AGE_SSH_PRIVATE_KEY_CMD", command).assert().success();
        let both = format!("cat '{}'", key("ssh_rsa").display());
        get().env("SOPS_AGE_SSH_PRIVATE_KEY_CMD", both).assert().code(3);
    }
}
