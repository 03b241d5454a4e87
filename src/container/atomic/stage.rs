//! New ciphertexts beside the files that they will replace.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use super::stage_name::unfinished;
use super::swap::remove_if_there;
use crate::container::original::Original;

/// A complete ciphertext under a temporary name, removed on drop.
pub(super) struct Staged {
    path: PathBuf,
    /// Locked, so that `doctor` sees that it is in use.
    _file: File,
}

impl Staged {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps the file.
    pub(super) fn leave(mut self) {
        self.path = PathBuf::new();
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // If it cannot be removed here, `doctor` finds it.
            drop(remove_if_there(&self.path));
        }
    }
}

/// Writes the bytes to `path`, beside the original and with its owner and permissions, and syncs them. The name appears
/// only after they are complete and on disk.
///
/// # Errors
/// Errors of the file system.
pub(super) fn write(original: &Original, bytes: &[u8], path: PathBuf) -> io::Result<Staged> {
    if let Some(file) = nameless(&path) {
        fill(&file, original, bytes)?;
        if name_it(&file, &path).is_ok() {
            return Ok(Staged { path, _file: file });
        }
    }
    let part = unfinished(&path);
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    let part = Staged { path: part, _file: file.try_clone()? };
    fill(&file, original, bytes)?;
    fs::rename(part.path(), &path)?;
    part.leave();
    Ok(Staged { path, _file: file })
}

fn fill(mut file: &File, original: &Original, bytes: &[u8]) -> io::Result<()> {
    // No other run knows the file yet; a file system without locks has already rejected the original.
    drop(file.try_lock());
    file.write_all(bytes)?;
    take_over(file, original)?;
    file.sync_all()
}

/// Copies owner, group, and permissions from the original.
fn take_over(file: &File, original: &Original) -> io::Result<()> {
    let Some(old) = original.metadata() else {
        return file.set_permissions(fs::Permissions::from_mode(0o644));
    };
    let new = file.metadata()?;
    if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
        fchown(file, Some(old.uid()), Some(old.gid()))?;
    }
    file.set_permissions(old.permissions())
}

/// An unnamed file in the folder of `path`, which vanishes with the process; `None` if the system has no such files.
#[cfg(target_os = "linux")]
fn nameless(path: &Path) -> Option<File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    openat(CWD, path.parent()?, flags, Mode::RUSR | Mode::WUSR).ok().map(File::from)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn name_it(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Gives the file a name.
#[cfg(target_os = "linux")]
fn name_it(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}
