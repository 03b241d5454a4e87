//! The four output formats of `check`.

use std::fs;
use std::path::Path;

use agepatch::check::{self, Finding, Options, Severity, Source, introduced};
use agepatch::document::{Document, Format};
use agepatch::output::findings;
use agepatch::redact::Excerpts;
use agepatch::schema::Schema;
use agepatch::shown::Shown;

/// A fragment with a mistake of each severity.
const FRAGMENT: &str = "\
identity_providers:
  oidc:
    clients:
      - client_id: 'media'
        client_secret: 'hunter2-hunter2'
        redirect_uri: 'https://media.example.com/callback'
        scopes: ['openid', 'openid']
        token_endpoint_auth_method: 'basic'
";

fn document(text: &str) -> Document {
    check::parse(text.as_bytes(), Format::Yaml).expect("it parses")
}

fn checked(text: &str, options: &Options) -> Vec<Finding> {
    let document = document(text);
    check::run(&[Source::new(Shown::fixed("auth.yml"), Ok(&document))], options)
}

fn findings_of(text: &str) -> Vec<Finding> {
    checked(text, &Options::default())
}

fn names(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{} {} {}", finding.severity.name(), finding.rule, finding.path)).collect()
}

#[test]
fn findings_have_a_place_and_a_fix() {
    let found = findings_of(FRAGMENT);
    let method = found.iter().find(|finding| finding.rule == "token-endpoint-auth-method").unwrap();
    assert_eq!(method.path.as_str(), "identity_providers.oidc.clients[media].token_endpoint_auth_method");
    assert_eq!(method.pointer.to_string(), "/identity_providers/oidc/clients/0/token_endpoint_auth_method");
    assert_eq!(method.line, Some((8, 37)));
    assert!(method.fix.is_some());
    let misspelled = found.iter().find(|finding| finding.rule == "unknown-key").unwrap();
    assert_eq!(misspelled.line, Some((6, 9)));
    assert_eq!(misspelled.path.as_str(), "identity_providers.oidc.clients[].redirect_uri");
}

#[test]
fn no_secret_is_in_a_finding() {
    let found = findings_of(FRAGMENT);
    let printed = format!("{found:?}{}", serde_json::to_string(&findings::json(&found)).expect("JSON"));
    assert!(!printed.contains("hunter2"));
}

#[test]
fn text_shows_the_line_that_it_is_given() {
    let found: Vec<Finding> =
        findings_of(FRAGMENT).into_iter().filter(|finding| finding.rule == "scopes-duplicate").collect();
    let document = document(FRAGMENT);
    let tree = document.tree().unwrap();
    let excerpts = Excerpts::new(FRAGMENT, &tree, Schema::Authelia);
    let lines = |_: &Shown, line: usize, column: usize| Some(excerpts.line(line, column));
    insta::assert_snapshot!(findings::text(&found, &lines, false).as_str(), @r#"
    warning[scopes-duplicate]: identity_providers.oidc.clients[media].scopes: `openid` is listed more than once
     --> auth.yml:7:17
      |
    7 |         scopes: ['openid', 'openid']
      |                 ^^^^^^^^^^^^^^^^^^^^

    1 warning
    "#);
}

#[test]
fn excerpts_redact_secrets_and_comments() {
    let text = "identity_providers:\n  oidc:\n    hmac_secret: 'top: secret'  # was: hunter2\n    jwks: [{ key_id: 'main', key: 'abc', use: 'sig' }]\n    clients:\n      - client_secret: |\n          line one\n          line two\n";
    let document = document(text);
    let excerpts = Excerpts::new(text, &document.tree().unwrap(), Schema::Authelia);
    let line = |line: usize| excerpts.line(line, 1).0.as_str().to_owned();
    assert_eq!(line(3), "    hmac_secret: …  # …");
    assert_eq!(line(4), "    jwks: [{ key_id: 'main', key: …, use: 'sig' }]");
    assert_eq!(excerpts.line(4, 42).1, 38);
    assert_eq!((line(7).as_str(), line(8).as_str()), ("          …", "          …"));
}

#[test]
fn github_annotations_are_one_line_each() {
    let found: Vec<Finding> =
        findings_of(FRAGMENT).into_iter().filter(|finding| finding.rule == "scopes-duplicate").collect();
    insta::assert_snapshot!(findings::github(&found).as_str(), @r#"
    ::warning file=auth.yml,line=7,col=17,title=scopes-duplicate::identity_providers.oidc.clients[media].scopes: `openid` is listed more than once
    "#);
}

#[test]
fn sarif_is_valid() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sarif/sarif-schema-2.1.0.json");
    // A pattern in the published schema has an extra bracket, which strict regular expressions reject.
    let text = fs::read_to_string(path).unwrap().replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let log = findings::sarif(&findings_of(FRAGMENT));
    let errors: Vec<String> = validator.iter_errors(log.as_value()).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(log.as_value()["runs"][0]["results"].as_array().unwrap().len() > 3);
}

#[test]
fn a_fragment_gets_advice_for_keys_that_may_be_elsewhere() {
    let fragment = "\
identity_providers:
  oidc:
    clients:
      - client_id: 'media'
        client_name: 'Media'
        client_secret: '$6$salt$key'
        authorization_policy: 'admins'
        lifespan: 'long'
        scopes: ['openid', 'badge']
        id_token_signed_response_alg: 'ES256'
        redirect_uris: ['https://media.example.com/callback']
";
    let alone = findings_of(fragment);
    assert!(alone.iter().all(|finding| finding.severity == Severity::Advice), "{:?}", names(&alone));
    let whole = checked(fragment, &Options { complete: true, ..Options::default() });
    assert!(whole.iter().any(|finding| finding.severity == Severity::Error));
    let other = document(
        "identity_providers:\n  oidc:\n    lifespans: { custom: { long: { access_token: '2h' } } }\n    authorization_policies:\n      admins: { rules: [{ policy: 'one_factor', subject: 'group:admins' }] }\n    scopes: { badge: { claims: ['groups'] } }\n",
    );
    let own = document(fragment);
    let sources = [Source::new(Shown::fixed("base.yml"), Ok(&other)), Source::new(Shown::fixed("auth.yml"), Ok(&own))];
    let together = check::run(&sources, &Options::default());
    let about = |rule: &str| together.iter().any(|finding| finding.rule == rule);
    assert!(!about("authorization-policy") && !about("lifespan") && !about("scopes-unknown"), "{:?}", names(&together));
}

#[test]
fn findings_name_their_file() {
    let (base, own) = (document("sesion:\n  name: 'x'\n"), document(FRAGMENT));
    let sources = [Source::new(Shown::fixed("base.yml"), Ok(&base)), Source::new(Shown::fixed("auth.yml"), Ok(&own))];
    let found = check::run(&sources, &Options::default());
    let file =
        |path: &str| found.iter().find(|finding| finding.path.as_str() == path).map(|finding| finding.file.as_str());
    assert_eq!(file("sesion.name"), Some("base.yml"));
    assert_eq!(file("identity_providers.oidc.clients[media].scopes"), Some("auth.yml"));
}

#[test]
fn an_older_authelia_knows_less() {
    let text = "identity_providers:\n  oidc:\n    clients:\n      - client_id: 'a'\n        claims_policy: 'x'\n";
    let unknown = |options: &Options| {
        checked(text, options)
            .iter()
            .any(|finding| finding.rule == "unknown-key" && finding.path.as_str().ends_with("claims_policy"))
    };
    assert!(unknown(&Options::for_version("4.38").unwrap()));
    assert!(!unknown(&Options::for_version("4.39.20").unwrap()));
    assert!(Options::for_version("4.12").is_err());
}

#[test]
fn only_new_errors_count_as_introduced() {
    let before = findings_of(FRAGMENT);
    assert!(introduced(&before, &before).is_empty());
    let after = findings_of(&FRAGMENT.replace("'media'\n", "'me dia'\n"));
    let new = introduced(&before, &after);
    assert!(new.iter().any(|finding| finding.rule == "client-id"), "{:?}", names(&new));
    assert!(introduced(&after, &before).iter().all(|finding| finding.rule != "client-id"));
}

#[test]
fn advice_of_our_own() {
    let text = "\
identity_providers:
  oidc:
    enforce_pkce: 'never'
    clients:
      - client_id: 'a'
        public: true
        redirect_uris: ['http://a.example.com/cb', 'http://localhost:1/cb', 'https://*.example.com/cb']
      - client_id: 'b'
        client_name: 'B'
        client_secret: '$6$salt$key'
        redirect_uris: ['http://a.example.com/cb']
      - client_id: 'c'
        client_name: 'C'
        client_secret: '$6$salt$key'
";
    let advice: Vec<String> = findings_of(text)
        .iter()
        .filter(|finding| finding.severity == Severity::Advice)
        .map(|finding| {
            format!("{} {}", finding.rule, finding.path.as_str().trim_start_matches("identity_providers.oidc."))
        })
        .collect();
    insta::assert_snapshot!(advice.join("\n"), @r#"
    issuer-keys jwks
    client-name-missing clients[a].client_name
    pkce-public-client clients[a].require_pkce
    redirect-uri-insecure clients[a].redirect_uris[0]
    redirect-uri-wildcard clients[a].redirect_uris[2]
    redirect-uri-insecure clients[b].redirect_uris[0]
    redirect-uri-shared clients[b].redirect_uris[0]
    client-secret-shared clients[c].client_secret
    "#);
}

/// The finding of this rule, in a provider with one client that has these lines.
fn in_client(lines: &str, rule: &str) -> check::Finding {
    let text = format!("identity_providers:\n  oidc:\n    clients:\n      - client_id: a\n{lines}");
    findings_of(&text).into_iter().find(|finding| finding.rule == rule).expect("the finding")
}

#[test]
fn only_a_single_safe_answer_is_a_fix() {
    let method = "token-endpoint-auth-method";
    for (lines, rule, fixed) in [
        ("        public: true\n        token_endpoint_auth_method: client_secret_post\n", method, true),
        ("        public: true\n        token_endpoint_auth_method: post\n", method, true),
        ("        token_endpoint_auth_method: post\n", method, true),
        // Either the client is not public, or the secret is superfluous.
        (
            "        public: true\n        client_secret: x\n        token_endpoint_auth_method: client_secret_post\n",
            method,
            false,
        ),
        ("        public: true\n        client_secret: x\n        token_endpoint_auth_method: post\n", method, false),
        ("        public: true\n        client_secret: x\n", "client-secret-public", false),
        (
            "        public: true\n        client_secret: x\n        token_endpoint_auth_method: none\n",
            "client-secret-public",
            true,
        ),
        // Two spellings of one option: only the user knows which is meant.
        ("        redirect_uri: ['https://a.example.com/']\n", "unknown-key", true),
        ("        redirect_uri: ['https://a.example.com/']\n        redirect_uris: []\n", "unknown-key", false),
    ] {
        let finding = in_client(lines, rule);
        assert_eq!(finding.fix.is_some(), fixed, "{lines}");
        assert!(fixed || finding.help.is_some(), "{lines}");
    }
}

#[test]
fn keys_of_4_39_are_unknown_to_4_38() {
    let text = "identity_providers:\n  oidc:\n    clients:\n      - client_id: a\n        client_secret: x\n        \
                scopes: [openid, phone]\n        grant_types: ['urn:ietf:params:oauth:grant-type:device_code']\n";
    let said = |version: &str| {
        let options = Options { complete: true, ..Options::for_version(version).expect("a known version") };
        let document = check::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        let found = check::run(&[Source::new(Shown::fixed("auth.yml"), Ok(&document))], &options);
        found.iter().filter(|finding| matches!(finding.rule, "scopes-unknown" | "grant-types")).count()
    };
    assert_eq!((said("4.38"), said("4.39")), (2, 0));
}
