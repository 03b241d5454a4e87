//! Paths with symbolic links resolved, for many files in a few folders.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Resolves symbolic links like [`Path::canonicalize`], but those of each folder only once.
#[derive(Debug, Default)]
pub(crate) struct RealPaths {
    /// The folders, each with its real path, if it exists.
    folders: RefCell<HashMap<PathBuf, Option<PathBuf>>>,
}

impl RealPaths {
    /// The path without links; `None` if nothing is there.
    pub(crate) fn of(&self, path: &Path) -> Option<PathBuf> {
        let parts = path.parent().zip(path.file_name());
        // A slash or a dot at the end follows a link.
        let is_plain = |(folder, name): &(&Path, &OsStr)| folder.join(name).as_os_str() == path.as_os_str();
        match parts.filter(is_plain) {
            Some((folder, name)) if !path.symlink_metadata().ok()?.is_symlink() => {
                Some(self.of_folder(folder)?.join(name))
            }
            _ => path.canonicalize().ok(),
        }
    }

    /// The path without links, or as it is if nothing is there.
    pub(crate) fn or_as_is(&self, path: &Path) -> PathBuf {
        self.of(path).unwrap_or_else(|| path.to_owned())
    }

    /// A folder's path without links, looked up only once; `None` if nothing is there.
    pub(crate) fn of_folder(&self, folder: &Path) -> Option<PathBuf> {
        if let Some(known) = self.folders.borrow().get(folder) {
            return known.clone();
        }
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let real = here.canonicalize().ok();
        self.folders.borrow_mut().insert(folder.to_owned(), real.clone());
        real
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_resolved_as_by_the_system() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("real/below")).expect("folders");
        fs::write(at("real/file"), "").expect("written");
        for (link, target) in [("folder", "real"), ("real/link", "file"), ("real/broken", "missing"), ("loop", "loop")]
        {
            symlink(target, at(link)).expect("a link");
        }
        let paths = RealPaths::default();
        for name in [
            "real/file",
            "folder/file",
            "folder/link",
            "folder/broken",
            "folder/missing",
            "missing/file",
            "loop",
            "loop/file",
            "folder/below/..",
            "folder/below/../file",
            "folder/.",
            "folder/",
            "real/file/",
            "real/file/x",
        ] {
            // The second look finds the folder known.
            for _ in 0..2 {
                assert_eq!(paths.of(&at(name)), at(name).canonicalize().ok(), "{name}");
            }
        }
        for path in ["/", ".", "..", "Cargo.toml", "src/lib.rs", "", "missing"] {
            let path = Path::new(path);
            assert_eq!(paths.of(path), path.canonicalize().ok(), "{}", path.display());
        }
    }
}
