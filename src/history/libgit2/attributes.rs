//! The attributes of paths, from `.gitattributes` and `.git/info/attributes`.
//!
//! libgit2 reads them like git, but not everything in them. Where the two may differ, git is asked.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::Path;

use git2::{AttrCheckFlags, AttrValue, Config, Index, ObjectType, Oid};

use super::{LibGit2, failed, text, unknown};
use crate::error::Result;
use crate::input::{self, Limit};

const NAME: &str = ".gitattributes";
/// Variables that make git read attributes elsewhere.
const ELSEWHERE: [&str; 2] = ["GIT_ATTR_NOSYSTEM", "GIT_ATTR_SOURCE"];
/// Settings that do the same.
const SETTINGS: [&str; 2] = ["attr.tree", "core.attributesFile"];
/// The attributes of the system, which git may look for in another folder.
const SYSTEM: &str = "/etc/gitattributes";
/// git ignores longer lines.
const LONGEST: usize = 2_000;

impl LibGit2 {
    pub(super) fn values_of_attributes(&self, names: &[&str], paths: &[String]) -> Result<Vec<Vec<String>>> {
        self.refuse_other_places()?;
        let folders: BTreeSet<&Path> = paths.iter().flat_map(|path| Path::new(path).ancestors().skip(1)).collect();
        let index = self.full_index()?;
        folders.into_iter().try_for_each(|folder| self.refuse_special_file(folder, &index))?;
        let values = |path: &String| names.iter().map(|name| self.value_of_attribute(name, path)).collect();
        paths.iter().map(values).collect()
    }

    fn value_of_attribute(&self, name: &str, path: &str) -> Result<String> {
        let flags = AttrCheckFlags::FILE_THEN_INDEX;
        let value = self.repository.get_attr_bytes(path.as_ref(), name, flags).map_err(failed)?;
        Ok(match AttrValue::from_bytes(value) {
            AttrValue::True => "set".to_owned(),
            AttrValue::False => "unset".to_owned(),
            AttrValue::Unspecified => "unspecified".to_owned(),
            AttrValue::String(value) => value.to_owned(),
            AttrValue::Bytes(value) => text(value),
        })
    }

    /// Fails if there may be attributes outside of the repository.
    fn refuse_other_places(&self) -> Result<()> {
        let config = self.repository.config().map_err(failed)?;
        let of_user = Config::find_xdg().is_ok_and(|config| config.with_file_name("attributes").exists());
        if ELSEWHERE.iter().any(|name| env::var_os(name).is_some())
            || SETTINGS.iter().any(|name| config.get_entry(name).is_ok())
            || of_user
            || Path::new(SYSTEM).exists()
        {
            return Err(unknown("attributes outside of the repository"));
        }
        let info = input::read(self.repository.commondir().join("info/attributes"), Limit::Settings);
        refuse_special(&or_nothing(info)?)
    }

    /// Fails if git would read the attributes in this folder differently. Where a file differs from the one in the index,
    /// libgit2 reads both. git does not follow a link.
    fn refuse_special_file(&self, folder: &Path, index: &Index) -> Result<()> {
        let root = self.repository.workdir().ok_or_else(|| unknown("no working tree"))?;
        let path = folder.join(NAME);
        let file = root.join(&path);
        let staged = index.get_path(&path, 0).map(|entry| entry.id);
        let bytes = match fs::symlink_metadata(&file) {
            Ok(about) if about.is_symlink() => return Err(unknown("attributes behind a link")),
            Ok(_) => or_nothing(input::read(&file, Limit::Settings))?,
            Err(_) => match staged {
                Some(id) => self.repository.find_blob(id).map_err(failed)?.content().to_vec(),
                None => return Ok(()),
            },
        };
        let is_same = |staged| Oid::hash_object(ObjectType::Blob, &bytes).is_ok_and(|id| id == staged);
        match staged.is_none_or(is_same) {
            true => refuse_special(&bytes),
            false => Err(unknown("attributes that differ from those in the index")),
        }
    }
}

/// The bytes of a file, or nothing if there is none.
fn or_nothing(read: io::Result<Vec<u8>>) -> Result<Vec<u8>> {
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(|_| unknown("attributes that cannot be read")),
    }
}

/// Fails for syntax that libgit2 reads differently: quoted and negative patterns, empty values, and long lines.
fn refuse_special(attributes: &[u8]) -> Result<()> {
    let is_special = |line: &[u8]| {
        line.len() > LONGEST
            || line.trim_ascii_start().starts_with(b"\"")
            || line.trim_ascii_start().starts_with(b"!")
            || line.split(u8::is_ascii_whitespace).any(|word| word.ends_with(b"="))
    };
    match attributes.split(|byte| *byte == b'\n').any(is_special) {
        true => Err(unknown("attributes that git alone knows to read")),
        false => Ok(()),
    }
}
