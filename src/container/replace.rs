//! Ciphertexts put in place, all or none.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::original::Original;
use super::sealed::Sealed;
use crate::error::{Error, Result};

/// A file and its new ciphertext.
pub struct Replacement {
    /// The file as it was read.
    pub original: Original,
    /// What comes in its place.
    pub sealed: Sealed,
}

/// Replaces the files: all ciphertexts are written beside them before the first is renamed; a failure puts the old files
/// back.
///
/// # Errors
/// `changed-meanwhile`, `io`.
pub fn replace_all(replacements: Vec<Replacement>) -> Result<()> {
    let mut ready = Vec::new();
    for replacement in replacements {
        let file = beside(&replacement.original, replacement.sealed.bytes())
            .map_err(|error| failed(&error, &replacement.original))?;
        ready.push((replacement.original, file.into_temp_path()));
    }
    ready.iter().try_for_each(|(original, _)| original.refuse_changed())?;
    let mut done: Vec<Original> = Vec::new();
    for (original, file) in ready {
        if let Err(error) = file.persist(&original.path) {
            return Err(put_back(&done, failed(&error.error, &original)));
        }
        let synced = sync_folder(&original.path).map_err(|error| failed(&error, &original));
        done.push(original);
        synced.map_err(|error| put_back(&done, error))?;
    }
    Ok(())
}

/// Writes the bytes to a temporary file beside the original, with its owner and permissions.
fn beside(original: &Original, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let folder = original.path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    take_over(file.as_file(), original)?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(unix)]
fn take_over(file: &File, original: &Original) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let Some(old) = &original.metadata else {
        return file.set_permissions(fs::Permissions::from_mode(0o644));
    };
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        fchown(file, Some(old.uid()), Some(old.gid()))?;
    }
    file.set_permissions(old.permissions())
}

#[cfg(not(unix))]
fn take_over(_: &File, _: &Original) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Puts the old files back after `error`; what cannot be put back is named in it.
fn put_back(done: &[Original], error: Error) -> Error {
    let back = |original: &Original| match original.exists() {
        true => beside(original, original.bytes())?.persist(&original.path).map(drop).map_err(|error| error.error),
        false if original.path.exists() => fs::remove_file(&original.path),
        false => Ok(()),
    };
    let lost: Vec<String> = done
        .iter()
        .filter(|original| back(original).is_err())
        .map(|original| original.path.display().to_string())
        .collect();
    if lost.is_empty() { error } else { error.hint(format!("these hold the new content already: {}", lost.join(", "))) }
}

fn failed(error: &io::Error, original: &Original) -> Error {
    Error::io("cannot write the file", error).in_file(original.path.display())
}
