//! The notation of scalars in a file, for code that inserts scalars itself.

use super::manner::Manner;
use super::outline::Outline;
use super::write::{self, Position};
use crate::document::node::Style;
use crate::document::value::Value;
use crate::memory::Zeroizing;

/// The manner in which a file writes its scalars.
pub struct Notation(Manner);

impl Notation {
    /// Detects it from a file.
    pub fn of(outline: &Outline<'_>, is_json: bool) -> Option<Self> {
        outline.first().map(|tree| Self(Manner::of(tree.text, tree.arena, is_json)))
    }

    /// The file's line end.
    pub fn ending(&self) -> &'static str {
        self.0.ending
    }

    /// Whether every key and string is double-quoted, as in JSON.
    pub fn is_json(&self) -> bool {
        self.0.json
    }

    /// Writes a scalar on one line; it keeps `style` if that can hold it.
    pub fn line(&self, value: &Value, style: Style, in_flow: bool) -> Zeroizing<String> {
        Self::scalar(value, style, self.0.json, in_flow)
    }

    /// As [`Self::line`], where only [`Self::is_json`] is known.
    pub fn scalar(value: &Value, style: Style, is_json: bool, in_flow: bool) -> Zeroizing<String> {
        write::scalar_text(value, style, is_json, in_flow)
    }

    /// Writes a multi-line string as a literal block below a key or dash in `column`: its header, and its lines with
    /// line ends. `None` if it is better written on one line.
    pub fn block(&self, value: &Value, column: usize) -> Option<(Zeroizing<String>, Zeroizing<String>)> {
        let written = write::block(value, Position::Key(column), Style::Plain, &self.0);
        (!written.below.is_empty() && !written.collection).then_some((written.inline, written.below))
    }
}
