//! A file as it was read, with its lock.

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::atomic::{Recovered, is_listed, recover_file};
use super::lock::{LOCK_TIMEOUT, is_same, lock_within, locked_folder};
use super::sealed::sha256 as hash;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::shown;

/// A file as it was read. The advisory lock is held until this is dropped.
pub struct Original {
    /// Its path, with symbolic links resolved.
    path: PathBuf,
    bytes: Vec<u8>,
    /// Its metadata; `None` if it does not exist yet.
    metadata: Option<Metadata>,
    recovered: Vec<Recovered>,
    _lock: Arc<File>,
}

impl Original {
    /// Reads the file. Waits for another run that edits it, and finishes or undoes what a dead run left unfinished.
    ///
    /// # Errors
    /// `io`; `changed-meanwhile` if the other run does not finish.
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_within(path, LOCK_TIMEOUT)
    }

    fn read_within(path: &Path, timeout: Duration) -> Result<Self> {
        let failed = |error: &std::io::Error| Error::io("cannot read the file", error);
        refuse_dangling(path)?;
        let path = path.canonicalize().map_err(|error| failed(&error))?;
        let (mut recovered, mut is_ignored) = (Vec::new(), false);
        loop {
            let mut file = input::open(&path).map_err(|error| failed(&error))?;
            lock_within(&file, timeout)?;
            // The previous holder of the lock may have died in the middle of a set.
            if !is_ignored && is_listed(&path) {
                drop(file);
                let (ignored, done) = recover_file(&path)?.into_iter().partition(Recovered::is_ignored);
                is_ignored = !Vec::<Recovered>::is_empty(&ignored);
                recovered.extend::<Vec<Recovered>>(done);
                continue;
            }
            let metadata = file.metadata().map_err(|error| failed(&error))?;
            // The previous holder of the lock has replaced the file.
            if !is_same(&metadata, &fs::metadata(&path).map_err(|error| failed(&error))?) {
                continue;
            }
            let bytes = input::contents(&mut file, Limit::Secret).map_err(|error| failed(&error))?;
            return Ok(Self { path, bytes, metadata: Some(metadata), recovered, _lock: Arc::new(file) });
        }
    }

    /// A file that does not exist yet. Locks its folder, or the nearest existing one above.
    ///
    /// # Errors
    /// `io` if the folder cannot be opened, or the path is a dangling link; `changed-meanwhile` if another run created
    /// the file.
    pub fn absent(path: &Path) -> Result<Self> {
        refuse_dangling(path)?;
        let cannot = |error| Error::io("cannot open the folder of the file", &error);
        let above = path.ancestors().skip(1).find(|folder| folder.exists()).unwrap_or(Path::new("."));
        let folder = above.canonicalize().map_err(cannot)?;
        let path = path.strip_prefix(above).map_or_else(|_| folder.clone(), |rest| folder.join(rest));
        let lock = locked_folder(&folder)?;
        let recovered = recover_file(&path)?;
        if path.symlink_metadata().is_ok() {
            return Err(Error::new(ErrorKind::ChangedMeanwhile, "the file was created concurrently")
                .hint("run the command again"));
        }
        Ok(Self { path, bytes: Vec::new(), metadata: None, recovered, _lock: lock })
    }

    /// Its path, with symbolic links resolved.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its metadata; `None` if it does not exist yet.
    pub(super) fn metadata(&self) -> Option<&Metadata> {
        self.metadata.as_ref()
    }

    /// The outcomes of unfinished sets that this file belonged to.
    pub fn recovered(&self) -> &[Recovered] {
        &self.recovered
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn exists(&self) -> bool {
        self.metadata.is_some()
    }

    /// The SHA-256 of its content.
    pub fn sha256(&self) -> String {
        hash(&self.bytes)
    }

    /// The error for a file on disk that is no longer the one that was read.
    pub(super) fn changed(&self) -> Error {
        let message = match self.exists() {
            true => "the file on disk is no longer the one that was read",
            false => "the file was created concurrently",
        };
        Error::new(ErrorKind::ChangedMeanwhile, message).in_file(self.path.display()).hint("run the command again")
    }
}

/// Fails for a dangling link, since it is unclear whether to create its target or replace it.
fn refuse_dangling(path: &Path) -> Result<()> {
    let Ok(target) = fs::read_link(path) else { return Ok(()) };
    if path.exists() {
        return Ok(());
    }
    let message = shown!("the file is a symbolic link to {}, which does not exist", target.display());
    Err(Error::new(ErrorKind::Io, message).hint("remove the link, or create the file that it points to"))
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn another_run_is_waited_for_but_not_forever() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.age");
        fs::write(&path, b"age").expect("written");
        let held = Original::read(&path).expect("it is free");
        let refused = Original::read_within(&path, Duration::from_millis(30)).err().expect("it is held");
        assert_eq!(refused.kind(), ErrorKind::ChangedMeanwhile);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| Original::read(&path).map(|original| original.bytes().to_vec()));
            drop(held);
            assert_eq!(waiting.join().expect("no panic").expect("it is free now"), b"age");
        });
    }
}
