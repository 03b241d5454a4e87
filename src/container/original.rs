//! A file as it was read, under its lock.

use std::fs::{self, File, Metadata, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::sealed::sha256 as hash;
use crate::error::{Error, Kind, Result};
use crate::input::{self, Limit};

/// How long another run is waited for: many may queue at one file, but a person in an editor may take for ever.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often is looked whether the other run has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// A file as it was read. The advisory lock is held until this is dropped.
pub struct Original {
    /// Where it is, symbolic links followed.
    pub(super) path: PathBuf,
    bytes: Vec<u8>,
    /// What the file system says of it; `None` where it does not exist yet.
    pub(super) metadata: Option<Metadata>,
    _lock: File,
}

impl Original {
    /// Reads the file; waits a while for another run that edits it.
    ///
    /// # Errors
    /// `io`; `changed-meanwhile`, where the other run does not end.
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_within(path, PATIENCE)
    }

    fn read_within(path: &Path, patience: Duration) -> Result<Self> {
        let failed = |error: &std::io::Error| Error::io("cannot read the file", error);
        let path = path.canonicalize().map_err(|error| failed(&error))?;
        loop {
            let mut file = input::open(&path).map_err(|error| failed(&error))?;
            lock(&file, patience)?;
            let metadata = file.metadata().map_err(|error| failed(&error))?;
            // Whoever held the lock has put another file in its place.
            if !is_same(&metadata, &fs::metadata(&path).map_err(|error| failed(&error))?) {
                continue;
            }
            let bytes = input::contents(&mut file, Limit::Secret).map_err(|error| failed(&error))?;
            return Ok(Self { path, bytes, metadata: Some(metadata), _lock: file });
        }
    }

    /// A file that does not exist yet; its folder is locked.
    ///
    /// # Errors
    /// `io`, where there is no such folder; `changed-meanwhile`, where another run made the file.
    pub fn absent(path: &Path) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let folder = File::open(folder).map_err(|error| Error::io("cannot open the folder of the file", &error))?;
        lock(&folder, PATIENCE)?;
        if path.symlink_metadata().is_ok() {
            return Err(Error::new(Kind::ChangedMeanwhile, "the file was made meanwhile"));
        }
        Ok(Self { path: path.to_owned(), bytes: Vec::new(), metadata: None, _lock: folder })
    }

    /// Its content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it exists.
    pub fn exists(&self) -> bool {
        self.metadata.is_some()
    }

    /// Of its content.
    pub fn sha256(&self) -> String {
        hash(&self.bytes)
    }

    /// Refuses to go on if the file is no longer the one that was read.
    pub(super) fn refuse_changed(&self) -> Result<()> {
        let unchanged = match &self.metadata {
            Some(_) => input::read(&self.path, Limit::Secret).is_ok_and(|bytes| bytes == self.bytes),
            None => self.path.symlink_metadata().is_err(),
        };
        if unchanged {
            return Ok(());
        }
        Err(Error::new(Kind::ChangedMeanwhile, "the file on disk is no longer the one that was read")
            .in_file(self.path.display())
            .hint("run the command again"))
    }
}

/// Takes the advisory lock.
fn lock(file: &File, patience: Duration) -> Result<()> {
    let begin = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if begin.elapsed() < patience => thread::sleep(GLANCE),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(Kind::ChangedMeanwhile, "another run of agepatch has the file open")
                    .hint("is it open in an editor? Run the command again when that has ended"));
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("cannot lock the file", &error)),
        }
    }
}

#[cfg(unix)]
fn is_same(left: &Metadata, right: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_run_is_waited_for_but_not_for_ever() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.age");
        fs::write(&path, b"age").expect("written");
        let held = Original::read(&path).expect("it is free");
        let refused = Original::read_within(&path, Duration::from_millis(30)).err().expect("it is held");
        assert_eq!(refused.kind(), Kind::ChangedMeanwhile);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| Original::read(&path).map(|original| original.bytes().to_vec()));
            drop(held);
            assert_eq!(waiting.join().expect("no panic").expect("it is free now"), b"age");
        });
    }
}
