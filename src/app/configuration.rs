//! A file to check, together with the files that Authelia reads before it.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::options::ReadOptions;
use crate::app::Context;
use crate::app::stdin;
use crate::authelia::clients_at;
use crate::check::{self, Filters, Finding, Options, Source};
use crate::container::Plaintext;
use crate::document::{Document, Format, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::process;
use crate::redact::{Excerpts, hold_back_of};
use crate::schema::Schema;
use crate::shown;
use crate::shown::{CommandLine, FileName, Shown};
use crate::workspace::{FileSettings, OutsideSetting, Target};

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
            let text = std::str::from_utf8(document.bytes()).ok()?;
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
        let configuration = match one(&target.display, wanted, filters, context) {
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
        for inner in inside(&target, context) {
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
            _ => true,
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
    let Ok(text) = context.read(target) else { return Vec::new() };
    let Ok((document, _)) = context.parse(target, text.expose()) else { return Vec::new() };
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

/// Whether the settings, or else name and content, identify the file as Authelia's.
fn has_schema(context: &Context, name: &Shown, document: Option<&Document>) -> bool {
    match settings(context, name.as_str()).ok().and_then(|settings| settings.schema) {
        Some(schema) => schema == "authelia",
        None => document.is_some_and(|document| Schema::guess(name.as_str(), document.value()) == Schema::Authelia),
    }
}

fn one(name: &str, wanted: &CheckInputs<'_>, filters: Filters, context: &Context) -> Result<Configuration> {
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
        return read(None, target.display, &stdin::read_document()?);
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
        return Ok(Configuration { files, target });
    }
    let target = context.file(name)?;
    let (label, text) = (target.display.clone(), context.read(&target)?);
    read(Some(target), label, &text)
}

/// Parses a file as Authelia does; `None`, with a note, if it is valid YAML only after Authelia's filters have run.
fn parse(
    name: &Shown,
    text: &[u8],
    format: Format,
    filters: Filters,
    bare: bool,
    context: &Context,
) -> Result<Option<Result<Document>>> {
    let parsed = filters.parse(text, format);
    if let Some(Ok(document)) = &parsed {
        // It is checked as Authelia's whatever it contains, so only keys that Authelia knows are printed. Most files
        // that nobody named are not Authelia's, and their keys are not misspelled options.
        let theirs = bare && !has_schema(context, name, Some(document));
        hold_back_of(document, if theirs { Schema::Unknown } else { Schema::Authelia });
    }
    if parsed.is_none() {
        context.out.warn(&shown!("{}: not checked, since it is YAML only after Authelia's filters have run", name))?;
    }
    Ok(parsed)
}

/// The files that Authelia reads from a directory, in its order.
pub(super) fn directory(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: &io::Error| Error::io("cannot list the directory", error).in_file(folder.display());
    let entries = fs::read_dir(folder).map_err(|error| failed(&error))?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path()).map_err(|error| failed(&error))).collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "yml" || end == "yaml") && !path.is_dir());
    paths.sort();
    Ok(paths)
}

pub(crate) struct Surrounding {
    pub(crate) name: Shown,
    pub(crate) target: Option<Target>,
    pub(super) document: Result<Document>,
}

impl Surrounding {
    pub(crate) fn has_clients(&self) -> bool {
        self.document.as_ref().is_ok_and(|document| clients_at().get(document.value()).is_some())
    }

    pub(crate) fn source(&self) -> Source<'_> {
        Source::new(self.name.clone(), self.document.as_ref().map_err(Clone::clone))
    }
}

/// Reads a file of the configuration; `None` if its content is unknown until Authelia's filters have run.
pub(super) fn plain(path: &Path, filters: Filters, context: &Context) -> Result<Option<Surrounding>> {
    let target = context.target_at(path)?;
    let (name, text) = (target.shown(), context.read(&target)?);
    let format = format_of(Path::new(&target.document_name()));
    let document = parse(&name, text.expose(), format, filters, false, context)?;
    Ok(document.map(|document| Surrounding { name, target: Some(target), document }))
}

/// The files that come before the file: those of `--with`, or else those in agepatch.toml. A directory means the YAML
/// files in it, as for Authelia.
pub(crate) fn surroundings(
    target: &Target,
    with: &[PathBuf],
    filters: Filters,
    context: &Context,
) -> Result<Vec<Surrounding>> {
    let read = |path: PathBuf| -> Result<Vec<Option<Surrounding>>> {
        let paths = if path.is_dir() { directory(&path)? } else { vec![path] };
        paths.into_iter().map(|path| plain(&path, filters, context)).collect()
    };
    let all = |paths: Vec<PathBuf>| -> Result<Vec<Surrounding>> {
        let read: Vec<Vec<Option<Surrounding>>> = paths.into_iter().map(read).collect::<Result<_>>()?;
        Ok(read.into_iter().flatten().flatten().collect())
    };
    if !with.is_empty() {
        return all(with.iter().map(|path| context.workspace.current().join(path)).collect());
    }
    let settings = context.settings(target)?;
    let folder = &context.workspace.config()?.folder;
    let (outside, mut paths): (Vec<PathBuf>, Vec<PathBuf>) =
        settings.with.iter().map(|path| folder.join(path)).partition(|path| context.workspace.is_outside(path));
    let runs = !settings.with_command.is_empty();
    if context.workspace.stays_within() {
        if runs || !outside.is_empty() {
            context.out.note(&Shown::fixed(
                "checked without the output of with_command and without files outside the repository, which this run does not use",
            ))?;
        }
        return all(paths);
    }
    for path in &outside {
        context.workspace.consent(&OutsideSetting::path("with", path))?;
    }
    if runs {
        context.workspace.consent(&OutsideSetting::program("with_command", &settings.with_command))?;
    }
    if !outside.is_empty() {
        paths = settings.with.iter().map(|path| folder.join(path)).collect();
    }
    let mut files = all(paths)?;
    if let [program, arguments @ ..] = settings.with_command.as_slice() {
        let output = output_of(program, arguments, folder)?;
        files.push(Surrounding {
            name: FileName::shown(program.clone()),
            target: None,
            document: check::parse(output.expose(), Format::Json).inspect(|one| hold_back_of(one, Schema::Authelia)),
        });
    }
    Ok(files)
}

fn settings(context: &Context, name: &str) -> Result<FileSettings> {
    match context.existing(name) {
        Some(target) => context.settings(&target),
        None => Ok(context.workspace.config()?.file(name).cloned().unwrap_or_default()),
    }
}

fn output_of(program: &str, arguments: &[String], folder: &Path) -> Result<Plaintext> {
    let named = CommandLine::shown(program);
    let output = process::program(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| Error::io(shown!("with_command: cannot run `{}`", named), &error))?;
    if output.status.success() {
        return Ok(Plaintext::new(output.stdout));
    }
    // What it printed may be secret.
    let failed = Error::new(ErrorKind::Io, shown!("with_command: `{}` failed", named));
    Err(failed.hint("run it by hand to see its output"))
}

fn format_of(path: &Path) -> Format {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    if extension.eq_ignore_ascii_case("json") { Format::Json } else { Format::Yaml }
}
