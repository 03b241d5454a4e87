//! `show` prints a document in its own layout, without its secrets.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const FRAGMENT: &str = "# marker-comment
identity_providers:
  oidc:
    hmac_secret: 'marker-hmac'   # marker-rotate
    jwks:
      - key_id: 'main'
        key: |
          -----BEGIN marker-----
          marker-line

    clients:
      - client_id: mediamanager # marker-note
        client_secret: '$plaintext$marker-secret'
        redirect_uris: [https://a.example.com/cb, \"https://b.example.com/cb\"]
";

fn stdout(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let output = sandbox.agepatch(arguments).assert().success().get_output().stdout.clone();
    String::from_utf8(output).expect("text")
}

#[test]
fn the_layout_is_kept_and_secrets_and_comments_are_hidden() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    insta::assert_snapshot!(stdout(&sandbox, &["show", FILE]), @"
    # …
    identity_providers:
      oidc:
        hmac_secret: …   # …
        jwks:
          - key_id: 'main'
            key: |
              …
              …

        clients:
          - client_id: mediamanager # …
            client_secret: …
            redirect_uris: [https://a.example.com/cb, \"https://b.example.com/cb\"]
    ");
}

#[test]
fn a_part_is_shown_by_its_path() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    insta::assert_snapshot!(stdout(&sandbox, &["show", FILE, "identity_providers.oidc.clients[mediamanager].client_secret"]), @"
            client_secret: …
    ");
    let missing = sandbox.agepatch(["show", FILE, "identity_providers.oidc.client"]).assert().code(5);
    missing.stderr(contains("clients"));
}

#[test]
fn reveal_gives_the_bytes() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    assert_eq!(stdout(&sandbox, &["show", FILE, "--reveal"]), FRAGMENT);
}

#[test]
fn json_has_null_for_secrets_and_the_hash_of_the_ciphertext() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    let shown: serde_json::Value =
        serde_json::from_str(&stdout(&sandbox, &["show", FILE, "--output", "json"])).expect("JSON");
    let oidc = &shown["document"]["identity_providers"]["oidc"];
    assert_eq!(shown["format"], "yaml");
    assert_eq!(shown["schema"], "authelia");
    assert_eq!(shown["ciphertext_sha256"].as_str().map(str::len), Some(64));
    assert_eq!(oidc["clients"][0]["client_id"], "mediamanager");
    assert!(oidc["hmac_secret"].is_null() && oidc["jwks"][0]["key"].is_null());
    assert!(!shown.to_string().contains("marker"));
}

#[test]
fn a_dotenv_file_shows_its_names_only() {
    let sandbox = Sandbox::with_files(&[("media-env.age", "# marker\nexport A_SECRET=marker\nB='marker x'\n")]);
    insta::assert_snapshot!(stdout(&sandbox, &["show", "media-env.age"]), @"
    # …
    export A_SECRET=…
    B=…
    ");
}

#[test]
fn text_of_no_known_format_shows_nothing() {
    let sandbox = Sandbox::with_files(&[("x.age", "just: marker\n"), ("y.age", "marker\n")]);
    for file in ["x.age", "y.age"] {
        sandbox.agepatch(["show", file]).assert().success().stdout(contains("marker").not());
    }
}

#[test]
fn names_in_an_ini_file_are_shown_and_values_are_not() {
    let text = "[Interface]\nPrivateKey = marker-a # marker-b\n; marker-c\n\n[Peer]\nPublicKey = marker-d\n\n[Peer]\nEndpoint = marker-e\n";
    let sandbox = Sandbox::with_files(&[("wg0.age", text)]);
    insta::assert_snapshot!(stdout(&sandbox, &["show", "wg0.age"]), @"
    [Interface]
    PrivateKey = … # …
    ; …

    [Peer]
    PublicKey = …

    [Peer]
    Endpoint = …
    ");
    let json = stdout(&sandbox, &["show", "wg0.age", "--output", "json"]);
    assert!(json.contains(r#""format":"ini""#) && !json.contains("marker"), "{json}");
    sandbox.agepatch(["set", "--public", "wg0.age", "Peer[1].Port", "51820"]).assert().success();
    assert_eq!(sandbox.open("wg0.age"), format!("{text}Port = 51820\n"));
}
