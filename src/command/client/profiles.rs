//! `client profiles`: lists the known applications.

use std::process::ExitCode;

use super::list::table;
use crate::app::Context;
use crate::app::complete;
use crate::authelia::{application, clients_at};
use crate::document::Value;
use crate::error::Result;
use crate::output::changes;
use crate::redact::Redactor;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{Address, ClientName, Setting, Shown};
use clap::Args;

/// `client profiles`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client profiles
  agepatch client profiles media")]
pub(crate) struct ProfilesArgs {
    /// A part of the name; the full name shows the registration.
    #[arg(add = complete::profiles())]
    pub(crate) search: Option<String>,
}

crate::output! {
    #[schemars(title = "The applications whose registration is known")]
    pub(crate) struct Output {
        profiles: Vec<Known>,
    }
}

crate::output! {
    pub(crate) struct Known {
        profile: Shown,
        title: Shown,
        public: bool,
        token_endpoint_auth_method: Option<Shown>,
        scopes: Vec<Shown>,
    }
}

/// Lists the profiles whose name contains the search term.
pub(super) fn run(args: &ProfilesArgs, context: &Context) -> Result<ExitCode> {
    let search = args.search.as_deref().unwrap_or_default().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&search);
    let found: Vec<_> = application::all().iter().filter(|found| holds(&found.slug) || holds(&found.title)).collect();
    let exact = found.iter().find(|found| args.search.as_deref() == Some(found.slug.as_str()));
    if let (Some(exact), false) = (exact, context.out.is_json()) {
        return registration(exact, context).map(|()| ExitCode::SUCCESS);
    }
    if context.out.is_json() {
        let one = |found: &&application::Application| Known {
            profile: ClientName::shown(&found.slug),
            title: ClientName::shown(&found.title),
            public: found.is_public(),
            token_endpoint_auth_method: found.auth_method().map(Setting::shown),
            scopes: found.scopes().iter().map(Setting::shown).collect(),
        };
        context.out.json(&Output { profiles: found.iter().map(one).collect() })?;
    } else if found.is_empty() {
        let near = application::nearest(&search);
        let hint = match near.is_empty() {
            true => Shown::default(),
            false => shown!("; similar: {}", Shown::join(near.into_iter().map(ClientName::shown), ", ")),
        };
        context.out.result(&shown!("no known application has this name{}", hint))?;
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

/// Shows what `client add` would write for the application, with a placeholder for its address.
fn registration(application: &application::Application, context: &Context) -> Result<()> {
    let slug = &application.slug;
    let url = format!("https://{slug}.example.com");
    let policy = if application.is_its_own_user() { "one_factor" } else { "two_factor" };
    let uris = application.redirect_uris(&url);
    let entry = Value::Map(application.registration(&application.client_id, &url, &uris, policy));
    let redactor = Redactor::new(Schema::Authelia, false);
    let fields = changes::fields(&entry, &clients_at().child("0"), redactor, context.out.width().saturating_sub(2));
    let title = ClientName::shown(&application.title);
    let lines: Vec<Shown> = fields.into_iter().map(|line| shown!("  {}", line)).collect();
    context.out.result(&shown!("{}, at {}:\n{}", title, Address::shown(&url), Shown::join(&lines, "\n")))?;
    let secret = if application.is_public() { "" } else { " --secret-to FILE#PATH" };
    let slug = ClientName::shown(slug);
    context.out.note(&shown!("\n`agepatch client add --profile {} --url URL{}` registers it", slug, secret))
}
