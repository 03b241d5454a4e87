//! Finishes or undoes the set of a run that died, during any later run.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::journal::{Journal, JournalEntry, JournalState};
use super::journal_location::JournalLocation;
use super::put::{Put, put, put_back};
use super::stage_name;
use super::state::EntryState;
use super::swap::{exchange, hash_of, remove_if_there, sync_folders};
use crate::container::lock::lock;
use crate::error::{Error, Result};
use crate::input;
use crate::shown;
use crate::shown::Shown;

/// How often to re-read the files if another program keeps changing them.
const ATTEMPTS: usize = 4;

/// The outcome of an unfinished set.
#[derive(Debug, Clone)]
pub enum RecoveryOutcome {
    /// Every file is the new one.
    Finished,
    /// Every file is the old one, or a version that another program wrote.
    Undone,
    /// Neither was possible, since something removed a ciphertext: these files are still the new ones.
    Mixed(Vec<PathBuf>),
    /// Nothing was done, since agepatch cannot have written that journal.
    Ignored(Error),
}

/// An unfinished set and its outcome.
#[derive(Debug, Clone)]
pub struct Recovered {
    /// Its outcome.
    pub outcome: RecoveryOutcome,
    /// Its files.
    pub files: Vec<PathBuf>,
}

impl Recovered {
    /// Whether nothing was done, since agepatch cannot have written that journal.
    pub fn is_ignored(&self) -> bool {
        matches!(self.outcome, RecoveryOutcome::Ignored(_))
    }
}

/// Finishes or undoes every unfinished set that may include a file in this folder, and waits for sets that are being
/// replaced. If there are none, nothing is written or locked.
///
/// # Errors
/// `changed-meanwhile` if another run does not finish; `io` if a set cannot be finished, for instance without
/// permission.
pub fn recover(folder: &Path) -> Result<Vec<Recovered>> {
    let Ok(folder) = folder.canonicalize() else { return Ok(Vec::new()) };
    let mut recovered = Vec::new();
    for place in JournalLocation::above(&folder) {
        recovered.extend(recover_at(&place)?);
    }
    Ok(recovered)
}

/// Does the same for the sets that list this file (absolute, without links).
///
/// # Errors
/// See [`recover`].
pub(in crate::container) fn recover_file(file: &Path) -> Result<Vec<Recovered>> {
    let mut recovered = Vec::new();
    for place in JournalLocation::above(file.parent().unwrap_or(file)) {
        if Journal::lists(&place, file) {
            recovered.extend(recover_at(&place)?);
        }
    }
    Ok(recovered)
}

/// Whether an unfinished set lists this file (absolute, without links).
pub(in crate::container) fn is_listed(file: &Path) -> bool {
    JournalLocation::above(file.parent().unwrap_or(file)).iter().any(|place| Journal::lists(place, file))
}

/// Finishes or undoes the set with a journal at this place.
pub(super) fn recover_at(place: &JournalLocation) -> Result<Option<Recovered>> {
    let (journal, entries) = match Journal::find(place)? {
        JournalState::None => {
            // A run may have died between creating the folder and the journal in it.
            drop(fs::remove_dir(&place.folder));
            return Ok(None);
        }
        JournalState::Foreign(error) => {
            return Ok(Some(Recovered { outcome: RecoveryOutcome::Ignored(error), files: Vec::new() }));
        }
        JournalState::CutShort(journal) => (journal, Vec::new()),
        JournalState::Abandoned(journal, entries) => (journal, entries),
    };
    let failed = |error: io::Error| {
        let names = Shown::join(entries.iter().map(|entry| entry.target.display()), ", ");
        Error::io("an interrupted change of several files can be neither finished nor undone", &error)
            .hint(shown!("these files belong together: {}", names))
    };
    // A run that takes one of these locks checks the journal next, and releases the lock.
    let _locks = entries.iter().map(|entry| locked(&entry.target)).collect::<Result<Vec<_>>>()?;
    let outcome = settle(&entries).map_err(failed)?;
    entries.iter().try_for_each(clean).and_then(|()| journal.remove()).map_err(failed)?;
    Ok(Some(Recovered { outcome, files: entries.into_iter().map(|entry| entry.target).collect() }))
}

fn locked(file: &Path) -> Result<Option<File>> {
    // A file that cannot be opened cannot be edited by another run either.
    let Ok(file) = input::open(file) else { return Ok(None) };
    lock(&file)?;
    Ok(Some(file))
}

/// The next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RecoveryStep {
    /// Put back what another program wrote and an exchange replaced.
    GiveBack,
    /// Replace the remaining files.
    Forward,
    /// Restore the files that were replaced.
    Back,
    /// Nothing: every file is the old one.
    Undone,
    /// Nothing: every file was replaced.
    Finished,
}

impl RecoveryStep {
    /// Forward if the first file was replaced and the others can be, else back.
    fn of(states: &[EntryState]) -> Self {
        let any = |wanted: &[EntryState]| states.iter().any(|state| wanted.contains(state));
        let done = [EntryState::Done { can_undo: true }, EntryState::Done { can_undo: false }, EntryState::Superseded];
        if any(&[EntryState::TakenOut]) {
            Self::GiveBack
        } else if !any(&done) {
            Self::Undone
        } else if any(&[EntryState::Overtaken, EntryState::Unwritten])
            || (any(&[EntryState::Pending]) && any(&[EntryState::Changed]))
        {
            Self::Back
        } else if any(&[EntryState::Pending]) {
            Self::Forward
        } else {
            Self::Finished
        }
    }
}

fn settle(entries: &[JournalEntry]) -> io::Result<RecoveryOutcome> {
    for _ in 0..ATTEMPTS {
        let states = entries.iter().map(EntryState::of).collect::<io::Result<Vec<_>>>()?;
        let outcome = match RecoveryStep::of(&states) {
            RecoveryStep::GiveBack => {
                let mut taken_out = entries.iter().zip(&states).filter(|(_, state)| **state == EntryState::TakenOut);
                taken_out.try_for_each(|(entry, _)| exchange(&entry.staged, &entry.target))?;
                continue;
            }
            RecoveryStep::Forward => {
                if forward(entries, &states).is_err() {
                    back(entries)?;
                }
                // The replaced files may not be the ones that were there before.
                continue;
            }
            RecoveryStep::Back => mixed(back(entries)?),
            RecoveryStep::Undone => RecoveryOutcome::Undone,
            RecoveryStep::Finished => RecoveryOutcome::Finished,
        };
        sync_folders(entries.iter().map(|entry| entry.target.as_path()))?;
        return Ok(outcome);
    }
    Err(io::Error::other("another program keeps changing the files"))
}

fn forward(entries: &[JournalEntry], states: &[EntryState]) -> io::Result<()> {
    for (entry, _) in entries.iter().zip(states).filter(|(_, state)| **state == EntryState::Pending) {
        let is_old = |path: &Path| hash_of(path).map(|hash| hash == entry.old);
        if put(&entry.staged, &entry.target, entry.old.is_none(), &is_old)? == Put::Overtaken {
            return Ok(());
        }
    }
    Ok(())
}

/// Restores what can be restored; returns the files that are still the new ones.
fn back(entries: &[JournalEntry]) -> io::Result<Vec<PathBuf>> {
    let mut stuck = Vec::new();
    for entry in entries {
        match EntryState::of(entry)? {
            EntryState::Done { can_undo: true } => {
                put_back(&entry.staged, &entry.target, entry.old.is_none(), &entry.new)?;
            }
            EntryState::Done { can_undo: false } => stuck.push(entry.target.clone()),
            _ => {}
        }
    }
    Ok(stuck)
}

fn mixed(stuck: Vec<PathBuf>) -> RecoveryOutcome {
    if stuck.is_empty() { RecoveryOutcome::Undone } else { RecoveryOutcome::Mixed(stuck) }
}

/// Removes the remaining ciphertexts. A file that is neither is not ours.
fn clean(entry: &JournalEntry) -> io::Result<()> {
    remove_if_there(&stage_name::unfinished(&entry.staged))?;
    match hash_of(&entry.staged) {
        Ok(Some(hash)) if hash == entry.new || Some(&hash) == entry.old.as_ref() => remove_if_there(&entry.staged),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupted_set_goes_forward_or_back() {
        use EntryState::{Changed, Overtaken, Pending, Superseded, TakenOut, Unwritten};
        let [done, last] = [true, false].map(|can_undo| EntryState::Done { can_undo });
        let cases = [
            (&[Unwritten, Unwritten][..], RecoveryStep::Undone),
            (&[Pending, Unwritten], RecoveryStep::Undone),
            (&[Pending, Pending], RecoveryStep::Undone),
            (&[Pending, Overtaken], RecoveryStep::Undone),
            (&[Pending, Changed], RecoveryStep::Undone),
            (&[done, Pending], RecoveryStep::Forward),
            (&[Superseded, Pending], RecoveryStep::Forward),
            (&[done, Pending, Overtaken], RecoveryStep::Back),
            (&[done, Pending, Changed], RecoveryStep::Back),
            (&[done, Unwritten], RecoveryStep::Back),
            (&[last, Unwritten], RecoveryStep::Back),
            (&[done, Pending, TakenOut], RecoveryStep::GiveBack),
            (&[done, last], RecoveryStep::Finished),
            (&[last, Changed], RecoveryStep::Finished),
            (&[Superseded, Superseded], RecoveryStep::Finished),
        ];
        for (states, step) in cases {
            assert_eq!(RecoveryStep::of(states), step, "{states:?}");
        }
    }
}
