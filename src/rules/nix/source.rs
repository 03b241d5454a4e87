//! The files that were read, and places in them.

use std::path::{Path, PathBuf};

/// The longest text that a message quotes.
const QUOTED: usize = 200;

/// A place in one of the files that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) struct At {
    /// The index of the file, in the order of reading.
    pub(super) file: usize,
    pub(super) offset: usize,
}

/// Every parsed file with its text, to convert places to lines and columns.
#[derive(Debug, Default)]
pub(in crate::rules) struct Sources(Vec<(PathBuf, String)>);

impl Sources {
    /// Adds `text` under `path`, and returns its index.
    pub(super) fn add(&mut self, path: PathBuf, text: String) -> usize {
        self.0.push((path, text));
        self.0.len() - 1
    }

    /// The text in backticks after a space, if it occurs in the sources themselves: a computed text may come from any
    /// file, and is not quoted. A file not named `.nix` counts only if it is the first one, the rules.
    pub(super) fn quoted(&self, text: &str) -> String {
        let is_source =
            |index: usize, path: &Path| index == 0 || path.extension().is_some_and(|ending| ending == "nix");
        let mut sources = self.0.iter().enumerate().filter(|(index, (path, _))| is_source(*index, path));
        let fits = !text.is_empty() && text.len() <= QUOTED && !text.contains(char::is_control);
        match fits && sources.any(|(_, (_, source))| source.contains(text)) {
            true => format!(" `{text}`"),
            false => String::new(),
        }
    }

    /// The file, line, and column (one-based) of `at`.
    pub(in crate::rules) fn locate(&self, at: At) -> Option<(&Path, usize, usize)> {
        let (path, text) = self.0.get(at.file)?;
        let before = &text.as_bytes()[..at.offset.min(text.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
        Some((path, line, column))
    }
}
