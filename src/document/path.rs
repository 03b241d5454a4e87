//! agepatch paths: `identity_providers.oidc.clients[mediamanager].redirect_uris[0]`, or a JSON Pointer.

use super::pointer::Pointer;
use super::value::Value;
use crate::error::{Error, Kind, Result};

/// The keys by which an item of a list is known, in the order in which they are tried.
pub const IDENTITY_KEYS: [&str; 4] = ["client_id", "key_id", "id", "name"];

/// A path as a user writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Segment>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A map's key (or, from a JSON Pointer, a list's index too).
    Token(String),
    /// `[3]`, `[-1]`: a position.
    Index(i64),
    /// `[key=value]`: the one item whose key has that value.
    Match(String, String),
    /// `[value]`: the item with that identity, or the scalar equal to it.
    Item(String),
}

impl Path {
    /// Reads a path or a JSON Pointer; `.` and the empty text name the whole document.
    ///
    /// # Errors
    /// `path`, with what is wrong and where in the text.
    pub fn parse(text: &str) -> Result<Self> {
        Pointer::parse(text).map(|pointer| Self(pointer.tokens().iter().cloned().map(Segment::Token).collect()))
    }

    /// The steps.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Turns selectors into positions in `root`. Steps after the last selector need not exist (an edit may make them).
    ///
    /// # Errors
    /// `path` where a selector matches nothing, `ambiguous` where it matches more than one; the nearest names are suggested.
    pub fn resolve(&self, _root: &Value) -> Result<Pointer> {
        Err(Error::new(Kind::Path, "not yet"))
    }
}
