//! Compares our evaluator with Nix: on hand-written edge cases, on generated expressions, and on the recorded rules.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use super::expressions::EXPRESSIONS;
use super::generator::{self, FILES};
use super::{cases, evaluate, plain, written};
use crate::rules::evaluate::Stop;
use crate::rules::program;

/// How many expressions one run of Nix evaluates.
const BATCH: usize = 60;

/// Our result of an expression.
enum Ours {
    Value(Json),
    Wrong(String),
    NeedsNix,
}

/// A folder with the files that expressions read.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in FILES {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        Self(folder)
    }

    fn file(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).expect("written");
        path
    }

    fn ours(&self, expression: &str) -> Ours {
        match evaluate::json(&self.file("ours.nix", expression)) {
            Ok(value) => Ours::Value(value),
            Err(Stop::Wrong(error)) => Ours::Wrong(error.message().to_owned()),
            Err(Stop::NeedsNix { .. }) => Ours::NeedsNix,
        }
    }

    fn nix(&self, expression: &str) -> Option<Json> {
        nix(&self.file("nix.nix", expression))
    }

    /// The expressions for which Nix has another result. Also returns the number that we could evaluate.
    fn differences(&self, expressions: &[String]) -> (Vec<String>, usize) {
        let mut differences = Vec::new();
        let mut told = 0;
        for batch in expressions.chunks(BATCH) {
            let mut values: Vec<(&str, Json)> = Vec::new();
            for expression in batch {
                match self.ours(expression) {
                    Ours::Value(value) => values.push((expression, value)),
                    Ours::NeedsNix => {}
                    Ours::Wrong(message) => {
                        told += 1;
                        if let Some(theirs) = self.nix(expression) {
                            differences.push(format!("{expression}\n  ours: error: {message}\n  Nix: {theirs}"));
                        }
                    }
                }
            }
            told += values.len();
            let list = values.iter().fold(String::new(), |mut list, (expression, _)| {
                write!(list, "(\n{expression}\n)\n").expect("written");
                list
            });
            let all = self.nix(&format!("[\n{list}]")).and_then(|all| all.as_array().cloned());
            for (index, (expression, ours)) in values.iter().enumerate() {
                // If Nix fails for one of them, each is evaluated separately.
                let theirs = all.as_ref().map_or_else(|| self.nix(expression), |all| Some(all[index].clone()));
                if theirs.as_ref() != Some(ours) {
                    let theirs = theirs.map_or_else(|| "error".to_owned(), |theirs| theirs.to_string());
                    differences.push(format!("{expression}\n  ours: {ours}\n  Nix: {theirs}"));
                }
            }
        }
        (differences, told)
    }
}

/// The value of a file in Nix; `None` for an error.
fn nix(path: &Path) -> Option<Json> {
    let mut command = Command::new("nix-instantiate");
    command.args(["--eval", "--strict", "--json", "--readonly-mode", "--"]).arg(path);
    let output = command.output().expect("nix-instantiate runs");
    let value = || serde_json::from_slice(&output.stdout).expect("JSON");
    output.status.success().then(value)
}

#[test_with::executable(nix-instantiate)]
#[test]
fn nix_agrees_about_edge_cases() {
    let expressions: Vec<String> = EXPRESSIONS.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let bench = Bench::new();
    let (differences, _) = bench.differences(&expressions);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let needs_nix = |text: &&String| matches!(bench.ours(text), Ours::NeedsNix);
    assert_eq!(expressions.iter().find(needs_nix), None, "each is one that needs no Nix");
}

/// `AGEPATCH_EXPRESSIONS=100000` tests more of them, `AGEPATCH_SEED` others.
#[test_with::executable(nix-instantiate)]
#[test]
fn nix_agrees_about_generated_expressions() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let count = number("AGEPATCH_EXPRESSIONS").unwrap_or(200);
    let seed = number("AGEPATCH_SEED").unwrap_or(1);
    let expressions: Vec<String> = (0..count).map(|index| generator::expression(seed + index)).collect();
    let (differences, told) = Bench::new().differences(&expressions);
    assert!(differences.is_empty(), "{} of {count}:\n{}", differences.len(), differences.join("\n"));
    assert!(told * 100 >= expressions.len() * 95, "only {told} of {count} could be determined without Nix");
}

#[test_with::executable(nix-instantiate)]
#[test]
fn nix_agrees_about_the_recorded_rules() {
    for case in cases() {
        let folder = written(&case);
        let path = folder.path().join("secrets.nix");
        let ours = evaluate::file(&path, &evaluate::own_folder(&path)).ok().and_then(|found| plain(found).ok());
        let nix = program::evaluate(&path, &evaluate::own_folder(&path)).and_then(plain).ok();
        let sorted = |files: indexmap::IndexMap<_, _>| files.into_iter().collect::<std::collections::BTreeMap<_, _>>();
        assert_eq!(ours.map(sorted), nix.map(sorted), "{}", case["id"]);
    }
}
