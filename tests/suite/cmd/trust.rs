//! Consent: what a repository's settings may run, and read outside it.

use std::fs;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::support::trap::Trap;

const FILE: &str = "authelia-secrets.age";
const CLIENT: &str = "identity_providers.oidc.clients[media].client_name";

/// A repository whose settings run `generate`, which is a trap.
fn with_command() -> Trap {
    let trap = Trap::new();
    trap.set("generate");
    trap.sandbox.write(
        "agepatch.toml",
        &format!("[files.\"{FILE}\"]\nschema = \"authelia\"\nwith_command = [\"generate\", \"it\"]\n"),
    );
    trap
}

#[test]
fn a_program_runs_only_with_consent() {
    let trap = with_command();
    for arguments in [&["check"][..], &["check", FILE], &["doctor"], &["set", FILE, CLIENT, "M"]] {
        let before = trap.sandbox.read(FILE);
        let refused = trap.agepatch(arguments).assert().code(4);
        refused.stderr(contains("with_command").and(contains("generate it")).and(contains("`agepatch trust`")));
        assert_eq!((trap.sprung(), trap.sandbox.read(FILE) == before), (None, true), "{arguments:?}");
    }
    let refused = trap.agepatch(&["--output", "json", "check"]).assert().code(4);
    let error: Json = serde_json::from_slice(&refused.get_output().stderr).expect("JSON");
    assert_eq!(error["error"]["kind"], "untrusted");

    let given = trap.agepatch(&["trust"]).assert().success();
    given.stdout(contains("trusted").and(contains("with_command: generate it")));
    assert_eq!(trap.sprung(), None, "consent itself runs nothing");
    let _ = trap.agepatch(&["check"]).assert();
    assert!(trap.sprung().is_some_and(|trace| trace.contains("generate it")));

    // Changed settings need new consent.
    let settings = String::from_utf8(trap.sandbox.read("agepatch.toml")).expect("text");
    trap.sandbox.write("agepatch.toml", &settings.replace("\"it\"", "\"something else\""));
    trap.agepatch(&["check"]).assert().code(4);
    assert_eq!(trap.sprung(), None);
    let listed = trap.agepatch(&["trust", "--list"]).assert().success();
    listed.stdout(contains("settings have changed"));
    trap.sandbox.write("agepatch.toml", &settings);
    let _ = trap.agepatch(&["check"]).assert();
    assert!(trap.sprung().is_some());

    trap.agepatch(&["trust", "--undo"]).assert().success().stdout(contains("no longer trusted"));
    trap.agepatch(&["check"]).assert().code(4);
    assert_eq!(trap.sprung(), None);
    trap.agepatch(&["trust", "--list"]).assert().success().stdout("");
}

#[test]
fn a_dry_run_textconv_and_the_merge_driver_run_nothing() {
    let trap = with_command();
    for trusted in [false, true] {
        if trusted {
            trap.agepatch(&["trust"]).assert().success();
        }
        trap.agepatch(&["set", "-n", FILE, CLIENT, "M"]).assert().success().stderr(contains("checked without"));
        let _ = trap.agepatch(&["unset", "--dry-run", FILE, CLIENT]).assert();
        trap.agepatch(&["textconv", FILE]).assert().success();
        for (name, text) in [("base", "A"), ("ours", "B"), ("theirs", "A")] {
            let text =
                format!("identity_providers: {{oidc: {{clients: [{{client_id: media, client_name: {text}}}]}}}}\n");
            trap.sandbox.seal(name, text.as_bytes());
        }
        trap.sandbox.seal(
            "theirs",
            b"identity_providers: {oidc: {clients: [{client_id: media, client_name: A, public: true}]}}\n",
        );
        let _ = trap.agepatch(&["merge-file", "--driver", "base", "ours", "theirs", FILE]).assert();
        assert_eq!(trap.sprung(), None, "trusted: {trusted}");
    }
}

#[test]
fn a_program_of_the_repository_is_part_of_what_was_consented_to() {
    let trap = Trap::new();
    let settings = format!("[files.\"{FILE}\"]\nschema = \"authelia\"\nwith_command = [\"sh\", \"./generate.sh\"]\n");
    trap.sandbox.write("agepatch.toml", &settings);
    trap.sandbox.write("generate.sh", "echo '{}'\n");
    trap.agepatch(&["trust"]).assert().success();
    trap.agepatch(&["check"]).assert().stderr(contains("not trusted").not());
    trap.sandbox.write("generate.sh", "touch pwned\n");
    trap.agepatch(&["check"]).assert().code(4);
    assert!(!trap.sandbox.repo().join("pwned").exists());
}

#[test]
fn consent_is_kept_outside_the_repository_and_only_for_it() {
    let trap = with_command();
    let status = trap.sandbox.git(&["status", "--porcelain", "--ignored"]);
    trap.agepatch(&["trust"]).assert().success();
    assert_eq!(trap.sandbox.git(&["status", "--porcelain", "--ignored"]), status);
    assert!(trap.sandbox.home().join(".local/state/agepatch").is_dir());
    // The same files elsewhere are another repository.
    let copy = trap.sandbox.home().join("copy");
    let copied = std::process::Command::new("cp").arg("-r").arg(trap.sandbox.repo()).arg(&copy).status();
    assert!(copied.expect("cp").success());
    trap.agepatch(&["-C", copy.to_str().expect("a path"), "check"]).assert().code(4);
    assert_eq!(trap.sprung(), None);
    // A repository cannot bring its own consent.
    let inside = trap.sandbox.repo().join("state");
    let refused = trap.agepatch(&["trust"]).env("XDG_STATE_HOME", &inside).assert().code(6);
    refused.stderr(contains("inside the repository"));
    let elsewhere = trap.sandbox.home().join("elsewhere");
    trap.agepatch(&["check"]).env("XDG_STATE_HOME", &elsewhere).assert().code(4);
}

#[test]
fn settings_that_name_paths_outside_the_repository_need_consent() {
    let trap = Trap::new();
    let home = trap.sandbox.home();
    fs::write(home.join("base.yml"), "marker-outside: 1\n").expect("written");
    fs::create_dir(home.join("tasks")).expect("a folder");
    fs::write(home.join("outside.env"), "SECRET=marker-outside\n").expect("written");
    #[cfg(unix)]
    std::os::unix::fs::symlink(home.join("base.yml"), trap.sandbox.repo().join("link.yml")).expect("a link");
    let file = format!("[files.\"{FILE}\"]\nschema = \"authelia\"\n");
    let base = home.join("base.yml").display().to_string();
    let check: &[&str] = &["check"];
    let cases = [
        (format!("{file}with = [\"{base}\"]\n"), check, "with"),
        (format!("{file}with = [\"../home/base.yml\"]\n"), check, "with"),
        (format!("{file}with = [\"link.yml\"]\n"), check, "with"),
        ("identities = [\"~/.config/age/keys.txt\"]\n".to_owned(), &["show", FILE], "identities"),
        (
            "identities = [\"../home/.config/age/keys.txt\"]\n".to_owned(),
            &["get", FILE, "identity_providers"],
            "identities",
        ),
        ("[commit]\ntasks = \"../home/tasks\"\n".to_owned(), &["commit", "--task", "task-1", "--note"], "tasks"),
        (
            "[[relying-party]]\nclient = 'media'\nsecret = { file = '../home/outside.env', path = 'SECRET' }\n"
                .to_owned(),
            &["client", "verify", "media"],
            "secret.file",
        ),
        (
            "[[relying-party]]\nclient = 'media'\nsecret = { file = '../home/outside.env', path = 'OTHER' }\n"
                .to_owned(),
            check,
            "secret.file",
        ),
    ];
    for (settings, arguments, setting) in cases {
        trap.sandbox.write("agepatch.toml", &settings);
        let refused = trap.agepatch(arguments).assert().code(4);
        refused.stderr(contains(format!("`{setting}`")).and(contains("agepatch trust")).and(contains("marker").not()));
        let given = trap.agepatch(&["trust"]).assert().success();
        given.stdout(contains(format!("  {setting}: ")));
        let allowed = trap.agepatch(arguments).assert();
        let told = String::from_utf8_lossy(&allowed.get_output().stderr).into_owned();
        assert!(!told.contains("not trusted"), "{settings}: {told}");
    }
}

#[test]
fn paths_named_by_the_user_need_no_consent() {
    let trap = Trap::new();
    let keys = trap.sandbox.home().join("moved.txt");
    fs::rename(trap.sandbox.home().join(".config/age/keys.txt"), &keys).expect("moved");
    let named = keys.to_str().expect("a path");
    trap.agepatch(&["-i", named, "show", FILE]).assert().success();
    trap.agepatch(&["show", FILE]).env("AGEPATCH_IDENTITIES", named).assert().success();
    let own = trap.sandbox.home().join(".config/agepatch");
    fs::create_dir_all(&own).expect("a folder");
    fs::write(own.join("agepatch.toml"), format!("identities = [\"{named}\"]\n")).expect("written");
    trap.agepatch(&["show", FILE]).assert().success();
    // A setting within the repository needs none either.
    fs::copy(&keys, trap.sandbox.repo().join("key.txt")).expect("copied");
    trap.sandbox.write("agepatch.toml", "identities = [\"key.txt\"]\n");
    trap.agepatch(&["show", FILE]).assert().success();
}

#[test]
fn consent_to_nothing_is_printed_as_such() {
    let trap = Trap::new();
    let given = trap.agepatch(&["trust", "--output", "json"]).assert().success();
    let given: Json = serde_json::from_slice(&given.get_output().stdout).expect("JSON");
    assert_eq!((&given["trusted"], &given["settings"]), (&true.into(), &serde_json::json!([])));
    trap.agepatch(&["trust", "--undo"]).assert().success();
    trap.agepatch(&["trust", "--undo"]).assert().success().stdout(contains("was not trusted"));
}

#[test]
fn an_identity_of_the_repository_that_starts_a_plugin_needs_consent() {
    const PLUGIN: &str = "AGE-PLUGIN-FAKE-1DPHH2UM9CUXU5P\n";
    let trap = Trap::new();
    trap.set("age-plugin-fake");
    let key = fs::read_to_string(trap.sandbox.home().join(".config/age/keys.txt")).expect("a key");
    trap.sandbox.write("agepatch.toml", "identities = [\"keys.txt\"]\n");
    // Consent to a key does not extend to its replacement.
    trap.sandbox.write("keys.txt", &key);
    trap.agepatch(&["show", FILE]).assert().success();
    trap.agepatch(&["trust"]).assert().success();
    trap.sandbox.write("keys.txt", &format!("{key}{PLUGIN}"));
    for arguments in [&["show", FILE][..], &["diff"], &["doctor"], &["set", FILE, CLIENT, "M"], &["textconv", FILE]] {
        let _ = trap.agepatch(arguments).assert();
        assert_eq!(trap.sprung(), None, "{arguments:?}");
    }
    trap.sandbox.write("keys.txt", PLUGIN);
    let refused = trap.agepatch(&["show", FILE]).assert().code(4);
    refused.stderr(contains("identities").and(contains("age-plugin-fake")).and(contains("`agepatch trust`")));
    assert_eq!(trap.sprung(), None);
    let given = trap.agepatch(&["trust"]).assert().success();
    given.stdout(contains("identities: age-plugin-fake"));
    assert_eq!(trap.sprung(), None, "consent itself runs nothing");
    let _ = trap.agepatch(&["show", FILE]).assert();
    assert!(trap.sprung().is_some());
    // The user's own choice needs none.
    trap.agepatch(&["trust", "--undo"]).assert().success();
    let _ = trap.agepatch(&["-i", "keys.txt", "show", FILE]).assert();
    assert!(trap.sprung().is_some());
}
