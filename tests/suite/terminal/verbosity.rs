//! Verbosity: nothing but errors with `--quiet`, details with `--verbose`, and no secret with either.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILES: &[(&str, &str)] = &[("a-env.age", "TOKEN=marker-token\n"), ("b.age", "x: marker-value\n")];

#[test]
fn a_quiet_edit_prints_nothing() {
    let sandbox = Sandbox::with_files(FILES);
    for words in [
        &["set", "--public", "b", "y", "1", "-q"][..],
        &["set", "--public", "b", "y", "1", "-q"],
        &["unset", "b", "y", "--quiet"],
        &["rekey", "--all", "-q"],
        &["rekey", "-q"],
    ] {
        sandbox.agepatch(words).assert().success().stdout("").stderr("");
    }
    sandbox.agepatch(["write", "a-env", "-q"]).write_stdin("TOKEN=marker-other\n").assert().success().stdout("");
    sandbox.agepatch(["unset", "b", "nowhere", "-q"]).assert().code(5).stderr(contains("error"));
}

#[test_with::executable(git)]
#[test]
fn a_quiet_setup_prints_only_what_was_asked_for() {
    let sandbox = Sandbox::with_files(FILES);
    sandbox.git_init();
    sandbox.agepatch(["git", "setup", "-q"]).assert().success().stdout("").stderr("");
    let check = sandbox.agepatch(["git", "setup", "--check", "-q"]).assert().success();
    check.stdout(contains("set up: git shows encrypted files redacted"));
}

#[test]
fn quiet_still_prints_requested_output() {
    let sandbox = Sandbox::with_files(FILES);
    sandbox.agepatch(["get", "b", "x", "--reveal", "-q"]).assert().success().stdout("marker-value\n");
    let told = sandbox.agepatch(["set", "--public", "b", "y", "1", "-q", "--output", "json"]).assert().success();
    told.stdout(contains("\"changed\":true"));
    sandbox.agepatch(["set", "--public", "b", "y", "2", "-q", "-n"]).assert().success().stdout(contains("y"));
}

#[test]
fn verbose_logs_paths_keys_and_recipients() {
    let sandbox = Sandbox::with_files(FILES);
    sandbox.write("../home/.ssh/id_rsa", "no key\n");
    let said =
        sandbox.agepatch(["set", "--public", "b", "y", "1", "-v"]).assert().success().stdout(contains("marker").not());
    let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
    for expected in [
        "rules: ",
        "secrets.nix",
        "identities: ",
        "skipped: ",
        "b.age: opened with ",
        "keys.txt",
        "b.age: encrypted for me (",
        "put in place",
        " ms] ",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(!said.contains("marker"), "{said}");
    sandbox.agepatch(["show", "a-env", "-v"]).assert().success().stderr(contains("a-env.age: opened with "));
    // For programs, stderr contains only errors.
    sandbox.agepatch(["show", "b", "-v", "--output", "json"]).assert().success().stderr("");
}

#[test]
fn a_new_file_is_reported_as_new() {
    let sandbox = Sandbox::with_files(&[("new-env.age", ""), ("new.age", ""), ("text.age", ""), ("list.age", "")]);
    for (name, content, told) in [
        ("new-env", "A=marker-1\nB=marker-2\n", "new-env.age (new file)\n  + A: (secret)\n  + B: (secret)\n"),
        ("new", "a: marker-1\nb: {c: marker-2}\n", "new.age (new file)\n  + a: (secret)\n  + b.c: (secret)\n"),
        ("text", "marker-text\n", "text.age (new file)\n  + (entire content): (secret)\n"),
        ("list", "- marker-1\n- marker-2\n", "list.age (new file)\n  + [0]: (secret)\n  + [1]: (secret)\n"),
    ] {
        std::fs::remove_file(sandbox.repo().join(format!("{name}.age"))).expect("it is there");
        sandbox.agepatch(["write", name]).write_stdin(content).assert().success().stdout(told);
        assert_eq!(sandbox.open(&format!("{name}.age")), content);
    }
    std::fs::remove_file(sandbox.repo().join("new.age")).expect("it is there");
    let told = sandbox.agepatch(["set", "--public", "new", "a.b", "1"]).assert().success();
    told.stdout("new.age (new file)\n  + a.b: (secret)\n");
    std::fs::remove_file(sandbox.repo().join("new.age")).expect("it is there");
    let told = sandbox.agepatch(["set", "--public", "new", "a", "1", "--output", "json"]).assert().success();
    told.stdout(contains(r#""kind":"added","path":"a","pointer":"/a","before":null"#));
}
