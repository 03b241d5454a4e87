//! A document inside a value that does not parse any more: every command shows that it changed, none shows what is in it, and it can
//! be replaced.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::containers;

const HOST: &str = "authelia-secrets: |
    identity_providers:
      oidc:
        hmac_secret: hidden-hmac
        clients:
          - client_id: qui
            client_secret: hidden-secret
app-env: |
    TOKEN=hidden-token
    PORT=1
";

const FAULTY: &str = "identity_providers:
  oidc:
    hmac_secret: [hidden-hmac
    clients: \"hidden-clients
";

fn sandbox() -> Sandbox {
    containers::with_host(HOST)
}

/// The file with a document that does not parse.
fn faulty_host() -> String {
    let lines: String = FAULTY.lines().map(|line| format!("    {line}\n")).collect();
    let (_, rest) = HOST.split_once("app-env").expect("the other value");
    format!("authelia-secrets: |\n{lines}app-env{rest}")
}

/// What it prints, where no secret may be, with this exit code.
fn printed(sandbox: &Sandbox, arguments: &[&str], code: i32) -> String {
    let output = sandbox.agepatch(arguments).write_stdin("").output().expect("it runs");
    let printed = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {printed}");
    assert!(!printed.contains("hidden"), "{arguments:?}: {printed}");
    printed
}

fn write(sandbox: &Sandbox, file: &str, text: &str) {
    let done = sandbox.agepatch(["write", file, "--no-check"]).write_stdin(text).assert().success();
    done.stdout(contains("hidden").not());
}

#[test_with::executable(git)]
#[test]
fn a_document_that_does_not_parse_is_reported_and_not_shown() {
    for file in ["host.age", "s.yaml"] {
        let sandbox = sandbox();
        let inner = format!("{file}#authelia-secrets");
        // What is Authelia's is not replaced by what is nobody's; the file as a whole may be anything.
        sandbox.agepatch(["write", &inner, "--no-check"]).write_stdin(FAULTY).assert().code(5);
        let faulty = faulty_host();
        write(&sandbox, file, &faulty);
        printed(&sandbox, &["show", &inner], 5);
        printed(&sandbox, &["set", &inner, "identity_providers.oidc.clients[qui].client_name", "Q"], 5);
        let shown = printed(&sandbox, &["show", file], 0);
        assert!(shown.contains("authelia-secrets: |\n") && shown.contains("PORT=…"), "{shown}");
        let diff = printed(&sandbox, &["diff"], 0);
        assert!(diff.contains("~ authelia-secrets: (secret) → (secret)"), "{diff}");
        printed(&sandbox, &["diff", &inner, "--output", "json"], 0);
        let text = printed(&sandbox, &["textconv", file], 0);
        assert!(text.contains("authelia-secrets"), "{text}");
        assert!(printed(&sandbox, &["check"], 1).contains(&inner));
        assert!(printed(&sandbox, &["doctor"], 1).contains("authelia-secrets"));
        printed(&sandbox, &["blame", file], 0);
        printed(&sandbox, &["commit"], 0);
        let message = sandbox.git(&["log", "-1", "--format=%B"]);
        assert!(message.contains("authelia-secrets") && !message.contains("hidden"), "{message}");
        for arguments in [&["log", file][..], &["log", &inner], &["log", file, "authelia-secrets"]] {
            assert!(printed(&sandbox, arguments, 0).lines().next().is_some_and(|line| line.contains("change")));
        }
        // It can be replaced, restored, and opened in an editor.
        write(&sandbox, &inner, "identity_providers: {}\n");
        write(&sandbox, file, &faulty);
        let edit = "sed -i 's/.hidden-hmac/hidden-hmac/;s/.hidden-clients/[]/'";
        let mut command = sandbox.agepatch(["edit", &inner, "--no-check"]);
        command.env("EDITOR", edit).assert().success().stdout(contains("hidden").not());
        write(&sandbox, file, &faulty);
        printed(&sandbox, &["restore", &inner, "--source", "HEAD~1"], 0);
        let text = sandbox.agepatch(["show", file, "--reveal"]).assert().success().get_output().stdout.clone();
        // A new sops file has an indentation of its own.
        let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(lines(&String::from_utf8_lossy(&text)), lines(HOST));
    }
}

#[test_with::executable(git)]
#[test]
fn a_merge_with_a_document_that_does_not_parse_takes_no_part_of_it() {
    let sandbox = sandbox();
    let theirs = HOST.replace("PORT=1", "PORT=2").replace("hidden-hmac", "hidden-other");
    let ours = HOST.replace("hmac_secret: hidden-hmac", "hmac_secret: [hidden-hmac");
    for (name, text) in [("base.age", HOST), ("host.age", &ours), ("theirs.age", &theirs)] {
        sandbox.seal(name, text.as_bytes());
    }
    let before = sandbox.read("host.age");
    let merge = ["merge-file", "base.age", "host.age", "theirs.age", "host.age"];
    assert!(printed(&sandbox, &merge, 1).contains("authelia-secrets"));
    assert!(sandbox.read("host.age") == before, "ours stays");
}

#[test]
fn doctor_checks_the_configurations_inside_values() {
    let sandbox = sandbox();
    let output = printed(&sandbox, &["doctor"], 0);
    assert!(output.contains("authelia-secrets#identity_providers.oidc"), "{output}");
    let without = printed(&sandbox, &["doctor", "--no-decrypt"], 0);
    assert!(!without.contains("authelia-secrets"), "{without}");
}
