//! Reads several files as of one moment, while other runs may replace them together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::journal_location::JournalLocation;
use super::recover::{Recovered, recover_at};
use crate::error::Result;
use crate::input::{self, Limit};

/// How often to read the files again while a set is being replaced.
const ATTEMPTS: usize = 50;
/// The maximum number of bytes to read; the rest is read later, file by file.
const MOST: u64 = 1 << 28;

pub(super) type Contents = HashMap<PathBuf, Vec<u8>>;

/// Reads the files (absolute, without links) so that no set is seen in part: twice, with no unfinished set in between.
/// A file with the same content both times had it in between, and a set is unfinished from before its first file is
/// replaced until after its last one. Unreadable files are left out, and so is everything if the files never stay the
/// same. Also returns the outcomes of unfinished sets.
///
/// # Errors
/// See `recover`: an unfinished set of a run that died is finished or undone first.
pub fn snapshot(files: &[PathBuf]) -> Result<(Contents, Vec<Recovered>)> {
    let size: u64 = files.iter().filter_map(|file| Some(file.metadata().ok()?.len())).sum();
    if files.len() < 2 || size > MOST {
        return Ok((HashMap::new(), Vec::new()));
    }
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
    let places = folders.into_iter().flat_map(JournalLocation::above);
    let places: BTreeMap<PathBuf, JournalLocation> = places.map(|place| (place.folder.clone(), place)).collect();
    let mut recovered: Vec<Recovered> = Vec::new();
    for _ in 0..ATTEMPTS {
        let first = read(files);
        let mut is_settled = true;
        for place in places.values().filter(|place| place.folder.symlink_metadata().is_ok()) {
            // Waits for a set that is being replaced, and finishes or undoes one whose run died.
            let found = recover_at(place)?;
            is_settled &= found.as_ref().is_some_and(Recovered::is_ignored);
            recovered.extend(found.filter(|one| !one.is_ignored()));
        }
        if is_settled && read(files) == first {
            return Ok((first, recovered));
        }
    }
    Ok((HashMap::new(), recovered))
}

fn read(files: &[PathBuf]) -> Contents {
    let bytes = |file: &PathBuf| Some((file.clone(), input::read(file, Limit::Secret).ok()?));
    files.iter().filter_map(bytes).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::*;
    use crate::container::{Original, Replacement, Sealed, replace_all};

    /// While a set replaces all files again and again, a reader sees all of them from the same set.
    #[test]
    fn a_reader_never_sees_a_part_of_a_set() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("it exists");
        let files: Vec<PathBuf> = (0..12).map(|index| root.join(format!("f{index}.age"))).collect();
        // The ciphertexts of two files always differ.
        let content = |file: &Path, round: usize| format!("{round} {}", file.display()).into_bytes();
        for file in &files {
            fs::write(file, content(file, 0)).expect("written");
        }
        let is_done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                for round in 1..80 {
                    let replacement = |file: &PathBuf| {
                        let original = Original::read(file).expect("read");
                        Replacement { original, sealed: Sealed::new(content(file, round)) }
                    };
                    let all: Vec<Replacement> = files.iter().map(replacement).collect();
                    replace_all(&all, None).expect("replaced");
                }
                is_done.store(true, Ordering::SeqCst);
            });
            let mut seen = 0;
            while !is_done.load(Ordering::SeqCst) {
                let (read, _) = snapshot(&files).expect("read");
                let rounds: BTreeSet<&[u8]> =
                    read.values().filter_map(|text| text.split(|byte| *byte == b' ').next()).collect();
                assert!(rounds.len() < 2, "files of several sets: {rounds:?}");
                seen += usize::from(read.len() == files.len());
            }
            assert!(seen > 0, "the reader never got a turn");
        });
    }
}
