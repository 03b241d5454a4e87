//! `agepatch show`: prints the document with its secrets redacted.

use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::app::options::ReadOptions;
use crate::app::reading::ReadDocument;
use crate::document::{LineIndex, Path, Pointer, nearest};
use crate::error::{ErrorKind, Result};
use crate::redact::Redactor;
use crate::shown;
use crate::shown::{Digest, FileName, Json, Shown};
use clap::Args;

/// `show`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch show authelia-secrets
  agepatch show authelia-secrets 'identity_providers.oidc.clients[grafana]'
  agepatch show media-env --reveal
  agepatch show authelia-secrets --output json

Without --reveal, secrets are shown as `…`. A value is shown only if it is known
to be public, a comment never.")]
pub(crate) struct ShowArgs {
    /// The file: a path, a name in secrets.nix, `FILE#PATH`, or `-`.
    #[arg(add = complete::files())]
    pub(crate) file: String,
    /// The part to show.
    #[arg(add = complete::paths())]
    pub(crate) path: Option<String>,
    /// How the file is read.
    #[command(flatten)]
    pub(crate) read: ReadOptions,
}

crate::output! {
    #[schemars(title = "A document, redacted unless --reveal")]
    pub(crate) struct Output {
        file: Shown,
        #[schemars(extend("enum" = ["yaml", "json", "dotenv", "toml", "ini", "raw"]))]
        format: &'static str,
        /// `authelia`, or null where none is known
        schema: Option<&'static str>,
        /// SHA-256 of the ciphertext, for `--expect`; null for plaintext and for a file that is not there
        #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
        ciphertext_sha256: Option<Shown>,
        /// The document or the part asked for; secrets are null
        document: Json,
    }
}

/// Prints the document, or the part at a path, in its own layout.
pub(crate) fn run(args: &ShowArgs, context: &mut Context) -> Result<ExitCode> {
    let (reading, is_closed) = match ReadDocument::open(&args.file, &args.read, context) {
        Err(error)
            if matches!(error.kind(), ErrorKind::NoIdentity | ErrorKind::PassphraseNeeded)
                && !context.global.reveal
                && context.keys().is_ok() =>
        {
            let closed = ReadDocument::open_closed(&args.file, context).ok().flatten();
            let reading = closed.ok_or(error)?;
            let name = FileName::shown(reading.name.clone());
            context
                .out
                .note(&shown!("{}: no identity opens it, so encrypted values are shown as their types", name))?;
            (reading, true)
        }
        reading => (reading?, false),
    };
    let document = &reading.document;
    let pointer = match &args.path {
        Some(path) => Path::parse(path)?.resolve(document.value()).map_err(|error| reading.named(error))?,
        None => Pointer::root(),
    };
    let value =
        pointer.get(document.value()).ok_or_else(|| reading.named(nearest::missing(document.value(), &pointer)))?;
    let redactor = Redactor::new(reading.schema, context.global.reveal);
    if context.out.is_json() {
        context.out.json(&Output::of(&reading, redactor.json(&pointer, value)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let lines = lines_of(&reading, &pointer);
    if is_closed {
        context.out.result(&closed_lines(&reading, lines))?;
    } else if context.global.reveal {
        let text = String::from_utf8_lossy(document.bytes());
        let index = LineIndex::new(document.bytes());
        let whole = match lines {
            None => document.bytes(),
            Some((first, last)) => &document.bytes()[index.line(&text, first).start..index.line(&text, last).end],
        };
        context.out.revealed(whole)?;
        if lines.is_some() {
            context.out.revealed(b"\n")?;
        }
    } else {
        let shown = context.redacted(&reading.target, (document, reading.schema), lines, None);
        let shown = shown.map_err(|error| reading.named(error))?;
        context.out.redacted(&shown)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The lines of a file that is shown without a key; they contain no secrets.
#[expect(clippy::disallowed_methods, reason = "a file that is shown without a key has no plaintext of a secret")]
fn closed_lines(reading: &ReadDocument, lines: Option<(usize, usize)>) -> Shown {
    let text = String::from_utf8_lossy(reading.document.bytes());
    let (first, last) = lines.unwrap_or((1, usize::MAX));
    let lines = text.lines().skip(first - 1).take(last.saturating_sub(first).saturating_add(1));
    Shown::join(lines.map(Shown::public), "\n")
}

impl Output {
    /// The output for a file, with its content or a part of it.
    pub(super) fn of(reading: &ReadDocument, document: Json) -> Self {
        Self {
            file: FileName::shown(reading.name.clone()),
            format: reading.document.format().name(),
            schema: reading.schema.name(),
            ciphertext_sha256: reading.sha256.clone().map(Digest::shown),
            document,
        }
    }
}

/// The lines from the entry's key to the value's end; `None` for the complete document.
fn lines_of(reading: &ReadDocument, pointer: &Pointer) -> Option<(usize, usize)> {
    if pointer.is_root() {
        return None;
    }
    let text = std::str::from_utf8(reading.document.bytes()).ok()?;
    let place = reading.document.place(pointer)?;
    let index = LineIndex::new(text.as_bytes());
    let begin = place.key.as_ref().map_or(place.value.start, |key| key.start);
    let end = place.value.end.max(begin + 1) - usize::from(text[..place.value.end].ends_with('\n'));
    Some((index.line_column(text, begin).0, index.line_column(text, end).0))
}
