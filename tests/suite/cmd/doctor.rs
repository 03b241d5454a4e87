//! `agepatch doctor`: every problem with the files of the rules is reported under its name.

use std::fs;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

const FRAGMENT: &str = "identity_providers:\n  oidc:\n    hmac_secret: 'marker-hmac'\n    clients: []\n";

/// The findings, as `path rule severity`.
fn found(sandbox: &Sandbox, arguments: &[&str]) -> (Vec<String>, Vec<String>, Option<i32>) {
    let arguments = ["doctor", "--output", "json"].into_iter().chain(arguments.iter().copied());
    let output = sandbox.agepatch(arguments).output().expect("it runs");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("marker"), "{output:?}");
    let json: Json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let mut all = Vec::new();
    for file in json["files"].as_array().expect("files") {
        for finding in file["findings"].as_array().expect("findings") {
            let text = |value: &Json| value.as_str().expect("a text").to_owned();
            all.push(format!("{} {} {}", text(&file["path"]), text(&finding["rule"]), text(&finding["severity"])));
        }
    }
    let orphans = json["orphans"].as_array().expect("orphans").iter();
    let orphans = orphans.map(|name| name.as_str().expect("a name").to_owned()).collect();
    (all, orphans, output.status.code())
}

#[test]
fn without_problems_the_exit_code_is_0() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n"), ("authelia-secrets.age", FRAGMENT)]);
    assert_eq!(found(&sandbox, &[]), (vec![], vec![], Some(0)));
    sandbox.agepatch(["doctor"]).assert().success().stdout(contains("2 files, no problems found"));
}

#[test]
fn every_fault_is_found_and_named() {
    let names =
        ["bad.age", "cut.age", "empty.age", "flipped.age", "gone.age", "good.age", "plain.age", "syntax.yaml.age"];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, "x: 1\n")).collect();
    let sandbox = Sandbox::with_files(&files);
    let sealed = sandbox.read("good.age");
    let write = |name: &str, bytes: &[u8]| fs::write(sandbox.repo().join(name), bytes).expect("it can be written");
    write("bad.age", &[0, 159, 146, 150]);
    write("cut.age", &sealed[..40]);
    write("empty.age", b"");
    let mut flipped = sealed.clone();
    *flipped.last_mut().expect("bytes") ^= 1;
    write("flipped.age", &flipped);
    fs::remove_file(sandbox.repo().join("gone.age")).expect("it is there");
    write("plain.age", b"password: marker-plain\n");
    sandbox.seal("syntax.yaml.age", b"a: [marker\n");
    sandbox.seal("orphan.age", b"x");
    let (all, orphans, code) = found(&sandbox, &[]);
    assert_eq!(
        all,
        [
            "bad.age not-age error",
            "cut.age truncated error",
            "empty.age empty error",
            "flipped.age damaged error",
            "gone.age missing error",
            "plain.age plaintext error",
            "syntax.yaml.age syntax error",
        ]
    );
    assert_eq!((orphans, code), (vec!["orphan.age".to_owned()], Some(1)));
    // Problems inside the content are only found with a key.
    let (headers, _, _) = found(&sandbox, &["--no-decrypt", "-i", "/nonexistent"]);
    assert!(headers.iter().all(|line| !line.contains("damaged") && !line.contains("syntax")), "{headers:?}");
    assert_eq!(headers.len(), 5);
    for form in ["sarif", "github"] {
        let output = sandbox.agepatch(["doctor", "--output", form]).assert().code(1);
        output.stdout(contains("plain.age").and(contains("orphan")).and(contains("marker").not()));
    }
}

#[test]
fn drift_is_found_without_a_key() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    let rules = fs::read_to_string(sandbox.repo().join("secrets.nix")).expect("the rules");
    let other = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    sandbox.write("secrets.nix", &rules.replace("[ me ]", &format!("[ me \"{other}\" \"nonsense\" ]")));
    let (all, _, code) = found(&sandbox, &["--no-decrypt"]);
    assert_eq!((all, code), (vec!["a.age recipient-key error".to_owned(), "a.age drift error".to_owned()], Some(1)));
    let told = sandbox.agepatch(["doctor", "--no-decrypt"]).assert().code(1);
    told.stdout(contains("recipient 3 of a.age").and(contains("counted, not verified")).and(contains("2 errors")));
}

#[test]
fn findings_of_check_are_included() {
    let fragment = format!("{FRAGMENT}    nonsense: 1\n");
    let sandbox = Sandbox::with_files(&[("authelia-secrets.age", &fragment)]);
    let (all, _, code) = found(&sandbox, &[]);
    assert_eq!((all.len(), code), (1, Some(1)), "{all:?}");
}

#[test_with::executable(git)]
#[test]
fn plaintext_that_git_tracks_is_found() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    sandbox.git_init();
    sandbox.write("a", "x: 1\n");
    sandbox.write("a.dec", "x: 1\n");
    sandbox.git(&["add", "a", "a.age", "secrets.nix"]);
    let (all, _, code) = found(&sandbox, &["--no-decrypt"]);
    assert_eq!((all, code), (vec!["a leftover warning".to_owned()], Some(0)));
    // If the file can be opened, a plaintext copy is recognised by content, whatever its name.
    let (all, _, code) = found(&sandbox, &[]);
    assert_eq!((all, code), (vec!["a leftover error".to_owned()], Some(1)));
    sandbox.git(&["rm", "--quiet", "--cached", "a"]);
    sandbox.write("notes/old.txt", "x: 1");
    sandbox.write("notes/other.txt", "x: 2\n");
    sandbox.git(&["add", "notes"]);
    let (all, _, code) = found(&sandbox, &[]);
    assert_eq!((all, code), (vec!["notes/old.txt leftover error".to_owned()], Some(1)));
    let (all, _, code) = found(&sandbox, &["--no-decrypt"]);
    assert_eq!((all, code), (Vec::new(), Some(0)));
}

#[test_with::executable(git)]
#[test]
fn copies_left_by_editors_are_found() {
    let sandbox = Sandbox::with_files(&[("sub/a.age", "x: 1\n")]);
    let names = ["sub/a~", "sub/.a.swp", "sub/#a#", "sub/a.age.orig", "sub/a.plain"];
    for name in names {
        sandbox.write(name, "y: 1\n");
    }
    sandbox.write("sub/b.swp", "y: 1\n");
    sandbox.git_init();
    let (mut all, _, code) = found(&sandbox, &["--no-decrypt"]);
    all.sort();
    let mut expected = names.map(|name| format!("{name} leftover warning")).to_vec();
    expected.sort();
    assert_eq!((all, code), (expected, Some(0)));
}

#[test]
fn unreadable_files_and_pasted_plaintext_are_named() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n"), ("b.age", "x: 1\n")]);
    fs::remove_file(sandbox.repo().join("a.age")).expect("it was there");
    fs::create_dir(sandbox.repo().join("a.age")).expect("a folder in its place");
    sandbox.write("b.age", "SECRET=marker-env\n");
    let (all, _, code) = found(&sandbox, &["--no-decrypt"]);
    assert_eq!((all, code), (vec!["a.age unreadable error".to_owned(), "b.age plaintext error".to_owned()], Some(1)));
    sandbox
        .agepatch(["recipients"])
        .assert()
        .success()
        .stdout(contains("cannot be read").and(contains("not encrypted")));
}

#[test]
fn on_a_terminal_a_thousand_files_have_a_bar() {
    use expectrl::{Expect, Session};
    let names: Vec<String> = (0..1000).map(|number| format!("{number}.age")).collect();
    let sandbox = Sandbox::with_files(&[("0.age", "x: 1\n")]);
    let rules = fs::read_to_string(sandbox.repo().join("secrets.nix")).expect("the rules");
    let entry = "  \"0.age\".publicKeys = [ me ];\n";
    let all: String = names.iter().map(|name| entry.replace("0.age", name)).collect();
    sandbox.write("secrets.nix", &rules.replace(entry, &all));
    let sealed = sandbox.read("0.age");
    for name in &names {
        fs::write(sandbox.repo().join(name), &sealed).expect("written");
    }
    // Without a terminal there is none.
    sandbox.agepatch(["doctor"]).assert().success().stdout("1000 files, no problems found\n").stderr("");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_agepatch"));
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).arg("doctor");
    let mut session = Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(std::time::Duration::from_mins(1)));
    session.expect("checking the files ").expect("a bar");
    session.expect("1000/1000").expect("it fills");
    session.expect("1000 files, no problems found").expect("the end");
}

#[test]
fn without_a_key_only_headers_are_examined() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    sandbox.agepatch(["doctor", "-i", "/nonexistent"]).assert().success().stderr(contains("only headers"));
}

#[test]
fn files_of_other_rules_are_not_orphans() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n"), ("hosts/b/b.age", "x: 1\n"), ("hosts/b/c.age", "x: 1\n")]);
    let rules = fs::read_to_string(sandbox.repo().join("secrets.nix")).expect("the rules");
    let only = |name: &str| {
        let lines = rules.lines().filter(|line| !line.contains(".publicKeys") || line.contains(name));
        lines.map(|line| format!("{}\n", line.replace("hosts/b/", ""))).collect::<String>()
    };
    sandbox.write("secrets.nix", &only("a.age"));
    sandbox.write("hosts/b/secrets.nix", &only("b.age"));
    sandbox.git_init();
    for folder in [".", "hosts/b"] {
        let told = sandbox.agepatch(["-C", folder, "doctor", "--output", "json"]).assert().success();
        let json: serde_json::Value = serde_json::from_slice(&told.get_output().stdout).expect("JSON");
        let orphans = json["orphans"].as_array().expect("a list");
        let only = orphans.len() == 1 && orphans[0].as_str().is_some_and(|name| name.ends_with("c.age"));
        assert!(only, "{folder}: {orphans:?}");
    }
}

#[test]
fn the_same_finding_of_many_files_is_one_line() {
    use age::secrecy::ExposeSecret;
    let names: Vec<String> = (0..7).map(|at| format!("file{at}.age")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x: 1\n")).collect();
    let sandbox = Sandbox::with_files(&files);
    let other = age::x25519::Identity::generate();
    sandbox.write("../home/.config/age/keys.txt", other.to_string().expose_secret());
    let ran = sandbox.agepatch(["doctor"]).output().expect("it runs");
    let text = String::from_utf8(ran.stdout).expect("text");
    assert_eq!(text.matches("not-for-us").count(), 1, "{text}");
    assert!(
        text.contains("7 files: ")
            && text.contains("file0.age, file1.age, file2.age, file3.age, file4.age, and 2 more"),
        "{text}"
    );
}
