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
    pub(crate) fn new(source: &str) -> Result<Self, String> {
        Self::compile(source).map_err(Refusal::into_reason)
    }

    fn compile(source: &str) -> Result<Self, Refusal> {
        if source.len() > LONGEST {
            return Err(Refusal::Unsupported(format!("it is longer than {LONGEST} bytes")));
        }
        let translated = translate::translate(source)?;
        let regex = RegexBuilder::new(&translated).size_limit(LARGEST).build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => Refusal::Unsupported("it is too large".to_owned()),
            _ => Refusal::Invalid("a part of it is invalid or not supported here".to_owned()),
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

/// Why a pattern cannot be used.
enum Refusal {
    /// Go rejects it, too.
    Invalid(String),
    /// Go may accept it.
    Unsupported(String),
}

impl Refusal {
    fn into_reason(self) -> String {
        match self {
            Self::Invalid(reason) | Self::Unsupported(reason) => reason,
        }
    }
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self::Invalid(reason)
    }
}

/// Why Go rejects a pattern, in a phrase that does not repeat it; `None` for one that Go accepts, or may accept.
pub(crate) fn refusal(source: &str) -> Option<String> {
    match Pattern::compile(source) {
        Err(Refusal::Invalid(reason)) => Some(reason),
        Ok(_) | Err(Refusal::Unsupported(_)) => None,
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
