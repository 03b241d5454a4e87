//! Writes back an edit of a few entries of a large YAML file: only those entries are parsed and verified again.
//!
//! What an edit does not touch is byte for byte what was read, and its values are known. So the changed top-level
//! entries, with those beside them, are taken for a file of their own, under the conditions that [`Part::of`] checks: it
//! consists of complete entries in block style, nothing around it reaches into it or belongs to it, and the metadata is
//! not in it. Their keys start at the top level, so tokens and paths are the same as in the complete file. Only the MAC
//! is computed over all values. Where a condition fails, the complete file is written.

use std::collections::HashSet;
use std::ops::Range;

use super::block::Renewed;
use super::decrypt::MarkValue;
use super::mac::{self, Mac};
use super::open::OpenFile;
use super::parse::read_with_notation;
use super::reading;
use super::selected::selected;
use super::sheet::{Block, Mark, MarkKind, Sheet, SheetEntry};
use super::store::Store;
use super::view;
use crate::document::{Difference, Notation};
use crate::error::Result;

/// Views of this size and above are written in part if possible.
const LARGE: usize = 1 << 13;

/// The entries that an edit touches.
struct Part<'f> {
    /// Their bytes in the view before the edit.
    before: Range<usize>,
    /// Their bytes in the view after it.
    after: Range<usize>,
    /// Their bytes in the file.
    file: Range<usize>,
    /// Their marks.
    marks: Range<usize>,
    /// The other entries.
    others: [&'f [SheetEntry]; 2],
    /// The number of blanks before their keys.
    indent: usize,
    block: &'f Block,
}

impl OpenFile {
    /// The file for a large view of which a few entries changed; `None` if the complete file must be written, also to
    /// report an error.
    pub(super) fn back_in_part(&self, view: &str) -> Option<Vec<u8>> {
        if self.view().expose().len() < LARGE { None } else { self.write_part(view).ok().flatten() }
    }

    /// As [`Self::back_in_part`], for a view of any size.
    pub(super) fn write_part(&self, view: &str) -> Result<Option<Vec<u8>>> {
        let Some(part) = Part::of(self, view) else { return Ok(None) };
        let text = &view[part.after.clone()];
        let (seen, notation) = read_with_notation(text, Store::Yaml)?;
        if !part.fits(text, &seen) {
            return Ok(None);
        }
        let encrypted = selected(&seen, self.file.selector());
        let mut mac = Mac::new(self.file.metadata().mac_only_encrypted);
        self.add_known(0..part.marks.start, &mut mac)?;
        let mut again = mac.clone();
        let written = self.written(part.marks.clone(), (text, &seen), &encrypted, notation.as_ref(), &mut mac)?;
        let is_same = self.reads_back(&written, (&seen, &encrypted), notation.as_ref(), &mut again)?;
        // The values behind are the same for both.
        if !is_same || mac.clone().finish() != again.finish() {
            return Ok(None);
        }
        self.add_known(part.marks.end..self.seen.marks.len(), &mut mac)?;
        let when = mac::now();
        let (mac, verified) = (mac.clone().seal(&self.cipher, &when)?, mac);
        verified.verify(&self.cipher, &mac, &when)?;
        Ok(Some(self.assembled(&part, &written, &Renewed { mac: &mac, last_modified: &when })))
    }

    /// Adds values of the file that do not change.
    fn add_known(&self, marks: Range<usize>, mac: &mut Mac) -> Result<()> {
        let (sheet, encrypted) = (self.file.sheet(), self.file.encrypted());
        for at in marks {
            match (&self.held[at], &sheet.marks[at].what) {
                (MarkValue::Token(plain), MarkKind::Leaf(_)) => mac.add(plain, true),
                (MarkValue::Plain, MarkKind::Leaf(leaf)) if !encrypted[at] => {
                    if let Some(plain) = reading::as_go(leaf, Store::Yaml)? {
                        mac.add(&plain, false);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Decrypts the new entries: whether they have the values of the view.
    fn reads_back(
        &self,
        written: &str,
        (seen, encrypted): (&Sheet, &[bool]),
        notation: Option<&Notation>,
        mac: &mut Mac,
    ) -> Result<bool> {
        let part = self.file.part(written.to_owned())?;
        let (held, _) = part.values(&self.cipher, false, mac)?;
        let read = view::of(&part, &held, notation)?.sheet;
        Ok(super::back::is_same(seen, &read, encrypted, Store::Yaml))
    }

    /// The file with new entries and renewed metadata.
    fn assembled(&self, part: &Part<'_>, written: &str, renewed: &Renewed<'_>) -> Vec<u8> {
        let text = self.file.text();
        let block = &part.block.range;
        let metadata = renewed.text(text, part.block, block.clone());
        let (entries, metadata) = ((part.file.clone(), written), (block.clone(), metadata.as_str()));
        let splices = if block.start < part.file.start { [metadata, entries] } else { [entries, metadata] };
        let mut new = String::with_capacity(text.len() + written.len());
        let mut at = 0;
        for (range, replacement) in splices {
            new.push_str(&text[at..range.start]);
            new.push_str(replacement);
            at = range.end;
        }
        new.push_str(&text[at..]);
        new.into_bytes()
    }
}

impl<'f> Part<'f> {
    /// The smallest part with the change that can be written by itself.
    fn of(open: &'f OpenFile, view: &str) -> Option<Self> {
        let old = std::str::from_utf8(open.view().expose()).ok()?;
        let sheet = open.file.sheet();
        let ([seen], [document], [block]) = (&open.seen.documents[..], &sheet.documents[..], &sheet.blocks[..]) else {
            return None;
        };
        let (entries, stored) = (&seen.entries, &document.entries);
        let is_block = seen.flow.is_none() && document.flow.is_none() && entries.len() == stored.len();
        if open.file.store() != Store::Yaml || !is_block || open.file.selector().reads_comments() {
            return None;
        }
        let difference = Difference::of(old.as_bytes(), view.as_bytes());
        // Comments and blank lines between two entries may belong to either.
        let is_apart = |at: usize| at == 0 || entries[at - 1].range.end == entries[at].range.start;
        let mut first = entries.partition_point(|entry| entry.range.start < difference.before.start).saturating_sub(1);
        while !is_apart(first) {
            first -= 1;
        }
        let mut end = entries.partition_point(|entry| entry.range.start < difference.before.end);
        while end < entries.len() && !is_apart(end) {
            end += 1;
        }
        let end = end.max(first + 1);
        entries.get(first)?;
        let before = entries[first].range.start..entries[end - 1].range.end;
        let behind = old.len() - before.end;
        let after = before.start..view.len().checked_sub(behind).filter(|end| *end >= before.start)?;
        let place = |at: usize| open.seen.marks.partition_point(|mark: &Mark| mark.range.start < at);
        let part = Self {
            marks: place(before.start)..place(before.end),
            file: stored[first].range.start..stored[end - 1].range.end,
            others: [&entries[..first], &entries[end..]],
            indent: indent(&old[before.clone()]),
            before,
            after,
            block,
        };
        let is_last = end == entries.len();
        let fits = part.before.start <= difference.before.start
            && difference.before.end <= part.before.end
            && (!is_last || part.before.end == old.len())
            && (block.range.end <= part.file.start || block.range.start >= part.file.end)
            && sheet.marks.len() == open.seen.marks.len()
            && [&old[part.before.clone()], &view[part.after.clone()]].into_iter().all(stands_alone);
        fits.then_some(part)
    }

    /// Whether the new entries can be among the others.
    fn fits(&self, text: &str, seen: &Sheet) -> bool {
        let [document] = &seen.documents[..] else { return false };
        let others: HashSet<&str> = self.others.iter().flat_map(|entries| *entries).map(|e| e.key.as_str()).collect();
        let fits = |entry: &SheetEntry| {
            !others.contains(entry.key.as_str()) && indent(&text[entry.range.clone()]) == self.indent
        };
        document.flow.is_none() && seen.blocks.is_empty() && document.entries.iter().all(fits)
    }
}

/// The number of blanks at the start of a text.
fn indent(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

/// Whether lines mean the same by themselves as among others: they end with a line end, not with a comment, which could
/// belong to what follows, and contain no directive and no end of a document.
fn stands_alone(text: &str) -> bool {
    let last = text.lines().next_back().unwrap_or_default().trim_start_matches([' ', '\t']);
    text.ends_with('\n')
        && !last.is_empty()
        && !last.starts_with('#')
        && !text.lines().any(|line| ["---", "...", "%", "\u{feff}"].iter().any(|marker| line.starts_with(marker)))
}

#[cfg(test)]
mod tests {
    use crate::container::sops::layouts::{made, opened};
    use crate::container::sops::{SopsFile, Store};
    use crate::rules::Selectors;

    const TEXT: &str = "a: one\nb:\n  c: 1\n  d: [\"x\", \"y\"]\n\n# about e\ne: |\n  l1\n  l2\nf: 'q'\ng:\n  - 1\n  - k: v\nh_unencrypted: 1.50\ni: last\n";

    /// The lines of a file, without what is different after each encryption.
    fn shape(text: &str) -> Vec<String> {
        let is_renewed = |line: &&str| !line.contains("mac:") && !line.contains("lastmodified:");
        let masked = |line: &str| -> String {
            line.split("data:").map(|part| part.split_once(",type:").map_or(part, |(_, kind)| kind)).collect()
        };
        text.lines().filter(is_renewed).map(masked).collect()
    }

    #[test]
    fn a_part_is_written_as_the_complete_file_would_be() {
        let file = made(TEXT, Store::Yaml, Selectors::default());
        let at = file.find("sops:\n").expect("the metadata");
        let (data, metadata) = file.split_at(at);
        let middle = data.find("f:").expect("an entry");
        let files = [
            file.clone(),
            [metadata, data].concat(),
            [&data[..middle], metadata, &data[middle..]].concat(),
            file.replace('\n', "\r\n"),
        ];
        let edits: [(&str, &str); 15] = [
            ("a: one\n", "# head\na: one\n"),
            ("c: 1", "c: 2"),
            ("\"x\", ", "\"x\", \"z\", "),
            ("l1\n", "l1\n  l1b\n"),
            ("f: 'q'\n", ""),
            ("f: 'q'\n", "f: 'q'\nnew:\n  deep: |+\n    x\n\n"),
            ("f:", "renamed:"),
            ("1.50", "2"),
            ("i: last\n", "i: last\nj: behind\n"),
            ("i: last\n", "i: changed\n"),
            ("  - k: v\n", "  - k: v # why\n"),
            ("'q'\n", "'q'\n# about g\n"),
            ("a: one", "a: two"),
            ("g:\n", "g:\n  # about 1\n"),
            ("i: last\n", "i: last"),
        ];
        let mut in_part = 0;
        for file in &files {
            let open = opened(file, Store::Yaml);
            let old = std::str::from_utf8(open.view().expose()).expect("text").to_owned();
            let ending = if file.contains("\r\n") { "\r\n" } else { "\n" };
            for (from, to) in edits.map(|(from, to)| (from.replace('\n', ending), to.replace('\n', ending))) {
                let view = old.replacen(&from, &to, 1);
                assert_ne!(view, old);
                let whole = String::from_utf8(
                    open.back(view.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{file}\n{view}")),
                )
                .expect("text");
                let Some(part) = open.write_part(&view).unwrap_or_else(|error| panic!("{error}\n{view}")) else {
                    continue;
                };
                in_part += 1;
                let part = String::from_utf8(part).expect("text");
                assert_eq!(shape(&part), shape(&whole), "{from:?} {to:?}");
                assert_eq!(opened(&part, Store::Yaml).view().expose(), view.as_bytes(), "{from:?} {to:?}");
                let is_renewed = |line: &str| line.contains("mac:") || line.contains("lastmodified:");
                let is_kept = |line: &&str| !is_renewed(line) && file.contains(*line);
                let kept = |text: &str| text.lines().filter(is_kept).count();
                assert_eq!(kept(&part), kept(&whole), "{from:?} {to:?}");
            }
        }
        assert!(in_part > 20, "{in_part}");
    }

    #[test]
    fn what_a_part_cannot_decide_is_left_to_the_complete_file() {
        let file = made(TEXT, Store::Yaml, Selectors::default());
        let open = opened(&file, Store::Yaml);
        let old = std::str::from_utf8(open.view().expose()).expect("text").to_owned();
        for (from, to) in [
            ("f: 'q'\n", "a: twice\n"),
            ("f: 'q'\n", "sops: x\n"),
            ("f: 'q'\n", "f: 'q\n"),
            ("f: 'q'\n", "f: 'q'\n---\n"),
            ("f: 'q'\n", "f: &a q\n"),
        ] {
            let view = old.replacen(from, to, 1);
            assert!(!matches!(open.write_part(&view), Ok(Some(_))), "{to}");
        }
        let comments = Selectors { encrypted_comment_regex: Some("secret".to_owned()), ..Selectors::default() };
        let open = opened(&made("a: x\n# secret\nb: y\nc: z\n", Store::Yaml, comments), Store::Yaml);
        assert!(matches!(open.write_part("a: x\n# secret\nb: y\nc: q\n"), Ok(None)));
        assert!(SopsFile::parse(file.as_bytes(), Store::Yaml).is_ok());
    }
}
