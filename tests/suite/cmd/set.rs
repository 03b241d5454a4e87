//! The editing commands on encrypted files: all guarantees of an edit, with the real program.

use std::fs;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;
use crate::support::fragment::{CLIENT, DIGEST, FILE, METHOD, fragment, json, sandbox};

#[test]
fn set_replaces_one_value_and_no_other_byte() {
    let sandbox = sandbox();
    let before = sandbox.read(FILE);
    let set = sandbox.agepatch(["set", FILE, METHOD, "client_secret_basic"]).assert().success();
    set.stdout(contains("client_secret_post").and(contains("client_secret_basic")).and(contains("marker").not()))
        .stderr(contains("marker").not());
    assert_ne!(sandbox.read(FILE), before);
    assert_eq!(sandbox.open(FILE), fragment().replace("client_secret_post", "client_secret_basic"));
    let folder: Vec<_> = fs::read_dir(sandbox.repo()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(folder.len(), 2, "no temporary file stays: {folder:?}");
}

#[test]
fn an_edit_without_a_change_writes_nothing() {
    let sandbox = sandbox();
    let before = (sandbox.read(FILE), fs::metadata(sandbox.repo().join(FILE)).unwrap().modified().unwrap());
    let edits: [&[&str]; 4] = [
        &["set", FILE, METHOD, "client_secret_post"],
        &["add", FILE, &format!("{CLIENT}.redirect_uris"), "https://media.example.com/callback"],
        &["remove", FILE, &format!("{CLIENT}.redirect_uris"), "https://other.example.com/callback"],
        &["set", FILE, METHOD, "client_secret_post", "--dry-run"],
    ];
    for edit in edits {
        sandbox.agepatch(edit).assert().success().stdout(contains("nothing changed"));
    }
    let after = (sandbox.read(FILE), fs::metadata(sandbox.repo().join(FILE)).unwrap().modified().unwrap());
    assert!(before == after);
    let set = sandbox.agepatch(["set", FILE, METHOD, "client_secret_post", "--output", "json"]).output().unwrap();
    assert_eq!(json(&set)["files"][0]["changed"], false);
}

#[test]
fn a_new_name_that_is_almost_another_gets_a_note() {
    let sandbox = Sandbox::with_files(&[("app-env.age", "DB_HOST=marker\nDB_PASSWORD=marker\n")]);
    let set = |name: &str| sandbox.agepatch(["set", "app-env", name, "--generate", "-n"]).assert().success();
    set("DB_PASWORD").stderr("`DB_PASWORD` is new in app-env.age; did you mean `DB_PASSWORD`?\n");
    set("db_host").stderr(contains("did you mean `DB_HOST`?"));
    for name in ["DB_PORT", "DB_HOST", "TOKEN"] {
        set(name).stderr("");
    }
    let nested = Sandbox::with_files(&[("host.yaml.age", "db:\n  - password: marker\n    user: marker\n")]);
    let set = nested.agepatch(["set", "host.yaml", "db[0].pasword", "--generate"]).assert().success();
    set.stderr(contains("`pasword` is new in host.yaml.age; did you mean `password`?"));
    let patch = "[{op: set, path: 'db[0].usr2', value: x}, {op: rename, path: 'db[0].user', to: usre}]";
    let apply = nested.agepatch(["apply", "host.yaml"]).write_stdin(patch).assert().success();
    apply.stderr("");
}

#[test]
fn a_dry_run_shows_the_change_and_writes_nothing() {
    let sandbox = sandbox();
    let before = sandbox.read(FILE);
    let set = sandbox.agepatch(["set", FILE, METHOD, "client_secret_basic", "-n"]).assert().success();
    set.stdout(contains("client_secret_basic").and(contains("dry run")));
    assert_eq!(sandbox.read(FILE), before);
}

#[test]
fn the_json_report_has_its_documented_members() {
    let sandbox = sandbox();
    let secret = "identity_providers.oidc.hmac_secret";
    let set = |arguments: &[&str]| {
        let arguments = [&["set", FILE], arguments, &["--output", "json"]].concat();
        json(&sandbox.agepatch(arguments).env("NEW", "marker-new-0123456789abcdef0123456789abcdef").output().unwrap())
    };
    let report = set(&[METHOD, "client_secret_basic"]);
    let file = &report["files"][0];
    assert_eq!((&file["path"], &file["changed"], &report["commit"]), (&FILE.into(), &true.into(), &Json::Null));
    let hash = file["ciphertext_sha256"].as_str().unwrap().to_owned();
    let change = &file["changes"][0];
    assert_eq!(change["kind"], "changed");
    assert_eq!(change["path"], METHOD);
    assert_eq!(change["pointer"], "/identity_providers/oidc/clients/0/token_endpoint_auth_method");
    assert_eq!((&change["before"], &change["after"]), (&"client_secret_post".into(), &"client_secret_basic".into()));
    assert_eq!(change["secret"], false);
    let report = set(&[secret, "--from-env", "NEW", "--expect", &hash]);
    let change = &report["files"][0]["changes"][0];
    assert_eq!((&change["before"], &change["after"], &change["secret"]), (&Json::Null, &Json::Null, &true.into()));
    assert!(!report.to_string().contains("marker"));
    let report = set(&[secret, "--generate", "--reveal"]);
    assert_eq!(report["files"][0]["changes"][0]["before"], "marker-new-0123456789abcdef0123456789abcdef");
}

#[test]
fn expect_refuses_another_ciphertext() {
    let sandbox = sandbox();
    let before = sandbox.read(FILE);
    let other = "0".repeat(64);
    let set = sandbox.agepatch(["set", FILE, METHOD, "client_secret_basic", "--expect", &other]).assert();
    set.code(4).stderr(contains("--expect"));
    assert_eq!(sandbox.read(FILE), before);
}

#[test]
fn an_edit_that_introduces_an_error_in_an_encrypted_file_is_refused() {
    let sandbox = sandbox();
    let before = sandbox.read(FILE);
    let set = sandbox.agepatch(["set", FILE, METHOD, "none"]).assert().code(4);
    set.stderr(contains("token_endpoint_auth_method").and(contains("marker").not()));
    assert_eq!(sandbox.read(FILE), before);
    sandbox.agepatch(["set", FILE, METHOD, "none", "--no-check"]).assert().success();
    // Now that the error exists, it does not block other edits.
    sandbox.agepatch(["set", FILE, &format!("{CLIENT}.client_name"), "Media"]).assert().success();
    let other = sandbox.agepatch(["set", FILE, &format!("{CLIENT}.redirect_uris[0]"), "nonsense"]).assert();
    other.code(4).stderr(contains("redirect_uris"));
}

#[test]
fn secrets_are_refused_as_arguments_and_taken_from_elsewhere() {
    let sandbox = sandbox();
    let hmac = "identity_providers.oidc.hmac_secret";
    sandbox.agepatch(["set", FILE, hmac, "marker"]).assert().code(2).stderr(contains("marker").not());
    let secret = "marker-stdin-0123456789abcdef0123456789abcdef0123456789";
    let set = sandbox.agepatch(["set", FILE, hmac, "--from-stdin"]).write_stdin(format!("{secret}\n")).assert();
    set.success().stdout(contains("marker").not().and(contains("hmac_secret")));
    assert!(sandbox.open(FILE).contains(&format!("hmac_secret: '{secret}'   # rotate\n")));
    let empty = sandbox.agepatch(["set", FILE, hmac, "--from-file", "-"]).write_stdin("").assert();
    empty.code(4).stderr(contains("empty"));
}

#[test]
fn a_file_outside_the_rules_cannot_be_sealed() {
    let sandbox = sandbox();
    sandbox.seal("other.age", b"a: 1\n");
    let before = sandbox.read("other.age");
    let set = sandbox.agepatch(["set", "--public", "other.age", "a", "2"]).assert().code(3);
    set.stderr(contains("\"other.age\".publicKeys").and(contains("secrets.nix")));
    assert_eq!(sandbox.read("other.age"), before);
}

#[test]
fn plaintext_is_not_edited_in_place() {
    let sandbox = sandbox();
    sandbox.write("base.yml", "a: 1\n");
    sandbox.write("plain.age", "a: marker\n");
    sandbox.agepatch(["set", "--public", "base.yml", "a", "2"]).assert().code(2).stderr(contains("`agepatch set - "));
    sandbox.agepatch(["set", "--public", "plain.age", "a", "2"]).assert().code(3).stderr(contains("marker").not());
    assert_eq!(sandbox.read("base.yml"), b"a: 1\n");
}

#[test]
fn without_a_key_nothing_is_edited() {
    let sandbox = sandbox();
    fs::remove_file(sandbox.home().join(".config/age/keys.txt")).unwrap();
    sandbox.agepatch(["set", FILE, METHOD, "client_secret_basic"]).assert().code(3);
}

#[test]
fn concurrent_edits_of_one_file_are_all_applied() {
    let text: String = (0..6).map(|number| format!("key{number}: 0\n")).collect();
    let sandbox = Sandbox::with_files(&[("note.age", &text)]);
    std::thread::scope(|scope| {
        for number in 0..6 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                sandbox.agepatch(["set", "--public", "note.age", &format!("key{number}"), "1"]).assert().success();
            });
        }
    });
    assert_eq!(sandbox.open("note.age"), text.replace(": 0", ": 1"));
}

#[cfg(unix)]
#[test]
fn symlinks_are_followed_and_permissions_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sandbox = Sandbox::with_files(&[("real/note.age", "a: 1\n"), ("note.age", "b: 1\n")]);
    fs::remove_file(sandbox.repo().join("note.age")).unwrap();
    symlink("real/note.age", sandbox.repo().join("note.age")).unwrap();
    let real = sandbox.repo().join("real/note.age");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    sandbox.agepatch(["set", "--public", "note.age", "a", "2"]).assert().success();
    assert!(sandbox.repo().join("note.age").symlink_metadata().unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(sandbox.open("real/note.age"), "a: 2\n");
}

#[test]
fn a_truncated_file_is_refused_and_unchanged() {
    let sandbox = sandbox();
    let whole = sandbox.read(FILE);
    fs::write(sandbox.repo().join(FILE), &whole[..whole.len() - 1]).unwrap();
    sandbox.agepatch(["set", FILE, METHOD, "client_secret_basic"]).assert().code(3);
    assert_eq!(sandbox.read(FILE), whole[..whole.len() - 1]);
}

#[cfg(unix)]
#[test]
fn a_secret_is_asked_for_without_echo() {
    use expectrl::{Eof, Expect, Session};

    let sandbox = Sandbox::with_files(&[("note.age", "a: old\n")]);
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("agepatch"));
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).args(["set", "note.age", "a"]);
    let mut session = Session::spawn(command).unwrap();
    session.set_expect_timeout(Some(std::time::Duration::from_secs(30)));
    session.expect("input is hidden").unwrap();
    session.send_line("marker-typed").unwrap();
    let rest = session.expect(Eof).unwrap();
    assert!(!String::from_utf8_lossy(rest.as_bytes()).contains("marker"));
    assert_eq!(sandbox.open("note.age"), "a: marker-typed\n");
}

#[test]
fn set_creates_a_file_that_the_rules_list() {
    let sandbox = Sandbox::with_files(&[("new/note.age", "a: 1\n")]);
    fs::remove_file(sandbox.repo().join("new/note.age")).unwrap();
    sandbox.agepatch(["unset", "new/note", "a"]).assert().code(6);
    sandbox.agepatch(["set", "--public", "unknown.age", "a", "1"]).assert().failure().stderr(contains("secrets.nix"));
    let set = sandbox.agepatch(["set", "--public", "new/note", "server.port", "8080"]).assert().success();
    set.stdout(contains("new/note.age"));
    assert_eq!(sandbox.open("new/note.age"), "server:\n  port: 8080\n");
    sandbox.agepatch(["add", "--public", "new/note", "server.hosts", "a"]).assert().success();
    assert_eq!(sandbox.open("new/note.age"), "server:\n  port: 8080\n  hosts:\n    - a\n");
    sandbox.agepatch(["unset", "new/note", "server.port", "server.hosts[0]"]).assert().success();
    assert_eq!(sandbox.open("new/note.age"), "server:\n  hosts: []\n");
}

#[test]
fn a_rename_introduces_no_error_that_was_there_before() {
    let wrong = fragment().replace("client_secret_post", "nonsense");
    let sandbox = Sandbox::with_files(&[(FILE, &wrong)]);
    let set = sandbox.agepatch(["set", FILE, &format!("{CLIENT}.client_id"), "media"]).assert().success();
    set.stdout(contains("mediamanager").and(contains("media")));
    // Another client with the same mistake is a new finding.
    let value = format!(
        r#"[{{"op": "append", "path": "identity_providers.oidc.clients", "value": {{"client_id": "b", "client_secret": "{DIGEST}", "redirect_uris": ["https://b.example.com/"], "token_endpoint_auth_method": "nonsense"}}}}]"#
    );
    sandbox.agepatch(["apply", FILE]).write_stdin(value).assert().code(4);
}

#[test]
fn variables_and_raw_contents_are_edited_too() {
    let env = "# the relying party\nexport OIDC_CLIENT_ID=media\nOIDC_CLIENT_SECRET='old' \n";
    let sandbox = Sandbox::with_files(&[("media-env.age", env), ("key.age", "")]);
    let set =
        sandbox.agepatch(["set", "media-env", "OIDC_CLIENT_SECRET", "--from-stdin"]).write_stdin("marker\n").assert();
    set.success().stdout(contains("OIDC_CLIENT_SECRET").and(contains("marker").not()));
    assert_eq!(sandbox.open("media-env.age"), env.replace("old", "marker"));
    sandbox.agepatch(["set", "media-env", "OIDC_CLIENT_SECRET", "marker"]).assert().code(2);
    sandbox.agepatch(["set", "--public", "media-env", "PORT", "8080"]).assert().success();
    assert!(sandbox.open("media-env.age").ends_with("\nPORT=8080\n"));
    let content = "one\n\ntwo";
    let raw = ["set", "key", ".", "--from-stdin", "--format", "raw"];
    sandbox.agepatch(raw).write_stdin(content).assert().success();
    assert_eq!(sandbox.open("key.age"), content);
    sandbox.agepatch(raw).write_stdin("").assert().code(4);
}

#[test]
fn generate_takes_a_length_only_if_a_number_follows() {
    let sandbox = Sandbox::with_files(&[("a.yaml.age", "x: one\n")]);
    for (arguments, length) in [
        (&["set", "--generate", "a.yaml", "x"][..], 72),
        (&["set", "--generate", "20", "a.yaml", "x"], 20),
        (&["set", "a.yaml", "x", "--generate"], 72),
        (&["set", "a.yaml", "--generate", "x"], 72),
        (&["set", "a.yaml", "x", "--generate=33"], 33),
    ] {
        sandbox.agepatch(arguments).assert().success();
        let text = sandbox.open("a.yaml.age");
        assert_eq!(text.trim_end().trim_start_matches("x: ").trim_matches(['"', '\'']).len(), length, "{arguments:?}");
    }
}

#[test_with::executable(git)]
#[test]
fn a_replaced_binary_secret_is_a_change_and_not_layout() {
    let sandbox = Sandbox::with_files(&[("blob.age", "x\n")]);
    sandbox.agepatch(["write", "blob"]).write_stdin([0xff, 0xfe, 0x00, 0x01]).assert().success();
    sandbox.git_init();
    let write = ["write", "blob", "--commit"];
    sandbox.agepatch(write).write_stdin([0xff, 0xfe, 0x00, 0x02]).assert().success();
    let subject = sandbox.git(&["log", "-1", "--format=%s"]);
    assert!(!subject.contains("lay out") && !subject.starts_with("style"), "{subject}");
}
