//! Problems of a sops file with valid metadata, found without a key as far as possible.

use super::metadata::{AgeKey, Group};
use super::plain::{Plain, Type};
use super::reading;
use super::sheet::{CommentForm, Mark, MarkKind};
use super::sops_file::SopsFile;
use super::store::Store;
use super::token::Token;
use crate::container::{Fault, FaultKind, Identities, Plaintext, age};
use crate::lines;
use crate::shown;
use crate::shown::{RecipientName, Showable, Shown};

/// The faults of a file: values and comments in plaintext, groups without an age key, and, with identities, recipients
/// with different data keys.
pub(super) fn faults(file: &SopsFile, identities: Option<&Identities>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = file
        .sheet()
        .marks
        .iter()
        .zip(file.encrypted())
        .filter(|(_, encrypted)| **encrypted)
        .filter_map(|(mark, _)| in_plaintext(file, mark))
        .collect();
    let groups = &file.metadata().groups;
    faults.extend(groups.iter().enumerate().filter_map(|(at, group)| without_age(at, group, groups.len())));
    if let Some(identities) = identities {
        identities.load_sops();
        faults.extend(groups.iter().filter_map(|group| different_keys(group, identities)));
    }
    faults
}

/// A mark that should be encrypted but is not.
fn in_plaintext(file: &SopsFile, mark: &Mark) -> Option<Fault> {
    let line = Some(lines::number(file.text(), mark.range.start));
    match &mark.what {
        MarkKind::Leaf(leaf) => {
            if Token::is_token(leaf.text.as_str()) {
                return None;
            }
            let is_empty = |plain: &Plain| plain.kind() == Type::Str && plain.is_empty();
            if reading::as_go(leaf, file.store()).ok().is_some_and(|plain| plain.is_none_or(|plain| is_empty(&plain))) {
                return None;
            }
            Some(Fault {
                kind: FaultKind::PlaintextValue,
                message: Shown::fixed(
                    "the value is in plaintext, but the selectors of the file require that it is encrypted",
                ),
                pointer: Some(file.sheet().paths.pointer(mark.path)),
                line,
            })
        }
        MarkKind::Comment(comment) => {
            let text = comment.text.as_str();
            let shown = text.trim();
            if shown.is_empty()
                || comment.form == CommentForm::OnlyItem
                || Token::is_token(text)
                || Token::is_token(shown)
            {
                return None;
            }
            // The binary store has no comments.
            (file.store() != Store::Binary).then(|| Fault {
                kind: FaultKind::PlaintextComment,
                message: Shown::fixed("the comment is in plaintext"),
                pointer: None,
                line,
            })
        }
    }
}

fn without_age(at: usize, group: &Group, groups: usize) -> Option<Fault> {
    if !group.age.is_empty() {
        return None;
    }
    let mut named: Vec<Shown> = group.others.iter().map(Showable::into_shown).collect();
    named.dedup();
    let which = if groups > 1 { shown!("key group {} has", at + 1) } else { Shown::fixed("the file has") };
    let keys = match named.is_empty() {
        true => Shown::fixed("no key at all"),
        false => shown!("only {}", Shown::join(named, ", ")),
    };
    Some(Fault {
        kind: FaultKind::NoAgeRecipient,
        message: shown!("{} {}, so no age key opens it", which, keys),
        pointer: None,
        line: None,
    })
}

/// Two recipients of a group for whom different keys, or different shares, were encrypted.
fn different_keys(group: &Group, identities: &Identities) -> Option<Fault> {
    let mut first: Option<(&AgeKey, Plaintext)> = None;
    for key in &group.age {
        let Ok((share, _)) = age::open(key.enc.as_bytes(), identities, false) else { continue };
        match &first {
            None => first = Some((key, share)),
            Some((_, known)) if known.expose() == share.expose() => {}
            Some((other, _)) => {
                let message = shown!(
                    "{} holds a different data key from {}",
                    RecipientName::shown(&key.recipient),
                    RecipientName::shown(&other.recipient)
                );
                return Some(Fault { kind: FaultKind::DataKey, message, pointer: None, line: None });
            }
        }
    }
    None
}
