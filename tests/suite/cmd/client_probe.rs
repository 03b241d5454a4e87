//! `client probe` against a server on the loopback address.

use std::net::TcpListener;

use base64::Engine;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::{Value as Json, json};

use crate::loopback::{self, Authority, Request, Server};
use crate::sandbox::Sandbox;
use crate::support::schema;

const FILE: &str = "authelia-secrets.age";
const ENV: &str = "media-env.age";
/// With characters that must be encoded in requests.
const SECRET: &str = "marker+s e/c%r:t";

fn sandbox(method: &str) -> Sandbox {
    let text = format!(
        "identity_providers:
  oidc:
    clients:
      - client_id: 'media player'
        client_secret: '$plaintext${SECRET}'
        redirect_uris: ['https://media.example.com/cb?x=1']
        token_endpoint_auth_method: {method}
      - client_id: spa
        public: true
        redirect_uris: ['https://spa.example.com/cb']
      - client_id: signer
        token_endpoint_auth_method: private_key_jwt
"
    );
    let sandbox = Sandbox::with_files(&[(FILE, &text), (ENV, &format!("OIDC_SECRET=\"{SECRET}\"\n"))]);
    sandbox.write(
        "agepatch.toml",
        "[[relying-party]]\nclient = \"media player\"\nsecret = { file = \"media-env.age\", path = \"OIDC_SECRET\" }\n",
    );
    sandbox
}

/// Authelia with the client `media player`, which it accepts with this method and this secret.
fn authelia(method: &'static str, secret: &'static str) -> impl Fn(&Request, &str) -> String + Send + Sync {
    move |request, issuer| match request.path() {
        "/.well-known/openid-configuration" => loopback::json(
            "200 OK",
            &json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/api/oidc/authorization"),
                "token_endpoint": format!("{issuer}/api/oidc/token"),
                "grant_types_supported": ["authorization_code", "refresh_token"],
            }),
        ),
        "/api/oidc/token" if proof(request) == (method.to_owned(), secret.to_owned()) => loopback::json(
            "400 Bad Request",
            &json!({
                "error": "invalid_grant",
                "error_description": "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
            }),
        ),
        "/api/oidc/token" => loopback::json(
            "401 Unauthorized",
            &json!({
                "error": "invalid_client",
                "error_description": "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).",
            }),
        ),
        _ => loopback::http("404 Not Found", "text/plain", "", "404 Not Found"),
    }
}

/// The method and the secret that a request authenticates with.
fn proof(request: &Request) -> (String, String) {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
    let field = |name: &str| form.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
    assert_eq!(field("grant_type").as_deref(), Some("authorization_code"));
    assert!(field("code").is_some());
    if let Some(header) = request.header("authorization") {
        let pair = base64::engine::general_purpose::STANDARD.decode(header.strip_prefix("Basic ").expect("Basic"));
        let pair = String::from_utf8(pair.expect("base64")).expect("ASCII");
        let (id, secret) = pair.split_once(':').expect("a pair");
        let decoded = |text: &str| {
            let (value, _) = url::form_urlencoded::parse(text.as_bytes()).into_owned().next().unwrap_or_default();
            value
        };
        assert_eq!(decoded(id), "media player");
        return ("client_secret_basic".to_owned(), decoded(secret));
    }
    match field("client_secret") {
        Some(secret) => ("client_secret_post".to_owned(), secret),
        None => ("none".to_owned(), field("client_id").unwrap_or_default()),
    }
}

fn probe(sandbox: &Sandbox, id: &str, issuer: &str, more: &[&str]) -> assert_cmd::assert::Assert {
    let arguments = ["client", "probe", id, "--issuer", issuer];
    let assert = sandbox.agepatch(arguments.iter().chain(more)).assert();
    let output = assert.get_output();
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    assert!(!String::from_utf8_lossy(&all).contains("marker"), "the secret is never shown");
    assert
}

/// The JSON output, validated against its schema.
fn as_json(assert: &assert_cmd::assert::Assert) -> Json {
    let told = serde_json::from_slice(&assert.get_output().stdout).expect("JSON");
    let schemas = schema::all(&Sandbox::empty());
    assert_eq!(schema::complaints(&schemas["client probe"], &told), Vec::<String>::new(), "{told}");
    told
}

#[test]
fn a_right_secret_is_accepted_by_either_method() {
    for method in ["client_secret_basic", "client_secret_post"] {
        let sandbox = sandbox(method);
        let server = Server::plain(authelia(method, SECRET));
        let told = probe(&sandbox, "media player", &server.issuer, &["--output", "json"]).code(0);
        let told = as_json(&told);
        let members: Vec<&String> = told.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["issuer", "reachable", "token_endpoint", "accepted", "cause", "message"]);
        assert_eq!((&told["accepted"], &told["reachable"], &told["cause"]), (&true.into(), &true.into(), &Json::Null));
        assert_eq!(told["token_endpoint"], format!("{}/api/oidc/token", server.issuer));
        assert_eq!(told["issuer"], server.issuer);
        let requests = server.requests();
        assert_eq!(requests.len(), 2, "one question, one attempt");
        assert!(requests.iter().all(|request| !request.head.lines().next().expect("a line").contains("marker")));
        probe(&sandbox, "media player", &format!("{}/", server.issuer), &[])
            .code(0)
            .stdout(contains("accepts").and(contains(method)));
    }
}

#[test]
fn the_other_method_is_tried_and_named() {
    let sandbox = sandbox("client_secret_post");
    let server = Server::plain(authelia("client_secret_basic", SECRET));
    let told = probe(&sandbox, "media player", &server.issuer, &["--output", "json"]).code(1);
    let told = as_json(&told);
    assert_eq!((&told["accepted"], &told["cause"]), (&false.into(), &"auth-method".into()));
    let message = told["message"].as_str().expect("a message");
    assert!(message.contains("by `client_secret_basic`, and not by `client_secret_post`"), "{message}");
}

#[test]
fn a_wrong_secret_is_traced_to_its_side() {
    // Authelia has another secret than both files, because an older file is deployed.
    let sandbox = sandbox("client_secret_basic");
    let server = Server::plain(authelia("client_secret_basic", "another"));
    probe(&sandbox, "media player", &server.issuer, &[])
        .code(1)
        .stdout(contains("client-secret: ").and(contains("deploy this one")));
    assert_eq!(server.requests().len(), 3, "both methods were tried");
    // The application's side is wrong.
    sandbox.seal(ENV, b"OIDC_SECRET=marker-other\n");
    let server = Server::plain(authelia("client_secret_basic", SECRET));
    probe(&sandbox, "media player", &server.issuer, &[]).code(1).stdout(contains("agepatch client rotate"));
}

#[test]
fn public_clients_and_those_that_sign() {
    let sandbox = sandbox("client_secret_basic");
    let server = Server::plain(authelia("none", "spa"));
    probe(&sandbox, "spa", &server.issuer, &[]).code(0).stdout(contains("no secret"));
    let server = Server::plain(authelia("none", "other"));
    probe(&sandbox, "spa", &server.issuer, &[]).code(1).stdout(contains("unknown-client: "));
    probe(&sandbox, "signer", &server.issuer, &[]).code(5).stderr(contains("private_key_jwt"));
}

#[test]
fn obstacles_are_distinguished() {
    let sandbox = sandbox("client_secret_basic");
    let discovery = |issuer: &str, endpoint: &str| {
        loopback::json("200 OK", &json!({ "issuer": issuer, "token_endpoint": endpoint }))
    };
    let html = |status: &str| loopback::http(status, "text/html", "", "<!DOCTYPE html><title>Login</title>");
    let redirect = |to: &str| loopback::http("302 Found", "text/html", &format!("Location: {to}\r\n"), "");
    let login = redirect("https://auth.example.com/?rd=https%3A%2F%2Fx&session=marker");
    let moved = redirect("https://auth.example.com/.well-known/openid-configuration");
    let answers: Vec<(&str, String, &str)> = vec![
        ("login-page", login, "https://auth.example.com/"),
        ("wrong-issuer", moved, "probe https://auth.example.com"),
        ("login-page", html("401 Unauthorized"), "requires a login"),
        ("not-oidc", html("200 OK"), "a web page"),
        ("not-oidc", html("404 Not Found"), "identity_providers.oidc"),
        ("not-oidc", loopback::json("200 OK", &json!({ "status": "OK" })), "has no `issuer`"),
        ("not-oidc", loopback::http("200 OK", "text/plain", "", ""), "empty"),
        ("not-oidc", "SSH-2.0-OpenSSH_9.9\r\n".to_owned(), "not HTTP"),
        ("unreachable", html("502 Bad Gateway"), "502"),
        ("rate-limited", html("429 Too Many Requests"), "wait"),
        (
            "wrong-issuer",
            discovery("https://other.example.com", "https://other.example.com/t"),
            "https://other.example.com",
        ),
        ("unreachable", String::new(), "closed the connection"),
    ];
    for (cause, answer, told) in answers {
        let server = Server::plain(move |_, _| answer.clone());
        let found = probe(&sandbox, "media player", &server.issuer, &["--output", "json"]).code(1);
        let found = as_json(&found);
        assert_eq!(found["cause"], cause, "{found}");
        assert!(found["message"].as_str().expect("a message").contains(told), "{told}: {found}");
        assert_eq!(server.requests().len(), 1, "nothing is sent to anyone who is not the issuer");
    }
    // A token endpoint on another host does not get the secret.
    let server = Server::plain(move |_, issuer| discovery(issuer, "https://evil.example.com/token"));
    let found = probe(&sandbox, "media player", &server.issuer, &[]).code(1);
    found.stdout(contains("wrong-issuer").and(contains("secret is not sent there")));
    // A token endpoint behind a login page.
    let server = Server::plain(move |request, issuer| match request.path() {
        "/api/oidc/token" => loopback::http("302 Found", "text/html", "Location: /login\r\n", ""),
        _ => discovery(issuer, &format!("{issuer}/api/oidc/token")),
    });
    probe(&sandbox, "media player", &server.issuer, &[]).code(1).stdout(contains("login-page"));
}

#[test]
fn no_answer_no_name_no_time() {
    let sandbox = sandbox("client_secret_basic");
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let found = probe(&sandbox, "media player", &format!("http://127.0.0.1:{free}"), &["--output", "json"]).code(1);
    let found = as_json(&found);
    assert_eq!((&found["cause"], &found["reachable"]), (&"unreachable".into(), &false.into()));
    assert_eq!(found["token_endpoint"], Json::Null);
    probe(&sandbox, "media player", "https://auth.invalid", &["--timeout", "4"]).code(1).stdout(contains("dns: "));
    // It accepts the connection but does not respond.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let issuer = format!("http://127.0.0.1:{}", silent.local_addr().expect("an address").port());
    probe(&sandbox, "media player", &issuer, &["--timeout", "1"]).code(1).stdout(contains("timeout: "));
}

#[test]
fn an_address_that_is_no_authelia_url_is_reported_with_those_that_are() {
    let sandbox = sandbox("client_secret_basic");
    let server = Server::plain(authelia("client_secret_basic", SECRET));
    let settings = String::from_utf8(sandbox.read("agepatch.toml")).expect("UTF-8");
    sandbox.write("agepatch.toml", &format!("[files.\"{FILE}\"]\nwith = [\"configuration.yml\"]\n\n{settings}"));
    let serve = |urls: &str| sandbox.write("configuration.yml", &format!("session:\n  cookies:\n{urls}"));
    serve(
        "    - authelia_url: 'https://auth.example.com/'\n    - authelia_url: 'https://auth.example.org/authelia'\n    \
         - authelia_url: '{{ env \"URL\" }}'\n    - authelia_url: 'https://u:marker@auth.example.net'\n",
    );
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let advice = "https://auth.example.com and https://auth.example.org/authelia: probe that address with --issuer";
    for elsewhere in [format!("http://127.0.0.1:{free}"), format!("{}/other", server.issuer)] {
        probe(&sandbox, "media player", &elsewhere, &[]).code(1).stdout(contains(advice));
        let found = as_json(&probe(&sandbox, "media player", &elsewhere, &["--output", "json"]).code(1));
        assert!(found["message"].as_str().expect("a message").ends_with(advice), "{found}");
    }
    // It answers as Authelia, but users log in elsewhere.
    probe(&sandbox, "media player", &server.issuer, &[])
        .code(0)
        .stderr(contains("is not an `authelia_url`").and(contains("https://auth.example.com")));
    serve(&format!("    - authelia_url: '{}/'\n", server.issuer));
    probe(&sandbox, "media player", &server.issuer, &[]).code(0).stderr(contains("authelia_url").not());
    serve("    - authelia_url: [\n");
    probe(&sandbox, "media player", &server.issuer, &[]).code(0).stderr(contains("authelia_url").not());
}

#[test]
fn certificates_are_verified() {
    let sandbox = sandbox("client_secret_basic");
    let authority = Authority::new();
    sandbox.write("ca.pem", authority.pem());
    let server = Server::tls(&authority, "localhost", authelia("client_secret_basic", SECRET));
    probe(&sandbox, "media player", &server.issuer, &["--ca", "ca.pem"]).code(0).stdout(contains("accepts"));
    let arrived = server.requests().len();
    probe(&sandbox, "media player", &server.issuer, &[]).code(1).stdout(contains("tls: ").and(contains("--ca FILE")));
    sandbox.write("other.pem", Authority::new().pem());
    probe(&sandbox, "media player", &server.issuer, &["--ca", "other.pem"]).code(1).stdout(contains("tls: "));
    assert_eq!(server.requests().len(), arrived, "nothing was sent without trust");

    let misnamed = Server::tls(&authority, "media.example.com", authelia("client_secret_basic", SECRET));
    probe(&sandbox, "media player", &misnamed.issuer, &["--ca", "ca.pem"])
        .code(1)
        .stdout(contains("tls: ").and(contains("not for localhost")));
    // Plain HTTP instead of TLS.
    let plain = Server::plain(authelia("client_secret_basic", SECRET));
    let issuer = plain.issuer.replace("http://", "https://");
    probe(&sandbox, "media player", &issuer, &["--ca", "ca.pem"]).code(1).stdout(contains("tls: "));
}

#[test]
fn unsafe_or_meaningless_requests_are_refused() {
    let sandbox = sandbox("client_secret_basic");
    sandbox.write("empty.pem", "nothing\n");
    for (issuer, more, told) in [
        ("http://auth.example.com", vec![], "only allowed on this machine"),
        ("auth.example.com", vec![], "complete URL"),
        ("https://u:marker@auth.example.com", vec![], "without a user"),
        ("https://auth.example.com", vec!["--ca", "empty.pem"], "no certificate"),
        ("https://auth.example.com", vec!["--insecure"], "--insecure"),
        ("https://auth.example.com", vec!["--timeout", "0"], "--timeout"),
    ] {
        let arguments = ["client", "probe", "media player", "--issuer", issuer];
        sandbox.agepatch(arguments.iter().chain(&more)).assert().code(2).stderr(contains(told));
    }
    probe(&sandbox, "nobody", "https://auth.example.com", &[]).code(5).stderr(contains("media player"));
    sandbox.agepatch(["client", "probe", "spa"]).assert().code(2).stderr(contains("--issuer"));
}

/// The issuer repeats everything that it was sent; the secret is not printed.
#[test]
fn text_echoed_by_an_issuer_is_not_printed() {
    let encoded = || url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>();
    let plain = || SECRET.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let echoes: [fn(&str) -> String; 4] = [
        |text| text.to_owned(),
        |text| text.replace('k', "k "),
        |text| text.chars().rev().collect(),
        |text| format!("https://u:{text}@x/?a={text}"),
    ];
    for (index, echo) in echoes.into_iter().enumerate() {
        for (status, secret) in ["400 Bad Request", "401 Unauthorized", "500 Oops"]
            .into_iter()
            .flat_map(|status| [SECRET.to_owned(), encoded(), plain()].map(|secret| (status, secret)))
        {
            let sandbox = sandbox("client_secret_post");
            let answer = echo(&secret);
            let server = Server::plain(move |request, issuer| match request.path() {
                "/.well-known/openid-configuration" => loopback::json(
                    "200 OK",
                    &json!({
                        "issuer": issuer,
                        "authorization_endpoint": format!("{issuer}/api/oidc/authorization"),
                        "token_endpoint": format!("{issuer}/api/oidc/token"),
                        "grant_types_supported": ["authorization_code"],
                    }),
                ),
                _ => loopback::json(status, &json!({"error": answer, "error_description": answer})),
            });
            for more in [&[][..], &["--output", "json"]] {
                let assert = probe(&sandbox, "media player", &server.issuer, more).code(1);
                let said = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
                assert!(!said.contains("rekram"), "{index}: {said}");
            }
        }
    }
}
