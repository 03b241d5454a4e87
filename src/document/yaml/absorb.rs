//! Block scalars that would absorb the following text.

use super::lines;
use super::manner::Manner;
use super::splice::Rewrite;
use crate::document::value::Value;

/// If a value would be a block scalar that absorbs the following text, returns the manner to write it in instead: blank
/// lines are absorbed if it keeps them (`|+`), a comment at its column and a longer line of white space always.
pub(super) fn otherwise(text: &str, manner: &Manner, value: &Value, change: &Rewrite) -> Option<Manner> {
    let splice = change.splices.last()?;
    let end = splice.range.end;
    let mut below = if lines::start(text, end) == end { end } else { lines::next(text, end) };
    // A text without a final line end must not get one, let alone several.
    let unended = below == text.len() && !text.is_empty() && !text.ends_with('\n');
    let last = last_string(value).filter(|text| text.contains('\n'))?;
    let keeps = last.ends_with("\n\n") && manner.keeps;
    if keeps && (unended || lines::is_blank(text, below)) {
        return Some(Manner { keeps: false, ..manner.clone() });
    }
    let written = splice.text.trim_end();
    let indented = |text: &str| lines::indentation(text, text.len()).len();
    let column = indented(written).saturating_sub(indented(last.trim_end()));
    let mut taken = false;
    while lines::is_blank(text, below) {
        taken |= lines::is_content(text, below, column);
        below = lines::next(text, below);
    }
    taken |= lines::comment(text, below).is_some_and(|comment| comment >= column);
    (taken && column > 0 && manner.literals).then(|| Manner { literals: false, ..manner.clone() })
}

/// The string at the end of the value's text.
fn last_string(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text.as_str()),
        Value::List(items) => items.last().and_then(last_string),
        Value::Map(map) => map.iter().last().and_then(|(_, value)| last_string(value)),
        _ => None,
    }
}
