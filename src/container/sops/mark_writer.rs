//! Replaces the marks of an edited view: those that are unchanged keep their tokens, byte for byte, and others get new ones.

use std::ops::Range;

use super::decrypt::MarkValue;
use super::mac::Mac;
use super::matching::{Identity, Known, Pool};
use super::open::OpenFile;
use super::plain::{Plain, Type};
use super::sheet::{Comment, CommentForm, Leaf, Mark, MarkKind, Sheet};
use super::store::Store;
use super::types::Types;
use super::{reading, yaml};
use crate::document::node::Style;
use crate::document::{Notation, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::lines;

/// A range of the new text and its replacement.
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// The text with the splices applied, which are in order.
pub(super) fn spliced(text: &str, splices: &[Splice]) -> String {
    let mut new = String::with_capacity(text.len() + splices.iter().map(|splice| splice.text.len()).sum::<usize>());
    let mut at = 0;
    for splice in splices {
        new.push_str(&text[at..splice.range.start]);
        new.push_str(&splice.text);
        at = splice.range.end;
    }
    new.push_str(&text[at..]);
    new
}

pub(super) struct MarkWriter<'w> {
    open: &'w OpenFile,
    view: &'w str,
    seen: &'w Sheet,
    /// How each mark of the view is recognised.
    identities: Vec<Option<Identity>>,
    pool: Pool,
    types: Types<'w>,
    notation: Option<&'w Notation>,
}

impl<'w> MarkWriter<'w> {
    /// A writer that takes its tokens from these marks of the file.
    pub(super) fn new(
        open: &'w OpenFile,
        marks: Range<usize>,
        (view, seen): (&'w str, &'w Sheet),
        encrypted: &[bool],
        notation: Option<&'w Notation>,
    ) -> Result<Self> {
        let store = open.file.store();
        let mut known = Known::default();
        let mut types = Types::default();
        for (at, mark) in marks.clone().zip(&open.seen.marks[marks]) {
            let aad = open.seen.paths.aad(mark.path);
            match (&mark.what, &open.held[at]) {
                (MarkKind::Leaf(leaf), MarkValue::Token(plain)) => {
                    types.add(&open.seen.paths, mark, leaf, plain);
                    known.add_leaf(at, aad, plain, leaf, store);
                }
                (MarkKind::Comment(comment), _) => known.add_comment(at, aad, comment),
                (MarkKind::Leaf(_), MarkValue::Plain) => {}
            }
        }
        types.compare(&open.seen.paths, seen);
        let identity = |(mark, encrypted): (&Mark, &bool)| {
            let aad = || seen.paths.aad(mark.path);
            match &mark.what {
                MarkKind::Leaf(leaf) if *encrypted => {
                    let plain = plain(leaf, types.of(&seen.paths, mark, leaf), store);
                    known.leaf(aad(), plain, leaf, store).map_err(|error| at(view, seen, mark, error))
                }
                MarkKind::Leaf(_) => Ok(None),
                MarkKind::Comment(comment) => Ok(Some(Identity::comment(aad(), comment))),
            }
        };
        let identities = seen.marks.iter().zip(encrypted).map(identity).collect::<Result<Vec<_>>>()?;
        let pool = Pool::new(known, &identities);
        Ok(Self { open, view, seen, identities, pool, types, notation })
    }

    /// The replacement of each mark; adds their values to the MAC.
    pub(super) fn marks(mut self, encrypted: &[bool], mac: &mut Mac) -> Result<Vec<Splice>> {
        let mut splices: Vec<Splice> = Vec::new();
        for (index, (mark, encrypted)) in self.seen.marks.iter().zip(encrypted).enumerate() {
            let text = match &mark.what {
                MarkKind::Leaf(leaf) => self.leaf(index, leaf, *encrypted, mac)?,
                MarkKind::Comment(comment) => self.comment(index, comment, *encrypted)?,
            };
            match (splices.last_mut(), text) {
                // A comment after the header of a block scalar.
                (Some(leaf), text) if leaf.range.end > mark.range.start => {
                    push_behind(leaf, text.as_deref().unwrap_or(&self.view[mark.range.clone()]));
                }
                (_, Some(text)) => splices.push(Splice { range: mark.range.clone(), text }),
                (_, None) => {}
            }
        }
        Ok(splices)
    }

    /// The replacement of a leaf; `None` if it does not change.
    fn leaf(&mut self, index: usize, leaf: &Leaf, encrypted: bool, mac: &mut Mac) -> Result<Option<String>> {
        let (store, mark) = (self.open.file.store(), &self.seen.marks[index]);
        if !encrypted {
            if let Some(plain) = reading::as_go(leaf, store)? {
                mac.add(&plain, false);
            }
            return Ok(None);
        }
        if let Some(at) = self.taken(index)
            && let MarkValue::Token(plain) = &self.open.held[at]
        {
            mac.add(plain, true);
            let raw = &self.open.file.text()[self.open.file.sheet().marks[at].range.clone()];
            return Ok(Some(self.placed(mark, leaf, raw)));
        }
        let old = self.types.of(&self.seen.paths, mark, leaf);
        let plain = plain(leaf, old, store).map_err(|error| at(self.view, self.seen, mark, error))?;
        let Some(plain) = plain else { return Ok(None) };
        mac.add(&plain, true);
        if plain.is_empty() {
            return Ok(None);
        }
        let token = self.open.cipher.encrypt(&plain, &self.seen.paths.aad(mark.path))?;
        let quoted = match self.quotes(leaf, &plain) {
            Style::Single => format!("'{token}'"),
            Style::Double => format!("\"{token}\""),
            _ => token,
        };
        Ok(Some(self.placed(mark, leaf, &quoted)))
    }

    /// The mark of the file whose token a mark of the view keeps.
    fn taken(&mut self, index: usize) -> Option<usize> {
        self.identities[index].as_ref().and_then(|identity| self.pool.take(index, identity))
    }

    /// The quotes of a new token: those of its plaintext, unless they are only needed for the plaintext.
    fn quotes(&self, leaf: &Leaf, plain: &Plain) -> Style {
        let own = match leaf.style {
            Style::Single | Style::Double => leaf.style,
            _ => Style::Plain,
        };
        match self.open.file.store() {
            Store::Json | Store::Binary => Style::Double,
            Store::Dotenv | Store::Ini => Style::Plain,
            Store::Yaml if leaf.in_flow => {
                if own == Style::Single {
                    own
                } else {
                    Style::Double
                }
            }
            Store::Yaml => {
                let value = reading::value_of(plain).unwrap_or(Value::Null);
                let needed = self.notation.map(|notation| notation.line(&value, Style::Plain, false));
                let first = needed.as_ref().and_then(|text| text.chars().next());
                match (own, first) {
                    (Style::Single, Some('\'')) | (Style::Double, Some('"')) => Style::Plain,
                    _ => own,
                }
            }
        }
    }

    /// Wraps a token for the place of a leaf.
    fn placed(&self, mark: &Mark, leaf: &Leaf, token: &str) -> String {
        let plain = token.starts_with("ENC[");
        let mut text = if leaf.in_flow && plain { format!("\"{token}\"") } else { token.to_owned() };
        let here = &self.view[mark.range.clone()];
        if self.open.file.store() == Store::Yaml && matches!(leaf.style, Style::Literal | Style::Folded) {
            // The last line end is part of the scalar.
            let end = here.len() - here.trim_end_matches(['\n', '\r']).len();
            if end > 0 {
                text.push_str(if here.ends_with("\r\n") { "\r\n" } else { "\n" });
            }
        }
        let follows = self.view[..mark.range.start].ends_with([':', '-', ',']) && here.is_empty();
        if follows { format!(" {text}") } else { text }
    }

    /// The replacement of a comment; `None` if it does not change.
    fn comment(&mut self, index: usize, comment: &Comment, encrypted: bool) -> Result<Option<String>> {
        let mark = &self.seen.marks[index];
        if let Some(at) = self.taken(index) {
            let old = &self.open.file.sheet().marks[at];
            let (MarkKind::Comment(was), MarkValue::Token(_)) = (&old.what, &self.open.held[at]) else {
                return Ok(None);
            };
            let raw = &self.open.file.text()[old.range.clone()];
            return Ok(Some(match (was.form, comment.form) {
                (CommentForm::Item, CommentForm::BesideItems)
                | (CommentForm::Semicolon, CommentForm::Semicolon)
                | (CommentForm::Inline, CommentForm::Inline) => raw.to_owned(),
                _ => self.marked(comment.form, was.text.as_str()),
            }));
        }
        if !encrypted
            || comment.text.as_str().is_empty()
            || comment.form == CommentForm::OnlyItem
            || comment.form == CommentForm::Item
        {
            return Ok(None);
        }
        let plain = Plain::comment(comment.text.as_str());
        let token = self.open.cipher.encrypt(&plain, &self.seen.paths.aad(mark.path))?;
        Ok(Some(match comment.form {
            CommentForm::BesideItems => format!("- {token}"),
            form => self.marked(form, &token),
        }))
    }

    /// A token as a comment.
    fn marked(&self, form: CommentForm, token: &str) -> String {
        match form {
            CommentForm::Semicolon => format!("; {token}"),
            CommentForm::Inline if self.open.file.store() == Store::Ini => format!("; {token}"),
            _ => format!("#{token}"),
        }
    }
}

/// A new value, which keeps the type of the `old` one if its notation does not show a type.
fn plain(leaf: &Leaf, old: Option<&Plain>, store: Store) -> Result<Option<Plain>> {
    let plain = match (reading::as_core(leaf, store), old) {
        // In JSON a float may have more digits than an integer.
        (Err(_), Some(old)) if old.kind() == Type::Float && leaf.style == Style::Plain => {
            return leaf.text.as_str().parse().map(|float| Some(Plain::float(float))).map_err(|_| differs());
        }
        (plain, _) => plain?,
    };
    Ok(match (plain, old) {
        (Some(plain), Some(old)) if old.kind() == Type::Float && plain.kind() == Type::Int => {
            // A float that looked like an integer before may look like one again. In JSON it may be an integer for which
            // older versions of sops had no other type.
            let is_like = old.as_str().is_some_and(|old| !old.contains('.'));
            let keeps = |float: &Plain| store != Store::Yaml || is_like || float == old;
            plain.retyped(Type::Float).filter(keeps).or(Some(plain))
        }
        (Some(plain), Some(old)) if old.kind() == Type::Time => reading::as_time(leaf).or(Some(plain)),
        (plain, _) => plain,
    })
}

/// Adds a comment after the token that replaces a block scalar.
fn push_behind(leaf: &mut Splice, comment: &str) {
    let end = leaf.text.trim_end_matches(['\n', '\r']).len();
    leaf.text.insert_str(end, &[" ", comment].concat());
}

/// Adds the place of a leaf in the view to an error.
fn at(view: &str, seen: &Sheet, mark: &Mark, error: Error) -> Error {
    let line = lines::number(view, mark.range.start);
    error.at_path(seen.paths.pointer(mark.path)).at(line, yaml::column(view, mark.range.start) + 1)
}

/// The error for a text that does not read back as it was edited.
pub(super) fn differs() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        "the edited text cannot be stored in this sops file, because it would not read back as the same text",
    )
    .hint("nothing was changed; please report this, with the edit and the layout of the file")
}
