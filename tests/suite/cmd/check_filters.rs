//! `check --filters`: values that Authelia's filters will replace are unknown, not wrong.

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

const TEMPLATED: &str = "\
identity_providers:
  oidc:
    hmac_secret: {{ secret \"/run/hmac\" | msquote }}
    jwks:
      - key_id: 'main'
        key: {{ secret \"/pki/a.pem\" | mindent 10 \"|\" | msquote }}
    clients:
      - client_id: 'media'
        client_name: 'Media'
        client_secret: '{{ secret \"/run/media\" }}'
        redirect_uris:
          - 'https://{{ env \"DOMAIN\" }}/cb'
          - {{ env \"SECOND\" }}
        token_endpoint_auth_method: 'basic'
        authorization_policy: 'two_factor'
        require_pkce: {{ env \"PKCE\" }}
";

fn findings(sandbox: &Sandbox, arguments: &[&str]) -> Vec<Json> {
    let arguments =
        [&["check", "auth.yml", "--part", "--output", "json", "--min-severity", "warning"], arguments].concat();
    let output = sandbox.agepatch(&arguments).output().expect("it runs");
    let json: Json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    json["findings"].as_array().expect("a list").clone()
}

fn places(found: &[Json]) -> Vec<(&str, u64)> {
    found.iter().map(|one| (one["rule"].as_str().unwrap_or_default(), one["line"].as_u64().unwrap_or(0))).collect()
}

#[test]
fn templates_are_unknown_and_the_rest_is_checked() {
    let sandbox = Sandbox::empty();
    sandbox.write("auth.yml", TEMPLATED);
    let found = findings(&sandbox, &["--filters", "template"]);
    assert_eq!(places(&found), [("token-endpoint-auth-method", 14)], "{found:?}");
}

#[test]
fn variables_are_unknown_with_expand_env_only() {
    let sandbox = Sandbox::empty();
    let client = "- client_id: 'a'\n        public: true\n        redirect_uris: ['${SCHEME}/cb']\n        authorization_policy: $POLICY\n";
    sandbox.write("auth.yml", &format!("identity_providers:\n  oidc:\n    clients:\n      {client}"));
    assert_eq!(places(&findings(&sandbox, &["--filters", "expand-env"])), []);
    let found = findings(&sandbox, &[]);
    let of_uri = found.iter().find(|one| one["rule"] == "redirect-uris").expect("an invalid address");
    assert!(of_uri["help"].as_str().expect("help").contains("--filters expand-env"), "{of_uri}");
}

#[test]
fn without_filters_the_cause_is_named() {
    let sandbox = Sandbox::empty();
    sandbox.write("auth.yml", "identity_providers:\n  oidc:\n    clients:\n      - client_id: 'a'\n        public: true\n        redirect_uris: ['{{ env \"URL\" }}']\n        authorization_policy: 'one_factor'\n");
    let found = findings(&sandbox, &[]);
    assert!(!found.is_empty());
    for one in &found {
        assert!(one["help"].as_str().expect("help").contains("--filters template"), "{one}");
        assert!(one["fix"].is_null(), "{one}");
    }
}

#[test]
fn a_file_that_is_not_yaml_yet_is_skipped_with_a_note() {
    let sandbox = Sandbox::empty();
    sandbox.write("auth.yml", "{{ if env \"X\" }}\nidentity_providers: [\n{{ end }}\n");
    sandbox
        .agepatch(["check", "auth.yml", "--filters", "template"])
        .assert()
        .success()
        .stderr("warning: auth.yml: not checked, since it is YAML only after Authelia's filters have run\n");
}

#[test]
fn the_settings_name_filters_too() {
    let sandbox = Sandbox::empty();
    sandbox.write("auth.yml", TEMPLATED);
    sandbox.write("agepatch.toml", "filters = [\"template\"]\n");
    assert_eq!(places(&findings(&sandbox, &[])), [("token-endpoint-auth-method", 14)]);
    sandbox.write("agepatch.toml", "filters = [\"jinja\"]\n");
    sandbox
        .agepatch(["check", "auth.yml"])
        .assert()
        .failure()
        .stderr(predicates::str::contains("agepatch.toml: `filters`"));
    std::fs::remove_file(sandbox.repo().join("agepatch.toml")).expect("removed");
    sandbox.agepatch(["check", "auth.yml", "--filters", "jinja"]).assert().code(2);
}
