//! `[[relying-party]]` in agepatch.toml: `check` and `client verify` compare both sides.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const ENV: &str = "media-env.age";
const CLIENTS: &str = "identity_providers:
  oidc:
    hmac_secret: marker-hmac-0123456789abcdef0123456789
    clients:
      - client_id: other
        client_name: Other
        public: true
        redirect_uris: ['https://other.example.com/cb']
      - client_id: mediaplayer
        client_name: Media player
        client_secret: '$plaintext$marker-secret'
        redirect_uris: ['https://media.example.com/api/v1/auth/oauth/callback']
        token_endpoint_auth_method: client_secret_basic
";
const CONTRACT: &str = "[[relying-party]]
client = \"mediaplayer\"
url = \"https://media.example.com\"
redirect_paths = [\"/api/v1/auth/oauth/callback\"]
token_endpoint_auth_method = \"client_secret_basic\"
secret = { file = \"media-env.age\", path = \"OIDC_CLIENT_SECRET\" }
";

fn sandbox(contract: &str) -> Sandbox {
    let sandbox = Sandbox::with_files(&[(FILE, CLIENTS), (ENV, "OIDC_CLIENT_SECRET=marker-secret\n")]);
    sandbox.write("agepatch.toml", contract);
    sandbox
}

/// The findings about relying parties: rule, path, message.
fn findings(sandbox: &Sandbox) -> Vec<(String, String, String)> {
    let output = sandbox.agepatch(["check", "--output", "json"]).output().expect("it runs");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("marker"), "no secret is shown");
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |finding: &Json, member: &str| finding[member].as_str().unwrap_or_default().to_owned();
    let all = json["findings"].as_array().expect("findings").iter();
    let told = all.map(|finding| (text(finding, "rule"), text(finding, "path"), text(finding, "message")));
    told.filter(|(rule, ..)| rule.starts_with("relying-party")).collect()
}

#[test]
fn the_example_of_the_contract_agrees() {
    let sandbox = sandbox(CONTRACT);
    assert_eq!(findings(&sandbox), []);
    sandbox.agepatch(["client", "verify"]).assert().success().stdout(contains("both halves"));
}

#[test]
fn every_disagreement_is_found_by_check_and_by_verify() {
    let client = "identity_providers.oidc.clients[mediaplayer]";
    let cases = [
        ("/callback\"]", "/callback/\"]", "relying-party-redirect-uri", "redirect_uris", "slash at the end"),
        ("https://media", "http://media", "relying-party-redirect-uri", "redirect_uris", "scheme"),
        ("redirect_paths = [\"/api/v1/auth/oauth/callback\"]\n", "", "", "", ""),
        (
            "url = \"https://media.example.com\"\nredirect_paths = [\"/api/v1/auth/oauth/callback\"]\n",
            "url = \"https://player.example.com\"\n",
            "relying-party-redirect-uri",
            "redirect_uris",
            "none of the registered addresses",
        ),
        ("_basic", "_post", "relying-party-auth-method", "token_endpoint_auth_method", "`client_secret_post`"),
    ];
    for (from, to, rule, option, told) in cases {
        let sandbox = sandbox(&CONTRACT.replace(from, to));
        let found = findings(&sandbox);
        if rule.is_empty() {
            assert_eq!(found, [], "{to}");
            continue;
        }
        let [(found_rule, path, message)] = found.as_slice() else { panic!("{to}: {found:?}") };
        assert_eq!((found_rule.as_str(), path.as_str()), (rule, format!("{client}.{option}").as_str()));
        assert!(message.contains(told), "{message}");
        sandbox.agepatch(["client", "verify"]).assert().code(1).stdout(contains(told).and(contains("marker").not()));
    }
}

#[test]
fn the_secret_is_compared_or_reported_as_unreadable() {
    let sandbox = sandbox(CONTRACT);
    let secret = format!("identity_providers.oidc.clients[mediaplayer].{}", "client_secret");
    sandbox.seal(ENV, b"OIDC_CLIENT_SECRET=marker-other\n");
    let found = findings(&sandbox);
    assert_eq!((found.len(), found[0].0.as_str(), &found[0].1), (1, "relying-party-secret", &secret));

    // Encrypted for another recipient: nothing is guessed.
    let stranger = age::x25519::Identity::generate().to_public();
    let sealed = age::encrypt(&stranger, b"OIDC_CLIENT_SECRET=x\n").expect("it can be encrypted");
    std::fs::write(sandbox.repo().join(ENV), sealed).expect("it can be written");
    let found = findings(&sandbox);
    assert_eq!((found.len(), found[0].0.as_str(), &found[0].1), (1, "relying-party-secret-unread", &secret));
    sandbox.agepatch(["client", "verify"]).assert().code(3).stdout(contains("not verified"));
    sandbox.agepatch(["client", "verify", "mediaplayer"]).assert().code(3).stderr(contains(ENV));

    // An unregistered client.
    sandbox.write("agepatch.toml", "[[relying-party]]\nclient = \"mediaplayr\"\nurl = \"https://x.example.com\"\n");
    let found = findings(&sandbox);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "relying-party-client"));
}

#[test]
fn a_secret_too_long_for_bcrypt_is_reported() {
    let long = "marker-".repeat(12);
    let digest = bcrypt::hash(&long.as_bytes()[..72], 4).expect("a digest");
    let text = CLIENTS.replace("$plaintext$marker-secret", &digest);
    let sandbox = Sandbox::with_files(&[(FILE, &text), (ENV, &format!("OIDC_CLIENT_SECRET={long}\n"))]);
    sandbox.write("agepatch.toml", CONTRACT);
    let found = findings(&sandbox);
    assert!(matches!(found.as_slice(), [(_, _, message)] if message.contains("72 bytes")), "{found:?}");
    sandbox.agepatch(["client", "verify"]).assert().success().stdout(contains("72 bytes"));
}

#[test]
fn a_known_application_is_checked_against_its_documentation() {
    let text = CLIENTS.replace("client_id: mediaplayer", "client_id: photos").replace("Media player", "Immich");
    let text = text.replace("method: client_secret_basic", "method: client_secret_post\n        require_pkce: true");
    let sandbox = Sandbox::with_files(&[(FILE, &text)]);
    let output = sandbox.agepatch(["check", "--output", "json"]).output().expect("it runs");
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let advice = json["findings"].as_array().expect("findings").iter().filter(|one| one["rule"] == "client-profile");
    let told: Vec<&str> = advice.map(|one| one["path"].as_str().expect("a path")).collect();
    let path = |option: &str| format!("identity_providers.oidc.clients[photos].{option}");
    assert_eq!(told, [path("redirect_uris"), path("token_endpoint_auth_method")]);
    assert!(json["findings"].as_array().expect("findings").iter().all(|one| one["severity"] != "error"));
}
