//! The keys of the maps that are being read: at one that occurs twice the quick reader gives up.

use super::scalar::Token;
use crate::document::yaml::arena::{Arena, in_place};
use crate::document::yaml::duplicates;
use crate::document::yaml::tree::Tree;

/// The keys of the open maps.
#[derive(Default)]
pub(super) struct Keys<'t> {
    open: Vec<&'t str>,
    /// The keys of the last map that was read. Most maps of a large document have the same as the one before.
    last: Vec<&'t str>,
    /// Whether the text of a key is not as it is written.
    is_unclear: bool,
}

impl<'t> Keys<'t> {
    pub(super) fn add(&mut self, text: &'t str, token: &Token) {
        self.is_unclear |= token.text.is_some();
        let place = in_place(token.style, &(token.begin..token.end));
        self.open.push(place.and_then(|place| text.get(place)).unwrap_or_default());
    }

    /// Ends the innermost map, which has this many keys; `None` if one of them occurs twice.
    pub(super) fn end(&mut self, count: usize) -> Option<()> {
        let first = self.open.len().checked_sub(count)?;
        let keys = &self.open[first..];
        if keys != self.last.as_slice() {
            if !duplicates::are_distinct(keys) {
                return None;
            }
            self.last.clear();
            self.last.extend_from_slice(keys);
        }
        self.open.truncate(first);
        Some(())
    }

    /// Whether no key of the text, which was read to its end, occurs twice.
    pub(super) fn are_distinct(&self, text: &str, arena: &Arena) -> bool {
        !self.is_unclear || duplicates::refuse(Tree { text, arena }).is_ok()
    }
}
