//! The splices that turn one text into another: only lines that differ are changed.

use std::ops::Range;

use indexmap::IndexMap;

use super::align::{self, AlignStep};
use super::reader::{Line, LineKind};
use super::{IniText, Occurrence, differs};
use crate::document::pointer::Pointer;
use crate::document::splice::Splice;
use crate::document::value::{Map, Value};
use crate::error::Result;
use crate::memory::Zeroizing;

type Names<'t> = IndexMap<&'t str, Vec<Occurrence>>;

/// The splices between two texts.
pub(super) struct Changes<'t> {
    pub(super) of: &'t IniText,
    pub(super) splices: Vec<Splice>,
}

impl<'t> Changes<'t> {
    /// Changes the text to `wanted`.
    pub(super) fn root(&mut self, wanted: &Map) -> Result<()> {
        let names = self.of.root();
        self.entries(&names, &self.of.preamble(), wanted, 0)
    }

    /// Changes the entries on `lines`, which are the top or a section, to those of `wanted`.
    fn entries(&mut self, names: &Names<'t>, lines: &Range<usize>, wanted: &Map, depth: usize) -> Result<()> {
        for (name, occurrences) in names {
            let values: Vec<Value> = occurrences.iter().map(|one| self.of.value_of(one)).collect();
            let new = wanted.get(name).map(occurrences_of).unwrap_or_default();
            self.name(name, occurrences, &values, new)?;
        }
        let unknown = wanted.iter().filter(|(key, _)| !names.contains_key(key.text()));
        for (key, value) in unknown {
            self.of.unlocked(key.text(), lines)?;
            for one in occurrences_of(value) {
                match one {
                    Value::Map(section) if self.is_default(key.text(), depth) => {
                        self.entries(&Names::new(), lines, section, 1)?;
                    }
                    Value::Map(section) if depth == 0 => self.add_section(key.text(), section, None)?,
                    _ => self.add_entry(key.text(), one, lines)?,
                }
            }
        }
        Ok(())
    }

    /// Whether a name is that of the section without a header.
    fn is_default(&self, name: &str, depth: usize) -> bool {
        depth == 0 && name == super::DEFAULT && self.of.dialect == super::Dialect::SopsIni
    }

    /// Changes the occurrences of one name to the wanted ones.
    fn name(&mut self, name: &str, occurrences: &[Occurrence], old: &[Value], new: &[Value]) -> Result<()> {
        for step in align::steps(old, new) {
            match step {
                AlignStep::Change(from, to) => self.change(&occurrences[from], &new[to])?,
                AlignStep::Delete(from) => self.delete(&occurrences[from]),
                AlignStep::Insert(before, to) => self.insert(name, occurrences, before, &new[to])?,
            }
        }
        Ok(())
    }

    fn change(&mut self, occurrence: &Occurrence, new: &Value) -> Result<()> {
        match (occurrence, new) {
            (Occurrence::Section(lines), Value::Map(map)) => {
                let names = self.of.below(occurrence);
                self.entries(&names, &(lines.start + 1..lines.end), map, 1)
            }
            (Occurrence::Top(lines), Value::Map(map)) => self.entries(&self.of.below(occurrence), lines, map, 1),
            (Occurrence::Entry(_), Value::String(text)) => {
                let range = self.of.spans(occurrence).1;
                let text = self.of.dialect.written(text.as_str())?;
                let needs_blank = range.is_empty() && !text.is_empty() && self.of.is_spaced_before(range.start);
                self.splices.push(Splice::replace(range, [if needs_blank { " " } else { "" }, &text].concat()));
                Ok(())
            }
            _ => Err(differs()),
        }
    }

    /// Inserts another occurrence before the one at this position, or after the last.
    fn insert(&mut self, name: &str, occurrences: &[Occurrence], before: usize, value: &Value) -> Result<()> {
        let next = occurrences.get(before);
        match (value, next, occurrences.last()) {
            (Value::Map(map), Some(Occurrence::Section(lines)), _) => {
                self.add_section(name, map, Some(self.of.start(lines.start)))
            }
            (Value::Map(map), None, Some(Occurrence::Section(lines))) => {
                self.add_section(name, map, Some(self.of.body_end(lines)))
            }
            (Value::Map(map), ..) => self.add_section(name, map, None),
            (_, Some(Occurrence::Entry(line)), _) => self.write_entry(name, value, self.of.start(*line), *line),
            (_, _, Some(Occurrence::Entry(line))) => self.write_entry(name, value, *line + 1, *line),
            _ => Err(differs()),
        }
    }

    /// Adds an entry after the last one on these lines.
    fn add_entry(&mut self, name: &str, value: &Value, lines: &Range<usize>) -> Result<()> {
        let is_entry = |line: &Line| matches!(line.kind, LineKind::Entry { .. } | LineKind::Locked { .. });
        let last = self.of.lines[lines.clone()].iter().rposition(is_entry).map(|at| lines.start + at);
        let at = match last {
            Some(last) => last + 1,
            // Below its header, or at the top before the first section.
            None if lines.start > 0 => lines.start,
            None => self.of.start(lines.end),
        };
        self.write_entry(name, value, at, last.unwrap_or(lines.start))
    }

    /// Writes an entry before line `at`, spaced like the one on line `like`.
    fn write_entry(&mut self, name: &str, value: &Value, at: usize, like: usize) -> Result<()> {
        let Value::String(text) = value else { return Err(differs()) };
        let indent = match self.of.lines.get(like) {
            Some(Line { span, kind: LineKind::Entry { key, .. } }) => &self.of.text[span.start..key.start],
            _ => "",
        };
        let written =
            self.line(indent.trim_start_matches('\u{feff}'), name, text.as_str(), &self.of.separator(like..like + 1))?;
        let at = self.of.offset(at);
        self.splices.push(Splice { range: at..at, text: written });
        Ok(())
    }

    fn line(&self, indent: &str, name: &str, value: &str, separator: &str) -> Result<Zeroizing<String>> {
        let written = self.of.dialect.written(value)?;
        let separator = if written.is_empty() { separator.trim_end() } else { separator };
        Ok(Zeroizing::new([indent, name, separator, &written, self.of.ending()].concat()))
    }

    /// Adds a section before line `at`, or at the end.
    fn add_section(&mut self, name: &str, section: &Map, at: Option<usize>) -> Result<()> {
        let ending = self.of.ending();
        let end = self.of.text_end();
        let at = at.unwrap_or(end);
        let separator = self.of.separator(at..at);
        let mut text = Zeroizing::new(["[", name, "]", ending].concat());
        for (key, value) in section.iter() {
            for one in occurrences_of(value) {
                let Value::String(one) = one else { return Err(differs()) };
                text.push_str(&self.line("", key.text(), one.as_str(), &separator)?);
            }
        }
        let is_blank = |line: Option<&Line>| line.is_some_and(|line| line.kind == LineKind::Blank);
        let is_spaced = self.of.is_spaced();
        let above = at.checked_sub(1).and_then(|above| self.of.lines.get(above));
        let is_below_comment = above.is_some_and(|line| line.kind == LineKind::Comment);
        if (is_spaced && above.is_some() && !is_blank(above)) || is_below_comment {
            text.insert_str(0, ending);
        }
        if is_spaced && at < end && !is_blank(self.of.lines.get(at)) {
            text.push_str(ending);
        }
        let at = self.of.offset(at);
        self.splices.push(Splice { range: at..at, text });
        Ok(())
    }

    /// Removes an occurrence with the comment above it.
    fn delete(&mut self, occurrence: &Occurrence) {
        let (start, end) = match occurrence {
            Occurrence::Entry(line) => (self.of.own_start(*line), line + 1),
            Occurrence::Section(lines) => self.of.section_lines(lines),
            Occurrence::Top(_) => {
                let below = self.of.below(occurrence);
                below.values().flatten().for_each(|entry| self.delete(entry));
                return;
            }
        };
        self.splices.push(Splice::delete(self.of.offset(start)..self.of.offset(end)));
    }

    pub(super) fn rename(&mut self, path: &Pointer, to: &str) {
        for occurrence in self.of.found(path) {
            if let Occurrence::Top(lines) = &occurrence {
                let is_entry = |line: &usize| matches!(self.of.lines[*line].kind, LineKind::Entry { .. });
                let first = lines.clone().find(is_entry).map_or(lines.start, |line| self.of.start(line));
                let (at, header) = (self.of.offset(first), ["[", to, "]", self.of.ending()].concat());
                self.splices.push(Splice { range: at..at, text: Zeroizing::new(header) });
                continue;
            }
            self.splices.push(Splice::replace(self.of.spans(&occurrence).0, to));
        }
    }

    /// A renamed section keeps its place.
    pub(super) fn renames_section(&self, from: &Pointer, path: &Pointer, value: &Value) -> bool {
        let is_new = path.tokens().len() == 1 && path.get(value).is_none();
        from.tokens().len() == 1
            && is_new
            && self.of.found(from).iter().all(|one| matches!(one, Occurrence::Section(_) | Occurrence::Top(_)))
    }

    /// Whether a move takes one line to a name that does not exist yet.
    pub(super) fn carries(&self, from: &Pointer, path: &Pointer, value: &Value) -> bool {
        let is_entry = matches!(self.of.found(from)[..], [Occurrence::Entry(_)]);
        let above = path.parent().and_then(|above| above.get(value).cloned());
        is_entry && path.get(value).is_none() && above.is_some_and(|above| above.as_map().is_some())
    }

    /// Moves the line with the comment above it to the end of another section.
    pub(super) fn carry(&mut self, from: &Pointer, path: &Pointer) -> Result<()> {
        let Some(Occurrence::Entry(line)) = self.of.found(from).into_iter().next() else { return Err(differs()) };
        let key = self.of.spans(&Occurrence::Entry(line)).0;
        let own = self.of.offset(self.of.own_start(line))..self.of.offset(line + 1);
        let above = path.parent().unwrap_or_default();
        let lines = match self.of.found(&above).first() {
            _ if above.is_root() => self.of.preamble(),
            Some(Occurrence::Section(lines)) => lines.start + 1..lines.end,
            Some(Occurrence::Top(lines)) => lines.clone(),
            _ => return Err(differs()),
        };
        let name = path.last().unwrap_or_default();
        self.of.unlocked(name, &lines)?;
        let text = [&self.of.text[own.start..key.start], name, &self.of.text[key.end..own.end]].concat();
        self.add_entry(name, &Value::string(""), &lines)?;
        if let Some(splice) = self.splices.last_mut() {
            splice.text = Zeroizing::new(text);
        }
        self.splices.push(Splice::delete(own));
        Ok(())
    }
}

/// The values of a name, one for each occurrence.
pub(super) fn occurrences_of(value: &Value) -> &[Value] {
    value.as_list().unwrap_or(std::slice::from_ref(value))
}
