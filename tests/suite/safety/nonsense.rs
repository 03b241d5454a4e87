//! Every command gets arguments that make no sense. It answers with one error that says what to do next, in the exit
//! code and the JSON of the contract, and changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::sandbox::Sandbox;

const AUTHELIA: &str = "authelia-secrets.age";
const ENV: &str = "app-env.age";

/// Each command that takes a file, with what else it needs to do something.
const COMMANDS: [(&[&str], &[&str]); 22] = [
    (&["show"], &[]),
    (&["get"], &["a"]),
    (&["set"], &["a", "b", "--public"]),
    (&["unset"], &["a"]),
    (&["add"], &["a", "b", "--public"]),
    (&["remove"], &["a", "b", "--public"]),
    (&["write"], &[]),
    (&["edit"], &[]),
    (&["apply"], &[]),
    (&["new"], &[]),
    (&["diff"], &[]),
    (&["log"], &[]),
    (&["blame"], &[]),
    (&["restore"], &["--source", "HEAD"]),
    (&["check"], &[]),
    (&["recipients"], &[]),
    (&["rekey"], &[]),
    (&["commit"], &[]),
    (&["convert"], &["--to", "sops"]),
    (&["client", "list"], &[]),
    (&["diagnose"], &[]),
    (&["textconv"], &[]),
];

/// Names of files that do not exist, cannot be read, or are something else.
const FILES: [&str; 25] = [
    "",
    ".",
    "..",
    "/",
    "-",
    "#",
    "a#b#c",
    "app-env.age#",
    "app-env.age#no",
    "app-env.age/x",
    "nosuch",
    "nosuch.age",
    "missing.age",
    "/dev/null",
    "folder",
    "folder.age",
    "plain.txt",
    "empty",
    "empty.age",
    "binary",
    "cut.age",
    "loop",
    "zero.age",
    "new\nline \u{1b}[31m\u{202e}.age",
    "../../../../../../etc/passwd",
];

const PATHS: [&str; 22] = [
    "",
    "a..b",
    "a[",
    "[0",
    "[",
    "[]",
    "[=]",
    "a]",
    ".a",
    "a.",
    "\"",
    "/",
    "/a~2",
    "[-1]",
    "[99999999999999999999]",
    "a[1.5]",
    "a\nb\u{1b}[2J",
    "*",
    "a#b",
    "identity_providers.oidc.clients[nobody].client_name",
    "identity_providers.oidc.clients[app].redirect_uris[7]",
    "PORT.below",
];

fn sandbox() -> Sandbox {
    let fragment = "identity_providers:\n  oidc:\n    clients:\n      - client_id: app\n        client_secret: 'x'\n        redirect_uris: [https://app.example.com/callback]\n";
    let sandbox = Sandbox::with_files(&[(AUTHELIA, fragment), (ENV, "PORT=1\nTOKEN=secret\n")]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    sandbox.write("secrets.nix", &rules.replace("in {\n", "in {\n  \"missing.age\".publicKeys = [ me ];\n"));
    let sealed = sandbox.read(ENV);
    for (name, bytes) in [
        ("folder/file", &b"x"[..]),
        ("folder.age/file", b"x"),
        ("plain.txt", b"hello\n"),
        ("empty", b""),
        ("empty.age", b""),
        ("binary", &[0, 159, 146, 150, 255]),
        ("cut.age", &sealed[..sealed.len() - 5]),
    ] {
        sandbox.write(name, "");
        fs::write(sandbox.repo().join(name), bytes).expect("written");
    }
    symlink("loop", sandbox.repo().join("loop")).expect("a link");
    symlink("/dev/zero", sandbox.repo().join("zero.age")).expect("a link");
    sandbox.git_init();
    sandbox
}

/// What each file of the sandbox holds, without git's own.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.symlink_metadata().expect("it is there").file_type() {
            kind if kind.is_dir() && path.ends_with(".git") => {}
            kind if kind.is_dir() => found.extend(contents(&path)),
            kind => {
                let bytes = if kind.is_file() { fs::read(&path).expect("readable") } else { Vec::new() };
                found.insert(path.display().to_string(), bytes);
            }
        }
    }
    found
}

/// Runs the command with JSON output, or as text as well, and checks what it printed.
fn answers(sandbox: &Sandbox, arguments: &[&str], forms: &[bool]) {
    for json in forms.iter().copied() {
        let mut arguments = arguments.to_vec();
        if json {
            arguments.extend(["--output", "json"]);
        }
        let folder = sandbox.repo().parent().expect("the sandbox").to_owned();
        let before = contents(&folder);
        let mut command = sandbox.agepatch(&arguments);
        let output = command.env("EDITOR", "true").timeout(std::time::Duration::from_mins(1)).output();
        let output = output.expect("it runs");
        is_answer(&arguments, &output, json);
        if !output.status.success() {
            assert_eq!(contents(&folder), before, "{arguments:?} failed, and changed a file");
        }
    }
}

fn is_answer(arguments: &[&str], output: &Output, json: bool) {
    let said = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or_else(|| panic!("{arguments:?}: {said}"));
    assert!((0..=6).contains(&code), "{arguments:?}: {code}: {said}");
    for word in ["panicked", "backtrace", "Some(\"", "Os {", "Err(", "Utf8Error", "src/"] {
        assert!(!said.contains(word), "{arguments:?}: {said}");
    }
    let hidden = |character: char| character != '\n' && character.is_control();
    assert!(!said.contains(hidden), "{arguments:?}: {said:?}");
    if code < 2 {
        return;
    }
    if !json {
        let errors = said.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(errors, 1, "{arguments:?}: {said}");
        return;
    }
    let error: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {said}"));
    let error = &error["error"];
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{arguments:?}: {said}");
    assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "no next step: {arguments:?}: {said}");
    for member in ["kind", "path", "file", "line", "column"] {
        assert!(error.get(member).is_some(), "{arguments:?}: {said}");
    }
}

#[test_with::executable(git)]
#[test]
fn files_that_are_none() {
    let sandbox = sandbox();
    for file in FILES {
        for (command, more) in COMMANDS {
            let forms: &[bool] = if command == ["show"] || command == ["set"] { &[true, false] } else { &[true] };
            answers(&sandbox, &[command, &[file], more].concat(), forms);
        }
    }
}

#[test_with::executable(git)]
#[test]
fn paths_that_lead_nowhere() {
    let sandbox = sandbox();
    let steps = "[0]".repeat(3000);
    let keys = "a.".repeat(5000);
    let name = "a".repeat(10_000);
    for path in PATHS.into_iter().chain([steps.as_str(), &keys, &name]) {
        for (command, file, more) in [
            ("show", AUTHELIA, &[][..]),
            ("get", ENV, &[]),
            ("set", AUTHELIA, &["v", "--public", "-n"]),
            ("set", ENV, &["v", "--public", "-n"]),
            ("add", AUTHELIA, &["v", "--public", "-n"]),
            ("remove", ENV, &["v", "--public", "-n"]),
            ("unset", AUTHELIA, &["-n"]),
            ("log", AUTHELIA, &[]),
            ("restore", ENV, &["--source", "HEAD", "-n"]),
        ] {
            answers(&sandbox, &[&[command, file, path], more].concat(), &[true]);
        }
    }
}

#[test]
fn a_name_that_cannot_be_one_changes_no_rules() {
    let sandbox = Sandbox::with_files(&[(ENV, "PORT=1\n")]);
    let rules = sandbox.read("secrets.nix");
    for name in ["", ".", "..", "/", "sub/", "sub/..", "-x", ".age", "a#b", "a\"b"] {
        let output = sandbox.agepatch(["new", "--generate", "--", name]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let output = sandbox.agepatch(["new", "fresh"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(sandbox.read("secrets.nix"), rules);
    assert!(!sandbox.repo().join("fresh.age").exists());
}
