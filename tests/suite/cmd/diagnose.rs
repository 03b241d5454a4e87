//! `diagnose` on the recorded log lines, and the story: a wrong method is found and fixed.

use std::fs;
use std::path::Path;

use agepatch::authelia::{Request, causes, diagnose};
use agepatch::check::{self, Options, Severity, Source};
use agepatch::document::{Document, Format};
use agepatch::shown::Shown;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

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
        contains("client: other")
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

/// Two clients that send their secrets in the header, and one that sends its secret in the body.
const REGISTERED: &str = "identity_providers:
  oidc:
    clients:
      - client_id: media
        client_secret: '$plaintext$abc'
        redirect_uris: [https://media.example.com/callback]
      - client_id: photos
        client_secret: '$plaintext$abc'
        redirect_uris: [https://photos.example.com/callback]
      - client_id: files
        client_secret: '$plaintext$abc'
        token_endpoint_auth_method: client_secret_post
        redirect_uris: [https://files.example.com/callback]
";

fn registered() -> Sandbox {
    Sandbox::with_files(&[("authelia-secrets.age", REGISTERED)])
}

/// The findings of `diagnose` in the text, with these arguments.
fn found(sandbox: &Sandbox, text: &str, arguments: &[&str]) -> Vec<Json> {
    let mut command = sandbox.agepatch([&["diagnose", "--output", "json"], arguments].concat());
    let output = command.write_stdin(text).output().expect("it runs");
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    json["diagnoses"].as_array().expect("a list").clone()
}

#[test]
fn the_message_that_an_application_shows_is_enough() {
    let sandbox = registered();
    let hint = "The request was determined to be using 'token_endpoint_auth_method' method 'client_secret_post', however the OAuth 2.0 client registration does not allow this method.";
    for text in [
        hint.to_owned(),
        format!("oauth2: \"invalid_client\" \"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). {hint}\""),
        "determined to be using 'client_secret_post', however the OAuth 2.0 client registration does not allow this method".to_owned(),
        "invalid_client / token_endpoint_auth_method 'client_secret_post' however the OAuth 2.0 client registration does not allow this method".to_owned(),
        format!("https://media.example.com/callback?error=invalid_client&error_description={}&state=x", hint.replace('\'', "%27").replace(' ', "+")),
    ] {
        let all = found(&sandbox, &text, &[]);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        assert_eq!((&all[0]["cause"], &all[0]["requested"]), (&"auth-method".into(), &"client_secret_post".into()), "{text}");
        assert_eq!(all[0]["option"], "token_endpoint_auth_method", "{text}");
        assert_eq!(all[0]["candidates"], serde_json::json!(["media", "photos"]), "{text}");
        assert!(all[0]["client"].is_null() && all[0]["patch"].is_null());
        let chosen = found(&sandbox, &text, &["--client", "photos"]);
        assert_eq!(chosen[0]["client"], "photos", "{text}");
        assert!(chosen[0]["patch"].is_array(), "{text}: {chosen:?}");
    }
    // After the fix, there is no proposal.
    let fixed = found(&sandbox, &hint.replace("client_secret_post", "client_secret_basic"), &["--client", "media"]);
    assert!(fixed.is_empty() || fixed[0]["patch"].is_null());
    sandbox.agepatch(["diagnose", "--apply", "--client", "media"]).write_stdin(hint).assert().success();
    let mut named = hint.to_owned();
    named.push_str(" The registered client with id 'media' is configured to only support 'token_endpoint_auth_method' method 'client_secret_basic'.");
    let fixed = found(&sandbox, &named, &[]);
    assert!(fixed[0]["patch"].is_null(), "{fixed:?}");
    let message = fixed[0]["message"].as_str().expect("a message");
    assert!(message.contains("this file has it so already") && !message.contains("register `"), "{message}");
}

#[test]
fn the_address_to_which_the_browser_was_sent_back_is_read() {
    let sandbox = registered();
    let url = "https://media.example.com/callback?error=invalid_request&error_description=The+request+is+missing+a+required+parameter.+The+%27redirect_uri%27+parameter+does+not+match+any+of+the+OAuth+2.0+Client%27s+pre-registered+%27redirect_uris%27.";
    let mut command = sandbox.agepatch(["diagnose", "--output", "json", "--url", url]);
    let output = command.output().expect("it runs");
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["diagnoses"][0]["cause"], "redirect-uri");
    assert_eq!(json["diagnoses"][0]["candidates"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_request_without_client_authentication_is_not_one_with_an_assertion() {
    let sandbox = registered();
    for text in [
        "The request parameter 'client_assertion' must be set when using 'client_assertion_type' of 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'.",
        "Unknown client_assertion_type ''.",
        "Client Authentication failed with no known authentication method.",
    ] {
        assert_eq!(found(&sandbox, text, &[])[0]["cause"], "credentials-missing", "{text}");
    }
    let assertion = "OAuth 2.0 client with id 'media' provided a client assertion that was expired.";
    assert_eq!(found(&sandbox, assertion, &[])[0]["cause"], "client-assertion");
    let bare = "invalid_client: Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).";
    assert_eq!(found(&sandbox, bare, &[])[0]["cause"], "client-authentication");
}

#[test]
fn an_error_of_the_configuration_points_to_check() {
    let sandbox = registered();
    let log = "level=error msg=\"Configuration: identity_providers: oidc: clients: client 'media': option 'redirect_uris' has an invalid value\"\nlevel=fatal msg=\"Can't continue due to the errors loading the configuration\"\n";
    let all = found(&sandbox, log, &[]);
    assert_eq!(all[0]["cause"], "configuration", "{all:?}");
    assert!(all[0]["message"].as_str().is_some_and(|message| message.contains("`agepatch check`")));
    assert!(all.iter().all(|one| one["candidates"] == serde_json::json!([])));
}
