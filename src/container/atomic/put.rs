//! One ciphertext put in place of a file, and back, with a look at what came out.

use std::fs;
use std::io;
use std::path::Path;

use super::swap::{create, exchange, hash_of};

/// What became of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// The new file is in place.
    Done,
    /// Another program has changed the file since it was read, and its version is in place.
    Overtaken,
}

/// Puts `staged` at `target`. Afterwards `staged` names the old file, if there was one.
///
/// `is_old` says of a path whether the file that was read is there; it is asked before the exchange and of what came out.
///
/// # Errors
/// Those of the file system; then nothing has changed.
pub(super) fn put(
    staged: &Path,
    target: &Path,
    creates: bool,
    is_old: &dyn Fn(&Path) -> io::Result<bool>,
) -> io::Result<Put> {
    if creates {
        return match create(staged, target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Put::Overtaken),
            other => other.map(|()| Put::Done),
        };
    }
    if !is_old(target)? {
        return Ok(Put::Overtaken);
    }
    match exchange(staged, target) {
        // Another program has just removed it.
        Err(error) if error.kind() == io::ErrorKind::NotFound && target.symlink_metadata().is_err() => {
            return Ok(Put::Overtaken);
        }
        other => other?,
    }
    if is_old(staged)? {
        return Ok(Put::Done);
    }
    exchange(staged, target)?;
    Ok(Put::Overtaken)
}

/// Undoes [`put`], unless another program has changed the file since: then its version stays. Says whether it was undone.
///
/// # Errors
/// Those of the file system.
pub(super) fn put_back(staged: &Path, target: &Path, creates: bool, new: &str) -> io::Result<bool> {
    let is_new = |path: &Path| hash_of(path).map(|hash| hash.as_deref() == Some(new));
    if !is_new(target)? {
        return Ok(false);
    }
    if creates {
        create(target, staged)?;
    } else {
        exchange(staged, target)?;
    }
    if is_new(staged)? {
        return Ok(true);
    }
    if creates {
        create(staged, target)?;
    } else {
        exchange(staged, target)?;
    }
    Ok(false)
}

/// Whether a file that came out of an exchange is as it was when it was read. A program that had it open may have written
/// to it since.
pub(super) fn is_untouched(staged: &Path, old: &fs::Metadata) -> bool {
    let seen = |metadata: &fs::Metadata| (metadata.len(), metadata.modified().ok());
    staged.symlink_metadata().is_ok_and(|metadata| seen(&metadata) == seen(old))
}
