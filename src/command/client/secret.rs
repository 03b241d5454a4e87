//! A client's secret: where its other half is, whether both agree, and a new one.

use std::process::ExitCode;

use super::{clients, find, id_of};
use crate::authelia::digest::{self, Fit};
use crate::cli::{EditOptions, ReadOptions};
use crate::command::Context;
use crate::command::flow::{self, Draft, Job, Work};
use crate::command::reading::Reading;
use crate::document::{Edit, Format, Path, Text, Value};
use crate::error::{Error, Kind, Result};
use crate::patch::{self, Action, Patch, ValueSource, locate};
use crate::shown;
use crate::shown::{Json, Shown};
use crate::workspace::SecretPlace;

/// Where the relying party reads its secret: as the command line says (`FILE#PATH`), else as agepatch.toml does.
///
/// # Errors
/// `usage`, where the argument names no path.
pub(super) fn place(argument: Option<&str>, client: &str, context: &Context) -> Result<Option<SecretPlace>> {
    if let Some(argument) = argument {
        let (file, path) =
            argument.split_once('#').filter(|(file, path)| !file.is_empty() && !path.is_empty()).ok_or_else(|| {
                Error::new(Kind::Usage, "where the secret stands is given as FILE#PATH")
                    .hint("for example: mediamanager-env.age#OIDC_CLIENT_SECRET; `.` is the whole of a raw file")
            })?;
        return Ok(Some(SecretPlace { file: file.to_owned(), path: path.to_owned() }));
    }
    Ok(context.workspace.config()?.relying_party(client).and_then(|party| party.secret.clone()))
}

/// The secret at a place; `None` where nothing stands there.
pub(crate) fn read(place: &SecretPlace, context: &Context) -> Result<Option<Text>> {
    let target = context.workspace.target(&place.file)?;
    let text = context.read(&target.path)?;
    let named = |error: Error| error.in_file(&target.display);
    let (document, _) = context.parse(&target, text.expose()).map_err(named)?;
    let pointer = locate(&place.path, document.format(), document.value(), Path::resolve_new).map_err(named)?;
    let found = pointer.get(document.value()).and_then(Value::scalar_text);
    // A file that is one secret usually ends its line, and those who read it cut that off.
    let raw = document.format() == Format::Raw;
    let found = found.map(|text| Text::new(if raw { text.trim_end_matches(['\r', '\n']) } else { &text }));
    Ok(found.filter(|text| !text.as_str().is_empty()))
}

/// What came of holding both halves of a client's secret together.
struct Verdict {
    client: String,
    place: Option<SecretPlace>,
    /// Why they do not agree, or cannot be compared; `None` where they do.
    fault: Option<String>,
    /// What to know nonetheless.
    note: Option<&'static str>,
}

/// Proves that both halves agree; exit 1 where they do not.
pub(super) fn verify(
    file: &str,
    id: Option<&str>,
    secret_from: Option<&str>,
    options: &ReadOptions,
    context: &Context,
) -> Result<ExitCode> {
    let reading = Reading::open(file, options, context)?;
    let root = reading.document.value();
    let known = |party: &&crate::workspace::RelyingParty| party.secret.is_some();
    let ids: Vec<String> = if let Some(id) = id {
        vec![id.to_owned()]
    } else {
        context.workspace.config()?.relying_parties.iter().filter(known).map(|party| party.client.clone()).collect()
    };
    if ids.is_empty() {
        return Err(Error::new(Kind::Usage, "agepatch.toml names no relying party whose secret could be verified")
            .hint("`agepatch client verify ID --secret-from FILE#PATH`, or a [[relying-party]] with `secret = { file, path }`"));
    }
    let verdicts: Vec<Verdict> = ids
        .into_iter()
        .map(|id| {
            let (_, client) = find(root, &id).map_err(|error| reading.named(error))?;
            let place = place(secret_from, &id, context)?;
            compare(id, client, place, context)
        })
        .collect::<Result<_>>()?;
    report(&verdicts, context)?;
    Ok(ExitCode::from(u8::from(verdicts.iter().any(|verdict| verdict.fault.is_some()))))
}

fn compare(id: String, client: &Value, place: Option<SecretPlace>, context: &Context) -> Result<Verdict> {
    let mut verdict = Verdict { client: id, place, fault: None, note: None };
    let fault = |text: &str| Some(text.to_owned());
    let Some(digest) = client.get("client_secret").and_then(Value::as_str) else {
        let public = client.get("public").and_then(Value::as_bool) == Some(true);
        verdict.note = public.then_some("the client is public and has no secret");
        verdict.fault = if public { None } else { fault("the registration has no `client_secret`") };
        return Ok(verdict);
    };
    let Some(place) = &verdict.place else {
        let error =
            Error::new(Kind::Usage, format!("where does the application `{}` read its secret?", verdict.client));
        return Err(error.hint("--secret-from FILE#PATH, or a [[relying-party]] in agepatch.toml"));
    };
    match read(place, context)? {
        None => verdict.fault = fault("nothing stands where the application reads its secret"),
        Some(secret) => match digest::fit(secret.as_str(), digest) {
            Ok(Fit::Yes) => {}
            Ok(Fit::Truncated) => {
                verdict.note = Some("bcrypt reads the first 72 bytes only; what comes behind them is not looked at");
            }
            Ok(Fit::No) if matches!(digest::fit(secret.as_str().trim(), digest), Ok(Fit::Yes)) => {
                verdict.fault = fault("the application's secret has white space around it");
            }
            Ok(Fit::No) if secret.as_str() == digest => {
                verdict.fault = fault("the application has the digest, where it needs the secret itself");
            }
            Ok(Fit::No) => verdict.fault = fault("the application's secret is not the one that was registered"),
            Err(error) => verdict.fault = Some(error.message().to_owned()),
        },
    }
    Ok(verdict)
}

fn report(verdicts: &[Verdict], context: &Context) -> Result<()> {
    let vouched = |text: &str| Shown::vouched(text.to_owned());
    if context.out.is_json() {
        let one = |verdict: &Verdict| {
            let place = verdict.place.as_ref();
            Json::object([
                ("client", vouched(&verdict.client).into()),
                ("file", place.map(|place| vouched(&place.file)).into()),
                ("path", place.map(|place| vouched(&place.path)).into()),
                ("matches", verdict.fault.is_none().into()),
                ("reason", verdict.fault.as_deref().or(verdict.note).map(vouched).into()),
            ])
        };
        return context.out.json(&Json::object([("clients", Json::list(verdicts.iter().map(one)))]));
    }
    for verdict in verdicts {
        let place =
            verdict.place.as_ref().map(|place| format!(" ({}, {})", place.file, place.path)).unwrap_or_default();
        let (client, place) = (vouched(&verdict.client), vouched(&place));
        let line = match (&verdict.fault, verdict.note) {
            (Some(fault), _) => {
                let next = "`agepatch client rotate` makes a new secret on both sides";
                shown!("{}: {}{}\n  {}", client, vouched(fault), place, Shown::fixed(next))
            }
            (None, Some(note)) => shown!("{}: {}{}", client, Shown::fixed(note), place),
            (None, None) => shown!("{}: both halves of the secret agree{}", client, place),
        };
        context.out.result(&line)?;
    }
    Ok(())
}

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
            return Ok(Draft::Content(crate::vault::Plaintext::new(secret.as_str().as_bytes().to_vec())));
        }
        Ok(Draft::Patch(Patch::one(path, Action::Set(ValueSource::Given(Value::String(secret))))))
    });
    Job { file: place.file.clone(), work, creates: true }
}

/// Makes a new secret: its registration here, the secret itself where the relying party reads it, all or none.
pub(super) fn rotate(
    file: &str,
    id: &str,
    secret_to: Option<&str>,
    options: &EditOptions,
    context: &mut Context,
) -> Result<ExitCode> {
    let place = place(secret_to, id, context)?;
    if place.is_none() && !context.global.reveal {
        return Err(Error::new(
            Kind::Usage,
            "the new secret would be lost: nobody knows where the application reads it",
        )
        .hint("--secret-to FILE#PATH, a [[relying-party]] in agepatch.toml, or --reveal to see it once"));
    }
    let plain = file != flow::FILTER && needs_plain(file, id, &options.read, context)?;
    let fresh = fresh(plain)?;
    let registered = fresh.registered.clone();
    let name = id.to_owned();
    let work = Work::make(move |view, _| {
        let (at, client) = find(view.document.value(), &name)?;
        if client.get("client_secret").is_none() {
            return Err(Error::new(Kind::Path, format!("the client `{name}` has no secret to rotate"))
                .at_path(&at)
                .hint("a public client needs none"));
        }
        Ok(Draft::Patch(Patch::from(vec![Edit::Replace {
            path: at.child("client_secret"),
            value: Value::String(registered),
        }])))
    });
    let registration = Job { file: file.to_owned(), work, creates: false };
    let jobs = std::iter::once(registration).chain(place.map(|place| delivery(&place, &fresh.secret))).collect();
    flow::run(jobs, options, context)?;
    reveal(&fresh, options, context)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a new secret, once, where that was asked for.
pub(super) fn reveal(fresh: &Fresh, options: &EditOptions, context: &Context) -> Result<()> {
    if context.global.reveal && !options.dry_run {
        context.out.revealed(fresh.secret.as_str().as_bytes())?;
        context.out.revealed(b"\n")?;
    }
    Ok(())
}

/// Whether Authelia must know the secret itself: to check signatures that are made with it.
fn needs_plain(file: &str, id: &str, read: &ReadOptions, context: &Context) -> Result<bool> {
    let reading = Reading::open(file, read, context)?;
    let client = clients(reading.document.value()).iter().find(|client| id_of(client) == Some(id));
    Ok(client.is_some_and(signs_with_secret))
}

/// Whether the client signs with its secret (`client_secret_jwt`, an HMAC algorithm).
pub(super) fn signs_with_secret(client: &Value) -> bool {
    let text = |key: &str| client.get(key).and_then(Value::as_str).unwrap_or_default();
    text("token_endpoint_auth_method") == "client_secret_jwt" || text("request_object_signing_alg").starts_with("HS")
}
