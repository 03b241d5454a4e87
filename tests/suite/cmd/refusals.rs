//! Edits that are refused, and warnings about edits.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const AUTHELIA: &str = "identity_providers:
  oidc:
    clients:
      - client_id: media
        client_name: Media
        public: true
        authorization_policy: two_factor
        redirect_uris:
          - https://media.example.com/callback
        scopes:
          - openid
        token_endpoint_auth_method: none
";
const CLIENT: &str = "identity_providers.oidc.clients[media]";

fn sandbox() -> Sandbox {
    Sandbox::with_files(&[("authelia-secrets.age", AUTHELIA), ("app-env.age", "KEY=marker\nHOSTS=a\n")])
}

#[test]
fn introduced_warnings_are_printed_once() {
    let sandbox = sandbox();
    let scope = ["client", "set", "media", "scopes+=opendi"];
    sandbox.agepatch(scope).assert().success().stderr(contains("advice[scopes-unknown]").and(contains("opendi")));
    // The warning existed before the next edit.
    let next = sandbox.agepatch(["client", "set", "media", "client_name=M"]).assert().success();
    next.stderr(contains("opendi").not());
}

#[test]
fn a_scalar_for_a_list_is_refused() {
    let sandbox = sandbox();
    let before = sandbox.read("authelia-secrets.age");
    let path = format!("{CLIENT}.scopes");
    for words in
        [&["set", "authelia-secrets", &path, "openid,profile"][..], &["client", "set", "media", "scopes=openid"]]
    {
        sandbox.agepatch(words).assert().code(2).stderr(contains("is a list").and(contains("agepatch add")));
    }
    assert_eq!(sandbox.read("authelia-secrets.age"), before);
    sandbox.agepatch(["set", "authelia-secrets", &path, "[openid, profile]"]).assert().success();
}

#[test]
fn an_empty_value_replaces_another_only_if_intended() {
    let sandbox = sandbox();
    let before = sandbox.read("app-env.age");
    let refused = sandbox.agepatch(["set", "app-env", "KEY", "", "--public"]).assert().code(4);
    refused.stderr(contains("the new value is empty").and(contains("--allow-empty")));
    assert_eq!(sandbox.read("app-env.age"), before);
    sandbox.agepatch(["set", "app-env", "KEY", "", "--public", "--allow-empty"]).assert().success();
    assert_eq!(sandbox.open("app-env.age"), "KEY=\nHOSTS=a\n");
}

#[test]
fn a_refused_edit_reports_each_error_once() {
    let sandbox = sandbox();
    let path = format!("{CLIENT}.token_endpoint_auth_method");
    let words = ["set", "authelia-secrets", &path, "client_secret_basic"];
    let ran = sandbox.agepatch(words).output().expect("it runs");
    let said = String::from_utf8(ran.stderr).expect("text");
    assert_eq!(ran.status.code(), Some(4), "{said}");
    assert_eq!(said.matches("error[").count(), 1, "{said}");
    assert_eq!(said.matches("a public client has no secret").count(), 1, "{said}");
    let json = sandbox.agepatch(words).args(["--output", "json"]).assert().code(4);
    json.stderr(contains("\"kind\":\"check\"").and(contains("token_endpoint_auth_method: ")));
}

#[test_with::executable(git)]
fn restoring_head_puts_its_ciphertext_back() {
    let sandbox = sandbox();
    sandbox.git_init();
    let committed = sandbox.read("app-env.age");
    sandbox.agepatch(["set", "app-env", "KEY", "--generate"]).assert().success();
    assert_ne!(sandbox.read("app-env.age"), committed);
    sandbox.agepatch(["restore", "app-env", "--source", "HEAD", "-n"]).assert().success();
    assert_ne!(sandbox.read("app-env.age"), committed);
    sandbox.agepatch(["restore", "app-env", "--source", "HEAD"]).assert().success().stdout(contains("~ KEY"));
    assert_eq!(sandbox.read("app-env.age"), committed);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test_with::executable(git)]
fn the_history_of_an_unknown_path_names_the_nearest() {
    let sandbox = sandbox();
    sandbox.git_init();
    let refused = sandbox.agepatch(["log", "app-env", "KEI"]).assert().code(5);
    refused.stderr(contains("no readable version of the file").and(contains("did you mean `KEY`?")));
}

#[test]
fn names_of_commands_in_other_programs_get_a_suggestion() {
    let sandbox = sandbox();
    for (word, meant) in [
        ("init", "agepatch new NAME"),
        ("ls", "agepatch status"),
        ("decrypt", "agepatch show FILE --reveal"),
        ("rotate", "agepatch client rotate ID"),
        ("rm", "agepatch unset"),
    ] {
        sandbox.agepatch([word]).assert().code(2).stderr(contains(meant));
    }
    sandbox.agepatch(["help", "agents"]).assert().success().stdout(contains("What never to call"));
}

#[test]
fn a_registered_client_comes_with_what_the_application_needs() {
    let sandbox = sandbox();
    let words = ["client", "add", "--profile", "grafana", "--url", "https://grafana.example.com"];
    let to = ["--secret-to", "app-env.age#SECRET"];
    let ran = sandbox.agepatch(words).args(to).assert().success();
    ran.stdout(contains("+ client grafana").and(contains("client_secret: (secret)"))).stderr(
        contains("client ID      grafana")
            .and(contains("in app-env.age, as SECRET"))
            .and(contains("[[relying-party]]\nclient = \"grafana\"\nurl = \"https://grafana.example.com\"")),
    );
    let ran = sandbox.agepatch(["client", "rotate", "grafana", "--save"]).args(to).assert().success();
    ran.stderr(contains("saved under [[relying-party]] in agepatch.toml"));
    sandbox.agepatch(["client", "verify"]).assert().success();
    let again = sandbox.agepatch(["client", "rotate", "grafana"]).assert().success();
    again.stderr(contains("[[relying-party]]").not());
    sandbox
        .agepatch(["client", "profiles", "grafana"])
        .assert()
        .success()
        .stdout(contains("token_endpoint_auth_method"));
}
