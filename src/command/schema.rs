//! `agepatch schema`: prints the JSON Schema of a command's `--output json`.

use std::process::ExitCode;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{
    blame, client, commit, completions, convert, demo, diagnose, diff, doctor, explain, get, git, jj, log, man,
    merge_file, recipients, rekey, show, status, textconv, trust,
};
use crate::app::access;
use crate::app::flow::report;
use crate::output::{self, findings};

use crate::app::Context;
use crate::app::complete;
use crate::document::nearest;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{CommandLine, DataError, Json, Shown};
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
    #[arg(value_name = "COMMAND", add = complete::one_of(commands))]
    pub(crate) command: Vec<String>,
}

/// The commands whose schema can be printed, by their first word.
fn commands() -> Vec<String> {
    OUTPUTS.iter().filter_map(|(command, _)| command.split(' ').next()).map(str::to_owned).collect()
}

/// The schema of each command's output, by the words of the command; `error` is printed when any command fails.
pub(crate) const OUTPUTS: &[(&str, &str)] = &[
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
    #[cfg(feature = "probe")]
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

/// Derives the schema of a type.
type Derive = fn() -> Schema;

/// The types of the outputs, by the names of their schemas: those of commands, and shared parts.
const TYPES: &[(&str, Derive)] = &[
    ("error", of::<output::ErrorOutput>),
    ("status", of::<status::Output>),
    ("show", of::<show::Output>),
    ("get", of::<get::Output>),
    ("edit", of::<report::Output>),
    ("diff", of::<diff::print::Output>),
    ("diff-patch", of::<diff::print::Patches>),
    ("log", of::<log::Output>),
    ("blame", of::<blame::Output>),
    ("check", of::<findings::Findings>),
    ("explain", of::<explain::Output>),
    ("client-list", of::<client::list::Output>),
    ("client-show", of::<client::show::Output>),
    ("client-verify", of::<client::verify::Output>),
    #[cfg(feature = "probe")]
    ("client-probe", of::<client::probe::Output>),
    ("client-profiles", of::<client::profiles::Output>),
    ("diagnose", of::<diagnose::print::Output>),
    ("doctor", of::<doctor::Output>),
    ("rekey", of::<rekey::Output>),
    ("recipients", of::<recipients::Output>),
    ("commit", of::<commit::Output>),
    ("git-setup", of::<git::setup::Output>),
    ("trust", of::<trust::Output>),
    ("trust-list", of::<trust::List>),
    ("merge-file", of::<merge_file::report::Output>),
    ("textconv", of::<textconv::Output>),
    ("completions", of::<completions::Output>),
    ("man", of::<man::Output>),
    ("convert", of::<convert::Output>),
    ("jj-setup", of::<jj::setup::Output>),
    ("demo", of::<demo::Output>),
    ("schema", of::<Schemas>),
    ("change", of::<report::ChangeOutput>),
    ("patch", of::<findings::PatchOutput>),
    ("rule", of::<explain::RuleOutput>),
    ("stanza", of::<access::Stanza>),
];

/// The prefix of references between schemas.
const PREFIX: &str = "urn:agepatch:schema:";

/// Prints the schema of the command, or lists the commands that have one.
#[expect(clippy::disallowed_methods, reason = "the program's own schemas")]
pub(crate) fn run(args: &SchemaArgs, context: &mut Context) -> Result<ExitCode> {
    let wanted = args.command.join(" ");
    if !wanted.is_empty() {
        let schema = named(find(&wanted)?)?;
        let text = serde_json::to_string_pretty(&schema).map_err(broken)?;
        context.out.result(&Shown::exact(text))?;
        return Ok(ExitCode::SUCCESS);
    }
    if context.out.is_json() {
        let all = OUTPUTS.iter().map(|(command, name)| Ok(((*command).to_owned(), named(name)?)));
        context.out.json(&Json::public(Value::Object(all.collect::<Result<Map<_, _>>>()?)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let width = OUTPUTS.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    for (command, name) in OUTPUTS {
        let title = CommandLine::shown(named(name)?["title"].as_str().unwrap_or_default());
        context.out.result(&shown!("{}  {}", CommandLine::shown(format!("{command:width$}")), title))?;
    }
    context.out.note(&Shown::fixed("\n`agepatch schema COMMAND` prints one, `agepatch schema --output json` all"))?;
    Ok(ExitCode::SUCCESS)
}

/// The schema of the command's `--output json`.
///
/// # Errors
/// `usage` for an unknown command.
#[cfg(feature = "mcp")]
pub(super) fn of_output(command: &str) -> Result<Value> {
    named(find(command)?)
}

fn find(wanted: &str) -> Result<&'static str> {
    let spelled = |command: &str| command == wanted || command.replace(' ', "-") == wanted;
    let by_command = OUTPUTS.iter().find(|(command, _)| spelled(command)).map(|(_, name)| *name);
    let by_name = || TYPES.iter().find(|(name, _)| *name == wanted).map(|(name, _)| *name);
    by_command.or_else(by_name).ok_or_else(|| {
        let error = Error::new(ErrorKind::Usage, shown!("there is no schema for `{}`", CommandLine::shown(wanted)));
        match nearest::name(OUTPUTS.iter().map(|(command, _)| *command), wanted) {
            Some(near) => error.hint(shown!("did you mean `{}`?", CommandLine::shown(near))),
            None => error.hint("`agepatch schema` lists the commands that have one"),
        }
    })
}

/// The schema of this name.
fn named(name: &str) -> Result<Value> {
    let found = TYPES.iter().find(|(known, _)| *known == name);
    let (name, schema) = found.ok_or_else(|| {
        Error::new(ErrorKind::Unsupported, shown!("there is no schema `{}`", CommandLine::shown(name)))
    })?;
    let mut derived = schema().to_value();
    plain(&mut derived);
    let mut members = Map::new();
    members.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    members.insert("$id".to_owned(), format!("{PREFIX}{name}").into());
    if let Value::Object(derived) = derived {
        members.extend(derived.into_iter().filter(|(member, _)| member != "$schema"));
    }
    Ok(Value::Object(members))
}

/// The schema of a serialized type.
fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// Removes the names of Rust's integer types, which are useless to others.
fn plain(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("format").is_some_and(Value::is_string) {
                members.shift_remove("format");
            }
            members.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        _ => {}
    }
}

/// The output of `agepatch schema --output json`: the schemas, by command.
struct Schemas;

impl JsonSchema for Schemas {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Schemas".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "The schemas, by command",
            "type": "object",
            "additionalProperties": { "type": "object", "required": ["$schema", "$id", "title"] }
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn broken(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Unsupported, shown!("a schema is broken: {}", DataError::shown(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_names_itself_and_has_a_title() {
        for (name, _) in TYPES {
            let schema = named(name).expect("it is derived");
            assert_eq!(schema["$id"], format!("{PREFIX}{name}"));
            jsonschema::draft202012::meta::validate(&schema).expect("it is a schema");
        }
        assert!(OUTPUTS.iter().all(|(_, name)| TYPES.iter().any(|(known, _)| known == name)));
    }
}
