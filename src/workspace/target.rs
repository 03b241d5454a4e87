//! The file or document that a name refers to.

use std::path::PathBuf;

use super::document_name::steps;
use crate::document::{self, Format};
use crate::shown::{FileName, Part, Showable, Shown};

/// A file, as the user named it and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Its absolute path; it may not exist yet.
    pub path: PathBuf,
    /// Its name as a person in the current folder would write it.
    pub display: String,
    /// The path from the file's text to the document: a string value in it, a value in that, and so on.
    pub inner: Vec<Inner>,
}

/// A string value that contains a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inner {
    /// Its place in the outer text, as an agepatch path or a pointer.
    pub path: String,
    /// The format of the outer text, if the settings define it.
    pub outer_format: Option<Format>,
}

/// The name by which the user knows it.
impl Showable for Target {
    fn part(&self) -> Part<'_> {
        self.shown().into()
    }
}

impl Target {
    /// A target without name and path, for stdin or bytes in memory.
    pub(crate) fn unnamed() -> Self {
        Self::from_name(PathBuf::new(), String::new())
    }

    pub(crate) fn from_name(path: PathBuf, display: String) -> Self {
        Self { path, display, inner: Vec::new() }
    }

    /// The document inside the string value at `path` of this one.
    #[must_use]
    pub(crate) fn within(mut self, path: &str) -> Self {
        self.display = format!("{}#{path}", self.display);
        self.inner.push(Inner { path: path.to_owned(), outer_format: None });
        self
    }

    /// The document at the end of this path, `PATH#PATH…`.
    #[must_use]
    pub(crate) fn within_all(self, inner: &str) -> Self {
        steps(inner).into_iter().fold(self, Self::within)
    }

    /// Whether it is a document inside a value.
    pub(crate) fn is_value(&self) -> bool {
        !self.inner.is_empty()
    }

    /// Its name, to be printed.
    pub(crate) fn shown(&self) -> Shown {
        FileName::shown(&self.display)
    }

    /// The file that contains it.
    #[must_use]
    pub(crate) fn file(&self) -> Self {
        let suffix: usize = self.inner.iter().map(|inner| inner.path.len() + 1).sum();
        let display = self.display[..self.display.len() - suffix].to_owned();
        Self { path: self.path.clone(), display, inner: Vec::new() }
    }

    /// The name that suggests format and schema: for a value, its last key.
    pub(crate) fn document_name(&self) -> String {
        let Some(inner) = self.inner.last() else { return self.display.clone() };
        document::Path::parse(&inner.path)
            .ok()
            .and_then(|path| path.last_key().map(str::to_owned))
            .unwrap_or_else(|| inner.path.clone())
    }

    /// Its name in the settings after that of the file.
    pub(crate) fn suffix(&self) -> String {
        self.inner.iter().map(|inner| format!("#{}", inner.path)).collect()
    }

    /// Whether both are the same document under different names.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let paths = |target: &Self| -> Vec<_> {
            target
                .inner
                .iter()
                .map(|inner| document::Path::parse(&inner.path).map_err(|_| inner.path.clone()))
                .collect()
        };
        (self.path == other.path || self.place() == other.place()) && paths(self) == paths(other)
    }

    /// The file's path with symbolic links resolved.
    pub(crate) fn place(&self) -> PathBuf {
        self.path.canonicalize().unwrap_or_else(|_| self.path.clone())
    }
}
