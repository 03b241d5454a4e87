//! Encrypts the same content for other recipients, or with another data key.

use std::ops::Range;

use super::cipher::Cipher;
use super::datakey::{Unlocked, is_same};
use super::decrypt::MarkValue;
use super::mac::{self, Mac};
use super::metadata::{Group, Metadata};
use super::open::OpenFile;
use super::plain::Plain;
use super::reading;
use super::regroup::regrouped;
use super::sheet::{CommentForm, Mark, MarkKind, PathId};
use super::sops_file::SopsFile;
use super::store::Store;
use super::token::{PREFIX, Token};
use crate::container::{Identities, Sealing};
use crate::error::{Error, ErrorKind, Result};
use crate::lines;
use crate::rules::SopsRule;
use crate::rules::sops::KeyGroup;
use crate::shown;
use crate::shown::Shown;

/// The bytes of a file for the recipients in its rule, or, without a rule, for its current readers. Recipients that
/// stay keep their `enc`; values and MAC are unchanged. With `rotate`, a new data key encrypts everything, including
/// comments that were in plaintext.
///
/// # Errors
/// Errors of [`Unlocked::open`], [`SopsFile::open`], and [`Unlocked::rekey`]; `no-recipient` for keys of services that
/// agepatch cannot encrypt to; `damaged` if the result does not decrypt to the same content.
pub(super) fn rekey(bytes: &[u8], store: Store, sealing: &Sealing<'_>, rotate: bool) -> Result<Vec<u8>> {
    let none = Identities::none();
    let identities = sealing.identities.unwrap_or(&none);
    let file = SopsFile::parse(bytes, store)?;
    let old = file.metadata().clone();
    let unlocked = Unlocked::open(&old, identities, true)?;
    let (recipients, threshold) = match sealing.rule.and_then(|rule| rule.sops.as_ref()) {
        Some(rule) => (by_rule(rule, &old, rotate)?, rule.threshold),
        None => (as_they_are(&old, rotate)?, old.threshold),
    };
    let threshold = threshold.or_else(|| (recipients.len() > 1).then_some(recipients.len()));
    let open = file.open(&unlocked.key, false)?;
    let (unlocked, groups, rotated) = if rotate {
        let new = Unlocked::generate()?;
        let groups = new.seal(&recipients, threshold)?;
        let text = rotated(&open, &Cipher::new(&new.key))?;
        (new, groups, Some(SopsFile::parse(text.as_bytes(), store)?))
    } else {
        let groups = unlocked.rekey(&old, &recipients, threshold)?;
        (unlocked, groups, None)
    };
    if !rotate && groups == old.groups && threshold == old.threshold {
        return Ok(bytes.to_vec());
    }
    let text = regrouped(rotated.as_ref().unwrap_or(open.file()), &groups, threshold)?;
    verify(&text, &open, &unlocked, &groups, threshold, identities)?;
    Ok(text.into_bytes())
}

/// The recipients of a rule. Those that the file already has come first, in its order.
fn by_rule(rule: &SopsRule, old: &Metadata, rotate: bool) -> Result<Vec<Vec<String>>> {
    let same_services = |old: &Group, new: &KeyGroup| {
        old.others.len() == new.services.len()
            && new
                .services
                .iter()
                .all(|key| old.others.iter().any(|other| other.service == key.service && key.is_called(&other.name)))
    };
    let kept = !rotate && rule.groups.len() == old.groups.len();
    let mut groups = Vec::new();
    for (at, group) in rule.groups.iter().enumerate() {
        let services = Shown::join(&group.services, ", ");
        let same = kept && same_services(&old.groups[at], group);
        if !same && !services.is_empty() {
            let message = shown!("creation rule {} names {}, to which agepatch cannot encrypt", rule.number, services);
            return Err(Error::new(ErrorKind::NoRecipient, message)
                .hint("use `sops updatekeys` or `sops rotate` for this file"));
        }
        if group.age.is_empty() && (!same || services.is_empty()) {
            let message = shown!("creation rule {} has a key group without an age recipient", rule.number);
            return Err(Error::new(ErrorKind::NoRecipient, message));
        }
        if !same && kept && !old.groups[at].others.is_empty() {
            let message = shown!("removing {} is not supported", Shown::join(&old.groups[at].others, ", "));
            return Err(Error::new(ErrorKind::Unsupported, message).hint("use `sops updatekeys` for this file"));
        }
        let before = old.groups.get(at).map(|group| &group.age[..]).unwrap_or_default();
        let stays = before.iter().map(|key| &key.recipient).filter(|old| group.age.iter().any(|new| is_same(old, new)));
        let comes = group.age.iter().filter(|new| !before.iter().any(|old| is_same(&old.recipient, new)));
        groups.push(stays.chain(comes).cloned().collect());
    }
    Ok(groups)
}

/// The current readers of the file.
fn as_they_are(old: &Metadata, rotate: bool) -> Result<Vec<Vec<String>>> {
    let others = old.groups.iter().flat_map(|group| &group.others).collect::<Vec<_>>();
    if rotate && !others.is_empty() {
        let message = shown!("the new data key would have to be encrypted to {}", Shown::join(others, ", "));
        return Err(Error::new(ErrorKind::NoRecipient, message).hint("use `sops rotate` for this file"));
    }
    let age = |group: &Group| group.age.iter().map(|key| key.recipient.clone()).collect();
    Ok(old.groups.iter().map(age).collect())
}

/// The text with every value encrypted with another key, and a new MAC.
fn rotated(open: &OpenFile, cipher: &Cipher) -> Result<String> {
    let (file, sheet) = (open.file(), open.file().sheet());
    let mut mac = Mac::new(file.metadata().mac_only_encrypted);
    let mut splices: Vec<(Range<usize>, String)> = Vec::new();
    for ((mark, held), encrypted) in sheet.marks.iter().zip(&open.held).zip(file.encrypted()) {
        match (held, &mark.what) {
            (MarkValue::Token(plain), _) => {
                splices.push((token(file.text(), mark)?, encrypt(open, cipher, mark, plain)?));
                mac.add(plain, true);
            }
            (MarkValue::Plain, MarkKind::Leaf(leaf)) => {
                // With `mac_only_encrypted`, plaintext is not included.
                if let Some(plain) = reading::as_go(leaf, file.store())? {
                    mac.add(&plain, false);
                }
            }
            // As in sops, a comment that was added in plaintext is encrypted now.
            (MarkValue::Plain, MarkKind::Comment(comment)) => {
                let text = comment.text.as_str();
                if *encrypted && !text.trim().is_empty() && !Token::is_token(text) {
                    let token = cipher.encrypt(&Plain::comment(text), &sheet.paths.aad(mark.path))?;
                    splices
                        .extend(comment_line(comment.form, file.store(), &token).map(|new| (mark.range.clone(), new)));
                }
            }
        }
    }
    let when = mac::now();
    let mac = mac.seal(cipher, &when)?;
    for block in &sheet.blocks {
        for (name, value) in [("mac", &mac), ("lastmodified", &when)] {
            if let Some(field) = block.field(name) {
                let here = &file.text()[field.range.clone()];
                let quote = here.chars().next().filter(|quote| matches!(quote, '"' | '\'')).map(String::from);
                let quote = quote.unwrap_or_default();
                splices.push((field.range.clone(), format!("{quote}{value}{quote}")));
            }
        }
    }
    splices.sort_by_key(|(range, _)| range.start);
    let (mut text, mut at) = (String::with_capacity(file.text().len()), 0);
    for (range, new) in splices {
        text.push_str(&file.text()[at..range.start]);
        text.push_str(&new);
        at = range.end;
    }
    text.push_str(&file.text()[at..]);
    Ok(text)
}

/// A token as a comment of this form; `None` for one that is not a comment in the text.
fn comment_line(form: CommentForm, store: Store, token: &str) -> Option<String> {
    match form {
        CommentForm::Item | CommentForm::OnlyItem => None,
        CommentForm::BesideItems => Some(format!("- {token}")),
        CommentForm::Semicolon => Some(format!("; {token}")),
        CommentForm::Inline if store == Store::Ini => Some(format!("; {token}")),
        CommentForm::Line | CommentForm::Inline => Some(format!("#{token}")),
    }
}

/// The value encrypted with another key. A comment keeps the additional data that it was opened with.
fn encrypt(open: &OpenFile, cipher: &Cipher, mark: &Mark, plain: &Plain) -> Result<String> {
    let paths = &open.file().sheet().paths;
    let others = match &mark.what {
        MarkKind::Comment(comment) => comment.others.as_slice(),
        MarkKind::Leaf(_) => &[],
    };
    let opens = |path: &PathId| match &mark.what {
        MarkKind::Comment(comment) => open.cipher.decrypt(comment.text.as_str(), &paths.aad(*path)).is_ok(),
        MarkKind::Leaf(_) => true,
    };
    let path = std::iter::once(mark.path).chain(others.iter().copied()).find(opens).unwrap_or(mark.path);
    cipher.encrypt(plain, &paths.aad(path))
}

/// The bytes of the token in a mark, without quotes or `#` around it.
fn token(text: &str, mark: &Mark) -> Result<Range<usize>> {
    let here = &text[mark.range.clone()];
    let found = here.find(PREFIX).and_then(|start| {
        let end = start + here[start..].find(']')? + 1;
        Token::parse(&here[start..end]).ok().map(|_| mark.range.start + start..mark.range.start + end)
    });
    found.ok_or_else(|| {
        let line = lines::number(text, mark.range.start);
        Error::new(ErrorKind::Unsupported, "an encrypted value spans several lines, or contains escapes").at(line, 1)
    })
}

/// Parses the result again: the groups are as intended, the content is the same, and the user can still open it, unless
/// the rules removed the user's key.
fn verify(
    text: &str,
    open: &OpenFile,
    unlocked: &Unlocked,
    groups: &[Group],
    threshold: Option<usize>,
    identities: &Identities,
) -> Result<()> {
    let wrong =
        || Error::new(ErrorKind::Damaged, "the rekeyed file does not have the same content; nothing was written");
    let again = SopsFile::parse(text.as_bytes(), open.file().store())?;
    let metadata = again.metadata().clone();
    let same = |(one, other): (&Group, &Group)| {
        one.others == other.others
            && one.age.len() == other.age.len()
            && one.age.iter().all(|key| other.age.contains(key))
    };
    let as_wanted = metadata.groups.len() == groups.len() && metadata.groups.iter().zip(groups).all(same);
    if !as_wanted || metadata.threshold != threshold {
        return Err(wrong());
    }
    let view = again.open(&unlocked.key, false)?;
    if view.view().expose() != open.view().expose() {
        return Err(wrong());
    }
    match Unlocked::open(&metadata, identities, false) {
        Ok(opened) if opened.key == unlocked.key => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::NoIdentity | ErrorKind::PassphraseNeeded) => Ok(()),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests;
