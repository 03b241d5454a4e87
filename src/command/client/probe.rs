//! `client probe`: asks the running Authelia about a client.

use std::process::ExitCode;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::find::find;
use super::halves::{self, compare, digest_of, nowhere, place};
use crate::app::Context;
use crate::app::addresses::authelia_urls;
use crate::app::complete;
use crate::app::options::ReadOptions;
use crate::app::reading::ReadDocument;
use crate::authelia::Registration;
use crate::authelia::probe::{self, Failure, Inquiry, ProbeOutcome, Trust};
use crate::document::{Text, Value};
use crate::error::{Error, Result};
use crate::input::{self, Limit};
use crate::shown;
use crate::shown::held_back::hold_back;
use crate::shown::{Address, ClientName, FileName, KeyName, Setting, Shown};
use clap::Args;
use std::path::PathBuf;
use url::Url;

/// `client probe`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client probe grafana --issuer https://auth.example.com
  agepatch client probe grafana --issuer https://auth.example.com \\
    --secret-to grafana-env.age#OIDC_SECRET

Exit 0 if Authelia accepts the client, 1 if not.")]
pub(crate) struct ProbeArgs {
    /// The `client_id`.
    #[arg(add = complete::client_ids())]
    pub(crate) id: String,
    /// The address of the running Authelia.
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: String,
    /// An additional certificate authority to trust, in PEM.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// Where the application reads the secret [default: from agepatch.toml].
    #[arg(long = "secret-to", alias = "secret-from", value_name = "FILE#PATH", add = complete::files())]
    pub(crate) secret_from: Option<String>,
    /// Seconds to wait for an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) timeout: u64,
    /// How the file is read.
    #[command(flatten)]
    pub(crate) read: ReadOptions,
}

crate::output! {
    #[schemars(title = "What the running Authelia says")]
    pub(crate) struct Output {
        issuer: Shown,
        reachable: bool,
        token_endpoint: Option<Shown>,
        accepted: bool,
        cause: Option<&'static str>,
        message: Shown,
    }
}

/// Asks, and prints the answer; exits with 1 if Authelia does not accept the client.
pub(super) fn run(file: &str, args: &ProbeArgs, context: &Context) -> Result<ExitCode> {
    let issuer = probe::issuer(&args.issuer)?;
    let trust = match &args.ca {
        None => Trust::default(),
        Some(path) => {
            let pem = input::read_named(path, Limit::Settings)
                .map_err(|error| Error::io("cannot read the certificate authority", &error));
            pem.and_then(|pem| Trust::from_pem(&pem)).map_err(|error| error.in_file(path.display()))?
        }
    };
    let reading = ReadDocument::open_at_place(file, &args.read, context)?;
    let (_, client) = find(reading.document.value(), &args.id).map_err(|error| reading.named(error))?;
    let registration = Registration(client);
    let method = registration.auth_method("token_endpoint_auth_method");
    probe::refuse_signing(method).map_err(|error| reading.named(error))?;
    let secret = if registration.is_public() { None } else { Some(secret(args, context)?) };
    // The issuer's answers may repeat the secret.
    if let Some(secret) = &secret {
        let text = secret.as_str();
        let encoded = url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        hold_back([text.to_owned(), encoded, STANDARD.encode(text)]);
    }
    let inquiry = Inquiry {
        issuer: &issuer,
        trust,
        timeout: Duration::from_secs(args.timeout),
        client: &args.id,
        secret: secret.as_ref(),
        method,
        redirect_uri: registration.written("redirect_uris").first().copied(),
    };
    let known = authelia_urls(&reading, context);
    let elsewhere = elsewhere(&issuer, &known);
    let mut answer = probe::probe(&inquiry);
    match (&mut answer.failure, elsewhere) {
        (Some(failure), Some(elsewhere)) if failure.is_about_the_address() => {
            failure.advice = shown!("{}: probe that address with --issuer", elsewhere);
        }
        (Some(failure), _) => hold_together(failure, client, secret.as_ref()),
        (None, Some(elsewhere)) => context.out.note(&shown!("note: {}", elsewhere))?,
        (None, None) => {}
    }
    report(&answer, &args.id, context)?;
    Ok(ExitCode::from(u8::from(answer.failure.is_some())))
}

/// Which address users log in at, if the configuration has some and this is none of them.
fn elsewhere(issuer: &Url, known: &[Url]) -> Option<Shown> {
    let written = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    if known.is_empty() || known.iter().any(|url| written(url) == written(issuer)) {
        return None;
    }
    let known = Shown::join(known.iter().map(|url| Address::shown(written(url))), " and ");
    let issuer = Address::shown(written(issuer));
    Some(shown!("{} is not an `authelia_url` of the configuration, which has {}", issuer, known))
}

/// The secret from where the relying party reads it.
fn secret(args: &ProbeArgs, context: &Context) -> Result<Text> {
    let place = place(args.secret_from.as_deref(), &args.id, context)?.ok_or_else(|| nowhere(&args.id))?;
    halves::read(&place, context)?.ok_or_else(|| {
        Error::new(crate::error::ErrorKind::Path, "there is no secret where the application reads it")
            .at_path(KeyName::shown(&place.path))
            .in_file(FileName::shown(&place.file))
            .hint(shown!(
                "`agepatch client rotate {}` generates a new secret on both sides",
                ClientName::shown(&args.id)
            ))
    })
}

/// If Authelia rejects the secret, comparing both sides in the files shows which one is wrong.
fn hold_together(failure: &mut Failure, client: &Value, secret: Option<&Text>) {
    if failure.cause != "client-secret" {
        return;
    }
    let Ok(Some(digest)) = digest_of(client) else { return };
    let Ok(outcome) = compare(secret, digest) else { return };
    let id = Registration(client).id().unwrap_or_default();
    failure.advice = match outcome.fault {
        Some(fault) => shown!(
            "in the files {}: `agepatch client rotate {}` generates a new secret on both sides; then deploy both",
            fault,
            ClientName::shown(id)
        ),
        None => Shown::fixed(
            "both halves agree in the files, so Authelia runs with an older configuration: deploy this one, then probe again",
        ),
    };
}

fn report(answer: &ProbeOutcome, client: &str, context: &Context) -> Result<()> {
    let outcome = match (&answer.accepted, &answer.failure) {
        (Some(method), None) => {
            shown!(
                "Authelia accepts `{}` and {}",
                ClientName::shown(client),
                match method.as_str() {
                    "none" => Shown::fixed("asks for no secret"),
                    method => shown!("its secret by `{}`", Setting::shown(method)),
                }
            )
        }
        (_, Some(failure)) => failure.message.clone(),
        (None, None) => Shown::default(),
    };
    if context.out.is_json() {
        let message = match &answer.failure {
            Some(failure) => shown!("{}; {}", outcome, failure.advice),
            None => outcome,
        };
        return context.out.json(&Output {
            issuer: Address::shown(&answer.issuer),
            reachable: answer.reachable,
            token_endpoint: answer.token_endpoint.as_deref().map(Address::shown),
            accepted: answer.failure.is_none(),
            cause: answer.failure.as_ref().map(|failure| failure.cause),
            message,
        });
    }
    let place = Address::shown(answer.token_endpoint.as_deref().unwrap_or(&answer.issuer));
    context.out.prose(&match &answer.failure {
        None => shown!("{}\n  asked: {}", outcome, place),
        Some(failure) => {
            shown!("{}: {}\n  asked: {}\n  what to do: {}", failure.cause, outcome, place, failure.advice)
        }
    })
}
