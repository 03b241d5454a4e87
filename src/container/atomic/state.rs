//! The progress of an interrupted set for one file, derived from hashes of the files on disk.

use std::io;

use super::journal::JournalEntry;
use super::swap::{hash_of, settle_kept};

/// The progress for one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryState {
    /// The old file is in place, without the new ciphertext beside it.
    Unwritten,
    /// The old file is in place, with the new ciphertext beside it.
    Pending,
    /// The new ciphertext is in place, possibly with the old one beside it.
    Done {
        /// Whether the old state can be restored.
        can_undo: bool,
    },
    /// The new ciphertext was in place, but another program has replaced it.
    Superseded,
    /// The file is neither the old nor the new one, and it is unknown whether it was the new one before.
    Changed,
    /// Another program changed the file before its turn; the new ciphertext is still beside it.
    Overtaken,
    /// The exchange replaced what another program had just written, which must be put back.
    TakenOut,
}

impl EntryState {
    /// Examines the files.
    ///
    /// # Errors
    /// Errors of the file system.
    pub(super) fn of(entry: &JournalEntry) -> io::Result<Self> {
        if let Some(old) = &entry.old {
            settle_kept(&entry.staged, old)?;
        }
        let target = hash_of(&entry.target)?;
        let staged = hash_of(&entry.staged)?;
        Ok(Self::from_hashes(target.as_deref(), staged.as_deref(), entry))
    }

    fn from_hashes(target: Option<&str>, staged: Option<&str>, entry: &JournalEntry) -> Self {
        let (old, new) = (entry.old.as_deref(), entry.new.as_str());
        let (is_old, is_new) = (target == old, target == Some(new));
        match staged {
            Some(staged) if staged == new && is_old => Self::Pending,
            Some(staged) if staged == new && is_new => Self::Done { can_undo: false },
            Some(staged) if staged == new => Self::Overtaken,
            Some(_) if staged == old && is_new => Self::Done { can_undo: true },
            Some(_) if staged == old && !is_old => Self::Superseded,
            Some(_) if is_new => Self::TakenOut,
            // A new file is undone by removing it.
            None if is_new => Self::Done { can_undo: old.is_none() },
            _ if is_old => Self::Unwritten,
            _ => Self::Changed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_has_its_state() {
        let entry = |old: Option<&str>| JournalEntry {
            target: "a".into(),
            staged: "b".into(),
            old: old.map(str::to_owned),
            new: "new".to_owned(),
        };
        let [done, final_] = [true, false].map(|can_undo| EntryState::Done { can_undo });
        let existing = [
            (Some("old"), Some("new"), EntryState::Pending),
            (Some("old"), None, EntryState::Unwritten),
            (Some("old"), Some("other"), EntryState::Unwritten),
            (Some("old"), Some("old"), EntryState::Unwritten),
            (Some("new"), Some("old"), done),
            (Some("new"), Some("new"), final_),
            (Some("new"), Some("other"), EntryState::TakenOut),
            (Some("new"), None, final_),
            (Some("other"), Some("new"), EntryState::Overtaken),
            (Some("other"), Some("old"), EntryState::Superseded),
            (Some("other"), Some("other"), EntryState::Changed),
            (Some("other"), None, EntryState::Changed),
            (None, Some("new"), EntryState::Overtaken),
            (None, Some("old"), EntryState::Superseded),
            (None, None, EntryState::Changed),
        ];
        let created = [
            (None, Some("new"), EntryState::Pending),
            (None, None, EntryState::Unwritten),
            (Some("new"), None, done),
            (Some("new"), Some("new"), final_),
            (Some("other"), Some("new"), EntryState::Overtaken),
            (Some("other"), None, EntryState::Changed),
        ];
        for (target, staged, state) in existing {
            assert_eq!(EntryState::from_hashes(target, staged, &entry(Some("old"))), state, "{target:?} {staged:?}");
        }
        for (target, staged, state) in created {
            assert_eq!(EntryState::from_hashes(target, staged, &entry(None)), state, "{target:?} {staged:?}, created");
        }
    }
}
