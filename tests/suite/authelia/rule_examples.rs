//! The example of each rule in `agepatch explain` has the finding, and its fix removes it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use age::secrecy::ExposeSecret;
use agepatch::check::{self, Finding, Lint, Options, Severity, Source, registry};
use agepatch::document::Format;
use agepatch::shown::Shown;
use serde_json::Value as Json;
use serde_yaml::{Mapping, Value};

use crate::sandbox::Sandbox;

const DIGEST: &str = "$pbkdf2-sha512$310000$ffb/MdCZtsAmm6xZS8I3Bg$1d2Xc6V37jnLoPRi4yY49XT9Z2Q5qMRoQXx5TjZ7T3PzDYvpzYRGqXScO/d.8Etj8YeiCi7UItJPyXhLIpp9Tw";
const ANOTHER_DIGEST: &str = "$pbkdf2-sha512$310000$F5msvrNp0c5CPt4zX4TCvg$d6Gdm/2BXJh9kctldc6WDOnqufop15/JQ6ua.Kv1bsyiwpM/P8KyG3DBz9HV8fGvwD7jtuM/TLL9UI.9dT59mw";

fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

fn key(name: &str) -> String {
    data(&format!("keys/{name}.pem"))
}

/// A certificate for the key `rsa2048.pkcs8` that expires a week after [`now`].
fn expiring() -> String {
    let pair = rcgen::KeyPair::from_pem(&key("rsa2048.pkcs8")).expect("a key");
    let mut parameters = rcgen::CertificateParams::new(vec![]).expect("parameters");
    parameters.not_before = rcgen::date_time_ymd(2026, 5, 1);
    parameters.not_after = rcgen::date_time_ymd(2026, 6, 8);
    parameters.self_signed(&pair).expect("a certificate").pem()
}

fn now() -> jiff::Timestamp {
    "2026-06-01T00:00:00Z".parse().expect("a time")
}

/// The value with each `@name` replaced by its content.
fn filled(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('@') {
            Some("digest") => DIGEST.into(),
            Some("another-digest") => ANOTHER_DIGEST.into(),
            Some("soon") => expiring().into(),
            Some(name) => key(name).into(),
            None => value.clone(),
        },
        Value::Sequence(items) => items.iter().map(filled).collect::<Vec<_>>().into(),
        Value::Mapping(map) => map.iter().map(|(key, value)| (key.clone(), filled(value))).collect::<Mapping>().into(),
        other => other.clone(),
    }
}

/// Merges maps by key, lists of maps by index; null removes a key, and a longer list repeats the last item.
fn merged(base: &Value, with: &Value) -> Value {
    match (base, with) {
        (_, Value::Mapping(with)) => {
            let mut result = base.as_mapping().cloned().unwrap_or_default();
            for (key, value) in with {
                match value {
                    Value::Null => drop(result.remove(key)),
                    value => {
                        let old = result.get(key).cloned().unwrap_or_default();
                        result.insert(key.clone(), merged(&old, value));
                    }
                }
            }
            result.into()
        }
        (Value::Sequence(base), Value::Sequence(with))
            if !base.is_empty() && !with.is_empty() && with.iter().all(Value::is_mapping) =>
        {
            let old = |at: usize| &base[at.min(base.len() - 1)];
            with.iter().enumerate().map(|(at, item)| merged(old(at), item)).collect::<Vec<_>>().into()
        }
        (_, with) => with.clone(),
    }
}

fn within(key: &str, value: Value) -> Value {
    Mapping::from_iter([(key.into(), value)]).into()
}

fn provider(value: Value) -> Value {
    within("identity_providers", within("oidc", value))
}

fn client(value: Value) -> Value {
    provider(within("clients", vec![value].into()))
}

/// The example at its place in a configuration, derived from its first key and the rule's option.
fn placed(rule: &Lint) -> Value {
    let example = yaml(rule.example);
    let first = example.as_mapping().and_then(|map| map.keys().next()?.as_str()).expect("a key").to_owned();
    let below = |prefix: &str| rule.option.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(&first));
    match &*first {
        "identity_providers" | "notifier" => example,
        "clients" | "enforce_pkce" => provider(example),
        _ if below("identity_providers.oidc.clients[].") => client(example),
        _ if below("identity_providers.oidc.") => provider(example),
        _ => client(example),
    }
}

/// A configuration that Authelia accepts, with one client.
fn accepted() -> Value {
    let case = data("authelia/verdicts.jsonl").lines().find(|line| line.contains("\"client-id-len100\"")).map(yaml);
    let yaml = yaml(case.expect("the case")["yaml"].as_str().expect("text"));
    merged(&yaml, &client(within("client_id", "app".into())))
}

fn findings(text: &str) -> Vec<Finding> {
    let documents = [&data("authelia/base.yml"), text].map(|text| check::parse(text.as_bytes(), Format::Yaml));
    let source = |document| Source::new(Shown::fixed("file"), document);
    let sources: Vec<Source<'_>> =
        documents.iter().map(|document| source(document.as_ref().map_err(Clone::clone))).collect();
    check::run(&sources, &Options { now: now(), ..Options::default() })
}

fn written(value: &Value) -> String {
    serde_yaml::to_string(value).expect("YAML")
}

/// Merges the parts listed in the table under `name`.
fn with_parts(configuration: Value, parts: &Value) -> Value {
    let parts = parts.as_mapping().cloned().unwrap_or_default();
    parts.iter().fold(configuration, |configuration, (level, part)| {
        let part = filled(part);
        let part = match level.as_str() {
            Some("oidc") => provider(part),
            Some("client") => client(part),
            _ => part,
        };
        merged(&configuration, &part)
    })
}

/// The text after the fixes of all findings of a rule.
fn after_fixes(text: &str, found: &[Finding], rule: &Lint) -> Vec<Finding> {
    let document = check::parse(text.as_bytes(), Format::Yaml).expect("YAML");
    let mut session = document.edit();
    for edit in found.iter().filter(|finding| finding.rule == rule.id).filter_map(|finding| finding.fix.as_ref()) {
        for edit in edit {
            session.apply(edit).expect("the fix fits");
        }
    }
    findings(std::str::from_utf8(session.finish().expect("it can be read").bytes()).expect("text"))
}

#[test]
fn every_example_has_its_finding_and_loses_it_by_its_fix() {
    let table = yaml(&data("authelia/examples.yml"));
    let known: BTreeSet<&str> = registry::all().map(|rule| rule.id).collect();
    for name in table.as_mapping().expect("a map").keys() {
        assert!(known.contains(name.as_str().expect("a name")), "there is no rule {name:?}");
    }
    let good = accepted();
    assert_eq!(names(&findings(&written(&good))), Vec::<&str>::new());
    let mut wrong = Vec::new();
    // The rule about sops files is tested with sops files (`sops::doctor`).
    let of_configurations = |id: &str| !id.starts_with("relying-party-") && id != "sops-nix-string";
    for rule in registry::all().filter(|rule| of_configurations(rule.id)) {
        let is_file = rule.id.starts_with("configuration-");
        let parts = &table[rule.id];
        let text = match is_file {
            true => rule.example.to_owned(),
            false => written(&with_parts(merged(&good, &placed(rule)), &parts["complete"])),
        };
        let found = findings(&text);
        let Some(finding) = found.iter().find(|finding| finding.rule == rule.id) else {
            wrong.push(format!("{}: the example has no such finding, but {:?}", rule.id, names(&found)));
            continue;
        };
        let fixed = match (&finding.fix, parts.get("fixed")) {
            _ if is_file => findings(rule.example.lines().next().expect("a line")),
            (_, Some(fixed)) => findings(&written(&with_parts(yaml(&text), fixed))),
            (Some(_), None) => after_fixes(&text, &found, rule),
            (None, None) => {
                wrong.push(format!("{}: neither a patch nor a fixed example", rule.id));
                continue;
            }
        };
        let left = fixed.iter().filter(|left| left.rule == rule.id || left.severity != Severity::Advice);
        let left: Vec<&str> = left.map(|left| left.rule).collect();
        if !left.is_empty() {
            wrong.push(format!("{}: once fixed, {left:?} are left", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn names(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|finding| finding.rule).collect()
}

/// The rules that `check` reports for a registration, with an example as agepatch.toml.
fn reported(sandbox: &Sandbox) -> Vec<String> {
    let ran = sandbox.agepatch(["check", "authelia.age", "--output", "json"]).output().expect("it runs");
    let printed: Json = serde_json::from_slice(&ran.stdout).expect("JSON");
    let findings = printed["findings"].as_array().expect("a list").clone();
    findings.iter().filter_map(|finding| finding["rule"].as_str().map(str::to_owned)).collect()
}

#[test]
fn every_example_of_agepatch_toml_has_its_finding_and_loses_it_by_its_fix() {
    let registered = "client_secret: '$plaintext$the-secret-that-is-registered'";
    let application = "OIDC_CLIENT_SECRET=the-secret-that-is-registered\n";
    let cases = [
        ("relying-party-client", "mediamanager", application, &[][..]),
        (
            "relying-party-redirect-uri",
            "media",
            application,
            &["client", "set", "media", "redirect_uris+=https://media.example.com/api/v1/auth/oauth/callback"],
        ),
        (
            "relying-party-auth-method",
            "media",
            application,
            &["client", "set", "media", "token_endpoint_auth_method=client_secret_basic"],
        ),
        ("relying-party-secret", "media", "OIDC_CLIENT_SECRET=another\n", &["client", "rotate", "media"]),
        // The file is encrypted for another key, whose identity the fix names.
        ("relying-party-secret-unread", "media", application, &["check", "authelia.age"]),
    ];
    let rules = registry::all().filter(|rule| rule.id.starts_with("relying-party-"));
    assert_eq!(rules.map(|rule| rule.id).collect::<Vec<_>>(), cases.map(|(rule, ..)| rule));
    for (id, client, application, fix) in cases {
        let rule = registry::find(id).expect("a rule");
        let authelia = format!(
            "identity_providers:\n  oidc:\n    clients:\n      - client_id: {client}\n        {registered}\n        \
             redirect_uris: ['https://media.example.com/other']\n        \
             token_endpoint_auth_method: client_secret_post\n"
        );
        let sandbox = Sandbox::with_files(&[("authelia.age", &authelia), ("media-env.age", application)]);
        sandbox.write("agepatch.toml", rule.example);
        let other = age::x25519::Identity::generate();
        if id == "relying-party-secret-unread" {
            let sealed = age::encrypt(&other.to_public(), application.as_bytes()).expect("encrypted");
            fs::write(sandbox.repo().join("media-env.age"), sealed).expect("written");
        }
        let found = reported(&sandbox);
        assert!(found.iter().any(|found| found == id), "{id}: {found:?}");
        match fix {
            [] => sandbox.write("agepatch.toml", &rule.example.replace("mediamanger", client)),
            ["check", ..] => {
                let own = fs::read_to_string(sandbox.home().join(".config/age/keys.txt")).expect("a key");
                let keys = format!("{own}\n{}\n", other.to_string().expose_secret());
                sandbox.write("../home/.config/age/keys.txt", &keys);
            }
            fix => drop(sandbox.agepatch(fix).assert().success()),
        }
        let left = reported(&sandbox);
        assert!(left.iter().all(|left| left != id), "{id}: {left:?}");
    }
}
