//! A file to check, together with the files that Authelia reads before it.

mod surroundings;

use std::path::{Path, PathBuf};

use super::options::ReadOptions;
use crate::app::Context;
use crate::app::stdin;
use crate::authelia::clients_at;
use crate::check::{self, Filters, Finding, Options, Source};
use crate::container::Plaintext;
use crate::document::{Document, Format, Map, Pointer, Value};
use crate::error::{ErrorKind, Result};
use crate::redact::Excerpts;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, Shown};
use crate::workspace::Target;

pub(crate) use surroundings::{Surrounding, surroundings};
pub(super) use surroundings::{directory, plain};
use surroundings::{format_of, has_schema, parse, settings};

const STDIN: &str = "-";

/// A file to check, and the files before it.
pub(crate) struct Configuration {
    files: Vec<ConfigurationFile>,
    /// The document to check; `None` for stdin.
    pub(crate) target: Option<Target>,
}

pub(crate) struct ConfigurationFile {
    name: Shown,
    /// Its content, or the reason why it cannot be parsed as YAML.
    pub(crate) document: Result<Document>,
}

impl Configuration {
    /// Authelia's errors and warnings, and advice of our own.
    pub(crate) fn check(&self, options: &Options) -> Vec<Finding> {
        let sources: Vec<Source<'_>> = self.files.iter().map(ConfigurationFile::source).collect();
        check::run(&sources, options)
    }

    /// The document whose clients apply: the file to check, or else the last file before it that defines any.
    pub(crate) fn clients(&self) -> Option<&Value> {
        let documents = self.files.iter().rev().filter_map(|file| file.document.as_ref().ok());
        documents.map(Document::value).find(|value| clients_at().get(value).is_some())
    }

    /// Whether it has options of which the check knows only names and types: those that are not the provider's.
    pub(crate) fn has_other_options(&self) -> bool {
        let options = Schema::Authelia.options_of(&Pointer::root());
        let documents = self.files.iter().filter_map(|file| file.document.as_ref().ok());
        let mut keys = documents.filter_map(|document| document.value().as_map()).flat_map(Map::iter);
        keys.any(|(key, _)| key.text() != "identity_providers" && options.contains(&key.text()))
    }

    pub(crate) fn name(&self) -> Shown {
        self.files.last().map(|file| file.name.clone()).unwrap_or_default()
    }

    pub(crate) fn own(&mut self) -> Option<&mut ConfigurationFile> {
        self.files.last_mut()
    }

    /// The files by name, with redacted lines for excerpts.
    pub(crate) fn excerpts(&self) -> impl Iterator<Item = (&Shown, Excerpts<'_>)> {
        self.files.iter().filter_map(|file| {
            let document = file.document.as_ref().ok()?;
            let text = document.text()?;
            Some((&file.name, Excerpts::new(text, &document.tree().ok()?, Schema::Authelia)))
        })
    }
}

impl ConfigurationFile {
    fn source(&self) -> Source<'_> {
        Source::new(self.name.clone(), self.document.as_ref().map_err(Clone::clone))
    }
}

/// Which files to check, and how to read them.
pub(crate) struct CheckInputs<'a> {
    /// The named files; if empty, every file with a schema.
    pub(crate) files: &'a [String],
    /// The files of the configuration that come before each of them.
    pub(crate) with: &'a [PathBuf],
    pub(crate) read: &'a ReadOptions,
}

/// The configurations of the named files, or of every file with a schema.
pub(crate) fn all(wanted: &CheckInputs<'_>, filters: Filters, context: &Context) -> Result<Vec<Configuration>> {
    let mut found = Vec::new();
    if !wanted.files.is_empty() {
        for file in wanted.files {
            let configuration = one(file, wanted, filters, context)?;
            match unrelated(&configuration, context)? {
                None => found.push(configuration),
                Some(target) => found.extend(inside_unrelated(&target, wanted, filters, context)?),
            }
        }
        return Ok(found);
    }
    let sops = context.workspace.sops_by_content();
    let mut targets = match context.workspace.encrypted_by_rules() {
        Err(_) if !sops.is_empty() => Vec::new(),
        found => found?,
    };
    targets.extend(sops);
    for target in targets {
        let (configuration, text) = match with_text(&target.display, wanted, filters, context) {
            // Skip a file for another machine unless it looks like Authelia's.
            Err(error) if error.kind() == ErrorKind::NoIdentity && !is_called_authelia(context, &target.display) => {
                context.out.note(&shown!("{}: skipped, since no available identity opens it", target.shown()))?;
                continue;
            }
            read => read?,
        };
        let file = configuration.files.last().map(|file| (&file.name, &file.document));
        if file.is_some_and(|(name, document)| has_schema(context, name, document.as_ref().ok())) {
            found.push(configuration);
        }
        for inner in text.map(|text| inside_text(&target, &text, context)).unwrap_or_default() {
            found.push(one(&inner.display, wanted, filters, context)?);
        }
    }
    Ok(found)
}

/// The file of a configuration that is encrypted and not Authelia's: none of its keys is one of Authelia's options.
/// Misspelled options would be reported for every key of it.
fn unrelated(configuration: &Configuration, context: &Context) -> Result<Option<Target>> {
    let (Some(target), Some(file)) = (&configuration.target, configuration.files.last()) else { return Ok(None) };
    let is_named = context.settings(target)?.schema.is_some() || is_called_authelia(context, &target.display);
    if target.is_value() || is_named || context.read_content(target)?.sha256().is_none() {
        return Ok(None);
    }
    let options = Schema::Authelia.options_of(&Pointer::root());
    let is_theirs = match &file.document {
        Ok(document) => match document.value() {
            Value::Map(map) if !map.is_empty() => map.iter().any(|(key, _)| options.contains(&key.text())),
            // The variables of an env file, and a secret without a structure, are one string to a YAML parser.
            value => value.is_collection() || *value == Value::Null,
        },
        Err(_) => matches!(Format::of_name(&target.display), None | Some(Format::Yaml | Format::Json)),
    };
    Ok((!is_theirs).then(|| target.clone()))
}

/// The configurations inside the values of a file that is none itself; a note if there are none.
fn inside_unrelated(
    target: &Target,
    wanted: &CheckInputs<'_>,
    filters: Filters,
    context: &Context,
) -> Result<Vec<Configuration>> {
    let inner = inside(target, context);
    if inner.is_empty() {
        context.out.note(&shown!(
            "{}: not checked, since none of its keys is an option of Authelia; `schema = \"authelia\"` in agepatch.toml checks it anyway",
            FileName::shown(target.display.clone())
        ))?;
    }
    inner.iter().map(|inner| one(&inner.display, wanted, filters, context)).collect()
}

/// The Authelia documents inside the values of a file, including those that do not parse.
pub(crate) fn inside(target: &Target, context: &Context) -> Vec<Target> {
    context.read(target).map(|text| inside_text(target, &text, context)).unwrap_or_default()
}

fn inside_text(target: &Target, text: &Plaintext, context: &Context) -> Vec<Target> {
    let Ok((document, _)) = context.parse(target, text.content()) else { return Vec::new() };
    context.inner_configurations(target, &document)
}

/// The configuration of one file, or of a document inside a value.
///
/// # Errors
/// Errors of reading it and the files before it.
pub(crate) fn of(target: &Target, filters: Filters, context: &Context) -> Result<Configuration> {
    let (name, read) = (target.display.clone(), ReadOptions::default());
    one(&name, &CheckInputs { files: std::slice::from_ref(&name), with: &[], read: &read }, filters, context)
}

/// Whether the settings or the name identify the file as Authelia's.
fn is_called_authelia(context: &Context, name: &str) -> bool {
    let set = settings(context, name).ok().and_then(|settings| settings.schema);
    set.map_or_else(|| name.to_lowercase().contains("authelia"), |schema| schema == "authelia")
}

fn one(name: &str, wanted: &CheckInputs<'_>, filters: Filters, context: &Context) -> Result<Configuration> {
    with_text(name, wanted, filters, context).map(|(configuration, _)| configuration)
}

/// A configuration with the text of its file, unless that is a directory or stdin.
fn with_text(
    name: &str,
    wanted: &CheckInputs<'_>,
    filters: Filters,
    context: &Context,
) -> Result<(Configuration, Option<Plaintext>)> {
    let target = match name {
        STDIN => {
            let display = wanted.read.as_name.clone().unwrap_or_else(|| STDIN.to_owned());
            Target { display, ..Target::unnamed() }
        }
        name => context.existing(name).unwrap_or_else(|| context.workspace.named(Path::new(name))),
    };
    let before = surroundings(&target, wanted.with, filters, context)?;
    let mut files: Vec<ConfigurationFile> =
        before.into_iter().map(|one| ConfigurationFile { name: one.name, document: one.document }).collect();
    let mut read = |target: Option<Target>, label: String, text: &Plaintext| -> Result<Configuration> {
        let called = target.as_ref().map_or_else(|| label.clone(), Target::document_name);
        let format = wanted.read.format.unwrap_or_else(|| format_of(Path::new(&called)));
        let name = FileName::shown(label);
        let target = match parse(&name, text.expose(), format, filters, wanted.files.is_empty(), context)? {
            Some(document) => {
                files.push(ConfigurationFile { name, document });
                target
            }
            None => None,
        };
        Ok(Configuration { files: std::mem::take(&mut files), target })
    };
    if name == STDIN {
        return Ok((read(None, target.display, &stdin::read_document()?)?, None));
    }
    let folder = context.workspace.current().join(name);
    if folder.is_dir() {
        let all = directory(&folder)?.into_iter().map(|path| plain(&path, filters, context));
        let found: Vec<Option<Surrounding>> = all.collect::<Result<_>>()?;
        let mut target = None;
        for one in found.into_iter().flatten() {
            target.clone_from(&one.target);
            files.push(ConfigurationFile { name: one.name, document: one.document });
        }
        return Ok((Configuration { files, target }, None));
    }
    let target = context.file(name)?;
    let (label, text) = (target.display.clone(), context.read(&target)?);
    Ok((read(Some(target), label, &text)?, Some(text)))
}
