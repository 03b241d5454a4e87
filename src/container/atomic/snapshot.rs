//! Reads several files as of one moment, while other runs may replace them together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::journal_location::JournalLocation;
use super::recover::{Recovered, recover_at};
use crate::error::Result;
use crate::input::{self, Limit};
use crate::parallel;

/// How often to read the files again while a set is being replaced.
const ATTEMPTS: usize = 50;
/// The maximum number of bytes to read; the rest is read later, file by file.
const MOST: usize = 1 << 28;

/// Files that were changed less than this before they are read are compared by content: the clock of a file system may tick
/// slowly, and that of another machine may be wrong.
const RECENT: Duration = Duration::from_secs(2);

/// How many files a thread reads at a time. Up to this number, no thread is started.
const AT_ONCE: usize = 64;

pub(super) type Contents = HashMap<PathBuf, Vec<u8>>;

/// A file that was read.
struct Reading {
    bytes: Vec<u8>,
    /// Its metadata at that time.
    about: Metadata,
}

/// Reads the files (absolute, without links) so that no set is seen in part: twice, with no unfinished set in between.
/// A file that is the same both times was so in between, and a set is unfinished from before its first file is
/// replaced until after its last one. Unreadable files are left out, and so is everything if the files never stay the
/// same. Also returns the outcomes of unfinished sets.
///
/// # Errors
/// See `recover`: an unfinished set of a run that died is finished or undone first.
pub fn snapshot(files: &[PathBuf]) -> Result<(Contents, Vec<Recovered>)> {
    let mut recovered: Vec<Recovered> = Vec::new();
    if files.len() < 2 {
        return Ok((HashMap::new(), recovered));
    }
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
    let places = folders.into_iter().flat_map(JournalLocation::above);
    let places: BTreeMap<PathBuf, JournalLocation> = places.map(|place| (place.folder.clone(), place)).collect();
    for _ in 0..ATTEMPTS {
        let recent = SystemTime::now().checked_sub(RECENT).unwrap_or(UNIX_EPOCH);
        let Some(first) = read(files) else { break };
        let mut is_settled = true;
        for place in places.values().filter(|place| place.folder.symlink_metadata().is_ok()) {
            // Waits for a set that is being replaced, and finishes or undoes one whose run died.
            let found = recover_at(place)?;
            is_settled &= found.as_ref().is_some_and(Recovered::is_ignored);
            recovered.extend(found.filter(|one| !one.is_ignored()));
        }
        if is_settled && are_unchanged(files, &first, recent) {
            let contents = files.iter().zip(first);
            let contents = contents.filter_map(|(file, reading)| Some((file.clone(), reading?.bytes)));
            return Ok((contents.collect(), recovered));
        }
    }
    Ok((HashMap::new(), recovered))
}

/// The files in their order, `None` for those that cannot be read; nothing if they are too large together.
fn read(files: &[PathBuf]) -> Option<Vec<Option<Reading>>> {
    let size = AtomicUsize::new(0);
    let one = |file: &PathBuf| {
        if size.load(Ordering::Relaxed) > MOST {
            return None;
        }
        let (bytes, about) = input::read_now(file, Limit::Secret).ok()?;
        size.fetch_add(bytes.len(), Ordering::Relaxed);
        Some(Reading { bytes, about })
    };
    let read = parallel::map(files.chunks(AT_ONCE).collect(), |files| files.iter().map(one).collect::<Vec<_>>());
    (size.into_inner() <= MOST).then(|| read.into_iter().flatten().collect())
}

fn are_unchanged(files: &[PathBuf], readings: &[Option<Reading>], recent: SystemTime) -> bool {
    let pairs = files.chunks(AT_ONCE).zip(readings.chunks(AT_ONCE)).collect();
    let are_same = |(files, readings): (&[PathBuf], &[Option<Reading>])| {
        files.iter().zip(readings).all(|(file, reading)| is_unchanged(file, reading.as_ref(), recent))
    };
    !parallel::map(pairs, are_same).contains(&false)
}

/// Whether the file is still what was read: the same file of the file system without a change, or, if it was changed
/// after `recent`, the same content.
fn is_unchanged(file: &Path, reading: Option<&Reading>, recent: SystemTime) -> bool {
    let Some(Reading { bytes, about }) = reading else { return input::read_now(file, Limit::Secret).is_err() };
    if is_after(about, recent) {
        return input::read_now(file, Limit::Secret).is_ok_and(|(now, _)| now == *bytes);
    }
    let marks = |about: &Metadata| (about.dev(), about.ino(), about.len(), about.ctime(), about.ctime_nsec());
    file.metadata().is_ok_and(|now| marks(&now) == marks(about))
}

/// Whether the file was changed after this time.
fn is_after(about: &Metadata, time: SystemTime) -> bool {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    about.ctime() >= i64::try_from(seconds).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::AtomicBool;
    use std::thread;

    use super::*;
    use crate::container::{Original, Replacement, Sealed, replace_all};

    #[test]
    fn a_change_of_a_file_is_noticed_by_its_marks_and_a_recent_one_by_its_content() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.age");
        fs::write(&file, "one").expect("written");
        let (old, recent) = (SystemTime::now() + Duration::from_secs(9), UNIX_EPOCH);
        let reading = || read(std::slice::from_ref(&file)).expect("few bytes").remove(0);
        let same = |reading: &Option<Reading>| [old, recent].map(|time| is_unchanged(&file, reading.as_ref(), time));
        let first = reading();
        assert_eq!(same(&first), [true, true]);
        let other = folder.path().join("other");
        fs::write(&other, "one").expect("written");
        fs::rename(&other, &file).expect("replaced");
        assert_eq!(same(&first), [false, true], "another file with the same content");
        let second = reading();
        fs::write(&file, "other").expect("written");
        assert_eq!(same(&second), [false, false]);
        fs::remove_file(&file).expect("it is there");
        assert_eq!(same(&second), [false, false]);
        let none = reading();
        assert_eq!((none.is_none(), same(&none)), (true, [true, true]));
        fs::write(&file, "one").expect("written");
        assert_eq!(same(&none), [false, false]);
    }

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
