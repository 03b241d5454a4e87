//! Decrypts the versions.

use super::args::MergeFileArgs;
use crate::app::Context;
use crate::app::encrypted::is_encrypted;
use crate::app::opening::Decryptor;
use crate::container::{Opened, Plaintext};
use crate::document::{Document, Format};
use crate::error::{Error, ErrorKind, Result};
use crate::redact::schema_of;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{CommandLine, Shown};
use crate::workspace::Target;

pub(super) struct Sides {
    /// `None` if each side created the file.
    pub(super) base: Option<Plaintext>,
    pub(super) ours: Opened,
    pub(super) theirs: Plaintext,
}

impl Sides {
    /// Decrypts `[base, ours, theirs]`; an empty base counts as none.
    ///
    /// # Errors
    /// Errors from opening them, with how to merge by hand.
    pub(super) fn open(
        args: &MergeFileArgs,
        target: &Target,
        [base, ours, theirs]: [&[u8]; 3],
        keys: Decryptor<'_>,
    ) -> Result<Self> {
        let read = |bytes: &[u8], side: &'static str| {
            if !is_encrypted(target, bytes) && !bytes.is_empty() {
                return Err(Error::new(ErrorKind::Damaged, shown!("{} is not encrypted", side)));
            }
            keys.open(target, bytes).map_err(|error| match (error.kind(), args.driver) {
                (ErrorKind::PassphraseNeeded, true) => error
                    .context(shown!("{} cannot be decrypted without asking", side))
                    .hint(by_hand("merge it by hand, which prompts for the passphrase", args)),
                _ => error.context(shown!("{} cannot be decrypted", side)),
            })
        };
        Ok(Self {
            ours: read(ours, "ours")?,
            theirs: read(theirs, "theirs")?.text,
            base: if base.is_empty() { None } else { Some(read(base, "the base")?.text) },
        })
    }

    /// The text, if only one side changed it, or both equally.
    pub(super) fn alike(&self) -> Option<&Plaintext> {
        let ours = &self.ours.text;
        if *ours == self.theirs || self.base.as_ref() == Some(&self.theirs) {
            return Some(ours);
        }
        (self.base.as_ref() == Some(ours)).then_some(&self.theirs)
    }
}

/// Parses ours, in the given format, or else in that of the file.
///
/// # Errors
/// Errors of the format's parser.
pub(super) fn parse(
    ours: &Plaintext,
    target: &Target,
    format: Option<Format>,
    context: &Context,
) -> Result<(Document, Schema)> {
    let parsed = match format {
        Some(format) => Document::parse(ours.expose(), format).map(|document| {
            let schema = schema_of(None, &target.display, &document);
            (document, schema)
        }),
        None => context.parse(target, ours.expose()),
    };
    parsed.map_err(|error| error.context("ours"))
}

/// The command that merges a file which git has in conflict.
pub(super) fn command(args: &MergeFileArgs, favor: &str) -> String {
    let quoted = crate::command::git::program::quoted;
    let path = quoted(&args.path);
    let stage = |number: u8| quoted(&format!(":{number}:{}", args.path));
    format!("agepatch merge-file {favor}{} {path} {} {path}", stage(1), stage(3))
}

fn by_hand(what: &'static str, args: &MergeFileArgs) -> Shown {
    shown!("{}: {}", what, CommandLine::shown(command(args, "")))
}
