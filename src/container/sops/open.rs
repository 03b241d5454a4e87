//! Reads and decrypts a sops file.

use super::cipher::{Cipher, DataKey};
use super::mac::Mac;
use super::metadata::Metadata;
use super::plain::{Plain, Type};
use super::selected::selected;
use super::sheet::{CommentForm, Leaf, Mark, MarkKind, Sheet};
use super::store::Store;
use super::token::Token;
use super::view::{self, View};
use super::{dotenv, ini, reading, yaml};
use crate::container::Plaintext;
use crate::document::node::Style;
use crate::document::{Nodes, Notation, Outline, Pointer};
use crate::error::{Error, ErrorKind, Result};
use crate::lines;
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

/// The content of a mark in an open file.
#[derive(Clone)]
pub(super) enum MarkValue {
    Token(Plain),
    /// It is in plaintext: by the selectors, or because it is empty, null, or a comment that was never encrypted.
    Plain,
}

/// A decrypted file.
pub struct OpenFile {
    pub(super) file: SopsFile,
    pub(super) cipher: Cipher,
    pub(super) held: Vec<MarkValue>,
    view: Plaintext,
    /// The parsed view; its marks are those of the file.
    pub(super) seen: Sheet,
    /// Where the metadata was removed from the view.
    pub(super) cuts: Vec<usize>,
    nodes: Option<Nodes>,
    /// The first failed verification: such a file can be read, but not written.
    damaged: Option<Error>,
}

/// A leaf, as far as it is known without a key.
pub struct SealedLeaf {
    /// Where it is.
    pub pointer: Pointer,
    /// The type of an encrypted value; `None` for plaintext.
    pub kind: Option<Type>,
}

/// Parses a text of a store.
pub(super) fn read(text: &str, store: Store) -> Result<Sheet> {
    read_with_outline(text, store).map(|(sheet, _)| sheet)
}

/// Parses a text of a store; in YAML and JSON also detects how its scalars are written.
pub(super) fn read_with_notation(text: &str, store: Store) -> Result<(Sheet, Option<Notation>)> {
    let (sheet, outline) = read_with_outline(text, store)?;
    Ok((sheet, outline.and_then(|outline| Notation::of(&outline, store != Store::Yaml))))
}

/// Parses a text of a store; also gives the outline of YAML and JSON.
pub(super) fn read_with_outline(text: &str, store: Store) -> Result<(Sheet, Option<Outline<'_>>)> {
    let is_json = match store {
        Store::Yaml => false,
        Store::Json | Store::Binary => true,
        Store::Dotenv => return Ok((dotenv::read(text)?, None)),
        Store::Ini => return Ok((ini::read(text)?, None)),
    };
    let outline = Outline::read(text)?;
    let sheet = yaml::read(&outline, is_json)?;
    Ok((sheet, Some(outline)))
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

    /// Decrypts all values and verifies the MAC. With `ignore_mac`, values that fail verification are left as they are
    /// in the view, and the file cannot be written.
    ///
    /// # Errors
    /// `damaged` for a value that does not authenticate, or a MAC that does not verify.
    pub fn open(self, key: &DataKey, ignore_mac: bool) -> Result<OpenFile> {
        self.open_by(Cipher::new(key), ignore_mac, None)
    }

    /// Opens a file with the key of another one, and shows it in that one's notation, if given.
    pub(super) fn open_with(self, cipher: &Cipher, notation: Option<&Notation>) -> Result<OpenFile> {
        self.open_by(cipher.clone(), false, notation)
    }

    fn open_by(self, cipher: Cipher, ignore_mac: bool, notation: Option<&Notation>) -> Result<OpenFile> {
        let mut mac = Mac::new(self.metadata.mac_only_encrypted);
        let (held, mut damaged) = self.values(&cipher, ignore_mac, &mut mac)?;
        match mac.verify(&cipher, &self.metadata.mac, &self.metadata.last_modified) {
            Err(error) if ignore_mac => drop(damaged.get_or_insert(error)),
            result => result?,
        }
        let View { text: view, sheet: seen, cuts, nodes } = view::of(&self, &held, notation)?;
        Ok(OpenFile { file: self, cipher, held, view, seen, cuts, nodes, damaged })
    }

    /// Decrypts the marks and adds them to `mac`; also the first error that was ignored.
    pub(super) fn values(
        &self,
        cipher: &Cipher,
        ignore_mac: bool,
        mac: &mut Mac,
    ) -> Result<(Vec<MarkValue>, Option<Error>)> {
        let (mut held, mut damaged) = (Vec::with_capacity(self.sheet.marks.len()), None);
        let mut aad = String::new();
        for (mark, encrypted) in self.sheet.marks.iter().zip(&self.encrypted) {
            let value = match &mark.what {
                MarkKind::Leaf(leaf) => {
                    self.sheet.paths.put_aad(mark.path, &mut aad);
                    self.leaf(cipher, mark, (leaf, &aad), *encrypted, mac)
                }
                MarkKind::Comment(_) if *encrypted => self.comment(cipher, mark),
                MarkKind::Comment(_) => Ok(MarkValue::Plain),
            };
            match value {
                Ok(value) => held.push(value),
                Err(error) if ignore_mac => {
                    damaged.get_or_insert(error);
                    held.push(MarkValue::Plain);
                }
                Err(error) => return Err(error),
            }
        }
        Ok((held, damaged))
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

    fn leaf(
        &self,
        cipher: &Cipher,
        mark: &Mark,
        (leaf, aad): (&Leaf, &str),
        encrypted: bool,
        mac: &mut Mac,
    ) -> Result<MarkValue> {
        let text = leaf.text.as_str();
        if !encrypted {
            if let Some(plain) = reading::as_go(leaf, self.store)? {
                mac.add(&plain, false);
            }
            return Ok(MarkValue::Plain);
        }
        if Token::is_token(text) {
            let plain = cipher.decrypt(text, aad);
            let plain = plain.map_err(|error| self.at(mark, error))?;
            if plain.kind() == Type::Comment {
                return Err(self.at(mark, Error::new(ErrorKind::Damaged, "the value has the type of a comment")));
            }
            mac.add(&plain, true);
            return Ok(MarkValue::Token(plain));
        }
        match reading::as_go(leaf, self.store)? {
            None => Ok(MarkValue::Plain),
            Some(plain) if plain.kind() == Type::Str && plain.is_empty() => Ok(MarkValue::Plain),
            Some(_) => {
                let message = "the value is in plaintext, but the selectors of the file require that it is encrypted";
                Err(self.at(mark, Error::new(ErrorKind::Damaged, message)))
            }
        }
    }

    /// Comments are not authenticated by the MAC: one that does not decrypt is left as it is.
    fn comment(&self, cipher: &Cipher, mark: &Mark) -> Result<MarkValue> {
        let MarkKind::Comment(comment) = &mark.what else { return Ok(MarkValue::Plain) };
        let text = comment.text.as_str();
        if comment.form == CommentForm::OnlyItem || !Token::is_token(text) {
            return Ok(MarkValue::Plain);
        }
        let paths = std::iter::once(mark.path).chain(comment.others.iter().copied());
        let mut opened = paths.filter_map(|path| cipher.decrypt(text, &self.sheet.paths.aad(path)).ok());
        let one_line = |plain: &Plain| {
            let lines = comment.form == CommentForm::Semicolon;
            plain.as_str().is_some_and(|text| lines || !text.contains(['\n', '\r']))
        };
        match opened.next() {
            // sops would count it in the MAC.
            Some(plain) if plain.kind() != Type::Comment => {
                Err(self.at(mark, Error::new(ErrorKind::Damaged, "a comment has the type of a value")))
            }
            opened => Ok(opened.filter(one_line).map_or(MarkValue::Plain, MarkValue::Token)),
        }
    }

    /// Names the leaf in an error.
    fn at(&self, mark: &Mark, error: Error) -> Error {
        let line = lines::number(&self.text, mark.range.start);
        let begin = lines::start(&self.text, mark.range.start);
        let column = self.text[begin..mark.range.start].chars().count() + 1;
        let error = error.at_path(self.sheet.paths.pointer(mark.path)).at(line, column);
        match error.hint_text() {
            Some(_) => error,
            None => error.hint("restore the file from git, or read the rest of it with --ignore-mac"),
        }
    }
}

impl OpenFile {
    /// The view: what people edit.
    pub fn view(&self) -> &Plaintext {
        &self.view
    }

    /// The nodes of the view, if it is one document in YAML or JSON.
    pub(super) fn nodes(&self) -> Option<Nodes> {
        self.nodes.clone()
    }

    /// The file.
    pub fn file(&self) -> &SopsFile {
        &self.file
    }

    /// Fails for a file with a failed verification, which must not be written.
    pub(super) fn refuse_damaged(&self) -> Result<()> {
        self.damaged.clone().map_or(Ok(()), Err)
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
