//! Patterns in Go's regular expression syntax (RE2), which sops uses for paths and keys.
//!
//! The `regex` crate has a similar syntax with some different meanings: `\d` and `\w` cover Unicode, `[a[b]` nests,
//! `x{,5}` repeats. So each construct is translated separately, and what has no exact counterpart is rejected.

mod class;
mod translate;

use regex::bytes::{Regex, RegexBuilder};

/// The maximum length of a pattern; those of real repositories have tens of characters.
const LONGEST: usize = 10_000;
/// The memory limit for a compiled pattern.
const LARGEST: usize = 4 << 20;

/// A pattern that matches exactly like Go's `regexp`: anywhere in a text, unless it is anchored.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What Go rejects or agepatch does not support, in a phrase that does not repeat the pattern.
    pub fn new(source: &str) -> Result<Self, String> {
        if source.len() > LONGEST {
            return Err(format!("it is longer than {LONGEST} bytes"));
        }
        let translated = translate::translate(source)?;
        let regex = RegexBuilder::new(&translated).size_limit(LARGEST).build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
            _ => "a part of it is invalid or not supported here".to_owned(),
        })?;
        Ok(Self { source: source.to_owned(), regex })
    }

    /// Whether it matches anywhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text.as_bytes())
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.source
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Pattern {}

#[cfg(test)]
mod tests;
