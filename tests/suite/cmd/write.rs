//! `agepatch write`: replaces the content of a file.

use std::fs;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::fragment::{FILE, fragment, sandbox};

#[test]
fn write_replaces_the_content() {
    let sandbox = sandbox();
    let other = fragment().replace("client_secret_post", "client_secret_basic");
    let write =
        |text: &str, more: &[&str]| sandbox.agepatch([&["write", FILE], more].concat()).write_stdin(text).assert();
    let before = sandbox.read(FILE);
    write("", &[]).code(4);
    write(" \n", &[]).code(4);
    write(&fragment(), &[]).success().stdout(contains("nothing changed"));
    assert_eq!(sandbox.read(FILE), before);
    write(&other, &[]).success().stdout(contains("client_secret_basic").and(contains("marker").not()));
    assert_eq!(sandbox.open(FILE), other);
    write(&other.replace("client_secret_basic", "nonsense"), &[]).code(4);
    assert_eq!(sandbox.open(FILE), other);
    let cut = sandbox.read(FILE);
    fs::write(sandbox.repo().join(FILE), &cut[..100]).unwrap();
    write(&fragment(), &["--no-check"]).success();
    assert_eq!(sandbox.open(FILE), fragment());
}

#[test]
fn write_needs_no_identity_and_creates_files() {
    let sandbox = Sandbox::with_files(&[("note.age", "a: 1\n")]);
    let keys = sandbox.home().join(".config/age/keys.txt");
    let hidden = sandbox.home().join("hidden");
    fs::rename(&keys, &hidden).unwrap();
    sandbox.agepatch(["write", "note"]).write_stdin("a: 2\n").assert().success();
    fs::remove_file(sandbox.repo().join("note.age")).unwrap();
    sandbox.agepatch(["write", "other.age"]).write_stdin("a: 3\n").assert().code(6);
    sandbox.agepatch(["write", "note"]).write_stdin("a: 3\n").assert().success();
    fs::rename(&hidden, &keys).unwrap();
    assert_eq!(sandbox.open("note.age"), "a: 3\n");
}
