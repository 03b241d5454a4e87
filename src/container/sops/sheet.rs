//! A parsed text of any store: its leaves and comments, each with its place and path, and the place of the metadata.

use std::ops::Range;

use crate::document::node::Style;
use crate::document::{Pointer, Text};

#[derive(Default)]
pub(super) struct Sheet {
    /// The paths that the marks name.
    pub(super) paths: Paths,
    /// Leaves and comments in the order of the text, without those of the metadata.
    pub(super) marks: Vec<Mark>,
    /// The metadata; in YAML every document has a copy.
    pub(super) blocks: Vec<Block>,
    /// The documents; only YAML can have more than one.
    pub(super) documents: Vec<Document>,
}

/// A document, to find a place for the metadata in it.
pub(super) struct Document {
    pub(super) range: Range<usize>,
    /// The offset after the opening bracket, if it is in flow style.
    pub(super) flow: Option<usize>,
    /// Its entries, without the metadata.
    pub(super) entries: Vec<SheetEntry>,
}

/// An entry of a document.
pub(super) struct SheetEntry {
    pub(super) key: String,
    /// Its bytes; complete lines in block style.
    pub(super) range: Range<usize>,
}

/// A leaf or a comment.
pub(super) struct Mark {
    /// The bytes of its token or plaintext.
    pub(super) range: Range<usize>,
    /// The path of a leaf, or of the collection that contains a comment.
    pub(super) path: PathId,
    pub(super) what: MarkKind,
}

pub(super) enum MarkKind {
    Leaf(Leaf),
    Comment(Comment),
}

/// A leaf as it is written.
pub(super) struct Leaf {
    /// Its text, without quotes and escapes.
    pub(super) text: Text,
    pub(super) style: Style,
    /// Its tag, resolved.
    pub(super) tag: Option<String>,
    /// Whether it is in a flow collection.
    pub(super) in_flow: bool,
    /// The column of its key or dash, if it is on the same line and nothing follows it there.
    pub(super) column: Option<usize>,
}

pub(super) struct Comment {
    /// Its text, after the `#`.
    pub(super) text: Text,
    pub(super) form: CommentForm,
    /// Other paths that the comment may belong to, since sops attaches comments by its own rules.
    pub(super) others: Vec<PathId>,
    /// The entry or item that it is about, where a collection without leaves may be one.
    pub(super) about: Option<PathId>,
}

/// How a comment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommentForm {
    /// After a `#`, on a line of its own.
    Line,
    /// After a `#` that follows something else.
    Inline,
    /// A list item whose token has the type `comment`, which is how sops writes encrypted comments in lists.
    Item,
    /// Such an item in a list without any others. It stays as it is, because the list would vanish with it.
    OnlyItem,
    /// A comment on a line of its own in a list whose dashes are in the same column.
    BesideItems,
    /// After a `;`: ini.
    Semicolon,
}

#[derive(Debug, Clone)]
pub(super) struct Block {
    /// The bytes that are removed in the view.
    pub(super) range: Range<usize>,
    /// The index of its document.
    pub(super) document: usize,
    /// Its scalar fields, by name.
    pub(super) fields: Vec<Field>,
    /// The bytes of the entry itself, which may be fewer than `range`.
    pub(super) entry: Range<usize>,
}

/// A field of the metadata.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) range: Range<usize>,
    pub(super) style: Style,
}

impl Block {
    /// The text of a field.
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A position in [`Paths`].
pub(super) type PathId = usize;

/// The paths of a sheet as a tree of keys and positions.
#[derive(PartialEq, Eq)]
pub(super) struct Paths(Vec<(PathId, Step)>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The root of a document.
    Root(usize),
    Key(String),
    /// A position in a list.
    Item(usize),
}

impl Step {
    /// The key, if it is one.
    fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            _ => None,
        }
    }
}

impl Default for Paths {
    fn default() -> Self {
        Self(vec![(0, Step::Root(0))])
    }
}

impl Paths {
    /// The root of the first document.
    pub(super) const ROOT: PathId = 0;

    /// Adds a path one step below another.
    pub(super) fn add(&mut self, parent: PathId, step: Step) -> PathId {
        self.0.push((parent, step));
        self.0.len() - 1
    }

    /// The parent of the path.
    pub(super) fn parent(&self, path: PathId) -> PathId {
        self.0[path].0
    }

    /// Whether it is the root of a document.
    pub(super) fn is_root(&self, path: PathId) -> bool {
        matches!(self.0[path].1, Step::Root(_))
    }

    fn steps(&self, path: PathId) -> Vec<&Step> {
        let mut steps = Vec::new();
        let mut here = path;
        while !matches!(self.0[here].1, Step::Root(_)) {
            steps.push(&self.0[here].1);
            here = self.0[here].0;
        }
        steps.reverse();
        steps
    }

    /// The keys on the path, without positions.
    pub(super) fn keys(&self, path: PathId) -> Vec<&str> {
        self.steps(path).into_iter().filter_map(Step::key).collect()
    }

    /// The additional data of a token at this path.
    pub(super) fn aad(&self, path: PathId) -> String {
        let mut aad = String::new();
        self.put_aad(path, &mut aad);
        aad
    }

    /// As [`Self::aad`], in a text that is used again for each token.
    pub(super) fn put_aad(&self, path: PathId, aad: &mut String) {
        aad.clear();
        self.push_keys(path, aad);
        // At the top level, as for a comment there, it is a single colon.
        if aad.is_empty() {
            aad.push(':');
        }
    }

    fn push_keys(&self, path: PathId, aad: &mut String) {
        let (parent, step) = &self.0[path];
        if matches!(step, Step::Root(_)) {
            return;
        }
        self.push_keys(*parent, aad);
        if let Step::Key(key) = step {
            aad.push_str(key);
            aad.push(':');
        }
    }

    /// The last step of every path.
    pub(super) fn steps_of_all(&self) -> impl Iterator<Item = (PathId, &Step)> {
        self.0.iter().enumerate().map(|(path, (_, step))| (path, step))
    }

    /// The paths with their parents, each after its parent.
    pub(super) fn all(&self) -> impl Iterator<Item = (PathId, Option<&str>)> {
        self.0.iter().map(|(parent, step)| (*parent, step.key()))
    }

    /// The path as a pointer in its document.
    pub(super) fn pointer(&self, path: PathId) -> Pointer {
        Pointer::new(self.steps(path).into_iter().map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Item(index) => index.to_string(),
            Step::Root(_) => String::new(),
        }))
    }

    /// The index of the document that contains the path.
    pub(super) fn document(&self, path: PathId) -> usize {
        let mut here = path;
        loop {
            match &self.0[here] {
                (_, Step::Root(document)) => return *document,
                (parent, _) => here = *parent,
            }
        }
    }
}
