//! `agepatch get`: prints one value.

use std::process::ExitCode;

use super::Context;
use crate::cli::GetArgs;
use crate::document::{Document, Format, Path};
use crate::error::{Error, Kind, Result};
use crate::redact::Redactor;
use crate::schema::Schema;

/// Prints the value at the path: a scalar as it is, anything else as JSON.
pub(crate) fn run(args: &GetArgs, context: &mut Context) -> Result<ExitCode> {
    let (name, text) = if args.file == "-" {
        (args.read.as_name.clone().unwrap_or_else(|| args.file.clone()), Context::read_stdin()?)
    } else {
        let target = context.workspace.target(&args.file)?;
        let text = context.read(&target.path)?;
        (target.display, text)
    };
    let named = |error: Error| error.in_file(&name);
    let format = args.read.format.unwrap_or_else(|| Format::guess(&name));
    let document = Document::parse(text.expose(), format).map_err(named)?;
    let pointer = Path::parse(&args.path)?.resolve(document.value()).map_err(named)?;
    let value = pointer.get(document.value()).ok_or_else(|| {
        named(Error::new(Kind::Path, "there is nothing at this place").at_path(&args.path))
            .hint("`agepatch check` names the options of a file with their paths")
    })?;
    let schema = Schema::guess(&name, document.value());
    let shown = Redactor::new(schema, context.global.reveal).text(&pointer, value).ok_or_else(|| {
        named(Error::new(Kind::SecretNeedsReveal, "the value is secret, or holds a secret").at_path(&args.path))
            .hint("--reveal prints it")
    })?;
    context.out.result(&shown)?;
    Ok(ExitCode::SUCCESS)
}
