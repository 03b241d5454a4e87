//! Edits variables by splicing the text; the places of the others are shifted.

use std::ops::Range;

use crate::memory::Zeroizing;

use super::DotenvText;
use super::variable::Variable;
use crate::document::apply;
use crate::document::comments::heads_several;
use crate::document::edit::Edit;
use crate::document::node::Style;
use crate::document::pointer::Pointer;
use crate::document::splice::{self, Splice};
use crate::document::value::{Map, Text, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::lines;
use crate::shown::KeyName;

/// What a path in an env file is.
const VARIABLE: &str = "the path is the name of a variable, such as API_TOKEN";

impl DotenvText {
    /// Applies one edit to the value and to the text.
    pub(super) fn edit(&mut self, edit: &Edit) -> Result<()> {
        apply::apply(&mut self.value, edit)?;
        let Value::Map(map) = &self.value else {
            return Err(Error::new(ErrorKind::Unsupported, "an env file contains only variables").hint(VARIABLE));
        };
        self.edited = true;
        match edit {
            Edit::Move { from, path } if from == path => Ok(()),
            Edit::Move { from, path } => self.transfer(from, path, true),
            Edit::Copy { from, path } => self.transfer(from, path, false),
            Edit::Rename { path, to } => self.rename(path, to),
            Edit::Remove { path } => name_of(path).map_or(Ok(()), |name| self.cut(name)),
            _ => {
                let [path] = edit.paths().collect::<Vec<_>>()[..] else { return Ok(()) };
                match path.tokens() {
                    [] => {
                        let map = map.clone();
                        self.all(&map)
                    }
                    [name, ..] => {
                        let value = map.get(name).cloned().unwrap_or(Value::Null);
                        self.put(name, string(&value, name)?)
                    }
                }
            }
        }
    }

    /// Sets all variables to those of `map`, each in its place.
    fn all(&mut self, map: &Map) -> Result<()> {
        let names: Vec<String> = self.variables.iter().map(|variable| self.name(variable).to_owned()).collect();
        names.iter().filter(|name| map.get(name).is_none()).try_for_each(|name| self.cut(name))?;
        map.iter().try_for_each(|(key, value)| self.put(key.text(), string(value, key.text())?))
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| self.name(variable) == name)
    }

    /// Sets a variable, in its place or at the end.
    fn put(&mut self, name: &str, value: &str) -> Result<()> {
        match self.find(name) {
            Some(index) if self.variables[index].content.as_str() == value => Ok(()),
            Some(index) => {
                self.unlocked(index)?;
                let text = written(value, self.variables[index].style);
                self.put_text(index, &text, value);
                Ok(())
            }
            None => self.append("", (name, "="), &written(value, Style::Plain), ("", value)),
        }
    }

    fn put_text(&mut self, index: usize, text: &str, value: &str) {
        let range = self.variables[index].value.clone();
        let begin = range.start;
        self.splice(range, text);
        let variable = &mut self.variables[index];
        variable.value = begin..begin + text.len();
        variable.style = style_of(text);
        variable.content = Text::new(value);
    }

    /// Appends a variable at the end: what precedes its name, the name and what follows it, the value as written, what
    /// follows that, and the value itself.
    fn append(
        &mut self,
        before: &str,
        (name, equals): (&str, &str),
        text: &str,
        (after, value): (&str, &str),
    ) -> Result<()> {
        if !is_name(name) {
            return Err(no_name().at_path(KeyName::shown(name)));
        }
        let content = self.text.trim_start_matches('\u{feff}');
        let open = !content.is_empty() && !content.ends_with('\n');
        let lead = if open { self.ending } else { "" };
        let end = self.text.len();
        if let Some(last) = self.variables.last_mut().filter(|last| last.lines.end == end) {
            last.lines.end += lead.len();
        }
        let key = end + lead.len() + before.len();
        let value_at = key + name.len() + equals.len();
        // A missing final line end stays missing.
        let close = if self.open { "" } else { self.ending };
        let mut line = Zeroizing::new(String::with_capacity(value_at - end + text.len() + after.len() + 2));
        for part in [lead, before, name, equals, text, after, close] {
            line.push_str(part);
        }
        splice::apply(&mut self.text, &[Splice { range: end..end, text: line }]);
        let above = lines::start(before, before.len());
        self.variables.push(Variable {
            key: key..key + name.len(),
            value: value_at..value_at + text.len(),
            lines: end + lead.len() + above..self.text.len(),
            style: style_of(text),
            content: Text::new(value),
            locked: false,
        });
        Ok(())
    }

    /// `move` takes the lines as they are, with the comment above; `copy` takes the text of the value.
    fn transfer(&mut self, from: &Pointer, path: &Pointer, moves: bool) -> Result<()> {
        let (Some(from), Some(name)) = (name_of(from), name_of(path)) else {
            return Err(Error::new(ErrorKind::Unsupported, "an env file contains only variables")
                .at_path(path)
                .hint(VARIABLE));
        };
        let missing = || Error::new(ErrorKind::Path, "no value at this path").at_path(KeyName::shown(from));
        let index = self.find(from).ok_or_else(missing)?;
        self.unlocked(index)?;
        let variable = self.variables[index].clone();
        let own = |range: Range<usize>| Zeroizing::new(self.text[range].to_owned());
        let (before, equals) =
            (own(self.begin(&variable)..variable.key.start), own(variable.key.end..variable.value.start));
        let (text, after) = (own(variable.value.clone()), own(variable.value.end..variable.lines.end));
        if moves {
            let begin = self.begin(&variable);
            self.cut_from(index, begin);
        }
        let value = variable.content.as_str();
        match self.find(name) {
            Some(index) => {
                self.unlocked(index)?;
                self.put_text(index, &text, value);
                Ok(())
            }
            None if moves => {
                let after = after.trim_end_matches(['\n', '\r']);
                self.append(&before, (name, &equals), &text, (after, value))
            }
            None => self.append("", (name, "="), &text, ("", value)),
        }
    }

    fn rename(&mut self, path: &Pointer, to: &str) -> Result<()> {
        if !is_name(to) {
            return Err(no_name().at_path(path));
        }
        if let Some(index) = path.last().and_then(|name| self.find(name)) {
            self.unlocked(index)?;
            let begin = self.variables[index].key.start;
            self.splice(self.variables[index].key.clone(), to);
            self.variables[index].key = begin..begin + to.len();
        }
        Ok(())
    }

    /// Fails for a line that programs parse differently.
    fn unlocked(&self, index: usize) -> Result<()> {
        let variable = &self.variables[index];
        if !variable.locked {
            return Ok(());
        }
        let line = lines::number(&self.text, variable.key.start);
        Err(Error::new(ErrorKind::Unsupported, "programs read this line differently, so it cannot be edited")
            .at(line, 1)
            .at_path(KeyName::shown(self.name(variable)))
            .hint("put the value in single quotes, without a comment after it: `agepatch edit`"))
    }

    /// Removes a variable with its comment. Of two blank separations one stays, and a missing final line end stays
    /// missing.
    fn cut(&mut self, name: &str) -> Result<()> {
        let Some(index) = self.find(name) else { return Ok(()) };
        self.unlocked(index)?;
        let begin = self.own_begin(&self.variables[index]);
        self.cut_from(index, begin);
        Ok(())
    }

    /// Removes the lines of a variable, starting at `begin`.
    fn cut_from(&mut self, index: usize, begin: usize) {
        let variable = self.variables.remove(index);
        let mut range = begin..variable.lines.end;
        let is_blank = |line: &str| line.trim().is_empty();
        let above_is_blank = self.text[..range.start]
            .strip_suffix('\n')
            .is_some_and(|above| is_blank(above.rsplit('\n').next().unwrap_or_default()));
        if above_is_blank {
            let rest = &self.text[range.end..];
            range.end += rest.split_inclusive('\n').take_while(|line| is_blank(line)).map(str::len).sum::<usize>();
        }
        if range.end == self.text.len() && !self.text.ends_with('\n') {
            let above = &self.text[..range.start];
            let kept = above.strip_suffix('\n').map_or(above, |above| above.strip_suffix('\r').unwrap_or(above));
            range.start = kept.len();
        }
        self.splice(range, "");
    }

    /// Like [`Self::begin`], without comments that are disabled variables, and without one that heads several.
    fn own_begin(&self, variable: &Variable) -> usize {
        let begin = self.begin(variable);
        let comments = &self.text[begin..variable.lines.start];
        let is_apart = self.text[..begin].strip_suffix('\n').is_none_or(|above| above.ends_with(['\n', '\r']));
        let next = self.text[variable.lines.end..].lines().next().unwrap_or_default().trim();
        let next = next.strip_prefix("export ").unwrap_or(next).split_once('=').map(|(name, _)| name.trim());
        let heads = |next: &str| is_name(next) && heads_several(comments, self.name(variable), next, is_apart);
        if begin < variable.lines.start && next.is_some_and(heads) {
            return variable.lines.start;
        }
        let mut own = begin;
        let mut at = begin;
        for line in comments.split_inclusive('\n') {
            at += line.len();
            let text = line.trim().trim_start_matches(['#', ';']).trim_start();
            let is_disabled =
                text.split_once('=').is_some_and(|(name, _)| is_name(name.trim_start_matches("export ").trim_end()));
            own = if is_disabled { at } else { own };
        }
        own
    }

    /// The start of the variable's lines, including the comment lines directly above; after a byte order mark.
    fn begin(&self, variable: &Variable) -> usize {
        let first = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let floor = self.variables.iter().map(|other| other.lines.end).filter(|end| *end <= variable.lines.start);
        let floor = floor.max().unwrap_or(first);
        let mut begin = variable.lines.start;
        while let Some(above) = self.text[floor..begin].strip_suffix('\n') {
            let line = lines::start(above, above.len());
            if !above[line..].trim_start().starts_with(['#', ';']) {
                break;
            }
            begin = floor + line;
        }
        begin
    }

    /// Replaces bytes. Later places are shifted, and those within move to its start.
    fn splice(&mut self, range: Range<usize>, new: &str) {
        let splices = [Splice::replace(range, new)];
        splice::apply(&mut self.text, &splices);
        let moved = |at: &mut usize| *at = splice::begin(*at, &splices);
        for variable in &mut self.variables {
            for place in [&mut variable.key, &mut variable.value, &mut variable.lines] {
                moved(&mut place.start);
                moved(&mut place.end);
            }
        }
    }
}

/// The variable at a place; `None` for the root.
fn name_of(path: &Pointer) -> Option<&str> {
    path.tokens().first().map(String::as_str)
}

fn string<'v>(value: &'v Value, key: &str) -> Result<&'v str> {
    let message = "a variable holds text, not a list or map";
    value.as_str().ok_or_else(|| Error::new(ErrorKind::Unsupported, message).at_path(KeyName::shown(key)))
}

fn no_name() -> Error {
    Error::new(ErrorKind::Path, "not a valid name for a variable").hint("letters, digits and `_`, and no digit first")
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty() && name.chars().all(fits) && !name.starts_with(|c: char| c.is_ascii_digit())
}

fn style_of(text: &str) -> Style {
    match text.chars().next() {
        Some('"') => Style::Double,
        Some('\'') => Style::Single,
        _ => Style::Plain,
    }
}

/// The value in its old notation if that can hold it, or else without quotes, in single quotes, or in double quotes.
fn written(value: &str, style: Style) -> Zeroizing<String> {
    let bare = |c: char| c.is_alphanumeric() || "_-./:@%+,=~^".contains(c);
    match style {
        Style::Double => double(value),
        Style::Single if !value.contains('\'') => Zeroizing::new(["'", value, "'"].concat()),
        _ if value.chars().all(bare) => Zeroizing::new(value.to_owned()),
        _ if !value.contains('\'') => Zeroizing::new(["'", value, "'"].concat()),
        _ => double(value),
    }
}

fn double(value: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * value.len() + 2));
    text.push('"');
    for character in value.chars() {
        if "\"\\`$".contains(character) {
            text.push('\\');
        }
        text.push(character);
    }
    text.push('"');
    text
}
