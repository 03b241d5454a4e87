//! The relying parties in agepatch.toml, with the results of verifying their secrets.

use crate::app::Context;
use crate::authelia::{Contract, SecretHalf};
use crate::command::client::{compare, contract, digest_of, read, within};
use crate::document::Value;
use crate::error::Result;
use crate::shown;
use crate::shown::{FileName, KeyName, Shown};
use crate::workspace::RelyingParty;

/// The relying parties, with their secrets verified against the digests in `document`.
///
/// # Errors
/// `rules` if agepatch.toml cannot be read; `untrusted` if it names a secret outside the repository.
pub(super) fn all(document: &Value, context: &Context) -> Result<Vec<Contract>> {
    let parties = &context.workspace.config()?.relying_parties;
    let one = |party: &RelyingParty| {
        if let Some(place) = &party.secret {
            within(place, context)?;
        }
        Ok(Contract { secret: secret(party, document, context), ..contract(party) })
    };
    parties.iter().map(one).collect()
}

fn secret(party: &RelyingParty, document: &Value, context: &Context) -> SecretHalf {
    let Some(place) = &party.secret else { return SecretHalf::Unknown };
    let clients = crate::authelia::clients(document);
    let client = clients.iter().find(|client| client.get("client_id").and_then(Value::as_str) == Some(&party.client));
    let Some(client) = client else { return SecretHalf::Unknown };
    let digest = match digest_of(client) {
        Ok(Some(digest)) => digest,
        Ok(None) => {
            return SecretHalf::FitsWith(Shown::fixed("the client is public, and agepatch.toml names a secret for it"));
        }
        // If Authelia requires one, that is a separate finding.
        Err(_) => return SecretHalf::Unknown,
    };
    let outcome = read(place, context).and_then(|secret| compare(secret.as_ref(), digest));
    match outcome {
        Err(error) => SecretHalf::Unread(shown!("{}: {}", FileName::shown(&place.file), error)),
        Ok(outcome) => match (outcome.fault, outcome.note) {
            (Some(fault), _) => {
                let (file, path) = (FileName::shown(&place.file), KeyName::shown(&place.path));
                SecretHalf::Differs(shown!("{} ({}, {})", fault, file, path))
            }
            (None, Some(note)) => SecretHalf::FitsWith(Shown::fixed(note)),
            (None, None) => SecretHalf::Fits,
        },
    }
}
