//! Generates a client's new secret, stores both sides, and shows it once if requested.

use crate::app::flow::{Creates, Draft, Job, Work};
use crate::authelia::digest;
use crate::container::Plaintext;
use crate::document::{Path, Text, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::patch::{self, Action, Patch, ValueSource};
use crate::shown::KeyName;
use crate::workspace::SecretPlace;

/// A new secret: in plain text, and in the form for `client_secret`.
pub(super) struct Fresh {
    pub(super) secret: Text,
    pub(super) registered: Text,
}

/// Generates a secret; `plain` if the method needs the secret itself.
pub(super) fn fresh(plain: bool) -> Result<Fresh> {
    of(patch::generate(patch::DEFAULT_LENGTH)?, plain)
}

/// A secret that is built into the application.
pub(super) fn of(secret: Text, plain: bool) -> Result<Fresh> {
    let registered =
        if plain { Text::new(format!("$plaintext${}", secret.as_str())) } else { digest::fresh(&secret, None)? };
    Ok(Fresh { secret, registered })
}

/// Stores the secret where the relying party reads it.
pub(super) fn delivery(place: &SecretPlace, secret: &Text) -> Job<'static> {
    let (path, secret) = (place.path.clone(), secret.clone());
    let work = Work::make(move |view, _| {
        if view.document.format().is_opaque() {
            return Ok(Draft::Content(Plaintext::new(secret.as_str().as_bytes().to_vec())));
        }
        let at = view.document.format().locate(&path, view.document.value(), Path::resolve_new)?;
        if view.schema.is_public(&at) {
            return Err(Error::new(ErrorKind::Usage, "the application's secret cannot be stored at a public option")
                .at_path(KeyName::shown(path))
                .hint("every output and commit message would show it; name a place that is secret: FILE#PATH"));
        }
        Ok(Draft::Patch(Patch::one(path, Action::Set(ValueSource::Given(Value::String(secret))))))
    });
    Job { file: place.file.clone(), work, creates: Creates::Value }
}
