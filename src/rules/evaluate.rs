//! Evaluates rules with the built-in evaluator: a set of files, each with its `publicKeys`.

use std::path::{Path, PathBuf};
use std::thread;

use super::nix::{Attrs, Cause, Evaluator, Failure, Texts, Value};
use super::{EvaluatedRules, Names, Rule};
use crate::error::{Error, ErrorKind};
use crate::input::Limit;
use crate::shown::ProgramOutput;

/// Stack size for the recursion that the evaluator allows.
const STACK: usize = 1 << 29;

/// The most rules that may be broken: beyond that, the file is something else than rules, and listing each takes too long.
const MOST_BROKEN: usize = 1000;

/// Why the evaluation stopped.
pub(super) enum Stop {
    Wrong(Error),
    /// Only Nix can evaluate it.
    NeedsNix {
        construct: String,
        at: SourcePosition,
    },
}

/// A place in one of the files of the rules.
pub(super) struct SourcePosition(Option<(PathBuf, usize, usize)>);

impl SourcePosition {
    /// Adds this place to the error, or only `path` if no place is known.
    pub(super) fn named(&self, error: Error, path: &Path) -> Error {
        match &self.0 {
            Some((file, line, column)) => error.in_file(file.display()).at(*line, *column),
            None => error.in_file(path.display()),
        }
    }
}

/// Evaluates the file, which may read files below `folders`.
pub(super) fn file(path: &Path, folders: &[PathBuf]) -> Result<EvaluatedRules, Stop> {
    file_with(path, folders, None)
}

/// Like [`file`], with the texts of another revision.
pub(super) fn file_with(path: &Path, folders: &[PathBuf], texts: Option<Texts>) -> Result<EvaluatedRules, Stop> {
    with_room(path, |path| {
        let (found, evaluator) = evaluate(path, folders, texts, |evaluator| rules(evaluator, path))?;
        Ok(EvaluatedRules { names: evaluator.names, read: evaluator.read.into_inner(), ..found })
    })
}

/// Like [`file`], for a text that is not on disk.
pub(super) fn text(path: &Path, text: &str, folders: &[PathBuf]) -> Result<EvaluatedRules, Stop> {
    with_room(path, |path| {
        let all = |evaluator: &mut Evaluator| {
            evaluator.given = Some((path.to_owned(), text.to_owned()));
            rules(evaluator, path)
        };
        let (found, evaluator) = evaluate(path, folders, None, all)?;
        Ok(EvaluatedRules { names: evaluator.names, read: evaluator.read.into_inner(), ..found })
    })
}

/// The folder of the rules, with links resolved.
pub(super) fn own_folder(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    vec![folder.canonicalize().unwrap_or_else(|_| folder.to_owned())]
}

impl Names {
    /// The names in a text of the rules, as far as it can be parsed.
    pub fn in_text(text: &str) -> Self {
        let fits = Limit::Settings.bytes().is_ok_and(|most| text.len() as u64 <= most);
        match fits {
            true => with_room(Path::new(""), |_| Ok(super::nix::names(text))).unwrap_or_default(),
            false => Self::default(),
        }
    }
}

/// The complete value of a file as JSON.
#[cfg(test)]
pub(super) fn json(path: &Path) -> Result<serde_json::Value, Stop> {
    with_room(path, |path| {
        let whole = |evaluator: &mut Evaluator| {
            let value = evaluator.import(path)?;
            evaluator.json(&super::nix::Thunk::done(value))
        };
        evaluate(path, &own_folder(path), None, whole).map(|(json, _)| json)
    })
}

/// Runs `body` on a thread of its own, since deep recursion needs a larger stack.
fn with_room<T: Send>(path: &Path, body: impl FnOnce(&Path) -> Result<T, Stop> + Send) -> Result<T, Stop> {
    let failed =
        || Stop::Wrong(Error::new(ErrorKind::Rules, "the rules could not be evaluated").in_file(path.display()));
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || body(path));
        thread.map_err(|_| failed())?.join().map_err(|_| failed())?
    })
}

fn evaluate<T>(
    path: &Path,
    folders: &[PathBuf],
    texts: Option<Texts>,
    body: impl FnOnce(&mut Evaluator) -> Result<T, Box<Failure>>,
) -> Result<(T, Evaluator), Stop> {
    let mut evaluator = Evaluator::new(folders).with_texts(texts);
    match body(&mut evaluator) {
        Ok(value) => Ok((value, evaluator)),
        Err(failure) => {
            let at = place(&failure, &evaluator);
            Err(match failure.cause {
                Cause::NeedsNix => Stop::NeedsNix { construct: failure.message, at },
                // A limit says itself how to raise it.
                Cause::Limit => {
                    Stop::Wrong(at.named(Error::new(ErrorKind::Rules, ProgramOutput::shown(failure.message)), path))
                }
                Cause::Syntax | Cause::Thrown | Cause::Error => {
                    let error = Error::new(ErrorKind::Rules, ProgramOutput::shown(failure.message));
                    Stop::Wrong(at.named(error, path).hint("correct the rules, or use other ones with --rules FILE"))
                }
            })
        }
    }
}

fn place(failure: &Failure, evaluator: &Evaluator) -> SourcePosition {
    let place = failure.at.and_then(|at| evaluator.sources.locate(at));
    SourcePosition(place.map(|(file, line, column)| (file.to_owned(), line, column)))
}

fn rules(evaluator: &mut Evaluator, path: &Path) -> Result<EvaluatedRules, Box<Failure>> {
    let Value::Attrs(files) = evaluator.import(path)? else {
        return Err(Failure::error("the rules are not a set of files: `{ \"name.age\".publicKeys = [ … ]; }`"));
    };
    let mut found = EvaluatedRules::default();
    let mut broken = 0;
    for (name, attr) in &files.map {
        let rule = rule(evaluator, name, &attr.value).map_err(|failure| match attr.at {
            Some(at) => failure.or_at(at),
            None => failure,
        });
        match rule {
            Ok(rule) => drop(found.files.insert(name.to_string(), Ok(rule))),
            Err(failure) if matches!(failure.cause, Cause::NeedsNix | Cause::Limit) || broken == MOST_BROKEN => {
                return Err(failure);
            }
            Err(failure) => {
                broken += 1;
                let error = Error::new(ErrorKind::Rules, ProgramOutput::shown(&failure.message));
                let error = place(&failure, evaluator).named(error, path);
                found.insert_broken(name, error, is_other(evaluator, &attr.value));
            }
        }
    }
    Ok(found)
}

/// Whether a value has a type that no rule has, such as a key that other rules use.
fn is_other(evaluator: &mut Evaluator, value: &super::nix::Thunk) -> bool {
    evaluator.force(value).is_ok_and(|value| !matches!(value, Value::Attrs(_)))
}

impl EvaluatedRules {
    /// Adds an attribute that is not a rule: as a broken rule, unless it is of another type and not named like a
    /// secret.
    pub(super) fn insert_broken(&mut self, name: &str, error: Error, is_other: bool) {
        if is_other && Path::new(name).extension().is_none_or(|ending| ending != "age") {
            self.others.push(error);
        } else {
            self.files.insert(name.to_owned(), Err(error));
        }
    }
}

fn rule(evaluator: &mut Evaluator, name: &str, value: &super::nix::Thunk) -> Result<Rule, Box<Failure>> {
    let Value::Attrs(rule) = evaluator.force(value)? else {
        return Err(Failure::error(format!(
            "the attribute{} is not a rule: a set with `publicKeys`",
            evaluator.quoted(name)
        )));
    };
    let keys = keys(evaluator, name, &rule)?;
    let armor = match rule.map.get("armor") {
        None => None,
        Some(armor) => match evaluator.force(&armor.value)? {
            Value::Bool(armor) => Some(armor),
            other => {
                let (rule, kind) = (evaluator.quoted(name), other.type_name());
                return Err(Failure::error(format!("`armor` of the rule{rule} is {kind}, not a Boolean")));
            }
        },
    };
    Ok(Rule { keys, armor, sops: None })
}

fn keys(evaluator: &mut Evaluator, name: &str, rule: &Attrs) -> Result<Vec<String>, Box<Failure>> {
    let wrong = |evaluator: &Evaluator, what: String| {
        Failure::error(format!("`publicKeys` of the rule{} {what}", evaluator.quoted(name)))
    };
    let keys = rule.map.get("publicKeys").ok_or_else(|| wrong(evaluator, "is missing".to_owned()))?;
    let Value::List(items) = evaluator.force(&keys.value)? else {
        return Err(wrong(evaluator, "is not a list".to_owned()));
    };
    let mut found = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match evaluator.force(item)? {
            Value::String(key) => found.push(key.to_string()),
            Value::Path(_) => {
                let what =
                    format!("has a path as recipient {}, not a key; `builtins.readFile` reads the key", index + 1);
                return Err(wrong(evaluator, what));
            }
            Value::List(_) => {
                let what = format!("has a list as recipient {}, not a key; `++` joins lists", index + 1);
                return Err(wrong(evaluator, what));
            }
            other => {
                let what = format!("has {} as recipient {}, not a key", other.type_name(), index + 1);
                return Err(wrong(evaluator, what));
            }
        }
    }
    Ok(found)
}
