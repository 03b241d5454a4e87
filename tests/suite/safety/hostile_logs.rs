//! `diagnose` on logs from an attacker: an anonymous request can make Authelia log nearly any text.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: marker-hmac-0123456789abcdef0123456789
    clients:
      - client_id: paperless
        client_secret: '$plaintext$marker'
        redirect_uris: ['https://paper.example.com/old']
        scopes: [openid]
        token_endpoint_auth_method: client_secret_post
      - client_id: signer
        redirect_uris: ['https://signer.example.com/cb']
        token_endpoint_auth_method: private_key_jwt
      - client_id: bare
        client_secret: '$plaintext$marker'
";

fn line(text: &str) -> String {
    let text = serde_json::to_string(text).expect("quoted");
    format!("time=\"2026-11-24T02:41:45Z\" level=error msg={text} method=GET\n")
}

fn redirect(client: &str, uri: &str) -> String {
    line(&format!(
        "Authorization Request failed with error: x. The 'redirect_uris' registered with OAuth 2.0 Client with id '{client}' did not match 'redirect_uri' value '{uri}'."
    ))
}

fn diagnoses(sandbox: &Sandbox, log: &str, more: &[&str]) -> Vec<Json> {
    let ran = sandbox.agepatch(["diagnose", "--output", "json"].iter().chain(more)).write_stdin(log).assert();
    let document: Json = serde_json::from_slice(&ran.get_output().stdout).expect("JSON");
    document["diagnoses"].as_array().expect("a list").clone()
}

/// Applies the proposal for the log; returns whether that changed the file.
fn applies(sandbox: &Sandbox, log: &str, more: &[&str]) -> bool {
    let before = sandbox.open(FILE);
    let _ = sandbox.agepatch(["diagnose", "--apply"].iter().chain(more)).write_stdin(log).assert();
    let changed = sandbox.open(FILE) != before;
    sandbox.seal(FILE, FRAGMENT.as_bytes());
    changed
}

#[test]
fn a_redirect_uri_is_registered_only_at_a_known_address() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let cases = [
        ("paperless", "https://paper.example.com/new", true),
        ("paperless", "https://paper.example.com/old/", true),
        ("paperless", "https://evil.example.net/x", false),
        ("paperless", "https://evil.example.net/paper.example.com", false),
        ("paperless", "https://paper.example.com.evil.example.net/old", false),
        ("paperless", "https://paper.example.com@evil.example.net/old", false),
        ("paperless", "https://paper.example.com:8443/old", false),
        ("paperless", "http://paper.example.com/old", false),
        ("paperless", "http://127.0.0.1/old", false),
        ("paperless", "https://signer.example.com/cb", false),
        ("paperless", "javascript:alert(1)", false),
        ("bare", "https://paper.example.com/old", false),
    ];
    for (client, uri, known) in cases {
        let log = redirect(client, uri);
        let found = diagnoses(&sandbox, &log, &[]);
        assert_eq!((found.len(), found[0]["cause"].as_str()), (1, Some("redirect-uri")), "{uri}");
        assert_eq!(!found[0]["patch"].is_null(), known, "{uri}");
        assert_eq!(applies(&sandbox, &log, &[]), known, "{uri}");
        // Naming it does not make it known.
        assert_eq!(applies(&sandbox, &log, &["--client", client, "--cause", "redirect-uri"]), known, "{uri}");
    }
}

#[test]
fn an_unknown_host_may_be_a_probe() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let ran = sandbox.agepatch(["diagnose"]).write_stdin(redirect("paperless", "https://evil.example.net/x")).assert();
    ran.success().stdout(
        contains("the host is unknown")
            .and(contains("may be a probe"))
            .and(contains("register `https").not())
            .and(contains("patch (").not()),
    );
    let ran =
        sandbox.agepatch(["diagnose"]).write_stdin(redirect("paperless", "http://paper.example.com/old")).assert();
    ran.success().stdout(contains("use `https`").and(contains("patch (").not()));
}

#[test]
fn the_relying_party_s_url_makes_an_address_known() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    sandbox.write("agepatch.toml", "[[relying-party]]\nclient = 'bare'\nurl = 'https://bare.example.com/app'\n");
    let cases = [
        ("bare", "https://bare.example.com/cb", true),
        ("bare", "http://bare.example.com/cb", false),
        ("paperless", "https://bare.example.com/cb", false),
    ];
    for (client, uri, known) in cases {
        assert_eq!(applies(&sandbox, &redirect(client, uri), &[]), known, "{client} {uri}");
    }
}

/// Lines that an anonymous request can cause, with a patch that would make Authelia accept more: cause, line.
const WIDENING: &[(&str, &str)] = &[
    ("scope", "OAuth 2.0 Client with id 'paperless' is not allowed to request scope 'offline_access'."),
    (
        "grant-type",
        "The OAuth 2.0 Client with id 'paperless' is not allowed to use authorization grant 'refresh_token'.",
    ),
    ("response-type", "OAuth 2.0 Client with id 'paperless' is not allowed to request response_type 'id_token token'."),
    (
        "response-mode",
        "The 'response_mode' requested was 'fragment', but the Client with id 'paperless' does not permit it.",
    ),
    (
        "audience",
        "Requested audience 'https://paper.example.com' has not been whitelisted by the OAuth 2.0 Client with id 'paperless'.",
    ),
    (
        "request-uri",
        "The 'request_uri' parameter with value 'https://paper.example.com/r' is not whitelisted for the OAuth 2.0 Client with id 'paperless'.",
    ),
];

#[test]
fn fixes_that_widen_a_registration_need_to_be_named() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    for (cause, text) in WIDENING {
        let log = line(text);
        let found = diagnoses(&sandbox, &log, &[]);
        assert_eq!((found[0]["cause"].as_str(), found[0]["widens"].as_bool()), (Some(*cause), Some(true)), "{text}");
        for more in [&[][..], &["--client", "paperless"], &["--cause", cause]] {
            assert!(!applies(&sandbox, &log, more), "{cause} {more:?}");
        }
        let ran = sandbox.agepatch(["diagnose", "--apply"]).write_stdin(log.as_str()).assert().success();
        ran.stdout(contains(format!("--apply --client paperless --cause {cause}"))).stderr(contains("not applied"));
        if *cause != "response-type" {
            assert!(applies(&sandbox, &log, &["--client", "paperless", "--cause", cause]), "{cause}");
        }
    }
}

#[test]
fn no_line_weakens_how_a_client_authenticates() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let method = |client: &str, option: &str, registered: &str, used: &str| {
        line(&format!(
            "The request was determined to be using '{option}' method '{used}', however that is not allowed. The registered client with id '{client}' is configured to only support '{option}' method '{registered}'."
        ))
    };
    let token = "token_endpoint_auth_method";
    let cases = [
        // The same secret, sent in another place.
        (method("paperless", token, "client_secret_post", "client_secret_basic"), true),
        (method("paperless", token, "client_secret_post", "none"), false),
        // The line may lie about the registration, but the file does not.
        (method("signer", token, "client_secret_post", "client_secret_basic"), false),
        (method("signer", token, "private_key_jwt", "client_secret_basic"), false),
        (method("paperless", "client_secret", "x", "client_secret_basic"), false),
        (method("paperless", "authorization_policy", "x", "client_secret_basic"), false),
        (
            line("Clients must include a 'code_challenge' when performing the flow. The client with id 'paperless' …"),
            false,
        ),
        (
            line(
                "The 'prompt' type of 'none' was requested but client is configured to require consent. Client with id 'paperless'",
            ),
            false,
        ),
        (line("Pushed Authorization Requests are required by the registered client with id 'paperless'."), false),
    ];
    for (log, expected) in cases {
        assert_eq!(applies(&sandbox, &log, &[]), expected, "{log}");
    }
}

#[test]
fn findings_are_selected_by_client_and_cause() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let log =
        [redirect("paperless", "https://paper.example.com/a"), redirect("signer", "https://signer.example.com/a")];
    let log = format!("{}{}{}", log[0], log[1], line(WIDENING[0].1));
    let names = |more: &[&str]| -> Vec<String> {
        let found = diagnoses(&sandbox, &log, more);
        found
            .iter()
            .map(|one| {
                format!("{} {}", one["client"].as_str().unwrap_or_default(), one["cause"].as_str().unwrap_or_default())
            })
            .collect()
    };
    assert_eq!(names(&[]), ["paperless redirect-uri", "signer redirect-uri", "paperless scope"]);
    assert_eq!(names(&["--client", "signer"]), ["signer redirect-uri"]);
    assert_eq!(names(&["--cause", "scope"]), ["paperless scope"]);
    assert_eq!(names(&["--client", "paperless", "--cause", "redirect-uri"]), ["paperless redirect-uri"]);
    sandbox.agepatch(["diagnose", "--client", "nobody"]).write_stdin(log.as_str()).assert().code(1);
    let wrong = sandbox.agepatch(["diagnose", "--cause", "redirect_uri"]).write_stdin(log.as_str()).assert().code(2);
    wrong.stderr(contains("did you mean `redirect-uri`?"));
    sandbox.agepatch(["diagnose", "--apply", "--client", "signer"]).write_stdin(log.as_str()).assert().success();
    let text = sandbox.open(FILE);
    assert!(text.contains("https://signer.example.com/a") && !text.contains("https://paper.example.com/a"), "{text}");
}

#[test]
fn a_finding_reports_how_often_it_was_seen() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let one = redirect("paperless", "https://evil.example.net/x");
    let log = format!("{one}{}{}", one.replace("02:41", "03:00"), one.replace("02:41", "04:00"));
    let found = diagnoses(&sandbox, &log, &[]);
    let seen = serde_json::json!({ "count": 3, "first": "2026-11-24T02:41:45Z", "last": "2026-11-24T04:00:45Z" });
    assert_eq!((found.len(), &found[0]["seen"]), (1, &seen));
    let ran = sandbox.agepatch(["diagnose"]).write_stdin(log).assert().success();
    ran.stdout(contains("seen        3 times, first 2026-11-24T02:41:45Z, last 2026-11-24T04:00:45Z"));
    let url = "https://auth.example.com/api/oidc/authorization?client_id=paperless&response_type=code&state=12345678&redirect_uri=https://evil.example.net/x";
    let found = diagnoses(&sandbox, "", &["--url", url]);
    assert!(found[0]["seen"].is_null() && found[0]["patch"].is_null(), "{found:?}");
}

#[test]
fn a_suggested_command_holds_a_client_of_the_log_as_one_word() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let unknown =
        |client: &str| line(&format!("The client with id '{client}' does not appear to be a registered client."));
    for client in ["x; touch /tmp/pwn", "$(touch /tmp/pwn)", "x\ntouch /tmp/pwn", "x`touch /tmp/pwn`"] {
        for output in ["text", "json"] {
            let ran =
                sandbox.agepatch(["diagnose", "--output", output]).write_stdin(unknown(client)).assert().success();
            let told = String::from_utf8_lossy(&ran.get_output().stdout).into_owned();
            let (_, command) = told.split_once("agepatch client add ").expect("a suggestion");
            assert!(command.starts_with('\''), "{told}");
            assert!(!told.contains("\ntouch"), "{told}");
        }
    }
    let ran = sandbox.agepatch(["diagnose"]).write_stdin(unknown("--file=/etc/passwd")).assert().success();
    ran.stdout(contains("`agepatch client add ID`"));
}
