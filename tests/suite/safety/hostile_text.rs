//! Outside text that would rewrite the terminal, forge a line of output, or forge a trailer: no command prints it
//! literally, and no commit message contains it.

use std::process::Output;

use agepatch::shown::visible::is_hidden;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const CLIENTS: &str = "identity_providers.oidc.clients";

/// YAML escapes: a new paragraph with trailers, a GitHub command, an escape sequence, C1, bidirectional controls, line
/// separators, and invisible characters.
const HOSTILE: &str = r"media\n\nResolves: task-666\nSigned-off-by: M <m@example.com>\n::error file=x::y\n\e[2J\x9b31m\u202e\u2066\u2028\u2029\u200b\uFEFF\r";

fn fragment(id: &str, name: &str) -> String {
    format!(
        "identity_providers:
  oidc:
    hmac_secret: '0123456789abcdef0123456789abcdef'
    clients:
      - client_id: {id}
        client_name: {name}
        client_secret: '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng'
        redirect_uris: ['https://app.example.com/callback']
"
    )
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn printed(what: &str, output: &Output) {
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let text = String::from_utf8_lossy(bytes);
        let hidden = text.chars().find(|c| is_hidden(*c) && *c != '\n');
        assert_eq!(hidden, None, "{what}: {name}: {text:?}");
        let forged = text.lines().find(|line| {
            let line = line.trim_start();
            line.starts_with("::error file=x") || line.starts_with("Resolves:") || line.starts_with("Signed-off-by:")
        });
        assert_eq!(forged, None, "{what}: {name}: {text}");
    }
}

#[test_with::executable(git)]
#[test]
fn no_command_prints_hidden_characters_or_forged_lines() {
    let sandbox = Sandbox::with_files(&[(FILE, &fragment("app", "App")), ("notes.yaml.age", "a: 1\n")]);
    sandbox.git_init();
    sandbox.git(&["config", "user.name", "A \u{1b}[31m\u{202e}B"]);
    let hostile = quoted(HOSTILE);
    for (id, name, subject) in [
        ("app", hostile.as_str(), "fix: a \u{1b}[2K\u{200b}b"),
        (hostile.as_str(), hostile.as_str(), "fix: two"),
        (hostile.as_str(), "App", "fix: three"),
    ] {
        sandbox.seal(FILE, fragment(id, name).as_bytes());
        printed("diff", &sandbox.agepatch(["diff"]).output().expect("it runs"));
        sandbox.git(&["commit", "--quiet", "--all", "--author", "C\u{1b}[1m\u{9b} <c@example.com>", "-m", subject]);
    }
    sandbox.seal("notes.yaml.age", format!("{hostile}: 1\n{hostile}: 2\n").as_bytes());
    sandbox.seal("odd\u{1b}[2J\n::error file=x::y\u{202e}.age", b"secret");
    let client = format!("{CLIENTS}[0]");
    let name = format!("{client}.client_name");
    let runs: &[&[&str]] = &[
        &["show", FILE],
        &["show", FILE, "--output", "json"],
        &["show", "notes.yaml.age"],
        &["get", FILE, &format!("{client}.client_id")],
        &["get", FILE, &client],
        &["get", FILE, &format!("{CLIENTS}[nobody].scopes")],
        &["get", "notes.yaml.age", "nothing"],
        &["check"],
        &["check", FILE, "--output", "json"],
        &["check", FILE, "--output", "sarif"],
        &["check", FILE, "--output", "github"],
        &["doctor"],
        &["doctor", "--output", "json"],
        &["recipients"],
        &["status"],
        &["client", "list", FILE],
        &["client", "list", FILE, "--output", "json"],
        &["client", "show", "nobody"],
        &["client", "verify"],
        &["diff", "HEAD~1"],
        &["diff", "HEAD~2", "--output", "json"],
        &["diff", "HEAD~2", "--output", "unified"],
        &["diff", "HEAD~2", "--output", "unified", "--reveal"],
        &["diff", "HEAD~2", "--output", "markdown"],
        &["diff", "HEAD~3", "--reveal"],
        &["log", FILE],
        &["log", FILE, "--output", "json"],
        &["log", FILE, &name],
        &["blame", FILE],
        &["blame", FILE, "--output", "json"],
        &["textconv", FILE],
        &["textconv", "notes.yaml.age"],
        &["set", FILE, &name, "x", "-n"],
        &["set", "odd\u{1b}[2J\n::error file=x::y\u{202e}.age", "a", "b"],
        &["show", "none\u{1b}[2J\n::error file=x::y"],
        &["restore", FILE, &name, "--source", "HEAD~2", "-n"],
    ];
    for arguments in runs {
        printed(&format!("{arguments:?}"), &sandbox.agepatch(*arguments).output().expect("it runs"));
    }
    let line = format!("level=error msg=\"The registered client with id '{}' is\"\n", "m\u{1b}[2J\u{202e}");
    printed("diagnose", &sandbox.agepatch(["diagnose", FILE]).write_stdin(line).output().expect("it runs"));
}

/// Text that is escaped for people is complete in JSON.
#[test]
fn json_contains_the_exact_text() {
    let sandbox = Sandbox::with_files(&[(FILE, &fragment("app", &quoted(r"a\e\u202e\nb")))]);
    let output = sandbox.agepatch(["client", "show", "app", "--output", "json"]).output().expect("it runs");
    let read: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(read["client_name"], "a\u{1b}\u{202e}\nb");
    assert!(!String::from_utf8_lossy(&output.stdout).contains('\u{202e}'));
}

/// `get --reveal` prints the exact value, for programs.
#[test]
fn a_revealed_value_is_exact() {
    let sandbox = Sandbox::with_files(&[("x.yaml.age", "key: |\n  a\n  b\nodd: \"\\e[1m\\u202e\"\n")]);
    for (path, expected) in [("key", "a\nb\n"), ("odd", "\u{1b}[1m\u{202e}\n")] {
        let output = sandbox.agepatch(["get", "x.yaml.age", path, "--reveal"]).output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    }
}

#[test_with::executable(git)]
#[test]
fn a_message_never_holds_a_forged_trailer() {
    let hostile = quoted(HOSTILE);
    let other = quoted(&HOSTILE.replace("media", "Signed-off-by: other"));
    let odd = "Signed-off-by: M <m@example.com>.age";
    let base = fragment("app", "App");
    let uris = base.replace("['https://app.example.com/callback']", &format!("[{hostile}]"));
    let added = format!("{base}      - client_id: {hostile}\n        public: true\n");
    for (text, odd_name) in [
        (fragment("app", &hostile), false),
        (fragment("app", &other), true),
        (fragment(&hostile, "App"), false),
        (fragment(&other, &hostile), true),
        (uris, false),
        (added, true),
    ] {
        let sandbox = Sandbox::with_files(&[(FILE, &base), (odd, "A=1\nB=2\n")]);
        sandbox.git_init();
        sandbox.seal(FILE, text.as_bytes());
        if odd_name {
            sandbox.seal(odd, b"A=1\nB=3\n");
        }
        let run = sandbox.agepatch(["commit", "--no-check"]).output().expect("it runs");
        let run = if run.status.success() { run } else { sandbox.agepatch(["commit"]).output().expect("it runs") };
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let message = sandbox.git(&["log", "-1", "--format=%B"]);
        assert_eq!(message.chars().find(|c| is_hidden(*c) && *c != '\n'), None, "{message:?}");
        assert_eq!(sandbox.git(&["log", "-1", "--format=%(trailers)"]).trim(), "", "{message}");
        let forged = |line: &&str| {
            let line = line.trim_start();
            line.starts_with("Resolves") || line.starts_with("Signed-off-by") || line.starts_with("::")
        };
        assert_eq!(message.lines().find(forged), None, "{message}");
    }
}
