//! A sops file as it was read, without any key.

use super::metadata::Metadata;
use super::parse::read;
use super::plain::Type;
use super::selected::selected;
use super::sheet::{CommentForm, Leaf, Mark, MarkKind, Sheet};
use super::store::Store;
use super::token::Token;
use super::{reading, yaml};
use crate::document::Pointer;
use crate::document::node::Style;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Selector;

/// A sops file as it was read, without any key.
pub struct SopsFile {
    text: String,
    store: Store,
    sheet: Sheet,
    metadata: Metadata,
    selector: Selector,
    /// Whether the selectors select each mark for encryption.
    encrypted: Vec<bool>,
}

/// A leaf, as far as it is known without a key.
pub struct SealedLeaf {
    /// Where it is.
    pub pointer: Pointer,
    /// The type of an encrypted value; `None` for plaintext.
    pub kind: Option<Type>,
}

impl SopsFile {
    /// Reads a file.
    ///
    /// # Errors
    /// `damaged` if the metadata is missing or cannot be read; `syntax`, `duplicate-key`, `unsupported`.
    pub fn parse(bytes: &[u8], store: Store) -> Result<Self> {
        let text = std::str::from_utf8(bytes).map_err(|error| not_text(bytes, error.valid_up_to()))?.to_owned();
        let sheet = read(&text, store)?;
        let metadata = metadata(&text, store, &sheet)?;
        let selector = metadata.selectors.selector()?;
        let encrypted = selected(&sheet, &selector);
        if store == Store::Binary && data(&sheet).is_none() {
            return Err(Error::new(ErrorKind::Damaged, "the file has no encrypted `data`"));
        }
        Ok(Self { text, store, sheet, metadata, selector, encrypted })
    }

    /// The metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The store.
    pub fn store(&self) -> Store {
        self.store
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The file, taken apart.
    pub(super) fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    pub(super) fn selector(&self) -> &Selector {
        &self.selector
    }

    /// For each mark, whether the selectors select it for encryption.
    pub(super) fn encrypted(&self) -> &[bool] {
        &self.encrypted
    }

    /// The file's text without the metadata, as far as it can be read without a key. Each encrypted value is replaced
    /// by its type (`<str>`), or with `tokens` by its ciphertext, so that two versions can be compared; comments are
    /// not shown.
    pub fn closed(&self, tokens: bool) -> String {
        let mut text = String::with_capacity(self.text.len());
        let mut at = 0;
        let mut splices: Vec<(std::ops::Range<usize>, String)> =
            self.sheet.blocks.iter().map(|block| (block.range.clone(), String::new())).collect();
        for (mark, encrypted) in self.sheet.marks.iter().zip(&self.encrypted) {
            let shown = match &mark.what {
                MarkKind::Comment(comment) if tokens => Some(format!("#{}", comment.text.as_str())),
                MarkKind::Comment(comment) if comment.form == CommentForm::Semicolon => Some("; …".to_owned()),
                MarkKind::Comment(_) => Some("# …".to_owned()),
                MarkKind::Leaf(leaf) => self.closed_leaf(leaf, *encrypted).filter(|_| !tokens),
            };
            splices.extend(shown.map(|shown| (mark.range.clone(), shown)));
        }
        splices.sort_by_key(|(range, _)| (range.start, range.end));
        for (range, shown) in splices {
            text.push_str(self.text.get(at..range.start).unwrap_or_default());
            text.push_str(&shown);
            at = range.end.max(at);
        }
        text.push_str(&self.text[at..]);
        text
    }

    /// The placeholder of a value that is encrypted, or should be.
    fn closed_leaf(&self, leaf: &Leaf, encrypted: bool) -> Option<String> {
        let text = leaf.text.as_str();
        let kind = match Token::kind_of(text) {
            Some(kind) => kind.name(),
            None if encrypted && !text.is_empty() && !matches!(reading::as_go(leaf, self.store), Ok(None)) => {
                "plaintext"
            }
            None => return None,
        };
        let quoted = leaf.style == Style::Double || matches!(self.store, Store::Json | Store::Binary);
        Some(if quoted { format!("\"<{kind}>\"") } else { format!("<{kind}>") })
    }

    /// The leaves of the first document.
    pub fn leaves(&self) -> Vec<SealedLeaf> {
        let leaf = |mark: &Mark| match &mark.what {
            MarkKind::Leaf(leaf) if self.sheet.paths.document(mark.path) == 0 => Some(SealedLeaf {
                pointer: self.sheet.paths.pointer(mark.path),
                kind: Token::kind_of(leaf.text.as_str()),
            }),
            _ => None,
        };
        self.sheet.marks.iter().filter_map(leaf).collect()
    }

    /// A part of this file with another text: entries, without the metadata.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub(super) fn part(&self, text: String) -> Result<Self> {
        let sheet = read(&text, self.store)?;
        let encrypted = selected(&sheet, &self.selector);
        let (metadata, selector) = (self.metadata.clone(), self.selector.clone());
        Ok(Self { text, store: self.store, sheet, metadata, selector, encrypted })
    }
}

/// The mark of the content in the binary store.
pub(super) fn data(sheet: &Sheet) -> Option<usize> {
    sheet
        .marks
        .iter()
        .position(|mark| matches!(mark.what, MarkKind::Leaf(_)) && sheet.paths.keys(mark.path) == ["data"])
}

/// The error for a file that is not UTF-8 from the byte `at` on.
fn not_text(bytes: &[u8], at: usize) -> Error {
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    Error::new(ErrorKind::Damaged, "the file has bytes that are not UTF-8")
        .at(line, 1)
        .hint("restore the file from git")
}

fn metadata(text: &str, store: Store, sheet: &Sheet) -> Result<Metadata> {
    let missing = || Error::new(ErrorKind::Damaged, "the file has no sops metadata");
    let block = sheet.blocks.first().ok_or_else(missing)?;
    match store {
        Store::Yaml if sheet.documents[block.document].flow.is_none() => {
            Metadata::from_yaml(&text[block.range.clone()])
        }
        Store::Yaml | Store::Json | Store::Binary => {
            let entry = ["{", &text[block.entry.clone()], "}"].concat();
            if store == Store::Yaml {
                return Metadata::from_yaml(&entry);
            }
            let value: serde_json::Value = serde_json::from_str(&entry)
                .map_err(|_| Error::new(ErrorKind::Damaged, "the sops metadata is not valid JSON"))?;
            Metadata::from_json(value.get(yaml::SOPS).cloned().unwrap_or_default())
        }
        Store::Dotenv | Store::Ini => {
            let fields = sheet.blocks.iter().flat_map(|block| &block.fields);
            Metadata::from_flat(fields.map(|field| (field.name.as_str(), field.text.as_str())))
        }
    }
}
