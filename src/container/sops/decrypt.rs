//! Decrypts the values of a file.

use super::cipher::Cipher;
use super::mac::Mac;
use super::plain::{Plain, Type};
use super::reading;
use super::sheet::{CommentForm, Leaf, Mark, MarkKind};
use super::sops_file::SopsFile;
use super::token::Token;
use crate::error::{Error, ErrorKind, Result};
use crate::lines;

/// The content of a mark in an open file.
#[derive(Clone)]
pub(super) enum MarkValue {
    Token(Plain),
    /// It is in plaintext: by the selectors, or because it is empty, null, or a comment that was never encrypted.
    Plain,
}

impl SopsFile {
    /// Decrypts the marks and adds them to `mac`; also the first error that was ignored.
    pub(super) fn values(
        &self,
        cipher: &Cipher,
        ignore_mac: bool,
        mac: &mut Mac,
    ) -> Result<(Vec<MarkValue>, Option<Error>)> {
        let (mut held, mut damaged) = (Vec::with_capacity(self.sheet().marks.len()), None);
        let mut aad = String::new();
        for (mark, encrypted) in self.sheet().marks.iter().zip(self.encrypted()) {
            let value = match &mark.what {
                MarkKind::Leaf(leaf) => {
                    self.sheet().paths.put_aad(mark.path, &mut aad);
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
            if let Some(plain) = reading::as_go(leaf, self.store())? {
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
        match reading::as_go(leaf, self.store())? {
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
        let mut opened = paths.filter_map(|path| cipher.decrypt(text, &self.sheet().paths.aad(path)).ok());
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
        let line = lines::number(self.text(), mark.range.start);
        let begin = lines::start(self.text(), mark.range.start);
        let column = self.text()[begin..mark.range.start].chars().count() + 1;
        let error = error.at_path(self.sheet().paths.pointer(mark.path)).at(line, column);
        match error.hint_text() {
            Some(_) => error,
            None => error.hint("restore the file from git, or read the rest of it with --ignore-mac"),
        }
    }
}
