//! The data key: decrypted with the available identities, and encrypted to the recipients of a rule.

use std::collections::HashMap;

use super::cipher::DataKey;
use super::metadata::{AgeKey, Group, Metadata};
use super::shamir::{self, Share};
use crate::container::FILE_IS_FOR;
use crate::container::age::{self, AgeRecipients, Unusable};
use crate::container::identities::{Identities, Lock};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;
use crate::shown;
use crate::shown::{RecipientName, Showable, Shown};

/// The maximum number of encrypted data keys in a group for one ssh key; sops writes one.
const SAME_KEY: usize = 8;
/// The maximum number of recipients of a file.
const RECIPIENTS: usize = 1_000;

/// A decrypted data key, and its decrypted shares.
#[derive(Debug)]
pub struct Unlocked {
    /// The data key.
    pub key: DataKey,
    /// The share of each group, if there are several groups and this one could be decrypted.
    shares: Vec<Option<Share>>,
}

impl Unlocked {
    /// A new random data key.
    ///
    /// # Errors
    /// `io` if the system provides no randomness.
    pub fn generate() -> Result<Self> {
        Ok(Self { key: DataKey::generate()?, shares: Vec::new() })
    }

    /// Decrypts the data key. With `ask`, asks for a passphrase if nothing else opens it.
    ///
    /// # Errors
    /// `no-identity` or `passphrase-needed`, listing who could decrypt it; `damaged` if an encrypted data key is
    /// corrupted.
    pub fn open(metadata: &Metadata, identities: &Identities, ask: bool) -> Result<Self> {
        if metadata.recipients().count() > RECIPIENTS {
            return Err(damaged("the sops metadata lists more than 1,000 recipients"));
        }
        identities.load_sops();
        let needed = metadata.needed();
        let mut shares: Vec<Option<Share>> = vec![None; metadata.groups.len()];
        let mut failures = Vec::new();
        for ask in [false, true].into_iter().take(1 + usize::from(ask)) {
            failures.clear();
            for (share, group) in shares.iter_mut().zip(&metadata.groups).filter(|(share, _)| share.is_none()) {
                *share = open_group(group, identities, ask, &mut failures);
            }
            if shares.iter().flatten().count() >= needed {
                return Self::combine(metadata, shares);
            }
        }
        Err(refused(metadata, identities, shares.iter().flatten().count(), &failures))
    }

    fn combine(metadata: &Metadata, shares: Vec<Option<Share>>) -> Result<Self> {
        let opened: Vec<&Share> = shares.iter().flatten().collect();
        let key = match (metadata.groups.len(), &opened[..]) {
            (1, [key]) => DataKey::from_bytes(key),
            _ => shamir::combine(&opened[..metadata.needed()]).and_then(|key| DataKey::from_bytes(&key)),
        };
        let key = key.ok_or_else(|| damaged("the key in the sops metadata is not a data key"))?;
        Ok(Self { key, shares })
    }

    /// The key groups for this data key. Recipients in `metadata` keep their `enc` byte for byte, others get a new one.
    /// If the groups or their threshold differ, the key is split again, and every `enc` is new.
    ///
    /// Keys of other services are kept if the groups stay the same; the caller rejects rules that add one.
    ///
    /// # Errors
    /// `no-recipient` for an unusable recipient, or for an invalid threshold.
    pub fn rekey(&self, metadata: &Metadata, groups: &[Vec<String>], threshold: Option<usize>) -> Result<Vec<Group>> {
        let same_split = metadata.groups.len() == groups.len()
            && (groups.len() == 1 || metadata.needed() == threshold.unwrap_or(groups.len()));
        let shares = same_split.then(|| self.shares_in_place()).flatten();
        let Some(shares) = shares else { return self.seal(groups, threshold) };
        let kept = metadata.groups.iter().zip(groups).zip(&shares).map(|((group, recipients), share)| {
            // A recipient that is listed twice has two.
            let mut left: Vec<&AgeKey> = group.age.iter().collect();
            let age = recipients.iter().map(|recipient| {
                match left.iter().position(|key| is_same(&key.recipient, recipient)) {
                    Some(found) => Ok(left.remove(found).clone()),
                    None => seal(share, recipient),
                }
            });
            Ok(Group { age: age.collect::<Result<_>>()?, others: group.others.clone() })
        });
        kept.collect()
    }

    /// The key groups for this data key, with every `enc` new.
    ///
    /// # Errors
    /// See [`Unlocked::rekey`].
    pub fn seal(&self, groups: &[Vec<String>], threshold: Option<usize>) -> Result<Vec<Group>> {
        if groups.is_empty() || groups.iter().any(Vec::is_empty) {
            return Err(Error::new(
                ErrorKind::NoRecipient,
                "the rule in .sops.yaml has a key group without an age recipient",
            ));
        }
        let shares = match groups {
            [_] => vec![self.undivided()],
            _ => shamir::split(self.key.expose(), groups.len(), threshold.unwrap_or(groups.len()))?,
        };
        let sealed = groups.iter().zip(&shares).map(|(recipients, share)| {
            let age = recipients.iter().map(|recipient| seal(share, recipient)).collect::<Result<_>>()?;
            Ok(Group { age, others: Vec::new() })
        });
        sealed.collect()
    }

    fn undivided(&self) -> Share {
        Zeroizing::new(self.key.expose().to_vec())
    }

    /// The share of each group; `None` if the decrypted ones are not numbered like their groups, so that the missing
    /// ones are unknown.
    fn shares_in_place(&self) -> Option<Vec<Share>> {
        if self.shares.len() == 1 {
            return Some(vec![self.undivided()]);
        }
        let opened: Vec<&Share> = self.shares.iter().flatten().collect();
        let point = |at: usize| u8::try_from(at + 1).ok();
        let share = |(at, share): (usize, &Option<Share>)| match share {
            Some(share) => (share.last().copied() == point(at)).then(|| share.clone()),
            None => shamir::share_at(point(at)?, &opened),
        };
        self.shares.iter().enumerate().map(share).collect()
    }
}

/// Whether two recipients are the same key, ignoring the comment of an ssh key.
pub fn is_same(one: &str, other: &str) -> bool {
    let key = |text: &str| text.split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>();
    key(one) == key(other)
}

/// The share of a group, if one of its age keys can be decrypted.
fn open_group(group: &Group, identities: &Identities, ask: bool, failures: &mut Vec<Error>) -> Option<Share> {
    let mut tags: HashMap<String, usize> = HashMap::new();
    for key in &group.age {
        // Each of them costs an RSA decryption.
        for tag in age::tags(key.enc.as_bytes()) {
            *tags.entry(tag).or_default() += 1;
        }
        if tags.values().any(|count| *count > SAME_KEY) {
            failures.push(damaged("the sops metadata lists a key many times"));
            break;
        }
        match age::open_for(key.enc.as_bytes(), Some(&key.recipient), identities, ask) {
            Ok((share, _)) => return Some(Zeroizing::new(share.expose().to_vec())),
            Err(error) => failures.push(error),
        }
    }
    let recipients = group.age.iter().filter(|key| age::refusals(std::slice::from_ref(&key.recipient)).is_empty());
    let mut commands = recipients.filter_map(|key| {
        let found = identities.sops_command(&key.recipient)?;
        age::open(key.enc.as_bytes(), &found, false).ok()
    });
    commands.next().map(|(share, _)| Zeroizing::new(share.expose().to_vec()))
}

/// A share encrypted to one recipient, as sops stores it.
fn seal(share: &Share, recipient: &str) -> Result<AgeKey> {
    let text = [recipient.to_owned()];
    if let Some(refusal) = age::refusals(&text).first() {
        let message = match refusal.why {
            // The text may be a private key, so it is not repeated.
            Unusable::Private => shown!("a recipient is {}", refusal.why),
            _ => shown!("`{}` is not an age recipient, but {}", RecipientName::shown(recipient), refusal.why),
        };
        return Err(Error::new(ErrorKind::NoRecipient, message).hint(match refusal.why {
            Unusable::Private => refusal.why.hint(),
            _ => "check the recipients in .sops.yaml",
        }));
    }
    let recipients = AgeRecipients::parse(&text)?;
    let sealed = age::seal(share, &recipients, true, None)?;
    let enc = String::from_utf8_lossy(sealed.bytes()).trim_end().to_owned() + "\n";
    Ok(AgeKey { recipient: recipient.to_owned(), enc })
}

/// The error for a data key that could not be decrypted, with who could decrypt it.
fn refused(metadata: &Metadata, identities: &Identities, opened: usize, failures: &[Error]) -> Error {
    let services = services(metadata);
    if metadata.recipients().next().is_none() {
        return Error::new(ErrorKind::NoIdentity, shown!("only {} can decrypt this file", services))
            .hint("agepatch decrypts with age keys; add an age recipient with sops (`sops updatekeys`)");
    }
    // If every failure is a corrupted key, another identity would not help.
    if !failures.is_empty() && failures.iter().all(|error| error.kind() == ErrorKind::Damaged) {
        return damaged("each encrypted data key in the sops metadata is corrupted");
    }
    let lock = |key| Lock { readers: None, recipient: Some(key) };
    let locks: Vec<Lock<'_>> = metadata.recipients().map(|key| lock(key.recipient.as_str())).collect();
    let error = identities.none_fits(&locks, &plugin_messages(failures));
    let mut hints = error.shown_hints().to_vec();
    hints.extend(identities.command_failures());
    hints.push(shown!("{}{}", FILE_IS_FOR, recipients(metadata)));
    if metadata.groups.len() == 1 {
        if !services.is_empty() {
            hints.push(shown!("sops could also decrypt it with {}", services));
        }
        return error.hints(hints);
    }
    let (needed, all) = (metadata.needed(), metadata.groups.len());
    let message =
        shown!("{} of {} key groups are needed to decrypt this file; the identities open {}", needed, all, opened);
    Error::new(error.kind(), message).hints(hints)
}

/// The messages of plugins, without duplicates.
fn plugin_messages(failures: &[Error]) -> Vec<Shown> {
    let hints = failures.iter().flat_map(Error::shown_hints);
    let mut messages: Vec<Shown> =
        hints.filter(|hint| hint.as_str().starts_with(age::PLUGIN_FAILED)).cloned().collect();
    messages.sort();
    messages.dedup();
    messages
}

fn recipients(metadata: &Metadata) -> Shown {
    let keys =
        |group: &Group| -> Vec<Shown> { group.age.iter().map(|key| RecipientName::shown(&key.recipient)).collect() };
    match &metadata.groups[..] {
        [only] => Shown::join(keys(only), ", "),
        all => {
            let group = |group: &Group| {
                let others = group.others.iter().map(Showable::into_shown);
                Shown::join(keys(group).into_iter().chain(others), ", ")
            };
            Shown::join(all.iter().enumerate().map(|(at, each)| shown!("group {}: {}", at + 1, group(each))), "; ")
        }
    }
}

/// The services other than age that hold the data key, with the names of their keys.
fn services(metadata: &Metadata) -> Shown {
    let others = metadata.groups.iter().flat_map(|group| &group.others);
    let mut named: Vec<Shown> = others.map(Showable::into_shown).collect();
    named.dedup();
    Shown::join(named, ", ")
}

fn damaged(what: &'static str) -> Error {
    Error::new(ErrorKind::Damaged, what).hint("restore the file from git")
}

#[cfg(test)]
mod tests;
