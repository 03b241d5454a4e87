//! `agepatch get`: prints one value.

use std::process::ExitCode;

use super::Context;
use super::reading::Reading;
use crate::cli::GetArgs;
use crate::document::{Path, nearest};
use crate::error::{Error, Kind, Result};
use crate::redact::Redactor;

/// Prints the value at the path: a scalar as it is (with `--output json` as JSON), anything else as JSON.
pub(crate) fn run(args: &GetArgs, context: &mut Context) -> Result<ExitCode> {
    let reading = Reading::open_at_place(&args.file, &args.read, context)?;
    let named = |error: Error| reading.named(error);
    let document = &reading.document;
    let pointer = Path::parse(&args.path)?.resolve(document.value()).map_err(named)?;
    let missing = || named(nearest::missing(document.value(), &pointer));
    let value = pointer.get(document.value()).ok_or_else(missing)?;
    let redactor = Redactor::new(reading.schema, context.global.reveal);
    let shown = redactor.exact(&pointer, value).ok_or_else(|| {
        named(Error::new(Kind::SecretNeedsReveal, "the value is secret, or holds a secret").at_path(&args.path))
            .hint("--reveal prints it")
    })?;
    if context.out.is_json() {
        context.out.json(&redactor.json(&pointer, value))?;
    } else {
        context.out.result(&shown)?;
    }
    Ok(ExitCode::SUCCESS)
}
