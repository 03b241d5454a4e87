//! Nix itself, asked what secrets.nix says.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::Rule;
use crate::error::{Error, Kind, Result};
use crate::process;

/// The program that evaluates without building anything.
const PROGRAM: &str = "nix-instantiate";
/// What is asked: of each file who may read it, and nothing else, so that whatever else the rules say need not be text.
const QUESTION: &str = "{ path }: builtins.mapAttrs
  (_: rule: { inherit (rule) publicKeys; armor = rule.armor or null; })
  (import path)";

/// Evaluates the file with Nix.
///
/// # Errors
/// `rules`, where Nix is missing, does not accept the file, or it says something that no rules say.
pub(super) fn evaluate(path: &Path) -> Result<IndexMap<String, Rule>> {
    let mut command = process::program(PROGRAM);
    command.args(["--eval", "--strict", "--json", "--readonly-mode", "--expr", QUESTION, "--argstr", "path"]).arg(path);
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Error::new(Kind::Rules, format!("{PROGRAM} is needed to read the rules, and is not there"))
                .hint("install Nix, or put it on the PATH")
        }
        _ => Error::io(format!("cannot run {PROGRAM}"), &error),
    })?;
    if !output.status.success() {
        return Err(refused(&String::from_utf8_lossy(&output.stderr)));
    }
    let files: Json = serde_json::from_slice(&output.stdout)
        .map_err(|error| Error::new(Kind::Rules, format!("{PROGRAM} gave no JSON: {error}")))?;
    let Json::Object(files) = files else {
        return Err(Error::new(Kind::Rules, "the rules are no attribute set of files"));
    };
    files.into_iter().map(|(name, rule)| read(&name, &rule).map(|rule| (name, rule))).collect()
}

fn read(name: &str, rule: &Json) -> Result<Rule> {
    let keys = rule
        .get("publicKeys")
        .and_then(Json::as_array)
        .and_then(|keys| keys.iter().map(|key| key.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
    let keys = keys.ok_or_else(|| {
        Error::new(Kind::Rules, format!("`\"{name}\".publicKeys` is not there, or no list of strings"))
    })?;
    Ok(Rule { keys, armor: rule.get("armor").and_then(Json::as_bool), sops: None })
}

/// Nix's error, with the place where it found it.
fn refused(said: &str) -> Error {
    let message = said.lines().find_map(|line| line.trim().strip_prefix("error: ")).unwrap_or("Nix does not accept it");
    let error = Error::new(Kind::Rules, message);
    let place = said.lines().find_map(|line| {
        let mut numbers = line.trim().strip_prefix("at ")?.trim_end_matches(':').rsplit(':');
        let column = numbers.next()?.parse().ok()?;
        Some((numbers.next()?.parse().ok()?, column))
    });
    match place {
        Some((line, column)) => error.at(line, column),
        None => error,
    }
}
