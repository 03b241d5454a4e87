//! `agepatch client`: the OIDC clients of an Authelia file, by `client_id`.

mod add;
mod edit;
mod halves;
mod list;
mod probe;
mod profiles;
mod secret;
mod verify;

use std::process::ExitCode;

use super::Context;
use super::reading::authelia_file;
use crate::authelia::{clients, clients_at};
use crate::cli::{ClientArgs, ClientCommand};
use crate::document::{Pointer, Value};
use crate::error::{Error, Kind, Result};

pub(super) use halves::{Halves, compare, contract, digest_of, halves, read, within};

/// Runs the command below `client`.
pub(crate) fn run(args: &ClientArgs, context: &mut Context) -> Result<ExitCode> {
    let file = |context: &Context| authelia_file(args.file.as_deref(), context);
    match &args.command {
        ClientCommand::List { name, read } => {
            let file = authelia_file(name.as_deref().or(args.file.as_deref()), context)?;
            list::list(&file, read, context)
        }
        ClientCommand::Show { id, read } => list::show(&file(context)?, id, read, context),
        ClientCommand::Add(add) => add::run(&file(context)?, add, context),
        ClientCommand::Set { id, assignments, options } => {
            edit::set(&file(context)?, id, assignments, options, context)
        }
        ClientCommand::Remove { id, options } => edit::remove(&file(context)?, id, options, context),
        ClientCommand::Rotate { id, secret_to, options } => {
            secret::rotate(&file(context)?, id, secret_to.as_deref(), options, context)
        }
        ClientCommand::Verify { id, secret_from, read } => {
            verify::run(&file(context)?, id.as_deref(), secret_from.as_deref(), read, context)
        }
        ClientCommand::Probe(probe) => probe::run(&file(context)?, probe, context),
        ClientCommand::Profiles { search } => profiles::run(search.as_deref(), context),
    }
}

/// A client's `client_id`.
pub(super) fn id_of(client: &Value) -> Option<&str> {
    client.get("client_id").and_then(Value::as_str)
}

/// The client of this id, and where it stands.
///
/// # Errors
/// `path`, where there is none; the nearest ids are suggested. `ambiguous`, where there are several.
pub(super) fn find<'v>(document: &'v Value, id: &str) -> Result<(Pointer, &'v Value)> {
    let all = clients(document);
    let mut found = all.iter().enumerate().filter(|(_, client)| id_of(client) == Some(id));
    let Some((index, client)) = found.next() else {
        let known: Vec<&str> = all.iter().filter_map(id_of).collect();
        let error = Error::new(Kind::Path, format!("there is no client `{id}`"));
        let near = known.iter().filter(|known| strsim::jaro_winkler(id, known) > 0.7).copied().collect::<Vec<_>>();
        return Err(match (near.as_slice(), known.as_slice()) {
            (_, []) => error.hint("the file registers no clients under identity_providers.oidc.clients"),
            ([], known) => error.hint(format!("there are {}", known.join(", "))),
            (near, _) => error.hint(format!("did you mean {}?", near.join(" or "))),
        });
    };
    if found.next().is_some() {
        return Err(Error::new(Kind::Ambiguous, format!("several clients have the id `{id}`"))
            .hint("`agepatch check` names them; give each its own"));
    }
    Ok((clients_at().child(index.to_string()), client))
}
