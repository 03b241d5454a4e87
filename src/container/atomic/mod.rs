//! Ciphertexts put in place atomically: one file by one rename, several with a journal.
//!
//! The order of what reaches the disk is what the guarantee in docs/security.md rests on:
//!
//! 1. for several files the journal, and its folder;
//! 2. each new ciphertext beside its file, then each folder once;
//! 3. every exchange, then each folder once;
//! 4. the old ciphertexts are removed, and at last the journal.

mod journal;
mod journal_location;
mod leftovers;
mod put;
mod recover;
mod signals;
mod snapshot;
mod stage;
mod stage_name;
mod state;
mod swap;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use journal::{Journal, JournalEntry};
use journal_location::JournalLocation;
use put::{Put, is_untouched, put, put_back};
use stage::Staged;
use swap::{holds, sync_folders};

use super::original::Original;
use super::sealed::Sealed;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::Shown;

pub use leftovers::{Leftover, leftovers};
pub use recover::{Recovered, RecoveryOutcome, recover};
pub(super) use recover::{is_listed, recover_file};
pub use signals::Signals;
pub use snapshot::snapshot;

/// How often a set waits for another one below the same root.
const ATTEMPTS: usize = 100;

/// A file and its new ciphertext.
pub struct Replacement {
    /// The file as it was read.
    pub original: Original,
    /// Its new content.
    pub sealed: Sealed,
}

/// Replaces the files atomically. For several files a journal is written, beside the rules in `rules` if there is no
/// git. A signal that arrives before the first file is replaced ends the process with nothing changed; one that arrives
/// later ends it when the set is complete. Returns the outcomes of unfinished sets that blocked this one.
///
/// # Errors
/// `changed-meanwhile` if another program changed a file since it was read; `io`. In both cases no file has changed.
pub fn replace_all(replacements: &[Replacement], rules: Option<&Path>) -> Result<Vec<Recovered>> {
    match replacements {
        [] => Ok(Vec::new()),
        [one] => {
            let signals = Signals::hold();
            let done = replace_one(one, &signals);
            signals.release();
            done.map(|()| Vec::new())
        }
        several => {
            let entries: Vec<JournalEntry> = several.iter().map(Replacement::entry).collect();
            let place = place(&entries, rules)?;
            // While waiting for another set, a signal still ends the process immediately.
            let mut recovered: Vec<Recovered> = recover::recover_at(&place)?.into_iter().collect();
            let signals = Signals::hold();
            let done = replace_set(several, &entries, &place, &signals);
            signals.release();
            recovered.extend(done?);
            Ok(recovered)
        }
    }
}

/// Removes a file, unless another program changed it since it was read, and syncs its folder.
///
/// # Errors
/// `changed-meanwhile`; `io`.
pub fn remove(original: &Original) -> Result<()> {
    let path = original.path();
    let failed = |error: &io::Error| Error::io("cannot remove the file", error).in_file(path.display());
    if !holds(path, original.bytes()).map_err(|error| failed(&error))? {
        return Err(original.changed());
    }
    std::fs::remove_file(path).and_then(|()| sync_folders([path])).map_err(|error| failed(&error))
}

/// The place of the journal for these files.
fn place(entries: &[JournalEntry], rules: Option<&Path>) -> Result<JournalLocation> {
    let targets: Vec<&Path> = entries.iter().map(|entry| entry.target.as_path()).collect();
    JournalLocation::of_set(&targets, rules).ok_or_else(|| {
        Error::new(ErrorKind::Io, "the files have no common folder, so they cannot be replaced together")
    })
}

fn replace_one(one: &Replacement, signals: &Signals) -> Result<()> {
    let staged = vec![(one, one.stage(one.temporary())?)];
    if signals.arrived() {
        return Err(interrupted());
    }
    let folder = [one.original.path()];
    let done = exchange_all(&staged).and_then(|()| synced(&folder)).and_then(|()| refuse_touched(&staged));
    done.map_err(|error| undo(staged, error, None))
}

fn replace_set(
    replacements: &[Replacement],
    entries: &[JournalEntry],
    place: &JournalLocation,
    signals: &Signals,
) -> Result<Vec<Recovered>> {
    let targets: Vec<&Path> = entries.iter().map(|entry| entry.target.as_path()).collect();
    let (journal, recovered) = begin(place, entries)?;
    let staged: Result<Vec<_>> = replacements
        .iter()
        .zip(entries)
        .map(|(replacement, entry)| Ok((replacement, replacement.stage(entry.staged.clone())?)))
        .collect();
    let ready = staged.and_then(|staged| {
        synced(&targets)?;
        if signals.arrived() { Err(interrupted()) } else { Ok(staged) }
    });
    let staged = match ready {
        Ok(staged) => staged,
        Err(error) => return Err(journal.remove().map_or_else(|failed| unremoved(&failed), |()| error)),
    };
    let done = exchange_all(&staged).and_then(|()| synced(&targets)).and_then(|()| refuse_touched(&staged));
    if let Err(error) = done {
        return Err(undo(staged, error, Some(journal)));
    }
    drop(staged);
    journal.remove().map_err(|error| unremoved(&error))?;
    Ok(recovered)
}

/// Writes the journal. Waits for another set below the same root, or finishes it if its run died.
fn begin(place: &JournalLocation, entries: &[JournalEntry]) -> Result<(Journal, Vec<Recovered>)> {
    let mut recovered = Vec::new();
    for _ in 0..ATTEMPTS {
        if let Some(journal) = Journal::begin(place, entries)? {
            return Ok((journal, recovered));
        }
        recovered.extend(recover::recover_at(place)?);
        if let Some(RecoveryOutcome::Ignored(error)) = recovered.last().map(|one| &one.outcome) {
            return Err(error.clone().hint("find out where it comes from, and remove it"));
        }
    }
    Err(Error::new(ErrorKind::ChangedMeanwhile, "other runs of agepatch keep replacing files")
        .hint("run the command again"))
}

/// Puts the new ciphertexts in place, up to the first failure.
fn exchange_all(staged: &[(&Replacement, Staged)]) -> Result<()> {
    for (one, staged) in staged {
        let original = &one.original;
        let is_old = |path: &Path| holds(path, original.bytes());
        match put(staged.path(), original.path(), !original.exists(), &is_old) {
            Ok(Put::Done) => {}
            Ok(Put::Overtaken) => return Err(original.changed()),
            Err(error) => return Err(one.failed(&error)),
        }
    }
    Ok(())
}

/// Fails if a program that had opened a file before the exchange wrote to it afterwards.
fn refuse_touched(staged: &[(&Replacement, Staged)]) -> Result<()> {
    let is_untouched = |original: &Original, staged: &Staged| {
        let Some(old) = original.metadata() else { return true };
        is_untouched(staged.path(), old) || holds(staged.path(), original.bytes()).unwrap_or_default()
    };
    match staged.iter().find(|(one, staged)| !is_untouched(&one.original, staged)) {
        Some((one, _)) => Err(one.original.changed()),
        None => Ok(()),
    }
}

/// Restores the old files after `error`. If that fails and there is a journal, the next run tries again.
fn undo(staged: Vec<(&Replacement, Staged)>, error: Error, journal: Option<Journal>) -> Error {
    let mut lost = Vec::new();
    for (one, staged) in &staged {
        let original = &one.original;
        if put_back(staged.path(), original.path(), !original.exists(), &one.sealed.sha256()).is_err() {
            lost.push(original.path());
        }
    }
    let synced = sync_folders(staged.iter().map(|(one, _)| one.original.path()));
    if lost.is_empty() && synced.is_ok() {
        drop(staged);
        return match journal.map(Journal::remove) {
            Some(Err(failed)) => unremoved(&failed),
            _ => error,
        };
    }
    let lost = Shown::join(lost.into_iter().map(Path::display), ", ");
    for (_, staged) in staged {
        staged.leave();
    }
    error.hint(shown!("these have their new content already: {}", lost))
}

fn synced(files: &[&Path]) -> Result<()> {
    sync_folders(files.iter().copied()).map_err(|error| Error::io("cannot write to the folders of the files", &error))
}

fn interrupted() -> Error {
    Error::new(ErrorKind::Io, "interrupted, nothing was changed")
}

fn unremoved(error: &io::Error) -> Error {
    Error::io("the files are consistent, but the journal cannot be removed", error)
}

impl Replacement {
    fn entry(&self) -> JournalEntry {
        JournalEntry {
            target: self.original.path().to_owned(),
            staged: self.temporary(),
            old: self.original.exists().then(|| self.original.sha256()),
            new: self.sealed.sha256(),
        }
    }

    fn temporary(&self) -> PathBuf {
        let old = self.original.exists().then(|| self.original.bytes());
        stage_name::path(self.original.path(), old, self.sealed.bytes())
    }

    /// Writes the new ciphertext; creates missing folders for a new file.
    fn stage(&self, path: PathBuf) -> Result<Staged> {
        if let Some(folder) = path.parent().filter(|folder| !self.original.exists() && !folder.exists()) {
            fs::create_dir_all(folder).map_err(|error| self.failed(&error))?;
            if folder.canonicalize().ok().as_deref() != Some(folder) {
                return Err(self.original.changed());
            }
        }
        leftovers::remove_of(self.original.path(), self.original.exists().then(|| self.original.bytes()));
        stage::write(&self.original, self.sealed.bytes(), path).map_err(|error| self.failed(&error))
    }

    /// Names the file, and the attribute that prevents even root from replacing it.
    fn failed(&self, error: &io::Error) -> Error {
        let path = self.original.path();
        let error_of = |place: &'static str| {
            Error::io(shown!("cannot write the file: {} cannot be changed (attribute i or a)", place), error)
                .hint("`lsattr` shows the attribute, `chattr -i` and `chattr -a` remove it")
        };
        let refused = error.raw_os_error() == Some(rustix::io::Errno::PERM.raw_os_error());
        match path.parent() {
            _ if refused && swap::is_immutable(path) => error_of("it"),
            Some(folder) if refused && swap::is_immutable(folder) => error_of("its folder"),
            _ => Error::io("cannot write the file", error),
        }
        .in_file(path.display())
    }
}
