//! `client list` and `client show`.

use std::process::ExitCode;

use super::{find, id_of};
use crate::authelia::{clients, clients_at};
use crate::cli::ReadOptions;
use crate::command::Context;
use crate::command::reading::Reading;
use crate::document::Value;
use crate::error::Result;
use crate::redact::Redactor;
use crate::schema::{HIDDEN, Schema};
use crate::shown;
use crate::shown::{Json, Shown};

/// Lists the clients: id, name, kind, auth method, policy, and how many redirect URIs.
pub(super) fn list(file: &str, read: &ReadOptions, context: &Context) -> Result<ExitCode> {
    let reading = Reading::open_at_place(file, read, context)?;
    let root = reading.document.value();
    let redactor = Redactor::new(Schema::Authelia, context.global.reveal);
    if context.out.is_json() {
        let all = clients(root).iter().enumerate();
        let all = all.map(|(index, client)| redactor.json(&clients_at().child(index.to_string()), client));
        let file = Shown::vouched(reading.name.clone());
        context.out.json(&Json::object([("file", file.into()), ("clients", Json::list(all))]))?;
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
    context.out.listing(&table(&rows))?;
    Ok(ExitCode::SUCCESS)
}

/// These options are public by the schema.
fn row(client: &Value) -> [String; 6] {
    let text = |key: &str| client.get(key).and_then(Value::as_str).unwrap_or("-").to_owned();
    let public = client.get("public").and_then(Value::as_bool) == Some(true);
    let uris: Vec<&str> = client
        .get("redirect_uris")
        .and_then(Value::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let uris = match uris.as_slice() {
        [] => "-".to_owned(),
        [only] => (*only).to_owned(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    };
    let id = id_of(client).unwrap_or("-").to_owned();
    let kind = if public { "public" } else { "confidential" }.to_owned();
    [id, text("client_name"), kind, text("token_endpoint_auth_method"), text("authorization_policy"), uris]
}

/// Columns as wide as their widest entry.
pub(super) fn table<const N: usize>(rows: &[[String; N]]) -> Shown {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    Shown::join(&rows.iter().map(|row| Shown::vouched(line(row))).collect::<Vec<_>>(), "\n")
}

/// Shows one client, redacted.
pub(super) fn show(file: &str, id: &str, read: &ReadOptions, context: &mut Context) -> Result<ExitCode> {
    let reading = Reading::open_at_place(file, read, context)?;
    let (at, client) = find(reading.document.value(), id).map_err(|error| reading.named(error))?;
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
                true => Shown::vouched(key.text().to_owned()),
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
