//! The decrypted copy for the editor: in memory, readable only by this user, and removed afterwards.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::container::Plaintext;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::shown::FileName;

/// A folder (0700) with the copy (0600). Everything in it is overwritten and removed on drop.
pub(super) struct Scratch {
    folder: Option<TempDir>,
    file: PathBuf,
}

impl Scratch {
    /// Writes `text` where an editor can open it.
    ///
    /// # Errors
    /// `io` if there is no memory-backed storage and the disk is not allowed.
    pub(super) fn new(name: &str, text: &[u8], allow_disk: bool) -> Result<Self> {
        let place = memory().or_else(|| allow_disk.then(env::temp_dir)).ok_or_else(|| {
            Error::new(ErrorKind::Io, "there is no memory-backed storage for the decrypted copy").hint(
                "neither $XDG_RUNTIME_DIR nor /dev/shm can be used; --allow-disk uses a disk, where traces may remain",
            )
        })?;
        let cannot = |error: &std::io::Error| Error::io("cannot create the decrypted copy", error);
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix("agepatch-").permissions(fs::Permissions::from_mode(0o700));
        let folder = builder.tempdir_in(place).map_err(|error| cannot(&error))?;
        let file = folder.path().join(name);
        let scratch = Self { folder: Some(folder), file };
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&scratch.file);
        opened.and_then(|mut opened| opened.write_all(text)).map_err(|error| cannot(&error))?;
        Ok(scratch)
    }

    pub(super) fn path(&self) -> &Path {
        &self.file
    }

    pub(super) fn read(&self) -> Result<Plaintext> {
        let read = input::read(&self.file, Limit::Secret).map(Plaintext::new);
        read.map_err(|error| Error::io("the editor left no file", &error).hint("nothing was changed"))
    }

    /// Overwrites and removes everything.
    ///
    /// # Errors
    /// `io`, naming the folder that could not be removed.
    pub(super) fn remove(mut self) -> Result<()> {
        let Some(folder) = self.folder.take() else { return Ok(()) };
        overwrite(folder.path());
        let path = FileName::shown(folder.path().display().to_string());
        folder.close().map_err(|error| {
            Error::io("the decrypted copy cannot be removed", &error).in_file(path).hint("remove it by hand")
        })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            overwrite(folder.path());
        }
    }
}

/// Editors leave swap files and backups beside the copy.
fn overwrite(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, kind) = (entry.path(), entry.file_type());
        if kind.as_ref().is_ok_and(fs::FileType::is_dir) {
            overwrite(&path);
        } else if kind.is_ok_and(|kind| kind.is_file())
            && let Ok(length) = entry.metadata().map(|metadata| metadata.len())
            && let Ok(mut file) = OpenOptions::new().write(true).open(&path)
        {
            let zeros = vec![0_u8; usize::try_from(length).unwrap_or_default()];
            // A file that cannot be overwritten is still removed.
            drop(file.write_all(&zeros));
        }
    }
}

/// A folder of this user in memory-backed storage.
fn memory() -> Option<PathBuf> {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let candidates = [env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from), Some(PathBuf::from("/dev/shm"))];
    candidates.into_iter().flatten().find(|folder| folder.is_dir() && is_in_memory(folder, &mounts))
}

fn is_in_memory(folder: &Path, mounts: &str) -> bool {
    let Ok(folder) = folder.canonicalize() else { return false };
    let mounted = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    // The mount of a folder is the one with the longest path above it; of two with the same path, the later.
    let best = mounted.filter(|(place, _)| folder.starts_with(place)).max_by_key(|(place, _)| place.len());
    best.is_some_and(|(_, kind)| matches!(kind, "tmpfs" | "ramfs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_distinguished_from_disk_by_the_mounts() {
        let mounts = "/dev/vda / ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\nproc /proc proc rw 0 0\n";
        assert!(!is_in_memory(Path::new("/usr"), mounts));
        assert!(!is_in_memory(Path::new("/nonexistent"), mounts));
        let all = "tmpfs / tmpfs rw 0 0\n/dev/vda /usr ext4 rw 0 0\n";
        assert!(is_in_memory(Path::new("/etc"), all) && !is_in_memory(Path::new("/usr"), all));
    }

    #[test]
    fn the_copy_is_for_its_user_only_and_goes_with_what_the_editor_left() {
        let scratch = Scratch::new("x.yaml", b"text", true).expect("a place");
        let folder = scratch.path().parent().expect("a folder").to_owned();
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(scratch.path())), (0o700, 0o600));
        fs::write(folder.join(".x.yaml.swp"), b"text").expect("a swap file");
        drop(scratch);
        assert!(!folder.exists());
    }
}
