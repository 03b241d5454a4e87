//! The complete story of a client: added by profile, verified, probed, each side broken in five ways, each found,
//! fixed, and verified again.

use std::sync::{Arc, Mutex};

use agepatch::authelia::{Registration, clients, digest};
use agepatch::document::{Document, Format};
use base64::Engine;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::{Value as Json, json};

use crate::loopback::{self, Request, Server};
use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const ENV: &str = "immich-env.age";
const START: &str = "# the house\nidentity_providers:\n  oidc:\n    hmac_secret: marker-hmac-0123456789abcdef0123456789\n    clients: []\n";
const SETTINGS: &str = "[[relying-party]]
client = \"immich\"
url = \"https://photos.home.arpa\"
redirect_paths = [\"/auth/login\", \"/user-settings\"]
token_endpoint_auth_method = \"client_secret_basic\"
secret = { file = \"immich-env.age\", path = \"OAUTH_CLIENT_SECRET\" }
";

/// Creates the application's file from its secret and the digest.
type Half = fn(&str, &str) -> String;

/// The repository, and an Authelia that runs with the last deployed configuration.
struct House {
    sandbox: Sandbox,
    deployed: Arc<Mutex<String>>,
    authelia: Server,
}

impl House {
    fn new() -> Self {
        let sandbox = Sandbox::with_files(&[(FILE, START), (ENV, "TZ=UTC\n")]);
        sandbox.write("agepatch.toml", SETTINGS);
        let deployed = Arc::new(Mutex::new(START.to_owned()));
        let configuration = Arc::clone(&deployed);
        let authelia =
            Server::plain(move |request, issuer| answer(request, issuer, &configuration.lock().expect("one thread")));
        Self { sandbox, deployed, authelia }
    }

    fn run(&self, arguments: &[&str]) -> assert_cmd::assert::Assert {
        self.sandbox.agepatch(arguments).assert()
    }

    fn deploy(&self) {
        *self.deployed.lock().expect("one thread") = self.sandbox.open(FILE);
    }

    fn probe(&self) -> assert_cmd::assert::Assert {
        self.run(&["client", "probe", "immich", "--issuer", &self.authelia.issuer])
    }

    /// The rules of the findings.
    fn findings(&self) -> Vec<String> {
        let output = self.sandbox.agepatch(["check", "--output", "json"]).output().expect("it runs");
        let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
        let rules = json["findings"].as_array().expect("findings").iter();
        rules.filter_map(|finding| finding["rule"].as_str().map(str::to_owned)).collect()
    }

    /// Replaces a part of a file.
    fn break_by(&self, file: &str, from: &str, to: &str) {
        let text = self.sandbox.open(file);
        assert!(text.contains(from), "{from} in {text}");
        self.sandbox.seal(file, text.replace(from, to).as_bytes());
    }

    fn diagnose_and_apply(&self, log: &str) {
        self.sandbox.agepatch(["diagnose", "--apply"]).write_stdin(log.to_owned()).assert().success();
    }

    /// Both sides match, in the files and in the running Authelia.
    fn is_whole(&self) {
        self.deploy();
        self.run(&["client", "verify", "immich"]).success().stdout(contains("both halves"));
        self.probe().success();
        let about = ["relying-party", "client-", "token-endpoint"];
        let found = self.findings();
        assert!(found.iter().all(|rule| about.iter().all(|about| !rule.starts_with(about))), "{found:?}");
    }

    /// Generates a new secret on both sides. Its digest is replaced by a cheap one, to keep the test fast.
    fn rotate(&self) {
        self.run(&["client", "rotate", "immich"]).success();
        self.cheapen();
        self.is_whole();
    }

    fn cheapen(&self) {
        let (digest, secret) = (self.digest(), self.secret());
        assert!(digest.starts_with("$pbkdf2-sha512$310000$"), "{digest}");
        self.break_by(FILE, &digest, &cheap(&secret));
    }

    fn secret(&self) -> String {
        let text = self.sandbox.open(ENV);
        let line = text.lines().find_map(|line| line.strip_prefix("OAUTH_CLIENT_SECRET=")).unwrap_or_default();
        line.trim_matches(['"', '\'']).to_owned()
    }

    fn digest(&self) -> String {
        let text = self.sandbox.open(FILE);
        let line = text.lines().find_map(|line| line.trim().strip_prefix("client_secret: ")).expect("a digest");
        line.trim_matches(['"', '\'']).to_owned()
    }
}

/// Answers like an Authelia that runs with `configuration`.
fn answer(request: &Request, issuer: &str, configuration: &str) -> String {
    if request.path() != "/api/oidc/token" {
        let document = json!({ "issuer": issuer, "token_endpoint": format!("{issuer}/api/oidc/token") });
        return loopback::json("200 OK", &document);
    }
    let document = Document::parse(configuration.as_bytes(), Format::Yaml).expect("YAML");
    let (method, id, secret) = credentials(request);
    let known = clients(document.value()).iter().map(Registration).find(|client| client.id() == Some(id.as_str()));
    let accepted = known.is_some_and(|client| {
        let fits = |digest| matches!(digest::fit(&secret, digest), Ok(digest::Fit::Yes));
        client.auth_method("token_endpoint_auth_method") == method && client.text("client_secret").is_some_and(fits)
    });
    match accepted {
        true => loopback::json("400 Bad Request", &json!({ "error": "invalid_grant" })),
        false => loopback::json("401 Unauthorized", &json!({ "error": "invalid_client" })),
    }
}

fn credentials(request: &Request) -> (&'static str, String, String) {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
    let field = |name: &str| form.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone());
    if let Some(header) = request.header("authorization") {
        let pair = base64::engine::general_purpose::STANDARD.decode(header.trim_start_matches("Basic "));
        let pair = String::from_utf8(pair.expect("base64")).expect("ASCII");
        let (id, secret) = pair.split_once(':').expect("a pair");
        return ("client_secret_basic", id.to_owned(), secret.to_owned());
    }
    ("client_secret_post", field("client_id").unwrap_or_default(), field("client_secret").unwrap_or_default())
}

/// A valid digest with a very low cost.
fn cheap(secret: &str) -> String {
    let mut key = [0_u8; 64];
    pbkdf2::pbkdf2_hmac::<sha2::Sha512>(secret.as_bytes(), b"salt-of-a-test-1", 100, &mut key);
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes).replace('+', ".");
    format!("$pbkdf2-sha512$100${}${}", encode(b"salt-of-a-test-1"), encode(&key))
}

fn line(said: &str) -> String {
    format!("time=\"2026-11-24T02:41:45Z\" level=error msg=\"Request failed with error: {said}\" method=POST\n")
}

#[test]
fn a_client_is_added_broken_and_fixed() {
    let house = House::new();
    house.run(&["client", "add", "--profile", "immich", "--url", "https://photos.home.arpa"]).success();
    house.run(&["client", "verify", "immich"]).success();
    house.cheapen();
    house.is_whole();

    // Authelia's side: the auth method, found through the log.
    house.break_by(FILE, "client_secret_basic", "client_secret_post");
    assert!(house.findings().contains(&"relying-party-auth-method".to_owned()));
    house.run(&["client", "verify"]).code(1).stdout(contains("client_secret_basic"));
    house.deploy();
    house.diagnose_and_apply(&line("The request was determined to be using 'token_endpoint_auth_method' method 'client_secret_basic', however the OAuth 2.0 client registration does not allow this method. The registered client with id 'immich' is configured to only support 'token_endpoint_auth_method' method 'client_secret_post'."));
    // The broken configuration is still running, which probe reports.
    house.probe().code(1).stdout(contains("auth-method"));
    house.is_whole();

    // A redirect URI.
    house.break_by(FILE, "https://photos.home.arpa/auth/login", "https://photos.home.arpa/login");
    assert!(house.findings().contains(&"relying-party-redirect-uri".to_owned()));
    house.diagnose_and_apply(&line("The 'redirect_uris' registered with OAuth 2.0 Client with id 'immich' did not match 'redirect_uri' value 'https://photos.home.arpa/auth/login'."));
    house.is_whole();

    // A scope; the line does not name the client, and anyone can cause it, so the client must be named.
    house.break_by(FILE, "- email\n", "- openid-2\n");
    house.break_by(FILE, "- openid-2\n", "- groups\n");
    assert!(house.findings().contains(&"client-profile".to_owned()));
    let log = line("The OAuth 2.0 Client is not allowed to request scope 'email'.");
    house.diagnose_and_apply(&log);
    assert!(house.findings().contains(&"client-profile".to_owned()));
    let named = ["diagnose", "--apply", "--client", "immich", "--cause", "scope"];
    house.sandbox.agepatch(named).write_stdin(log).assert().success();
    house.is_whole();

    // The digest: of another secret, and damaged.
    let digest = house.digest();
    house.break_by(FILE, &digest, &cheap("another"));
    assert!(house.findings().contains(&"relying-party-secret".to_owned()));
    house.deploy();
    house.probe().code(1).stdout(contains("client-secret").and(contains("rotate")));
    house.rotate();
    let digest = house.digest();
    house.break_by(FILE, &digest, "$pbkdf2-sha512$310000$short");
    assert!(house.findings().contains(&"client-secret-format".to_owned()));
    house.run(&["client", "verify"]).code(3).stdout(contains("not verified"));
    house.rotate();

    // The application's side.
    let broken: [(&str, Half); 5] = [
        ("not the one that was registered", |_, _| "OAUTH_CLIENT_SECRET=marker-other\n".to_owned()),
        ("white space", |secret, _| format!("OAUTH_CLIENT_SECRET=\" {secret}\"\n")),
        ("has the digest", |_, digest| format!("OAUTH_CLIENT_SECRET='{digest}'\n")),
        ("there is no secret where", |_, _| "TZ=UTC\n".to_owned()),
        ("there is no secret where", |_, _| "OAUTH_CLIENT_SECRET=\n".to_owned()),
    ];
    for (told, text) in broken {
        house.sandbox.seal(ENV, text(&house.secret(), &house.digest()).as_bytes());
        assert!(house.findings().contains(&"relying-party-secret".to_owned()), "{told}");
        house.run(&["client", "verify", "immich"]).code(1).stdout(contains(told).and(contains("marker").not()));
        let log = line("The provided client secret did not match the registered client secret.");
        let found = house.sandbox.agepatch(["diagnose"]).write_stdin(log).assert().success();
        found.stdout(contains("client      immich").and(contains(told)).and(contains("client rotate")));
        house.rotate();
    }
    assert!(house.sandbox.open(FILE).starts_with("# the house\n"));
}
