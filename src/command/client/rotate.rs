//! `client rotate`: generates a secret for both sides.

use std::process::ExitCode;

use super::find::find;
use super::halves::place;
use super::handover::Handover;
use super::secret;
use crate::app::Context;
use crate::app::complete;
use crate::app::flow::{self, Creates, Draft, Job, Work};
use crate::app::options::{EditOptions, ReadOptions};
use crate::app::reading::ReadDocument;
use crate::authelia::Registration;
use crate::document::{Edit, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::patch::Patch;
use crate::shown;
use crate::shown::ClientName;
use clap::Args;

/// `client rotate`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client rotate grafana --commit
  agepatch client rotate grafana --secret-to grafana-env.age#OIDC_SECRET")]
pub(crate) struct RotateArgs {
    /// Its `client_id`.
    #[arg(add = complete::client_ids())]
    pub(crate) id: String,
    /// Where the application reads the secret [default: from agepatch.toml].
    #[arg(long, value_name = "FILE#PATH", add = complete::files())]
    pub(crate) secret_to: Option<String>,
    /// Save the application's side in agepatch.toml.
    #[arg(long)]
    pub(crate) save: bool,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Generates a secret, and atomically writes its digest here and the secret where the application reads it.
pub(super) fn run(file: &str, args: &RotateArgs, context: &mut Context) -> Result<ExitCode> {
    let (id, options) = (args.id.as_str(), &args.options);
    context.rehearse(options.dry_run);
    let client = if file == flow::FILTER { None } else { Some(client(file, id, &options.read, context)?) };
    let plain = client.as_ref().is_some_and(signs_with_secret);
    let place = place(args.secret_to.as_deref(), id, context)?;
    if place.is_none() && !context.global.reveal {
        return Err(Error::new(ErrorKind::Usage, "no destination for the new secret")
            .hint("pass --secret-to FILE#PATH, name it under [[relying-party]] in agepatch.toml, or pass --reveal to see it once"));
    }
    let fresh = secret::fresh(plain)?;
    let registered = fresh.registered.clone();
    let name = id.to_owned();
    let work = Work::make(move |view, _| {
        let (at, client) = find(view.document.value(), &name)?;
        refuse_public(&at, client)?;
        let path = at.child("client_secret");
        Ok(Draft::Patch(Patch::from(vec![Edit::Set { path, value: Value::String(registered) }])))
    });
    let registration = Job { file: file.to_owned(), work, creates: Creates::Nothing };
    let handover = client.map(|client| Handover::of(&client, None, place.as_ref()));
    let delivery = place.map(|place| secret::delivery(&place, &fresh.secret));
    let jobs = std::iter::once(registration).chain(delivery).collect();
    let edit = |context: &mut Context| flow::run_with_secret(jobs, &fresh.secret, options, context);
    match handover {
        Some(handover) => {
            handover.saved_before(args.save, options, context, edit)?;
            handover.finish(args.save, options, context)?;
        }
        None => edit(context)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A public client has no secret to replace.
fn refuse_public(at: &Pointer, client: &Value) -> Result<()> {
    let registration = Registration(client);
    if !registration.is_public() {
        return Ok(());
    }
    let id = registration.id().unwrap_or_default();
    Err(Error::new(
        ErrorKind::Path,
        shown!("the client `{}` is public: it has no secret to rotate", ClientName::shown(id)),
    )
    .at_path(at)
    .hint("an application that can keep a secret is registered with `public: false`"))
}

/// The client's entry.
///
/// # Errors
/// `path` if there is no such client, or it is public.
fn client(file: &str, id: &str, read: &ReadOptions, context: &Context) -> Result<Value> {
    let reading = ReadDocument::open_at_place(file, read, context)?;
    let (at, client) = find(reading.document.value(), id).map_err(|error| reading.named(error))?;
    refuse_public(&at, client).map_err(|error| reading.named(error))?;
    Ok(client.clone())
}

/// Whether the client signs with its secret (`client_secret_jwt`, an HMAC algorithm).
pub(super) fn signs_with_secret(client: &Value) -> bool {
    let text = |key: &str| client.get(key).and_then(Value::as_str).unwrap_or_default();
    text("token_endpoint_auth_method") == "client_secret_jwt" || text("request_object_signing_alg").starts_with("HS")
}
