//! Parses sops' own form of env files: no quoting, and `\n` in a value is a line feed.

use super::sheet::{
    Block, Comment, CommentForm, Document, Field, Leaf, Mark, MarkKind, Paths, Sheet, SheetEntry, Step,
};
use crate::document::Text;
use crate::document::node::Style;
use crate::error::{Error, ErrorKind, Result};
use crate::memory;

/// The prefix of metadata names.
pub(super) const PREFIX: &str = "sops_";

/// Parses a text. Lines end at a line feed; a carriage return is part of the value.
///
/// # Errors
/// `syntax` for a line without `=`.
pub(super) fn read(text: &str) -> Result<Sheet> {
    let mut sheet = Sheet::default();
    let mut entries = Vec::new();
    let mut begin = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let whole = begin..begin + line.len();
        let content = line.strip_suffix('\n').unwrap_or(line);
        begin = whole.end;
        if content.is_empty() {
            continue;
        }
        let end = whole.start + content.len();
        if let Some(comment) = content.strip_prefix('#') {
            let comment =
                Comment { text: Text::new(comment), form: CommentForm::Line, others: Vec::new(), about: None };
            sheet.marks.push(Mark { range: whole.start..end, path: Paths::ROOT, what: MarkKind::Comment(comment) });
            continue;
        }
        let Some((name, value)) = content.split_once('=') else {
            return Err(Error::new(ErrorKind::Syntax, "a line is neither `NAME=value` nor a comment").at(number + 1, 1));
        };
        let range = whole.start + name.len() + 1..end;
        if let Some(field) = name.strip_prefix(PREFIX) {
            let text = value.replace("\\n", "\n");
            let field = Field { name: field.to_owned(), text, range, style: Style::Plain };
            match sheet.blocks.last_mut().filter(|block| block.range.end == whole.start) {
                Some(block) => {
                    block.fields.push(field);
                    block.range.end = whole.end;
                    block.entry.end = whole.end;
                }
                None => {
                    sheet.blocks.push(Block { entry: whole.clone(), range: whole, document: 0, fields: vec![field] });
                }
            }
            continue;
        }
        let path = sheet.paths.add(Paths::ROOT, Step::Key(name.to_owned()));
        entries.push(SheetEntry { key: name.to_owned(), range: whole });
        let text = Text::from(memory::replaced(value, "\\n", "\n"));
        let leaf = Leaf { text, style: Style::Plain, tag: None, in_flow: false, column: None };
        sheet.marks.push(Mark { range, path, what: MarkKind::Leaf(leaf) });
    }
    sheet.documents.push(Document { range: 0..text.len(), flow: None, entries });
    Ok(sheet)
}
