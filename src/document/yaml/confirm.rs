//! Verifies an edited text: compares the parser's events with the intended value.
//!
//! No second tree is built. If the comparison fails, that is not an error yet: the text is then parsed completely,
//! which decides.

use granit_parser::Event;

use super::events;
use super::meaning::{is_text, scalar_value};
use super::reader::{MAX_DEPTH, style_of};
use super::scalar;
use crate::document::node::Style;
use crate::document::value::{Map, Value};

/// Whether `text` is one document without aliases that has `value`, with keys in the same order.
pub(super) fn means(text: &str, value: &Value) -> bool {
    part_means(text, value, 0)
}

/// As [`means`], for some entries of a collection and what is in them, inside of this many collections.
pub(super) fn part_means(text: &str, value: &Value, around: usize) -> bool {
    let mut reading = Reading { root: Some(value), open: Vec::new(), around };
    #[cfg(test)]
    crate::document::readings::count(text.len());
    for event in events::parser(text) {
        let agrees = event.is_ok_and(|(event, _)| reading.take(&event).is_some());
        if !agrees {
            return false;
        }
    }
    reading.root.is_none() && reading.open.is_empty()
}

/// A collection whose entries have been partly read.
enum Open<'v> {
    List(&'v [Value]),
    Map {
        map: &'v Map,
        next: usize,
        /// The value of the current key.
        waiting: Option<&'v Value>,
    },
}

struct Reading<'v> {
    /// The document's value, until it was reached.
    root: Option<&'v Value>,
    open: Vec<Open<'v>>,
    /// How many collections are around the text.
    around: usize,
}

impl<'v> Reading<'v> {
    fn take(&mut self, event: &Event<'_>) -> Option<()> {
        match event {
            Event::Scalar(text, style, 0, tag) => {
                let style = style_of(*style);
                if let Some(Open::Map { map, next, waiting: waiting @ None }) = self.open.last_mut() {
                    let is_string = style != Style::Plain || tag.is_some() || scalar::is_string(text);
                    let (key, value) = map.at(*next)?;
                    *next += 1;
                    *waiting = Some(value);
                    // A merge key is more than its name.
                    let merges = style == Style::Plain && text == "<<";
                    return (key.text() == text && key.is_string() == is_string && !merges).then_some(());
                }
                let tag = tag.as_deref().map(ToString::to_string);
                let is_text = is_text(tag.as_deref(), style);
                let agrees = match self.expected()? {
                    Value::String(value) => value.as_str() == text && (is_text || scalar::is_string(text)),
                    value => scalar_value(text, is_text) == *value,
                };
                agrees.then_some(())
            }
            Event::SequenceStart(_, 0, _) => {
                let items = self.expected()?.as_list()?;
                self.opened(Open::List(items))
            }
            Event::MappingStart(_, 0, _) => {
                let map = self.expected()?.as_map()?;
                self.opened(Open::Map { map, next: 0, waiting: None })
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let whole = match self.open.pop()? {
                    Open::List(left) => left.is_empty(),
                    Open::Map { map, next, waiting } => next == map.len() && waiting.is_none(),
                };
                whole.then_some(())
            }
            Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) | Event::Alias(_) => None,
            _ => Some(()),
        }
    }

    /// The expected value of the next node; `None` if a key is expected, which is never a collection here.
    fn expected(&mut self) -> Option<&'v Value> {
        match self.open.last_mut() {
            None => self.root.take(),
            Some(Open::Map { waiting, .. }) => waiting.take(),
            Some(Open::List(left)) => {
                let (first, rest) = left.split_first()?;
                *left = rest;
                Some(first)
            }
        }
    }

    fn opened(&mut self, collection: Open<'v>) -> Option<()> {
        self.open.push(collection);
        (self.around + self.open.len() <= MAX_DEPTH).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, means};
    use crate::document::{Document, Format};

    #[test]
    fn a_text_is_equal_only_to_its_own_value() {
        let texts = [
            "",
            "x",
            "1",
            "'1'",
            "!!str 1",
            "[]",
            "{}",
            "[1]",
            "[1, 2]",
            "[[1], 2]",
            "[[1, 2]]",
            "- - 1\n  - 2\n- 3\n",
            "a:\n",
            "a: 1\n",
            "a: '1'\n",
            "a: x\n",
            "a: [1]\n",
            "a: [1, 2]\n",
            "a: []\n",
            "a: {}\n",
            "a: {b: 1}\n",
            "a: {b: 1, c: 2}\n",
            "a: 1\nb: 2\n",
            "b: 2\na: 1\n",
            "a: 1\nb: 2\nc: 3\n",
            "1: a\n",
            "'1': a\n",
            "!!str 2: a\n",
            "'2': b\n",
            "'<<': {b: 1}\n",
            "a: |\n  x\n",
            "a: !!int '2'\n",
            "--- # c\na: 1.5\n...\n",
        ];
        let documents = texts.map(|text| Document::parse(text.as_bytes(), Format::Yaml).expect("it can be read"));
        for text in texts {
            let own = Document::parse(text.as_bytes(), Format::Yaml).expect("it can be read");
            for other in &documents {
                let order = |document: &Document| {
                    document.value().as_map().map(|map| map.iter().next().map(|(key, _)| key.clone()))
                };
                let same = other.value() == own.value() && order(other) == order(&own);
                // An empty document has no event for the value.
                assert_eq!(means(text, other.value()), same && !text.is_empty(), "{text:?} and {:?}", other.value());
            }
        }
    }

    #[test]
    fn aliases_are_left_to_a_complete_parse() {
        for text in ["a: &x 1\n", "a: &x [1]\n", "a: &x {b: 1}\n", "a: &x 1\nb: *x\n", "<<: {a: 1}\n", "<<: 1\n"] {
            let value = Document::parse(text.as_bytes(), Format::Yaml).expect("it can be read").value().clone();
            assert!(!means(text, &value), "{text:?}");
        }
        let value = Document::parse(b"a: 1\n", Format::Yaml).expect("it can be read").value().clone();
        for text in ["a: 1\n---\na: 1\n", "--- a\n---\na: 1\n", "a: 1\nb\n", "a: 1\n]\n", "? [a]\n: 1\n"] {
            assert!(!means(text, &value), "{text:?}");
        }
        for text in ["[&a x]\n", "[&a []]\n", "[&a {}]\n", "[]\n---\n", "[]\n--- []\n"] {
            assert!(!means(text, &Value::list(Vec::new())), "{text:?}");
        }
    }
}
