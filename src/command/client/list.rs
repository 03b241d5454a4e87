//! `client list`: the clients of a file.

use std::process::ExitCode;

use super::find::id_of;
use crate::app::Context;
use crate::app::complete;
use crate::app::options::ReadOptions;
use crate::app::reading::ReadDocument;
use crate::authelia::{Registration, clients, clients_at};
use crate::document::Value;
use crate::error::Result;
use crate::redact::Redactor;
use crate::schema::Schema;
use crate::shown::{FileName, Json, Shown};
use clap::Args;

/// `client list`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client list
  agepatch client list --output json
  agepatch client list configuration.yml")]
pub(crate) struct ListArgs {
    /// The Authelia file, as --file.
    #[arg(value_name = "FILE", add = complete::files())]
    pub(crate) name: Option<String>,
    /// How the file is read.
    #[command(flatten)]
    pub(crate) read: ReadOptions,
}

crate::output! {
    #[schemars(title = "The clients of an Authelia file, secrets as null")]
    pub(crate) struct Output {
        file: Shown,
        #[schemars(with = "Vec<serde_json::Map<String, serde_json::Value>>")]
        clients: Vec<Json>,
    }
}

/// Lists the clients: id, name, kind, auth method, policy, and number of redirect URIs.
pub(super) fn run(file: &str, args: &ListArgs, context: &Context) -> Result<ExitCode> {
    let reading = ReadDocument::open_at_place(file, &args.read, context)?;
    let root = reading.document.value();
    let redactor = Redactor::new(Schema::Authelia, context.global.reveal);
    if context.out.is_json() {
        let all = clients(root).iter().enumerate();
        let all = all.map(|(index, client)| redactor.json(&clients_at().child(index.to_string()), client));
        let file = FileName::shown(reading.name.clone());
        context.out.json(&Output { file, clients: all.collect() })?;
        return Ok(ExitCode::SUCCESS);
    }
    if clients(root).is_empty() {
        context.out.result(&Shown::fixed("the file registers no clients"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = vec![["client_id", "name", "kind", "auth method", "policy", "redirect URIs"].map(str::to_owned)];
    for client in clients(root) {
        rows.push(row(client));
    }
    let beside = table(&rows);
    let width = context.out.terminal_width().unwrap_or(usize::MAX);
    match beside.as_str().lines().all(|line| line.chars().count() <= width) {
        true => context.out.result(&beside)?,
        false => context.out.listing(&below(&rows))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// These options are public in the schema.
fn row(client: &Value) -> [String; 6] {
    let text = |key: &str| client.get(key).and_then(Value::as_str).unwrap_or("-").to_owned();
    let public = client.get("public").and_then(Value::as_bool) == Some(true);
    let uris = Registration(client).written("redirect_uris");
    let uris = match uris.as_slice() {
        [] => "-".to_owned(),
        [only] => (*only).to_owned(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    };
    let id = id_of(client).unwrap_or("-").to_owned();
    let kind = if public { "public" } else { "confidential" }.to_owned();
    [id, text("client_name"), kind, text("token_endpoint_auth_method"), text("authorization_policy"), uris]
}

/// The clients with their redirect URIs on lines of their own, for a narrow terminal.
#[expect(clippy::disallowed_methods, reason = "redirect URIs are public by the schema")]
fn below(rows: &[[String; 6]]) -> Shown {
    let short: Vec<[String; 5]> = rows.iter().map(|row| std::array::from_fn(|column| row[column].clone())).collect();
    let uris = rows.iter().map(|row| Shown::public(format!("  {}", row[5])));
    Shown::join(lines(&short).into_iter().zip(uris).flat_map(|(line, uri)| [line, uri]), "\n")
}

/// Columns as wide as their widest entry.
pub(super) fn table<const N: usize>(rows: &[[String; N]]) -> Shown {
    Shown::join(lines(rows), "\n")
}

/// The lines of [`table`].
#[expect(clippy::disallowed_methods, reason = "the options of these columns are public by the schema")]
fn lines<const N: usize>(rows: &[[String; N]]) -> Vec<Shown> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(|row| Shown::public(line(row))).collect()
}
