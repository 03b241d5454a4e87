//! `agepatch client`: registrations, and the two halves of a secret.

use agepatch::authelia::application;
use agepatch::check::{self, Options, Severity, Source};
use agepatch::document::{Document, Format, Pointer, Value};
use agepatch::shown::Shown;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const ENV: &str = "media-env.age";
const EMPTY: &str = "# the house\nidentity_providers:\n  oidc:\n    hmac_secret: 'marker-hmac-0123456789'\n    clients: []  # none yet\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_files(&[(FILE, EMPTY), (ENV, "# settings\nLOG_LEVEL=info\n")]);
    sandbox.write(
        "agepatch.toml",
        "[[relying-party]]\nclient = \"immich\"\nsecret = { file = \"media-env.age\", path = \"OIDC_CLIENT_SECRET\" }\n",
    );
    sandbox
}

fn client(sandbox: &Sandbox, arguments: &[&str]) -> assert_cmd::assert::Assert {
    sandbox.agepatch(std::iter::once("client").chain(arguments.iter().copied())).assert()
}

fn secret(sandbox: &Sandbox) -> String {
    let text = sandbox.open(ENV);
    let line = text.lines().find_map(|line| line.strip_prefix("OIDC_CLIENT_SECRET=")).expect("the secret");
    line.trim_matches(['"', '\'']).to_owned()
}

#[test]
fn clients_added_by_any_profile_pass_the_checks() {
    for application in application::all() {
        let url = "https://app.home.arpa";
        let mut uris = application.redirect_uris(url);
        if uris.is_empty() && application.tells_its_own_uris() {
            uris.push(format!("{url}/"));
        }
        assert!(uris.iter().all(|uri| !uri.contains("example.com") || !uri.contains("://app")), "{uris:?}");
        let sandbox_free = application.registration("id", url, &uris, "one_factor");
        let document =
            Document::parse(b"identity_providers:\n  oidc:\n    hmac_secret: x\n", Format::Yaml).expect("YAML");
        let mut session = document.edit();
        let oidc = Pointer::new(["identity_providers", "oidc"]);
        for ([table, name], value) in application.definitions() {
            let path = oidc.child(table).child(name);
            session.apply(&agepatch::document::Edit::Set { path, value }).expect("it fits");
        }
        let value = Value::Map(sandbox_free);
        session
            .apply(&agepatch::document::Edit::Append { path: oidc.child("clients"), value })
            .expect("the client fits");
        let text = session.finish().expect("it reads back");
        let parsed = check::parse(text.bytes(), Format::Yaml).expect("it parses");
        let sources = [Source { name: Shown::fixed("a.yml"), document: Ok(&parsed) }];
        let findings = check::run(&sources, &Options::default());
        let wrong: Vec<_> = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            // The secret is put in by the command itself.
            .filter(|finding| !finding.path.to_string().ends_with("client_secret") && finding.rule != "issuer-keys")
            .map(|finding| format!("{}: {}", finding.rule, finding.path.as_str()))
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", application.slug);
    }
}

#[test]
fn a_client_is_added_listed_changed_and_removed() {
    let sandbox = sandbox();
    let added = client(&sandbox, &["add", "--profile", "immich", "--url", "https://photos.home.arpa/"]).success();
    let secret = secret(&sandbox);
    assert_eq!(secret.len(), 72);
    added.stdout(contains("immich").and(contains(&secret).not())).stderr(contains(&secret).not());
    let text = sandbox.open(FILE);
    assert!(text.starts_with("# the house\n") && text.contains("hmac_secret: 'marker-hmac-0123456789'"), "{text}");
    assert!(
        text.contains("- https://photos.home.arpa/auth/login\n") && text.contains("$pbkdf2-sha512$310000$"),
        "{text}"
    );
    assert!(!text.contains(&secret));
    assert!(sandbox.open(ENV).starts_with("# settings\nLOG_LEVEL=info\n"));

    client(&sandbox, &["list"]).success().stdout(contains("immich     Immich  confidential  client_secret_post"));
    client(&sandbox, &["show", "immich"])
        .success()
        .stdout(contains("client_secret: (secret)").and(contains("pbkdf2").not()));
    let set =
        ["set", "immich", "token_endpoint_auth_method=client_secret_basic", "redirect_uris+=https://b.home.arpa/cb"];
    client(&sandbox, &set).success();
    let text = sandbox.open(FILE);
    assert!(
        text.contains("token_endpoint_auth_method: client_secret_basic") && text.contains("https://b.home.arpa/cb")
    );
    client(&sandbox, &["set", "immich", "redirect_uris-=https://b.home.arpa/cb", "scopes+=groups"]).success();
    assert!(!sandbox.open(FILE).contains("b.home.arpa") && sandbox.open(FILE).contains("- groups"));

    client(&sandbox, &["add", "--profile", "immich", "--url", "https://c.home.arpa"])
        .code(5)
        .stderr(contains("already"));
    client(&sandbox, &["set", "imich", "public=true"]).code(5).stderr(contains("did you mean immich?"));
    client(&sandbox, &["set", "immich", "public=true"]).code(4).stderr(contains("introduce"));
    client(&sandbox, &["set", "immich", "client_secret=marker"]).code(2).stderr(contains("secret"));
    client(&sandbox, &["set", "immich", "token_endpoint_auth=none"])
        .code(5)
        .stderr(contains("token_endpoint_auth_method"));
    client(&sandbox, &["set", "immich", "nonsense"]).code(2).stderr(contains("KEY=VALUE"));
    client(&sandbox, &["add", "--profile", "imich", "--url", "https://c.home.arpa"]).code(2).stderr(contains("immich"));
    client(&sandbox, &["remove", "immich"]).success();
    assert_eq!(sandbox.open(FILE), EMPTY);
}

#[test]
fn both_halves_of_a_secret_stay_in_sync() {
    let sandbox = sandbox();
    client(&sandbox, &["add", "--profile", "immich", "--url", "https://photos.home.arpa"]).success();
    let first = secret(&sandbox);
    client(&sandbox, &["verify"]).success().stdout(contains("both halves").and(contains(&first).not()));

    // The application's half goes wrong in several ways; each is told.
    let digest =
        sandbox.open(FILE).lines().find_map(|line| line.trim().strip_prefix("client_secret: ").map(str::to_owned));
    let digest = digest.expect("a digest").trim_matches('\'').to_owned();
    let faults = [
        (format!("OIDC_CLIENT_SECRET=\"{first} \"\n"), "white space"),
        (format!("OIDC_CLIENT_SECRET='{digest}'\n"), "has the digest"),
        ("OIDC_CLIENT_SECRET=marker-other\n".to_owned(), "not the one that was registered"),
        ("LOG_LEVEL=info\n".to_owned(), "nothing stands"),
    ];
    for (text, told) in faults {
        sandbox.seal(ENV, text.as_bytes());
        client(&sandbox, &["verify", "immich"]).code(1).stdout(contains(told).and(contains("marker").not()));
    }
    let output = sandbox.agepatch(["client", "verify", "--output", "json"]).output().expect("it runs");
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&json["clients"][0]["client"], &json["clients"][0]["matches"]), (&"immich".into(), &false.into()));

    let rotated = client(&sandbox, &["rotate", "immich"]).success();
    let second = secret(&sandbox);
    rotated.stdout(contains(&second).not());
    assert_ne!(first, second);
    client(&sandbox, &["verify", "immich"]).success();
    // With --reveal the new secret is shown once.
    client(&sandbox, &["rotate", "immich", "--reveal"]).success().stdout(contains(secret(&sandbox)));
    // For a program it stands in the one document, and not beside it.
    for words in [&["rotate", "immich", "--reveal"][..], &["rotate", "immich", "--reveal", "-n"], &["rotate", "immich"]]
    {
        let told = client(&sandbox, &[words, &["--output", "json"]].concat()).success();
        let told: Json = serde_json::from_slice(&told.get_output().stdout).expect("one JSON document");
        let expected = (words.len() == 3).then(|| secret(&sandbox));
        assert_eq!(told.get("secret").and_then(Json::as_str), expected.as_deref(), "{words:?}");
    }
}

#[test]
fn as_a_filter_only_the_document_is_on_stdout() {
    let sandbox = Sandbox::with_files(&[(FILE, EMPTY)]);
    let added = ["add", "app", "--redirect-uri", "https://app.home.arpa/cb", "--file", "-", "--reveal"];
    let ran = sandbox.agepatch(std::iter::once("client").chain(added)).write_stdin(EMPTY).output().expect("it runs");
    let (document, report) =
        (String::from_utf8(ran.stdout).expect("text"), String::from_utf8(ran.stderr).expect("text"));
    let secret = report.lines().last().expect("a line");
    assert!(ran.status.success() && secret.len() > 40 && !secret.contains(' '), "{report}");
    assert!(document.starts_with(EMPTY.lines().next().expect("a line")) && !document.contains(secret), "{document}");
}

#[test]
fn a_secret_that_nobody_would_know_is_not_rotated() {
    let sandbox = Sandbox::with_files(&[(FILE, EMPTY)]);
    client(&sandbox, &["add", "app", "--redirect-uri", "https://app.home.arpa/cb"])
        .success()
        .stderr(contains("rotate app"));
    let before = sandbox.read(FILE);
    client(&sandbox, &["rotate", "app"]).code(2).stderr(contains("--secret-to"));
    client(&sandbox, &["rotate", "app", "--secret-to", "nowhere"]).code(2).stderr(contains("FILE#PATH"));
    assert_eq!(sandbox.read(FILE), before);
    client(&sandbox, &["add", "spa", "--public", "--redirect-uri", "https://spa.home.arpa/cb"]).success();
    client(&sandbox, &["rotate", "spa"]).code(5).stderr(contains("no secret"));
    client(&sandbox, &["rotate", "nobody"]).code(5).stderr(contains("nobody"));
    client(&sandbox, &["verify", "spa"]).success().stdout(contains("public"));
}

#[test]
fn a_client_that_lost_its_secret_gets_one_on_both_sides() {
    let text = "identity_providers:\n  oidc:\n    clients:\n      - client_id: media\n        redirect_uris: ['https://media.home.arpa/cb']\n";
    // The file is found by its content, where no name tells.
    let sandbox = Sandbox::with_files(&[("aaa.age", "just text\n"), ("oidc-clients.age", text), (ENV, "A=1\n")]);
    client(&sandbox, &["rotate", "media", "--secret-to", "media-env.age#OIDC_CLIENT_SECRET"]).success();
    client(&sandbox, &["verify", "media", "--secret-from", "media-env.age#OIDC_CLIENT_SECRET"]).success();
    assert!(sandbox.open("oidc-clients.age").contains("client_secret: $pbkdf2-sha512$310000$"));
}

#[test]
fn profiles_are_found_by_a_part_of_their_name() {
    let sandbox = Sandbox::empty();
    client(&sandbox, &["profiles", "graf"]).success().stdout(contains("Grafana").and(contains("Immich").not()));
    client(&sandbox, &["profiles", "imich"]).code(1).stdout(contains("immich"));
    let output = sandbox.agepatch(["client", "profiles", "--output", "json"]).output().expect("it runs");
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["profiles"].as_array().map(Vec::len), Some(147));
}
