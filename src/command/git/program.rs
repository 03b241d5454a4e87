//! How git finds this program.

use std::env;
use std::path::Path;

use crate::error::{Error, Result};

/// The program's name, as people call it.
const NAME: &str = "agepatch";

/// The shell command for this program: [`path`], quoted if necessary.
///
/// # Errors
/// `io` if the program cannot determine its own path.
pub(super) fn command() -> Result<String> {
    path().map(|path| if path == NAME { path } else { quoted(&path) })
}

/// The name of this program if it is in PATH, which survives updates and garbage collections, or else its path.
///
/// # Errors
/// `io` if the program cannot determine its own path.
pub(crate) fn path() -> Result<String> {
    let running = env::current_exe().map_err(|error| Error::io("cannot find the program itself", &error))?;
    let places = env::var_os("PATH").unwrap_or_default();
    let first = env::split_paths(&places).map(|folder| folder.join(NAME)).find(|path| path.is_file());
    let same = |path: &Path| path.canonicalize().ok() == running.canonicalize().ok();
    if first.is_some_and(|path| same(&path)) {
        return Ok(NAME.to_owned());
    }
    Ok(running.to_string_lossy().into_owned())
}

/// The text as one word of a shell.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:,=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn paths_are_one_word_of_a_shell() {
        assert_eq!(quoted("/usr/bin/agepatch"), "/usr/bin/agepatch");
        assert_eq!(quoted("/home/a b/agepatch"), "'/home/a b/agepatch'");
        assert_eq!(quoted("/it's/$HOME"), r"'/it'\''s/$HOME'");
    }
}
