//! The recorded rules, evaluated without Nix, and compared with Nix if it is installed.

mod differential;
mod expressions;
mod generator;
mod limits;

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use super::evaluate::{self, Stop};
use super::{EvaluatedRules, Rules};
use crate::error::{Error, ErrorKind};
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
            let keys = keys.map(|key| key.as_str().expect("a key").to_owned()).collect();
            (name.clone(), (keys, rule["armor"].as_bool()))
        })
        .collect()
}

/// The recipients of each file, and whether it is armored.
type PlainRules = IndexMap<String, (Vec<String>, Option<bool>)>;

/// The rules, if none of them is broken, since Nix evaluated all rules at once when they were recorded.
fn plain(found: EvaluatedRules) -> Result<PlainRules, Error> {
    if let Some(error) = found.others.into_iter().next() {
        return Err(error);
    }
    found.files.into_iter().map(|(name, rule)| rule.map(|rule| (name, (rule.keys, rule.armor)))).collect()
}

/// The error of the file, or of the first broken rule.
fn broken(path: &Path) -> Option<Error> {
    match Rules::load(path) {
        Err(error) => Some(error),
        Ok(rules) => rules.files.into_values().find_map(Result::err).or(rules.others.into_iter().next()),
    }
}

#[test]
fn every_recorded_case_is_read_without_nix() {
    let mut wrong = Vec::new();
    for case in cases() {
        let folder = written(&case);
        let found = evaluate::file(
            &folder.path().join("secrets.nix"),
            &evaluate::own_folder(&folder.path().join("secrets.nix")),
        );
        let found = match found {
            Ok(found) => plain(found).map_err(Stop::Wrong),
            Err(stop) => Err(stop),
        };
        let fits = match (&found, case["error"].as_bool()) {
            (Err(Stop::Wrong(error)), Some(true)) => error.kind() == ErrorKind::Rules,
            (Ok(files), None) => *files == recorded(&case["rules"]),
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
        let error = broken(&folder.path().join("secrets.nix")).expect("it is wrong");
        assert_eq!(error.kind(), ErrorKind::Rules, "{text}");
        assert_eq!(error.line_column(), Some((line, column)), "{text}: {}", error.message());
    }
}

#[test]
fn constructs_that_only_nix_supports_are_named_not_guessed() {
    let cases = [
        ("let pkgs = import <nixpkgs> { }; in { f.publicKeys = [ pkgs.key ]; }", "the search path <nixpkgs>", 19),
        ("{ f.publicKeys = [ (builtins.fetchurl \"https://example.com\") ]; }", "the builtin `fetchurl`", 21),
        ("{ f.publicKeys = [ \"${./key.pub}\" ]; }", "a path in a string (it is copied into the store)", 23),
        ("{ f.publicKeys = [ builtins.currentSystem ]; }", "the builtin `currentSystem`", 20),
        ("{ f.publicKeys = [ (derivation { }).outPath ]; }", "the builtin `derivation`", 21),
        ("let n = \"b\"; in { f.a = 1; f = { ${n} = 2; }; }", "a second set `f` with computed names", 28),
        ("{ f.publicKeys = if (x: x) == (x: x) then [ ] else [ ]; }", "a comparison of functions", 21),
    ];
    for (text, expected, expected_column) in cases {
        let folder = folder_with(text);
        match evaluate::file(
            &folder.path().join("secrets.nix"),
            &evaluate::own_folder(&folder.path().join("secrets.nix")),
        ) {
            Err(Stop::NeedsNix { construct, at }) => {
                let error = at.named(Error::new(ErrorKind::Rules, ""), Path::new(""));
                assert_eq!((construct.as_str(), error.line_column()), (expected, Some((1, expected_column))), "{text}");
            }
            _ => panic!("it cannot be known without Nix: {text}"),
        }
    }
}

#[test]
fn an_error_in_one_rule_affects_no_other() {
    let text = r#"let pkgs = throw "no"; in rec {
  me = "age1key";
  "a.age".publicKeys = [ me ];
  "thrown.age".publicKeys = throw "later";
  "nested.age".publicKeys = [ [ me ] ];
  "empty.age" = { };
  "undefined.age".publicKeys = [ me.key ];
  "string.age" = "age1key";
  "path.age".publicKeys = [ ./key.pub ];
}"#;
    let folder = folder_with(text);
    let rules = Rules::load(&folder.path().join("secrets.nix")).expect("rules");
    assert_eq!(rules.files["a.age"].as_ref().expect("a rule").keys, ["age1key"]);
    let expected = [
        ("thrown.age", 4, "later"),
        ("nested.age", 5, "a list as recipient 1"),
        ("empty.age", 6, "`publicKeys` of the rule `empty.age` is missing"),
        ("undefined.age", 7, ""),
        ("string.age", 8, "is not a rule"),
        ("path.age", 9, "`builtins.readFile` reads the key"),
    ];
    for (name, line, what) in expected {
        let error = rules.files[name].as_ref().expect_err("it is broken");
        assert_eq!(error.line_column().map(|(line, _)| line), Some(line), "{name}: {}", error.message());
        assert!(error.message().contains(what), "{name}: {}", error.message());
    }
    assert_eq!(rules.files.len(), 7);
    assert!(rules.others[0].message().contains("`me` is not a rule"), "{}", rules.others[0].message());
}

#[test_with::executable(nix-instantiate)]
#[test]
fn nix_answers_for_each_rule_too() {
    let text = r#"rec { me = "age1key"; "a.age".publicKeys = [ me ]; "b.age".publicKeys = throw "later";
  "c.age" = { }; "d.age".publicKeys = [ [ me ] ]; }"#;
    let folder = folder_with(text);
    let path = folder.path().join("secrets.nix");
    let found = super::program::evaluate(&path, &evaluate::own_folder(&path)).expect("answers");
    assert!(found.files["a.age"].is_ok());
    assert!(["b.age", "c.age", "d.age"].iter().all(|name| found.files[*name].is_err()));
    assert_eq!((found.files.len(), found.others.len()), (4, 1));
}

#[test]
fn nonsense_is_an_error_and_not_a_panic() {
    for text in
        ["", "{", "let in", "a: b: c:", "[ 1 2 ]", "{ ${1} = 2; }", "{ a = { }; }", "\u{0}", "((((", "{ a.b.c }"]
    {
        let folder = folder_with(text);
        assert!(broken(&folder.path().join("secrets.nix")).is_some(), "{text}");
    }
    let deep = format!("{}1{}", "(".repeat(50_000), ")".repeat(50_000));
    let endless = "let f = n: f (n + 1); in f 0".to_owned();
    for text in [deep, endless] {
        let folder = folder_with(&text);
        assert!(
            evaluate::file(
                &folder.path().join("secrets.nix"),
                &evaluate::own_folder(&folder.path().join("secrets.nix"))
            )
            .is_err()
        );
    }
}

/// Rules have the same result for every user, and read no secret from the environment.
#[test]
fn the_environment_is_empty() {
    let folder = folder_with("{ f.publicKeys = [ \"k${builtins.getEnv \"HOME\"}${builtins.getEnv \"PATH\"}\" ]; }");
    assert_eq!(
        Rules::load(&folder.path().join("secrets.nix")).expect("rules").files["f"].as_ref().expect("a rule").keys,
        ["k"]
    );
}
