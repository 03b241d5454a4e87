//! The journal lists the files that are being replaced together. It is written before the first of them is replaced.
//!
//! It contains only names and hashes. The run that wrote it holds a lock on it; an unlocked journal belongs to a run
//! that died.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::{Component, Path, PathBuf};

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::journal_location::JournalLocation;
use super::stage_name;
use super::swap::sync_folder;
use crate::container::lock::{is_same, lock};
use crate::error::{Error, ErrorKind, Result};
use crate::input;
use crate::shown;
use crate::shown::ProgramOutput;

/// The name of the journal.
const NAME: &str = "journal";
/// The version of the format.
const VERSION: u32 = 1;
const LIMIT: u64 = 1 << 24;

/// A file of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JournalEntry {
    pub(super) target: PathBuf,
    /// The path of its new ciphertext, and of the old one after the exchange.
    pub(super) staged: PathBuf,
    /// The hash of the old ciphertext; `None` for a new file.
    pub(super) old: Option<String>,
    /// The hash of the new ciphertext.
    pub(super) new: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JournalText {
    agepatch: u32,
    files: Vec<JournalLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JournalLine {
    path: String,
    staged: String,
    old: Option<String>,
    new: String,
}

/// A locked journal on disk.
pub(super) struct Journal {
    path: PathBuf,
    _lock: File,
}

/// The result of looking for a journal.
pub(super) enum JournalState {
    /// There is none, or it was removed in the meantime.
    None,
    /// A journal whose run died, with its entries.
    Abandoned(Journal, Vec<JournalEntry>),
    /// A truncated journal: nothing had been replaced yet.
    CutShort(Journal),
    /// A journal that this program cannot have written.
    Foreign(Error),
}

impl Journal {
    /// Writes the journal of a set and syncs it to disk. `None` if there is another journal.
    ///
    /// # Errors
    /// `io`.
    pub(super) fn begin(place: &JournalLocation, entries: &[JournalEntry]) -> Result<Option<Self>> {
        let failed = |error: io::Error| {
            Error::io("cannot write the journal", &error)
                .in_file(place.folder.display())
                .hint("without a journal several files cannot be replaced atomically; edit them one by one")
        };
        let text = text(place, entries)?;
        let path = place.folder.join(NAME);
        let mut file = match create(&place.folder, &path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            file => file.map_err(failed)?,
        };
        lock(&file)?;
        if !is_at(&file, &path) {
            // Another run mistook the empty file for the leftover of a dead run.
            return Self::begin(place, entries);
        }
        let journal = Self { path, _lock: file.try_clone().map_err(failed)? };
        let written = file.write_all(&text).and_then(|()| file.sync_all()).and_then(|()| sync_folder(&place.folder));
        match written.and_then(|()| sync_folder(place.folder.parent().unwrap_or(&place.folder))) {
            Ok(()) => Ok(Some(journal)),
            Err(error) => {
                drop(journal.remove());
                Err(failed(error))
            }
        }
    }

    /// Looks for a journal at a place, and waits for the run that holds it.
    ///
    /// # Errors
    /// `changed-meanwhile` if that run does not finish; `io`.
    pub(super) fn find(place: &JournalLocation) -> Result<JournalState> {
        let path = place.folder.join(NAME);
        loop {
            let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
            let mut file = match OpenOptions::new().read(true).custom_flags(flags).open(&path) {
                Ok(file) => file,
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    return Ok(JournalState::None);
                }
                Err(error) => return Err(Error::io("cannot read the journal", &error).in_file(path.display())),
            };
            if let Err(error) = refuse_foreign(&file, place) {
                return Ok(JournalState::Foreign(error.in_file(path.display())));
            }
            lock(&file)?;
            if !is_at(&file, &path) {
                continue;
            }
            let mut text = Vec::new();
            let read = Read::by_ref(&mut file).take(LIMIT).read_to_end(&mut text);
            read.map_err(|error| Error::io("cannot read the journal", &error).in_file(path.display()))?;
            let journal = Self { path, _lock: file };
            return Ok(match serde_json::from_slice::<JournalText>(&text) {
                Ok(text) => match entries(text, place) {
                    Ok(entries) => JournalState::Abandoned(journal, entries),
                    Err(error) => JournalState::Foreign(error.in_file(journal.path.display())),
                },
                // After a power failure it may consist of zeros.
                Err(error) if error.is_eof() || text.iter().all(|byte| *byte == 0) => JournalState::CutShort(journal),
                Err(error) => JournalState::Foreign(
                    Error::new(
                        ErrorKind::Damaged,
                        shown!("the journal cannot be read: {}", ProgramOutput::shown(error.to_string())),
                    )
                    .in_file(journal.path.display()),
                ),
            });
        }
    }

    /// Whether a journal at this place lists the file.
    pub(super) fn lists(place: &JournalLocation, file: &Path) -> bool {
        let Ok(journal) = input::open(&place.folder.join(NAME)) else { return false };
        let mut text = Vec::new();
        if journal.take(LIMIT).read_to_end(&mut text).is_err() {
            return true;
        }
        // A journal that is being written may list it.
        let Ok(text) = serde_json::from_slice::<JournalText>(&text) else { return true };
        entries(text, place).is_ok_and(|entries| entries.iter().any(|entry| entry.target == file))
    }

    /// Removes the journal after the set is complete.
    ///
    /// # Errors
    /// Errors of the file system.
    pub(super) fn remove(self) -> io::Result<()> {
        fs::remove_file(&self.path)?;
        // Another run may be about to write its own journal.
        drop(self.path.parent().map(fs::remove_dir));
        Ok(())
    }
}

fn create(folder: &Path, path: &Path) -> io::Result<File> {
    loop {
        match fs::create_dir(folder) {
            Ok(()) => share(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        match OpenOptions::new().read(true).write(true).create_new(true).open(path) {
            // Another run has just removed the folder.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => return other,
        }
    }
}

/// Lets everyone who can write to the surrounding folder remove the journal, since it may have been written by root.
fn share(folder: &Path) {
    let Some(Ok(around)) = folder.parent().map(fs::metadata) else { return };
    // Only root can change the owner; for others the owner is right already.
    drop(chown(folder, Some(around.uid()), Some(around.gid())));
    drop(fs::set_permissions(folder, around.permissions()));
}

fn text(place: &JournalLocation, entries: &[JournalEntry]) -> Result<Vec<u8>> {
    let line = |entry: &JournalEntry| {
        let text = |path: Option<&Path>| {
            path.and_then(Path::to_str).map(str::to_owned).ok_or_else(|| {
                Error::new(ErrorKind::Io, "the file's path is not UTF-8, so it cannot be replaced together with others")
                    .in_file(entry.target.display())
            })
        };
        Ok(JournalLine {
            path: text(entry.target.strip_prefix(&place.root).ok())?,
            staged: text(entry.staged.file_name().map(Path::new))?,
            old: entry.old.clone(),
            new: entry.new.clone(),
        })
    };
    let files = entries.iter().map(line).collect::<Result<_>>()?;
    serde_json::to_vec(&JournalText { agepatch: VERSION, files })
        .map_err(|error| Error::io("cannot write the journal", &error.into()))
}

/// The entries of a journal, if they are all files below the root with temporary names beside them. Outside git,
/// anybody may have written it.
fn entries(text: JournalText, place: &JournalLocation) -> Result<Vec<JournalEntry>> {
    let refused = |what: &'static str| Err(Error::new(ErrorKind::Damaged, shown!("the journal is ignored: {}", what)));
    if text.agepatch != VERSION {
        return refused("another version of agepatch wrote it");
    }
    let is_hash = |hash: &String| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut entries = Vec::new();
    for line in text.files {
        let path = Path::new(&line.path);
        let is_plain = path.components().all(|component| matches!(component, Component::Normal(_)));
        let target = place.root.join(path);
        let folder = target.parent().unwrap_or(&place.root);
        // A folder behind a link may be anywhere.
        if line.path.is_empty() || !is_plain || folder.canonicalize().is_ok_and(|real| real != folder) {
            return refused("it lists a file outside its folder");
        }
        if !stage_name::is_temporary(&line.staged) || !is_hash(&line.new) || !line.old.iter().all(is_hash) {
            return refused("agepatch did not write it");
        }
        let staged = target.with_file_name(&line.staged);
        entries.push(JournalEntry { target, staged, old: line.old, new: line.new });
    }
    Ok(entries)
}

/// Fails for a journal of an unexpected user.
fn refuse_foreign(file: &File, place: &JournalLocation) -> Result<()> {
    let metadata = file.metadata().map_err(|error| Error::io("cannot read the journal", &error))?;
    if metadata.is_file() && place.trusts(&metadata) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Damaged, "the journal is ignored: it belongs to another user"))
}

fn is_at(file: &File, path: &Path) -> bool {
    let same = |opened: fs::Metadata| fs::symlink_metadata(path).is_ok_and(|named| is_same(&opened, &named));
    file.metadata().is_ok_and(same)
}
