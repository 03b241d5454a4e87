//! Secrets in public places: repeated by an alias, in a URL, or turned into a key by a typo. No output and no commit
//! message contains them.

use std::process::Output;

use crate::sandbox::Sandbox;

const MARKER: &str = "Zq7Marker9Kx";
const FILE: &str = "authelia-secrets.age";
const CLIENTS: &str = "identity_providers.oidc.clients";

fn fragment(client: &str) -> String {
    let lines: String = client.lines().map(|line| format!("        {line}\n")).collect();
    format!(
        "identity_providers:\n  oidc:\n    hmac_secret: '0123456789abcdef0123456789abcdef'\n    clients:\n      - client_id: app\n{lines}"
    )
}

fn printed_nothing(what: &str, output: &Output) {
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(MARKER), "{what}: {name}: {text}");
        assert!(!text.contains("panicked"), "{what}: {text}");
    }
}

/// Reads, compares, and commits a file whose client has these lines.
fn no_command_prints_it(client: &str) {
    let plain = fragment("client_name: App\n");
    let secret = fragment(client);
    let sandbox = Sandbox::with_files(&[(FILE, &plain)]);
    sandbox.git_init();
    let run = |arguments: &[&str]| {
        let output = sandbox.agepatch(arguments).output().expect("it runs");
        printed_nothing(&format!("{client}\n{arguments:?}"), &output);
        output
    };
    sandbox.seal(FILE, secret.as_bytes());
    let at = format!("{CLIENTS}[0]");
    let below = format!("{at}.redirect_uri");
    let named: Vec<String> = ["client_id", "client_name", "redirect_uris", "jwks_uri", "nothing", "nothing.below"]
        .iter()
        .map(|option| format!("{at}.{option}"))
        .collect();
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["show", FILE],
        vec!["show", FILE, "--output", "json"],
        vec!["show", FILE, &at],
        vec!["check", FILE],
        vec!["check", FILE, "--output", "json"],
        vec!["check", FILE, "--output", "sarif"],
        vec!["check", FILE, "--output", "github"],
        vec!["check", FILE, "--fix"],
        vec!["doctor"],
        vec!["client", "list", FILE],
        vec!["client", "list", FILE, "--output", "json"],
        vec!["client", "show", "app"],
        vec!["client", "show", "app", "--output", "json"],
        vec!["client", "show", "nobody"],
        vec!["client", "verify"],
        vec!["diff"],
        vec!["diff", "--output", "json"],
        vec!["diff", "--output", "unified"],
        vec!["diff", "--output", "markdown"],
        vec!["diff", "--output", "json-patch"],
        vec!["textconv", FILE],
        vec!["blame", FILE],
        vec!["blame", FILE, "--output", "json"],
        vec!["set", FILE, &below, "x", "-n"],
        vec!["unset", FILE, &below],
        vec!["commit", "-n"],
    ];
    runs.extend(named.iter().map(|path| vec!["get", FILE, path]));
    runs.extend(named.iter().map(|path| vec!["get", FILE, path, "--output", "json"]));
    for arguments in &runs {
        run(arguments);
    }
    let committed = run(&["commit", "--task", "task-1"]);
    assert!(committed.status.success(), "{client}: {}", String::from_utf8_lossy(&committed.stderr));
    run(&["log", FILE]);
    run(&["log", FILE, "--output", "json"]);
    sandbox.seal(FILE, plain.as_bytes());
    run(&["diff"]);
    assert!(run(&["commit"]).status.success());
    let messages = sandbox.git(&["log", "--format=%B%n%(trailers)"]);
    assert!(!messages.contains(MARKER), "{client}: {messages}");
    // With --reveal it is printed, so the test would detect it.
    sandbox.seal(FILE, secret.as_bytes());
    let revealed = sandbox.agepatch(["show", FILE, "--reveal"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&revealed.stdout).contains(MARKER));
}

#[test_with::executable(git)]
#[test]
fn an_alias_is_as_secret_as_its_anchor() {
    for client in [
        "client_secret: &s 'Zq7Marker9Kx'\nclient_name: *s",
        "client_name: &s 'Zq7Marker9Kx'\nclient_secret: *s",
        "client_secret: &s Zq7Marker9Kx\nredirect_uris: [*s]",
        "client_secret: &s \"Zq7Marker9Kx\"\nscopes:\n  - *s\n  - openid",
        "client_secret: &s |\n  Zq7Marker9Kx\nclient_name: *s",
        "client_secret: &s Zq7Marker9Kx\n*s : x",
        "jwks: [&k {key: &s Zq7Marker9Kx, key_id: *s}]",
        "jwks:\n  - &k\n    key: Zq7Marker9Kx\n    <<: {key_id: x}\nclient_name: App",
        "client_secret: &s Zq7Marker9Kx\nredirect_uris: ['https://a.example.com/Zq7Marker9Kx', *s]",
    ] {
        no_command_prints_it(client);
    }
}

#[test_with::executable(git)]
#[test]
fn an_alias_of_a_client_id_names_no_client() {
    for text in [
        "identity_providers:\n  oidc:\n    clients:\n      - client_id: &s Zq7Marker9Kx\n        client_secret: *s\n        scopes: [openid]\n",
        "jwt_secret: &s Zq7Marker9Kx\nidentity_providers:\n  oidc:\n    clients:\n      - client_id: *s\n        scopes: [openid]\n",
    ] {
        let sandbox = Sandbox::with_files(&[(FILE, text)]);
        sandbox.git_init();
        sandbox.seal(FILE, text.replace("openid", "email").as_bytes());
        for arguments in [
            &["show", FILE][..],
            &["check", FILE],
            &["check", FILE, "--output", "json"],
            &["diff"],
            &["diff", "--output", "json"],
            &["blame", FILE],
            &["client", "list", FILE],
            &["client", "show", "nobody"],
            &["get", FILE, "identity_providers.oidc.clients[nobody]"],
            &["commit"],
            &["log", FILE],
        ] {
            let output = sandbox.agepatch(arguments).output().expect("it runs");
            printed_nothing(&format!("{text}{arguments:?}"), &output);
        }
        let messages = sandbox.git(&["log", "--format=%B"]);
        assert!(!messages.contains(MARKER), "{messages}");
    }
}

#[test_with::executable(git)]
#[test]
fn urls_show_no_credentials() {
    for client in [
        "redirect_uris: ['https://user:Zq7Marker9Kx@app.example.com/callback']",
        "redirect_uris:\n  - https://Zq7Marker9Kx@app.example.com/callback\n  - https://b.example.com",
        "redirect_uris: ['https://app.example.com/callback?token=Zq7Marker9Kx']",
        "redirect_uris: ['https://app.example.com/callback#Zq7Marker9Kx']",
        "request_uris: ['https://app.example.com/r?Zq7Marker9Kx']",
        "jwks_uri: https://u:Zq7Marker9Kx@app.example.com/jwks.json",
        "sector_identifier_uri: 'https://u:Zq7Marker9Kx@app.example.com/s.json'",
        "redirect_uris: [\"https:\\/\\/u:Zq7Marker9Kx@app.example.com\"]",
        "redirect_uris:\n  - >-\n    https://u:Zq7Marker9Kx@app.example.com",
        "client_name: 'see https://u:Zq7Marker9Kx@app.example.com'",
    ] {
        no_command_prints_it(client);
    }
    let text = "server: {address: 'tcp://u:Zq7Marker9Kx@:9091/'}\nsession: {cookies: [{domain: example.com, authelia_url: 'https://u:Zq7Marker9Kx@auth.example.com', default_redirection_url: 'https://example.com/?t=Zq7Marker9Kx'}]}\nidentity_providers: {oidc: {cors: {allowed_origins: ['https://u:Zq7Marker9Kx@a.example.com']}}}\n# more\n";
    let sandbox = Sandbox::with_files(&[(FILE, text)]);
    for arguments in [
        &["show", FILE][..],
        &["show", FILE, "--output", "json"],
        &["check", FILE],
        &["check", FILE, "--output", "json"],
    ] {
        printed_nothing(&format!("{arguments:?}"), &sandbox.agepatch(arguments).output().expect("it runs"));
    }
    let shown = sandbox.agepatch(["show", FILE]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&shown.stdout).contains("'tcp://…@:9091/'"));
}

#[test_with::executable(git)]
#[test]
fn a_key_that_the_schema_does_not_know_is_not_printed() {
    for client in [
        "options: {password:'Zq7Marker9Kx'}",
        "{password:'Zq7Marker9Kx'}: x",
        "? [Zq7Marker9Kx, b]\n: x",
        "? {Zq7Marker9Kx: b}\n: x",
        "Zq7Marker9Kx: x",
        "Zq7Marker9Kx:",
        "'client_secret=Zq7Marker9Kx': x",
        "client_secretZq7Marker9Kx: x",
        "lifespan: {\"client_secret\":, \"Zq7Marker9Kx\"}",
        "Zq7Marker9Kx: {Zq7Marker9Kx: [Zq7Marker9Kx]}",
    ] {
        no_command_prints_it(client);
    }
}

/// `key: |` was deleted, a quote is missing, or the value was pasted at the wrong place.
#[test_with::executable(git)]
#[test]
fn a_public_option_that_swallowed_a_secret_is_not_printed() {
    for client in [
        "token_endpoint_auth_method: none\n  Zq7Marker9Kx0123456789abcdef/+Zq7Marker9Kx\n  Zq7Marker9Kx==",
        "authorization_policy: two_factor\n  Zq7Marker9Kx-pronounceable-words",
        "client_name: App\n  Zq7Marker9Kx",
        "client_name: 'App\n  client_secret: Zq7Marker9Kx'",
        "scopes:\n  - openid\n    Zq7Marker9Kx0123456789abcdef",
        "redirect_uris:\n  - https://app.example.com\n    Zq7Marker9Kx0123456789abcdef",
        "client_name: |\n  -----BEGIN PRIVATE KEY-----\n  Zq7Marker9Kx\n  -----END PRIVATE KEY-----",
        "client_name: AGE-SECRET-KEY-1Zq7Marker9Kx",
        "authorization_policy: c2VjcmV0MDEyZq7Marker9Kx5ODlhYmNkZWYwMTIzNDU2Nzg5YWI=",
        "consent_mode: Zq7Marker9Kx4bdeadbeefcafe0123456789abcafe0123456789ab",
    ] {
        no_command_prints_it(client);
    }
}

/// Keys similar to known ones are shown, and so are keys that users choose.
#[test]
fn known_keys_and_their_misspellings_are_printed() {
    let text = fragment("redirect_uri: https://a.example.com\nid_token_signing_alg: none");
    let sandbox = Sandbox::with_files(&[(FILE, &text)]);
    let output = sandbox.agepatch(["check", FILE]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("redirect_uri:") && said.contains("id_token_signing_alg"), "{said}");
    let output = sandbox.agepatch(["show", FILE]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains("redirect_uri: …"));
}
