//! Replaces files that are not encrypted: rules, settings, tasks, configurations.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::NamedTempFile;

/// Replaces a file's content with a rename, so that a full disk or a crash never leaves it empty or cut. Follows a symbolic
/// link, and keeps the permissions; a new file can be read by everyone.
///
/// # Errors
/// Errors of writing; the file is unchanged in that case.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = real.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    let permissions = fs::metadata(&real).map_or_else(|_| Permissions::from_mode(0o644), |about| about.permissions());
    fs::set_permissions(file.path(), permissions)?;
    file.as_file().sync_all()?;
    file.persist(&real)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_permissions_and_links_lead_to_it() {
        let folder = tempfile::tempdir().expect("created");
        let at = |name: &str| folder.path().join(name);
        let mode = |name: &str| fs::metadata(at(name)).expect("there").permissions().mode() & 0o777;
        fs::write(at("own"), "old").expect("written");
        fs::set_permissions(at("own"), Permissions::from_mode(0o640)).expect("set");
        std::os::unix::fs::symlink("own", at("link")).expect("linked");
        replace(&at("link"), b"new").expect("replaced");
        assert_eq!((fs::read(at("own")).expect("read"), mode("own")), (b"new".to_vec(), 0o640));
        assert!(fs::symlink_metadata(at("link")).expect("there").is_symlink());
        replace(&at("created"), b"x").expect("created");
        assert_eq!(mode("created"), 0o644);
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 3, "nothing is left over");
    }

    #[test]
    fn a_file_is_unchanged_if_it_cannot_be_replaced() {
        let folder = tempfile::tempdir().expect("created");
        fs::create_dir(folder.path().join("taken")).expect("created");
        assert!(replace(&folder.path().join("taken"), b"x").is_err());
        assert!(folder.path().join("taken").is_dir());
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1, "nothing is left over");
    }
}
