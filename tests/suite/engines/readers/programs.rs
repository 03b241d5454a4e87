//! YAML parsers of other programs, if they are installed; each parses a list of texts at once.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, thread};

use agepatch::document::Value;
use serde_json::Value as Json;

use crate::engines::yaml_properties::second_reading;

pub(super) struct Reader {
    pub(super) name: &'static str,
    run: Run,
}

enum Run {
    /// libyaml, which is compiled in.
    Here,
    Program(PathBuf, Vec<String>),
}

/// A parser's result for a text; `None` if it rejects it.
pub(super) type Reading = Option<Found>;

/// A value as a parser returns it.
pub(super) enum Found {
    Here(Value),
    There(Json),
}

fn data(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/readers").join(name);
    path.to_str().expect("a path").to_owned()
}

/// A folder below target for builds and installations of the parsers.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("target").join("readers")
}

/// The names of all parsers.
pub(super) const READERS: [&str; 6] =
    ["libyaml", "PyYAML", "PyYAML with libyaml", "ruamel.yaml", "Go yaml.v3", "npm yaml"];

impl Reader {
    /// The parser of this name; prints a note if it is not installed.
    #[expect(clippy::print_stderr, reason = "a reader that is left out is named")]
    pub(super) fn installed(name: &str) -> Option<Self> {
        let name = READERS.into_iter().find(|known| *known == name)?;
        let python = |words: &[&str]| {
            let words = words.iter().map(|&word| word.to_owned());
            Run::Program("python3".into(), std::iter::once(data("read.py")).chain(words).collect())
        };
        let run = match name {
            "libyaml" => Some(Run::Here),
            "PyYAML" => Some(python(&["pyyaml"])),
            "PyYAML with libyaml" => Some(python(&["pyyaml", "c"])),
            "ruamel.yaml" => Some(python(&["ruamel"])),
            "Go yaml.v3" => go().map(|program| Run::Program(program, Vec::new())),
            _ => {
                let arguments = vec![data("read.mjs"), folder().to_string_lossy().into_owned()];
                folder().join("node_modules/yaml").is_dir().then(|| Run::Program("node".into(), arguments))
            }
        };
        let reader = run.map(|run| Self { name, run });
        let found = reader.filter(|reader| reader.read(&["a: 1\n".to_owned()]).is_some());
        if found.is_none() {
            eprintln!("skipped: {name} is not installed");
        }
        found
    }
}

/// Builds the parser in Go, from modules that are already available.
fn go() -> Option<PathBuf> {
    let folder = folder().join("go");
    let program = folder.join("reader");
    let source = fs::read_to_string(data("read.go")).ok()?;
    if program.is_file() && fs::read_to_string(folder.join("main.go")).is_ok_and(|built| built == source) {
        return Some(program);
    }
    fs::create_dir_all(&folder).ok()?;
    fs::write(folder.join("go.mod"), "module reader\n\ngo 1.18\n\nrequire gopkg.in/yaml.v3 v3.0.1\n").ok()?;
    fs::write(folder.join("main.go"), source).ok()?;
    let built = Command::new("go")
        .args(["build", "-mod=mod", "-o", "reader", "."])
        .current_dir(&folder)
        .envs([("GOPROXY", "off"), ("GOSUMDB", "off"), ("GOFLAGS", "")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !built.is_ok_and(|status| status.success()) {
        let _ = fs::remove_file(folder.join("main.go"));
        return None;
    }
    Some(program)
}

impl Reader {
    /// Its results for the texts; `None` if it cannot be run.
    pub(super) fn read(&self, texts: &[String]) -> Option<Vec<Reading>> {
        let (program, arguments) = match &self.run {
            Run::Here => {
                return Some(texts.iter().map(|text| second_reading(text.as_bytes()).map(Found::Here)).collect());
            }
            Run::Program(program, arguments) => (program, arguments),
        };
        let mut child = Command::new(program)
            .args(arguments)
            .env("PYTHONPATH", folder().join("python"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut input = child.stdin.take()?;
        let sent = serde_json::to_vec(texts).ok()?;
        let sender = thread::spawn(move || drop(input.write_all(&sent)));
        let output = child.wait_with_output().ok()?;
        sender.join().ok()?;
        let found: Vec<Json> = serde_json::from_slice(&output.stdout).ok()?;
        let reading = |one: Json| one.get("value").cloned().map(Found::There);
        (found.len() == texts.len()).then(|| found.into_iter().map(reading).collect())
    }
}

impl Found {
    /// Whether it equals our value.
    pub(super) fn is(&self, ours: &Value) -> bool {
        match self {
            Self::Here(theirs) => theirs == ours,
            Self::There(theirs) => is_same(ours, theirs),
        }
    }
}

fn is_same(ours: &Value, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(ours), Json::Bool(theirs)) => ours == theirs,
        (Value::Number(ours), Json::Number(theirs)) => {
            let theirs = theirs.to_string();
            ours.as_str() == theirs || ours.as_str().parse::<f64>().ok() == theirs.parse().ok()
        }
        (Value::String(ours), Json::String(theirs)) => ours.as_str() == theirs,
        (Value::List(ours), Json::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
        }
        (Value::Map(ours), Json::Object(theirs)) => {
            let same = |(key, value): (&agepatch::document::MapKey, &Value)| {
                theirs.get(key.text()).is_some_and(|theirs| is_same(value, theirs))
            };
            ours.iter().count() == theirs.len() && ours.iter().all(same)
        }
        _ => false,
    }
}
