//! The names of temporary files.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::hex::hex;

/// The prefix of temporary names; the tags of the old and the new ciphertext follow.
const PREFIX: &str = ".agepatch-";
/// The suffix of a file that is still being written.
const PART: &str = ".part";
/// The tag of a file that does not exist yet.
pub(super) const NONE: &str = "0000000000000000";
/// The length of the samples at start and end that a tag is computed from. A ciphertext has random bytes in both.
const SAMPLE: usize = 1 << 12;

/// The temporary path of a ciphertext that replaces another. Its tags let `doctor` recognise the leftovers of a kill.
pub(super) fn path(target: &Path, old: Option<&[u8]>, new: &[u8]) -> PathBuf {
    let old = old.map_or_else(|| NONE.to_owned(), tag);
    target.with_file_name(format!("{PREFIX}{old}-{}", tag(new)))
}

/// Whether the temporary name is that of an unfinished file.
pub(super) fn is_unfinished(name: &str) -> bool {
    name.ends_with(PART)
}

/// Whether [`path`] creates such a name, with or without the suffix of an unfinished file.
pub(super) fn is_temporary(name: &str) -> bool {
    tags(name).is_some()
}

/// The tags in a temporary name.
pub(super) fn tags(name: &str) -> Option<[&str; 2]> {
    let name = name.strip_suffix(PART).unwrap_or(name);
    let (old, new) = name.strip_prefix(PREFIX)?.split_once('-')?;
    let is_tag = |tag: &str| tag.len() == NONE.len() && tag.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
    (is_tag(old) && is_tag(new)).then_some([old, new])
}

/// A short id of a ciphertext, cheaper than its hash.
pub(super) fn tag(bytes: &[u8]) -> String {
    let sample = bytes.len().min(SAMPLE);
    let mut hash = Sha256::new();
    hash.update(bytes.len().to_le_bytes());
    hash.update(&bytes[..sample]);
    hash.update(&bytes[bytes.len() - sample..]);
    hex(&hash.finalize()[..NONE.len() / 2])
}

/// The name of an unfinished file.
pub(super) fn unfinished(staged: &Path) -> PathBuf {
    let mut name = staged.as_os_str().to_owned();
    name.push(PART);
    name.into()
}
