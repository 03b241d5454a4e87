//! `secrets.nix` → who may read each file.

mod program;

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use crate::error::Result;

/// What secrets.nix says.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Where it stands.
    pub path: PathBuf,
    /// By file name, relative to its folder, in its order.
    pub files: IndexMap<String, Rule>,
}

/// Who may read a file.
#[derive(Debug, Clone, Default)]
pub struct Rule {
    /// The recipients, as written.
    pub keys: Vec<String>,
    /// Whether the file is to be armored.
    pub armor: Option<bool>,
}

impl Rules {
    /// Evaluates the file.
    ///
    /// # Errors
    /// `rules`, with line and column.
    pub fn load(path: &Path) -> Result<Self> {
        let files = program::evaluate(path).map_err(|error| error.in_file(path.display()))?;
        Ok(Self { path: path.to_owned(), files })
    }
}
