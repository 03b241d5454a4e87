//! The causes of the log lines that Authelia writes.

use std::fs;
use std::path::Path;

use agepatch::authelia::{causes, diagnose};
use agepatch::check::{self, Options, Severity, Source};
use agepatch::document::{Document, Format};
use agepatch::shown::Shown;
use serde_json::Value as Json;

fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/authelia").join(name);
    fs::read_to_string(path).expect("recorded")
}

/// The registrations of a recorded line.
fn registrations(recorded: &Json) -> Document {
    let text = data(recorded["registrations"].as_str().expect("a file"));
    Document::parse(text.as_bytes(), Format::Yaml).expect("YAML")
}

fn recorded() -> Vec<Json> {
    data("logs.jsonl").lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

/// The line in the forms in which users see it.
fn forms(log: &str) -> Vec<String> {
    let (time, rest) = log.split_once(" level=").expect("logfmt");
    let msg = rest.split_once("msg=\"").expect("a message").1;
    let (msg, rest) = msg.split_once("\" ").expect("the message ends");
    let error = rest.split_once("error=\"").map(|(_, error)| error.split_once("\" method").expect("an end").0);
    let msg = msg.replace("\\\"", "\"");
    let json = serde_json::json!({ "error": error, "level": "error", "method": "POST", "msg": msg, "time": time });
    let json = json.to_string();
    vec![
        log.to_owned(),
        format!("Nov 24 02:41:45 cloud authelia[7]: {log}"),
        json.clone(),
        format!("Nov 24 02:41:45 cloud authelia[7]: {json}"),
        serde_json::json!({ "MESSAGE": log, "_SYSTEMD_UNIT": "authelia-main.service" }).to_string(),
        serde_json::json!({ "log": format!("{log}\n"), "stream": "stderr" }).to_string(),
        format!("authelia-1  | \u{1b}[31m{log}\u{1b}[0m"),
        format!("level=info msg=\"Listening\"\n{log}\n\n{{\"level\":\"info\"}}\n{log}\nGET / 200 'x'\n"),
    ]
}

#[test]
fn every_recorded_line_is_diagnosed_in_every_log_format() {
    let mut wrong = Vec::new();
    for recorded in recorded() {
        let document = registrations(&recorded);
        for log in forms(recorded["log"].as_str().expect("a line")) {
            let found = causes(&log);
            let [cause] = found.as_slice() else {
                wrong.push(format!("{}: {} causes in {log}", recorded["wrong"], found.len()));
                continue;
            };
            let diagnosis = diagnose(cause.clone(), document.value(), |_| None);
            let said = |member: &str| recorded[member].as_str().map(str::to_owned);
            if (diagnosis.client, cause.option.clone(), cause.requested.clone())
                != (said("client"), said("option"), said("requested"))
            {
                wrong.push(format!("{}: {cause:?}", recorded["wrong"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_patch_introduces_no_error() {
    let mut patches = 0;
    for recorded in recorded() {
        let document = registrations(&recorded);
        for cause in causes(recorded["log"].as_str().expect("a line")) {
            let Some(patch) = diagnose(cause, document.value(), |_| None).patch else { continue };
            patches += 1;
            let errors = |document: &Document| {
                let source = Source::new(Shown::fixed("a.yml"), Ok(document));
                let found = check::run(&[source], &Options::default());
                found.into_iter().filter(|finding| finding.severity == Severity::Error).count()
            };
            let mut session = document.edit();
            for edit in &patch {
                session.apply(edit).expect("it fits");
            }
            let after = session.finish().expect("it reads back");
            assert_eq!(errors(&after), errors(&document), "{}: {patch:?}", recorded["wrong"]);
            assert_ne!(after.bytes(), document.bytes(), "{}", recorded["wrong"]);
        }
    }
    assert!(patches > 8, "{patches}");
}

/// Other lines that Authelia can write: cause, client, option, registered value, requested value.
const FURTHER: &[(&str, [Option<&str>; 5])] = &[
    (
        "Authorization Request with id 'r' on client with id 'denied' using policy 'nobody' could not be processed: the user 'john' is not authorized to use this client",
        [Some("authorization-policy"), Some("denied"), Some("authorization_policy"), Some("nobody"), None],
    ),
    (
        "Authorization Response for Request with id 'r' on client with id 'public' using policy 'one_factor' could not be created: Malformed. Clients must include a 'code_challenge' when performing the authorize code flow, but it is missing. The authorization server is configured in a way that enforces PKCE for all public client type clients and the 'public' client is using the public client type.",
        [Some("pkce-missing"), Some("public"), Some("require_pkce"), None, None],
    ),
    (
        "Authorization Response for Request with id 'r' on client with id 'pkce' using policy 'p' could not be created: Malformed. Authorization was requested with 'code_challenge_method' value 'plain', but the authorization server policy does not allow method 'plain' and requires method 'S256'. The registered client with id 'pkce' is configured in a way that enforces the use of 'code_challenge_method' with a value of 'S256' but the authorization request included method 'plain'.",
        [Some("pkce-method"), Some("pkce"), Some("pkce_challenge_method"), Some("S256"), Some("plain")],
    ),
    (
        "Access Request failed with error: Client authentication failed. The registered client with id 'b' is configured to only support 'token_endpoint_auth_method' method 'client_secret_post', but the method 'client_secret_basic' was determined to be used. Either …",
        [
            Some("auth-method"),
            Some("b"),
            Some("token_endpoint_auth_method"),
            Some("client_secret_post"),
            Some("client_secret_basic"),
        ],
    ),
    (
        "Access Request failed with error: Client authentication failed. The request was determined to be using 'none_endpoint_auth_method' method 'token', however the OAuth 2.0 client registration does not allow this method. The registered client with id 'b' is configured with a confidential client type but only client registrations with a public client type can use this 'token_endpoint_auth_method'.",
        [Some("auth-method"), Some("b"), Some("token_endpoint_auth_method"), None, Some("none")],
    ),
    (
        "Access Request failed with error: Malformed. Client Authentication failed with more than one known authentication method included in the request which is not permitted. The registered client with id 'b' and the authorization server policy does not permit this malformed request. The `token_endpoint_auth_method` methods determined to be used were 'client_secret_basic', 'client_secret_post'.",
        [
            Some("several-auth-methods"),
            Some("b"),
            Some("token_endpoint_auth_method"),
            None,
            Some("client_secret_basic"),
        ],
    ),
    (
        "Access Request failed with error: Client authentication failed. OAuth 2.0 client with id 'b' expects client assertions to be signed with the 'alg' header value 'RS256' due to the client registration 'request_object_signing_alg' value but the client assertion was signed with the 'alg' header value 'ES256'.",
        [Some("signed-otherwise"), Some("b"), Some("request_object_signing_alg"), Some("RS256"), Some("ES256")],
    ),
    (
        "Access Request failed with error: Not authorized. The OAuth 2.0 Client is not allowed to use the authorization grant 'urn:ietf:params:oauth:grant-type:device_code'.",
        [Some("grant-type"), None, Some("grant_types"), None, Some("urn:ietf:params:oauth:grant-type:device_code")],
    ),
    (
        "Authorization Request failed with error: Malformed. The 'redirect_uris' registered with OAuth 2.0 Client with id 'it's' did not match 'redirect_uri' value 'https://a.example.com/o'neill' because the only registered 'redirect_uri' is not a valid value.",
        [Some("redirect-uri"), Some("it's"), Some("redirect_uris"), None, Some("https://a.example.com/o'neill")],
    ),
    (
        "Authorization Request failed with error: Unsupported. The 'response_mode' requested was 'jwt', but the Authorization Server or registered OAuth 2.0 client doesn't allow or support this mode. The registered OAuth 2.0 Client with id 'b' does not the 'response_mode' type 'jwt', as it's not registered to support any.",
        [Some("response-mode"), Some("b"), Some("response_modes"), None, Some("jwt")],
    ),
    (
        "Authorization Request with id 'r' on client with id 'b' using policy 'p' failed to validate the Response Mode: Unsupported. The request omitted the response_mode making the default response_mode \"query\" based on the other authorization request parameters but registered OAuth 2.0 client doesn't support this response_mode",
        [Some("response-mode"), Some("b"), Some("response_modes"), None, Some("query")],
    ),
    (
        "Authorization Request failed with error: Malformed. Pushed Authorization Requests are required but this Authorization Request was not made as a Pushed Authorization Request. The registered OAuth 2.0 client with id 'b' is registered with a policy which requires Pushed Authorization Requests be used.",
        [Some("pushed-request-required"), Some("b"), Some("require_pushed_authorization_requests"), None, None],
    ),
    (
        "Authorization Request failed with error: Invalid target. Requested audience 'https://api.example.com' has not been whitelisted by the OAuth 2.0 Client.",
        [Some("audience"), None, Some("audience"), None, Some("https://api.example.com")],
    ),
    (
        "User Info Request with id 'r' on client with id 'b' failed with error: bearer authorization failed as the Access Token was not granted the appropriate scope",
        [Some("access-token-scope"), Some("b"), Some("scopes"), None, Some("openid")],
    ),
    (
        "Authorization Request with id 'r' on client with id 'b' could not be processed: the 'prompt' type of 'none' was requested but client is configured to require consent or pre-configured consent and the pre-configured consent was absent",
        [Some("consent-needed"), Some("b"), Some("consent_mode"), None, None],
    ),
    (
        "Access Request failed with error: Invalid grant. The PKCE code challenge did not match the code verifier.",
        [Some("pkce-verifier"), None, None, None, None],
    ),
    (
        "Access Request failed with error: Malformed. HTTP method is 'GET', expected 'POST'.",
        [Some("request-malformed"), None, None, None, None],
    ),
    (
        "Authorization Request with id 'r' on client with id 'gone' could not be processed: client was not found",
        [Some("unknown-client"), Some("gone"), None, None, None],
    ),
];

#[test]
fn unrecorded_lines_are_diagnosed() {
    for (line, expected) in FURTHER {
        let log = format!("level=error msg={} method=POST", serde_json::to_string(line).expect("quoted"));
        let found = causes(&log);
        let [cause] = found.as_slice() else { panic!("{} causes in {line}", found.len()) };
        let told = [
            Some(cause.name),
            cause.client.as_deref(),
            cause.option.as_deref(),
            cause.registered.as_deref(),
            cause.requested.as_deref(),
        ];
        assert_eq!(told, *expected, "{line}");
    }
}

#[test]
fn another_line_of_the_same_request_names_the_client() {
    let log = "level=debug msg=\"Access Request with id 'r-1' on client with id 'media' is being processed\"\n\
               level=debug msg=\"Access Request with id 'r-2' on client with id 'other' is being processed\"\n\
               level=error msg=\"Access Response for Request with id 'r-1' failed with error: Invalid. The authorization code has already been used.\"\n";
    let found = causes(log);
    assert_eq!((found.len(), found[0].client.as_deref()), (1, Some("media")));
}
