//! Patterns in Go's regular expression syntax (RE2), which sops uses for paths and keys.
//!
//! The `regex` crate reads a similar syntax with other meanings in places: `\d` and `\w` cover Unicode, `[a[b]` nests, `x{,5}`
//! repeats. So each construct is translated on its own, and what has no exact counterpart is refused.

mod class;
mod translate;

use regex::bytes::{Regex, RegexBuilder};

/// The longest pattern; those of real repositories have tens of characters.
const LONGEST: usize = 10_000;
/// The most memory for a compiled pattern.
const LARGEST: usize = 4 << 20;

/// A pattern that matches exactly what Go's `regexp` does: anywhere in a text, unless it is anchored.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What Go refuses, or what agepatch does not support, in one phrase that does not repeat the pattern.
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
