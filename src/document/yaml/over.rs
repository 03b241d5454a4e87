//! Replaces a value in its old style, as far as that can hold it.

use super::arena::Content;
use super::block;
use super::editing::{Editing, New, Trail};
use super::flow;
use super::lines;
use super::scalar;
use super::splice::{Rewrite, Splice};
use super::write::{self, Position, ValueText};
use crate::document::node::Style;
use crate::document::value::Value;
use crate::error::Result;

impl Editing<'_> {
    /// Replaces the node at the end of `trail`.
    pub(super) fn over(&self, trail: &Trail, node: usize, new: &New<'_>) -> Result<Option<Rewrite>> {
        let (tree, manner) = (self.tree, self.manner);
        let value = match new {
            New::Value(value) | New::Carried(_, value) => *value,
        };
        if tree.piece(node).alias().is_none() && self.value(node)? == *value {
            return Ok(None);
        }
        let piece = tree.piece(node);
        let style = self.style_over(trail, node, value);
        let drop_tag = tree.arena.tag(node).is_some_and(|tag| !holds(tag, tree.content(node), value));
        let holder = trail.last().copied();
        let inside_flow = holder.is_some_and(|(holder, _)| tree.is_flow(holder));
        let stays_flow = value.is_collection() && piece.flow && (manner.json || tree.len(node) > 0);
        if inside_flow || stays_flow || (manner.json && holder.is_none()) {
            let outer: Vec<usize> = trail.iter().map(|(holder, _)| *holder).collect();
            let spacing = flow::spacing(tree, manner.json, holder.map_or(node, |(holder, _)| holder), &outer);
            let kept = match (new, value) {
                (New::Value(_), Value::String(text)) => self.in_its_flow_layout(node, text.as_str(), style),
                _ => None,
            };
            let text = match new {
                _ if kept.is_some() => kept.unwrap_or_default(),
                New::Value(value) => write::flow(value, style, &spacing, manner.json),
                New::Carried(..) => {
                    let indent = lines::indentation(tree.text, tree.value_begin(node));
                    self.flow_entry(None, new, &spacing, indent)
                }
            };
            let lead = if tree.is_absent(node) { self.flow_lead(node) } else { "" };
            let written = ValueText::inline([lead, &text].concat());
            let range = tree.value_begin(node)..tree.value_end(node);
            let tag = block::tag(tree.text, piece.after(), piece.bare()).filter(|_| drop_tag && !range.is_empty());
            let tag = tag.map(|tag| lines::skip(tree.text, tag.start)..lines::skip(tree.text, tag.end));
            let mut splices: Vec<Splice> = tag.map(Splice::delete).into_iter().collect();
            splices.push(Splice { range, text: written.inline });
            return Ok(Some(self.replaced(holder, splices)));
        }
        let position = match holder {
            None => Position::Root,
            Some((holder, index)) => {
                let column = tree.column(holder);
                match tree.entry(holder, index).0 {
                    Some(_) => Position::Key(column),
                    None => Position::Dash(column, tree.gap(holder, index)),
                }
            }
        };
        let kept = match (new, value) {
            (New::Value(_), Value::String(text)) => self.in_its_layout(node, text.as_str(), position, style),
            _ => None,
        };
        let written = kept.unwrap_or_else(|| self.block_text(new, position, style));
        let splices = block::replace(tree, manner, node, position, &written, drop_tag);
        Ok(Some(self.replaced(holder, splices)))
    }

    /// The style of a value that replaces `node`: that of the old string, or else that of the siblings. A PEM key
    /// becomes a block of lines, unless the old one was on one line as well.
    fn style_over(&self, trail: &Trail, node: usize, value: &Value) -> Style {
        let old = self.tree.style(node).unwrap_or(Style::Plain);
        let was_string = old != Style::Plain || self.tree.text(node).is_some_and(scalar::is_string);
        let is_pem = value.as_str().is_some_and(|text| text.starts_with("-----BEGIN ") && text.contains('\n'));
        match trail.last() {
            _ if is_pem && !self.tree.text(node).is_some_and(|old| old.contains('\n')) => Style::Plain,
            Some((holder, _)) if !was_string && value.as_str().is_some() => {
                self.manner.among(self.tree, *holder).quotes_of(value)
            }
            _ => old,
        }
    }

    /// The text before a value in a flow collection where there was none.
    fn flow_lead(&self, node: usize) -> &'static str {
        let piece = self.tree.piece(node);
        if self.tree.text[..piece.after()].ends_with(':') { " " } else { ": " }
    }
}

/// Whether an old tag still fits the new value; an application's own tag is kept for the same kind of node.
fn holds(tag: &str, old: Content<'_>, value: &Value) -> bool {
    match tag.strip_prefix("tag:yaml.org,2002:") {
        Some("int") => matches!(value, Value::Number(number) if number.as_i64().is_some()),
        Some("float") => matches!(value, Value::Number(_)),
        Some("bool") => matches!(value, Value::Bool(_)),
        Some("null") => matches!(value, Value::Null),
        Some("map") => matches!(value, Value::Map(_)),
        Some("seq") => matches!(value, Value::List(_)),
        // A text is not base64, nor a date, because the one before it was.
        Some("binary" | "timestamp") => false,
        _ => match old {
            Content::List(_) => matches!(value, Value::List(_)),
            Content::Map(_) => matches!(value, Value::Map(_)),
            _ => matches!(value, Value::String(_)),
        },
    }
}
