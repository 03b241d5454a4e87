//! Texts written by the engine have the same value in the parsers of other programs: Go's yaml (Authelia), `PyYAML` and
//! `ruamel.yaml` (Home Assistant), libyaml, and npm's yaml. Parsers that are not installed are skipped.
//!
//! With `CORPUS=FOLDER` the same is done for all YAML files below a folder; `docs/testing.md` has the command.

mod programs;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use agepatch::document::{Document, Edit, Format};
use proptest::strategy::{Strategy, ValueTree};

use self::programs::{READERS, Reader};
use super::{yaml_edits, yaml_properties};
use crate::random_edits::{Names, deterministic, edit_at};

const NAMES: Names =
    Names { new: ["new", "a: b", "yes", "8", "<<"], below: &[], other: ["renamed", "null", "a#b", "'q"] };

/// The results of editing some texts.
#[derive(Default)]
struct Outcome {
    files: usize,
    /// Files that are not YAML, by class of the error.
    unread: BTreeMap<&'static str, usize>,
    operations: usize,
    /// Refused operations, by class of the error.
    refused: BTreeMap<&'static str, usize>,
    /// Operations for which the engine found no text.
    unsupported: Vec<String>,
    /// Texts before and after, the edit, and the file.
    written: Vec<(String, String, Edit, String)>,
    faults: Vec<String>,
}

impl Outcome {
    /// Makes several edits of a text, each of the original.
    fn edit(&mut self, name: &str, text: &str, count: usize, runner: &mut proptest::test_runner::TestRunner) {
        self.files += 1;
        let document = match Document::parse(text.as_bytes(), Format::Yaml) {
            Ok(document) => document,
            Err(error) => {
                *self.unread.entry(error.kind().name()).or_default() += 1;
                return;
            }
        };
        match document.edit().finish() {
            Ok(same) if same.bytes() == text.as_bytes() => {}
            _ => self.faults.push(format!("{name}: without an edit it is another text")),
        }
        let made = yaml_properties::edits_of(count..count + 1).new_tree(runner).expect("edits").current();
        for numbers in made {
            let edit = edit_at(document.value(), &numbers, &NAMES);
            self.operations += 1;
            let mut session = document.edit();
            match session.apply(&edit).and_then(|()| session.finish()) {
                Ok(edited) => {
                    let after = String::from_utf8(edited.bytes().to_vec()).expect("text");
                    self.written.push((text.to_owned(), after, edit, name.to_owned()));
                }
                Err(error) => {
                    if error.kind() == agepatch::ErrorKind::Unsupported {
                        self.unsupported.push(format!("{name}: {edit:?}"));
                    }
                    *self.refused.entry(error.kind().name()).or_default() += 1;
                }
            }
        }
    }

    /// Compares the written texts with a parser's result, if it parsed the original like we do. Returns the number of
    /// comparisons.
    fn compare(&mut self, reader: &Reader) -> usize {
        let mut texts: Vec<String> =
            self.written.iter().flat_map(|(before, after, ..)| [before.clone(), after.clone()]).collect();
        texts.sort();
        texts.dedup();
        let Some(found) = reader.read(&texts) else {
            self.faults.push(format!("{}: it does not answer", reader.name));
            return 0;
        };
        let agrees = |text: &String| {
            let document = Document::parse(text.as_bytes(), Format::Yaml).expect("it was read before");
            let at = texts.binary_search(text).expect("it is among them");
            (found[at].as_ref().is_some_and(|found| found.is(document.value())), found[at].is_some())
        };
        let mut compared = 0;
        let mut faults = Vec::new();
        for (before, after, edit, name) in &self.written {
            // npm's yaml rejects block lists after a byte order mark.
            let is_npm_bug = reader.name == "npm yaml" && after.starts_with("\u{feff}-");
            if !agrees(before).0 || is_npm_bug {
                continue;
            }
            compared += 1;
            let (same, accepted) = agrees(after);
            if !same {
                let what = if accepted { "reads something else" } else { "refuses" };
                faults.push(format!("{}: {name}: {what}: {edit:?}\n{after}", reader.name));
            }
        }
        self.faults.append(&mut faults);
        compared
    }

    fn tell(&self) -> String {
        let listed = |classes: &BTreeMap<&str, usize>| {
            let words: Vec<String> = classes.iter().map(|(class, count)| format!("{count} {class}")).collect();
            if words.is_empty() { "none".to_owned() } else { words.join(", ") }
        };
        format!(
            "{} files (not read: {}), {} operations (refused: {})",
            self.files,
            listed(&self.unread),
            self.operations,
            listed(&self.refused)
        )
    }
}

/// Edits the recorded texts, and compares the results with this parser.
fn reads_what_is_written(name: &str) {
    let Some(reader) = Reader::installed(name) else { return };
    let mut outcome = Outcome::default();
    let mut runner = deterministic(1);
    for text in yaml_edits::documents() {
        outcome.edit("a recorded text", &text, 3, &mut runner);
    }
    assert!(outcome.written.len() > 400, "{}", outcome.tell());
    let compared = outcome.compare(&reader);
    let shown = outcome.faults.iter().take(8).cloned().collect::<Vec<_>>().join("\n----\n");
    assert!(outcome.faults.is_empty(), "{}:\n{shown}", outcome.faults.len());
    assert!(compared > 300, "only {compared} were compared");
}

#[test]
fn libyaml_reads_what_is_written() {
    reads_what_is_written("libyaml");
}

#[test_with::executable(python3)]
#[test]
fn pyyaml_reads_what_is_written() {
    reads_what_is_written("PyYAML");
    reads_what_is_written("PyYAML with libyaml");
}

#[test_with::executable(python3)]
#[test]
fn ruamel_reads_what_is_written() {
    reads_what_is_written("ruamel.yaml");
}

#[test_with::executable(go)]
#[test]
fn go_reads_what_is_written() {
    reads_what_is_written("Go yaml.v3");
}

#[test_with::executable(node)]
#[test]
fn npm_yaml_reads_what_is_written() {
    reads_what_is_written("npm yaml");
}

#[test]
#[ignore = "CORPUS must name a folder of YAML files"]
fn corpus() {
    let folder = std::env::var_os("CORPUS").expect("CORPUS names a folder of YAML files");
    let count = std::env::var("CORPUS_EDITS").ok().and_then(|count| count.parse().ok()).unwrap_or(40);
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    files.sort();
    let mut outcome = Outcome::default();
    let mut runner = deterministic(1);
    for file in &files {
        if let Ok(text) = fs::read_to_string(file) {
            outcome.edit(&file.display().to_string(), &text, count, &mut runner);
        }
    }
    println!("{}", outcome.tell());
    for reader in READERS.iter().filter_map(|name| Reader::installed(name)) {
        println!("{}: {} results compared", reader.name, outcome.compare(&reader));
    }
    for refused in &outcome.unsupported {
        println!("UNSUPPORTED {refused}");
    }
    for fault in &outcome.faults {
        println!("FAULT {fault}");
    }
    assert!(outcome.faults.is_empty(), "{} faults", outcome.faults.len());
}

/// The YAML files below a folder, up to a megabyte; links are not followed.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        let is_yaml = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
        if kind.is_dir() {
            collect(&path, files);
        } else if kind.is_file() && is_yaml && entry.metadata().is_ok_and(|metadata| metadata.len() <= 1 << 20) {
            files.push(path);
        }
    }
}
