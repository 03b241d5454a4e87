//! One edit → new text, by steps that are each read again.

use zeroize::Zeroizing;

use super::bracket::Bracket;
use super::layout::{collect_headers, leaves, segments};
use super::reader::{Kin, Member, Part, Shape};
use super::{Splice, TomlText, comments_above, line_start, write};
use crate::document::edit::Edit;
use crate::document::node::Style;
use crate::document::pointer::{Pointer, list_index};
use crate::document::value::{Key, Map, Value};
use crate::error::{Error, Kind, Result};

/// What is put somewhere: a value, and its text where it comes from elsewhere in the document; of a line that moves also the
/// comment lines above and the comment behind it.
pub(super) struct New<'n> {
    pub(super) value: &'n Value,
    pub(super) text: Option<Zeroizing<String>>,
    pub(super) above: Vec<String>,
    pub(super) behind: String,
}

impl<'n> New<'n> {
    pub(super) fn value(value: &'n Value) -> Self {
        Self { value, text: None, above: Vec::new(), behind: String::new() }
    }

    fn inline(&self, style: Style) -> Result<Zeroizing<String>> {
        self.text.clone().map_or_else(|| write::inline(self.value, style), Ok)
    }
}

/// A text being edited.
pub(super) struct Editing<'e> {
    pub(super) document: &'e TomlText,
}

impl<'e> Editing<'e> {
    /// The text after `edit`, which was found possible by its value.
    pub(super) fn apply(document: &'e TomlText, edit: &Edit) -> Result<TomlText> {
        let editing = Self { document };
        match edit {
            Edit::Test { .. } => Ok(document.clone()),
            Edit::Add { path, value } => editing.put(path, &New::value(value), true),
            Edit::Replace { path, value } => editing.put(path, &New::value(value), false),
            Edit::Set { path, value } => editing.set(path, value),
            Edit::Append { path, value } => match editing.find(path) {
                Some(list) if list.items().is_some() => editing.put(&path.child("-"), &New::value(value), true),
                _ => editing.set(path, &Value::list(vec![value.clone()])),
            },
            Edit::Remove { path } => editing.remove(path),
            Edit::Rename { path, to } => editing.rename(path, to),
            Edit::Copy { from, path } | Edit::Move { from, path } => {
                let source = editing.find(from).ok_or_else(|| missing(from))?;
                editing.transfer(from, source, path, matches!(edit, Edit::Move { .. }))
            }
        }
    }

    /// Sets: what is missing on the way is made as one nested map.
    fn set(&self, path: &Pointer, value: &Value) -> Result<TomlText> {
        let tokens = path.tokens();
        let prefix = |depth: usize| Pointer::new(tokens[..depth].iter().map(String::as_str));
        let depth = (0..=tokens.len()).rev().find(|depth| self.find(&prefix(*depth)).is_some()).unwrap_or(0);
        if depth == tokens.len() {
            return self.put(path, &New::value(value), false);
        }
        let nested = tokens[depth + 1..]
            .iter()
            .rev()
            .fold(value.clone(), |value, token| Value::Map(Map::from_iter([(Key::string(token.as_str()), value)])));
        self.put(&prefix(depth + 1), &New::value(&nested), true)
    }

    /// Puts something at `path`: over what is there, or into its collection.
    pub(super) fn put(&self, path: &Pointer, new: &New<'_>, insert: bool) -> Result<TomlText> {
        let Some((above, last)) = path.parent().zip(path.last()) else {
            return self.over(path, &self.document.root, new);
        };
        let holder = self.find(&above).ok_or_else(|| missing(path))?;
        match self.find(path) {
            Some(old) if !(insert && holder.items().is_some()) => self.over(path, old, new),
            _ => self.insert(&above, holder, last, new),
        }
    }

    fn over(&self, path: &Pointer, old: &Part, new: &New<'_>) -> Result<TomlText> {
        if old.is_inline() {
            let style = if let Shape::Scalar(_, style) = old.shape { style } else { Style::Double };
            let long = self.text()[old.span.clone()].starts_with("\"\"\"");
            let text = match write::many_lines(new.value, self.ending()).filter(|_| new.text.is_none()) {
                Some(text) if long || self.is_line(path) => text,
                _ => new.inline(style)?,
            };
            return self.document.spliced(vec![(old.span.clone(), text.to_string())]);
        }
        if let (Some(members), Value::Map(map)) = (old.members(), new.value) {
            return self.members_over(path, members, map);
        }
        if let (Shape::Tables(items), Value::List(values)) = (&old.shape, new.value)
            && values.len() == items.len()
        {
            let steps = values.iter().enumerate().map(|(index, value)| (path.child(index.to_string()), value));
            return self.each(steps.collect());
        }
        let (Some(above), Some(last)) = (path.parent(), path.last()) else {
            return Err(Error::new(Kind::Unsupported, "a TOML document is a table"));
        };
        let removed = self.taken_out(path)?;
        let editing = Editing { document: &removed };
        let holder = editing.find(&above).ok_or_else(|| missing(path))?;
        editing.insert(&above, holder, last, new)
    }

    /// Makes a table's entries those of `map`, each where it stands.
    fn members_over(&self, path: &Pointer, members: &[Member], map: &Map) -> Result<TomlText> {
        let mut document = self.document.clone();
        for member in members.iter().filter(|member| map.get(&member.key).is_none()) {
            document = Editing { document: &document }.remove(&path.child(member.key.as_str()))?;
        }
        let steps = map.iter().map(|(key, value)| (path.child(key.text()), value)).collect();
        Editing { document: &document }.each(steps)
    }

    fn each(&self, steps: Vec<(Pointer, &Value)>) -> Result<TomlText> {
        let mut document = self.document.clone();
        for (path, value) in steps {
            let editing = Editing { document: &document };
            if editing.find(&path).is_none_or(|old| old.value() != *value) {
                document = editing.set(&path, value)?;
            }
        }
        Ok(document)
    }

    /// Whether the entry at `path` has a line of its own, not one between brackets.
    pub(super) fn is_line(&self, path: &Pointer) -> bool {
        let kin = path.parent().and_then(|above| self.find(&above)).and_then(Part::kin);
        kin.is_some_and(|kin| kin != Kin::Inline)
    }

    fn insert(&self, above: &Pointer, holder: &Part, last: &str, new: &New<'_>) -> Result<TomlText> {
        match &holder.shape {
            Shape::Array(items) => {
                let index = list_index(last).unwrap_or(items.len());
                let bracket = self.bracket(holder);
                self.document.spliced(bracket.insert(index, &new.inline(Style::Double)?))
            }
            Shape::Map(Kin::Inline, _) => {
                let entry = Zeroizing::new(format!("{} = {}", write::key(last), *new.inline(Style::Double)?));
                self.document.spliced(self.bracket(holder).insert(usize::MAX, &entry))
            }
            Shape::Tables(items) => self.insert_section_item(above, items, last, new),
            Shape::Map(kin, members) => self.insert_line(above, holder, *kin, members, last, new),
            Shape::Scalar(..) => Err(missing(above)),
        }
    }

    /// A further `[[…]]`.
    fn insert_section_item(&self, above: &Pointer, items: &[Part], last: &str, new: &New<'_>) -> Result<TomlText> {
        let Value::Map(map) = new.value else {
            return Err(Error::new(Kind::Unsupported, "a list of `[[…]]` sections holds tables only").at_path(above));
        };
        let index = list_index(last).unwrap_or(items.len());
        let ending = self.ending();
        let section = format!("[[{}]]{ending}{}", self.header(above), *write::lines(map, ending)?);
        let splice = match items.get(index) {
            Some(next) => {
                let at = comments_above(self.text(), line_start(self.text(), next.span.start));
                (at..at, format!("{section}{ending}"))
            }
            None => self.section_after(items.last().map_or(0, |last| self.end_of(last)), &section),
        };
        self.document.spliced(vec![splice])
    }

    /// An entry of the document, of a section, of `a.b = …` lines: a line, or a section of its own.
    fn insert_line(
        &self,
        above: &Pointer,
        holder: &Part,
        kin: Kin,
        members: &[Member],
        last: &str,
        new: &New<'_>,
    ) -> Result<TomlText> {
        let ending = self.ending();
        let sectioned = matches!(kin, Kin::Root | Kin::Section) && new.text.is_none();
        if let Some(section) = sections(&self.header(&above.child(last)), new.value, ending)?.filter(|_| sectioned) {
            let end = if kin == Kin::Root { self.text().len() } else { self.end_of(holder) };
            return self.document.spliced(vec![self.section_after(end, &section)]);
        }
        let value = match write::many_lines(new.value, ending).filter(|_| new.text.is_none()) {
            Some(text) => text,
            None => new.inline(Style::Double)?,
        };
        let value = value.as_str();
        if kin == Kin::Implied {
            let first = members.iter().flat_map(|member| self.extents(&member.part)).map(|range| range.start).min();
            let at = first.unwrap_or(self.text().len());
            let section = format!("[{}]{ending}{} = {value}{ending}{ending}", self.header(above), write::key(last));
            return self.document.spliced(vec![(at..at, section)]);
        }
        let own: Vec<&Part> = leaves(members);
        let mut key = write::key(last);
        if kin == Kin::Dotted {
            let first = own.first().ok_or_else(|| missing(above))?;
            let line = line_start(self.text(), first.span.start);
            let depth = self.dots(above);
            let written = &self.text()[line..first.span.start];
            let prefix: Vec<&str> =
                segments(written).into_iter().take(depth).map(|range| written[range].trim()).collect();
            key = format!("{}.{key}", prefix.join("."));
        }
        let text = self.text();
        let lines = |indent: &str, blank: &str| {
            let above = new.above.iter().map(|comment| format!("{indent}{comment}{ending}")).collect::<String>();
            format!("{above}{indent}{key} = {value}{}{blank}", new.behind)
        };
        let splice = if let Some(before) = own.iter().max_by_key(|part| part.span.end) {
            let line = line_start(text, before.span.start);
            let indent = &text[line..line + text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len()];
            self.line_after(before.span.end, &lines(indent, ""))
        } else if kin == Kin::Section {
            self.line_after(holder.span.end, &lines("", ""))
        } else {
            let headers = self.headers();
            let first = headers.first().map(|header| comments_above(text, line_start(text, header.start)));
            match first {
                Some(at) => (at..at, lines("", &format!("{ending}{ending}"))),
                None => self.line_after(text.len(), &lines("", "")),
            }
        };
        self.document.spliced(vec![splice])
    }

    fn bracket(&self, part: &Part) -> Bracket<'_> {
        let entries = match &part.shape {
            Shape::Map(_, members) => {
                let entry = |member: &Member| {
                    let leaves = leaves(std::slice::from_ref(member));
                    let end = leaves.iter().map(|leaf| leaf.span.end).max().unwrap_or(member.key_span.end);
                    member.key_span.start..end
                };
                members.iter().map(entry).collect()
            }
            _ => part.items().unwrap_or_default().iter().map(|item| item.span.clone()).collect(),
        };
        Bracket { text: self.text(), span: part.span.clone(), entries, ending: self.ending() }
    }

    /// Takes an entry out. What would vanish with its last entry is written as empty.
    pub(super) fn remove(&self, path: &Pointer) -> Result<TomlText> {
        let removed = self.taken_out(path)?;
        let mut wanted = self.document.value.clone();
        crate::document::apply::apply(&mut wanted, &Edit::Remove { path: path.clone() })?;
        if removed.value == wanted {
            return Ok(removed);
        }
        let tokens = path.tokens();
        let prefix = |depth: usize| Pointer::new(tokens[..depth].iter().map(String::as_str));
        let editing = Editing { document: &removed };
        let gone = (1..tokens.len()).map(prefix).find(|place| editing.find(place).is_none());
        let Some((place, value)) = gone.and_then(|place| place.get(&wanted).cloned().map(|value| (place, value)))
        else {
            return Ok(removed);
        };
        editing.put(&place, &New::value(&value), true)
    }

    fn taken_out(&self, path: &Pointer) -> Result<TomlText> {
        let (above, last) = path.parent().zip(path.last()).ok_or_else(|| missing(path))?;
        let holder = self.find(&above).ok_or_else(|| missing(path))?;
        let part = self.find(path).ok_or_else(|| missing(path))?;
        let index = match (&holder.shape, holder.members()) {
            (Shape::Array(_), _) => list_index(last),
            (Shape::Map(Kin::Inline, _), Some(members)) => members.iter().position(|member| member.key == last),
            _ => None,
        };
        if let Some(index) = index {
            return self.document.spliced(self.bracket(holder).remove(index));
        }
        let mut ranges = self.extents(part);
        ranges.sort_by_key(|range| range.start);
        ranges.dedup_by(|next, range| {
            let adjacent = next.start <= range.end;
            range.end = if adjacent { range.end.max(next.end) } else { range.end };
            adjacent
        });
        let ranges = ranges.into_iter().map(|range| (self.separated(range), String::new())).collect();
        self.document.spliced(ranges)
    }

    /// Gives a key another name, in every header and line that writes it.
    fn rename(&self, path: &Pointer, to: &str) -> Result<TomlText> {
        let (above, last) = path.parent().zip(path.last()).ok_or_else(|| missing(path))?;
        let holder = self.find(&above).and_then(Part::members).ok_or_else(|| missing(path))?;
        let member = holder.iter().find(|member| member.key == last).ok_or_else(|| missing(path))?;
        let to = write::key(to);
        let text = self.text();
        let mut splices: Vec<Splice> = vec![(member.key_span.clone(), to.clone())];
        let named = |part: &Part| part.is_inline() || part.kin() == Some(Kin::Dotted);
        if !member.part.is_inline() {
            splices.clear();
            let mut headers = Vec::new();
            collect_headers(&member.part, &mut headers);
            let depth = self.depth(path);
            for header in headers {
                let inner = text[header.clone()].trim_start_matches('[');
                let begin = header.end - inner.len();
                let inner = inner.trim_end_matches(']');
                let segment = segments(inner).into_iter().nth(depth - 1).ok_or_else(|| missing(path))?;
                splices.push((begin + segment.start..begin + segment.end, to.clone()));
            }
            if named(&member.part) {
                let depth = self.dots(path);
                for leaf in leaves(std::slice::from_ref(member)) {
                    let line = line_start(text, leaf.span.start);
                    let written = &text[line..leaf.span.start];
                    let segment = segments(written).into_iter().nth(depth - 1).ok_or_else(|| missing(path))?;
                    splices.push((line + segment.start..line + segment.end, to.clone()));
                }
            }
        }
        self.document.spliced(splices)
    }
}

/// New sections for a map or a list of maps; `None` for anything that goes on a line.
fn sections(header: &str, value: &Value, ending: &str) -> Result<Option<String>> {
    match value {
        Value::Map(map) if !map.is_empty() => Ok(Some(format!("[{header}]{ending}{}", *write::lines(map, ending)?))),
        Value::List(items) if !items.is_empty() && items.iter().all(|item| item.as_map().is_some()) => {
            let mut text = Vec::new();
            for map in items.iter().filter_map(Value::as_map) {
                text.push(format!("[[{header}]]{ending}{}", *write::lines(map, ending)?));
            }
            Ok(Some(text.join(ending)))
        }
        _ => Ok(None),
    }
}

fn missing(path: &Pointer) -> Error {
    Error::new(Kind::Path, "there is nothing at this place").at_path(path)
}
