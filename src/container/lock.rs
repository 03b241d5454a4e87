//! Advisory locks of files and folders.

use std::fs::{File, Metadata, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};

/// How long to wait for another run: many may queue for one file, but a user in an editor may never finish.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(20);

/// How often to check whether the other run has finished.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The folders locked by this process, since a lock also excludes other open files of the same process.
static FOLDERS: Mutex<Vec<(PathBuf, Weak<File>)>> = Mutex::new(Vec::new());

/// Locks a folder, once for all files that this process creates in it.
pub(super) fn locked_folder(folder: &Path) -> Result<Arc<File>> {
    let mut folders = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
    folders.retain(|(_, lock)| lock.strong_count() > 0);
    if let Some(held) = folders.iter().find_map(|(path, lock)| lock.upgrade().filter(|_| path == folder)) {
        return Ok(held);
    }
    let file = File::open(folder).map_err(|error| Error::io("cannot open the folder of the file", &error))?;
    lock(&file)?;
    let file = Arc::new(file);
    folders.push((folder.to_owned(), Arc::downgrade(&file)));
    Ok(file)
}

/// Takes the advisory lock of an open file.
///
/// # Errors
/// `changed-meanwhile` if another run keeps the lock for too long; `io` if the file system does not support locks.
pub(super) fn lock(file: &File) -> Result<()> {
    lock_within(file, LOCK_TIMEOUT)
}

pub(super) fn lock_within(file: &File, timeout: Duration) -> Result<()> {
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < timeout => thread::sleep(POLL_INTERVAL),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(ErrorKind::ChangedMeanwhile, "another run of agepatch has the file open")
                    .hint("is it open in an editor? Run the command again when it is closed"));
            }
            Err(TryLockError::Error(error)) => {
                return Err(Error::io(
                    "the file cannot be locked, and without a lock two runs could overwrite each other",
                    &error,
                )
                .hint(
                    "does this file system support flock? A local one does; mount a network file system with locking",
                ));
            }
        }
    }
}

/// Whether both are the same file.
pub(super) fn is_same(left: &Metadata, right: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}
