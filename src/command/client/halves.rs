//! The two sides of a client's secret: the digest in Authelia's file, and the secret where the application reads it.

use super::find::find;
use crate::app::Context;
use crate::authelia::Contract;
use crate::authelia::digest::{self, Fit};
use crate::document::{Format, Path, Text, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::ClientName;
use crate::workspace::{OutsideSetting, RelyingParty, SecretPlace, document_and_path};

/// The place of the relying party's secret: from the command line (`FILE#PATH`, or the FILE that is the secret), or else
/// from agepatch.toml.
///
/// # Errors
/// `usage` if the argument has no path and is not such a file; `untrusted` if agepatch.toml names a file outside the
/// repository.
pub(super) fn place(argument: Option<&str>, client: &str, context: &Context) -> Result<Option<SecretPlace>> {
    if let Some(argument) = argument {
        let (file, path) = match document_and_path(argument) {
            Some(place) => place,
            None if is_one_value(argument, context)? => (argument, "."),
            None => {
                return Err(Error::new(ErrorKind::Usage, "expected FILE#PATH, the place of the secret")
                    .hint("for example: grafana-env.age#OIDC_CLIENT_SECRET; FILE alone if it contains nothing else"));
            }
        };
        return Ok(Some(SecretPlace { file: full_name(file, context), path: path.to_owned() }));
    }
    let secret = context.workspace.config()?.relying_party(client).and_then(|party| party.secret.clone());
    let secret = secret.filter(|place| !place.file.is_empty());
    if let Some(place) = &secret {
        within(place, context)?;
    }
    Ok(secret)
}

/// Whether it names a file that is a single value, or would be one if it were created.
fn is_one_value(file: &str, context: &Context) -> Result<bool> {
    let target = match context.target(file) {
        Ok(target) => target,
        Err(error) if matches!(error.kind(), ErrorKind::Io | ErrorKind::NoRecipient) => return Ok(false),
        Err(error) => return Err(error),
    };
    if !target.path.exists() {
        return Ok(Format::of_name(&target.document_name()).is_none_or(Format::is_opaque));
    }
    let text = context.read(&target)?;
    let (document, _) = context.parse_guessed(&target, text.expose()).map_err(|error| error.in_file(&target))?;
    Ok(document.format().is_opaque())
}

/// The name of a file in the rules, which is valid in every folder; or else as it was given.
fn full_name(file: &str, context: &Context) -> String {
    let known = context.workspace.existing(file).filter(|target| !target.is_value());
    known.and_then(|target| context.workspace.rule_for(&target.path)).unwrap_or_else(|| file.to_owned())
}

/// Fails without consent for a place outside the repository that agepatch.toml names.
///
/// # Errors
/// `untrusted`.
pub(crate) fn within(place: &SecretPlace, context: &Context) -> Result<()> {
    let Some(target) = context.workspace.existing(&place.file) else { return Ok(()) };
    if !context.workspace.is_outside(&target.path) {
        return Ok(());
    }
    let reach = OutsideSetting::path("secret.file", &target.path);
    if context.workspace.stays_within() {
        return Err(Error::new(
            ErrorKind::Untrusted,
            "a dry run does not read what agepatch.toml names outside the repository",
        )
        .in_file(&target));
    }
    context.workspace.consent(&reach)
}

/// The error for an unknown place.
pub(super) fn nowhere(client: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        shown!("agepatch does not know where the application `{}` reads its secret", ClientName::shown(client)),
    )
    .hint("pass --secret-to FILE#PATH, or name it under [[relying-party]] in agepatch.toml: `secret = { file, path }`")
}

/// The secret at a place; `None` if the place is empty.
///
/// # Errors
/// Errors from finding, opening, or parsing the file.
pub(crate) fn read(place: &SecretPlace, context: &Context) -> Result<Option<Text>> {
    let target = context.file(&place.file)?;
    let text = context.read(&target)?;
    let named = |error: Error| error.in_file(&target);
    let (document, _) = context.parse_guessed(&target, text.expose()).map_err(named)?;
    let pointer = document.format().locate(&place.path, document.value(), Path::resolve_new).map_err(named)?;
    let found = pointer.get(document.value()).and_then(Value::scalar_text);
    // A raw secret usually ends with a line end, which applications remove.
    let raw = document.format().is_opaque();
    let found = found.map(|text| Text::new(if raw { text.trim_end_matches(['\r', '\n']) } else { &text }));
    Ok(found.filter(|text| !text.as_str().is_empty()))
}

/// The relying party's addresses and method.
pub(crate) fn contract(party: &RelyingParty) -> Contract {
    Contract {
        client: party.client.clone(),
        url: party.url.clone(),
        redirect_paths: party.redirect_paths.clone(),
        auth_method: party.token_endpoint_auth_method.clone(),
        ..Contract::default()
    }
}

/// The result of comparing both sides.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// Why they do not match; `None` if they do.
    pub(crate) fault: Option<&'static str>,
    pub(crate) note: Option<&'static str>,
}

impl Comparison {
    fn fault(fault: &'static str) -> Self {
        Self { fault: Some(fault), note: None }
    }
}

/// The digest of a client; `None` if it has none and needs none.
///
/// # Errors
/// Why it should have one.
pub(crate) fn digest_of(client: &Value) -> std::result::Result<Option<&str>, &'static str> {
    match client.get("client_secret").and_then(Value::as_str) {
        Some(digest) => Ok(Some(digest)),
        None if client.get("public").and_then(Value::as_bool) == Some(true) => Ok(None),
        None => Err("the registration has no `client_secret`"),
    }
}

/// Verifies a secret against the registered digest.
///
/// # Errors
/// If the digest cannot be computed, with the reason.
pub(crate) fn compare(secret: Option<&Text>, digest: &str) -> Result<Comparison> {
    let Some(secret) = secret else {
        return Ok(Comparison::fault("there is no secret where the application reads it"));
    };
    Ok(match digest::fit(secret.as_str(), digest)? {
        Fit::Yes => Comparison::default(),
        Fit::Truncated => {
            Comparison { fault: None, note: Some("bcrypt reads only the first 72 bytes; the rest is ignored") }
        }
        Fit::No if secret.as_str() == digest => {
            Comparison::fault("the application has the digest instead of the secret itself")
        }
        Fit::No if fits_trimmed(secret.as_str(), digest) => {
            Comparison::fault("the application's secret has white space around it")
        }
        Fit::No => Comparison::fault("the application's secret is not the one that was registered"),
    })
}

/// Whether the secret would match without surrounding white space. Digests are costly, so this is tried only if there
/// is any.
fn fits_trimmed(secret: &str, digest: &str) -> bool {
    let trimmed = secret.trim();
    trimmed != secret && matches!(digest::fit(trimmed, digest), Ok(Fit::Yes | Fit::Truncated))
}

/// Both sides of one client, if agepatch.toml contains the place of the secret.
pub(crate) struct Halves {
    pub(crate) client: String,
    /// Where the application reads its secret.
    pub(crate) place: SecretPlace,
    /// Why they do not match; `None` if they do.
    pub(crate) fault: Option<&'static str>,
}

/// Compares both sides of those clients for which both can be read.
pub(crate) fn halves(ids: &[String], document: &Value, context: &Context) -> Vec<Halves> {
    let one = |id: &String| {
        let place = place(None, id, context).ok()??;
        let (_, client) = find(document, id).ok()?;
        let digest = digest_of(client).ok()??;
        let outcome = compare(read(&place, context).ok()?.as_ref(), digest).ok()?;
        Some(Halves { client: id.clone(), place, fault: outcome.fault })
    };
    ids.iter().filter_map(one).collect()
}
