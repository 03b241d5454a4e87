//! `KEY=value` lines as systemd reads them in `EnvironmentFile=` (systemd.exec(5)), with an optional `export`.
//!
//! A value is unquoted, in `'…'` (literal), or in `"…"` (where a backslash escapes `"`, `\`, `` ` ``, and `$`); quoted
//! values may span several lines. Lines that start with `#` or `;` are comments; there are no comments after a value. A
//! line that programs parse differently, or that sets no variable, is preserved; its variable can be read as written,
//! but not edited. docker's `--env-file` agrees about unquoted lines, so values are written without quotes where
//! possible.

mod editing;
mod parser;
mod variable;

use crate::memory::Zeroizing;

use self::parser::DotenvParser;
use self::variable::Variable;
use super::apply;
use super::edit::Edit;
use super::engine::{Engine, FormatInfo, Paths, UNWRITABLE};
use super::entry_span::EntrySpan;
use super::node::{Data, Entry, Node, Scalar};
use super::pointer::Pointer;
use super::value::{Map, MapKey, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::shown::KeyName;

pub(super) static DOTENV: FormatInfo = FormatInfo {
    name: "dotenv",
    help: "`KEY=value` lines, as systemd's `EnvironmentFile=` and docker read them",
    extension: "env",
    is_named: |name, word| matches!(word, Some("env" | "dotenv")) || name == "env",
    text_only: true,
    paths: Paths::Names,
    comments: &['#'],
    anchors: false,
    parse: |content| Ok(Box::new(DotenvText::parse(content.copied()?)?)),
};

#[derive(Clone)]
pub(super) struct DotenvText {
    text: Zeroizing<String>,
    variables: Vec<Variable>,
    value: Value,
    /// Whether the text was edited since it was last parsed completely.
    edited: bool,
    /// The line end used before the first edit.
    ending: &'static str,
    /// Whether the last line had no line end before the first edit.
    open: bool,
}

impl DotenvText {
    /// Parses the variables.
    ///
    /// # Errors
    /// `syntax` and `duplicate-key`, with the line.
    pub(super) fn parse(text: Zeroizing<String>) -> Result<Self> {
        let mut parser = DotenvParser::new(&text);
        let mut variables: Vec<Variable> = Vec::new();
        let mut map = Map::new();
        while let Some(variable) = parser.next()? {
            let name = &text[variable.key.clone()];
            if map.insert(MapKey::string(name), Value::String(variable.content.clone())).is_some() {
                return Err(parser
                    .wrong(ErrorKind::DuplicateKey, variable.key.start, "the variable is set twice")
                    .at_path(KeyName::shown(name)));
            }
            variables.push(variable);
        }
        let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let open = !text.trim_start_matches('\u{feff}').is_empty() && !text.ends_with('\n');
        Ok(Self { variables, value: Value::Map(map), text, edited: false, ending, open })
    }

    fn name(&self, variable: &Variable) -> &str {
        &self.text[variable.key.clone()]
    }
}

impl Engine for DotenvText {
    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn tree(&self) -> Result<Node<'_>> {
        let entries = self.variables.iter().map(|variable| Entry {
            key: self.name(variable),
            key_plain: true,
            key_span: variable.key.clone(),
            key_again: Vec::new(),
            value: Node {
                data: Data::Scalar(Scalar { text: variable.content.as_str(), style: variable.style }),
                span: variable.value.clone(),
                tag: None,
            },
        });
        Ok(Node { data: Data::Map(entries.collect()), span: 0..self.text.len(), tag: None })
    }

    fn place(&self, pointer: &Pointer) -> Option<EntrySpan> {
        let [name] = pointer.tokens() else {
            return pointer.is_root().then(|| EntrySpan { key: None, value: 0..self.text.len() });
        };
        let variable = self.variables.iter().find(|variable| self.name(variable) == name)?;
        Some(EntrySpan { key: Some(variable.key.clone()), value: variable.value.clone() })
    }

    fn apply(&mut self, edit: &Edit) -> Result<()> {
        if let Edit::Test { .. } = edit {
            return apply::apply(&mut self.value, edit);
        }
        self.edit(edit)
    }

    fn read_back(&self) -> Result<Option<Box<dyn Engine>>> {
        if !self.edited {
            return Ok(None);
        }
        let read = Self::parse(self.text.clone())
            .map_err(|error| error.with_kind(ErrorKind::Unsupported).context(UNWRITABLE))?;
        if read.value != self.value {
            return Err(Error::new(ErrorKind::Unsupported, "the edit would change more than intended"));
        }
        Ok(Some(Box::new(read)))
    }

    fn boxed_clone(&self) -> Box<dyn Engine> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests;
