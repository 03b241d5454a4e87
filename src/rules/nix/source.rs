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

/// Every file that was parsed, so that a place can be given as line and column.
#[derive(Debug, Default)]
pub(in crate::rules) struct Sources(Vec<Source>);

/// A file that was parsed.
#[derive(Debug)]
struct Source {
    path: PathBuf,
    text: String,
    /// The byte at which each line begins.
    lines: Vec<usize>,
}

impl Sources {
    /// Adds `text` under `path`, and returns its index.
    pub(super) fn add(&mut self, path: PathBuf, text: String) -> usize {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
        self.0.push(Source { path, text, lines });
        self.0.len() - 1
    }

    /// The text in backticks after a space, if it occurs in the sources themselves: a computed text may come from any
    /// file, and is not quoted. A file not named `.nix` counts only if it is the first one, the rules.
    pub(super) fn quoted(&self, text: &str) -> String {
        let is_source =
            |index: usize, path: &Path| index == 0 || path.extension().is_some_and(|ending| ending == "nix");
        let mut sources = self.0.iter().enumerate().filter(|(index, source)| is_source(*index, &source.path));
        let fits = !text.is_empty() && text.len() <= QUOTED && !text.contains(char::is_control);
        match fits && sources.any(|(_, source)| source.text.contains(text)) {
            true => format!(" `{text}`"),
            false => String::new(),
        }
    }

    /// The file, line, and column (one-based) of `at`.
    pub(in crate::rules) fn locate(&self, at: At) -> Option<(&Path, usize, usize)> {
        let Source { path, text, lines } = self.0.get(at.file)?;
        let offset = text.floor_char_boundary(at.offset);
        let line = lines.partition_point(|start| *start <= offset);
        let column = text[lines[line - 1]..offset].chars().count() + 1;
        Some((path, line, column))
    }
}
