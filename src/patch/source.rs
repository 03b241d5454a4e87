//! Where the value of an operation comes from.

use super::generate::generate;
use crate::document::{Text, Value};
use crate::error::Result;

/// A value, or where to get it when the patch is applied.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueSource {
    /// A literal value in the patch.
    Given(Value),
    Environment(String),
    File(String),
    Stdin,
    /// A random secret of this length.
    Generate(usize),
    /// The digest of a secret elsewhere.
    DigestOf {
        /// The file, as the user named it.
        file: String,
        path: String,
    },
}

/// Provides values from outside the patch, all of which are strings.
pub trait Sources {
    /// The environment variable `name`.
    ///
    /// # Errors
    /// If it is not set, or empty.
    fn environment(&mut self, name: &str) -> Result<Text>;

    /// The content of the file at `path`.
    ///
    /// # Errors
    /// If it cannot be read, is not text, or is empty.
    fn file(&mut self, path: &str) -> Result<Text>;

    /// The content of stdin.
    ///
    /// # Errors
    /// If it cannot be read, is not text, is empty, or was read already.
    fn stdin(&mut self) -> Result<Text>;

    /// A digest of the secret at `path` of `file`. If `current`, the old value of the place, is already a digest of
    /// that secret, it is returned unchanged, so that a patch applied twice changes nothing the second time.
    ///
    /// # Errors
    /// If there is no such secret.
    fn digest_of(&mut self, file: &str, path: &str, current: Option<&Value>) -> Result<Text>;

    /// A random secret.
    ///
    /// # Errors
    /// See [`generate`].
    fn generate(&mut self, length: usize) -> Result<Text> {
        generate(length)
    }
}

impl ValueSource {
    /// The value; `current` is the old value of its place.
    ///
    /// # Errors
    /// Errors of the source.
    pub fn value(&self, current: Option<&Value>, sources: &mut dyn Sources) -> Result<Value> {
        let text = match self {
            Self::Given(value) => return Ok(value.clone()),
            Self::Environment(name) => sources.environment(name),
            Self::File(path) => sources.file(path),
            Self::Stdin => sources.stdin(),
            Self::Generate(length) => sources.generate(*length),
            Self::DigestOf { file, path } => sources.digest_of(file, path, current),
        };
        text.map(Value::String)
    }

    /// The file whose content is the value.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }

    /// The file that must be edited before this value can be computed.
    pub fn depends_on(&self) -> Option<&str> {
        match self {
            Self::DigestOf { file, .. } => Some(file),
            _ => None,
        }
    }
}
