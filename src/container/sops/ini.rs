//! Parses ini files like the Go library that sops uses.

use std::collections::HashSet;
use std::ops::Range;

use super::sheet::{
    Block, Comment, CommentForm, Document, Field, Leaf, Mark, MarkKind, PathId, Paths, Sheet, SheetEntry, Step,
};
use crate::document::Text;
use crate::document::node::Style;
use crate::error::{Error, ErrorKind, Result};
use crate::lines;
use crate::memory::Zeroizing;
use crate::shown;

/// The section of the metadata.
const SOPS: &str = "sops";

/// The section of entries before the first header.
const DEFAULT: &str = "DEFAULT";

/// Parses a text.
///
/// # Errors
/// `syntax` for a line that is neither a section, a key, nor a comment; `unsupported` for lines joined by a backslash.
pub(super) fn read(text: &str) -> Result<Sheet> {
    let mut reading = Reading {
        sheet: Sheet::default(),
        section: Section::Default(None),
        comments: Vec::new(),
        entries: Vec::new(),
        names: HashSet::new(),
    };
    let mut begin = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while begin < text.len() {
        let whole = begin..lines::next(text, begin);
        let number = || lines::number(text, whole.start);
        begin = reading.line(text, whole.clone()).map_err(|error| error.at(number(), 1))?;
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
    /// Reads a line, and gives where the next one begins.
    fn line(&mut self, text: &str, whole: Range<usize>) -> Result<usize> {
        let line = &text[whole.clone()];
        let trimmed = line.trim_start();
        let start = whole.start + line.len() - trimmed.len();
        let content = trimmed.trim_end();
        let end = start + content.len();
        match content.as_bytes().first() {
            None => {}
            Some(b'#' | b';') => self.comments.push(start..end),
            Some(b'[') => {
                let close = content.rfind(']').ok_or_else(|| Error::new(ErrorKind::Syntax, "a section without `]`"))?;
                self.open(text, &content[1..close], whole.start);
            }
            Some(_) => return self.entry(text, start..end, whole.end),
        }
        Ok(whole.end)
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

    /// Reads the entry at `range`, on a line that ends at `line`.
    fn entry(&mut self, text: &str, range: Range<usize>, line: usize) -> Result<usize> {
        let content = &text[range.clone()];
        if content.starts_with(['"', '`']) {
            return Err(Error::new(ErrorKind::Unsupported, "a quoted key in an ini file cannot be kept"));
        }
        let Some(at) = content.find(['=', ':']).filter(|at| *at > 0) else {
            return Err(Error::new(ErrorKind::Syntax, "a line is neither a section, `key = value`, nor a comment"));
        };
        let (name, rest) = (content[..at].trim_end(), &content[at + 1..]);
        let gap = rest.len() - rest.trim_start().len();
        let begin = range.start + at + 1 + gap;
        let read = value_of(text, begin, line)?;
        let (value, comment, place) = (read.text, read.comment, begin..read.end);
        let path = match self.section {
            Section::Metadata => {
                self.comments.clear();
                let value = value.replace("\\n", "\n").replace("\\\n", "\n");
                let field = Field { name: name.to_owned(), text: value, range: place, style: Style::Plain };
                if let Some(block) = self.sheet.blocks.last_mut() {
                    block.fields.push(field);
                }
                return Ok(read.next);
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
            return Err(Error::new(ErrorKind::DuplicateKey, "the section has the same key twice; sops keeps the last")
                .hint("remove or rename one of the two"));
        }
        let leaf = self.sheet.paths.add(path, Step::Key(name.to_owned()));
        let what = Leaf { text: Text::new(value), style: read.style, tag: None, in_flow: false, column: None };
        self.sheet.marks.push(Mark { range: place, path: leaf, what: MarkKind::Leaf(what) });
        if let Some(comment) = comment {
            let end = comment + text[comment..read.next].trim_end().len();
            let text = Text::new(text[comment + 1..end].trim_start());
            let what = MarkKind::Comment(Comment { text, form: CommentForm::Inline, others: Vec::new(), about: None });
            self.sheet.marks.push(Mark { range: comment..end, path, what });
        }
        Ok(read.next)
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
        let what = MarkKind::Comment(Comment {
            text: Text::new(comment),
            form: CommentForm::Semicolon,
            others: Vec::new(),
            about: None,
        });
        self.sheet.marks.push(Mark { range, path, what });
    }
}

/// A value as it was read.
struct Value<'t> {
    /// Without quotes.
    text: &'t str,
    style: Style,
    /// Where it ends, with its quotes.
    end: usize,
    /// Where a comment behind it begins.
    comment: Option<usize>,
    /// Where the next line begins.
    next: usize,
}

/// The value at `begin`, on a line that ends at `line`.
fn value_of(text: &str, begin: usize, line: usize) -> Result<Value<'_>> {
    let here = &text[begin..line];
    for quote in ["\"\"\"", "`"] {
        // The line end counts here, as in the library.
        let Some(rest) = here.strip_prefix(quote).filter(|_| quote == "`" || here.len() > quote.len()) else {
            continue;
        };
        let inner = begin + quote.len();
        if let Some(close) = rest.rfind(quote) {
            let end = inner + close + quote.len();
            let comment = text[end..line].find(['#', ';']).map(|at| end + at);
            let text = &text[inner..inner + close];
            return Ok(Value { text, style: Style::Literal, end, comment, next: line });
        }
        return several(text, inner, quote, line);
    }
    let here = here.trim_end();
    if here.ends_with('\\') {
        let message = "a line that ends with a backslash goes on in the next one, which cannot be kept";
        return Err(Error::new(ErrorKind::Unsupported, message).hint("write the value in backquotes"));
    }
    let comment = here.find(['#', ';']);
    let value = comment.map_or(here, |at| here[..at].trim_end());
    let (end, comment) = (begin + value.len(), comment.map(|at| begin + at));
    for (quote, style) in [('\'', Style::Single), ('"', Style::Double)] {
        let inner = value.strip_prefix(quote).and_then(|inner| inner.strip_suffix(quote));
        if let Some(text) = inner.filter(|inner| !inner.contains(quote)) {
            return Ok(Value { text, style, end, comment, next: line });
        }
    }
    Ok(Value { text: value, style: Style::Plain, end, comment, next: line })
}

/// A value of several lines: up to the last quote of the first line after `line` that has one.
fn several<'t>(text: &'t str, inner: usize, quote: &'static str, mut line: usize) -> Result<Value<'t>> {
    while line < text.len() {
        let next = lines::next(text, line);
        let close = text[line..next].rfind(quote).map(|close| line + close);
        let closes = close.filter(|close| !text[close + quote.len()..next].trim_end().ends_with('\\'));
        if let Some(close) = closes {
            let end = close + quote.len();
            let comment = text[end..next].find(['#', ';']).map(|at| end + at);
            return Ok(Value { text: &text[inner..close], style: Style::Literal, end, comment, next });
        }
        line = next;
    }
    Err(Error::new(ErrorKind::Syntax, shown!("the value has no closing {}", quote)))
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
