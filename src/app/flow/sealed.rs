//! Stage 5: the new contents, encrypted for the recipients in the rules.

use super::compose;
use super::edited_document::EditedDocument;
use super::file::OpenFile;
use super::verified::Verified;
use crate::app::Context;
use crate::app::access::{Access, rule};
use crate::app::options::EditOptions;
use crate::app::refusal;
use crate::check::Finding;
use crate::container;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Rule;
use crate::shown;
use crate::shown::Shown;
use crate::workspace::Target;

/// Files with their new ciphertexts, which were verified by decrypting them.
pub(super) struct Sealed {
    pub(super) files: Vec<OpenFile>,
    pub(super) documents: Vec<EditedDocument>,
    /// One for each file; `None` if it does not change.
    pub(super) ciphertexts: Vec<Option<container::Sealed>>,
    pub(super) remarks: Vec<Finding>,
}

impl Sealed {
    /// Encrypts what changed; in a dry run it only looks up the recipients.
    ///
    /// # Errors
    /// See [`seal`].
    pub(super) fn new(verified: Verified, options: &EditOptions, context: &Context) -> Result<Self> {
        let Verified { files, documents, remarks } = verified;
        let documents: Vec<EditedDocument> = documents.into_iter().map(EditedDocument::keep_texts).collect();
        let ciphertexts = seal(&files, &documents, options.dry_run, context)?;
        context.detail(&Shown::fixed("encrypted, verified"))?;
        Ok(Self { files, documents, ciphertexts, remarks })
    }
}

/// The new, verified bytes of each file with a changed document; `None` for other files, and for all in a rehearsal.
///
/// # Errors
/// `no-recipient` if the rules do not list the file, or list no usable recipient for it; `damaged`.
fn seal(
    files: &[OpenFile],
    edited: &[EditedDocument],
    rehearsal: bool,
    context: &Context,
) -> Result<Vec<Option<container::Sealed>>> {
    let mut changed: Vec<Vec<&EditedDocument>> = files.iter().map(|_| Vec::new()).collect();
    for one in edited.iter().filter(|one| one.changed) {
        if let Some(file) = one.open.file {
            changed[file].push(one);
        }
    }
    let is_changed: Vec<bool> = changed.iter().map(|edited| !edited.is_empty()).collect();
    let rules =
        files.iter().zip(is_changed).map(|(file, changed)| if changed { needed_rule(file, context) } else { Ok(None) });
    let rules: Vec<Option<Rule>> = match rules.collect::<Result<_>>() {
        // Rules that need Nix are not evaluated in a dry run, but the rest of it is still useful.
        Err(error) if rehearsal && error.kind() == ErrorKind::Untrusted => {
            context.out.note(&shown!("recipients not checked: {}", error))?;
            return Ok(files.iter().map(|_| None).collect());
        }
        rules => rules?,
    };
    let seal = |((file, edited), rule): ((&OpenFile, &Vec<&EditedDocument>), Option<Rule>)| {
        let (false, Some(held)) = (edited.is_empty() || rehearsal, &file.locked) else { return Ok(None) };
        let named = |error: Error| error.in_file(&file.target);
        let sealing = context.sealing(rule.as_ref());
        let composed;
        let text = match edited.as_slice() {
            [own] if !own.open.target.as_ref().is_some_and(Target::is_value) => own.after.document().bytes(),
            several => {
                composed = compose::compose(file, several)?;
                composed.expose()
            }
        };
        let sealed = match &file.opened {
            Some(opened) => opened.back(text, &sealing),
            None if held.exists() => held.container().replace(text, &sealing),
            None => container::create(&file.target.display, text, &sealing),
        };
        sealed.map(Some).map_err(named)
    };
    files.iter().zip(&changed).zip(rules).map(seal).collect()
}

/// The rule of a file that is re-encrypted; `None` if its readers stay the same.
fn needed_rule(file: &OpenFile, context: &Context) -> Result<Option<Rule>> {
    let keeps = file.locked.as_ref().is_some_and(|held| held.container().kind().keeps_recipients());
    if keeps && file.opened.is_some() {
        return Ok(None);
    }
    let named = |error: Error| error.in_file(&file.target);
    let rule = rule(&file.target, context).map_err(named)?;
    refusal::refuse(&rule, &file.target, context)?;
    if context.global.verbose {
        let access = Access::new(context)?;
        let readers = Shown::join(container::printable(&rule).iter().map(|key| access.key(key)), ", ");
        context.detail(&shown!("{}: encrypted for {}", file.target, readers))?;
    }
    Ok(Some(rule))
}
