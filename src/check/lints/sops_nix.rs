//! What sops-nix would reject when it installs a value, although the configuration builds.

use std::borrow::Cow;

use crate::check::{Finding, Lint, Severity};
use crate::document::{Document, LineIndex, Map, Pointer, Value};
use crate::shown::{FileName, KeyName, Shown};

static NOT_A_STRING: Lint = Lint {
    id: "sops-nix-string",
    severity: Severity::Advice,
    option: "(sops file)",
    since: "0.1",
    summary: "values that sops-nix may install are strings",
    explanation: "sops-nix installs single values of a YAML or JSON file (`sops.secrets.NAME.key`), and they have to \
        be strings. A number, a Boolean, or a null stops the activation of the system with `the value of key … is not \
        a string`. The check at build time cannot notice that: it looks at the ciphertext, where every value is a \
        string. agepatch cannot see which values are installed, so it checks each one that a key can name, at the top \
        level of the file and in maps (`smtp/port`). Lists and complete maps cannot be installed either, but the \
        build refuses those.",
    example: "smtp:\n  port: 587",
    fix: "Quote it: `agepatch set --string FILE NAME VALUE`. Ignore this if sops-nix does not install the value.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&NOT_A_STRING];

/// The values of a sops file that a key of sops-nix can name and that are not strings.
pub fn not_strings(file: &str, document: &Document) -> Vec<Finding> {
    if document.format().is_text_only() {
        return Vec::new();
    }
    let mut others = Vec::new();
    collect(document.value(), "", &Pointer::root(), &mut others);
    let found = others.into_iter().map(|(path, pointer, value)| Finding {
        rule: NOT_A_STRING.id,
        severity: NOT_A_STRING.severity,
        file: FileName::shown(file.to_owned()),
        path: KeyName::shown(path),
        line: line(document, &pointer),
        pointer,
        span: None,
        message: message(value),
        help: Some(Shown::fixed("`agepatch set --string` quotes it")),
        fix: None,
    });
    found.collect()
}

/// A value, where it is, and how a person writes that.
type Found<'v> = (String, Pointer, &'v Value);

/// Collects what is not a string, in maps as deep as they are.
fn collect<'v>(value: &'v Value, path: &str, at: &Pointer, found: &mut Vec<Found<'v>>) {
    for (key, value) in value.as_map().into_iter().flat_map(Map::iter) {
        let key = key.text();
        let written = if key.contains(['.', '[', ']']) { Cow::Owned(format!("\"{key}\"")) } else { Cow::Borrowed(key) };
        let path = if path.is_empty() { written.into_owned() } else { format!("{path}.{written}") };
        match value {
            Value::Map(_) => collect(value, &path, &at.child(key), found),
            Value::Null | Value::Bool(_) | Value::Number(_) => found.push((path, at.child(key), value)),
            Value::String(_) | Value::List(_) => {}
        }
    }
}

/// Where the entry is.
fn line(document: &Document, pointer: &Pointer) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(document.bytes()).ok()?;
    let place = document.place(pointer)?;
    Some(LineIndex::new(text.as_bytes()).line_column(text, place.key.unwrap_or(place.value).start))
}

fn message(value: &Value) -> Shown {
    Shown::fixed(match value {
        Value::Null => "sops-nix can install strings only, and this is null",
        Value::Bool(_) => "sops-nix can install strings only, and this is a Boolean",
        _ => "sops-nix can install strings only, and this is a number",
    })
}
