//! The bytes of a document's keys and scalars, and what of them may be shown.

use std::ops::Range;

use super::marks::Marks;
use crate::document::Visitor;
use crate::document::node::Scalar;
use crate::schema::{PlaceId, Places, Schema};
use crate::shown::held_back::{is_held_back, without_credentials};

/// A key or a scalar in the text.
pub(super) struct Span {
    pub(super) bytes: Range<usize>,
    /// Whether it may be shown.
    pub(super) public: bool,
    /// What is shown in its place, if that is more than one sign: few of the spans of a large document have any.
    instead: Option<Box<Instead>>,
}

/// What is shown instead of a part of the text.
#[derive(Default)]
struct Instead {
    /// The text of a public scalar without the credentials in its URL, if it has any.
    part: Option<String>,
    /// The mark that replaces the secret.
    mark: String,
}

impl Span {
    fn new(bytes: Range<usize>, public: bool, part: Option<String>, mark: Option<String>) -> Self {
        let has_any = part.is_some() || mark.is_some();
        let instead = has_any.then(|| Box::new(Instead { part, mark: mark.unwrap_or_default() }));
        Self { bytes, public, instead }
    }

    /// The text of a public scalar without the credentials in its URL, if it has any.
    pub(super) fn part(&self) -> Option<&str> {
        self.instead.as_ref().and_then(|instead| instead.part.as_deref())
    }

    /// The mark that replaces the secret.
    pub(super) fn mark(&self) -> &str {
        self.instead.as_ref().map_or("", |instead| &instead.mark)
    }
}

/// Collects the spans in a walk through the document.
pub(super) struct Spans<'c> {
    text: &'c str,
    places: Places,
    /// The place that the walk has come to, and those around it.
    way: Vec<PlaceId>,
    marks: Option<&'c Marks>,
    found: Vec<Span>,
}

impl<'c> Spans<'c> {
    pub(super) fn new(text: &'c str, schema: Schema, marks: Option<&'c Marks>) -> Self {
        // A key and a value have about as many bytes.
        let found = Vec::with_capacity(text.len() / 24);
        Self { text, places: Places::new(schema), way: Vec::new(), marks, found }
    }

    /// The spans, in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Span> {
        // An alias shares the bytes of what it repeats: what is secret at one place is secret at all of them.
        self.found.sort_by_key(|span| (span.bytes.start, span.bytes.end, span.public));
        self.found.dedup_by(|next, kept| next.bytes == kept.bytes);
        self.found
    }

    fn here(&self) -> PlaceId {
        self.way.last().copied().unwrap_or(Places::ROOT)
    }
}

impl<'d> Visitor<'d> for Spans<'_> {
    fn scalar(&mut self, span: Range<usize>, scalar: Scalar<'d>) {
        let place = self.here();
        let source = self.text.get(span.clone()).unwrap_or_default();
        let may_show = self.places.is_public(place) && !is_held_back(scalar.text);
        let part = if may_show { without_credentials(source) } else { None };
        // A URL over several lines, or with escapes in it, is hidden entirely.
        let hides_part = may_show && part.is_none() && without_credentials(scalar.text).is_some();
        let broken = part.is_some() && source.contains('\n');
        let public = may_show && !hides_part && !broken;
        let marked = self.marks.filter(|_| !public || part.is_some());
        let mark = marked.map(|marks| marks.of(self.places.pointer(place), scalar.text));
        self.found.push(Span::new(span, public, part, mark));
    }

    fn item(&mut self, index: usize) {
        let item = self.places.item(self.here(), index);
        self.way.push(item);
    }

    fn key(&mut self, key: &'d str, span: Range<usize>, again: &[Range<usize>]) {
        let place = self.here();
        let below = self.places.entry(place, key);
        for span in std::iter::once(&span).chain(again) {
            let source = self.text.get(span.clone()).unwrap_or_default();
            let collection = key.is_empty() || source.starts_with(['{', '[', '?', '-', '*', '&']);
            let public = !collection && self.places.shows_key(below) && !is_held_back(key);
            let mark = self.marks.filter(|_| !public).map(|marks| marks.of(self.places.pointer(place), source));
            self.found.push(Span::new(span.clone(), public, None, mark));
        }
        self.way.push(below);
    }

    fn leave(&mut self) {
        self.way.pop();
    }
}
