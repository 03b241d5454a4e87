//! Names of files and keys that do not exist, in a repository with only `.sops.yaml`, and identities that fail.

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const ANNA: &str = "age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u";

/// A repository with `secrets/host.yaml`, which the key of the sandbox opens.
fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[]);
    std::fs::remove_file(sandbox.repo().join("secrets.nix")).expect("it is there");
    let recipient = sandbox.identity().to_public();
    sandbox.write(
        ".sops.yaml",
        &format!("keys:\n  - &me {recipient}\n  - &anna {ANNA}\ncreation_rules:\n  - path_regex: ^secrets/host\\.yaml$\n    key_groups:\n      - age: [*me, *anna]\n"),
    );
    sandbox.agepatch(["write", "secrets/host.yaml"]).write_stdin("wifi: x\nother: y\n").assert().success();
    sandbox
}

#[test]
fn a_file_that_does_not_exist_is_reported_with_the_nearest_name() {
    let sandbox = repository();
    for arguments in [
        &["show", "secrets/hst.yaml"][..],
        &["get", "secrets/hst.yaml", "wifi", "--reveal"],
        &["rekey", "secrets/hst.yaml"],
        &["convert", "secrets/hst.yaml", "--to", "age"],
        &["recipients", "secrets/hst.yaml"],
    ] {
        sandbox
            .agepatch(arguments)
            .assert()
            .code(6)
            .stderr(contains("no such file: secrets/hst.yaml").and(contains("did you mean secrets/host.yaml?")));
    }
    sandbox.agepatch(["rekey", "nothing-like-it"]).assert().code(6).stderr(contains("agepatch status"));
}

#[test_with::executable(git)]
#[test]
fn without_a_key_a_document_in_a_value_is_one_secret() {
    let sandbox = repository();
    let host = "app-env: |\n  A=marker\n  B=marker\n";
    sandbox.agepatch(["write", "secrets/host.yaml"]).write_stdin(host).assert().success();
    sandbox.git_init();
    sandbox.agepatch(["set", "secrets/host.yaml#app-env", "A", "--generate"]).assert().success();
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    let shown = sandbox.agepatch(["diff"]).assert().success();
    shown.stdout("secrets/host.yaml\n  ~ app-env: (secret) → (secret)\n");
}

#[test]
fn the_rule_to_add_is_printed_where_none_matches() {
    let sandbox = repository();
    let rule =
        "  - path_regex: ^secrets/new\\.yaml$\n    key_groups:\n      - age:\n          - *me\n          - *anna\n";
    for arguments in [&["new", "secrets/new.yaml"][..], &["write", "secrets/new.yaml"]] {
        let failed = sandbox.agepatch(arguments).write_stdin("a: b\n").assert().code(3);
        failed.stderr(contains("no creation rule in .sops.yaml matches the new file").and(contains(rule)));
    }
    let rules = String::from_utf8(sandbox.read(".sops.yaml")).expect("text");
    sandbox.write(".sops.yaml", &(rules + rule));
    sandbox.agepatch(["new", "secrets/new.yaml"]).write_stdin("a: b\n").assert().success();
}

#[test]
fn a_secret_for_a_key_that_may_be_misspelled_names_the_nearest_key() {
    let sandbox = repository();
    let failed = sandbox.agepatch(["set", "secrets/host.yaml", "wfi", "foo"]).assert().code(2);
    failed.stderr(contains("there is no `wfi` yet; did you mean `wifi`?"));
    sandbox
        .agepatch(["set", "secrets/host.yaml", "wifi", "foo"])
        .assert()
        .code(2)
        .stderr(contains("did you mean").not());
}

#[test]
fn a_command_for_identities_that_fails_is_reported() {
    let sandbox = repository();
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    for (variable, command, why) in [
        ("SOPS_AGE_KEY_CMD", "false", "the command failed: exit status: 1"),
        ("SOPS_AGE_KEY_CMD", "no-such-program", "cannot run the command: "),
        ("SOPS_AGE_SSH_PRIVATE_KEY_CMD", "false", "the command failed: exit status: 1"),
    ] {
        let mut show = sandbox.agepatch(["get", "secrets/host.yaml", "wifi", "--reveal"]);
        show.env(variable, command).assert().code(3).stderr(contains(format!("{variable}: {why}")));
    }
}

#[test]
fn a_file_with_bytes_that_are_not_text_is_damaged() {
    let sandbox = repository();
    let mut bytes = sandbox.read("secrets/host.yaml");
    bytes[2] = 0xff;
    std::fs::write(sandbox.repo().join("secrets/host.yaml"), bytes).expect("it can be written");
    for arguments in [&["show", "secrets/host.yaml"][..], &["unset", "secrets/host.yaml", "other"]] {
        sandbox.agepatch(arguments).assert().code(3).stderr(contains("bytes that are not UTF-8"));
    }
}

#[test]
fn check_names_a_file_that_is_not_authelias_and_checks_the_documents_inside() {
    let sandbox = repository();
    let checked = sandbox.agepatch(["check", "secrets/host.yaml"]).assert().success();
    checked.stderr(contains("secrets/host.yaml: not checked, since none of its keys is an option of Authelia"));
    let clients = "identity_providers:\n  oidc:\n    clients:\n      - client_id: a\n        nonsense: 1\n";
    let mut set = sandbox.agepatch(["set", "secrets/host.yaml", "authelia-secrets", "--from-stdin"]);
    set.write_stdin(clients).assert().success();
    let checked = sandbox.agepatch(["check", "secrets/host.yaml"]).assert().code(1);
    checked.stdout(contains("secrets/host.yaml#").and(contains("client-secret-required")));
    sandbox.write("agepatch.toml", "[files.\"secrets/host.yaml\"]\nschema = \"authelia\"\n");
    sandbox.agepatch(["check", "secrets/host.yaml"]).assert().code(1).stdout(contains("unknown-key"));
}

#[test]
fn the_hint_about_the_file_with_the_clients_names_a_sops_file() {
    let sandbox = repository();
    let failed = sandbox.agepatch(["client", "set", "app", "client_name=App"]).assert().code(2);
    failed.stderr(contains("[files.\"secrets/host.yaml\"]"));
}
