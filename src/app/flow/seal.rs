//! The new contents encrypted for those whom the rules name, and put in place.

use super::file::OpenFile;
use super::{Edited, compose};
use crate::app::Context;
use crate::app::access::Access;
use crate::app::held::Replacements;
use crate::container::{self, Sealed};
use crate::error::{Error, Kind, Result};
use crate::rules::Rule;
use crate::shown;
use crate::shown::Shown;
use crate::workspace::Target;

/// The new bytes of each file in which a document changed, verified, unless this is a `rehearsal`; `None` for those that
/// stay.
///
/// # Errors
/// `no-recipient`, where the rules do not name the file, or name nobody who could read it; `damaged`.
pub(super) fn seal(
    files: &[OpenFile],
    edited: &[Edited],
    rehearsal: bool,
    context: &Context,
) -> Result<Vec<Option<Sealed>>> {
    let mut changed: Vec<Vec<&Edited>> = files.iter().map(|_| Vec::new()).collect();
    for one in edited.iter().filter(|one| one.changed) {
        if let Some(file) = one.subject.file {
            changed[file].push(one);
        }
    }
    let is_changed: Vec<bool> = changed.iter().map(|edited| !edited.is_empty()).collect();
    let rules =
        files.iter().zip(is_changed).map(|(file, changed)| if changed { needed_rule(file, context) } else { Ok(None) });
    let rules: Vec<Option<Rule>> = match rules.collect::<Result<_>>() {
        // Rules that need Nix are not evaluated in a dry run: the rest of it is worth showing all the same.
        Err(error) if rehearsal && error.kind() == Kind::Untrusted => {
            context.out.note(&Shown::vouched(format!("recipients not checked: {}", error.message())))?;
            return Ok(files.iter().map(|_| None).collect());
        }
        rules => rules?,
    };
    let seal = |((file, edited), rule): ((&OpenFile, &Vec<&Edited>), Option<Rule>)| {
        let (false, Some(held)) = (edited.is_empty() || rehearsal, &file.held) else { return Ok(None) };
        let named = |error: Error| error.in_file(&file.target.display);
        let sealing = context.sealing(rule.as_ref());
        let composed;
        let text = match edited.as_slice() {
            [own] if !own.subject.target.as_ref().is_some_and(Target::is_value) => own.after.document().bytes(),
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

/// The rule of a file that is encrypted anew; `None` where its readers stay.
fn needed_rule(file: &OpenFile, context: &Context) -> Result<Option<Rule>> {
    let keeps = file.held.as_ref().is_some_and(|held| held.container().kind().keeps_readers());
    if keeps && file.opened.is_some() {
        return Ok(None);
    }
    let named = |error: Error| error.in_file(&file.target.display);
    let rule = rule(&file.target, context).map_err(named)?;
    container::refuse_nobody(&rule).map_err(named)?;
    if context.global.verbose {
        let access = Access::new(context)?;
        let readers =
            Shown::join(&container::printable(&rule).iter().map(|key| access.key(key)).collect::<Vec<_>>(), ", ");
        context.detail(&shown!("{}: encrypted for {}", Shown::vouched(file.target.display.clone()), readers))?;
    }
    Ok(Some(rule))
}

/// Replaces the files, all or none. Gives the hash of each file's bytes as they are then.
pub(super) fn replace(
    files: &mut [OpenFile],
    sealed: Vec<Option<Sealed>>,
    context: &Context,
) -> Result<Vec<Option<String>>> {
    let mut replacements = Replacements::default();
    let mut hashes = Vec::new();
    for (file, sealed) in files.iter_mut().zip(sealed) {
        let new = sealed.and_then(|sealed| Some((sealed, file.held.take()?)));
        hashes.push(match new {
            Some((sealed, held)) => {
                let hash = sealed.sha256();
                replacements.push(held, sealed);
                Some(hash)
            }
            None => file.sha256(),
        });
    }
    replacements.put(context)?;
    Ok(hashes)
}

/// Who may read the file.
///
/// # Errors
/// `no-recipient`, where the rules do not name it.
pub(crate) fn rule(target: &Target, context: &Context) -> Result<Rule> {
    context.workspace.rule(target)?.ok_or_else(|| {
        let name = target.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(rules) = context.workspace.rules_path().map(|path| context.workspace.display(path)) else {
            return Error::new(
                Kind::NoRecipient,
                "no creation rule in .sops.yaml matches this file, so nobody is known who could read it",
            )
            .hint("add a creation rule with a path_regex that matches it");
        };
        Error::new(Kind::NoRecipient, "the rules do not name this file, so nobody is known who could read it")
            .hint(format!("add it to {rules}: \"{name}\".publicKeys = [ … ];"))
    })
}
