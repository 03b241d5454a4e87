//! Findings for programs.

use crate::check::Finding;
use crate::document::{Edit, Value};
use crate::shown::{Json, Shown};

/// `{"findings":[…]}`, as the contract has it.
pub fn json(findings: &[Finding]) -> Json {
    Json::object([("findings", Json::list(findings.iter().map(one)))])
}

fn one(finding: &Finding) -> Json {
    Json::object([
        ("rule", finding.rule.into()),
        ("severity", finding.severity.name().into()),
        ("file", (&finding.file).into()),
        ("path", (&finding.path).into()),
        ("pointer", Shown::vouched(finding.pointer.to_string()).into()),
        ("line", finding.line.map(|(line, _)| line).into()),
        ("column", finding.line.map(|(_, column)| column).into()),
        ("message", (&finding.message).into()),
        ("help", finding.help.as_ref().into()),
        ("fix", finding.fix.as_ref().map(|edits| Json::list(edits.iter().map(edit))).into()),
    ])
}

/// An operation as a patch has it. The values in fixes are agepatch's own words.
pub(super) fn edit(edit: &Edit) -> Json {
    let path = |path: &crate::document::Pointer| Json::from(Shown::vouched(path.to_string()));
    let valued =
        |op: &'static str, at, value| Json::object([("op", op.into()), ("path", path(at)), ("value", plain(value))]);
    let moved =
        |op: &'static str, from, to| Json::object([("op", op.into()), ("from", path(from)), ("path", path(to))]);
    match edit {
        Edit::Add { path, value } => valued("add", path, value),
        Edit::Replace { path, value } => valued("replace", path, value),
        Edit::Test { path, value } => valued("test", path, value),
        Edit::Set { path, value } => valued("set", path, value),
        Edit::Append { path, value } => valued("append", path, value),
        Edit::Remove { path: at } => Json::object([("op", "remove".into()), ("path", path(at))]),
        Edit::Move { from, path } => moved("move", from, path),
        Edit::Copy { from, path } => moved("copy", from, path),
        Edit::Rename { path: at, to } => {
            Json::object([("op", "rename".into()), ("path", path(at)), ("value", Shown::vouched(to.clone()).into())])
        }
    }
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::String(text) => Shown::vouched(text.as_str()).into(),
        Value::List(items) => Json::list(items.iter().map(plain)),
        Value::Null | Value::Number(_) | Value::Map(_) => Json::NULL,
    }
}
