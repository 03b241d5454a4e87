//! `move` and `copy`: the text is kept, for a line with its comments, for a section with all its lines.

use std::ops::Range;

use crate::memory::Zeroizing;

use super::TomlText;
use super::comments::comments_above;
use super::layout::Editing;
use super::layout::{collect_headers, nth_key};
use super::new_value::NewValue;
use super::node::{Kin, Shape, TomlNode};
use super::refusal::missing;
use crate::document::pointer::Pointer;
use crate::error::Result;
use crate::lines::{end as line_end, next as next_line, start as line_start};

/// The lines of a table's sections.
struct Section {
    text: Zeroizing<String>,
    /// The places in its headers of the keys that name it.
    keys: Vec<Range<usize>>,
}

impl TomlText {
    /// Copies the value at `from` to `path`.
    pub(super) fn copy(&mut self, from: &Pointer, path: &Pointer) -> Result<()> {
        let source = self.root.find(from).ok_or_else(|| missing(from))?;
        let (value, text) = (source.value(), self.editing().written(source));
        self.put(path, &NewValue { text, ..NewValue::value(&value) }, true)
    }

    /// Moves the value at `from` to `path`.
    pub(super) fn transfer(&mut self, from: &Pointer, path: &Pointer) -> Result<()> {
        let source = self.root.find(from).ok_or_else(|| missing(from))?;
        let editing = self.editing();
        let (value, text) = (source.value(), editing.written(source));
        let section = editing.section(from, source);
        let (above, behind) = match text {
            Some(_) if editing.is_line(from) => editing.comments(source),
            Some(_) => editing.comments_between(from, source),
            None => <_>::default(),
        };
        self.remove(from)?;
        if let Some(section) = section.filter(|_| self.root.find(path).is_none())
            && let Some(above) = path.parent()
            && let Some(holder) = self.root.find(&above)
            && matches!(holder.kin(), Some(Kin::Root | Kin::Section))
        {
            let header = self.editing().header(path);
            let section = section.under(&header);
            return self.step(|editing| {
                let holder = editing.find(&above).ok_or_else(|| missing(&above))?;
                Ok(editing.insert_section(path, holder, &section))
            });
        }
        self.put(path, &NewValue { value: &value, text, above, behind }, true)
    }
}

impl Editing<'_> {
    /// The text of a value on a line or in brackets.
    fn written(&self, source: &TomlNode) -> Option<Zeroizing<String>> {
        source.is_inline().then(|| Zeroizing::new(self.text[source.span.clone()].to_owned()))
    }

    /// The comment lines above the line of a value, and the comment after it.
    fn comments(&self, source: &TomlNode) -> (Zeroizing<Vec<String>>, Zeroizing<String>) {
        let line = line_start(self.text, source.span.start);
        let own = self.own_comments(line, next_line(self.text, source.span.end));
        let above = self.text[own..line].lines().map(|comment| comment.trim().to_owned());
        let end = source.span.end;
        let behind = self.text[end..line_end(self.text, end)].trim_end();
        (Zeroizing::new(above.collect()), Zeroizing::new(behind.to_owned()))
    }

    /// The same, of an item between brackets that has lines of its own.
    fn comments_between(&self, from: &Pointer, source: &TomlNode) -> (Zeroizing<Vec<String>>, Zeroizing<String>) {
        let list =
            from.parent().and_then(|above| self.find(&above)).filter(|holder| matches!(holder.shape, Shape::Array(_)));
        let Some(bracket) = list.map(|list| self.bracket(list)) else { return <_>::default() };
        let end = bracket.comma_after(source.span.end).map_or(source.span.end, |comma| comma + 1);
        let behind = self.text[end..line_end(self.text, end)].trim_end();
        if bracket.indent(&source.span).is_none() || !behind.is_empty() && !behind.trim_start().starts_with('#') {
            return <_>::default();
        }
        let line = line_start(self.text, source.span.start);
        let above = self.text[comments_above(self.text, line)..line].lines().map(|comment| comment.trim().to_owned());
        (Zeroizing::new(above.collect()), Zeroizing::new(behind.to_owned()))
    }

    /// The lines of a table's sections; `None` if they are not adjacent, and for an item of `[[…]]`, whose header is
    /// special.
    fn section(&self, from: &Pointer, source: &TomlNode) -> Option<Section> {
        let whole = match &source.shape {
            Shape::Tables(_) => true,
            Shape::Map(kin, _) => *kin == Kin::Section && !self.text[source.span.clone()].starts_with("[["),
            _ => false,
        };
        if !whole {
            return None;
        }
        let mut extents = self.extents(source);
        extents.sort_by_key(|range| range.start);
        let together = extents.windows(2).all(|pair| pair[0].end == pair[1].start);
        let (first, last) = extents.first().zip(extents.last()).filter(|_| together)?;
        let mut headers = Vec::new();
        collect_headers(source, &mut headers);
        headers.sort_by_key(|range| range.start);
        let depth = self.names(from).len();
        let own = |header: Range<usize>| {
            let keys = nth_key(self.text, header.clone(), 0)?.start..nth_key(self.text, header, depth - 1)?.end;
            Some(keys.start - first.start..keys.end - first.start)
        };
        let keys = headers.into_iter().map(own).collect::<Option<Vec<_>>>()?;
        Some(Section { text: Zeroizing::new(self.text[first.start..last.end].to_owned()), keys })
    }
}

impl Section {
    /// The lines with another header.
    fn under(&self, header: &str) -> Zeroizing<String> {
        let mut parts = Vec::with_capacity(2 * self.keys.len() + 1);
        let mut done = 0;
        for keys in &self.keys {
            parts.extend([&self.text[done..keys.start], header]);
            done = keys.end;
        }
        parts.push(&self.text[done..]);
        Zeroizing::new(parts.concat())
    }
}
