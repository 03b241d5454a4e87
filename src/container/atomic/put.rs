//! Exchanges one file with its new ciphertext, and back, and verifies what was replaced.

use std::fs;
use std::io;
use std::path::Path;

use super::swap::{create, exchange, hash_of};

/// The result of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// The new file is in place.
    Done,
    /// Another program changed the file since it was read; its version is in place.
    Overtaken,
}

/// Puts `staged` at `target`. Afterwards `staged` is the old file, if there was one.
///
/// `is_old` checks whether a path holds the file that was read; it is called before the exchange and on the replaced
/// file.
///
/// # Errors
/// Errors of the file system; nothing has changed in that case.
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

/// Undoes [`put`], unless another program changed the file since then; returns whether it was undone.
///
/// # Errors
/// Errors of the file system.
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

/// Whether a replaced file is unchanged since it was read. A program that had it open may have written to it.
pub(super) fn is_untouched(staged: &Path, old: &fs::Metadata) -> bool {
    let seen = |metadata: &fs::Metadata| (metadata.len(), metadata.modified().ok());
    staged.symlink_metadata().is_ok_and(|metadata| seen(&metadata) == seen(old))
}
