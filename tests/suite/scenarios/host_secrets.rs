//! The secrets of a host in a sops file whose values are documents, with the real sops and git: a client is added, broken, fixed
//! from a line of Authelia's log, and removed; secrets are rotated; the host gets another key.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const HOST_FILE: &str = "secrets/sops/galactica.yaml";
const COMMON_FILE: &str = "secrets/sops/common.yaml";
const AUTHELIA: &str = "secrets/sops/galactica.yaml#authelia-secrets";
const ENV: &str = "secrets/sops/common.yaml#immich-env";
const METHOD: &str = "identity_providers.oidc.clients[immich].token_endpoint_auth_method";

const ANNA: &str = "age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u";
/// What ssh-to-age prints for `host_ed25519.pub`.
const HOST: &str = "age1qd2cdle9vm0zpm0awsx749srfqt2j4g7ldwrynptpxth69r2039snd4sxc";
const NEW_HOST: &str = "age1emrm5fre0yh0j37n0qex5mlvajausa28r4kphudm0t2xa2jgcvjqnahh93";

const RULES: &str = "keys:
  - &anna ANNA
  - &galactica HOST
creation_rules:
  - path_regex: secrets/sops/galactica\\.yaml$
    key_groups:
      - age:
          - *anna
          - *galactica
  - path_regex: secrets/sops/.*\\.yaml$
    key_groups:
      - age: [*anna, *galactica]
";

const GALACTICA: &str = "# Secrets of the host galactica
authelia-secrets: |
    # Authelia's part
    identity_providers:
      oidc:
        hmac_secret: 'marker-hmac-0123456789abcdef0123456789'   # marker-comment

        clients:
          - client_id: grafana   # dashboards
            client_name: \"Grafana\"
            client_secret: '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng'
            authorization_policy: two_factor
            redirect_uris:
              - https://grafana.example.com/login/generic_oauth
            scopes: [openid, profile, email]
            token_endpoint_auth_method: client_secret_basic
authelia-jwt: marker-jwt-0123456789abcdef
authelia-session: marker-session-0123456789
grafana-env: |
    # marker-comment
    GF_SECURITY_ADMIN_PASSWORD='marker admin'
    GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET=marker-grafana
mydia-env: |
    SECRET_KEY_BASE=marker-mydia
    TZ=Europe/Berlin
service-account: |-
    {
      \"type\": \"service_account\",
      \"private_key\": \"marker-key\"
    }
restic-password: marker-restic
wifi: marker-wifi
smtp-password: marker-smtp
tailscale-key: marker-tailscale
backup-ssh-key: |
    -----BEGIN OPENSSH PRIVATE KEY-----
    marker-ssh
    -----END OPENSSH PRIVATE KEY-----
wireguard: |
    [Interface]
    PrivateKey = marker-wireguard
";

const COMMON: &str = "immich-env: |
    # of Immich
    TZ=UTC
pushover: marker-pushover
";

const SETTINGS: &str = "[commit]
scope = \"galactica\"

[[relying-party]]
client = \"immich\"
url = \"https://photos.example.com\"
redirect_paths = [\"/auth/login\", \"/user-settings\"]
token_endpoint_auth_method = \"client_secret_basic\"
secret = { file = \"secrets/sops/common.yaml#immich-env\", path = \"OAUTH_CLIENT_SECRET\" }
";

/// What `client add --profile immich` adds, in the layout of the document.
const CLIENT: &str = "          - client_id: immich
            client_name: Immich
            client_secret: DIGEST
            authorization_policy: two_factor
            require_pkce: true
            pkce_challenge_method: S256
            redirect_uris:
              - https://photos.example.com/auth/login
              - https://photos.example.com/user-settings
              - app.immich:///oauth-callback
            scopes:
              - openid
              - profile
              - email
            response_types:
              - code
            grant_types:
              - authorization_code
            access_token_signed_response_alg: none
            userinfo_signed_response_alg: none
            token_endpoint_auth_method: client_secret_basic
";

const LOG: &str = "time=\"2026-11-24T02:41:45Z\" level=error msg=\"Request failed with error: The request was determined to be using 'token_endpoint_auth_method' method 'client_secret_basic', however the OAuth 2.0 client registration does not allow this method. The registered client with id 'immich' is configured to only support 'token_endpoint_auth_method' method 'client_secret_post'.\" method=POST\n";

fn key(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sops/keys").join(name)
}

/// The repository, and what sops is to decrypt its files to.
struct Host {
    sandbox: Sandbox,
    galactica: String,
    common: String,
}

impl Host {
    fn new() -> Self {
        let sandbox = Sandbox::empty();
        sandbox.write("../home/.config/age/keys.txt", &fs::read_to_string(key("age1.txt")).expect("recorded"));
        sandbox.write(".sops.yaml", &RULES.replace("ANNA", ANNA).replace("HOST", HOST));
        sandbox.write("agepatch.toml", SETTINGS);
        let host = Self { sandbox, galactica: GALACTICA.to_owned(), common: COMMON.to_owned() };
        for (file, text) in [(HOST_FILE, GALACTICA), (COMMON_FILE, COMMON)] {
            host.sandbox.write(file, text);
            host.run("sops", &["encrypt", "--in-place", file]);
        }
        host.sandbox.git_init();
        host.sandbox.agepatch(["git", "setup"]).assert().success();
        host.sandbox.git(&["add", "."]);
        host.sandbox.git(&["commit", "--quiet", "-m", "chore: set up"]);
        host
    }

    /// Runs another program, with agepatch on its PATH; `None` if it fails.
    fn output(&self, program: &str, identity: &str, arguments: &[&str]) -> Option<String> {
        let agepatch = assert_cmd::cargo::cargo_bin!("agepatch").parent().expect("a folder").to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([agepatch].into_iter().chain(std::env::split_paths(&path))).expect("a path");
        let mut command = Command::new(program);
        command.env_clear().envs(self.sandbox.environment()).env("PATH", path);
        command.env("SOPS_AGE_KEY_FILE", key(identity)).current_dir(self.sandbox.repo()).args(arguments);
        let output = command.output().expect("it runs");
        output.status.success().then(|| String::from_utf8(output.stdout).expect("text"))
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        self.output(program, "age1.txt", arguments).unwrap_or_else(|| panic!("{program} {arguments:?} fails"))
    }

    /// How many lines the last commit adds to and removes from a file in which one value changed.
    fn lines_of_one_value(&self, file: &str) -> &'static str {
        let time = |revision: &str| {
            let text = self.run("git", &["cat-file", "blob", &format!("{revision}:{file}")]);
            text.lines().find(|line| line.contains("lastmodified: ")).expect("a time").to_owned()
        };
        if time("HEAD") == time("HEAD~1") { "2\t2" } else { "3\t3" }
    }

    /// One commit of these values, which changes three lines for each, shows a reviewer these lines, and gives what is
    /// expected to sops.
    fn commits(&self, arguments: &[&str], subject: &str, files: &[&str], shown: &[&str]) {
        let count = || self.run("git", &["rev-list", "--count", "HEAD"]).trim().parse::<usize>().expect("a number");
        let before = count();
        let done = self.sandbox.agepatch(arguments).write_stdin(LOG).assert().success();
        done.stdout(contains("marker").or(contains("pbkdf2")).not()).stderr(contains("marker").not());
        assert_eq!(count(), before + 1, "{arguments:?}");
        assert_eq!(self.run("git", &["status", "--porcelain"]), "", "{arguments:?}");
        assert_eq!(self.run("git", &["log", "-1", "--format=%s"]).trim(), subject);
        // The value, `mac`, and `lastmodified`, unless the change before it was made in the same second.
        let changed: String = files.iter().map(|file| format!("{}\t{file}\n", self.lines_of_one_value(file))).collect();
        assert_eq!(self.run("git", &["diff", "--numstat", "HEAD~1"]), changed, "{arguments:?}");
        let show = self.run("git", &["show"]);
        assert!(!show.contains("marker") && !show.contains("pbkdf2") && !show.contains("ENC["), "{show}");
        let diff: Vec<&str> = show.lines().skip_while(|line| !line.starts_with("@@")).collect();
        let diff = diff
            .into_iter()
            .filter(|line| line.starts_with(['+', '-']) && !line.starts_with("+++ ") && !line.starts_with("--- "));
        let diff: Vec<String> = diff.map(unmarked).collect();
        assert_eq!(diff, shown, "{show}");
    }

    fn decrypts(&self, identity: &str) {
        for (file, expected) in [(HOST_FILE, &self.galactica), (COMMON_FILE, &self.common)] {
            let text = self.output("sops", identity, &["decrypt", file]).expect("sops decrypts it");
            assert!(text == *expected, "{}", similar::TextDiff::from_lines(expected, &text).unified_diff());
        }
    }

    /// What follows `name` on its line of a document.
    fn value(&self, file: &str, name: &str) -> String {
        let text = self.run("sops", &["decrypt", file]);
        let found = text.lines().rev().find_map(|line| line.trim().strip_prefix(name).map(str::to_owned));
        found.unwrap_or_else(|| panic!("{name} in {text}"))
    }

    fn digest(&self) -> String {
        self.value(HOST_FILE, "client_secret: ").trim_matches('\'').to_owned()
    }

    fn secret(&self) -> String {
        self.value(COMMON_FILE, "OAUTH_CLIENT_SECRET=")
    }

    fn expect(&mut self, from: &str, to: &str) {
        assert!(self.galactica.contains(from), "{from}");
        self.galactica = self.galactica.replacen(from, to, 1);
    }
}

/// A line of the diff without what tells one secret from another.
fn unmarked(line: &str) -> String {
    match line.find('…') {
        Some(at) => line[..at + '…'.len_utf8()].to_owned(),
        None => line.to_owned(),
    }
}

#[test_with::executable(git, sops)]
#[test]
fn the_clients_and_keys_of_a_host_change_in_readable_commits() {
    let mut host = Host::new();
    host.decrypts("age1.txt");
    let opened = host.sandbox.agepatch(["show", HOST_FILE, "--reveal", "-i"]).arg(key("host_ed25519")).assert();
    opened.success().stdout(contains("marker-wifi"));

    let added: String = CLIENT.lines().map(|line| format!("+{}\n", &line[2..])).collect();
    let added: Vec<String> = added.lines().map(|line| line.replace("DIGEST", "…")).collect();
    let added: Vec<&str> = ["+  OAUTH_CLIENT_SECRET=…"].into_iter().chain(added.iter().map(String::as_str)).collect();
    let add = [
        "client",
        "--file",
        AUTHELIA,
        "add",
        "--profile",
        "immich",
        "--url",
        "https://photos.example.com",
        "--secret-to",
    ];
    let secret_to = format!("{ENV}#OAUTH_CLIENT_SECRET");
    let add = [&add[..], &[&secret_to, "--commit"]].concat();
    host.commits(&add, "feat(galactica): register immich", &[COMMON_FILE, HOST_FILE], &added);
    host.expect("authelia-jwt:", &[&CLIENT.replace("DIGEST", &host.digest()), "authelia-jwt:"].concat());
    host.common = host.common.replace("TZ=UTC\n", &format!("TZ=UTC\n    OAUTH_CLIENT_SECRET={}\n", host.secret()));
    host.decrypts("age1.txt");
    host.sandbox.agepatch(["client", "verify", "immich"]).assert().success().stdout(contains("both halves"));

    let (basic, post) = (
        "          token_endpoint_auth_method: client_secret_basic",
        "          token_endpoint_auth_method: client_secret_post",
    );
    let subject = |method| format!("fix(galactica): set immich token_endpoint_auth_method to {method}");
    host.commits(
        &["set", AUTHELIA, METHOD, "client_secret_post", "--commit"],
        &subject("client_secret_post"),
        &[HOST_FILE],
        &[&format!("-{basic}"), &format!("+{post}")],
    );
    let whole = host.galactica.clone();
    let last = whole.rfind("client_secret_basic").expect("the client");
    host.galactica.replace_range(last..last + "client_secret_basic".len(), "client_secret_post");
    host.decrypts("age1.txt");

    host.commits(
        &["diagnose", "--apply", "--commit"],
        &subject("client_secret_basic"),
        &[HOST_FILE],
        &[&format!("-{post}"), &format!("+{basic}")],
    );
    host.galactica = whole;
    host.decrypts("age1.txt");

    let (digest, secret) = (host.digest(), host.secret());
    host.commits(
        &["client", "rotate", "immich", "--commit"],
        "fix(galactica): rotate the secret of immich",
        &[COMMON_FILE, HOST_FILE],
        &[
            "-  OAUTH_CLIENT_SECRET=…",
            "+  OAUTH_CLIENT_SECRET=…",
            "-          client_secret: …",
            "+          client_secret: …",
        ],
    );
    assert!(host.digest() != digest && host.secret() != secret, "both halves are new");
    host.expect(&digest, &host.digest());
    host.common = host.common.replace(&secret, &host.secret());
    host.decrypts("age1.txt");
    host.sandbox.agepatch(["client", "verify", "immich"]).assert().success().stdout(contains("both halves"));

    host.commits(
        &["set", HOST_FILE, "restic-password", "--generate", "--commit"],
        "chore(galactica): change restic-password",
        &[HOST_FILE],
        &["-restic-password: …", "+restic-password: …"],
    );
    host.expect("marker-restic", &host.value(HOST_FILE, "restic-password: "));
    host.decrypts("age1.txt");

    let removed: Vec<String> = added[1..].iter().map(|line| line.replacen('+', "-", 1)).collect();
    let removed: Vec<&str> = removed.iter().map(String::as_str).collect();
    host.commits(
        &["client", "remove", "immich", "--commit"],
        "chore(galactica): remove client immich",
        &[HOST_FILE],
        &removed,
    );
    host.expect(&CLIENT.replace("DIGEST", &host.digest_of_removed()), "");
    host.decrypts("age1.txt");
    host.gets_another_key();
}

impl Host {
    /// The digest that the last commit removed.
    fn digest_of_removed(&self) -> String {
        let lines = self.galactica.lines().rev();
        let mut digests = lines.filter_map(|line| line.trim().strip_prefix("client_secret: "));
        digests.next().expect("the client").to_owned()
    }

    /// The host is installed again: the rules name its new key, and the files follow in one commit, in which no value changes.
    fn gets_another_key(&self) {
        let values = || -> Vec<String> {
            let text = [self.sandbox.read(HOST_FILE), self.sandbox.read(COMMON_FILE)].concat();
            let text = String::from_utf8(text).expect("text");
            let is_value = |line: &&str| line.contains("ENC[") && !line.trim_start().starts_with("mac:");
            text.lines().filter(is_value).map(str::to_owned).collect()
        };
        let before = values();
        let rules = String::from_utf8(self.sandbox.read(".sops.yaml")).expect("text");
        self.sandbox.write(".sops.yaml", &rules.replace(HOST, NEW_HOST));
        self.sandbox.agepatch(["doctor"]).assert().code(1).stdout(contains("agepatch rekey"));
        self.sandbox.agepatch(["rekey"]).assert().success();
        self.sandbox.agepatch(["commit"]).assert().success();
        let subject = self.run("git", &["log", "-1", "--format=%s"]);
        assert!(subject.starts_with("chore(galactica): replace the key of galactica in 2 files"), "{subject}");
        let files = self.run("git", &["diff", "--name-only", "HEAD~1"]);
        assert_eq!(files, format!(".sops.yaml\n{COMMON_FILE}\n{HOST_FILE}\n"));
        assert_eq!(self.run("git", &["status", "--porcelain"]), "");
        assert_eq!(values(), before, "the values keep their ciphertexts");
        self.sandbox.agepatch(["doctor"]).assert().success();
        self.decrypts("age1.txt");
        self.decrypts("age2.txt");
        self.sandbox.agepatch(["show", HOST_FILE, "--reveal", "-i"]).arg(key("host_ed25519")).assert().code(3);
    }
}
