//! A client's new secret: made, put on both sides, shown once where that is asked for.

use crate::app::flow::{Creates, Draft, Job, Work};
use crate::authelia::digest;
use crate::container::Plaintext;
use crate::document::{Format, Text, Value};
use crate::error::Result;
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
