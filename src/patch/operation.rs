//! Operations as a patch has them: places as paths, which only a document turns into positions.

use super::source::ValueSource;
use crate::document::{Edit, Value};

/// What is to be done to one file.
#[derive(Debug, Clone, PartialEq)]
pub enum Patch {
    /// One after the other, atomically.
    Operations(Vec<Operation>),
    /// RFC 7386: a map whose members replace those of the document; null takes a member out.
    Merge(Value),
}

impl Patch {
    /// A patch of one operation that stands in no patch document.
    pub fn one(path: impl Into<String>, action: Action) -> Self {
        Self::Operations(vec![Operation::new(path, action)])
    }

    /// Says in which document the patch stands, so that errors can name it.
    pub fn read_from(&mut self, document: &str) {
        if let Self::Operations(operations) = self {
            for origin in operations.iter_mut().filter_map(|operation| operation.origin.as_mut()) {
                origin.document = Some(document.to_owned());
            }
        }
    }

    /// The files that values are taken from (`value_from: { file: … }`), as the patch has them.
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

/// Edits as they are, such as the fix of a finding or a difference.
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
    /// What is done there.
    pub action: Action,
    /// Where it comes from, for errors.
    pub(super) origin: Option<Origin>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// Its number in the patch, from one.
    pub(super) number: usize,
    /// Its line in the patch document.
    pub(super) line: usize,
    pub(super) document: Option<String>,
}

impl Operation {
    /// An operation that stands in no patch document.
    pub fn new(path: impl Into<String>, action: Action) -> Self {
        Self { path: path.into(), action, origin: None }
    }
}

/// What an operation does. The first six are RFC 6902's.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Adds an entry, or an item before the one there.
    Add(ValueSource),
    Remove,
    Replace(ValueSource),
    /// Brings what stands at this path there.
    Move(String),
    /// Brings a copy of what stands at this path there.
    Copy(String),
    /// Fails unless this value stands there.
    Test(ValueSource),
    /// Adds or replaces; makes missing parents.
    Set(ValueSource),
    /// Appends to the list there unless it holds the value.
    Append(ValueSource),
    /// Gives the key there another name.
    Rename(String),
}

impl Action {
    /// The names of all operations, as patches have them.
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
