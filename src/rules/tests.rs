//! The recorded rules, without Nix; and Nix's word against ours where it is installed.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use super::evaluate::{self, Stop};
use super::{Rule, Rules, program};
use crate::error::Kind;
use indexmap::IndexMap;

fn cases() -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rules/rules.jsonl");
    let text = fs::read_to_string(path).expect("the recorded rules");
    text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

fn written(case: &Json) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in case["files"].as_object().expect("files") {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text.as_str().expect("text")).expect("written");
    }
    folder
}

fn folder_with(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("secrets.nix"), text).expect("written");
    folder
}

fn recorded(rules: &Json) -> IndexMap<String, (Vec<String>, Option<bool>)> {
    let files = rules.as_object().expect("rules").iter();
    files
        .map(|(name, rule)| {
            let keys = rule["keys"].as_array().expect("keys").iter();
            let keys = keys.map(|key| key.as_str().expect("a key").trim().to_owned()).collect();
            (name.clone(), (keys, rule["armor"].as_bool()))
        })
        .collect()
}

fn plain(files: IndexMap<String, Rule>) -> IndexMap<String, (Vec<String>, Option<bool>)> {
    files.into_iter().map(|(name, rule)| (name, (rule.keys, rule.armor))).collect()
}

#[test]
fn every_recorded_case_is_read_without_nix() {
    let mut wrong = Vec::new();
    for case in cases() {
        let folder = written(&case);
        let found = evaluate::file(&folder.path().join("secrets.nix"));
        let fits = match (&found, case["error"].as_bool()) {
            (Err(Stop::Wrong(error)), Some(true)) => error.kind() == Kind::Rules,
            (Ok((files, _)), None) => plain(files.clone()) == recorded(&case["rules"]),
            _ => false,
        };
        if !fits {
            let why = match found {
                Ok(_) => "other rules".to_owned(),
                Err(Stop::Wrong(error)) => error.message().to_owned(),
                Err(Stop::NeedsNix { construct, .. }) => format!("needs Nix: {construct}"),
            };
            wrong.push(format!("{}: {why}", case["id"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Expressions whose value as rules is the same here and in Nix.
const EXPRESSIONS: [&str; 14] = [
    r#"let k = "age1x"; f = { a, b ? [ a ], ... }@all: { publicKeys = b ++ [ all.a ]; }; in { "x.age" = f { a = k; c = 1; }; }"#,
    r#"let a = { x.y = "1"; x.z = "2"; }; in { "f".publicKeys = builtins.attrValues a.x; }"#,
    r#"with { k = "outer"; }; let k = "inner"; in { f.publicKeys = [ k ]; }"#,
    r#"rec { a.publicKeys = [ "k" ]; b = { publicKeys = a.publicKeys ++ [ "l" ]; }; }"#,
    r#"let unused = throw "never"; in { f.publicKeys = if 1 < 2 && !(2 == 3) then [ "a" ] else unused; }"#,
    r#"builtins.mapAttrs (n: v: { publicKeys = map (k: "${n}-${k}") v; }) { b = [ "1" ]; a = [ "2" "3" ]; }"#,
    r#"{ f.publicKeys = builtins.sort (a: b: a < b) [ "c" "a" "b" ]; }"#,
    r#"{ f.publicKeys = [ (builtins.concatStringsSep "," (builtins.genList (i: toString (i * i)) 4)) ]; }"#,
    r"let s = { a = 1; } // { b = 2; }; in { f.publicKeys = if s ? a && !(s ? c) then builtins.attrNames s else [ ]; }",
    r#"{ f.publicKeys = [ (builtins.substring 1 2 "abcd") (builtins.replaceStrings [ "a" ] [ "b" ] "aXa") ]; }"#,
    r#"let fix = f: let x = f x; in x; in fix (self: { a.publicKeys = [ "k" ]; b.publicKeys = self.a.publicKeys; })"#,
    "{ f.publicKeys = [ ''\n  one\n    two ${\"three\"}\n'' ]; }",
    r#"{ f.publicKeys = [ (builtins.tryEval (throw "x")).success or "no" ]; }"#,
    r"let x = x; in { f.publicKeys = [ x ]; }",
];

#[test_with::executable(nix-instantiate)]
fn nix_says_the_same() {
    for text in EXPRESSIONS.iter().map(|text| (*text).to_owned()).chain(
        cases()
            .iter()
            .filter(|case| case["files"].as_object().is_some_and(|files| files.len() == 1))
            .map(|case| case["files"]["secrets.nix"].as_str().expect("text").to_owned()),
    ) {
        let folder = folder_with(&text);
        let path = folder.path().join("secrets.nix");
        let ours = evaluate::file(&path).map(|(files, _)| plain(files)).ok();
        let nix = program::evaluate(&path).map(plain).ok();
        let sorted = |files: IndexMap<String, (Vec<String>, Option<bool>)>| {
            let mut files: Vec<_> = files.into_iter().collect();
            files.sort();
            files
        };
        assert_eq!(ours.map(sorted), nix.map(sorted), "{text}");
    }
}

#[test]
fn errors_name_the_place_in_the_file_that_is_wrong() {
    let cases = [
        ("{\n  f.publicKeys = [ nobody ];\n}", 2, 20),
        ("{\n  f.publicKeys = 5;\n}", 2, 3),
        ("let\n  x = x;\nin { f.publicKeys = [ x ]; }", 2, 7),
        ("{ f.publicKeys = [ ; }", 1, 20),
    ];
    for (text, line, column) in cases {
        let folder = folder_with(text);
        let error = Rules::load(&folder.path().join("secrets.nix")).expect_err("it is wrong");
        assert_eq!(error.kind(), Kind::Rules, "{text}");
        assert_eq!(error.line_column(), Some((line, column)), "{text}: {}", error.message());
    }
}

#[test]
fn what_only_nix_can_do_is_said_not_guessed() {
    let folder = folder_with("let pkgs = import <nixpkgs> { }; in { f.publicKeys = [ pkgs.key ]; }");
    match evaluate::file(&folder.path().join("secrets.nix")) {
        Err(Stop::NeedsNix { construct, .. }) => assert_eq!(construct, "the search path <nixpkgs>"),
        _ => panic!("it cannot be known without Nix"),
    }
}

#[test]
fn nonsense_is_an_error_and_no_panic() {
    for text in
        ["", "{", "let in", "a: b: c:", "[ 1 2 ]", "{ ${1} = 2; }", "{ a = { }; }", "\u{0}", "((((", "{ a.b.c }"]
    {
        let folder = folder_with(text);
        assert!(evaluate::file(&folder.path().join("secrets.nix")).is_err(), "{text}");
    }
    let deep = format!("{}1{}", "(".repeat(50_000), ")".repeat(50_000));
    let endless = "let f = n: f (n + 1); in f 0".to_owned();
    for text in [deep, endless] {
        let folder = folder_with(&text);
        assert!(evaluate::file(&folder.path().join("secrets.nix")).is_err());
    }
}
