//! The new contents encrypted for those whom the rules name, and put in place.

use super::Edited;
use super::subject::Subject;
use crate::app::Context;
use crate::app::access::Access;
use crate::app::held::Replacements;
use crate::container::{self, Sealed};
use crate::error::{Error, Kind, Result};
use crate::rules::Rule;
use crate::shown;
use crate::shown::Shown;
use crate::workspace::Target;

/// The new bytes of each content that changed, verified, unless this is a `rehearsal`; `None` for those that stay, and for
/// stdin.
///
/// # Errors
/// `no-recipient`, where the rules do not name the file, or name nobody who could read it; `damaged`.
pub(super) fn seal(edited: &[Edited], rehearsal: bool, context: &Context) -> Result<Vec<Option<Sealed>>> {
    let rules: Vec<Option<Rule>> = edited.iter().map(|one| needed_rule(one, context)).collect::<Result<_>>()?;
    let seal = |(one, rule): (&Edited, Option<Rule>)| {
        let (true, false, Some(held)) = (one.changed, rehearsal, &one.subject.held) else { return Ok(None) };
        let (text, sealing) = (one.after.document().bytes(), context.sealing(rule.as_ref()));
        let sealed = match &one.subject.opened {
            Some(opened) => opened.back(text, &sealing),
            None if held.exists() => held.container().replace(text, &sealing),
            None => container::create(&one.subject.name, text, &sealing),
        };
        sealed.map(Some).map_err(|error| one.subject.named(error))
    };
    edited.iter().zip(rules).map(seal).collect()
}

/// The rule of a file that is encrypted anew; `None` where nothing is, or its readers stay.
fn needed_rule(one: &Edited, context: &Context) -> Result<Option<Rule>> {
    let (Some(target), Some(held), true) = (&one.subject.target, &one.subject.held, one.changed) else {
        return Ok(None);
    };
    if one.subject.opened.is_some() && held.container().kind().keeps_readers() {
        return Ok(None);
    }
    let named = |error: Error| error.in_file(&target.display);
    let rule = rule(target, context).map_err(named)?;
    container::refuse_nobody(&rule).map_err(named)?;
    if context.global.verbose {
        let access = Access::new(context)?;
        let readers = Shown::join(&rule.keys.iter().map(|key| access.key(key)).collect::<Vec<_>>(), ", ");
        context.detail(&shown!("{}: encrypted for {}", Shown::vouched(target.display.clone()), readers))?;
    }
    Ok(Some(rule))
}

/// Replaces the files, all or none. Gives the hash of each file's ciphertext as it is then.
pub(super) fn replace(
    subjects: &mut [Subject],
    sealed: Vec<Option<Sealed>>,
    context: &Context,
) -> Result<Vec<Option<String>>> {
    let mut replacements = Replacements::default();
    let mut hashes = Vec::new();
    for (subject, sealed) in subjects.iter_mut().zip(sealed) {
        let new = sealed.and_then(|sealed| Some((sealed, subject.held.take()?)));
        hashes.push(match new {
            Some((sealed, held)) => {
                let hash = sealed.sha256();
                replacements.push(held, sealed);
                Some(hash)
            }
            None => subject.sha256(),
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
        let rules = context.workspace.rules_path().map(|path| context.workspace.display(path)).unwrap_or_default();
        Error::new(Kind::NoRecipient, "the rules do not name this file, so nobody is known who could read it")
            .hint(format!("add it to {rules}: \"{name}\".publicKeys = [ … ];"))
    })
}
