//! Parses an edited text again and compares its value with the intended one.

use super::arena::Arena;
use super::meaning::Reading;
use super::refusal::{differs, unreadable};
use super::seams::{self, Begun};
use super::text::YamlText;
use super::tree::Tree;
use super::{confirm, graft, lines, reader, splice};
use crate::document::splice::roomy;
use crate::document::value::Value;
use crate::error::Result;
use crate::memory::Zeroizing;

/// Texts of this size and above are read back where they were touched, smaller ones as a whole, which costs nothing.
const LARGE: usize = 1 << 16;

impl YamlText {
    /// Compares the text's value with the intended one.
    fn read_plain(&self, read: Tree<'_>) -> Result<Value> {
        let value = Reading::of(read).value()?;
        if value == self.value { Ok(value) } else { Err(differs(false)) }
    }

    /// Whether the parser finds the value in the text: in a small one as a whole, in a large one where it was touched.
    pub(super) fn is_confirmed(&self, begun: &Begun) -> bool {
        let seams = seams::mean(begun, &self.text, &self.value);
        debug_assert!(!seams || self.read_edited().is_ok(), "the seams hold, and the whole does not");
        self.text.len() >= LARGE && seams || confirm::means(&self.text, &self.value)
    }

    /// Whether the tree after the edits equals that of a fresh parse.
    pub(super) fn is_as_read(&self) -> bool {
        reader::read_by_parser(&self.text)
            .is_ok_and(|arena| graft::same(self.nodes(), Tree { text: &self.text, arena: &arena }))
    }

    /// Parses the edited text, and compares it with the intended value.
    pub(super) fn read_edited(&self) -> Result<(Zeroizing<String>, Arena, Value)> {
        let shared = self.written.is_some();
        let read = |text: &str| reader::read(text).map_err(|error| unreadable(error, shared));
        let held = |read: Tree<'_>| match &self.written {
            Some(written) => self.read_shared(read, written),
            None => self.read_plain(read),
        };
        let arena = read(&self.text)?;
        let mut text = roomy(&self.text, 0);
        let tree = Tree { text: &text, arena: &arena };
        // At the end of a text without a final line end a block scalar has none either, and may need it.
        let may_be_open = tree.needs_line_end();
        match held(tree) {
            Err(_) if may_be_open => {
                let end = text.len();
                let ending = lines::ending(&text);
                splice::apply(&mut text, &[splice::Splice::insert(end, ending)]);
                let arena = read(&text)?;
                let value = held(Tree { text: &text, arena: &arena })?;
                Ok((text, arena, value))
            }
            meant => meant.map(|value| (text, arena, value)),
        }
    }
}
