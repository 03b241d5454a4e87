//! Writes an edited view back into a file, and opens the result to verify it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::block::{self, Renewed};
use super::mac::{self, Mac};
use super::mark_writer::{MarkWriter, Splice, differs, spliced};
use super::open::OpenFile;
use super::parse::read_with_notation;
use super::plain::Plain;
use super::reading;
use super::selected::selected;
use super::sheet::{Mark, MarkKind, Sheet};
use super::sops_file::{SopsFile, data};
use super::store::Store;
use super::token::Token;
use crate::document::Notation;
use crate::error::{Error, ErrorKind, Result};
use crate::lines;
use crate::shown::KeyName;

impl OpenFile {
    /// The file for an edited view. If the view is unchanged, so is the file.
    ///
    /// # Errors
    /// `damaged` if the file failed a verification when it was read; `syntax`, `duplicate-key`, and `unsupported` for a
    /// view that sops cannot store.
    pub fn back(&self, view: &[u8]) -> Result<Vec<u8>> {
        self.refuse_damaged()?;
        if view == self.view().expose() {
            return Ok(self.file.text().as_bytes().to_vec());
        }
        if self.file.store() == Store::Binary {
            return self.binary(view);
        }
        let view =
            std::str::from_utf8(view).map_err(|_| Error::new(ErrorKind::Unsupported, "the text is not UTF-8"))?;
        if let Some(bytes) = self.back_in_part(view) {
            return Ok(bytes);
        }
        let (seen, notation) = read_with_notation(view, self.file.store())?;
        if let Some(block) = seen.blocks.first() {
            let line = lines::number(view, block.entry.start);
            return Err(Error::new(
                ErrorKind::Unsupported,
                "`sops` is the name of the metadata, which is not part of the text",
            )
            .at(line, 1)
            .hint("choose another name"));
        }
        if self.file.store() == Store::Dotenv {
            refuse_repeated(&self.seen, &seen)?;
        }
        let encrypted = selected(&seen, self.file.selector());
        let mut mac = Mac::new(self.file.metadata().mac_only_encrypted);
        let all = 0..self.seen.marks.len();
        let writer = MarkWriter::new(self, all, (view, &seen), &encrypted, notation.as_ref())?;
        let splices = writer.marks(&encrypted, &mut mac)?;
        let bytes = self.write(view, &seen, splices, mac)?;
        self.verify(&bytes, &seen, &encrypted, notation.as_ref())?;
        Ok(bytes)
    }

    fn binary(&self, view: &[u8]) -> Result<Vec<u8>> {
        let sheet = self.file.sheet();
        let place = data(sheet).map(|at| &sheet.marks[at]);
        let mark = place.ok_or_else(|| Error::new(ErrorKind::Damaged, "the file has no encrypted `data`"))?;
        let plain = Plain::string(view);
        let token = self.cipher.encrypt(&plain, &sheet.paths.aad(mark.path))?;
        let mut mac = Mac::new(self.file.metadata().mac_only_encrypted);
        mac.add(&plain, true);
        let when = mac::now();
        let mac = mac.seal(&self.cipher, &when)?;
        let block =
            sheet.blocks.first().ok_or_else(|| Error::new(ErrorKind::Damaged, "the file has no sops metadata"))?;
        let mut splices = vec![Splice { range: mark.range.clone(), text: format!("\"{token}\"") }];
        for (name, value) in [("mac", &mac), ("lastmodified", &when)] {
            if let Some(field) = block.field(name) {
                splices.push(Splice { range: field.range.clone(), text: format!("\"{value}\"") });
            }
        }
        splices.sort_by_key(|splice| splice.range.start);
        let bytes = spliced(self.file.text(), &splices).into_bytes();
        let again = SopsFile::parse(&bytes, Store::Binary)?.open_with(&self.cipher, None)?;
        if again.view().expose() == view { Ok(bytes) } else { Err(differs()) }
    }

    /// The new text, with the metadata.
    fn write(&self, view: &str, seen: &Sheet, mut splices: Vec<Splice>, mac: Mac) -> Result<Vec<u8>> {
        let when = mac::now();
        let mac = mac.seal(&self.cipher, &when)?;
        let renewed = Renewed { mac: &mac, last_modified: &when };
        let ending = if self.file.text().contains("\r\n") { "\r\n" } else { "\n" };
        let before = block::Before {
            text: self.file.text(),
            sheet: self.file.sheet(),
            view: std::str::from_utf8(self.view().expose()).unwrap_or_default(),
            seen: &self.seen,
            cuts: &self.cuts,
        };
        for insertion in block::insertions(&before, (view, seen), &renewed, ending) {
            splices.push(Splice { range: insertion.at, text: insertion.text });
        }
        sort(&mut splices)?;
        Ok(spliced(view, &splices).into_bytes())
    }

    /// Parses the new file again: it must decrypt to the view that it was created from.
    fn verify(&self, bytes: &[u8], seen: &Sheet, encrypted: &[bool], notation: Option<&Notation>) -> Result<()> {
        let again = SopsFile::parse(bytes, self.file.store()).map_err(|_| differs())?;
        let again = again.open_with(&self.cipher, notation).map_err(|_| differs())?;
        if is_same(seen, &again.seen, encrypted, self.file.store()) { Ok(()) } else { Err(differs()) }
    }

    /// The text of a view, with the tokens of these marks of the file where the values are the same.
    pub(super) fn written(
        &self,
        marks: Range<usize>,
        (view, seen): (&str, &Sheet),
        encrypted: &[bool],
        notation: Option<&Notation>,
        mac: &mut Mac,
    ) -> Result<String> {
        let mut splices = MarkWriter::new(self, marks, (view, seen), encrypted, notation)?.marks(encrypted, mac)?;
        sort(&mut splices)?;
        Ok(spliced(view, &splices))
    }
}

/// Whether a view that was read again has the paths and values of `seen`.
pub(super) fn is_same(seen: &Sheet, read: &Sheet, encrypted: &[bool], store: Store) -> bool {
    let same_paths = seen.paths == read.paths;
    let same = |((mark, other), encrypted): ((&Mark, &Mark), &bool)| {
        (same_paths && mark.path == other.path || seen.paths.pointer(mark.path) == read.paths.pointer(other.path))
            && match (&mark.what, &other.what) {
                (MarkKind::Leaf(leaf), MarkKind::Leaf(other)) if *encrypted => {
                    match (reading::as_core(leaf, store), reading::as_core(other, store)) {
                        (Ok(Some(left)), Ok(Some(right))) => left.bytes() == right.bytes(),
                        (Ok(left), Ok(right)) => left == right,
                        _ => true,
                    }
                }
                (MarkKind::Leaf(leaf), MarkKind::Leaf(other)) => leaf.text == other.text,
                // A token that was the only item of a list is decrypted once there is another one.
                (MarkKind::Comment(comment), MarkKind::Comment(other)) => {
                    comment.text == other.text || Token::is_token(comment.text.as_str())
                }
                _ => false,
            }
    };
    let marks = seen.marks.iter().zip(&read.marks).zip(encrypted);
    seen.marks.len() == read.marks.len() && marks.into_iter().all(same)
}

/// Sorts splices, which must not overlap.
fn sort(splices: &mut [Splice]) -> Result<()> {
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    let overlap = splices.windows(2).any(|pair| pair[0].range.end > pair[1].range.start);
    if overlap { Err(differs()) } else { Ok(()) }
}

/// Fails for changed variables that are set more than once, since it is unclear which of them is meant.
fn refuse_repeated(before: &Sheet, after: &Sheet) -> Result<()> {
    let (before, after) = (variables(before), variables(after));
    let names = before.keys().chain(after.keys());
    for name in names {
        let [before, after] = [&before, &after].map(|variables| variables.get(name).map_or(&[][..], Vec::as_slice));
        if (before.len() > 1 || after.len() > 1) && before != after {
            return Err(Error::new(ErrorKind::Ambiguous, "the variable is set more than once")
                .at_path(KeyName::shown(name))
                .hint("`agepatch edit` shows all of them; keep one"));
        }
    }
    Ok(())
}

/// The values of each variable.
fn variables(sheet: &Sheet) -> BTreeMap<String, Vec<&str>> {
    let mut variables: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for mark in &sheet.marks {
        if let MarkKind::Leaf(leaf) = &mark.what {
            let name = sheet.paths.keys(mark.path).concat();
            variables.entry(name).or_default().push(leaf.text.as_str());
        }
    }
    variables
}
