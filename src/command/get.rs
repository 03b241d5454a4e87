//! `agepatch get`: prints one value.

use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::app::options::ReadOptions;
use crate::app::reading::ReadDocument;
use crate::document::{Path, nearest};
use crate::error::{Error, ErrorKind, Result};
use crate::redact::Redactor;
use crate::shown::KeyName;
use clap::Args;

/// `get`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch get app-env API_TOKEN --reveal
  agepatch get authelia-secrets 'identity_providers.oidc.clients[media].scopes'
  agepatch get authelia-secrets /identity_providers/oidc/clients/0/client_id

A scalar is printed as is, anything else as JSON. A secret needs --reveal.")]
pub(crate) struct GetArgs {
    /// The file: a path, a name in secrets.nix, `FILE#PATH`, or `-`.
    #[arg(add = complete::files())]
    pub(crate) file: String,
    /// The value's path.
    #[arg(add = complete::paths())]
    pub(crate) path: String,
    /// How the file is read.
    #[command(flatten)]
    pub(crate) read: ReadOptions,
}

/// The output: any JSON value, the one at the path.
#[derive(schemars::JsonSchema)]
#[schemars(transparent, title = "One value")]
#[expect(dead_code, reason = "only for the schema; the redactor creates the printed text")]
pub(crate) struct Output(crate::shown::Json);

/// Prints the value at the path: a scalar as it is (as JSON with `--output json`), anything else as JSON.
pub(crate) fn run(args: &GetArgs, context: &mut Context) -> Result<ExitCode> {
    let reading = ReadDocument::open_at_place(&args.file, &args.read, context)?;
    let named = |error: Error| reading.named(error);
    let document = &reading.document;
    let pointer = Path::parse(&args.path)?.resolve(document.value()).map_err(named)?;
    let missing = || named(nearest::missing(document.value(), &pointer));
    let value = pointer.get(document.value()).ok_or_else(missing)?;
    let redactor = Redactor::new(reading.schema, context.global.reveal);
    let shown = redactor.exact(&pointer, value).ok_or_else(|| {
        named(
            Error::new(ErrorKind::SecretNeedsReveal, "the value is or contains a secret")
                .at_path(KeyName::shown(&args.path)),
        )
        .hint("--reveal prints it")
    })?;
    if context.out.is_json() {
        context.out.json(&redactor.json(&pointer, value))?;
    } else {
        context.out.result(&shown)?;
    }
    Ok(ExitCode::SUCCESS)
}
