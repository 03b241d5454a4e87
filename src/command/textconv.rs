//! `agepatch textconv`: prints the redacted text of one version of a file, for `git diff`, `git log -p`, `git show`,
//! and `git blame`.
//!
//! git runs it once per version, so it never prompts, and never fails because of a version: it prints a note instead.

use std::process::ExitCode;

use super::git::marks::marks;
use crate::app::Context;
use crate::app::encrypted::is_encrypted;
use crate::container::{self, Plaintext};
use crate::error::{Error, Result};
use crate::input::{self, Limit};
use crate::redact::Marks;
use crate::shown;
use crate::shown::{Digest, FileName, Shown};
use crate::workspace::Target;
use clap::Args;
use std::path::PathBuf;

/// `textconv`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch textconv authelia-secrets.age

`agepatch git setup` registers it.")]
pub(crate) struct TextconvArgs {
    /// The file that git passes.
    pub(crate) file: PathBuf,
}

crate::output! {
    #[schemars(title = "A version of a file as git is given it")]
    pub(crate) struct Output {
        file: Shown,
        /// The redacted text, or the note in its place
        text: Shown,
    }
}

/// Prints the text; with `--reveal`, unredacted.
#[expect(clippy::disallowed_methods, reason = "the redactor made these texts")]
pub(crate) fn run(args: &TextconvArgs, context: &mut Context) -> Result<ExitCode> {
    context.workspace.stay_within();
    context.print_for_git();
    let failed = |error: &std::io::Error| Error::io("cannot read the file", error).in_file(args.file.display());
    let bytes = input::read_named(&args.file, Limit::Secret).map_err(|error| failed(&error))?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let target = target(&name, context);
    let mut text = match open(&target, &bytes, context) {
        Ok(text) if context.global.reveal && context.out.is_json() => {
            Shown::document(String::from_utf8_lossy(text.expose()))
        }
        Ok(text) if context.global.reveal => {
            context.out.revealed(text.expose())?;
            return Ok(ExitCode::SUCCESS);
        }
        Ok(text) => view(&bytes, &text, &target, context),
        Err(error) => note(&bytes, &error),
    };
    if context.out.is_json() {
        context.out.json(&Output { file: FileName::shown(name), text })?;
    } else {
        // In place, since a copy of a large text takes a while.
        if !text.is_empty() && !text.as_str().ends_with('\n') {
            text.push(&Shown::fixed("\n"));
        }
        context.out.result(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The content; plaintext is returned as it is.
fn open(target: &Target, bytes: &[u8], context: &Context) -> Result<Plaintext> {
    if !is_encrypted(target, bytes) && !bytes.is_empty() {
        return Ok(Plaintext::new(bytes.to_vec()));
    }
    context.keys()?.silent().view(target, bytes)
}

/// The file in the settings with this name, since git passes only the last path component. The rules are not evaluated,
/// because git runs this in repositories that nobody has reviewed yet.
fn target(name: &str, context: &Context) -> Target {
    let unknown = || Target::from_name(name.into(), name.to_owned());
    context.workspace.with_last_name(name).unwrap_or_else(unknown)
}

fn view(bytes: &[u8], text: &Plaintext, target: &Target, context: &Context) -> Shown {
    let marks = marks(context);
    let whole = match context.parse(target, text.content()) {
        Ok((document, schema)) => context.redacted(target, (&document, schema), None, marks.as_ref()),
        Err(error) => Err(error),
    };
    let shown = whole.unwrap_or_else(|error| {
        let what = error.shown();
        let mark = marks.map(|marks| mark_of(&marks, text)).unwrap_or_default();
        shown!("# agepatch: this version is not shown: {}\n…{}", what, mark)
    });
    if is_encrypted(target, bytes) { shown } else { shown!("# agepatch: this version is not encrypted\n{}", shown) }
}

/// The mark of a content that cannot be shown in parts.
#[expect(clippy::disallowed_methods, reason = "the redactor made these texts")]
fn mark_of(marks: &Marks, text: &Plaintext) -> Shown {
    Shown::public(marks.of(&crate::document::Pointer::root(), &String::from_utf8_lossy(text.expose())))
}

/// The note for a version that cannot be decrypted: the reason, and a hash of the ciphertext, so that a change is
/// visible.
fn note(bytes: &[u8], error: &Error) -> Shown {
    let sha256: String = container::sha256(bytes).chars().take(12).collect();
    let what = error.shown();
    shown!("# agepatch: this version cannot be decrypted here: {}\n# ciphertext {}", what, Digest::shown(sha256))
}
