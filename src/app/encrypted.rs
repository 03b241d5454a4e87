//! Whether a file is encrypted, by its content, or is said to be, by its name.

use std::path::Path;

use crate::container;
use crate::workspace::Target;

/// Whether a version of the file is encrypted.
pub(crate) fn is_encrypted(target: &Target, bytes: &[u8]) -> bool {
    container::detect(&target.file().display, bytes).kind().is_encrypted()
}

/// Whether the name is one that sops files usually have; what is in the file decides.
pub(crate) fn may_be_sops(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["yaml", "yml", "json", "env", "ini", "sops"].contains(&ending)
}

/// Whether the name promises an age file.
pub(crate) fn is_called_age(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "age")
}
