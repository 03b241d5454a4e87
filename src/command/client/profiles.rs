//! `client profiles`: the applications whose registration is known.

use std::process::ExitCode;

use super::list::table;
use crate::app::Context;
use crate::authelia::application;
use crate::error::Result;
use crate::shown::{ClientName, Json, Sentence};
use clap::Args;

/// `client profiles`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client profiles
  agepatch client profiles media")]
pub(crate) struct ProfilesArgs {
    /// A part of the name.
    pub(crate) search: Option<String>,
}

/// Lists the profiles whose name contains the search term.
pub(super) fn run(args: &ProfilesArgs, context: &Context) -> Result<ExitCode> {
    let search = args.search.as_deref().unwrap_or_default().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&search);
    let found: Vec<_> = application::all().iter().filter(|found| holds(&found.slug) || holds(&found.title)).collect();
    if context.out.is_json() {
        let one = |found: &&application::Application| {
            let text = |text: &str| Json::from(ClientName::shown(text.to_owned()));
            Json::object([
                ("profile", text(&found.slug)),
                ("title", text(&found.title)),
                ("public", found.is_public().into()),
                ("token_endpoint_auth_method", found.auth_method().map_or(Json::NULL, text)),
                ("scopes", Json::list(found.scopes().iter().map(|scope| text(scope)))),
            ])
        };
        context.out.json(&Json::object([("profiles", Json::list(found.iter().map(one)))]))?;
    } else if found.is_empty() {
        let near = application::nearest(&search);
        let hint = if near.is_empty() { String::new() } else { format!("; there is {}", near.join(", ")) };
        context.out.result(&Sentence::shown(format!("no application of that name is known{hint}")))?;
    } else {
        let head = ["profile", "application", "auth method"].map(str::to_owned);
        let row = |found: &&application::Application| {
            let method = found.auth_method().unwrap_or("-");
            [found.slug.clone(), found.title.clone(), method.to_owned()]
        };
        let rows: Vec<_> = std::iter::once(head).chain(found.iter().map(row)).collect();
        context.out.listing(&table(&rows))?;
    }
    Ok(ExitCode::from(u8::from(found.is_empty())))
}
