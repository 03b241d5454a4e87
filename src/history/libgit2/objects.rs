//! Blobs, trailers, settings, and the length of short ids.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use git2::{ConfigLevel, ErrorCode, ObjectType, message_trailers_bytes};

use super::{LibGit2, failed, id, text, unknown};
use crate::error::{Error, Result};
use crate::input::Limit;

/// The minimum length of git's short ids.
pub(super) const SHORT: usize = 7;
/// The length of a full id.
const FULL: usize = 40;
/// The offset of the object count in a pack index: after the magic, the version, and the rest of the fanout.
const COUNT_AT: u64 = 8 + 255 * 4;

impl LibGit2 {
    /// The bytes of a blob; `None` if it is too large, or another kind of object. A missing blob is an error, since git
    /// may be able to fetch it.
    pub(super) fn read_blob(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let most = Limit::Secret.bytes().map_err(|error| Error::io("cannot read the history", &error))?;
        let odb = self.repository.odb().map_err(failed)?;
        let id = id(name)?;
        let (size, kind) = odb.read_header(id).map_err(failed)?;
        if kind != ObjectType::Blob || u64::try_from(size).is_ok_and(|size| size > most) {
            return Ok(None);
        }
        Ok(Some(odb.read(id).map_err(failed)?.data().to_vec()))
    }

    /// The length of git's short ids here: `core.abbrev`, or else derived from the number of packed objects; long
    /// enough to make HEAD's unique.
    pub(super) fn length_of_short_ids(&self) -> Result<usize> {
        let config = self.repository.config().and_then(|mut config| config.snapshot()).map_err(failed)?;
        let mut length = match config.get_str("core.abbrev").unwrap_or("auto") {
            "auto" => self.automatic_length()?,
            "no" => FULL,
            number => number.parse().map_err(|_| unknown("core.abbrev is not a number"))?,
        };
        let head = self.repository.head().and_then(|head| head.peel_to_commit()).map_err(failed)?.id();
        let odb = self.repository.odb().map_err(failed)?;
        while length < FULL && odb.exists_prefix(head, length).is_err_and(|error| error.code() == ErrorCode::Ambiguous)
        {
            length += 1;
        }
        Ok(length.clamp(4, FULL))
    }

    /// The value of a key in the repository's configuration file. libgit2 also reads what that includes, and git does not.
    pub(super) fn setting_of_file(&self, key: &str) -> Result<Option<String>> {
        let config = self.repository.config().map_err(failed)?;
        let local = match config.open_level(ConfigLevel::Local) {
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            opened => opened.map_err(failed)?,
        };
        if local.entries(Some("^include")).map_err(failed)?.next().is_some() {
            return Err(unknown("the configuration includes another file"));
        }
        match local.get_string(key) {
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            value => value.map(Some).map_err(failed),
        }
    }

    fn automatic_length(&self) -> Result<usize> {
        let objects = self.repository.commondir().join("objects");
        if objects.join("info/alternates").exists() {
            return Err(unknown("objects of other repositories are counted by git"));
        }
        let packs = fs::read_dir(objects.join("pack")).into_iter().flatten().flatten().map(|entry| entry.path());
        let indexes = packs.filter(|path| path.extension().is_some_and(|end| end == "idx"));
        let count: u64 = indexes.filter_map(|path| number_of_objects(&path)).sum();
        // Half of the bits needed to number them, rounded up.
        let bits = u64::BITS - count.leading_zeros();
        Ok(SHORT.max(bits.div_ceil(2) as usize))
    }
}

/// The number of objects in a pack index.
fn number_of_objects(index: &Path) -> Option<u64> {
    let mut file = File::open(index).ok()?;
    let mut bytes = [0; 4];
    file.seek(SeekFrom::Start(COUNT_AT)).ok()?;
    file.read_exact(&mut bytes).ok()?;
    Some(u32::from_be_bytes(bytes).into())
}

/// The token and the value of each trailer.
pub(super) fn trailers(message: &str) -> Result<Vec<(String, String)>> {
    let found = message_trailers_bytes(message).map_err(failed)?;
    // Joins a value over several lines, like git's `unfold`.
    let unfolded = |value: &[u8]| text(value).split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(found.iter().map(|(token, value)| (text(token), unfolded(value))).collect())
}
