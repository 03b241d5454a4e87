//! Runs the commands in docs/guide.md in order, and compares their output. `UPDATE_DOCS=1` writes the output to the
//! page.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::json;

use crate::loopback::{self, Server};
use crate::sandbox::Sandbox;

/// The address of Authelia in the page; in the test it is a local server.
const ISSUER: &str = "https://auth.home.arpa";
const AUTHELIA: &str = "# Authelia: OpenID Connect. The rest of the configuration comes from Nix.
identity_providers:
  oidc:
    hmac_secret: marker-hmac-0123456789abcdef0123456789
    clients: []
";

/// A part of the page: text, or commands with their output.
enum Part<'p> {
    Text(&'p str),
    Console(Vec<(&'p str, String)>),
}

fn parts(page: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = page;
    while let Some((text, after)) = rest.split_once("```console\n") {
        let (block, after) = after.split_once("```\n").expect("the block ends");
        parts.push(Part::Text(text));
        let mut commands: Vec<(&str, String)> = Vec::new();
        for line in block.lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command, String::new())),
                (None, Some((_, output))) => writeln!(output, "{line}").expect("it fits"),
                (None, None) => panic!("{line} is before the first command"),
            }
        }
        parts.push(Part::Console(commands));
        rest = after;
    }
    parts.push(Part::Text(rest));
    parts
}

/// The words of a command line; single quotes keep one together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in command.chars() {
        match character {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().expect("one is there").push(other),
        }
    }
    words
}

/// The content of a file block in the page: the block after the line that names it.
fn file<'p>(page: &'p str, name: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("`{name}`:\n```")).unwrap_or_else(|| panic!("{name} is in the page"));
    let (_, rest) = rest.split_once('\n').expect("a language");
    rest.split_once("```\n").expect("the block ends").0
}

fn run(command: &str, sandbox: &Sandbox, issuer: &str) -> String {
    let words: Vec<String> = words(command).into_iter().map(|word| word.replace(ISSUER, issuer)).collect();
    let (program, arguments) = words.split_first().expect("a command");
    let output = match program.as_str() {
        "agepatch" => sandbox.agepatch(arguments).output().expect("it runs"),
        "git" => return sandbox.git(&arguments.iter().map(String::as_str).collect::<Vec<_>>()),
        other => panic!("{other} is not run here"),
    };
    let mut text = String::from_utf8(output.stdout).expect("text") + &String::from_utf8(output.stderr).expect("text");
    match output.status.code() {
        Some(0) => {}
        code => writeln!(text, "[exit {}]", code.expect("it ended")).expect("it fits"),
    }
    assert!(!text.contains("marker"), "{command} shows a secret");
    // Commit ids differ in every run.
    if command.contains("--commit") {
        let id = sandbox.git(&["rev-parse", "--short=8", "HEAD"]);
        text = text.replace(id.trim(), "1f0c9d4e");
    }
    text.replace(issuer, ISSUER)
}

#[test_with::executable(git)]
#[test]
fn every_command_of_the_guide_prints_its_recorded_output() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide.md");
    let page = fs::read_to_string(&path).expect("the guide");
    let sandbox = Sandbox::with_files(&[
        ("authelia-secrets.age", AUTHELIA),
        ("grafana-env.age", "GF_DATABASE_PASSWORD=marker-db\n"),
    ]);
    sandbox.git_init();
    let server = Server::plain(|request, issuer| match request.path() {
        "/api/oidc/token" => loopback::json("400 Bad Request", &json!({ "error": "invalid_grant" })),
        _ => {
            loopback::json("200 OK", &json!({ "issuer": issuer, "token_endpoint": format!("{issuer}/api/oidc/token") }))
        }
    });
    let mut made = String::new();
    for part in parts(&page) {
        match part {
            Part::Text(text) => {
                // Files shown in the page exist from here on.
                for name in ["agepatch.toml", "authelia.log"] {
                    if text.contains(&format!("`{name}`:\n```")) {
                        sandbox.write(name, file(text, name));
                    }
                }
                made.push_str(text);
            }
            Part::Console(commands) => {
                made.push_str("```console\n");
                for (command, _) in commands {
                    write!(made, "$ {command}\n{}", run(command, &sandbox, &server.issuer)).expect("it fits");
                }
                made.push_str("```\n");
            }
        }
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &made).expect("the guide can be written");
    }
    assert!(
        made == page || std::env::var_os("UPDATE_DOCS").is_some(),
        "docs/guide.md is not what the commands print; UPDATE_DOCS=1 cargo test --test suite guide:\n{}",
        similar::TextDiff::from_lines(page.as_str(), made.as_str()).unified_diff()
    );
}
