//! The key of the marks: random, created once, and stored in the repository's git folder, so that git neither commits
//! nor pushes it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use crate::input::{self, Limit};
use crate::memory::Zeroizing;

use crate::app::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::history::Repository;
use crate::redact::Marks;
use crate::redact::marks::KEY_LENGTH;
use crate::shown;

/// The path of the key in the git folder shared by all working trees.
const KEY: &str = "agepatch/mark-key";

/// The repository's marks; `None` outside one, or if the key can neither be read nor created.
pub(crate) fn marks(context: &Context) -> Option<Marks> {
    // A bare repository has no `.git` folder, but git finds it.
    let root = context.workspace.repository().unwrap_or(context.workspace.current());
    key(&Repository::new(root)).ok().map(Marks::new)
}

/// Removes the key; returns whether there was one.
///
/// # Errors
/// `io` if it cannot be removed.
pub(super) fn forget(repository: &Repository) -> Result<bool> {
    let path = path(repository)?;
    match fs::remove_file(&path) {
        Ok(()) => {
            // Remove the folder, too, if it is empty.
            drop(path.parent().map(fs::remove_dir));
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io("cannot remove the key of the marks", &error)),
    }
}

fn path(repository: &Repository) -> Result<PathBuf> {
    Ok(repository.shared_folder()?.join(KEY))
}

/// Reads the key, or creates it.
///
/// # Errors
/// `io` if that fails; `git` outside a repository.
pub(super) fn key(repository: &Repository) -> Result<[u8; KEY_LENGTH]> {
    let path = path(repository)?;
    let failed = |error: &std::io::Error| Error::io("cannot create the key of the marks", error);
    if let Some(key) = read(&path)? {
        return Ok(key);
    }
    let mut key = [0; KEY_LENGTH];
    getrandom::fill(&mut key)
        .map_err(|error| Error::new(ErrorKind::Io, shown!("the system's random number generator failed: {}", error)))?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    // Written to a temporary file and linked in place, so that several runs that start at once all get the same key.
    let folder = path.parent().unwrap_or(&path);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    file.write_all(&key).map_err(|error| failed(&error))?;
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(key),
        Err(_) => read(&path)?.ok_or_else(|| Error::new(ErrorKind::Io, "the key of the marks cannot be read")),
    }
}

fn read(path: &std::path::Path) -> Result<Option<[u8; KEY_LENGTH]>> {
    match input::read(path, Limit::Settings).map(Zeroizing::new) {
        Ok(bytes) => match <[u8; KEY_LENGTH]>::try_from(&bytes[..]) {
            Ok(key) => Ok(Some(key)),
            Err(_) => Err(Error::new(ErrorKind::Io, "the key of the marks is damaged")
                .in_file(path.display())
                .hint("remove the file; a new key is created, and the marks change")),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("cannot read the key of the marks", &error)),
    }
}
