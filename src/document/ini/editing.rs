//! Edits as splices: the edited value is compared with the text's, and only lines that differ are changed.

use std::ops::Range;

use indexmap::IndexMap;

use super::align::{self, Step};
use super::reader::{Line, LineKind};
use super::{IniText, Occurrence, differs, semantics};
use crate::document::comments::heads_several;
use crate::document::edit::Edit;
use crate::document::engine::UNWRITABLE;
use crate::document::pointer::Pointer;
use crate::document::splice::{self, Splice};
use crate::document::value::{Map, MapKey, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;
use crate::shown::KeyName;

type Names<'t> = IndexMap<&'t str, Vec<Occurrence>>;

impl IniText {
    /// Applies one edit to the value and to the text.
    pub(super) fn edit(&mut self, edit: &Edit) -> Result<()> {
        let mut wanted = semantics::after(&self.value, edit)?;
        if self.dialect == super::Dialect::SopsIni {
            wanted = with_default(wanted);
            refuse_outside_sections(&wanted)?;
        }
        if wanted == self.value && !matches!(edit, Edit::Move { .. } | Edit::Rename { .. }) {
            return Ok(());
        }
        let splices = {
            let whole = self.closed()?;
            let Value::Map(map) = &wanted else { return Ok(()) };
            let mut changes = Changes { of: &whole, splices: Vec::new() };
            match edit {
                Edit::Rename { path, to } => changes.rename(path, to),
                Edit::Move { from, path } if changes.renames_section(from, path, &self.value) => {
                    changes.rename(from, path.last().unwrap_or_default());
                }
                Edit::Move { from, path } if changes.carries(from, path, &self.value) => changes.carry(from, path)?,
                _ => changes.root(map)?,
            }
            changes.splices
        };
        self.replace(splices)?;
        if self.value != wanted {
            return Err(differs());
        }
        self.edited = true;
        Ok(())
    }

    /// The text with a final line end, so that every line has one.
    fn closed(&self) -> Result<Self> {
        let mut text = splice::roomy(&self.text, 2);
        if !self.is_closed() {
            text.push_str(self.ending());
        }
        Self::read(text, self.dialect)
    }

    fn is_closed(&self) -> bool {
        let content = self.text.trim_start_matches('\u{feff}');
        content.is_empty() || content.ends_with('\n')
    }

    fn ending(&self) -> &'static str {
        if self.dialect != super::Dialect::SopsDotenv && self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// Applies splices of the closed text; a missing final line end stays missing.
    fn replace(&mut self, mut splices: Vec<Splice>) -> Result<()> {
        splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
        let (is_closed, ending) = (self.is_closed(), self.ending());
        let mut text = splice::roomy(&self.text, 2);
        if !is_closed {
            text.push_str(ending);
        }
        if !splice::fit(&text, &splices) {
            return Err(differs());
        }
        splice::apply(&mut text, &splices);
        if !is_closed && text.ends_with(ending) {
            let length = text.len() - ending.len();
            text.truncate(length);
        }
        *self = Self::read(text, self.dialect)
            .map_err(|error| error.with_kind(ErrorKind::Unsupported).context(UNWRITABLE))?;
        Ok(())
    }
}

/// The splices between two texts.
struct Changes<'t> {
    of: &'t IniText,
    splices: Vec<Splice>,
}

impl<'t> Changes<'t> {
    /// Changes the text to `wanted`.
    fn root(&mut self, wanted: &Map) -> Result<()> {
        let names = self.of.root();
        self.entries(&names, &self.preamble(), wanted, 0)
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
            self.unlocked(key.text(), lines)?;
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
                Step::Change(from, to) => self.change(&occurrences[from], &new[to])?,
                Step::Delete(from) => self.delete(&occurrences[from]),
                Step::Insert(before, to) => self.insert(name, occurrences, before, &new[to])?,
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
                let needs_blank = range.is_empty() && !text.is_empty() && self.is_spaced_before(range.start);
                self.splices.push(Splice::replace(range, [if needs_blank { " " } else { "" }, &text].concat()));
                Ok(())
            }
            _ => Err(differs()),
        }
    }

    /// Whether the empty value at `at` directly follows `=` while other lines have a space.
    fn is_spaced_before(&self, at: usize) -> bool {
        self.of.text[..at].ends_with(['=', ':']) && self.separator(0..self.of.lines.len()).ends_with(' ')
    }

    /// Inserts another occurrence before the one at this position, or after the last.
    fn insert(&mut self, name: &str, occurrences: &[Occurrence], before: usize, value: &Value) -> Result<()> {
        let next = occurrences.get(before);
        match (value, next, occurrences.last()) {
            (Value::Map(map), Some(Occurrence::Section(lines)), _) => {
                self.add_section(name, map, Some(self.start(lines.start)))
            }
            (Value::Map(map), None, Some(Occurrence::Section(lines))) => {
                self.add_section(name, map, Some(self.body_end(lines)))
            }
            (Value::Map(map), ..) => self.add_section(name, map, None),
            (_, Some(Occurrence::Entry(line)), _) => self.write_entry(name, value, self.start(*line), *line),
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
            None => self.start(lines.end),
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
            self.line(indent.trim_start_matches('\u{feff}'), name, text.as_str(), &self.separator(like..like + 1))?;
        let at = self.offset(at);
        self.splices.push(Splice { range: at..at, text: written });
        Ok(())
    }

    fn line(&self, indent: &str, name: &str, value: &str, separator: &str) -> Result<Zeroizing<String>> {
        let written = self.of.dialect.written(value)?;
        let separator = if written.is_empty() { separator.trim_end() } else { separator };
        Ok(Zeroizing::new([indent, name, separator, &written, self.of.ending()].concat()))
    }

    /// The text between name and value on the first of these lines, or else on the last line of the text that has both.
    fn separator(&self, lines: Range<usize>) -> String {
        let between = |line: &Line| match &line.kind {
            LineKind::Entry { key, value, .. } if !value.is_empty() => Some(&self.of.text[key.end..value.start]),
            _ => None,
        };
        let near = self.of.lines.get(lines).unwrap_or_default().iter().find_map(between);
        let found = near.or_else(|| self.of.lines.iter().rev().find_map(between));
        found.unwrap_or(self.of.dialect.separator()).to_owned()
    }

    /// Adds a section before line `at`, or at the end.
    fn add_section(&mut self, name: &str, section: &Map, at: Option<usize>) -> Result<()> {
        let ending = self.of.ending();
        let end = self.text_end();
        let at = at.unwrap_or(end);
        let separator = self.separator(at..at);
        let mut text = Zeroizing::new(["[", name, "]", ending].concat());
        for (key, value) in section.iter() {
            for one in occurrences_of(value) {
                let Value::String(one) = one else { return Err(differs()) };
                text.push_str(&self.line("", key.text(), one.as_str(), &separator)?);
            }
        }
        let is_blank = |line: Option<&Line>| line.is_some_and(|line| line.kind == LineKind::Blank);
        let is_spaced = self.is_spaced();
        let above = at.checked_sub(1).and_then(|above| self.of.lines.get(above));
        let is_below_comment = above.is_some_and(|line| line.kind == LineKind::Comment);
        if (is_spaced && above.is_some() && !is_blank(above)) || is_below_comment {
            text.insert_str(0, ending);
        }
        if is_spaced && at < end && !is_blank(self.of.lines.get(at)) {
            text.push_str(ending);
        }
        let at = self.offset(at);
        self.splices.push(Splice { range: at..at, text });
        Ok(())
    }

    /// Whether blank lines separate the sections.
    fn is_spaced(&self) -> bool {
        let headers =
            (0..self.of.lines.len()).filter(|line| matches!(self.of.lines[*line].kind, LineKind::Header { .. }));
        let starts: Vec<usize> = headers.map(|line| self.start(line)).filter(|start| *start > 0).collect();
        starts.is_empty() || starts.iter().any(|start| self.of.lines[start - 1].kind == LineKind::Blank)
    }

    /// Removes an occurrence with the comment above it.
    fn delete(&mut self, occurrence: &Occurrence) {
        let (start, end) = match occurrence {
            Occurrence::Entry(line) => (self.own_start(*line), line + 1),
            Occurrence::Section(lines) => self.section_lines(lines),
            Occurrence::Top(_) => {
                let below = self.of.below(occurrence);
                below.values().flatten().for_each(|entry| self.delete(entry));
                return;
            }
        };
        self.splices.push(Splice::delete(self.offset(start)..self.offset(end)));
    }

    /// The lines of a section, including one of the two separations around it.
    fn section_lines(&self, lines: &Range<usize>) -> (usize, usize) {
        let blank = |line: usize| self.of.lines.get(line).is_some_and(|line| line.kind == LineKind::Blank);
        let (mut start, mut end) = (self.start(lines.start), self.body_end(lines));
        let above = (0..start).rev().take_while(|line| blank(*line)).count();
        let below = (end..self.of.lines.len()).take_while(|line| blank(*line)).count();
        if start == above {
            end += below;
        } else if below > 0 || end == self.of.lines.len() {
            start -= above;
        }
        (start, end)
    }

    fn rename(&mut self, path: &Pointer, to: &str) {
        for occurrence in self.found(path) {
            if let Occurrence::Top(lines) = &occurrence {
                let is_entry = |line: &usize| matches!(self.of.lines[*line].kind, LineKind::Entry { .. });
                let first = lines.clone().find(is_entry).map_or(lines.start, |line| self.start(line));
                let (at, header) = (self.offset(first), ["[", to, "]", self.of.ending()].concat());
                self.splices.push(Splice { range: at..at, text: Zeroizing::new(header) });
                continue;
            }
            self.splices.push(Splice::replace(self.of.spans(&occurrence).0, to));
        }
    }

    /// A renamed section keeps its place.
    fn renames_section(&self, from: &Pointer, path: &Pointer, value: &Value) -> bool {
        let is_new = path.tokens().len() == 1 && path.get(value).is_none();
        from.tokens().len() == 1
            && is_new
            && self.found(from).iter().all(|one| matches!(one, Occurrence::Section(_) | Occurrence::Top(_)))
    }

    /// Whether a move takes one line to a name that does not exist yet.
    fn carries(&self, from: &Pointer, path: &Pointer, value: &Value) -> bool {
        let is_entry = matches!(self.found(from)[..], [Occurrence::Entry(_)]);
        let above = path.parent().and_then(|above| above.get(value).cloned());
        is_entry && path.get(value).is_none() && above.is_some_and(|above| above.as_map().is_some())
    }

    /// Moves the line with the comment above it to the end of another section.
    fn carry(&mut self, from: &Pointer, path: &Pointer) -> Result<()> {
        let Some(Occurrence::Entry(line)) = self.found(from).into_iter().next() else { return Err(differs()) };
        let key = self.of.spans(&Occurrence::Entry(line)).0;
        let own = self.offset(self.own_start(line))..self.offset(line + 1);
        let above = path.parent().unwrap_or_default();
        let lines = match self.found(&above).first() {
            _ if above.is_root() => self.preamble(),
            Some(Occurrence::Section(lines)) => lines.start + 1..lines.end,
            Some(Occurrence::Top(lines)) => lines.clone(),
            _ => return Err(differs()),
        };
        let name = path.last().unwrap_or_default();
        self.unlocked(name, &lines)?;
        let text = [&self.of.text[own.start..key.start], name, &self.of.text[key.end..own.end]].concat();
        self.add_entry(name, &Value::string(""), &lines)?;
        if let Some(splice) = self.splices.last_mut() {
            splice.text = Zeroizing::new(text);
        }
        self.splices.push(Splice::delete(own));
        Ok(())
    }

    /// The occurrences at a path.
    fn found(&self, path: &Pointer) -> Vec<Occurrence> {
        let mut tokens = path.tokens();
        let mut names = self.of.root();
        let mut found = Vec::new();
        while let [name, rest @ ..] = tokens {
            found = names.get(name.as_str()).cloned().unwrap_or_default();
            tokens = rest;
            if let ([index, rest @ ..], true) = (tokens, found.len() > 1) {
                let one = index.parse().ok().and_then(|index: usize| found.get(index).cloned());
                found = one.into_iter().collect();
                tokens = rest;
            }
            names = found.first().map(|one| self.of.below(one)).unwrap_or_default();
        }
        found
    }

    /// Fails if the name is set by a line that cannot be edited.
    fn unlocked(&self, name: &str, lines: &Range<usize>) -> Result<()> {
        let sets = |line: &&Line| matches!(&line.kind, LineKind::Locked { key: Some(key) } if self.of.text[key.clone()] == *name);
        let Some(line) = self.of.lines[lines.clone()].iter().find(sets) else { return Ok(()) };
        let number = self.of.text[..line.span.start].matches('\n').count() + 1;
        Err(Error::new(ErrorKind::Unsupported, "a line that programs read differently sets this name already")
            .at(number, 1)
            .at_path(KeyName::shown(name))
            .hint("change it with `agepatch edit`"))
    }

    /// The lines before the first section.
    fn preamble(&self) -> Range<usize> {
        let is_header = |line: &Line| matches!(line.kind, LineKind::Header { .. });
        0..self.of.lines.iter().position(is_header).unwrap_or(self.of.lines.len())
    }

    /// The first of the comment lines directly above a line, or the line itself.
    fn start(&self, line: usize) -> usize {
        let is_comment = |line: &usize| self.of.lines[*line].kind == LineKind::Comment;
        let start = line - (0..line.min(self.of.lines.len())).rev().take_while(is_comment).count();
        let is_header = self.of.lines.get(line).is_some_and(|line| matches!(line.kind, LineKind::Header { .. }));
        // Below an entry they belong to the section before.
        let is_apart = start == 0 || self.of.lines[start - 1].kind == LineKind::Blank;
        if is_header && !is_apart { line } else { start }
    }

    /// Like [`Self::start`], without a comment that heads several entries or is a disabled entry.
    fn own_start(&self, line: usize) -> usize {
        let start = self.start(line);
        let kind = |line: usize| self.of.lines.get(line).map(|line| &line.kind);
        let name = |line: usize| match kind(line) {
            Some(LineKind::Entry { .. }) => self.of.text[self.of.spans(&Occurrence::Entry(line)).0].trim(),
            _ => "",
        };
        let is_apart = start == 0 || matches!(kind(start - 1), Some(LineKind::Blank | LineKind::Header { .. }));
        let comment = &self.of.text[self.offset(start)..self.offset(line)];
        let next = name(line + 1);
        let heads = start < line && !next.is_empty() && heads_several(comment, name(line), next, is_apart);
        let disabled = (start..line).rev().find(|at| self.is_disabled(*at));
        if heads { line } else { disabled.map_or(start, |at| at + 1) }
    }

    /// Whether a comment is a disabled entry.
    fn is_disabled(&self, line: usize) -> bool {
        let text = self.of.text[self.of.lines[line].span.clone()].trim().trim_start_matches(['#', ';']).trim_start();
        let name = text.split_once('=').map(|(name, _)| name.trim_end());
        name.is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace))
    }

    /// The line after the last one of a section, without the comment above the next header.
    fn body_end(&self, lines: &Range<usize>) -> usize {
        let end = if lines.end < self.of.lines.len() { self.start(lines.end) } else { lines.end };
        let is_blank = |line: &usize| self.of.lines[*line].kind == LineKind::Blank;
        end - (lines.start + 1..end).rev().take_while(is_blank).count()
    }

    /// The line after the last one that is not blank.
    fn text_end(&self) -> usize {
        let is_blank = |line: &&Line| line.kind == LineKind::Blank;
        self.of.lines.len() - self.of.lines.iter().rev().take_while(is_blank).count()
    }

    fn offset(&self, line: usize) -> usize {
        self.of.lines.get(line).map_or(self.of.text.len(), |line| line.span.start)
    }
}

/// The value with the section that every ini file of sops has.
fn with_default(wanted: Value) -> Value {
    let Value::Map(map) = &wanted else { return wanted };
    if map.get(super::DEFAULT).is_some() {
        return wanted;
    }
    let default = (MapKey::string(super::DEFAULT), Value::Map(Map::default()));
    let rest = map.iter().map(|(key, value)| (key.clone(), value.clone()));
    Value::Map(std::iter::once(default).chain(rest).collect())
}

/// Refuses values at the top, which sops' ini store does not have.
fn refuse_outside_sections(wanted: &Value) -> Result<()> {
    let Value::Map(root) = wanted else { return Ok(()) };
    match root.iter().find(|(_, value)| !occurrences_of(value).iter().all(|one| matches!(one, Value::Map(_)))) {
        Some((key, _)) => Err(Error::new(ErrorKind::Unsupported, "in an ini file of sops every value is in a section")
            .at_path(Pointer::root().child(key.text()))
            .hint("`DEFAULT` is the section of the values before the first header")),
        None => Ok(()),
    }
}

/// The values of a name, one for each occurrence.
fn occurrences_of(value: &Value) -> &[Value] {
    value.as_list().unwrap_or(std::slice::from_ref(value))
}
