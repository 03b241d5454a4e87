//! Comments written by a side: which entries they belong to, whether the merged text contains them, and how they are
//! restored.

use crate::diff::Counterparts;
use crate::document::node::{Data, Node};
use crate::document::{Document, Format, Pointer};
use crate::error::Result;
use crate::lines;
use crate::memory::Zeroizing;

#[derive(Debug, Clone, PartialEq)]
struct Comment<'t> {
    /// The comment from its sign to the end of the line.
    text: &'t str,
    /// The white space before it, if it follows an entry.
    gap: &'t str,
    at: Attached,
}

/// What a comment belongs to.
#[derive(Debug, Clone, PartialEq)]
enum Attached {
    /// It follows this entry, on the same line.
    Beside(Pointer),
    /// It is on a line above this entry.
    Above(Pointer),
    /// It is on a line after all entries.
    AtEnd,
}

/// A line on which an entry starts, with its offset; the outermost if there are several.
struct Begin {
    line: usize,
    at: Pointer,
}

/// A text with its comments.
pub(super) struct Comments<'d> {
    document: &'d Document,
    text: &'d str,
    all: Vec<Comment<'d>>,
    begins: Vec<Begin>,
    /// The places of keys and scalars, each with its entry.
    spans: Vec<(usize, usize, Pointer)>,
}

impl<'d> Comments<'d> {
    /// The comments of a document; none for a text that cannot be split into lines and entries.
    pub(super) fn of(document: &'d Document) -> Self {
        let mut comments = Self { document, text: "", all: Vec::new(), begins: Vec::new(), spans: Vec::new() };
        let (Ok(text), Ok(tree)) = (std::str::from_utf8(document.bytes()), document.tree()) else { return comments };
        if document.format().comment_signs().is_empty() {
            return comments;
        }
        comments.text = text;
        comments.collect(&tree, &Pointer::root());
        comments.spans.sort_by_key(|(start, end, at)| (*start, *end, at.tokens().len()));
        comments.find();
        comments
    }

    /// Records the bytes of keys and scalars, each with its entry, and the lines that entries start on.
    fn collect(&mut self, node: &Node<'_>, at: &Pointer) {
        match &node.data {
            Data::Scalar(_) => self.spans.push((node.span.start, node.span.end, at.clone())),
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let at = at.child(index.to_string());
                    self.begins_at(first(item), &at);
                    self.collect(item, &at);
                }
            }
            Data::Map(entries) => {
                for entry in entries {
                    let at = at.child(entry.key);
                    self.begins_at(entry.key_span.start, &at);
                    self.spans.push((entry.key_span.start, entry.key_span.end, at.clone()));
                    self.collect(&entry.value, &at);
                }
            }
        }
    }

    /// The outermost entry on a line comes first. What an alias repeats starts on an earlier line.
    fn begins_at(&mut self, start: usize, at: &Pointer) {
        let line = lines::start(self.text, start);
        if self.begins.last().is_none_or(|last| last.line < line) {
            self.begins.push(Begin { line, at: at.clone() });
        }
    }

    fn find(&mut self) {
        let signs = self.document.format().comment_signs();
        let text = self.text;
        let mut at = 0;
        while let Some(next) = text[at..].find(signs).map(|offset| at + offset) {
            let before = self.spans.partition_point(|(start, ..)| *start <= next);
            let over = self.spans[..before].iter().rev().take(4).find(|(_, end, _)| *end > next);
            if let Some((_, end, _)) = over {
                at = *end;
                continue;
            }
            let end = text[next..].find('\n').map_or(text.len(), |offset| next + offset);
            let line = lines::start(text, next);
            let beside = self.spans[..before].last().filter(|(start, ..)| *start >= line);
            let below = self.begins.partition_point(|begin| begin.line <= line);
            let at_entry = match (beside, self.begins.get(below)) {
                (Some((.., at)), _) => Attached::Beside(at.clone()),
                (None, Some(begin)) => Attached::Above(begin.at.clone()),
                (None, None) => Attached::AtEnd,
            };
            let lead = text[line..next].trim_end_matches([' ', '\t']).len();
            self.all.push(Comment { text: text[next..end].trim_end(), gap: &text[line + lead..next], at: at_entry });
            at = end;
        }
    }

    /// The comments that `base` does not have.
    fn new_to(&self, base: Option<&Comments<'_>>) -> Vec<Comment<'d>> {
        let mut known: Vec<&str> =
            base.map(|base| base.all.iter().map(|comment| comment.text).collect()).unwrap_or_default();
        let is_new = |comment: &&Comment<'d>| match known.iter().position(|text| *text == comment.text) {
            Some(at) => {
                known.remove(at);
                false
            }
            None => true,
        };
        self.all.iter().filter(is_new).cloned().collect()
    }
}

/// The paths in the merged value of comments that a side wrote but the merged text lacks.
pub(super) fn missing(base: Option<&Document>, sides: [&Document; 2], merged: &Document) -> Vec<Pointer> {
    let mut missing: Vec<Pointer> =
        not_in(base, sides, merged, false).into_iter().map(|(comment, _)| comment.at.entry()).collect();
    missing.dedup();
    missing
}

/// The number of the sides' new comments that are missing, or at another entry.
pub(super) fn faults(base: Option<&Document>, sides: [&Document; 2], merged: &Document) -> usize {
    not_in(base, sides, merged, true).len()
}

/// The merged text with missing comments of the sides restored, where there is a place for them.
pub(super) fn restored(base: Option<&Document>, sides: [&Document; 2], merged: Document) -> Document {
    let missing = not_in(base, sides, &merged, false);
    let put = |into: &Document, comments: &[(Comment<'_>, Attached)]| -> Option<Document> {
        let text = with(into, comments)?;
        let document = read(&text, into.format()).ok()?;
        (document.value() == into.value()).then_some(document)
    };
    if missing.is_empty() {
        return merged;
    }
    if let Some(document) = put(&merged, &missing) {
        return document;
    }
    let mut done: Option<Document> = None;
    for comment in missing.iter().take(MOST) {
        let next = put(done.as_ref().unwrap_or(&merged), std::slice::from_ref(comment));
        done = next.or(done);
    }
    done.unwrap_or(merged)
}

/// The number of comments to try one by one, each of which parses the text.
const MOST: usize = 64;

fn read(text: &str, format: Format) -> Result<Document> {
    Document::parse(text.as_bytes(), format)
}

/// The sides' new comments that the merged text lacks, each with its place. The entry below a comment matters only if
/// `is_strict`.
fn not_in<'d>(
    base: Option<&'d Document>,
    sides: [&'d Document; 2],
    merged: &Document,
    is_strict: bool,
) -> Vec<(Comment<'d>, Attached)> {
    let base = base.map(Comments::of);
    let found = Comments::of(merged);
    let mut free: Vec<&Comment<'_>> = found.all.iter().collect();
    let mut missing: Vec<(Comment<'d>, Attached)> = Vec::new();
    for side in sides {
        let mut places = Counterparts::new(merged.value(), side.value());
        for comment in Comments::of(side).new_to(base.as_ref()) {
            let mut in_merged = |at: &Pointer| places.of(at).unwrap_or_else(|| at.clone());
            let at = match &comment.at {
                Attached::Beside(at) => Attached::Beside(in_merged(at)),
                Attached::Above(at) => Attached::Above(in_merged(at)),
                Attached::AtEnd => Attached::AtEnd,
            };
            let is_beside = matches!(at, Attached::Beside(_));
            let same = |other: &&Comment<'_>| {
                let fits =
                    if is_beside || is_strict { other.at == at } else { !matches!(other.at, Attached::Beside(_)) };
                other.text == comment.text && fits
            };
            match free.iter().position(same) {
                Some(index) => {
                    free.remove(index);
                }
                // Both sides may have written the same comment.
                None if found.all.iter().any(|other| other.text == comment.text && other.at == at) => {}
                None => missing.push((comment, at)),
            }
        }
    }
    missing
}

impl Attached {
    fn entry(self) -> Pointer {
        match self {
            Self::Beside(at) | Self::Above(at) => at,
            Self::AtEnd => Pointer::root(),
        }
    }
}

/// The text with these comments inserted, as far as their places are free.
fn with(document: &Document, comments: &[(Comment<'_>, Attached)]) -> Option<Zeroizing<String>> {
    let existing = Comments::of(document);
    let text = existing.text;
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut inserts: Vec<(usize, Zeroizing<String>)> = Vec::new();
    for (comment, at) in comments {
        match at {
            Attached::Beside(at) => {
                let (_, last, _) = existing.spans.iter().rev().find(|(.., other)| other == at)?;
                let end = line_end(text, *last);
                let behind = text.get(*last..end)?.trim_matches([' ', '\t', ',', ':']);
                if behind.is_empty() {
                    let gap = if comment.gap.is_empty() { " " } else { comment.gap };
                    inserts.push((end, Zeroizing::new([gap, comment.text].concat())));
                }
            }
            Attached::Above(at) => {
                let begin = existing.begins.iter().find(|begin| begin.at == *at)?;
                let line = &text[begin.line..];
                let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
                inserts.push((begin.line, Zeroizing::new([indent, comment.text, ending].concat())));
            }
            Attached::AtEnd => {
                let open = if text.is_empty() || text.ends_with('\n') { "" } else { ending };
                let close = if open.is_empty() { ending } else { "" };
                inserts.push((text.len(), Zeroizing::new([open, comment.text, close].concat())));
            }
        }
    }
    inserts.sort_by_key(|(at, _)| *at);
    let mut result =
        Zeroizing::new(String::with_capacity(text.len() + inserts.iter().map(|one| one.1.len()).sum::<usize>()));
    let mut done = 0;
    for (at, insert) in inserts {
        result.push_str(&text[done..at]);
        result.push_str(&insert);
        done = at;
    }
    result.push_str(&text[done..]);
    Some(result)
}

fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |feed| at + feed);
    if end > at && text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
}

/// The offset of a node's text.
fn first(node: &Node<'_>) -> usize {
    match &node.data {
        Data::List(items) if !items.is_empty() => node.span.start.min(first(&items[0])),
        Data::Map(entries) if !entries.is_empty() => node.span.start.min(entries[0].key_span.start),
        _ => node.span.start,
    }
}
