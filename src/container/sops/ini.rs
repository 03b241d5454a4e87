//! Parses ini files like the Go library that sops uses.

use std::collections::HashSet;
use std::ops::Range;

use super::sheet::{
    Block, Comment, CommentForm, Document, Field, Leaf, Mark, MarkKind, PathId, Paths, Sheet, SheetEntry, Step,
};
use crate::document::Text;
use crate::document::node::Style;
use crate::error::{Error, Kind, Result};
use crate::memory::Zeroizing;

/// The section of the metadata.
const SOPS: &str = "sops";

/// The section of entries before the first header.
const DEFAULT: &str = "DEFAULT";

/// Parses a text.
///
/// # Errors
/// `syntax` for a line that is neither a section, a key, nor a comment; `unsupported` for multi-line values.
pub(super) fn read(text: &str) -> Result<Sheet> {
    let mut reading = Reading {
        sheet: Sheet::default(),
        section: Section::Default(None),
        comments: Vec::new(),
        entries: Vec::new(),
        names: HashSet::new(),
    };
    let mut begin = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for (number, line) in text[begin..].split_inclusive('\n').enumerate() {
        let whole = begin..begin + line.len();
        begin = whole.end;
        reading.line(text, whole).map_err(|error| error.at(number + 1, 1))?;
    }
    reading.end(text.len());
    let mut sheet = reading.sheet;
    sheet.documents.push(Document { range: 0..text.len(), flow: None, entries: reading.entries });
    sheet.marks.sort_by_key(|mark| mark.range.start);
    Ok(sheet)
}

enum Section {
    Default(Option<PathId>),
    Named(PathId),
    Metadata,
}

struct Reading {
    sheet: Sheet,
    section: Section,
    /// The comment lines that belong to the next entry.
    comments: Vec<Range<usize>>,
    entries: Vec<SheetEntry>,
    names: HashSet<(PathId, String)>,
}

impl Reading {
    fn line(&mut self, text: &str, whole: Range<usize>) -> Result<()> {
        let line = &text[whole.clone()];
        let trimmed = line.trim_start();
        let start = whole.start + line.len() - trimmed.len();
        let content = trimmed.trim_end();
        let end = start + content.len();
        match content.as_bytes().first() {
            None => {}
            Some(b'#' | b';') => self.comments.push(start..end),
            Some(b'[') => {
                let close = content.rfind(']').ok_or_else(|| Error::new(Kind::Syntax, "a section without `]`"))?;
                self.open(text, &content[1..close], whole.start);
            }
            Some(_) => return self.entry(text, start..end),
        }
        Ok(())
    }

    fn open(&mut self, text: &str, name: &str, line: usize) {
        self.end(line);
        if name == SOPS {
            // Its comments stay above it.
            self.comment(text, Paths::ROOT);
            self.section = Section::Metadata;
            self.sheet.blocks.push(Block { range: line..line, entry: line..line, document: 0, fields: Vec::new() });
            return;
        }
        let path = self.sheet.paths.add(Paths::ROOT, Step::Key(name.to_owned()));
        self.section = Section::Named(path);
        let begin = self.comments.first().map_or(line, |comment| comment.start);
        self.entries.push(SheetEntry { key: name.to_owned(), range: begin..begin });
        self.comment(text, path);
    }

    /// Ends the metadata, if this was its section.
    fn end(&mut self, line: usize) {
        if let (Section::Named(_), Some(entry)) = (&self.section, self.entries.last_mut()) {
            entry.range.end = line;
        }
        if let (Section::Metadata, Some(block)) = (&self.section, self.sheet.blocks.last_mut()) {
            // Comments above the next section belong to that.
            let end = self.comments.first().map_or(line, |comment| comment.start);
            block.range.end = end;
            block.entry.end = end;
        }
    }

    fn entry(&mut self, text: &str, range: Range<usize>) -> Result<()> {
        let content = &text[range.clone()];
        if content.starts_with(['"', '`']) {
            return Err(Error::new(Kind::Unsupported, "a quoted key in an ini file cannot be kept"));
        }
        let Some(at) = content.find(['=', ':']).filter(|at| *at > 0) else {
            return Err(Error::new(Kind::Syntax, "a line is neither a section, `key = value`, nor a comment"));
        };
        let (name, rest) = (content[..at].trim_end(), &content[at + 1..]);
        let gap = rest.len() - rest.trim_start().len();
        let begin = range.start + at + 1 + gap;
        let (value, comment) = value_of(rest.trim_start())?;
        let place = begin..begin + value.0.len();
        let path = match self.section {
            Section::Metadata => {
                self.comments.clear();
                let value = value.1.replace("\\n", "\n").replace("\\\n", "\n");
                let field = Field { name: name.to_owned(), text: value, range: place, style: Style::Plain };
                if let Some(block) = self.sheet.blocks.last_mut() {
                    block.fields.push(field);
                }
                return Ok(());
            }
            Section::Named(path) => path,
            Section::Default(path) => {
                let path = path.unwrap_or_else(|| self.sheet.paths.add(Paths::ROOT, Step::Key(DEFAULT.to_owned())));
                self.section = Section::Default(Some(path));
                path
            }
        };
        self.comment(text, path);
        if !self.names.insert((path, name.to_owned())) {
            return Err(Error::new(
                Kind::DuplicateKey,
                "the section has the same key twice, of which sops keeps the last",
            )
            .hint("remove or rename one of the two"));
        }
        let leaf = self.sheet.paths.add(path, Step::Key(name.to_owned()));
        let what = Leaf { text: Text::new(value.1), style: value.2, tag: None, in_flow: false, column: None };
        self.sheet.marks.push(Mark { range: place, path: leaf, what: MarkKind::Leaf(what) });
        if let Some(comment) = comment {
            let start = begin + comment;
            let text = text[start + 1..range.end].trim_start().to_owned();
            let comment = Comment { text: Text::new(text), form: CommentForm::Inline, others: Vec::new() };
            self.sheet.marks.push(Mark { range: start..range.end, path, what: MarkKind::Comment(comment) });
        }
        Ok(())
    }

    /// Adds the pending comment lines as one comment, since the library joins them.
    fn comment(&mut self, text: &str, path: PathId) {
        let lines = std::mem::take(&mut self.comments);
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return };
        let range = first.start..last.end;
        let joined: Vec<&str> = lines.iter().map(|line| &text[line.clone()]).collect();
        let marker = joined[0].chars().next().unwrap_or(';');
        let joined = joined.join("\n");
        let comment = joined.trim_start_matches([marker, ' ']).to_owned();
        let what =
            MarkKind::Comment(Comment { text: Text::new(comment), form: CommentForm::Semicolon, others: Vec::new() });
        self.sheet.marks.push(Mark { range, path, what });
    }
}

/// The text of a value with quotes, without them, and how it is quoted.
type Value<'t> = (&'t str, &'t str, Style);

/// A value, and the offset of a comment after it.
fn value_of(text: &str) -> Result<(Value<'_>, Option<usize>)> {
    let several = || Err(Error::new(Kind::Unsupported, "a value of several lines in an ini file cannot be kept"));
    for quote in ["\"\"\"", "`"] {
        let Some(rest) = text.strip_prefix(quote).filter(|_| quote == "`" || text.len() > quote.len()) else {
            continue;
        };
        let Some(end) = rest.rfind(quote) else { return several() };
        let whole = end + 2 * quote.len();
        let comment = text[whole..].find(['#', ';']).map(|at| whole + at);
        return Ok(((&text[..whole], &rest[..end], Style::Literal), comment));
    }
    if text.ends_with('\\') {
        return several();
    }
    let comment = text.find(['#', ';']);
    let value = comment.map_or(text, |at| text[..at].trim_end());
    for (quote, style) in [('\'', Style::Single), ('"', Style::Double)] {
        let inner = value.strip_prefix(quote).and_then(|inner| inner.strip_suffix(quote));
        if let Some(inner) = inner.filter(|inner| !inner.contains(quote)) {
            return Ok(((value, inner, style), comment));
        }
    }
    Ok(((value, value, Style::Plain), comment))
}

/// A value as it is written, with its old quotes if they can hold it.
pub(super) fn write(value: &str, style: Style) -> Zeroizing<String> {
    let quoted = |quote: &str| Zeroizing::new([quote, value, quote].concat());
    match style {
        Style::Single if !value.contains(['\'', '\n', '#', ';']) => quoted("'"),
        Style::Double if !value.contains(['"', '\n', '#', ';']) => quoted("\""),
        _ if value.contains('`') && value.contains(['#', ';', '\n']) => quoted("\"\"\""),
        _ if value.contains(['#', ';', '\n', '\r']) || value.trim() != value || value.ends_with('\\') => quoted("`"),
        _ if value.starts_with(['"', '\'', '`']) => quoted(if value.contains('`') { "\"\"\"" } else { "`" }),
        _ => Zeroizing::new(value.to_owned()),
    }
}
