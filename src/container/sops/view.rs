//! The view of a file: its own text with every encrypted scalar replaced by its plaintext, and without the metadata.

use std::cell::OnceCell;

use super::decrypt::MarkValue;
use super::parse::read_with_outline;
use super::plain::{Plain, Type};
use super::reading;
use super::sheet::{CommentForm, Leaf, Mark, MarkKind, Sheet};
use super::sops_file::{SopsFile, data};
use super::store::Store;
use crate::container::Plaintext;
use crate::document::node::Style;
use crate::document::{Nodes, Notation, Outline, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::lines;
use crate::memory::{Buffer, Zeroizing, replaced};

/// A view.
pub(super) struct View {
    /// Its text.
    pub(super) text: Plaintext,
    /// The text taken apart.
    pub(super) sheet: Sheet,
    /// Where the metadata was removed, in the order of the file.
    pub(super) cuts: Vec<usize>,
    /// The nodes of the text, if it is one document in YAML or JSON.
    pub(super) nodes: Option<Nodes>,
}

/// The view of a file.
///
/// # Errors
/// `unsupported` for values that no view can show.
pub(super) fn of(file: &SopsFile, held: &[MarkValue], known: Option<&Notation>) -> Result<View> {
    if file.store() == Store::Binary {
        return Ok(View { text: binary(file, held), sheet: Sheet::default(), cuts: Vec::new(), nodes: None });
    }
    let mut writer = Writer { file, held, known, detected: OnceCell::new(), lines: true };
    // If multi-line values would run into the following text, write each value on one line.
    for lines in [true, false] {
        writer.lines = lines;
        let (mut text, cuts) = writer.text()?;
        let seen = read_with_outline(&text, file.store());
        match seen {
            Ok((sheet, outline)) if agrees(file, held, &sheet) => {
                let nodes = outline.and_then(Outline::into_nodes);
                let text = Plaintext::new(std::mem::take(&mut *text).into_bytes());
                return Ok(View { text, sheet, cuts, nodes });
            }
            _ => {}
        }
    }
    Err(Error::new(ErrorKind::Unsupported, "the file is written in a form that cannot be shown decrypted")
        .hint("`sops decrypt` shows it; please report this, with the layout of the file"))
}

/// The file's text without the metadata.
fn without_blocks(file: &SopsFile) -> String {
    let mut text = String::with_capacity(file.text().len());
    let mut at = 0;
    for block in &file.sheet().blocks {
        text.push_str(&file.text()[at..block.range.start]);
        at = block.range.end;
    }
    text.push_str(&file.text()[at..]);
    text
}

/// The content of a file of the binary store.
fn binary(file: &SopsFile, held: &[MarkValue]) -> Plaintext {
    match data(file.sheet()).map(|at| &held[at]) {
        Some(MarkValue::Token(plain)) => Plaintext::new(plain.bytes().to_vec()),
        _ => Plaintext::new(Vec::new()),
    }
}

/// Whether the marks of the view are those of the file, with the decrypted values.
fn agrees(file: &SopsFile, held: &[MarkValue], seen: &Sheet) -> bool {
    let sheet = file.sheet();
    let structured = matches!(file.store(), Store::Yaml | Store::Json);
    let same_paths = sheet.paths == seen.paths;
    let same = |((mark, held), shown): ((&Mark, &MarkValue), &Mark)| match (&mark.what, &shown.what) {
        (MarkKind::Leaf(_), MarkKind::Leaf(leaf)) => {
            (same_paths && mark.path == shown.path || sheet.paths.pointer(mark.path) == seen.paths.pointer(shown.path))
                && match held {
                    MarkValue::Token(plain) if structured => shows(leaf, plain, file.store()),
                    MarkValue::Token(plain) if file.store() == Store::Ini => {
                        leaf.text.as_str().as_bytes() == plain.bytes()
                    }
                    _ => true,
                }
        }
        (MarkKind::Comment(_), MarkKind::Comment(comment)) => match held {
            MarkValue::Token(plain) => plain.as_str() == Some(comment.text.as_str()) || file.store() == Store::Ini,
            MarkValue::Plain => true,
        },
        _ => false,
    };
    sheet.marks.len() == seen.marks.len() && sheet.marks.iter().zip(held).zip(&seen.marks).all(same)
}

/// Whether a leaf of the view shows a value.
fn shows(leaf: &Leaf, plain: &Plain, store: Store) -> bool {
    let Ok(Some(read)) = reading::as_core(leaf, store) else {
        // A float may have more digits than an integer.
        return plain.kind() == Type::Float;
    };
    let number = |plain: &Plain| plain.as_str().and_then(|text| text.parse::<f64>().ok());
    match plain.kind() {
        Type::Float => number(&read) == number(plain) || number(plain).is_some_and(f64::is_nan),
        Type::Int | Type::Bool => read.kind() == plain.kind() && read.bytes() == plain.bytes(),
        _ => read.bytes() == plain.bytes(),
    }
}

struct Writer<'f> {
    file: &'f SopsFile,
    held: &'f [MarkValue],
    /// The notation to use.
    known: Option<&'f Notation>,
    /// Otherwise that of the file, detected when a value needs it.
    detected: OnceCell<Option<Notation>>,
    /// Whether multi-line values may take several lines.
    lines: bool,
}

impl Writer<'_> {
    fn notation(&self) -> Result<Option<&Notation>> {
        if let Some(known) = self.known {
            return Ok(Some(known));
        }
        if self.detected.get().is_none() {
            // The metadata has sops' own indentation, which is ignored.
            let text = without_blocks(self.file);
            let notation = Notation::of(&Outline::read(&text)?, self.file.store() == Store::Json);
            return Ok(self.detected.get_or_init(|| notation).as_ref());
        }
        Ok(self.detected.get().and_then(Option::as_ref))
    }

    /// Whether the text is written like JSON, which only a text in braces can be.
    fn is_json(&self) -> Result<bool> {
        let in_braces = self.file.sheet().documents.first().is_some_and(|document| document.flow.is_some());
        Ok(match self.file.store() {
            Store::Json => true,
            _ if self.known.is_none() && !in_braces => false,
            _ => self.notation()?.is_some_and(Notation::is_json),
        })
    }

    /// The text, and where the metadata was removed.
    fn text(&self) -> Result<(Zeroizing<String>, Vec<usize>)> {
        let text = self.file.text();
        let sheet = self.file.sheet();
        let mut view = Buffer::default();
        let mut blocks = sheet.blocks.iter().peekable();
        let (mut at, mut cuts) = (0, Vec::new());
        let mut copy = |view: &mut Buffer, at: &mut usize, until: usize| {
            while let Some(block) = blocks.next_if(|block| block.range.start < until && block.range.start >= *at) {
                view.push_str(&text[*at..block.range.start]);
                cuts.push(view.len());
                *at = block.range.end;
            }
            view.push_str(text.get(*at..until).unwrap_or_default());
            *at = until.max(*at);
        };
        for (index, (mark, held)) in sheet.marks.iter().zip(self.held).enumerate() {
            let MarkValue::Token(plain) = held else { continue };
            copy(&mut view, &mut at, mark.range.start);
            at = mark.range.end;
            match &mark.what {
                MarkKind::Comment(comment) => {
                    view.push_str(match comment.form {
                        CommentForm::Semicolon => "; ",
                        CommentForm::Inline if self.file.store() == Store::Ini => "; ",
                        _ => "#",
                    });
                    view.push_str(plain.as_str().unwrap_or_default());
                }
                MarkKind::Leaf(leaf) => {
                    let (inline, below) = self.leaf(index, leaf, plain)?;
                    view.push_str(&inline);
                    if let Some(below) = below {
                        let next = lines::next(text, at);
                        copy(&mut view, &mut at, next);
                        view.push_str(&below);
                    }
                }
            }
        }
        copy(&mut view, &mut at, text.len());
        Ok((view.into_text(), cuts))
    }

    /// A value as it is written: the text in place of its token, and the lines below.
    fn leaf(&self, index: usize, leaf: &Leaf, plain: &Plain) -> Result<(Zeroizing<String>, Option<Zeroizing<String>>)> {
        let Some(text) = plain.as_str() else { return self.bytes(plain) };
        match self.file.store() {
            Store::Dotenv => Ok((replaced(text, "\n", "\\n"), None)),
            Store::Ini => Ok((super::ini::write(text, leaf.style), None)),
            Store::Yaml | Store::Json | Store::Binary => {
                let value = reading::value_of(plain).unwrap_or(Value::Null);
                let json = self.file.store() == Store::Json;
                if plain.kind() == Type::Time && !json {
                    return Ok((Zeroizing::new(text.to_owned()), None));
                }
                if let Some(column) = leaf.column.filter(|_| self.lines && leaf.style == Style::Plain)
                    && text.contains(['\n', '\r'])
                    && let Some(notation) = self.notation()?
                    && let Some((header, below)) = notation.block(&value, column)
                    && !self.runs_on(index, column, &header)
                {
                    return Ok((header, Some(below)));
                }
                Ok((Notation::scalar(&value, leaf.style, self.is_json()?, leaf.in_flow), None))
            }
        }
    }

    /// A string that is not text.
    fn bytes(&self, plain: &Plain) -> Result<(Zeroizing<String>, Option<Zeroizing<String>>)> {
        use base64::Engine;
        if self.file.store() != Store::Yaml {
            return Err(Error::new(ErrorKind::Unsupported, "a value is not text, which this kind of file cannot show"));
        }
        let encoded = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(plain.bytes()));
        Ok((Zeroizing::new(["!!binary ", &encoded].concat()), None))
    }

    /// Whether the lines of a block scalar would run into the following text.
    fn runs_on(&self, index: usize, column: usize, header: &str) -> bool {
        let text = self.file.text();
        let mut line = lines::next(text, self.file.sheet().marks[index].range.end);
        let mut blank = false;
        while line < text.len() {
            let end = lines::next(text, line);
            let content = text[line..end].trim_end_matches(['\n', '\r', ' ', '\t']);
            if content.is_empty() {
                blank = true;
                line = end;
                continue;
            }
            let deep = content.len() - content.trim_start_matches(' ').len() > column;
            let comment = content.trim_start().starts_with('#') || content.contains("type:comment]");
            return (comment && deep) || (blank && header.contains('+'));
        }
        blank && header.contains('+')
    }
}
