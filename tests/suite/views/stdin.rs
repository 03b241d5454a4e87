//! The editing commands with `-`: plaintext in, edited plaintext out, the report on stderr.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, is_empty};

use crate::sandbox::Sandbox;

const DOCUMENT: &str = "# The service
port: 8080 # the usual
name: 'web'
debug: false
hosts: [a, b]
empty: ~
";

fn filter(arguments: &[&str], input: &str) -> assert_cmd::assert::Assert {
    let sandbox = Sandbox::empty();
    sandbox.agepatch(arguments).write_stdin(input).assert()
}

/// The line of the edited document that differs from the old one.
fn line(arguments: &[&str]) -> String {
    let output = filter(arguments, DOCUMENT).success().get_output().stdout.clone();
    let text = String::from_utf8(output).expect("text");
    let changed = text.lines().find(|line| !DOCUMENT.lines().any(|old| old == *line));
    changed.unwrap_or_default().to_owned()
}

#[test]
fn stdout_contains_only_the_document() {
    filter(&["set", "--public", "-", "port", "9090"], DOCUMENT)
        .success()
        .stdout(DOCUMENT.replace("8080", "9090"))
        .stderr(contains("port"));
    let json = filter(&["set", "--public", "-", "port", "9090", "--output", "json"], DOCUMENT).success();
    let output = json.stdout(DOCUMENT.replace("8080", "9090")).get_output().stderr.clone();
    let report: serde_json::Value = serde_json::from_slice(&output).expect("one line of JSON");
    assert_eq!(report["files"][0]["changed"], true);
    assert_eq!(report["files"][0]["path"], "-");
    assert_eq!(report["commit"], serde_json::Value::Null);
}

#[test]
fn an_edit_that_changes_nothing_keeps_the_bytes() {
    filter(&["set", "--public", "-", "port", "8080"], DOCUMENT)
        .success()
        .stdout(DOCUMENT)
        .stderr(contains("nothing changed"));
}

#[test]
fn a_dry_run_writes_nothing() {
    filter(&["set", "--public", "-", "port", "1", "-n"], DOCUMENT)
        .success()
        .stdout(is_empty())
        .stderr(contains("port"));
}

#[test]
fn values_have_the_type_of_what_they_replace() {
    assert_eq!(line(&["set", "--public", "-", "port", "9"]), "port: 9 # the usual");
    assert_eq!(line(&["set", "--public", "-", "name", "9"]), "name: '9'");
    assert_eq!(line(&["set", "--public", "-", "debug", "true"]), "debug: true");
    assert_eq!(line(&["set", "--public", "-", "debug", "true", "--string"]), "debug: 'true'");
    assert_eq!(line(&["set", "--public", "-", "empty", "3"]), "empty: 3");
    assert_eq!(line(&["set", "--public", "-", "empty", "1st"]), "empty: 1st");
    assert_eq!(line(&["set", "--public", "-", "empty", "null: 1"]), "empty: 'null: 1'");
    assert_eq!(line(&["set", "--public", "-", "empty", "--string", "3"]), "empty: '3'");
    assert_eq!(line(&["set", "--public", "-", "port", "--json-value", "\"x\""]), "port: x # the usual");
    assert_eq!(line(&["set", "--public", "-", "port", "-5"]), "port: -5 # the usual");
}

#[test]
fn values_come_from_the_environment_and_from_files() {
    let sandbox = Sandbox::empty();
    sandbox.write("value", "0123\n");
    sandbox.write("key", "-----BEGIN KEY-----\nabc\n-----END KEY-----\n");
    let set = |more: &[&str]| {
        let arguments = [&["set", "-", "name"], more].concat();
        sandbox.agepatch(arguments).env("VALUE", "from the environment").write_stdin(DOCUMENT).assert()
    };
    set(&["--from-env", "VALUE"]).success().stdout(contains("name: 'from the environment'\n"));
    set(&["--from-env", "MISSING"]).code(2).stdout(is_empty()).stderr(contains("MISSING is not set"));
    set(&["--from-file", "value"]).success().stdout(contains("name: '0123'\n"));
    set(&["--from-file", "missing"]).code(6).stdout(is_empty());
    set(&["--from-file", "-"]).code(2).stderr(contains("stdin holds the document"));
    set(&["--from-stdin"]).code(2).stderr(contains("stdin holds the document"));
    set(&[]).code(2).stderr(contains("the value is missing"));
}

#[test]
fn generated_values_are_never_shown() {
    let output = filter(&["set", "-", "name", "--generate", "40"], DOCUMENT).success();
    let text = String::from_utf8(output.get_output().stdout.clone()).expect("text");
    let value = text.lines().find_map(|line| line.strip_prefix("name: ")).expect("the line").trim_matches('\'');
    assert_eq!(value.len(), 40);
    output.stderr(contains(value).not());
}

#[test]
fn secrets_are_refused_as_arguments() {
    let authelia = "identity_providers:\n  oidc:\n    hmac_secret: old\n    clients:\n      - client_id: a\n        client_secret: x\n";
    let client = "identity_providers.oidc.clients[a].client_secret";
    let refused = |arguments: &[&str], input: &str| {
        filter(&[arguments, &["--output", "json"]].concat(), input)
            .code(2)
            .stdout(is_empty())
            .stderr(contains(r#""kind":"secret-on-command-line""#).and(contains("marker").not()));
    };
    refused(&["set", "-", client, "marker"], authelia);
    refused(&["set", "-", "identity_providers.oidc.hmac_secret", "marker"], authelia);
    refused(&["set", "-", "identity_providers.oidc", "--json-value", r#"{"hmac_secret":"marker"}"#], authelia);
    refused(&["set", "-", "OIDC_CLIENT_SECRET", "marker"], "OIDC_CLIENT_SECRET: x\n");
    refused(&["set", "-", "app.apiKey", "marker"], "app: {apiKey: x}\n");
    refused(&["set", "-", "db.url", "postgres://u:marker@db/x"], "db: {url: a}\n");
    for name in ["B2_ACCOUNT_KEY", "GITHUB_PAT", "APP_KEY", "JWT", "PIN", "COOKIE", "SMTP_PW", "LOG_LEVEL"] {
        let variables = format!("{name}=x\nOTHER=1\n");
        refused(&["set", "-", name, "marker"], &variables);
        refused(&["set", "-", name, "4711"], &variables);
        refused(&["set", "-", "NEW", "marker"], &variables);
        refused(&["set", "-", name, "$5$marker"], &variables);
        refused(&["set", "-", name, "$plaintext$marker"], &variables);
    }
    refused(&["set", "-", ".", "marker", "--as", "token"], "one secret");
    refused(&["add", "-", "list", "marker"], "list: [a]\nb: c\n");
    refused(&["remove", "-", "list", "marker"], "list: [a]\nb: c\n");
    let digest = "$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR";
    filter(&["set", "-", client, digest, "--no-check"], authelia).success().stdout(contains(digest));
    filter(&["set", "-", "LEVEL", "info", "--public"], "LEVEL=x\nB=1\n").success().stdout("LEVEL=info\nB=1\n");
    filter(&["set", "-", ".", "info", "--public", "--as", "note"], "x").success().stdout("info");
}

/// A misspelled option is reported as such, not as a secret value.
#[test]
fn a_misspelled_option_is_named_before_its_value_is_called_secret() {
    let authelia = "identity_providers:\n  oidc:\n    clients:\n      - client_id: a\n        redirect_uris: [x]\n";
    let at = "identity_providers.oidc.clients[a].";
    for (command, option, near) in [
        ("set", "redirect_uri", "redirect_uris"),
        ("add", "redirect_uri", "redirect_uris"),
        ("remove", "redirect_uri", "redirect_uris"),
        ("set", "client_nam", "client_name"),
    ] {
        let output = filter(&[command, "-", &format!("{at}{option}"), "marker"], authelia).code(5);
        output.stdout(is_empty()).stderr(contains(format!("`{near}`")).and(contains("marker").not()));
    }
    filter(&["set", "-", "identity_provider.oidc", "marker"], authelia)
        .code(5)
        .stderr(contains("`identity_providers`"));
}

#[test]
fn a_missing_path_suggests_the_nearest() {
    filter(&["unset", "-", "prt"], DOCUMENT).code(5).stdout(is_empty()).stderr(contains("`port`"));
    filter(&["remove", "-", "hots", "a"], DOCUMENT).code(5).stderr(contains("`hosts`"));
    filter(&["remove", "-", "port", "a"], DOCUMENT).code(5).stderr(contains("unset"));
}

#[test]
fn items_are_removed_from_lists() {
    filter(&["remove", "--public", "-", "hosts", "a"], DOCUMENT).success().stdout(contains("hosts: [b]"));
    filter(&["remove", "--public", "-", "hosts", "c"], DOCUMENT).success().stdout(DOCUMENT);
    filter(&["add", "--public", "-", "hosts", "b"], DOCUMENT).success().stdout(DOCUMENT);
    filter(&["unset", "-", "hosts[0]", "hosts[a]"], DOCUMENT).success().stdout(contains("hosts: [b]"));
}

#[test]
fn patches_come_from_files_and_apply_in_order_as_one() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "1.json",
        r#"[{"op": "test", "path": "/port", "value": 8080}, {"op": "replace", "path": "/port", "value": 1}]"#,
    );
    sandbox.write("2.yaml", "- { op: test, path: port, value: 1 }\n- { op: replace, path: name, value: x }\n");
    sandbox.write("3.yaml", "- { op: replace, path: name, valeu: x }\n");
    sandbox.write("merge.json", r#"{"port": 5, "gone": null}"#);
    let apply =
        |arguments: &[&str]| sandbox.agepatch([&["apply", "-"], arguments].concat()).write_stdin(DOCUMENT).assert();
    let expected = DOCUMENT.replace("8080", "1").replace("'web'", "'x'");
    apply(&["-p", "1.json", "-p", "2.yaml"]).success().stdout(expected);
    apply(&["-p", "2.yaml", "-p", "1.json"]).code(4).stdout(is_empty()).stderr(contains("operation 1 (test"));
    apply(&["-p", "3.yaml"]).code(5).stdout(is_empty()).stderr(contains("3.yaml:1:").and(contains("`value`")));
    apply(&["-p", "merge.json", "--merge"]).success().stdout(DOCUMENT.replace("8080", "5"));
    apply(&["-p", "merge.json"]).code(5).stderr(contains("--merge"));
    apply(&["-p", "-"]).code(2).stderr(contains("stdin holds"));
    apply(&[]).code(2).stderr(contains("stdin holds"));
    apply(&["-p", "missing.json"]).code(6);
    sandbox.agepatch(["apply", "-p", "1.json"]).assert().code(2).stderr(contains("which file"));
}

#[test]
fn options_that_need_a_file_are_refused_for_stdin() {
    filter(&["set", "--public", "-", "port", "1", "--commit"], DOCUMENT).code(2).stdout(is_empty());
    filter(&["set", "--public", "-", "port", "1"], "age-encryption.org/v1\n").code(2).stderr(contains("ciphertext"));
}

#[test]
fn an_edit_that_introduces_an_error_is_refused() {
    let document = "identity_providers:
  oidc:
    clients:
      - client_id: a
        client_name: A
        client_secret: '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR'
        redirect_uris: ['https://a.example.com/callback']
        token_endpoint_auth_method: client_secret_basic
        public: marker
";
    let method = "identity_providers.oidc.clients[a].token_endpoint_auth_method";
    let name = "identity_providers.oidc.clients[a].client_name";
    // The wrong type of `public` existed before, and blocks nothing.
    filter(&["set", "-", name, "Other"], document).success().stdout(contains("client_name: Other"));
    let document = document.replace("        public: marker\n", "");
    let refused = filter(&["set", "-", method, "basic"], &document).code(4).stdout(is_empty());
    refused.stderr(contains("token-endpoint-auth-method").and(contains("--no-check")).and(contains("pbkdf2").not()));
    filter(&["set", "-", method, "basic", "--output", "json"], &document).code(4).stderr(contains(r#""kind":"check""#));
    filter(&["set", "-", method, "basic", "--no-check"], &document).success().stdout(contains(": basic\n"));
}

#[test]
fn values_have_the_type_that_the_schema_asks_for() {
    let document = "identity_providers:
  oidc:
    enable_pkce_plain_challenge: ~
    minimum_parameter_entropy: ~
    clients:
      - client_id: a
        client_name: ~
        public: ~
        consent_mode: ~
        requested_audience_mode: ~
";
    let set = |path: &str, value: &str| {
        let path = format!("identity_providers.oidc.{path}");
        let output = filter(&["set", "-", &path, value, "--no-check"], document).success().get_output().stdout.clone();
        let text = String::from_utf8(output).expect("text");
        let changed = text.lines().find(|line| !document.lines().any(|old| old == *line));
        changed.unwrap_or_default().trim().to_owned()
    };
    assert_eq!(set("clients[a].client_name", "true"), "client_name: 'true'");
    assert_eq!(set("clients[a].client_name", "8"), "client_name: '8'");
    assert_eq!(set("clients[a].public", "true"), "public: true");
    assert_eq!(set("minimum_parameter_entropy", "8"), "minimum_parameter_entropy: 8");
    assert_eq!(set("minimum_parameter_entropy", "many"), "minimum_parameter_entropy: many");
}
