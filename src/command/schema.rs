//! `agepatch schema`: the JSON Schema of what a command prints with `--output json`.

use std::process::ExitCode;

use serde_json::{Map, Value};

use crate::app::Context;
use crate::document::nearest;
use crate::error::{Error, Kind, Result};
use crate::shown;
use crate::shown::{CommandLine, Json, Sentence, Shown};
use clap::Args;

/// `schema`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch schema
  agepatch schema client list
  agepatch schema error
  agepatch schema --output json > schemas.json

`error` describes what every command prints on stderr when it fails.")]
pub(crate) struct SchemaArgs {
    /// The command [default: list all].
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

/// The files of `docs/schema`, by the name that their `$id` ends with.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../docs/schema/", $name, ".json")))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "blame",
    "change",
    "check",
    "client-list",
    "client-probe",
    "client-profiles",
    "client-show",
    "client-verify",
    "commit",
    "completions",
    "convert",
    "demo",
    "diagnose",
    "diff",
    "diff-patch",
    "doctor",
    "edit",
    "error",
    "explain",
    "get",
    "git-setup",
    "jj-setup",
    "log",
    "man",
    "merge-file",
    "patch",
    "recipients",
    "rekey",
    "rule",
    "schema",
    "show",
    "stanza",
    "status",
    "textconv",
    "trust",
    "trust-list",
];

/// What each command prints, by its words; `error` is what each prints when it fails.
pub(crate) const OUTPUTS: [(&str, &str); 44] = [
    ("error", "error"),
    ("status", "status"),
    ("show", "show"),
    ("get", "get"),
    ("set", "edit"),
    ("unset", "edit"),
    ("add", "edit"),
    ("remove", "edit"),
    ("apply", "edit"),
    ("write", "edit"),
    ("edit", "edit"),
    ("new", "edit"),
    ("restore", "edit"),
    ("diff", "diff"),
    ("diff --output json-patch", "diff-patch"),
    ("log", "log"),
    ("blame", "blame"),
    ("check", "check"),
    ("explain", "explain"),
    ("client list", "client-list"),
    ("client show", "client-show"),
    ("client add", "edit"),
    ("client set", "edit"),
    ("client remove", "edit"),
    ("client rotate", "edit"),
    ("client verify", "client-verify"),
    ("client probe", "client-probe"),
    ("client profiles", "client-profiles"),
    ("diagnose", "diagnose"),
    ("doctor", "doctor"),
    ("rekey", "rekey"),
    ("convert", "convert"),
    ("recipients", "recipients"),
    ("commit", "commit"),
    ("git setup", "git-setup"),
    ("jj setup", "jj-setup"),
    ("trust", "trust"),
    ("trust --list", "trust-list"),
    ("merge-file", "merge-file"),
    ("textconv", "textconv"),
    ("completions", "completions"),
    ("man", "man"),
    ("demo", "demo"),
    ("schema", "schema"),
];

/// How the schemas name each other.
const PREFIX: &str = "urn:agepatch:schema:";

/// Prints the schema of the command, else lists the commands that have one.
#[expect(clippy::disallowed_methods, reason = "the program's own schemas")]
pub(crate) fn run(args: &SchemaArgs, context: &mut Context) -> Result<ExitCode> {
    let wanted = args.command.join(" ");
    if !wanted.is_empty() {
        let schema = whole(find(&wanted)?)?;
        let text = serde_json::to_string_pretty(&schema).map_err(broken)?;
        context.out.result(&Shown::exact(text))?;
        return Ok(ExitCode::SUCCESS);
    }
    if context.out.is_json() {
        let all = OUTPUTS.iter().map(|(command, name)| Ok(((*command).to_owned(), whole(name)?)));
        context.out.json(&Json::public(Value::Object(all.collect::<Result<Map<_, _>>>()?)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let width = OUTPUTS.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    for (command, name) in OUTPUTS {
        let title = Sentence::shown(parsed(name)?["title"].as_str().unwrap_or_default());
        context.out.result(&shown!("{}  {}", CommandLine::shown(format!("{command:width$}")), title))?;
    }
    context.out.note(&Shown::fixed("\n`agepatch schema COMMAND` prints one, `agepatch schema --output json` all"))?;
    Ok(ExitCode::SUCCESS)
}

/// The schema of what the command prints with `--output json`.
///
/// # Errors
/// `usage`, if no command has this name.
#[cfg(feature = "mcp")]
pub(super) fn of_output(command: &str) -> Result<Value> {
    whole(find(command)?)
}

fn find(wanted: &str) -> Result<&'static str> {
    let spelled = |command: &str| command == wanted || command.replace(' ', "-") == wanted;
    let by_command = OUTPUTS.iter().find(|(command, _)| spelled(command)).map(|(_, name)| *name);
    let by_name = || FILES.iter().find(|(name, _)| *name == wanted).map(|(name, _)| *name);
    by_command.or_else(by_name).ok_or_else(|| {
        let error = Error::new(Kind::Usage, format!("there is no schema for `{wanted}`"));
        match nearest::name(OUTPUTS.iter().map(|(command, _)| *command), wanted) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("`agepatch schema` lists the commands that have one"),
        }
    })
}

/// The schema together with those that it names, so that it can be used alone (a compound document of JSON Schema).
fn whole(name: &str) -> Result<Value> {
    let mut schema = parsed(name)?;
    let mut needed = Vec::new();
    references(&schema, &mut needed);
    let mut definitions = Map::new();
    while let Some(name) = needed.pop() {
        if !definitions.contains_key(&name) {
            let definition = parsed(&name)?;
            references(&definition, &mut needed);
            definitions.insert(name, definition);
        }
    }
    if let (Value::Object(schema), false) = (&mut schema, definitions.is_empty()) {
        schema.insert("$defs".to_owned(), Value::Object(definitions));
    }
    Ok(schema)
}

fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix(PREFIX));
            found.extend(name.map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

fn parsed(name: &str) -> Result<Value> {
    let text = FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let text = text.ok_or_else(|| Error::new(Kind::Unsupported, format!("there is no schema `{name}`")))?;
    serde_json::from_str(text).map_err(broken)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn broken(error: serde_json::Error) -> Error {
    Error::new(Kind::Unsupported, format!("a schema is broken: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_whole_and_names_itself() {
        for (name, _) in FILES {
            let schema = whole(name).expect("its references are there");
            assert_eq!(schema["$id"], format!("{PREFIX}{name}"));
            jsonschema::draft202012::meta::validate(&schema).expect("it is a schema");
        }
    }

    #[test]
    fn every_file_is_known_and_every_output_has_one() {
        let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema")).expect("the folder");
        assert_eq!(folder.count(), FILES.len());
        assert!(OUTPUTS.iter().all(|(_, name)| FILES.iter().any(|(known, _)| known == name)));
    }
}
