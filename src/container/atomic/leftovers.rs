//! Temporary files of runs that were killed.

use std::fs;
use std::path::{Path, PathBuf};

use super::stage_name::{NONE, is_unfinished, tag, tags};
use super::swap::{KEPT, remove_if_there};
use crate::container::detect;
use crate::error::{Error, Result};
use crate::input::{self, Limit};

/// The prefix of old temporary names, and the number of characters after it, before they contained hashes.
const PLAIN: (&str, usize) = (".tmp", 6);

/// A temporary file that is not in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// Where it is.
    pub path: PathBuf,
    /// Whether agepatch wrote or replaced it, so that removing it loses nothing.
    pub is_known: bool,
}

impl Leftover {
    /// Removes the file.
    ///
    /// # Errors
    /// `io`.
    pub fn remove(&self) -> Result<()> {
        let cannot = |error| Error::io("cannot remove the temporary file", &error).in_file(self.path.display());
        remove_if_there(&self.path).map_err(cannot)
    }
}

/// The temporary files in this folder that are not in use.
pub fn leftovers(folder: &Path) -> Vec<Leftover> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<Leftover> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| look(&entry.file_name().to_string_lossy(), entry.path()))
        .collect();
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

/// Removes what a killed run left of an edit of this file, which the caller has locked: the new ciphertext beside the
/// old file, or the old one beside the new. `bytes` is the content of the file; `None` if it does not exist yet.
pub(super) fn remove_of(file: &Path, bytes: Option<&[u8]>) {
    let Some(folder) = file.parent() else { return };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    // Most folders have none, so nothing is hashed for them.
    let mut names = names.filter(|name| tags(name.strip_suffix(KEPT).unwrap_or(name)).is_some()).peekable();
    if names.peek().is_none() {
        return;
    }
    let own = bytes.map_or_else(|| NONE.to_owned(), tag);
    for name in names {
        let is_of_file =
            tags(name.strip_suffix(KEPT).unwrap_or(&name)).is_some_and(|tags| tags.contains(&own.as_str()));
        let found = if is_of_file { look(&name, folder.join(&name)) } else { None };
        if let Some(leftover) = found.filter(|leftover| leftover.is_known) {
            // If it cannot be removed here, `doctor` finds it.
            drop(leftover.remove());
        }
    }
}

fn look(name: &str, path: PathBuf) -> Option<Leftover> {
    let name = name.strip_suffix(KEPT).unwrap_or(name);
    let tags = tags(name);
    if tags.is_none() && !is_plain(name) {
        return None;
    }
    // A live run holds locks on both the old and the new file.
    let file = input::open(&path).ok()?;
    file.try_lock().ok()?;
    let bytes = input::read(&path, Limit::Secret).ok()?;
    let is_known = match tags {
        Some(tags) => is_unfinished(name) || tags.contains(&tag(&bytes).as_str()),
        None if detect(name, &bytes).kind().is_encrypted() => true,
        None => return None,
    };
    Some(Leftover { path, is_known })
}

fn is_plain(name: &str) -> bool {
    let random = name.strip_prefix(PLAIN.0).filter(|random| random.len() == PLAIN.1);
    random.is_some_and(|random| random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_agepatch_leaves_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let age = b"age-encryption.org/v1\nx";
        let known = format!(".agepatch-{}-{}", tag(b"old"), tag(age));
        let cases = [
            (known.as_str(), Some(true)),
            (".agepatch-0000000000000000-0000000000000000", Some(false)),
            (".agepatch-0000000000000000-0000000000000000.part", Some(true)),
            (".agepatch-0000000000000000-0000000000000000.old", Some(false)),
            (".tmpAbC123", Some(true)),
            (".tmpAbC1234", None),
            (".agepatch-0-0", None),
            (".agepatchrc", None),
            ("a.age", None),
        ];
        for (name, _) in cases {
            fs::write(folder.path().join(name), age).expect("written");
        }
        fs::write(folder.path().join(".tmpXyZ789"), "not ciphertext").expect("written");
        let found = leftovers(folder.path());
        for (name, expected) in cases {
            let one = found.iter().find(|one| one.path.ends_with(name)).map(|one| one.is_known);
            assert_eq!(one, expected, "{name}");
        }
        assert_eq!(found.len(), cases.iter().filter(|(_, expected)| expected.is_some()).count());
        let busy = fs::File::open(folder.path().join(&known)).expect("it is there");
        busy.lock().expect("it is free");
        assert!(!leftovers(folder.path()).iter().any(|one| one.path.ends_with(&known)), "a run is using it");
    }
}
