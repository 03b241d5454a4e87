//! Whether a file is encrypted, judged by its content, or should be, judged by its name.

use std::path::Path;

use crate::container;
use crate::workspace::Target;

pub(crate) fn is_encrypted(target: &Target, bytes: &[u8]) -> bool {
    container::detect(&target.file().display, bytes).kind().is_encrypted()
}

/// Whether sops files usually have such a name; the content decides.
pub(crate) fn may_be_sops(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["yaml", "yml", "json", "env", "ini", "sops"].contains(&ending)
}

/// Whether the name ends like that of an age file.
pub(crate) fn is_called_age(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "age")
}
