//! Documents inside string values: every command accepts `FILE#PATH` as a FILE, and finds such documents automatically.

use insta::assert_snapshot;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const AUTHELIA: &str = "\
# all secrets
other:   \"x y\"   # odd blanks

authelia-secrets: |
    # Authelia's part
    identity_providers:
      oidc:
        hmac_secret: 'hidden-hmac'
        clients:
          - client_id: qui   # the only one
            client_name: Qui
            client_secret: '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng'
            authorization_policy: two_factor
            redirect_uris:
              - https://qui.example.com/cb
            scopes: [openid, profile]
            token_endpoint_auth_method: client_secret_post
qui-env: \"# of qui\\nOIDC_CLIENT_SECRET=hidden-secret\\nOTHER=1\\n\"
password: hidden-password
last: z
";

const FILE: &str = "host.age#authelia-secrets";
const METHOD: &str = "identity_providers.oidc.clients[qui].token_endpoint_auth_method";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_files(&[("host.age", AUTHELIA)]);
    sandbox.git_init();
    sandbox
}

fn lines_changed(before: &str, after: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(before, after);
    let changes = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    changes.map(|change| format!("{}{}", change.tag(), change.value().trim_end())).collect()
}

#[test]
fn an_edit_inside_a_value_changes_only_its_own_line() {
    let cases: [(&[&str], [&str; 2]); 4] = [
        (
            &["set", FILE, METHOD, "client_secret_basic"],
            [
                "-            token_endpoint_auth_method: client_secret_post",
                "+            token_endpoint_auth_method: client_secret_basic",
            ],
        ),
        (
            &["add", FILE, "identity_providers.oidc.clients[qui].scopes", "email"],
            ["-            scopes: [openid, profile]", "+            scopes: [openid, profile, email]"],
        ),
        (
            &["client", "--file", FILE, "set", "qui", "client_name=Other"],
            ["-            client_name: Qui", "+            client_name: Other"],
        ),
        (
            &["unset", "host.age#qui-env", "OTHER"],
            [
                "-qui-env: \"# of qui\\nOIDC_CLIENT_SECRET=hidden-secret\\nOTHER=1\\n\"",
                "+qui-env: \"# of qui\\nOIDC_CLIENT_SECRET=hidden-secret\\n\"",
            ],
        ),
    ];
    for (arguments, expected) in cases {
        let sandbox = sandbox();
        let done = sandbox.agepatch(arguments).assert().success();
        done.stdout(contains("host.age#").and(contains("hidden").not()));
        assert_eq!(lines_changed(AUTHELIA, &sandbox.open("host.age")), expected, "{arguments:?}");
    }
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let sandbox = sandbox();
    let before = sandbox.read("host.age");
    sandbox
        .agepatch(["set", FILE, METHOD, "client_secret_post"])
        .assert()
        .success()
        .stdout(contains("nothing changed"));
    assert_eq!(sandbox.read("host.age"), before);
}

#[test]
fn a_value_that_is_not_a_document_is_refused() {
    let sandbox = sandbox();
    let before = sandbox.read("host.age");
    let cases: [(&[&str], i32, &str); 5] = [
        (&["set", "host.age#authelia-secretz", "a", "b"], 5, "authelia-secretz"),
        (&["show", "host.age#nothing"], 5, "nothing"),
        (&["set", "host.age#authelia-secrets", "identity_providers.oidc.clients[qui].scopes[9].x", "1"], 5, ""),
        (&["set", "host.age#other#a", "a", "b"], 5, ""),
        (&["show", "hostt.age#other"], 6, "hostt.age"),
    ];
    for (arguments, code, said) in cases {
        let refused = sandbox.agepatch(arguments).assert().code(code);
        refused.stderr(contains(said).and(contains("hidden").not()));
        assert_eq!(sandbox.read("host.age"), before, "{arguments:?}");
    }
}

#[test]
fn a_file_whose_name_has_the_sign_comes_first() {
    let sandbox = Sandbox::with_files(&[("a.age", "b: |\n  k: inner\n"), ("a.age#b", "k: file\n")]);
    sandbox.agepatch(["get", "a.age#b", "k", "--reveal"]).assert().success().stdout("file\n");
    std::fs::remove_file(sandbox.repo().join("a.age#b")).expect("it is there");
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let rules: String = rules.lines().filter(|line| !line.contains('#')).map(|line| format!("{line}\n")).collect();
    sandbox.write("secrets.nix", &rules);
    sandbox.agepatch(["get", "a.age#b", "k", "--reveal"]).assert().success().stdout("inner\n");
}

#[test]
fn lenses_compose_to_any_depth() {
    let inner = "{\"deep\": {\"env\": \"A=1\\nB=2\\n\"}, \"x\": 1}";
    let sandbox = Sandbox::with_files(&[("a.age", &format!("j: '{inner}'\nk: 1\n"))]);
    sandbox.agepatch(["set", "a.age#j#deep.env", "B", "--from-env", "NEW"]).env("NEW", "two").assert().success();
    assert_eq!(sandbox.open("a.age"), "j: '{\"deep\": {\"env\": \"A=1\\nB=two\\n\"}, \"x\": 1}'\nk: 1\n");
    sandbox.agepatch(["get", "a.age#/j#/deep/env", "B", "--reveal"]).assert().success().stdout("two\n");
}

#[test]
fn a_patch_set_edits_several_values_and_the_file_itself_at_once() {
    let sandbox = sandbox();
    let set = format!(
        "agepatch: 1\nfiles:\n  host.age#authelia-secrets:\n    - {{ op: replace, path: '{METHOD}', value: none }}\n    - {{ op: replace, path: 'identity_providers.oidc.clients[qui].token_endpoint_auth_method', value: client_secret_basic }}\n  'host.age#qui-env':\n    - {{ op: set, path: OTHER, value: '2' }}\n  host.age:\n    - {{ op: set, path: last, value_from: {{ env: NEW }} }}\n"
    );
    sandbox.write("set.yaml", &set);
    let done = sandbox.agepatch(["apply", "-p", "set.yaml"]).env("NEW", "w").assert().success();
    done.stdout(contains("host.age#authelia-secrets").and(contains("hidden").not()));
    let after = sandbox.open("host.age");
    assert_eq!(lines_changed(AUTHELIA, &after).len(), 6, "{after}");
    // A value that is replaced completely cannot be edited at the same time.
    let both = "agepatch: 1\nfiles:\n  host.age#qui-env:\n    - { op: set, path: OTHER, value: '3' }\n  host.age:\n    - { op: remove, path: qui-env }\n";
    sandbox.write("both.yaml", both);
    let before = sandbox.read("host.age");
    sandbox.agepatch(["apply", "-p", "both.yaml"]).assert().code(5).stderr(contains("the patch replaces this value"));
    assert_eq!(sandbox.read("host.age"), before);
}

#[test]
fn show_and_diff_look_into_values() {
    let sandbox = sandbox();
    let shown = sandbox.agepatch(["show", "host.age"]).assert().success().get_output().stdout.clone();
    assert_snapshot!(String::from_utf8(shown).expect("text"));
    sandbox.agepatch(["set", FILE, METHOD, "client_secret_basic"]).assert().success();
    sandbox.agepatch(["set", "host.age#qui-env", "OTHER", "--from-env", "NEW"]).env("NEW", "hidden").assert().success();
    let diff = sandbox.agepatch(["diff"]).assert().success().get_output().stdout.clone();
    assert_snapshot!(String::from_utf8(diff).expect("text"));
    let one = sandbox.agepatch(["diff", "host.age#qui-env"]).assert().success();
    one.stdout(contains("OTHER").and(contains("client_secret_basic").not()).and(contains("hidden").not()));
}

#[test]
fn history_of_a_value_is_that_of_its_document() {
    let sandbox = sandbox();
    sandbox.agepatch(["set", FILE, METHOD, "client_secret_basic", "--commit"]).assert().success();
    sandbox.agepatch(["set", "host.age", "last", "--from-env", "NEW", "--commit"]).env("NEW", "w").assert().success();
    let log = sandbox.agepatch(["log", FILE]).assert().success().get_output().stdout.clone();
    let log = String::from_utf8(log).expect("text");
    assert_eq!(log.lines().filter(|line| !line.starts_with(' ')).count(), 2, "{log}");
    assert!(log.contains("client_secret_post") && log.contains("client_secret_basic"), "{log}");
    let blame = sandbox.agepatch(["blame", FILE]).assert().success();
    blame.stdout(contains("token_endpoint_auth_method: client_secret_basic").and(contains("hidden").not()));
    sandbox.agepatch(["restore", FILE, METHOD, "--source", "HEAD~2"]).assert().success();
    assert!(sandbox.open("host.age").contains("token_endpoint_auth_method: client_secret_post"));
    sandbox.agepatch(["restore", FILE, "--source", "HEAD"]).assert().success();
    assert!(sandbox.open("host.age").contains("token_endpoint_auth_method: client_secret_basic"));
}

#[test]
fn write_creates_a_value_but_a_misspelled_path_is_refused() {
    let sandbox = sandbox();
    sandbox.agepatch(["write", "host.age#new-env"]).write_stdin("A=1\n").assert().success();
    assert!(sandbox.open("host.age").ends_with("last: z\nnew-env: |\n  A=1\n"));
    sandbox.agepatch(["set", "host.age#other-env", "A", "1"]).assert().code(5).stderr(contains("agepatch write"));
}

#[test]
fn check_finds_authelia_inside_a_value_by_itself() {
    let broken = AUTHELIA.replace("client_secret_post", "client_secret_postal");
    let sandbox = Sandbox::with_files(&[("host.age", &broken)]);
    let found = sandbox.agepatch(["check", "--output", "json"]).assert().code(1).get_output().stdout.clone();
    let found: serde_json::Value = serde_json::from_slice(&found).expect("JSON");
    let findings = found["findings"].as_array().expect("findings");
    assert!(findings.iter().all(|one| one["file"] == FILE), "{findings:?}");
    let method = findings.iter().find(|one| one["path"] == METHOD).expect("the method is wrong");
    assert_eq!((&method["severity"], &method["line"]), (&"error".into(), &13.into()));
    sandbox.agepatch(["client", "list"]).assert().success().stdout(contains("qui"));
}

#[test]
fn commit_messages_describe_changes_inside_values() {
    let sandbox = sandbox();
    sandbox.agepatch(["set", FILE, METHOD, "client_secret_basic"]).assert().success();
    sandbox.agepatch(["commit"]).assert().success();
    let subject = sandbox.git(&["log", "-1", "--format=%s"]);
    assert_eq!(subject, "fix(host): set qui token_endpoint_auth_method to client_secret_basic\n");
    let log = sandbox.agepatch(["log", "host.age"]).assert().success();
    log.stdout(contains(
        "
  #authelia-secrets
  client qui
    ~ token_endpoint_auth_method: client_secret_post → client_secret_basic
",
    ));
    sandbox
        .agepatch(["set", FILE, "identity_providers.oidc.clients[qui].client_name", "Other", "--commit"])
        .assert()
        .success();
    assert!(sandbox.git(&["log", "-1", "--format=%s"]).starts_with("fix(host): set qui client_name"));
}

#[test]
fn both_sides_inside_one_value_are_merged() {
    let sandbox = sandbox();
    let ours = AUTHELIA.replace("client_secret_post", "client_secret_basic");
    let theirs = AUTHELIA.replace("client_name: Qui", "client_name: Other").replace("OTHER=1", "OTHER=2");
    sandbox.seal("theirs.age", theirs.as_bytes());
    sandbox.seal("base.age", AUTHELIA.as_bytes());
    sandbox.seal("host.age", ours.as_bytes());
    sandbox.agepatch(["merge-file", "base.age", "host.age", "theirs.age", "host.age"]).assert().success();
    let merged = ours.replace("client_name: Qui", "client_name: Other").replace("OTHER=1", "OTHER=2");
    assert_eq!(sandbox.open("host.age"), merged);
    // The same place on both sides is a conflict, named by its path.
    sandbox.seal("theirs.age", AUTHELIA.replace("client_secret_post", "none").as_bytes());
    let before = sandbox.read("host.age");
    let refused = sandbox.agepatch(["merge-file", "base.age", "host.age", "theirs.age", "host.age"]).assert().code(1);
    refused.stderr(
        contains("authelia-secrets#identity_providers.oidc.clients[qui].token_endpoint_auth_method")
            .and(contains("hidden").not()),
    );
    assert_eq!(sandbox.read("host.age"), before);
}
