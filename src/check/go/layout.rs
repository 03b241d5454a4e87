//! Layout that Go's yaml library rejects: tabs where a key could start, and directives.

use std::ops::Range;

use super::refusal::Refusal;
use crate::document::node::Style;

/// A part of the document with free layout inside. Tokens do not nest.
#[derive(Debug)]
pub(super) struct LayoutSpan {
    pub(super) span: Range<usize>,
    /// The style of a scalar; `None` for a flow collection.
    pub(super) style: Option<Style>,
    /// The column of the block collection around a scalar.
    pub(super) column: usize,
}

/// The first thing in `text` that is rejected, given its scalars and flow collections.
pub(super) fn find(text: &str, tokens: Vec<LayoutSpan>) -> Option<Refusal> {
    let tab = if text.contains('\t') { find_tab(text, tokens) } else { None };
    [tab, find_directive(text)].into_iter().flatten().min_by_key(|refusal| refusal.offset)
}

fn find_tab(text: &str, mut tokens: Vec<LayoutSpan>) -> Option<Refusal> {
    tokens.sort_by_key(|token| token.span.start);
    let mut start = 0;
    let mut is_below_comment = false;
    for line in text.split_inclusive('\n') {
        let indicators = line.len() - line.trim_start_matches([' ', '\t', '-', '?']).len();
        let white = line.len() - line.trim_start_matches([' ', '\t']).len();
        // After white space, `-` and `?` are indicators only if white space follows them.
        let reach = if line[white..indicators].contains(['\t', ' ']) { indicators } else { white };
        // The library skips any white space between two lines that are only comments.
        let is_comment = line[white..].starts_with('#');
        if let Some(column) = line[..reach].find('\t')
            && !(is_comment && is_below_comment)
            && is_refused(text, start + column, column, &tokens)
        {
            let reason = "a tab where only spaces are allowed: use spaces, or nothing";
            return Some(Refusal { offset: start + column, reason });
        }
        if !line.trim().is_empty() {
            is_below_comment = is_comment && !is_inside(start + white, &tokens);
        }
        start += line.len();
    }
    None
}

/// Whether the byte at `offset` is part of one of the tokens.
fn is_inside(offset: usize, tokens: &[LayoutSpan]) -> bool {
    let started = tokens.partition_point(|token| token.span.start <= offset);
    tokens[..started].last().is_some_and(|last| offset < last.span.end)
}

fn is_refused(text: &str, offset: usize, column: usize, tokens: &[LayoutSpan]) -> bool {
    let started = tokens.partition_point(|token| token.span.start <= offset);
    let Some(last) = tokens[..started].last() else { return true };
    let between = text.get(last.span.end..offset).unwrap_or_default();
    match last.style {
        // Its content starts at its first line; only spaces may come before that, also in the blank lines after it.
        Some(Style::Literal | Style::Folded) if between.trim().is_empty() => {
            column < text[..last.span.start].rsplit('\n').next().map_or(0, str::len)
        }
        _ if offset < last.span.end => false,
        // A plain scalar continues after blank lines that are indented as deep as it would have to be.
        Some(Style::Plain) if between.trim().is_empty() => column <= last.column,
        _ => true,
    }
}

/// `%YAML 1.1` and `%TAG` before the document are accepted.
fn find_directive(text: &str) -> Option<Refusal> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if let Some(directive) = bare.strip_prefix('%') {
            let mut words = directive.split_whitespace();
            match (words.next(), words.next()) {
                (Some("YAML"), Some("1.1")) | (Some("TAG"), _) => {}
                (Some("YAML"), _) => {
                    return Some(Refusal { offset, reason: "only YAML 1.1 is understood: remove the directive" });
                }
                _ => return Some(Refusal { offset, reason: "unknown directive" }),
            }
        } else if bare == "..." {
            return Some(Refusal { offset, reason: "a document ends here before it starts" });
        } else if !bare.is_empty() && !bare.trim_start().starts_with('#') {
            return None;
        }
        offset += line.len();
    }
    None
}
