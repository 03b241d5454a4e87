//! A file as it was read, under its lock.

use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::open::is_age;
use super::seal::sha256 as hash;
use crate::error::{Error, Kind, Result};

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
    /// Reads the file; waits for another run that edits it.
    ///
    /// # Errors
    /// `io`.
    pub fn read(path: &Path) -> Result<Self> {
        let failed = |error: &std::io::Error| Error::io("cannot read the file", error);
        let path = path.canonicalize().map_err(|error| failed(&error))?;
        loop {
            let mut file = File::open(&path).map_err(|error| failed(&error))?;
            file.lock().map_err(|error| failed(&error))?;
            let metadata = file.metadata().map_err(|error| failed(&error))?;
            // Whoever held the lock has put another file in its place.
            if !is_same(&metadata, &fs::metadata(&path).map_err(|error| failed(&error))?) {
                continue;
            }
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map_err(|error| failed(&error))?;
            return Ok(Self { path, bytes, metadata: Some(metadata), _lock: file });
        }
    }

    /// A file that does not exist yet; its folder is locked.
    ///
    /// # Errors
    /// `io`, where there is no such folder; `changed-meanwhile`, where another run made the file.
    pub fn absent(path: &Path) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let lock = File::open(folder).and_then(|file| file.lock().map(|()| file));
        let lock = lock.map_err(|error| Error::io("cannot open the folder of the file", &error))?;
        if path.symlink_metadata().is_ok() {
            return Err(Error::new(Kind::ChangedMeanwhile, "the file was made meanwhile"));
        }
        Ok(Self { path: path.to_owned(), bytes: Vec::new(), metadata: None, _lock: lock })
    }

    /// Its content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it exists.
    pub fn exists(&self) -> bool {
        self.metadata.is_some()
    }

    /// Whether it is armored.
    pub fn armor(&self) -> bool {
        is_age(&self.bytes) && self.bytes.starts_with(b"-----")
    }

    /// Of its content.
    pub fn sha256(&self) -> String {
        hash(&self.bytes)
    }

    /// Refuses to go on if the file is no longer the one that was read.
    pub(super) fn refuse_changed(&self) -> Result<()> {
        let unchanged = match &self.metadata {
            Some(_) => fs::read(&self.path).is_ok_and(|bytes| bytes == self.bytes),
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

#[cfg(unix)]
fn is_same(left: &Metadata, right: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}
