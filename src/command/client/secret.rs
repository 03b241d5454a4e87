//! A client's new secret: made, put on both sides, shown once where that is asked for.

use std::process::ExitCode;

use super::find;
use super::halves::place;
use crate::authelia::Registration;
use crate::authelia::digest;
use crate::cli::{EditOptions, ReadOptions};
use crate::command::Context;
use crate::command::flow::{self, Creates, Draft, Job, Work};
use crate::command::reading::Reading;
use crate::container::Plaintext;
use crate::document::{Edit, Format, Pointer, Text, Value};
use crate::error::{Error, Kind, Result};
use crate::patch::{self, Action, Patch, ValueSource};
use crate::workspace::SecretPlace;

/// A new secret: as it is, and as it stands under `client_secret`.
pub(super) struct Fresh {
    pub(super) secret: Text,
    pub(super) registered: Text,
}

/// Makes a new secret; `plain` where the method needs the secret itself.
pub(super) fn fresh(plain: bool) -> Result<Fresh> {
    let secret = patch::generate(patch::DEFAULT_LENGTH)?;
    let registered =
        if plain { Text::new(format!("$plaintext${}", secret.as_str())) } else { digest::fresh(&secret, None)? };
    Ok(Fresh { secret, registered })
}

/// Puts the secret where the relying party reads it.
pub(super) fn delivery(place: &SecretPlace, secret: &Text) -> Job<'static> {
    let (path, secret) = (place.path.clone(), secret.clone());
    let work = Work::make(move |view, _| {
        if view.document.format() == Format::Raw {
            return Ok(Draft::Content(Plaintext::new(secret.as_str().as_bytes().to_vec())));
        }
        Ok(Draft::Patch(Patch::one(path, Action::Set(ValueSource::Given(Value::String(secret))))))
    });
    Job { file: place.file.clone(), work, creates: Creates::Value }
}

/// Makes a new secret: its registration here, the secret itself where the relying party reads it, all or none.
pub(super) fn rotate(
    file: &str,
    id: &str,
    secret_to: Option<&str>,
    options: &EditOptions,
    context: &mut Context,
) -> Result<ExitCode> {
    context.rehearse(options.dry_run);
    let plain = file != flow::FILTER && needs_plain(file, id, &options.read, context)?;
    let place = place(secret_to, id, context)?;
    if place.is_none() && !context.global.reveal {
        return Err(Error::new(
            Kind::Usage,
            "the new secret would be lost: nobody knows where the application reads it",
        )
        .hint("--secret-to FILE#PATH, a [[relying-party]] in agepatch.toml, or --reveal to see it once"));
    }
    let fresh = fresh(plain)?;
    let registered = fresh.registered.clone();
    let name = id.to_owned();
    let work = Work::make(move |view, _| {
        let (at, client) = find(view.document.value(), &name)?;
        refuse_public(&at, client)?;
        let path = at.child("client_secret");
        Ok(Draft::Patch(Patch::from(vec![Edit::Set { path, value: Value::String(registered) }])))
    });
    let registration = Job { file: file.to_owned(), work, creates: Creates::Nothing };
    let jobs = std::iter::once(registration).chain(place.map(|place| delivery(&place, &fresh.secret))).collect();
    flow::run_with_secret(jobs, &fresh.secret, options, context)?;
    Ok(ExitCode::SUCCESS)
}

/// A public client has no secret that could be made anew.
fn refuse_public(at: &Pointer, client: &Value) -> Result<()> {
    let registration = Registration(client);
    if !registration.is_public() {
        return Ok(());
    }
    let id = registration.id().unwrap_or_default();
    Err(Error::new(Kind::Path, format!("the client `{id}` is public: it has no secret to rotate"))
        .at_path(at)
        .hint("an application that can keep a secret is registered with `public: false`"))
}

/// Whether Authelia must know the secret itself: to check signatures that are made with it.
///
/// # Errors
/// `path`, where there is no such client, or it is public.
fn needs_plain(file: &str, id: &str, read: &ReadOptions, context: &Context) -> Result<bool> {
    let reading = Reading::open_at_place(file, read, context)?;
    let (at, client) = find(reading.document.value(), id).map_err(|error| reading.named(error))?;
    refuse_public(&at, client).map_err(|error| reading.named(error))?;
    Ok(signs_with_secret(client))
}

/// Whether the client signs with its secret (`client_secret_jwt`, an HMAC algorithm).
pub(super) fn signs_with_secret(client: &Value) -> bool {
    let text = |key: &str| client.get(key).and_then(Value::as_str).unwrap_or_default();
    text("token_endpoint_auth_method") == "client_secret_jwt" || text("request_object_signing_alg").starts_with("HS")
}
