//! Operations in a patch: their places are paths, which are resolved in a document.

use super::source::ValueSource;
use crate::document::{Edit, Value};

/// The changes to one file.
#[derive(Debug, Clone, PartialEq)]
pub enum Patch {
    /// Operations applied in order, atomically.
    Operations(Vec<Operation>),
    /// RFC 7386: a map whose members replace those of the document; null removes a member.
    Merge(Value),
}

impl Patch {
    /// A patch of a single operation that comes from no patch document.
    pub fn one(path: impl Into<String>, action: Action) -> Self {
        Self::Operations(vec![Operation::new(path, action)])
    }

    /// Sets the name of the patch document, for errors.
    pub fn read_from(&mut self, document: &str) {
        if let Self::Operations(operations) = self {
            for origin in operations.iter_mut().filter_map(|operation| operation.origin.as_mut()) {
                origin.document = Some(document.to_owned());
            }
        }
    }

    /// The files that values are read from (`value_from: { file: … }`), as written in the patch.
    pub fn value_files(&self) -> impl Iterator<Item = &str> {
        self.operations().iter().filter_map(|operation| operation.action.source()?.file())
    }

    fn operations(&self) -> &[Operation] {
        match self {
            Self::Operations(operations) => operations,
            Self::Merge(_) => &[],
        }
    }

    /// The files that must be edited before this patch can be applied.
    pub fn depends_on(&self) -> impl Iterator<Item = &str> {
        self.operations().iter().filter_map(|operation| operation.action.source()?.depends_on())
    }
}

/// A patch of ready-made edits, such as the fix of a finding or a difference.
impl From<Vec<Edit>> for Patch {
    fn from(edits: Vec<Edit>) -> Self {
        Self::Operations(edits.into_iter().map(Operation::from).collect())
    }
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The place: a JSON Pointer or an agepatch path.
    pub path: String,
    /// What it does there.
    pub action: Action,
    /// Its place in the patch document, for errors.
    pub(super) origin: Option<Origin>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// Its one-based number in the patch.
    pub(super) number: usize,
    /// Its line in the patch document.
    pub(super) line: usize,
    pub(super) document: Option<String>,
}

impl Operation {
    /// An operation that comes from no patch document.
    pub fn new(path: impl Into<String>, action: Action) -> Self {
        Self { path: path.into(), action, origin: None }
    }
}

/// The action of an operation. The first six are those of RFC 6902.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Adds an entry, or inserts an item before the existing one.
    Add(ValueSource),
    Remove,
    Replace(ValueSource),
    /// Moves the value from this path.
    Move(String),
    /// Copies the value from this path.
    Copy(String),
    /// Fails unless the place has this value.
    Test(ValueSource),
    /// Adds or replaces the value; creates missing parents.
    Set(ValueSource),
    /// Appends to the list unless it contains the value.
    Append(ValueSource),
    /// Renames the key.
    Rename(String),
}

impl Action {
    /// The names of all operations, as written in patches.
    pub const NAMES: [&'static str; 9] =
        ["add", "remove", "replace", "move", "copy", "test", "set", "append", "rename"];

    /// The operation's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Add(_) => "add",
            Self::Remove => "remove",
            Self::Replace(_) => "replace",
            Self::Move(_) => "move",
            Self::Copy(_) => "copy",
            Self::Test(_) => "test",
            Self::Set(_) => "set",
            Self::Append(_) => "append",
            Self::Rename(_) => "rename",
        }
    }

    fn source(&self) -> Option<&ValueSource> {
        match self {
            Self::Add(source)
            | Self::Replace(source)
            | Self::Test(source)
            | Self::Set(source)
            | Self::Append(source) => Some(source),
            Self::Remove | Self::Move(_) | Self::Copy(_) | Self::Rename(_) => None,
        }
    }
}

impl From<Edit> for Operation {
    fn from(edit: Edit) -> Self {
        let given = ValueSource::Given;
        let (path, action) = match edit {
            Edit::Add { path, value } => (path, Action::Add(given(value))),
            Edit::Remove { path } => (path, Action::Remove),
            Edit::Replace { path, value } => (path, Action::Replace(given(value))),
            Edit::Move { from, path } => (path, Action::Move(from.to_string())),
            Edit::Copy { from, path } => (path, Action::Copy(from.to_string())),
            Edit::Test { path, value } => (path, Action::Test(given(value))),
            Edit::Set { path, value } => (path, Action::Set(given(value))),
            Edit::Append { path, value } => (path, Action::Append(given(value))),
            Edit::Rename { path, to } => (path, Action::Rename(to)),
        };
        Self::new(path.to_string(), action)
    }
}
