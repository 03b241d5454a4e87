//! A file for a command that only reads: encrypted, plain, or from stdin.

use std::path::PathBuf;

use super::encrypted::is_called_age;
use super::{Context, configuration, readable};
use crate::app::options::ReadOptions;
use crate::document::{self, Content, Document};
use crate::error::{Error, ErrorKind, Result};
use crate::redact::schema_of;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, Shown};
use crate::workspace::Target;

/// A parsed document and its file.
pub(crate) struct ReadDocument {
    /// The name that the user gave.
    pub(crate) name: String,
    pub(crate) target: Target,
    pub(crate) document: Document,
    pub(crate) schema: Schema,
    /// The SHA-256 of the ciphertext, in hex; `None` for plaintext.
    pub(crate) sha256: Option<String>,
    /// Whether the names in it may be printed.
    shows_names: bool,
}

impl ReadDocument {
    /// Reads FILE (`-` is stdin).
    ///
    /// # Errors
    /// Errors from finding, opening, or parsing it, with the file's name.
    pub(crate) fn open(file: &str, options: &ReadOptions, context: &Context) -> Result<Self> {
        Self::read(file, options, context, |context, target, content| context.parse(target, content))
    }

    /// Like [`ReadDocument::open`], for a path given by the user: a likely guess of the format is enough if no other name is
    /// printed.
    ///
    /// # Errors
    /// See [`ReadDocument::open`].
    pub(crate) fn open_at_place(file: &str, options: &ReadOptions, context: &Context) -> Result<Self> {
        Self::read(file, options, context, |context, target, content| context.parse_guessed(target, content))
    }

    fn read(
        file: &str,
        options: &ReadOptions,
        context: &Context,
        parse: impl Fn(&Context, &Target, Content<'_>) -> Result<(Document, Schema)>,
    ) -> Result<Self> {
        context.ignore_mac(options.ignore_mac);
        let (target, text, sha256, found_readable) = if file == "-" {
            let display = options.as_name.clone().unwrap_or_else(|| file.to_owned());
            (Target::from_name(PathBuf::new(), display), context.stdin.peek()?, None, Schema::Unknown)
        } else {
            let target = context.file(file)?;
            let found = context.read_content(&target)?;
            let sha256 = found.sha256();
            (target, found.text, sha256, found.readable)
        };
        let name = target.display.clone();
        let parsed = match options.format {
            None => parse(context, &target, text.content()),
            Some(format) => Document::of(text.content(), format).and_then(|document| {
                let set = Schema::set(context.settings(&target)?.schema.as_deref(), &name)?;
                let schema = context.with_public(&target, schema_of(set, &target.document_name(), &document))?;
                Ok((document, schema))
            }),
        };
        let (document, schema) = parsed.map_err(|error| error.in_file(FileName::shown(&name)))?;
        let is_known = schema != Schema::Unknown || context.settings(&target)?.schema.is_some();
        let schema = match schema {
            Schema::Readable(_) => readable::either(schema, found_readable),
            _ if is_known => schema,
            _ => found_readable,
        };
        let format = context.format(&target)?.or(options.format);
        let shows_names =
            schema == Schema::Authelia || document::shows_names(&target.document_name(), format, &document);
        Ok(Self { name, target, document, schema, sha256, shows_names })
    }

    /// Reads what FILE shows without a key; `None` for a container that hides everything.
    ///
    /// # Errors
    /// `io`; `damaged`.
    pub(crate) fn open_closed(file: &str, context: &Context) -> Result<Option<Self>> {
        if file == "-" {
            return Ok(None);
        }
        let target = context.file(file)?;
        let Some((closed, sha256)) = Context::closed(&target)? else { return Ok(None) };
        let document = Document::parse(closed.text.as_bytes(), closed.format)?;
        let schema = readable::schema_of(closed.selector.as_ref());
        let name = target.display.clone();
        Ok(Some(Self { name, target, document, schema, sha256: Some(sha256), shows_names: true }))
    }

    /// Adds the name of this file to an error. If the format was guessed, no names are suggested.
    pub(crate) fn named(&self, error: Error) -> Error {
        unnamed(error, self.shows_names).in_file(FileName::shown(&self.name))
    }
}

/// The Authelia file to work on: the one named; or the one with that schema in agepatch.toml; or else an encrypted one,
/// recognised by its name, or else by its content.
///
/// # Errors
/// `usage` if there is none.
pub(crate) fn authelia_file(named: Option<&str>, context: &Context) -> Result<String> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    likely_authelia_file(context)?.ok_or_else(|| {
        Error::new(ErrorKind::Usage, "no Authelia file found here").hint(shown!(
            "name the file with the clients: `--file FILE`, or `schema = \"authelia\"` under [files.\"{}\"] in agepatch.toml",
            example(context)
        ))
    })
}

/// The name of a file for the settings: an age file, or a sops file in a repository that has no others.
fn example(context: &Context) -> Shown {
    let has_age_files = context.workspace.encrypted().iter().any(|target| is_called_age(&target.path));
    let sops = context.workspace.sops_by_content().into_iter().next().filter(|_| !has_age_files);
    FileName::shown(sops.map_or_else(|| "NAME.age".to_owned(), |target| target.display))
}

/// The Authelia file to work on if none is named.
///
/// # Errors
/// `rules` if agepatch.toml cannot be read.
pub(crate) fn likely_authelia_file(context: &Context) -> Result<Option<String>> {
    let config = context.workspace.config()?;
    let set = config.files.iter().find(|(_, settings)| settings.schema.as_deref() == Some("authelia"));
    if let Some((name, _)) = set {
        return Ok(Some(name.clone()));
    }
    let likely = |name: &str| name.to_lowercase().contains("authelia");
    let targets = context.workspace.encrypted();
    // Authelia's own keys and passwords may be in files beside the one with the clients, so prefer a name that suggests
    // settings.
    let mut found: Vec<_> =
        targets.into_iter().filter(|target| likely(&target.display) && target.path.exists()).collect();
    found.sort_by_key(|target| {
        !["secrets", "config", "settings", "clients", "oidc"].iter().any(|word| target.display.contains(word))
    });
    if let Some(target) = found.into_iter().next() {
        return Ok(Some(target.display));
    }
    Ok(by_content(context).or_else(|| inside_a_value(context)))
}

/// The first encrypted file that can be opened and contains keys unique to Authelia's configuration.
fn by_content(context: &Context) -> Option<String> {
    let read = |target: &Target| {
        let text = context.read(target).ok()?;
        context.parse(target, text.expose()).ok().map(|(_, schema)| schema)
    };
    let mut all = context.workspace.encrypted().into_iter();
    all.find(|target| read(target) == Some(Schema::Authelia)).map(|target| target.display)
}

/// The first document inside a value that contains keys unique to Authelia's configuration.
fn inside_a_value(context: &Context) -> Option<String> {
    let files = context.workspace.sops_by_content().into_iter().chain(context.workspace.encrypted());
    let mut found = files.flat_map(|target| configuration::inside(&target, context));
    found.next().map(|inner| inner.display)
}

/// Removes suggested names from the error if names may not be printed: an uncertain guess may take a secret for a name.
pub(crate) fn unnamed(error: Error, shows_names: bool) -> Error {
    if shows_names || !matches!(error.kind(), ErrorKind::Path | ErrorKind::Ambiguous | ErrorKind::DuplicateKey) {
        return error;
    }
    error.hint("the format of the file is a guess, so its names are not listed; --format says which it is")
}
