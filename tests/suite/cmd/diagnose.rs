//! `diagnose`: a cause is found, in a log or a URL, and fixed.

use std::fs;
use std::path::Path;

use agepatch::authelia::Request;
use agepatch::document::{Document, Format};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/authelia").join(name);
    fs::read_to_string(path).expect("recorded")
}

const FILE: &str = "authelia-secrets.age";
const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: marker-hmac-0123456789abcdef0123456789
    clients:
      - client_id: mediamanager
        client_secret: '$plaintext$marker'
        redirect_uris: ['https://media.example.com/old']
        token_endpoint_auth_method: client_secret_post # why
";

fn story() -> String {
    let lines = data("logs.jsonl");
    let case: Json = serde_json::from_str(lines.lines().next().expect("a line")).expect("a case");
    case["log"].as_str().expect("a line").to_owned()
}

#[test]
fn the_cause_is_found_and_the_patch_applied() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let found = sandbox.agepatch(["diagnose", "--output", "json"]).write_stdin(story()).assert().success();
    let found: Json = serde_json::from_slice(&found.get_output().stdout).expect("JSON");
    let diagnosis = &found["diagnoses"][0];
    assert_eq!(diagnosis["cause"], "auth-method");
    assert_eq!(
        (&diagnosis["registered"], &diagnosis["requested"]),
        (&"client_secret_post".into(), &"client_secret_basic".into())
    );
    assert_eq!(diagnosis["patch"][1]["path"], "/identity_providers/oidc/clients/0/token_endpoint_auth_method");
    let applied = sandbox.agepatch(["diagnose", "--apply"]).write_stdin(story()).assert().success();
    applied.stdout(contains("client_secret_post → client_secret_basic").and(contains("marker").not()));
    assert_eq!(sandbox.open(FILE), FRAGMENT.replace("_post", "_basic"));
}

#[test]
fn json_contains_the_applied_changes() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let ran = |log: String, code: i32| -> Json {
        let ran = sandbox.agepatch(["diagnose", "--apply", "--output", "json"]).write_stdin(log).assert().code(code);
        serde_json::from_slice(&ran.get_output().stdout).expect("one JSON document")
    };
    let nothing = ran("nothing of interest\n".to_owned(), 1);
    assert_eq!((nothing["diagnoses"].as_array().map(Vec::len), nothing.get("applied")), (Some(0), Some(&Json::Null)));
    let applied = ran(story(), 0);
    assert_eq!(applied["diagnoses"][0]["cause"], "auth-method");
    assert_eq!(applied["applied"]["files"][0]["changes"][0]["after"], "client_secret_basic");
    assert_eq!(sandbox.open(FILE), FRAGMENT.replace("_post", "_basic"));
    // The patch tests for the old method: the second time there is nothing to fix, but the cause is still reported.
    let again = ran(story(), 0);
    assert_eq!((&again["diagnoses"][0]["cause"], &again["applied"]), (&"auth-method".into(), &Json::Null));
}

#[test]
fn a_plain_configuration_is_fixed_from_stdin_to_stdout() {
    let sandbox = Sandbox::empty();
    for (log, mended) in [(story(), FRAGMENT.replace("_post", "_basic")), ("nothing\n".to_owned(), FRAGMENT.to_owned())]
    {
        sandbox.write("authelia.log", &log);
        for output in ["text", "json"] {
            let arguments = ["diagnose", "-", "--log", "authelia.log", "--apply", "--output", output];
            let ran = sandbox.agepatch(arguments).write_stdin(FRAGMENT).assert();
            let ran = ran.code(i32::from(mended == FRAGMENT)).stdout(mended.clone());
            let told = String::from_utf8_lossy(&ran.get_output().stderr).into_owned();
            assert!(output == "text" || serde_json::from_str::<Json>(&told).is_ok(), "{told}");
        }
    }
}

const ASKED: &str = "identity_providers:
  oidc:
    hmac_secret: marker-hmac-0123456789abcdef0123456789
    clients:
      - client_id: media
        client_secret: '$plaintext$marker'
        redirect_uris: ['https://media.example.com/callback', 'http://127.0.0.1/native']
        scopes: [openid, profile]
      - client_id: app
        public: true
        redirect_uris: ['https://app.example.com/cb']
      - client_id: strict
        client_secret: '$plaintext$marker'
        redirect_uris: ['https://strict.example.com/cb']
        pkce_challenge_method: S256
        require_pushed_authorization_requests: true
";

/// Causes, with the requested values.
type Found = &'static [(&'static str, Option<&'static str>)];

/// The end of an authorization URL, and the causes with the requested values.
const URLS: &[(&str, Found)] = &[
    (
        "client_id=media&redirect_uri=https%3A%2F%2Fmedia.example.com%2Fcallback&response_type=code&scope=openid&state=12345678",
        &[],
    ),
    (
        "client_id=media&redirect_uri=http://127.0.0.1:4711/native&response_type=code&scope=openid+profile&state=12345678",
        &[],
    ),
    (
        "client_id=media&redirect_uri=https://media.example.com/callback/&response_type=code&scope=openid&state=12345678",
        &[("redirect-uri", Some("https://media.example.com/callback/"))],
    ),
    ("client_id=media&response_type=code&scope=openid&state=12345678", &[("redirect-uri-missing", None)]),
    (
        "client_id=media&redirect_uri=https://media.example.com/callback&response_type=id_token&response_mode=query&scope=openid+groups&state=123&nonce=1",
        &[
            ("state-too-short", None),
            ("nonce-too-short", None),
            ("response-type", Some("id_token")),
            ("response-mode-insecure", Some("query")),
            ("scope", Some("groups")),
        ],
    ),
    (
        "client_id=media&redirect_uri=https://media.example.com/callback&response_type=code&response_mode=zzz&state=12345678",
        &[("response-mode-unknown", Some("zzz"))],
    ),
    (
        "client_id=media&redirect_uri=https://media.example.com/callback&response_type=code&response_mode=fragment&state=12345678&code_challenge=x",
        &[("response-mode", Some("fragment")), ("pkce-method", Some("plain"))],
    ),
    (
        "client_id=app&redirect_uri=https://app.example.com/cb&response_type=code&scope=openid&state=12345678",
        &[("pkce-missing", None)],
    ),
    (
        "client_id=strict&redirect_uri=https://strict.example.com/cb&response_type=code&state=12345678&code_challenge=x&code_challenge_method=S256",
        &[("pushed-request-required", None)],
    ),
    ("client_id=strict&request_uri=urn:ietf:params:oauth:request_uri:x", &[]),
    ("client_id=nobody&response_type=code", &[("unknown-client", None)]),
];

#[test]
fn an_authorization_url_is_compared_with_the_registration() {
    let document = Document::parse(ASKED.as_bytes(), Format::Yaml).expect("YAML");
    for (query, expected) in URLS {
        let url = format!("https://auth.example.com/api/oidc/authorization?{query}");
        let mut login = url::Url::parse("https://auth.example.com/").expect("a URL");
        login.query_pairs_mut().append_pair("rd", &url);
        for url in [url.as_str(), login.as_str()] {
            let causes = Request::parse(url).expect("a request").causes(document.value());
            let told: Vec<_> = causes.iter().map(|cause| (cause.name, cause.requested.as_deref())).collect();
            assert_eq!(told, *expected, "{query}");
        }
    }
    for wrong in ["", "nonsense", "https://auth.example.com/", "https://auth.example.com/?rd=x"] {
        assert!(Request::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_url_leads_to_the_patch_too() {
    let sandbox = Sandbox::with_files(&[(FILE, ASKED)]);
    let url = "https://auth.example.com/api/oidc/authorization?client_id=media&response_type=code&scope=openid&state=12345678\
               &redirect_uri=https://media.example.com/Callback";
    let told = sandbox.agepatch(["diagnose", "--url", url]).assert().success();
    told.stdout(
        contains("https://media.example.com/callback")
            .and(contains("they differ in capitals"))
            .and(contains("marker").not()),
    );
    sandbox.agepatch(["diagnose", "--url", url, "--apply"]).assert().success();
    assert!(sandbox.open(FILE).contains("https://media.example.com/Callback"), "{}", sandbox.open(FILE));
    let told = sandbox.agepatch(["diagnose", "--url", url]).assert().code(1);
    told.stdout(contains("matches the registration"));
    sandbox.agepatch(["diagnose", "--url", "nonsense"]).assert().code(2).stderr(contains("not a URL"));
    sandbox.agepatch(["diagnose", "--url", url, "--log", "x"]).assert().code(2);
}

#[test]
fn a_registration_that_is_already_right_needs_deployment() {
    let sandbox = Sandbox::with_files(&[(FILE, &FRAGMENT.replace("_post", "_basic"))]);
    let before = sandbox.read(FILE);
    let told = sandbox.agepatch(["diagnose", "--apply"]).write_stdin(story()).assert().success();
    told.stdout(contains("deploy this one").and(contains("patch (").not())).stderr(contains("nothing to apply"));
    assert_eq!(sandbox.read(FILE), before);
}

#[test]
fn a_missing_list_is_written_with_authelias_defaults() {
    let line = "level=error msg=\"Access Request failed with error: x. The OAuth 2.0 Client is not allowed to use authorization grant 'refresh_token'.\"";
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let named = ["diagnose", "--apply", "--client", "mediamanager", "--cause", "grant-type"];
    sandbox.agepatch(named).write_stdin(line).assert().success();
    let text = sandbox.open(FILE);
    assert!(
        text.contains("grant_types:") && text.contains("- authorization_code") && text.contains("- refresh_token"),
        "{text}"
    );
}

#[test]
fn a_wrong_secret_is_traced_to_the_client_whose_halves_differ() {
    let fragment = format!(
        "{FRAGMENT}      - client_id: other\n        client_secret: '$plaintext$marker'\n        redirect_uris: ['https://o.example.com/cb']\n"
    );
    let sandbox =
        Sandbox::with_files(&[(FILE, &fragment), ("a-env.age", "SECRET=marker\n"), ("b-env.age", "SECRET=marker-b\n")]);
    sandbox.write(
        "agepatch.toml",
        "[[relying-party]]\nclient = 'mediamanager'\nsecret = { file = 'a-env.age', path = 'SECRET' }\n\
         [[relying-party]]\nclient = 'other'\nsecret = { file = 'b-env.age', path = 'SECRET' }\n",
    );
    let line = "level=error msg=\"Access Request failed with error: x. The provided client secret did not match the registered client secret.\"";
    let told = sandbox.agepatch(["diagnose"]).write_stdin(line).assert().success();
    told.stdout(
        contains("client      other")
            .and(contains("mediamanager: both halves of the secret agree"))
            .and(contains("marker").not()),
    );
}

#[test]
fn a_log_without_a_cause_is_exit_1() {
    let sandbox = Sandbox::empty();
    let found = sandbox.agepatch(["diagnose"]).write_stdin("nothing here\n").assert().code(1);
    found.stdout(contains("no cause"));
    let json = sandbox.agepatch(["diagnose", "--output", "json"]).write_stdin("").assert().code(1);
    json.stdout("{\"diagnoses\":[]}\n");
}
