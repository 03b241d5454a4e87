//! Whether comments that the other side wrote are in the merged text.

use crate::document::node::{Data, Node};
use crate::document::{Document, Format};

/// Whether a comment that `theirs` has and `base` has not is missing in `merged`.
pub(super) fn lost(base: Option<&Document>, theirs: &Document, merged: &Document) -> bool {
    let (old, mut found) = (base.map(comments).unwrap_or_default(), comments(merged));
    let new = without(comments(theirs), &old);
    new.into_iter().any(|comment| match found.iter().position(|other| *other == comment) {
        Some(at) => {
            found.remove(at);
            false
        }
        None => true,
    })
}

fn without<'t>(mut comments: Vec<&'t str>, known: &[&str]) -> Vec<&'t str> {
    for known in known {
        if let Some(at) = comments.iter().position(|comment| comment == known) {
            comments.remove(at);
        }
    }
    comments
}

/// The comments of a text, without what stands before them. None in a text that cannot be told apart.
fn comments(document: &Document) -> Vec<&str> {
    let Ok(text) = std::str::from_utf8(document.bytes()) else { return Vec::new() };
    let Ok(tree) = document.tree() else { return Vec::new() };
    if matches!(document.format(), Format::Json | Format::Raw) {
        return Vec::new();
    }
    let mut spans = Vec::new();
    collect(&tree, &mut spans);
    spans.sort_unstable();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find('#').map(|offset| at + offset) {
        let before = spans.partition_point(|(start, _)| *start <= next);
        if let Some((_, end)) = spans[..before].iter().rev().take(4).find(|(_, end)| *end > next) {
            at = *end;
        } else {
            let end = text[next..].find('\n').map_or(text.len(), |offset| next + offset);
            found.push(text[next..end].trim_end());
            at = end;
        }
    }
    found
}

/// The bytes of keys and scalars.
fn collect(node: &Node<'_>, spans: &mut Vec<(usize, usize)>) {
    match &node.data {
        Data::Scalar(_) => spans.push((node.span.start, node.span.end)),
        Data::List(items) => items.iter().for_each(|item| collect(item, spans)),
        Data::Map(entries) => {
            for entry in entries {
                spans.push((entry.key_span.start, entry.key_span.end));
                collect(&entry.value, spans);
            }
        }
    }
}
