//! What a commit changes in one file.

use super::one_line;
use crate::diff::Change;
use crate::document::{Pointer, Value};
use crate::redact::Redactor;
use crate::schema::Schema;

/// How a file's content changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContentChange {
    Changed,
    /// Its comments or layout changed.
    Layout,
    Equal,
    Added,
    Removed,
    /// It changed, but cannot be read.
    Unreadable,
    /// It is a changed file of rules or settings.
    Rules,
    /// A rule was added for it.
    RuleAdded,
    /// Its rule was removed.
    RuleRemoved,
}

/// Who gained and who lost access to a file, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AccessChange {
    pub gained: Vec<String>,
    pub lost: Vec<String>,
}

impl AccessChange {
    pub(crate) fn is_empty(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty()
    }
}

/// The changes of one file.
#[derive(Debug, Clone)]
pub(crate) struct FileChange {
    /// Its name for display.
    pub name: String,
    /// The schema to redact its values with.
    pub schema: Schema,
    /// How its content changed.
    pub content: ContentChange,
    pub changes: Vec<Change>,
    pub access: AccessChange,
}

impl FileChange {
    /// A file without its values.
    pub(crate) fn bare(name: String, content: ContentChange) -> Self {
        Self { name, schema: Schema::Unknown, content, changes: Vec::new(), access: AccessChange::default() }
    }
}

/// The value in one short line, if it may be shown.
pub(super) fn shown(file: &FileChange, pointer: &Pointer, value: Option<&Value>) -> Option<String> {
    let text = Redactor::new(file.schema, false).text(pointer, value?)?;
    let is_short = |text: &String| text.chars().count() <= 200 && !text.is_empty();
    Some(one_line::text(text.as_str())).filter(is_short)
}
