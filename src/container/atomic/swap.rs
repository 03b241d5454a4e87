//! Renames that lose no data.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use crate::hex::hex;

/// The number of bytes to compare or hash at once.
const CHUNK: usize = 1 << 16;
/// The suffix of a second name for the old file, on file systems that cannot exchange two names.
pub(super) const KEPT: &str = ".old";

/// Exchanges two names, so that whatever was at `target` is at `staged` afterwards, even if another program put it
/// there just now. If the file system cannot do that in one step, `staged` becomes a link to the old file instead, and
/// [`settle_kept`] repairs what a kill between the steps leaves.
///
/// # Errors
/// Errors of the file system; nothing has changed in that case.
pub(super) fn exchange(staged: &Path, target: &Path) -> io::Result<()> {
    match renameat_with(CWD, staged, CWD, target, RenameFlags::EXCHANGE) {
        Err(error) if is_missing(error) => exchange_by_links(staged, target),
        other => Ok(other?),
    }
}

fn exchange_by_links(staged: &Path, target: &Path) -> io::Result<()> {
    let kept = kept_path(staged);
    remove_if_there(&kept)?;
    if fs::hard_link(target, &kept).is_err() {
        copy(target, &kept)?;
    }
    fs::rename(staged, target).or_else(|error| remove_if_there(&kept).and(Err(error)))?;
    fs::rename(&kept, staged)
}

/// Moves `staged` to `target`, which must not exist.
///
/// # Errors
/// `AlreadyExists`, and errors of the file system.
pub(super) fn create(staged: &Path, target: &Path) -> io::Result<()> {
    match renameat_with(CWD, staged, CWD, target, RenameFlags::NOREPLACE) {
        Err(error) if is_missing(error) => {}
        other => return Ok(other?),
    }
    match fs::hard_link(staged, target) {
        Ok(()) => fs::remove_file(staged),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Without hard links, all that is left is a check.
        Err(_) if target.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(staged, target),
    }
}

/// Finishes an interrupted exchange by links: afterwards the old file is either at `staged` or only at its target.
///
/// # Errors
/// Errors of the file system.
pub(super) fn settle_kept(staged: &Path, old: &str) -> io::Result<()> {
    let kept = kept_path(staged);
    if hash_of(&kept)?.as_deref() != Some(old) {
        return Ok(());
    }
    if staged.symlink_metadata().is_ok() { fs::remove_file(&kept) } else { fs::rename(&kept, staged) }
}

/// The SHA-256 of a regular file, in hex; `None` if the path does not exist. Does not follow symbolic links.
///
/// # Errors
/// Errors of the file system; `InvalidInput` if it is not a regular file.
pub(super) fn hash_of(path: &Path) -> io::Result<Option<String>> {
    let Some(mut file) = open_regular(path)? else { return Ok(None) };
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(Some(hex(&hash.finalize()))),
            length => hash.update(&chunk[..length]),
        }
    }
}

/// Whether the file contains exactly these bytes.
///
/// # Errors
/// See [`hash_of`].
pub(super) fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let Some(mut file) = open_regular(path)? else { return Ok(false) };
    if file.metadata()?.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut chunk = vec![0; CHUNK.min(bytes.len() + 1)];
    let mut rest = bytes;
    loop {
        let length = file.read(&mut chunk)?;
        if length == 0 {
            return Ok(rest.is_empty());
        }
        let Some((expected, after)) = rest.split_at_checked(length) else { return Ok(false) };
        if expected != &chunk[..length] {
            return Ok(false);
        }
        rest = after;
    }
}

/// Opens a file without following links, and without blocking on a pipe.
fn open_regular(path: &Path) -> io::Result<Option<File>> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = match fs::OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if file.metadata()?.is_file() {
        return Ok(Some(file));
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
}

/// Makes the names in the folder survive a power failure.
///
/// # Errors
/// Errors of the file system.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Syncs the folder of each file once.
pub(super) fn sync_folders<'p>(files: impl IntoIterator<Item = &'p Path>) -> io::Result<()> {
    let folders: BTreeSet<&Path> = files.into_iter().filter_map(Path::parent).collect();
    folders.into_iter().try_for_each(sync_folder)
}

/// Whether an attribute of the file prevents everybody from replacing it.
#[cfg(target_os = "linux")]
pub(super) fn is_immutable(path: &Path) -> bool {
    use rustix::fs::{IFlags, ioctl_getflags};
    let Ok(file) = File::open(path) else { return false };
    ioctl_getflags(&file).is_ok_and(|flags| flags.intersects(IFlags::IMMUTABLE | IFlags::APPEND))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_immutable(_: &Path) -> bool {
    false
}

/// Removes a file if it exists.
///
/// # Errors
/// Errors of the file system.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

fn kept_path(staged: &Path) -> PathBuf {
    let mut name = staged.as_os_str().to_owned();
    name.push(KEPT);
    name.into()
}

/// Whether the kernel or the file system lacks the operation.
fn is_missing(error: Errno) -> bool {
    matches!(error, Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exchanged_with_and_without_kernel_support() {
        for exchange in [exchange, exchange_by_links] {
            let folder = tempfile::tempdir().expect("a folder");
            let [staged, target] = ["staged", "target"].map(|name| folder.path().join(name));
            fs::write(&staged, "new").expect("written");
            fs::write(&target, "old").expect("written");
            exchange(&staged, &target).expect("exchanged");
            assert!(holds(&staged, b"old").expect("read") && holds(&target, b"new").expect("read"));
            assert!(!holds(&target, b"newer").expect("read") && !holds(&target, b"nex").expect("read"));
            assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
            fs::remove_file(&target).expect("removed");
            exchange(&staged, &target).expect_err("there is nothing to exchange");
            assert!(holds(&staged, b"old").expect("read"));
        }
    }

    #[test]
    fn nothing_is_created_over_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let [staged, target] = ["staged", "target"].map(|name| folder.path().join(name));
        fs::write(&staged, "new").expect("written");
        create(&staged, &target).expect("created");
        assert!(holds(&target, b"new").expect("read") && !holds(&staged, b"new").expect("read"));
        fs::write(&staged, "newer").expect("written");
        assert_eq!(create(&staged, &target).expect_err("it exists").kind(), io::ErrorKind::AlreadyExists);
        assert!(holds(&target, b"new").expect("read") && holds(&staged, b"newer").expect("read"));
    }

    #[test]
    fn an_exchange_by_links_cut_short_is_finished() {
        let old = hex(&Sha256::digest("old"));
        for (renamed, remains) in [(false, "new"), (true, "old")] {
            let folder = tempfile::tempdir().expect("a folder");
            let [staged, target] = ["staged", "target"].map(|name| folder.path().join(name));
            fs::write(&staged, "new").expect("written");
            fs::write(&target, "old").expect("written");
            fs::hard_link(&target, kept_path(&staged)).expect("linked");
            if renamed {
                fs::rename(&staged, &target).expect("renamed");
            }
            settle_kept(&staged, &old).expect("settled");
            assert!(holds(&staged, remains.as_bytes()).expect("read"));
            assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
        }
    }

    #[test]
    fn links_and_pipes_are_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).expect("a link");
        hash_of(&link).expect_err("a link");
        hash_of(folder.path()).expect_err("a folder");
        hash_of(Path::new("/dev/zero")).expect_err("a device");
        assert_eq!(hash_of(&folder.path().join("none")).expect("nothing"), None);
    }
}
