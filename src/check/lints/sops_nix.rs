//! What sops-nix would reject when it installs a value, although the configuration builds.

use crate::check::{Finding, Lint, Severity};
use crate::document::{Document, Format, LineIndex, Map, Pointer, Value};
use crate::shown::{FileName, KeyName, Shown};

static NOT_A_STRING: Lint = Lint {
    id: "sops-nix-string",
    severity: Severity::Advice,
    option: "(sops file)",
    since: "0.1",
    summary: "values at the top of a sops file are strings",
    explanation: "sops-nix installs single values of a YAML or JSON file (`sops.secrets.NAME.key`), and they have to be \
        strings. A number, a Boolean, or a null stops the activation of the system with `the value of key … is not a \
        string`. The check at build time cannot notice that: it looks at the ciphertext, where every value is a string. \
        Nothing reports which values are installed, so each one at the top of the file is looked at.",
    example: "smtp_port: 587",
    fix: "Quote it: `agepatch set --string FILE NAME VALUE`. Ignore this if sops-nix does not install the value.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&NOT_A_STRING];

/// The top-level values of a sops file that are not strings.
pub fn not_strings(file: &str, document: &Document) -> Vec<Finding> {
    if !matches!(document.format(), Format::Yaml | Format::Json) {
        return Vec::new();
    }
    let entries = document.value().as_map().into_iter().flat_map(Map::iter);
    let others = entries.filter(|(_, value)| matches!(value, Value::Null | Value::Bool(_) | Value::Number(_)));
    let found = others.map(|(key, value)| {
        let pointer = Pointer::new([key.text()]);
        Finding {
            rule: NOT_A_STRING.id,
            severity: NOT_A_STRING.severity,
            file: FileName::shown(file.to_owned()),
            path: KeyName::shown(key.text().to_owned()),
            line: line(document, &pointer),
            pointer,
            span: None,
            message: message(value),
            help: Some(Shown::fixed("`agepatch set --string` quotes it")),
            fix: None,
        }
    });
    found.collect()
}

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
