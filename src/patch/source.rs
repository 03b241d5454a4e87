//! Where the value of an operation comes from.

use super::generate::generate;
use crate::document::{Text, Value};
use crate::error::Result;

/// A value, or where to get it when the patch is applied.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueSource {
    /// As the patch has it.
    Given(Value),
    Environment(String),
    File(String),
    Stdin,
    /// A random secret of this length.
    Generate(usize),
    /// The digest of the secret that stands elsewhere.
    DigestOf {
        /// The file, as the user names it.
        file: String,
        path: String,
    },
}

/// What gets values from outside the patch. All of them are strings.
pub trait Sources {
    /// The environment variable `name`.
    ///
    /// # Errors
    /// Where it is not set, or holds nothing.
    fn environment(&mut self, name: &str) -> Result<Text>;

    /// The content of the file at `path`.
    ///
    /// # Errors
    /// Where it cannot be read, is no text, or holds nothing.
    fn file(&mut self, path: &str) -> Result<Text>;

    /// What stdin holds.
    ///
    /// # Errors
    /// Where it cannot be read, is no text, holds nothing, or was read already.
    fn stdin(&mut self) -> Result<Text>;

    /// A digest of the secret at `path` of `file`. `current` is what stands at the place the digest is for: where it is a
    /// digest of that secret already, it is the answer, so that a patch applied twice changes nothing the second time.
    ///
    /// # Errors
    /// Where there is no such secret.
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
    /// The value; `current` is what stands at its place now.
    ///
    /// # Errors
    /// Those of the source.
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

    /// The file that the value is the content of.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }

    /// The file that must be edited before this value can be made.
    pub fn depends_on(&self) -> Option<&str> {
        match self {
            Self::DigestOf { file, .. } => Some(file),
            _ => None,
        }
    }
}
