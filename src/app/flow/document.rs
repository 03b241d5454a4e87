//! A document to edit, which is a file or inside one of its values: found, decrypted, and parsed.

use std::borrow::Cow;
use std::path::PathBuf;

use super::file::{OpenFile, unopened};
use super::job::{Creates, Draft, View, Work};
use crate::app::Context;
use crate::app::context::setting;
use crate::app::options::EditOptions;
use crate::app::reading::unnamed;
use crate::app::stdin::FILTER;
use crate::container::Plaintext;
use crate::document::{self, Content, Document, Format, Unread, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::patch::Sources;
use crate::redact::schema_of;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, KeyName};
use crate::workspace::Target;

/// A document to edit: a file's text, or a document inside one of its values.
pub(super) struct OpenDocument {
    pub(super) target: Option<Target>,
    /// The index of its file in the edit; `None` for stdin.
    pub(super) file: Option<usize>,
    pub(super) name: String,
    /// Its content; `None` if it will be replaced entirely and cannot be read.
    pub(super) before: Option<Document>,
    /// Whether the edit creates it.
    pub(super) is_new: bool,
    pub(super) format: Format,
    pub(super) schema: Schema,
    /// Whether the settings define the schema.
    pub(super) schema_is_set: bool,
    /// The format from the command line or the settings.
    given_format: Option<Format>,
    /// Whether its names may be printed, if only its text is left of it.
    shows_names: Option<bool>,
}

/// A document that was found, and what the edit requires of it.
pub(super) struct RequestedDocument {
    pub(super) target: Target,
    pub(super) creates: Creates,
    /// Whether the edit works without knowing the old content.
    pub(super) replaces: bool,
}

impl RequestedDocument {
    /// Reads the document from its file.
    pub(super) fn document(
        &self,
        at: usize,
        file: &OpenFile,
        options: &EditOptions,
        context: &Context,
    ) -> Result<OpenDocument> {
        let name = self.target.display.clone();
        let named = |error: Error| error.in_file(FileName::shown(&name));
        let inner = if self.target.is_value() { file.inner_text(&self.target).map_err(named)? } else { None };
        let (text, is_new) = match (self.target.is_value(), &inner) {
            (false, _) => (file.content(), !file.exists()),
            (true, Some(inner)) => (Some(inner.content()), false),
            (true, None) if self.creates == Creates::Value => (Some(Content::from(&[])), true),
            (true, None) => return Err(named(missing_value(&self.target))),
        };
        let settings = context.settings(&self.target)?;
        let own = if self.target.is_value() { None } else { file.format() };
        let own = own.or_else(|| is_new.then(|| context.container_format(&self.target)).flatten());
        let given_format = format(options, settings.format.as_deref(), &name)?.or(own);
        let called = self.target.document_name();
        // A replacement names no path in the content, so only a certain guess of the format counts.
        let read = if self.replaces { document::read } else { document::read_guessed };
        let parsed = if self.target.is_value() { None } else { file.document(given_format) };
        let before = match parsed {
            Some(parsed) => parsed.map(Some),
            None => text.map(|text| read(&called, text, given_format)).transpose(),
        };
        let format = match &before {
            Ok(Some(document)) => document.format(),
            _ => given_format.unwrap_or_else(|| document::guess(&called, text.map_or(&[], Content::bytes))),
        };
        // A file that is replaced entirely need not be parsable.
        let before = if self.replaces { before.unwrap_or_default() } else { before.map_err(named)? };
        let mut document = OpenDocument::new(name.clone(), &called, before, format, settings.schema.as_deref())?;
        document.given_format = given_format;
        document.file = Some(at);
        document.is_new = is_new;
        document.target = Some(self.target.clone());
        document.schema = context.with_public(&self.target, document.schema)?;
        Ok(document)
    }
}

fn missing_value(target: &Target) -> Error {
    let path = KeyName::shown(target.inner.last().map(|inner| inner.path.as_str()).unwrap_or_default());
    Error::new(ErrorKind::Path, "no value at this path of the file").at_path(path).hint(shown!(
        "`agepatch show {}` shows what there is; `agepatch write '{}'` creates it from stdin",
        target.file(),
        target
    ))
}

pub(super) fn from_stdin(options: &EditOptions, context: &Context) -> Result<OpenDocument> {
    let name = options.read.as_name.clone().unwrap_or_else(|| FILTER.to_owned());
    let text = context.stdin.take("the document")?;
    let given_format = format(options, None, &name)?;
    let document = document::read_guessed(&name, text.content(), given_format)
        .map_err(|error| error.in_file(FileName::shown(&name)))?;
    let format = document.format();
    let called = name.clone();
    Ok(OpenDocument { given_format, ..OpenDocument::new(name, &called, Some(document), format, None)? })
}

/// The format from the command line, or else from the settings; `None` if name and content decide.
fn format(options: &EditOptions, word: Option<&str>, name: &str) -> Result<Option<Format>> {
    match options.read.format {
        Some(format) => Ok(Some(format)),
        None => setting(word, name),
    }
}

impl OpenDocument {
    /// `called` is the name that suggests the format and the schema.
    fn new(name: String, called: &str, before: Option<Document>, format: Format, schema: Option<&str>) -> Result<Self> {
        let set = Schema::set(schema, &name)?;
        let guess = |document| schema_of(set, called, document);
        let schema_is_set = set.is_some();
        let known = before.as_ref().map_or(set.unwrap_or(Schema::Unknown), guess);
        Ok(Self {
            target: None,
            file: None,
            name,
            before,
            is_new: false,
            format,
            schema: known,
            schema_is_set,
            given_format: None,
            shows_names: None,
        })
    }

    /// Adds the name of this document to an error.
    pub(super) fn named(&self, error: Error) -> Error {
        let shows_names = || self.before.as_ref().is_none_or(|before| self.shows_names(before));
        unnamed(error, self.shows_names.unwrap_or_else(shows_names)).in_file(FileName::shown(&self.name))
    }

    pub(super) fn shows_names(&self, document: &Document) -> bool {
        self.schema == Schema::Authelia || document::shows_names(&self.called(), self.given_format, document)
    }

    /// Keeps nothing but the text.
    pub(super) fn keep_text(&mut self) {
        if let Some(before) = self.before.take() {
            self.shows_names = Some(self.shows_names(&before));
            self.before = Some(before.into_raw());
        }
    }

    /// The value of a version of the file for comparison: one text if its names may not be printed.
    pub(super) fn comparable<'d>(&self, document: &'d Document) -> Cow<'d, Value> {
        match self.shows_names(document) {
            true => Cow::Borrowed(document.value()),
            false => Cow::Owned(Value::string(String::from_utf8_lossy(document.bytes()))),
        }
    }

    pub(super) fn is(&self, target: &Target) -> bool {
        self.target.as_ref().is_some_and(|own| own.is_same(target))
    }

    pub(super) fn path(&self) -> Option<&PathBuf> {
        self.target.as_ref().map(|target| &target.path)
    }

    /// The name that suggests the format and the schema.
    pub(super) fn called(&self) -> String {
        self.target.as_ref().map_or_else(|| self.name.clone(), Target::document_name)
    }

    pub(super) fn draft(&self, work: Work<'_>, context: &Context) -> Result<Draft> {
        match work {
            Work::Ready(draft) => Ok(draft),
            Work::Make(make) => make(&View { document: self.document()?, schema: self.schema }, context),
        }
    }

    fn document(&self) -> Result<&Document> {
        self.before.as_ref().ok_or_else(unopened)
    }

    /// A replacement's content does not reveal its format, so a file with known keys keeps its format.
    fn replacement(&self, text: &Plaintext) -> Result<Document> {
        let known = (self.schema == Schema::Authelia && !self.format.is_opaque()).then_some(self.format);
        document::read_new(&self.called(), text.content(), self.given_format.or(known))
    }

    pub(super) fn edit(&self, drafts: &[Draft], sources: &mut dyn Sources) -> Result<Unread> {
        let mut content: Option<Unread> = None;
        for draft in drafts {
            content = Some(match draft {
                Draft::Content(text) => self.replacement(text)?.into(),
                Draft::Patch(patch) => {
                    let mut session = match &content {
                        Some(unread) => unread.document().edit(),
                        None => self.document()?.edit(),
                    };
                    patch.apply(&mut session, sources)?;
                    session.unread()
                }
            });
        }
        content.ok_or_else(|| Error::new(ErrorKind::Patch, "the patch is empty"))
    }
}
