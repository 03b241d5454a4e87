//! Paths without `.` and `..`.

use std::path::{Component, Path, PathBuf};

/// Resolves `.` and `..` without the file system, so that symbolic links are preserved.
pub(super) fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}
