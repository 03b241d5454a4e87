//! Turns one step into a change: where new text is inserted, and which old text is removed.

use std::ops::Range;

use crate::memory::Zeroizing;

use super::bracket::{self, Bracket, BracketEntry};
use super::comments::comments_above;
use super::layout::{Editing, collect_headers, nth_key, segments};
use super::new_value::NewValue;
use super::node::{Kin, Member, Shape, TomlNode, leaves};
use super::refusal::{missing, tables_only};
use super::rewrite::{Rewrite, Touched, WrittenText};
use super::write;
use crate::document::node::Style;
use crate::document::pointer::{Pointer, list_index};
use crate::document::splice::Splice;
use crate::document::value::Value;
use crate::error::Result;
use crate::lines::{next as next_line, start as line_start};

impl<'e> Editing<'e> {
    /// Whether the entry at `path` has a line of its own, instead of being in brackets.
    pub(super) fn is_line(&self, path: &Pointer) -> bool {
        path.parent().is_some_and(|above| {
            let is_map = self.find(&above).is_some_and(|holder| holder.members().is_some());
            is_map && self.braces(&above).is_none()
        })
    }

    /// Replaces a value on a line or in brackets.
    pub(super) fn over(&self, path: &Pointer, old: &TomlNode, new: &NewValue<'_>) -> Result<Rewrite> {
        // An unquoted string is a date, and stays one only if it replaces a date.
        let style = match &old.shape {
            Shape::Scalar(Value::String(_), style) => *style,
            _ => path.parent().and_then(|above| self.find(&above)).map_or(Style::Double, |holder| self.quotes(holder)),
        };
        let long = self.text[old.span.clone()].starts_with("\"\"\"");
        let text = if long || self.is_line(path) { new.on_line(style, self.ending())? } else { new.inline(style)? };
        let splices = vec![Splice { range: old.span.clone(), text }];
        let written = WrittenText::entire(&splices, None);
        Ok(Rewrite { splices, touched: Touched::Replaced { path: path.clone(), written } })
    }

    /// Inserts something into the collection at `above`.
    pub(super) fn insert(&self, above: &Pointer, last: &str, new: &NewValue<'_>) -> Result<Rewrite> {
        let holder = self.find(above).ok_or_else(|| missing(above))?;
        match &holder.shape {
            Shape::Array(items) => {
                let index = list_index(last).unwrap_or(items.len());
                let text = new.inline(self.item_style(holder))?;
                let entry = BracketEntry { text: &text, above: &new.above, behind: &new.behind };
                let (splices, range) = self.bracket(holder).insert(index, &entry);
                Ok(inserted(above, Some(index), splices, range, None))
            }
            Shape::Tables(items) => self.insert_section_item(above, items, last, new),
            Shape::Map(kin, members) => match self.braces(above) {
                Some(braces) => self.insert_between(above, braces, holder, last, new),
                None => self.insert_line(above, holder, *kin, members, last, new),
            },
            Shape::Scalar(..) => Err(missing(above)),
        }
    }

    /// The quotes that all strings in a collection have, if there are two or more; in a list of sections, those in its sections.
    fn quotes(&self, holder: &TomlNode) -> Style {
        let mut styles = Vec::new();
        let parts: Vec<&TomlNode> = match &holder.shape {
            Shape::Tables(items) => {
                items.iter().filter_map(TomlNode::members).flatten().map(|entry| &entry.part).collect()
            }
            Shape::Array(items) => items.iter().collect(),
            Shape::Map(_, members) => members.iter().map(|member| &member.part).collect(),
            Shape::Scalar(..) => Vec::new(),
        };
        for part in parts {
            let is_long = ["\"\"\"", "'''"].iter().any(|quotes| self.text[part.span.start..].starts_with(quotes));
            match &part.shape {
                Shape::Scalar(Value::String(_), style) if !is_long && *style != Style::Plain => styles.push(*style),
                _ => {}
            }
        }
        match styles.as_slice() {
            [first, _, ..] if styles.iter().all(|style| style == first) => *first,
            _ => Style::Double,
        }
    }

    /// How a new item of an array is written: among dates a date, among strings in the same quotes in those.
    fn item_style(&self, holder: &TomlNode) -> Style {
        let items = holder.items().unwrap_or_default();
        let is_date = |item: &TomlNode| matches!(item.shape, Shape::Scalar(Value::String(_), Style::Plain));
        if !items.is_empty() && items.iter().all(is_date) { Style::Plain } else { self.quotes(holder) }
    }

    /// Inserts an entry of a map in braces.
    fn insert_between(
        &self,
        above: &Pointer,
        braces: &TomlNode,
        holder: &TomlNode,
        last: &str,
        new: &NewValue<'_>,
    ) -> Result<Rewrite> {
        let key = self.dotted(above, holder.members().unwrap_or_default(), last)?;
        let text = Zeroizing::new([&key, " = ", new.inline(self.quotes(holder))?.as_str()].concat());
        let (splices, range) = self.bracket(braces).insert(usize::MAX, &BracketEntry::alone(&text));
        Ok(inserted(above, None, splices, range, Some(self.dotted_names(above, last))))
    }

    /// The key of a new entry, with the same prefix as the other lines of a dotted table.
    fn dotted(&self, above: &Pointer, members: &[Member], last: &str) -> Result<String> {
        let (key, depth) = (write::key(last), self.dots(above));
        if depth == 0 {
            return Ok(key);
        }
        let first = leaves(members).into_iter().next().ok_or_else(|| missing(above))?;
        let written = &self.text[self.entry_start(self.braces(above), first)..first.span.start];
        let keys = segments(written).into_iter().take(depth).map(|range| written[range].trim());
        Ok(keys.chain([key.as_str()]).collect::<Vec<_>>().join("."))
    }

    /// The names in such a key.
    fn dotted_names(&self, above: &Pointer, last: &str) -> Vec<String> {
        let tokens = above.tokens();
        let dotted = tokens[tokens.len() - self.dots(above)..].iter().map(String::as_str);
        dotted.chain([last]).map(str::to_owned).collect()
    }

    /// Inserts another `[[…]]`.
    fn insert_section_item(
        &self,
        above: &Pointer,
        items: &[TomlNode],
        last: &str,
        new: &NewValue<'_>,
    ) -> Result<Rewrite> {
        let Value::Map(map) = new.value else {
            return Err(tables_only(above));
        };
        let index = list_index(last).unwrap_or(items.len());
        let ending = self.ending();
        let style = self.find(above).map_or(Style::Double, |holder| self.quotes(holder));
        let section = write::list_section(&self.header(above), map, style, ending)?;
        let splice = match items.get(index) {
            Some(next) => {
                let at = comments_above(self.text, line_start(self.text, next.span.start));
                Splice::insert(at, [section.as_str(), ending].concat())
            }
            None => self.section_after(items.last().map_or(0, |last| self.end_of(last)), &section),
        };
        Ok(written_lines(above, Some(index), splice, self.names(above)))
    }

    /// Inserts an entry of the document, of a section, or of `a.b = …` lines: as a line, or as a section.
    fn insert_line(
        &self,
        above: &Pointer,
        holder: &TomlNode,
        kin: Kin,
        members: &[Member],
        last: &str,
        new: &NewValue<'_>,
    ) -> Result<Rewrite> {
        let (text, ending) = (self.text, self.ending());
        let path = above.child(last);
        if matches!(kin, Kin::Root | Kin::Section)
            && new.text.is_none()
            && let Some(section) = write::sections(&self.header(&path), new.value, Style::Double, ending)?
        {
            return Ok(self.insert_section(&path, holder, &section));
        }
        let value = new.on_line(self.quotes(holder), ending)?;
        if kin == Kin::Implied {
            let first = members.iter().flat_map(|member| self.extents(&member.part)).map(|range| range.start).min();
            let (header, key) = (self.header(above), write::key(last));
            let section = ["[", &header, "]", ending, &key, " = ", &value, ending, ending].concat();
            let splices = vec![Splice::insert(first.unwrap_or(text.len()), section)];
            let written = WrittenText::entire(&splices, Some(self.names(above)));
            return Ok(Rewrite { splices, touched: Touched::Opened { path: above.clone(), written } });
        }
        let key = self.dotted(above, members, last)?;
        let lines = |indent: &str, blank: &str| {
            let above = new.above.iter().flat_map(|comment| [indent, comment.as_str(), ending]);
            let line = [indent, &key, " = ", &value, &new.behind, blank];
            Zeroizing::new(above.chain(line).collect::<Vec<_>>().concat())
        };
        let splice = if let Some(before) = leaves(members).into_iter().max_by_key(|part| part.span.end) {
            let line = line_start(text, before.span.start);
            let indent = &text[line..line + text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len()];
            self.line_after(before.span.end, &lines(indent, ""))
        } else if kin == Kin::Section {
            self.line_after(holder.span.end, &lines("", ""))
        } else {
            match self.first_section() {
                Some(at) => Splice { range: at..at, text: lines("", &[ending, ending].concat()) },
                None => self.line_after(text.len(), &lines("", "")),
            }
        };
        Ok(written_lines(above, None, splice, self.dotted_names(above, last)))
    }

    /// Inserts a new section, or several of one list, at the end of the document or of the section that contains it.
    pub(super) fn insert_section(&self, path: &Pointer, holder: &TomlNode, section: &str) -> Rewrite {
        let end = if holder.kin() == Some(Kin::Root) { self.text.len() } else { self.end_of(holder) };
        let above = path.parent().unwrap_or_default();
        written_lines(&above, None, self.section_after(end, section), self.names(path))
    }

    /// Inserts a line below the one that contains `at`; a missing final line end stays missing.
    fn line_after(&self, at: usize, line: &str) -> Splice {
        let (text, ending) = (self.text, self.ending());
        let next = next_line(text, at);
        let ended = next == 0 || text[..next].ends_with('\n');
        Splice::insert(next, if ended { [line, ending] } else { [ending, line] }.concat())
    }

    /// Inserts a section after what ends at `end`, with a blank line in between.
    fn section_after(&self, end: usize, section: &str) -> Splice {
        let (text, ending) = (self.text, self.ending());
        let before = text[..end].trim_end_matches(['\n', '\r']);
        let last = if end == text.len() { "" } else { ending };
        let lead = if before.is_empty() { "" } else { ending };
        let section = section.trim_end_matches(['\n', '\r']);
        let closing = if end == text.len() && !text.is_empty() && !text.ends_with('\n') { "" } else { ending };
        Splice::replace(before.len()..end, [lead, lead, section, closing, last].concat())
    }

    pub(super) fn bracket(&self, part: &TomlNode) -> Bracket<'e> {
        let entries = bracket::entries(self.text, part);
        Bracket { text: self.text, span: part.span.clone(), entries, ending: self.ending() }
    }

    /// Removes an entry, unless it consists of several entries in braces.
    pub(super) fn remove_entry(&self, path: &Pointer) -> Result<Rewrite> {
        let above = path.parent().ok_or_else(|| missing(path))?;
        let holder = self.find(&above).ok_or_else(|| missing(path))?;
        let part = self.find(path).ok_or_else(|| missing(path))?;
        let outer = if matches!(holder.shape, Shape::Array(_)) { Some(holder) } else { self.braces(&above) };
        let splices = if let Some(outer) = outer {
            let bracket = self.bracket(outer);
            let index = bracket.entries.iter().position(|entry| entry.end == part.span.end);
            bracket.remove(index.ok_or_else(|| missing(path))?)
        } else {
            let mut ranges = self.extents(part);
            ranges.sort_by_key(|range| range.start);
            ranges.dedup_by(|next, range| {
                let adjacent = next.start <= range.end;
                range.end = if adjacent { range.end.max(next.end) } else { range.end };
                adjacent
            });
            // Blank lines may be part of either of two ranges.
            let mut done = 0;
            let apart = |range: Range<usize>| {
                let range = self.separated(range);
                let range = range.start.max(done)..range.end.max(done);
                done = range.end;
                Splice::delete(range)
            };
            ranges.into_iter().map(apart).collect()
        };
        Ok(Rewrite { splices, touched: Touched::Removed { path: path.clone() } })
    }

    /// Renames a key, in every header and line that contains it.
    pub(super) fn rename(&self, path: &Pointer, to: &str) -> Result<Rewrite> {
        let (above, last) = path.parent().zip(path.last()).ok_or_else(|| missing(path))?;
        let holder = self.find(&above).and_then(TomlNode::members).ok_or_else(|| missing(path))?;
        let member = holder.iter().find(|member| member.key == last).ok_or_else(|| missing(path))?;
        let mut places = Vec::new();
        if member.part.is_inline() {
            places.push(Some(member.key_span.clone()));
        } else {
            let mut headers = Vec::new();
            collect_headers(&member.part, &mut headers);
            let depth = self.names(path).len();
            places.extend(headers.into_iter().map(|header| nth_key(self.text, header, depth - 1)));
            if member.part.kin() == Some(Kin::Dotted) {
                let (depth, braces) = (self.dots(path), self.braces(path));
                places.extend(
                    leaves(std::slice::from_ref(member))
                        .into_iter()
                        .map(|leaf| nth_key(self.text, self.entry_start(braces, leaf)..leaf.span.start, depth - 1)),
                );
            }
        }
        let mut places = places.into_iter().collect::<Option<Vec<_>>>().ok_or_else(|| missing(path))?;
        places.sort_by_key(|place| place.start);
        let key = write::key(to);
        let splices = places.into_iter().map(|place| Splice::replace(place, key.as_str())).collect();
        Ok(Rewrite { splices, touched: Touched::Renamed { path: path.clone(), to: to.to_owned() } })
    }
}

fn inserted(
    holder: &Pointer,
    index: Option<usize>,
    splices: Vec<Splice>,
    range: Range<usize>,
    names: Option<Vec<String>>,
) -> Rewrite {
    let written = WrittenText { splice: splices.len() - 1, range, names };
    Rewrite { splices, touched: Touched::Inserted { holder: holder.clone(), index, written } }
}

/// The complete splice is parsed for new lines.
fn written_lines(holder: &Pointer, index: Option<usize>, splice: Splice, names: Vec<String>) -> Rewrite {
    let range = 0..splice.text.len();
    inserted(holder, index, vec![splice], range, Some(names))
}
