//! `KEY=value` lines as systemd reads them in `EnvironmentFile=` (systemd.exec(5)), with an optional `export`.
//!
//! A value stands without quotes, in `'…'` (taken as it is) or in `"…"` (where a backslash escapes `"`, `\`, `` ` `` and
//! `$`); quoted values may go over several lines. Lines that begin with `#` or `;` are comments; after a value there are
//! none. docker's `--env-file` agrees on lines without quotes, which is how values are written wherever they can be.

mod reader;

use std::ops::Range;

use zeroize::Zeroizing;

use self::reader::Reader;
use super::apply;
use super::edit::Edit;
use super::engine::Engine;
use super::node::{Data, Entry, Node, Scalar, Style};
use super::place::Place;
use super::pointer::Pointer;
use super::value::{Key, Map, Text, Value};
use crate::error::{Error, Kind, Result};

/// A text of variables.
#[derive(Clone)]
pub(super) struct DotenvText {
    text: Zeroizing<String>,
    variables: Vec<Variable>,
    value: Value,
}

/// One variable and where it stands.
#[derive(Clone)]
struct Variable {
    key: Range<usize>,
    /// With its quotes.
    value: Range<usize>,
    /// Its lines, with the line end.
    lines: Range<usize>,
    style: Style,
    content: Text,
}

impl DotenvText {
    /// Reads the variables.
    ///
    /// # Errors
    /// `syntax` and `duplicate-key`, with the line.
    pub(super) fn parse(text: Zeroizing<String>) -> Result<Self> {
        let mut reader = Reader::new(&text);
        let mut variables: Vec<Variable> = Vec::new();
        let mut map = Map::new();
        while let Some(variable) = reader.next()? {
            let name = &text[variable.key.clone()];
            if map.insert(Key::string(name), Value::String(variable.content.clone())).is_some() {
                return Err(reader
                    .wrong(Kind::DuplicateKey, variable.key.start, "the variable is set twice")
                    .at_path(name));
            }
            variables.push(variable);
        }
        Ok(Self { variables, value: Value::Map(map), text })
    }

    fn name(&self, variable: &Variable) -> &str {
        &self.text[variable.key.clone()]
    }

    /// The text in which the variables have these values.
    fn rewritten(&self, wanted: &Map, renamed: Option<(&str, &str)>) -> Result<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::with_capacity(self.text.len() * 2));
        let mut at = 0;
        for variable in &self.variables {
            let old = self.name(variable);
            let new = renamed.filter(|(from, _)| *from == old).map_or(old, |(_, to)| to);
            match wanted.get(new) {
                None => {
                    text.push_str(&self.text[at..self.start_with_comments(variable, at)]);
                    at = variable.lines.end;
                }
                Some(value) => {
                    text.push_str(&self.text[at..variable.key.start]);
                    text.push_str(new);
                    text.push_str(&self.text[variable.key.end..variable.value.start]);
                    match string(value, new)? {
                        same if same == variable.content.as_str() => text.push_str(&self.text[variable.value.clone()]),
                        other => text.push_str(&written(other, variable.style)),
                    }
                    at = variable.value.end;
                }
            }
        }
        text.push_str(&self.text[at..]);
        let is_new = |key: &str| {
            !self.variables.iter().any(|variable| self.name(variable) == key) && renamed.is_none_or(|(_, to)| to != key)
        };
        for (key, value) in wanted.iter().filter(|(key, _)| is_new(key.text())) {
            self.append(&mut text, key.text(), string(value, key.text())?)?;
        }
        Ok(text)
    }

    fn append(&self, text: &mut String, key: &str, value: &str) -> Result<()> {
        if !is_name(key) {
            return Err(Error::new(Kind::Path, "this cannot be the name of a variable")
                .at_path(key)
                .hint("letters, digits and `_`, and no digit first"));
        }
        let line_end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let open = !text.is_empty() && !text.ends_with('\n');
        if open {
            text.push_str(line_end);
        }
        text.push_str(key);
        text.push('=');
        text.push_str(&written(value, Style::Plain));
        // A final line end that was missing stays missing.
        if !open {
            text.push_str(line_end);
        }
        Ok(())
    }

    /// Where the variable's lines begin, with the comment lines directly above, but not before `from`.
    fn start_with_comments(&self, variable: &Variable, from: usize) -> usize {
        let mut start = variable.lines.start;
        loop {
            let above = self.text[from..start].strip_suffix('\n').map_or("", |text| text);
            let line = above.rfind('\n').map_or(0, |at| at + 1);
            if start == from || !above[line..].trim_start().starts_with(['#', ';']) {
                return start;
            }
            start = from + line;
        }
    }
}

fn string<'v>(value: &'v Value, key: &str) -> Result<&'v str> {
    let message = "a variable holds text, and no list or map";
    value.as_str().ok_or_else(|| Error::new(Kind::Unsupported, message).at_path(key))
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty() && name.chars().all(fits) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// The value in the notation that it had, if that can hold it; else without quotes, in single or in double ones.
fn written(value: &str, style: Style) -> Zeroizing<String> {
    let bare = |c: char| c.is_alphanumeric() || "_-./:@%+,=~^".contains(c);
    let text = match style {
        Style::Double => double(value),
        Style::Single if !value.contains('\'') => format!("'{value}'"),
        _ if value.chars().all(bare) => value.to_owned(),
        _ if !value.contains('\'') => format!("'{value}'"),
        _ => double(value),
    };
    Zeroizing::new(text)
}

fn double(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
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

impl Engine for DotenvText {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn tree(&self) -> Result<Node> {
        let entries = self.variables.iter().map(|variable| Entry {
            key: self.name(variable).to_owned(),
            key_plain: true,
            key_span: variable.key.clone(),
            value: Node {
                data: Data::Scalar(Scalar { text: variable.content.clone(), style: variable.style }),
                span: variable.value.clone(),
                tag: None,
            },
        });
        Ok(Node { data: Data::Map(entries.collect()), span: 0..self.text.len(), tag: None })
    }

    fn place(&self, pointer: &Pointer) -> Option<Place> {
        let [name] = pointer.tokens() else {
            return pointer.is_root().then(|| Place { key: None, value: 0..self.text.len() });
        };
        let variable = self.variables.iter().find(|variable| self.name(variable) == name)?;
        Some(Place { key: Some(variable.key.clone()), value: variable.value.clone() })
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        let mut wanted = self.value.clone();
        apply::apply(&mut wanted, edit)?;
        if wanted == self.value {
            return Ok(());
        }
        let Value::Map(map) = &wanted else {
            return Err(Error::new(Kind::Unsupported, "a dotenv file holds variables, and nothing else"));
        };
        let renamed = match edit {
            Edit::Rename { path, to } if !is_name(to) => {
                return Err(Error::new(Kind::Path, "this cannot be the name of a variable").at_path(path));
            }
            Edit::Rename { path, to } => path.last().map(|from| (from, to.as_str())),
            _ => None,
        };
        let edited = Self::parse(self.rewritten(map, renamed)?)?;
        if edited.value != wanted {
            return Err(Error::new(Kind::Unsupported, "the edit would change more than it was asked to"));
        }
        *self = edited;
        Ok(())
    }

    /// Each edit was verified when it was applied.
    fn verify(&mut self) -> Result<()> {
        Ok(())
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests;
