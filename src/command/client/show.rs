//! `client show`: shows one client, redacted.

use std::process::ExitCode;

use super::find::find;
use crate::app::Context;
use crate::app::complete;
use crate::app::options::ReadOptions;
use crate::app::reading::ReadDocument;
use crate::document::Value;
use crate::error::Result;
use crate::redact::Redactor;
use crate::schema::{HIDDEN, Schema};
use crate::shown;
use crate::shown::{KeyName, Shown};
use clap::Args;

/// `client show`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client show grafana")]
pub(crate) struct ShowArgs {
    /// Its `client_id`.
    #[arg(add = complete::client_ids())]
    pub(crate) id: String,
    /// How the file is read.
    #[command(flatten)]
    pub(crate) read: ReadOptions,
}

/// What is printed: the client itself.
#[derive(schemars::JsonSchema)]
#[schemars(transparent, title = "One client, secrets as null")]
#[expect(dead_code, reason = "only for the schema; the redactor creates the printed text")]
pub(crate) struct Output(serde_json::Map<String, serde_json::Value>);

/// Shows one client, redacted.
pub(super) fn run(file: &str, args: &ShowArgs, context: &mut Context) -> Result<ExitCode> {
    let reading = ReadDocument::open_at_place(file, &args.read, context)?;
    let (at, client) = find(reading.document.value(), &args.id).map_err(|error| reading.named(error))?;
    let redactor = Redactor::new(Schema::Authelia, context.global.reveal);
    if context.out.is_json() {
        context.out.json(&redactor.json(&at, client))?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Value::Map(map) = client {
        for (key, value) in map.iter() {
            let map_at = at.clone();
            let at = at.child(key.text());
            let key = match context.global.reveal || Schema::Authelia.shows_key(&map_at, key.text()) {
                true => KeyName::shown(key.text().to_owned()),
                false => Shown::fixed(HIDDEN),
            };
            match value {
                Value::List(items) if !items.is_empty() => {
                    context.out.result(&shown!("{}:", key))?;
                    for (index, item) in items.iter().enumerate() {
                        let item = redactor.text(&at.child(index.to_string()), item);
                        context.out.result(&shown!("  - {}", item.unwrap_or(Shown::fixed("(secret)"))))?;
                    }
                }
                value => {
                    let value = redactor.text(&at, value).unwrap_or(Shown::fixed("(secret)"));
                    context.out.result(&shown!("{}: {}", key, value))?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
