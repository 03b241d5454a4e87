//! Reads files: only regular files, and none larger than its limit.
//!
//! A repository may contain a symbolic link to a device, a named pipe, or a gigabyte of zeros. Reading it must neither
//! block nor exhaust memory.

mod limit;

use std::collections::HashMap;
use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use crate::memory;

pub(crate) use limit::Limit;

/// Why an existing file is not read.
#[derive(Debug)]
struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

fn refused(why: impl Into<String>) -> io::Error {
    io::Error::other(Refused(why.into()))
}

/// Whether a file was rejected for what it is (a device, a pipe, a folder, too large), instead of by the file system.
pub(crate) fn is_refused(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Refused>()).is_some()
}

/// The content of files at one moment, by their paths with links resolved.
static SNAPSHOT: RwLock<Option<HashMap<PathBuf, Vec<u8>>>> = RwLock::new(None);

/// While this exists, [`read`] returns secrets as of one moment.
pub(crate) struct Snapshot(());

impl Snapshot {
    /// Uses these contents, by path with links resolved; other files are read on demand.
    pub(crate) fn hold(files: HashMap<PathBuf, Vec<u8>>) -> Self {
        *SNAPSHOT.write().unwrap_or_else(PoisonError::into_inner) = Some(files).filter(|files| !files.is_empty());
        Self(())
    }

    fn bytes(path: &Path) -> Option<Vec<u8>> {
        let files = SNAPSHOT.read().unwrap_or_else(PoisonError::into_inner);
        let files = files.as_ref()?;
        // Most paths have no links to resolve.
        files.get(path).or_else(|| files.get(&path.canonicalize().ok()?)).cloned()
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        *SNAPSHOT.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Reads a regular file, following symbolic links.
///
/// # Errors
/// Errors of the file system; [`is_refused`] for anything but a regular file, and for one that is too large.
pub(crate) fn read(path: impl AsRef<Path>, limit: Limit) -> io::Result<Vec<u8>> {
    match Snapshot::bytes(path.as_ref()).filter(|_| limit == Limit::Secret) {
        Some(bytes) => Ok(bytes),
        None => read_now(path.as_ref(), limit).map(|(bytes, _)| bytes),
    }
}

/// Like [`read`], but never from a snapshot, and with the file's metadata when it was opened.
///
/// # Errors
/// See [`read`].
pub(crate) fn read_now(path: &Path, limit: Limit) -> io::Result<(Vec<u8>, Metadata)> {
    let (mut file, about) = open_regular(path)?;
    let bytes = contents_of(&mut file, about.len(), limit)?;
    Ok((bytes, about))
}

/// Like [`read`], for a path from the user, which may also be a pipe from the shell (`/dev/fd/N`).
///
/// # Errors
/// See [`read`].
pub(crate) fn read_named(path: impl AsRef<Path>, limit: Limit) -> io::Result<Vec<u8>> {
    let path = path.as_ref();
    if !is_descriptor(path) {
        return read(path, limit);
    }
    let mut file = opened(path)?;
    let kind = file.metadata()?.file_type();
    if !kind.is_file() && !kind.is_fifo() && !kind.is_socket() {
        return Err(refused(format!("{}, not a regular file or a pipe", name(kind))));
    }
    // It was opened without blocking; reading waits for the writer, as the user expects.
    let flags = fcntl_getfl(&file)?;
    fcntl_setfl(&file, flags - OFlags::NONBLOCK)?;
    contents(&mut file, limit)
}

/// Reads a regular file with text.
///
/// # Errors
/// See [`read`]; `InvalidData` if it is not UTF-8.
pub(crate) fn read_text(path: impl AsRef<Path>, limit: Limit) -> io::Result<String> {
    let bytes = read(path, limit)?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the file is not UTF-8 text"))
}

/// Reads stdin to its end.
///
/// # Errors
/// Errors from reading; [`is_refused`] above the limit.
pub(crate) fn read_stdin(limit: Limit) -> io::Result<Vec<u8>> {
    // Reads of this size bypass the standard library's buffer.
    limited(&mut io::stdin().lock(), 1 << 16, limit)
}

/// Opens a regular file. Does not wait for the writer of a pipe, and does not open devices.
///
/// # Errors
/// See [`read`].
pub(crate) fn open(path: &Path) -> io::Result<File> {
    open_regular(path).map(|(file, _)| file)
}

fn open_regular(path: &Path) -> io::Result<(File, Metadata)> {
    // Opening some devices has side effects, so the type is checked before and after.
    refuse_irregular(std::fs::metadata(path)?.file_type())?;
    let file = opened(path)?;
    let about = file.metadata()?;
    refuse_irregular(about.file_type())?;
    Ok((file, about))
}

/// The rest of an open file.
///
/// # Errors
/// Errors from reading; [`is_refused`] above the limit.
pub(crate) fn contents(file: &mut File, limit: Limit) -> io::Result<Vec<u8>> {
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    contents_of(file, length, limit)
}

fn contents_of(file: &mut File, length: u64, limit: Limit) -> io::Result<Vec<u8>> {
    if length > limit.bytes()? {
        return Err(refused(limit.exceeded()?));
    }
    limited(file, usize::try_from(length).unwrap_or_default(), limit)
}

/// Whether the path is a file descriptor of this process, such as the shell's `<(…)`.
pub(crate) fn is_descriptor(path: &Path) -> bool {
    let number = |folder: &str| {
        let rest = path.strip_prefix(folder).ok().and_then(Path::to_str);
        rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    path == Path::new("/dev/stdin") || number("/dev/fd") || number("/proc/self/fd")
}

/// What a path leads to that is not a regular file, in words; `None` for a regular file and for nothing.
pub(crate) fn irregular(path: &Path) -> Option<io::Error> {
    let kind = std::fs::metadata(path).ok()?.file_type();
    refuse_irregular(kind).err()
}

fn opened(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

fn refuse_irregular(kind: std::fs::FileType) -> io::Result<()> {
    if kind.is_file() {
        return Ok(());
    }
    let class = if kind.is_dir() { io::ErrorKind::IsADirectory } else { io::ErrorKind::InvalidInput };
    Err(io::Error::new(class, Refused(format!("{}, not a regular file", name(kind)))))
}

fn name(kind: std::fs::FileType) -> &'static str {
    match kind {
        kind if kind.is_dir() => "a directory",
        kind if kind.is_fifo() => "a named pipe",
        kind if kind.is_socket() => "a socket",
        kind if kind.is_block_device() || kind.is_char_device() => "a device",
        _ => "something special",
    }
}

/// Reads to the end.
///
/// # Errors
/// Errors of the reader; [`is_refused`] above the limit.
pub(crate) fn limited(reader: &mut dyn Read, expected: usize, limit: Limit) -> io::Result<Vec<u8>> {
    let most = limit.bytes()?;
    let mut bytes = memory::Zeroizing::new(memory::read(&mut reader.take(most.saturating_add(1)), expected)?);
    if bytes.len() as u64 > most {
        return Err(refused(limit.exceeded()?));
    }
    Ok(std::mem::take(&mut *bytes))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::limit::MIB;
    use super::*;

    #[test]
    fn only_regular_files_are_read_and_none_is_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "text").expect("written");
        fs::create_dir(at("folder")).expect("a folder");
        rustix::fs::mknodat(rustix::fs::CWD, at("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).expect("a pipe");
        let _socket = UnixListener::bind(at("socket")).expect("a socket");
        for (link, target) in [("to-file", at("file")), ("to-zero", "/dev/zero".into()), ("to-pipe", at("pipe"))] {
            symlink(target, at(link)).expect("a link");
        }
        for name in ["file", "to-file"] {
            assert_eq!(read(at(name), Limit::Secret).expect(name), b"text");
            assert!(irregular(&at(name)).is_none());
        }
        for (name, kind) in [
            ("folder", "a directory"),
            ("pipe", "a named pipe"),
            ("socket", "a socket"),
            ("to-zero", "a device"),
            ("to-pipe", "a named pipe"),
        ] {
            for error in [read(at(name), Limit::Secret), read_named(at(name), Limit::Secret)] {
                let error = error.expect_err(name);
                assert!(is_refused(&error), "{name}");
                assert_eq!(error.to_string(), format!("{kind}, not a regular file"), "{name}");
            }
            assert!(irregular(&at(name)).is_some(), "{name}");
        }
        let missing = read(at("missing"), Limit::Secret).expect_err("nothing there");
        assert!(!is_refused(&missing) && missing.kind() == io::ErrorKind::NotFound);
    }

    #[test]
    fn a_file_may_be_as_long_as_its_limit_and_not_longer() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        for (length, fits) in [(MIB - 1, true), (MIB, true), (MIB + 1, false), (1 << 40, false)] {
            // Sparse, so nothing is written.
            File::create(&path).and_then(|file| file.set_len(length)).expect("made");
            match read(&path, Limit::Settings) {
                Ok(bytes) => assert!(fits && bytes.len() as u64 == length, "{length}"),
                Err(error) => assert!(!fits && error.to_string().contains("1 MiB"), "{length}: {error}"),
            }
        }
        // Files without a reported length (as in /proc) are limited, too.
        let endless = limited(&mut io::repeat(0), 0, Limit::Settings).expect_err("endless");
        assert!(is_refused(&endless) && endless.to_string().contains("AGEPATCH_MAX_SETTINGS"));
    }

    #[test]
    fn descriptors_are_recognised_by_path() {
        for path in ["/dev/stdin", "/dev/fd/0", "/dev/fd/63", "/proc/self/fd/3"] {
            assert!(is_descriptor(Path::new(path)), "{path}");
        }
        for path in ["/dev/zero", "/dev/fd", "/dev/fd/x", "/dev/fd/../zero", "dev/fd/3", "/proc/self/fd/3/x"] {
            assert!(!is_descriptor(Path::new(path)), "{path}");
        }
    }
}
