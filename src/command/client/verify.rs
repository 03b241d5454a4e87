//! `client verify`: verifies that both sides of a secret match.

use std::process::ExitCode;

use super::find::find;
use super::halves::{self, compare, contract, digest_of, nowhere, place};
use crate::app::Context;
use crate::app::complete;
use crate::app::options::ReadOptions;
use crate::app::reading::ReadDocument;
use crate::authelia::Registration;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{ClientName, FileName, KeyName, Shown};
use crate::workspace::SecretPlace;
use clap::Args;

/// The result for one client.
struct Verdict {
    client: String,
    place: Option<SecretPlace>,
    /// Whether the secret is what differs.
    secret_differs: bool,
    /// Whether they match; `None` if that cannot be determined.
    matches: Option<bool>,
    /// Why they do not match or cannot be compared, or a remark.
    reason: Option<Shown>,
}

/// `client verify`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client verify
  agepatch client verify grafana --secret-to grafana-env.age#OIDC_SECRET")]
pub(crate) struct VerifyArgs {
    /// Its `client_id` [default: every client of agepatch.toml].
    #[arg(add = complete::client_ids())]
    pub(crate) id: Option<String>,
    /// Where the application reads the secret [default: from agepatch.toml].
    #[arg(long = "secret-to", alias = "secret-from", value_name = "FILE#PATH", add = complete::files())]
    pub(crate) secret_from: Option<String>,
    /// How the file is read.
    #[command(flatten)]
    pub(crate) read: ReadOptions,
}

crate::output! {
    #[schemars(title = "Whether both halves of each secret agree")]
    pub(crate) struct Output {
        clients: Vec<Verified>,
    }
}

crate::output! {
    pub(crate) struct Verified {
        client: Shown,
        /// Where the application reads it
        file: Option<Shown>,
        path: Option<Shown>,
        /// null where it could not be determined
        matches: Option<bool>,
        /// Why not, or what to know
        reason: Option<Shown>,
    }
}

/// Verifies one client, or all in agepatch.toml. Exits with 1 if sides do not match, and with 3 if that cannot be
/// determined.
pub(super) fn run(file: &str, args: &VerifyArgs, context: &Context) -> Result<ExitCode> {
    let reading = ReadDocument::open_at_place(file, &args.read, context)?;
    let secret_from = args.secret_from.as_deref();
    if let Some(id) = &args.id {
        let verdict = verdict(id, secret_from, &reading, context)?;
        report(std::slice::from_ref(&verdict), context)?;
        return Ok(ExitCode::from(u8::from(verdict.matches == Some(false))));
    }
    if secret_from.is_some() {
        return Err(Error::new(ErrorKind::Usage, "which client does the secret belong to?")
            .hint("`agepatch client verify ID --secret-to FILE#PATH`"));
    }
    let parties = context.workspace.config()?.relying_parties.iter().filter(|party| party.secret.is_some());
    let ids: Vec<&str> = parties.map(|party| party.client.as_str()).collect();
    if ids.is_empty() {
        return Err(Error::new(
            ErrorKind::Usage,
            "agepatch.toml names no relying party whose secret could be verified",
        )
        .hint(
            "`agepatch client verify ID --secret-to FILE#PATH`, or a [[relying-party]] with `secret = { file, path }`",
        ));
    }
    // A problem with one client does not prevent the others from being verified.
    let one = |id: &&str| {
        verdict(id, None, &reading, context).unwrap_or_else(|error| Verdict {
            client: (*id).to_owned(),
            place: place(None, id, context).ok().flatten(),
            secret_differs: false,
            matches: None,
            reason: Some(shown!("not verified: {}", error)),
        })
    };
    let verdicts: Vec<Verdict> = ids.iter().map(one).collect();
    report(&verdicts, context)?;
    let any = |matches: Option<bool>| verdicts.iter().any(|verdict| verdict.matches == matches);
    Ok(ExitCode::from(if any(Some(false)) { 1 } else { u8::from(any(None)) * 3 }))
}

fn verdict(id: &str, secret_from: Option<&str>, reading: &ReadDocument, context: &Context) -> Result<Verdict> {
    let (_, client) = find(reading.document.value(), id).map_err(|error| reading.named(error))?;
    let place = place(secret_from, id, context)?;
    let (mut matches, reason) = match digest_of(client) {
        Err(fault) => (false, Some(fault)),
        Ok(None) => (true, Some("the client is public and has no secret")),
        Ok(Some(digest)) => {
            let place = place.as_ref().ok_or_else(|| nowhere(id))?;
            let secret = halves::read(place, context)?;
            let outcome = compare(secret.as_ref(), digest)?;
            (outcome.fault.is_none(), outcome.fault.or(outcome.note))
        }
    };
    let secret_differs = !matches;
    let mut reasons: Vec<Shown> = reason.map(Shown::fixed).into_iter().collect();
    // Addresses and method in agepatch.toml are part of the application's side, too.
    if let Some(party) = context.workspace.config()?.relying_party(id) {
        let disagreements = contract(party).disagreements(Registration(client));
        matches &= disagreements.is_empty();
        reasons.extend(disagreements.into_iter().map(|one| shown!("{}: {}", one.message, one.advice)));
    }
    Ok(Verdict {
        client: id.to_owned(),
        place,
        secret_differs,
        matches: Some(matches),
        reason: (!reasons.is_empty()).then(|| Shown::join(reasons, "; ")),
    })
}

fn report(verdicts: &[Verdict], context: &Context) -> Result<()> {
    if context.out.is_json() {
        let one = |verdict: &Verdict| {
            let place = verdict.place.as_ref();
            Verified {
                client: ClientName::shown(&verdict.client),
                file: place.map(|place| FileName::shown(&place.file)),
                path: place.map(|place| KeyName::shown(&place.path)),
                matches: verdict.matches,
                reason: verdict.reason.clone(),
            }
        };
        return context.out.json(&Output { clients: verdicts.iter().map(one).collect() });
    }
    for verdict in verdicts {
        let place =
            verdict.place.as_ref().map(|place| format!(" ({}, {})", place.file, place.path)).unwrap_or_default();
        let (client, place) = (ClientName::shown(&verdict.client), FileName::shown(&place));
        let outcome = verdict.reason.clone().unwrap_or(Shown::fixed("both halves of the secret agree"));
        let line = shown!("{}: {}{}", &client, outcome, place);
        context.out.prose(&match verdict.secret_differs {
            true => shown!("{}\n  `agepatch client rotate {}` generates a new secret on both sides", line, client),
            false => line,
        })?;
    }
    Ok(())
}
