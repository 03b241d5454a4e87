//! The new contents encrypted for those whom the rules name, and put in place.

use super::Edited;
use super::subject::Subject;
use crate::command::Context;
use crate::command::access::Access;
use crate::container::{self, Recipients, Replacement, Sealed};
use crate::error::{Error, Kind, Result};
use crate::rules::Rule;
use crate::shown;
use crate::shown::Shown;
use crate::workspace::Target;

/// How a file is to be sealed.
struct Sealing {
    recipients: Recipients,
    armor: bool,
}

/// Encrypts each content that changed, and verifies the ciphertext, unless this is a `rehearsal`; `None` for those that
/// stay, and for stdin.
///
/// # Errors
/// `no-recipient`, where the rules do not name the file, or name nobody who could read it; `damaged`.
pub(super) fn seal(edited: &[Edited], rehearsal: bool, context: &Context) -> Result<Vec<Option<Sealed>>> {
    let sealings: Vec<Option<Sealing>> = edited.iter().map(|one| sealing(one, context)).collect::<Result<_>>()?;
    let seal = |(one, sealing): (&Edited, Option<Sealing>)| {
        let Some(sealing) = sealing.filter(|_| !rehearsal) else { return Ok(None) };
        // What is replaced whole needs no identity: without one, nothing can be decrypted again to be compared.
        let identities = context.identities().ok();
        let text = one.after.document().bytes();
        container::seal(text, &sealing.recipients, sealing.armor, identities)
            .map(Some)
            .map_err(|error| one.subject.named(error))
    };
    edited.iter().zip(sealings).map(seal).collect()
}

fn sealing(one: &Edited, context: &Context) -> Result<Option<Sealing>> {
    let (Some(target), Some(original), true) = (&one.subject.target, &one.subject.original, one.changed) else {
        return Ok(None);
    };
    let named = |error: Error| error.in_file(&target.display);
    let rule = rule(target, context).map_err(named)?;
    let recipients = Recipients::parse(&rule.keys).map_err(named)?;
    if context.global.verbose {
        let access = Access::new(context)?;
        let readers = Shown::join(&rule.keys.iter().map(|key| access.key(key)).collect::<Vec<_>>(), ", ");
        context.detail(&shown!("{}: encrypted for {}", Shown::vouched(target.display.clone()), readers))?;
    }
    // Armor stays as it was; the rules say it for a new file.
    let armor = if original.exists() { original.armor() } else { rule.armor.unwrap_or(false) };
    Ok(Some(Sealing { recipients, armor }))
}

/// Replaces the files, all or none. Gives the hash of each file's ciphertext as it is then.
pub(super) fn replace(subjects: &mut [Subject], sealed: Vec<Option<Sealed>>) -> Result<Vec<Option<String>>> {
    let mut replacements = Vec::new();
    let mut hashes = Vec::new();
    for (subject, sealed) in subjects.iter_mut().zip(sealed) {
        let new = sealed.and_then(|sealed| Some((sealed, subject.original.take()?)));
        hashes.push(match new {
            Some((sealed, original)) => {
                let hash = sealed.sha256();
                replacements.push(Replacement { original, sealed });
                Some(hash)
            }
            None => subject.sha256(),
        });
    }
    container::replace_all(replacements)?;
    Ok(hashes)
}

/// Who may read the file.
///
/// # Errors
/// `no-recipient`, where the rules do not name it.
pub(crate) fn rule<'c>(target: &Target, context: &'c Context) -> Result<&'c Rule> {
    let rules = context.workspace.rules()?;
    let rule = target.rule.as_ref().and_then(|name| rules.files.get(name));
    rule.ok_or_else(|| {
        let name = target.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Error::new(Kind::NoRecipient, "the rules do not name this file, so nobody is known who could read it")
            .hint(format!("add it to {}: \"{name}\".publicKeys = [ … ];", context.workspace.display(&rules.path)))
    })
}
