//! Prints findings as SARIF 2.1.0, which code hosts and editors read.

use crate::check::{Finding, Lint, Severity, registry};
use crate::shown::{FileName, Json, Shown};

/// The log of one run, with the rules of its findings.
pub fn sarif(findings: &[Finding]) -> Json {
    let rules: Vec<&'static Lint> =
        registry::all().filter(|rule| findings.iter().any(|finding| finding.rule == rule.id)).collect();
    let driver = Json::object([
        ("name", "agepatch".into()),
        ("semanticVersion", env!("CARGO_PKG_VERSION").into()),
        ("rules", Json::list(rules.iter().map(|rule| described(rule)))),
    ]);
    let results = findings.iter().map(|finding| result(finding, &rules));
    let run = Json::object([
        ("tool", Json::object([("driver", driver)])),
        ("columnKind", "unicodeCodePoints".into()),
        ("results", Json::list(results)),
    ]);
    Json::object([
        ("$schema", "https://json.schemastore.org/sarif-2.1.0.json".into()),
        ("version", "2.1.0".into()),
        ("runs", Json::list([run])),
    ])
}

#[expect(clippy::disallowed_methods, reason = "escapes text that was printable already")]
fn described(rule: &Lint) -> Json {
    let help = format!("{}\n\n{}", rule.explanation, rule.fix);
    Json::object([
        ("id", rule.id.into()),
        ("shortDescription", text(Shown::fixed(rule.summary))),
        ("fullDescription", text(Shown::fixed(rule.explanation))),
        ("help", text(Shown::exact(help))),
        ("defaultConfiguration", Json::object([("level", level(rule.severity).into())])),
    ])
}

fn result(finding: &Finding, rules: &[&'static Lint]) -> Json {
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push(&Shown::fixed(": "));
        message.push(help);
    }
    // Findings of `doctor` are not in the table of rules, which SARIF expresses as -1.
    let index = rules.iter().position(|rule| rule.id == finding.rule).and_then(|index| i64::try_from(index).ok());
    Json::object([
        ("ruleId", finding.rule.into()),
        ("ruleIndex", Json::from(index.unwrap_or(-1))),
        ("level", level(finding.severity).into()),
        ("message", text(message)),
        ("locations", Json::list([location(finding)])),
    ])
}

fn location(finding: &Finding) -> Json {
    let artifact = Json::object([("uri", FileName::shown(uri(finding.file.as_str())).into())]);
    let physical = match finding.line {
        Some((line, column)) => Json::object([
            ("artifactLocation", artifact),
            ("region", Json::object([("startLine", line.into()), ("startColumn", column.into())])),
        ]),
        None => Json::object([("artifactLocation", artifact)]),
    };
    let logical = Json::object([("fullyQualifiedName", (&finding.path).into())]);
    Json::object([("physicalLocation", physical), ("logicalLocations", Json::list([logical]))])
}

fn text(text: Shown) -> Json {
    Json::object([("text", text.into())])
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

/// A file name as a URI reference.
fn uri(name: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const ODD: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');
    utf8_percent_encode(name, ODD).to_string()
}
