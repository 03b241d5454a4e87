//! Values to insert.

use super::write;
use crate::document::node::Style;
use crate::document::value::Value;
use crate::error::Result;
use crate::memory::Zeroizing;

/// A value to insert, with its text if it comes from elsewhere in the document; for a moved line, also the comment
/// lines above and the comment after it.
pub(super) struct NewValue<'n> {
    pub(super) value: &'n Value,
    pub(super) text: Option<Zeroizing<String>>,
    pub(super) above: Zeroizing<Vec<String>>,
    pub(super) behind: Zeroizing<String>,
}

impl<'n> NewValue<'n> {
    pub(super) fn value(value: &'n Value) -> Self {
        Self { value, text: None, above: Zeroizing::default(), behind: Zeroizing::default() }
    }

    pub(super) fn inline(&self, style: Style) -> Result<Zeroizing<String>> {
        self.text.clone().map_or_else(|| write::inline(self.value, style), Ok)
    }

    /// The value on a line of its own, possibly spanning several.
    pub(super) fn on_line(&self, style: Style, ending: &str) -> Result<Zeroizing<String>> {
        let many = if self.text.is_none() { write::many_lines(self.value, ending) } else { None };
        many.map_or_else(|| self.inline(style), Ok)
    }
}
