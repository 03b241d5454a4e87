//! `agepatch client`: registrations, and the two sides of a secret.

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

/// A complete configuration without clients; its file of users and keys is recorded.
fn configuration() -> Vec<String> {
    let data = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/authelia").join(name);
        std::fs::read_to_string(path).expect("the recorded data is there")
    };
    let case = data("verdicts.jsonl");
    let case = case.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let mut cases =
        case.filter(|case| case["expect"].as_array().is_some_and(Vec::is_empty) && case.get("with").is_none());
    let accepted = cases.next().expect("one is accepted")["yaml"].as_str().expect("text").to_owned();
    vec![data("base.yml"), accepted]
}

/// The recorded configuration, which Authelia accepted, is still valid with the client of any profile.
#[test]
fn clients_added_by_any_profile_pass_the_checks() {
    let texts = configuration();
    let base = check::parse(texts[0].as_bytes(), Format::Yaml).expect("YAML");
    let document = Document::parse(texts[1].as_bytes(), Format::Yaml).expect("YAML");
    for application in application::all() {
        for url in ["https://app.home.arpa", "https://home.arpa:8443/sub/path"] {
            let mut uris = application.redirect_uris(url);
            if uris.is_empty() && application.names_its_own_uris() {
                uris.push(format!("{url}/"));
            }
            let is_foreign = |uri: &String| uri.contains("example.com") || uri.contains("example-team");
            assert!(!uris.iter().any(is_foreign), "{}: {uris:?}", application.slug);
            let mut entry = application.registration("id", url, &uris, "one_factor");
            let mut put = |key: &str, value: Option<&str>| {
                if let Some(value) = value {
                    entry.insert(agepatch::document::MapKey::string(key), Value::string(value));
                }
            };
            put("claims_policy", application.claims_policy());
            put("lifespan", application.lifespan());
            put(
                "client_secret",
                match application.registered_secret() {
                    application::RegisteredSecret::None => None,
                    application::RegisteredSecret::Plaintext => {
                        Some("$plaintext$a-throwaway-secret-of-thirty-two-bytes")
                    }
                    application::RegisteredSecret::Digest => Some(
                        "$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng",
                    ),
                },
            );
            let mut session = document.edit();
            for (path, value) in application.definitions() {
                session.apply(&agepatch::document::Edit::Set { path, value }).expect("it fits");
            }
            let path = Pointer::new(["identity_providers", "oidc", "clients"]);
            let value = Value::Map(entry);
            session.apply(&agepatch::document::Edit::Append { path, value }).expect("the client fits");
            let text = session.finish().expect("it reads back");
            let parsed = check::parse(text.bytes(), Format::Yaml).expect("it parses");
            let sources = [("base.yml", &base), ("a.yml", &parsed)]
                .map(|(name, document)| Source::new(Shown::fixed(name), Ok(document)));
            let findings = check::run(&sources, &Options::default());
            let wrong: Vec<_> = findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .map(|finding| format!("{}: {}: {:?}", finding.rule, finding.path.as_str(), finding.message))
                .collect();
            assert!(wrong.is_empty(), "{} at {url}: {wrong:?}", application.slug);
        }
    }
}

#[test]
fn definitions_that_a_profile_needs_are_written_too() {
    let sandbox = sandbox();
    let add = |profile: &str, url: &str| client(&sandbox, &["add", "--profile", profile, "--url", url]).success();
    add("nextcloud", "https://cloud.home.arpa");
    add("ocis", "https://files.home.arpa");
    add("ocis-3", "https://files.home.arpa").stderr(contains("built into the application"));
    add("cloudflare-zerotrust", "https://my-team.cloudflareaccess.com");
    add("kitchenowl", "https://kitchen.home.arpa");
    let text = sandbox.open(FILE);
    for line in [
        "is_nextcloud_admin:",
        "refresh_token: 3 days",
        "lifespan: ocis",
        "https://my-team.cloudflareaccess.com/cdn-cgi/access/callback",
        "kitchenowl:/signin/redirect",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    let ours = "dInFYGV33xKzhbRmpqQltYNdfLdJIfJ9L5ISoKhNoT9qZftpdWSP71VrpGR9pmoD";
    let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
    let clients =
        Pointer::new(["identity_providers", "oidc", "clients"]).get(document.value()).and_then(Value::as_list);
    let client = clients
        .expect("clients")
        .iter()
        .find(|client| client.get("client_id").and_then(Value::as_str).is_some_and(|id| id.starts_with("e4rAsNUSIUs")));
    let digest = client.and_then(|client| client.get("client_secret")).and_then(Value::as_str).expect("a digest");
    let fits = agepatch::authelia::digest::fit(ours, digest).expect("a digest that can be checked");
    assert_eq!(fits, agepatch::authelia::digest::Fit::Yes, "the application's own secret");
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

    client(&sandbox, &["list"]).success().stdout(contains("immich     Immich  confidential  client_secret_basic"));
    client(&sandbox, &["show", "immich"])
        .success()
        .stdout(contains("client_secret: (secret)").and(contains("pbkdf2").not()));
    let set =
        ["set", "immich", "token_endpoint_auth_method=client_secret_post", "redirect_uris+=https://b.home.arpa/cb"];
    client(&sandbox, &set).success();
    let text = sandbox.open(FILE);
    assert!(text.contains("token_endpoint_auth_method: client_secret_post") && text.contains("https://b.home.arpa/cb"));
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
fn a_file_that_is_the_secret_needs_no_path() {
    let sandbox = Sandbox::with_files(&[(FILE, EMPTY), (ENV, "A=b\nC=d\n"), ("immich.age", "old\n")]);
    let add = |place: &str| {
        let add = ["client", "add", "--profile", "immich", "--url", "https://p.home.arpa", "--save", "--secret-to"];
        sandbox.agepatch(add).arg(place).assert()
    };
    add(ENV).code(2).stderr(contains("expected FILE#PATH"));
    add("nowhere").code(2).stderr(contains("expected FILE#PATH"));
    add("immich").success().stderr(contains("client secret  in immich.age\n"));
    assert!(sandbox.open("immich.age").len() > 60);
    sandbox.agepatch(["client", "verify", "immich"]).assert().success().stdout(contains("both halves"));
}

#[test]
fn both_halves_of_a_secret_stay_in_sync() {
    let sandbox = sandbox();
    client(&sandbox, &["add", "--profile", "immich", "--url", "https://photos.home.arpa"]).success();
    let first = secret(&sandbox);
    client(&sandbox, &["verify"]).success().stdout(contains("both halves").and(contains(&first).not()));

    // The application's side is broken in several ways; each is reported.
    let digest =
        sandbox.open(FILE).lines().find_map(|line| line.trim().strip_prefix("client_secret: ").map(str::to_owned));
    let digest = digest.expect("a digest").trim_matches('\'').to_owned();
    let faults = [
        (format!("OIDC_CLIENT_SECRET=\"{first} \"\n"), "white space"),
        (format!("OIDC_CLIENT_SECRET='{digest}'\n"), "has the digest"),
        ("OIDC_CLIENT_SECRET=marker-other\n".to_owned(), "not the one that was registered"),
        ("LOG_LEVEL=info\n".to_owned(), "there is no secret"),
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
    // In JSON mode it is part of the one document, and not printed separately.
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
fn a_secret_without_a_destination_is_not_rotated() {
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
    // Without a telling name, the file is found by its content.
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
    assert_eq!(json["profiles"].as_array().map(Vec::len), Some(154));
}

#[test_with::executable(git)]
#[test]
fn saved_settings_are_part_of_the_commit() {
    let sandbox = Sandbox::with_files(&[("authelia-secrets.age", ONE), ("app-env.age", "A=1\n")]);
    sandbox.git_init();
    let add = |id: &str, place: &str| {
        let uri = "https://app.example.com/cb";
        let arguments = ["client", "add", id, "--redirect-uri", uri, "--secret-to", place, "--save", "--commit"];
        sandbox.agepatch(arguments).assert()
    };
    add("nowhere", "missing-env#SECRET").failure();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "a failed edit leaves no settings");
    add("app", "app-env#SECRET").success().stderr(contains("in app-env.age, as SECRET"));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    let committed = sandbox.git(&["show", "--format=", "--name-only"]);
    assert_eq!(committed.trim(), "agepatch.toml\napp-env.age\nauthelia-secrets.age");
    sandbox.agepatch(["client", "verify"]).assert().success();
}

const ONE: &str = "identity_providers:
  oidc:
    clients:
      - client_id: one
        client_name: One
        public: true
        redirect_uris: [https://one.example.com/cb]
";
