//! One edit → one splice of the text: the bytes to replace and what stands there instead.
//!
//! Built so far: a scalar on one line replaced by another, and an item taken out of a flow list. Whatever else is asked
//! for is refused as `unsupported`; the caller reads every result again, so a splice can be refused but never wrong.

use std::ops::Range;

use zeroize::Zeroizing;

use super::reader::{Arena, Content};
use super::{meaning, scalar};
use crate::document::edit::Edit;
use crate::document::node::{Scalar, Style};
use crate::document::pointer::{Pointer, list_index};
use crate::document::value::Value;
use crate::error::{Error, Kind, Result};

/// Bytes to replace, and their replacement.
pub(super) struct Splice {
    /// The bytes of the text that go.
    pub(super) range: Range<usize>,
    /// What stands there instead.
    pub(super) text: Zeroizing<String>,
}

/// The splice that makes `edit` in `text`.
pub(super) fn of(text: &str, arena: &Arena, edit: &Edit) -> Result<Splice> {
    match edit {
        Edit::Replace { path, value } | Edit::Set { path, value } | Edit::Add { path, value } => {
            replace(text, arena, path, value).ok_or_else(|| not_built(path))
        }
        Edit::Remove { path } => remove(text, arena, path).ok_or_else(|| not_built(path)),
        Edit::Move { path, .. }
        | Edit::Copy { path, .. }
        | Edit::Test { path, .. }
        | Edit::Append { path, .. }
        | Edit::Rename { path, .. } => Err(not_built(path)),
    }
}

fn not_built(path: &Pointer) -> Error {
    Error::new(Kind::Unsupported, "this edit of YAML is not supported yet")
        .at_path(path)
        .hint("so far a value on one line can be replaced, and an item taken out of a `[…]` list")
}

fn replace(text: &str, arena: &Arena, path: &Pointer, value: &Value) -> Option<Splice> {
    let index = meaning::find(arena, path)?;
    let piece = &arena.pieces[index];
    let Content::Scalar(old) = &piece.content else { return None };
    let written = &text[piece.span.clone()];
    let one_line = !written.contains('\n') && !matches!(old.style, Style::Literal | Style::Folded);
    if !one_line || piece.tag.is_some() {
        return None;
    }
    let mut new = notation(old, value, Context::of(text, arena, path))?;
    if written.is_empty() {
        new.insert(0, ' ');
    }
    Some(Splice { range: piece.span.clone(), text: new })
}

/// What surrounds a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Block,
    Flow,
    /// Flow, in a document in which every key and string is double-quoted.
    Json,
}

impl Context {
    fn of(text: &str, arena: &Arena, path: &Pointer) -> Self {
        let is_flow = |index: usize| text[arena.pieces[index].span.clone()].starts_with(['[', '{']);
        if arena.root.is_some_and(is_flow) {
            return if is_json(arena) { Self::Json } else { Self::Flow };
        }
        let mut above = std::iter::successors(path.parent(), Pointer::parent);
        let inside = above.any(|place| meaning::find(arena, &place).is_some_and(is_flow));
        if inside { Self::Flow } else { Self::Block }
    }
}

fn is_json(arena: &Arena) -> bool {
    arena.pieces.iter().all(|piece| match &piece.content {
        Content::Scalar(scalar) if scalar.style == Style::Plain => {
            scalar::plain(scalar.text.as_str()).as_str().is_none()
        }
        Content::Scalar(scalar) => scalar.style == Style::Double,
        _ => true,
    })
}

/// How the new value is written where `old` stood: in the same quotes if they can hold it, else in single quotes; JSON stays JSON.
fn notation(old: &Scalar, value: &Value, around: Context) -> Option<Zeroizing<String>> {
    let content = value.scalar_text()?;
    if content.chars().any(char::is_control) {
        return None;
    }
    let single = |content: &str| Zeroizing::new(format!("'{}'", content.replace('\'', "''")));
    let written = match (value, old.style) {
        (Value::Null, _) => Zeroizing::new("null".to_owned()),
        (Value::Bool(_) | Value::Number(_), _) => content,
        (_, style) if style == Style::Double || around == Context::Json => {
            Zeroizing::new(format!("\"{}\"", content.replace('\\', "\\\\").replace('"', "\\\"")))
        }
        (_, Style::Plain) if scalar::may_be_plain(&content, around == Context::Flow) => content,
        _ => single(&content),
    };
    Some(written)
}

fn remove(text: &str, arena: &Arena, path: &Pointer) -> Option<Splice> {
    let list = meaning::find(arena, &path.parent()?)?;
    let Content::List(items) = &arena.pieces[list].content else { return None };
    let at = list_index(path.last()?).filter(|at| *at < items.len())?;
    if !text[arena.pieces[list].span.clone()].starts_with('[') {
        return None;
    }
    let span = |at: usize| arena.pieces[items[at]].span.clone();
    // With its comma: the one before it, or the one after the first.
    let range = match (at, items.len()) {
        (0, 1) => span(0),
        (0, _) => span(0).start..span(1).start,
        _ => span(at - 1).end..span(at).end,
    };
    let separated = text[range.clone()].contains('\n') || text[range.clone()].contains('#');
    (!separated).then(|| Splice { range, text: Zeroizing::default() })
}
