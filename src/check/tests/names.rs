//! Old names, unknown names, and which option wins.

use super::{findings, options, said};
use crate::check::{Options, Source, errors, parse, run};
use crate::document::{Edit, Format, Pointer};
use crate::shown::Shown;

#[test]
fn old_names_are_moved_joined_dropped_or_refused() {
    for (text, expected) in [
        ("{ log_level: info }", "deprecated-key log_level"),
        ("{ log_level: info, log: { level: warn } }", "deprecated-key log_level"),
        (
            "{ notifier: { smtp: { trusted_cert: x } } }",
            "replaced-key notifier.smtp.trusted_cert, unknown-key notifier.smtp.trusted_cert",
        ),
        ("{ server: { host: a } }", "deprecated-key server.host"),
        ("{ server: { host: a, address: 'tcp://:1' } }", "replaced-key server.host"),
        ("{ host: a, server: { address: 'tcp://:1' } }", "deprecated-key host, replaced-key server.host"),
        (
            "{ authentication_backend: { ldap: { permit_feature_detection_failure: true } } }",
            "deprecated-key authentication_backend.ldap.permit_feature_detection_failure",
        ),
    ] {
        assert_eq!(of_names(text), expected, "{text}");
    }
}

fn of_names(text: &str) -> String {
    let found = findings(text, &options("4.39"));
    let ours = found.iter().filter(|finding| finding.rule.ends_with("-key"));
    ours.map(|finding| format!("{} {}", finding.rule, finding.path.as_str())).collect::<Vec<_>>().join(", ")
}

#[test]
fn an_old_name_is_fixed_only_in_the_same_map() {
    let mended = |text: &str| {
        let found = findings(text, &options("4.39"));
        let finding = found.iter().find(|finding| finding.rule == "deprecated-key").expect("a finding").clone();
        (finding.pointer.to_string(), finding.line, finding.fix, finding.help.map(|help| help.as_str().to_owned()))
    };
    let pointer = |text: &str| Pointer::parse(text).expect("a pointer");
    for (text, at, column, fix, help) in [
        (
            "{ session: { remember_me_duration: 1h } }",
            "/session/remember_me_duration",
            14,
            Some(Edit::Rename { path: pointer("/session/remember_me_duration"), to: "remember_me".to_owned() }),
            None,
        ),
        (
            "{ session: { remember_me_duration: 1h, remember_me: 1M } }",
            "/session/remember_me_duration",
            14,
            Some(Edit::Remove { path: pointer("/session/remember_me_duration") }),
            None,
        ),
        ("{ log_level: info }", "/log_level", 3, None, Some("set `log.level` in its place")),
        (
            "{ authentication_backend: { ldap: { permit_feature_detection_failure: true } } }",
            "/authentication_backend/ldap/permit_feature_detection_failure",
            37,
            Some(Edit::Remove { path: pointer("/authentication_backend/ldap/permit_feature_detection_failure") }),
            None,
        ),
    ] {
        assert_eq!(
            mended(text),
            (at.to_owned(), Some((1, column)), fix.map(|fix| vec![fix]), help.map(str::to_owned)),
            "{text}"
        );
    }
}

#[test]
fn an_option_moved_from_its_old_name_is_read_under_the_new_one() {
    for (text, expected) in [
        ("{ session: { remember_me_duration: soon } }", "duration session.remember_me"),
        ("{ log_level: [] }", "option-type log.level"),
        ("{ authentication_backend: { ldap: { url: 'tcp://x:99999' } } }", "url authentication_backend.ldap.address"),
        // The old value is ignored if the new option exists.
        ("{ session: { remember_me_duration: soon, remember_me: 1h } }", ""),
        ("{ log_level: [], log: { level: info } }", ""),
        // Options that combine several old ones are built differently.
        ("{ server: { host: a, port: 9091 } }", ""),
        ("{ storage: { postgres: { host: a, port: 5432 } } }", ""),
    ] {
        let found = findings(text, &options("4.39"));
        let types = found.iter().filter(|finding| matches!(finding.rule, "duration" | "option-type" | "url"));
        let types: Vec<String> = types.map(|finding| format!("{} {}", finding.rule, finding.path.as_str())).collect();
        assert_eq!(types.join(", "), expected, "{text}");
    }
    let found = findings("{ log_level: [] }", &options("4.39"));
    let place = found.iter().find(|finding| finding.rule == "option-type").expect("a finding");
    assert_eq!((place.pointer.to_string().as_str(), place.line), ("/log_level", Some((1, 14))));
}

#[test]
fn the_nearest_name_is_suggested_and_set_where_nothing_else_can_be_meant() {
    let suggested = |key: &str| {
        let found = findings(&format!("{{ session: {{ {key}: x }} }}"), &options("4.39"));
        let finding = found.iter().find(|finding| finding.rule == "unknown-key").expect("a finding").clone();
        (finding.help.map(|help| help.as_str().to_owned()).unwrap_or_default(), finding.fix.is_some())
    };
    for (key, help, is_fixed) in [
        ("expirations", "did you mean `expiration`?", true),
        ("Expiratoin", "did you mean `expiration`?", true),
        ("expirat", "did you mean `session.expiration`?", false),
        // Short names are similar to many.
        ("nam", "did you mean `session.name`?", false),
        ("mane", "did you mean `session.name`?", false),
        ("namee", "did you mean `name`?", true),
        ("reds", "", false),
        ("nxyz", "did you mean `session.name`?", false),
        ("abcdefghijkl", "", false),
        ("x", "", false),
    ] {
        assert_eq!(suggested(key), (help.to_owned(), is_fixed), "{key}");
    }
}

#[test]
fn unknown_names_are_reported_for_each_item_in_order() {
    for (text, expected) in [
        (
            "{ session: { cookies: [{ x: 1 }, { domain: a }, { x: 1 }] } }",
            "unknown-key session.cookies[].x, unknown-key session.cookies[].x",
        ),
        ("{ 0x1F: { 0x1F: a } }", "unknown-key 0x1F.31"),
        ("{ sesion: {} }", "unknown-key sesion"),
    ] {
        assert_eq!(of_names(text), expected, "{text}");
    }
}

#[test]
fn findings_are_in_the_order_of_files_and_lines() {
    let texts = ["sesion: 1\n", "theme: []\nlogg: 1\n"];
    let documents = texts.map(|text| parse(text.as_bytes(), Format::Yaml).expect("YAML"));
    let sources = [("b.yml", &documents[0]), ("a.yml", &documents[1])]
        .map(|(name, document)| Source::new(Shown::fixed(name), Ok(document)));
    let found = run(&sources, &Options::default());
    let places: Vec<(&str, Option<(usize, usize)>)> =
        found.iter().map(|finding| (finding.file.as_str(), finding.line)).collect();
    assert_eq!(places, [("b.yml", Some((1, 1))), ("a.yml", Some((1, 8))), ("a.yml", Some((2, 1)))]);
}

#[test]
fn the_only_item_is_located_at_its_value() {
    let found = findings("identity_providers:\n  oidc:\n    clients:\n      client_id: 'a b'\n", &options("4.39"));
    let finding = found.iter().find(|finding| finding.rule == "client-id").expect("a finding");
    assert_eq!(finding.path.as_str(), "identity_providers.oidc.clients[a b].client_id");
    assert_eq!(finding.pointer.to_string(), "/identity_providers/oidc/clients/client_id");
    assert_eq!(finding.line, Some((4, 18)));
}

#[test]
fn only_errors_are_reported_if_only_errors_are_requested() {
    let text =
        "identity_providers: { oidc: { clients: [{ client_id: a, public: true, redirect_uris: ['x', 'x'] }] } }\n";
    let document = parse(text.as_bytes(), Format::Yaml).expect("YAML");
    let source = [Source::new(Shown::fixed("auth.yml"), Ok(&document))];
    let severities = |found: Vec<crate::check::Finding>| {
        let mut found: Vec<&str> = found.iter().map(|finding| finding.severity.name()).collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    assert_eq!(severities(errors(&source, &Options::default())), ["error"]);
    assert_eq!(severities(run(&source, &Options::default())), ["advice", "error", "warning"]);
}

#[test]
fn findings_about_missing_parts_are_advice_until_the_configuration_is_complete() {
    let client = "identity_providers: { oidc: { hmac_secret: x, clients: [{ client_id: a, lifespan: long }] } }";
    let told = |more: &str| {
        let found = findings(&format!("{{ {more} {client} }}"), &Options::default());
        let finding = found.into_iter().find(|finding| finding.rule == "lifespan").expect("a finding");
        (finding.severity.name(), finding.message.as_str().to_owned())
    };
    assert_eq!(told(""), ("advice", "no lifespan `long` is defined in this file".to_owned()));
    assert_eq!(told("session: { name: x },"), ("error", "no lifespan `long` is defined".to_owned()));
    let hmac = |text: &str| said(text, "hmac", &options("4.39"));
    assert_eq!(hmac(client), "");
    assert_eq!(hmac(&client.replace("hmac_secret: x, ", "")), "hmac-secret hmac_secret");
}

#[test]
fn yaml_is_read_as_go_reads_it_and_the_rest_as_it_is() {
    assert!(parse(b"k: \"a\"#c\n", Format::Yaml).is_ok());
    assert!(parse(b"k = \"a\"#c\n", Format::Toml).is_ok());
}
