//! The files that Authelia reads before a file: those of `--with`, of agepatch.toml, and of a directory.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::app::Context;
use crate::authelia::clients_at;
use crate::check::{self, Filters, Source};
use crate::container::Plaintext;
use crate::document::{Document, Format};
use crate::error::{Error, ErrorKind, Result};
use crate::process;
use crate::redact::hold_back_of;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{CommandLine, FileName, Shown};
use crate::workspace::{FileSettings, OutsideSetting, Target};

pub(crate) struct Surrounding {
    pub(crate) name: Shown,
    pub(crate) target: Option<Target>,
    pub(in crate::app) document: Result<Document>,
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
pub(in crate::app) fn plain(path: &Path, filters: Filters, context: &Context) -> Result<Option<Surrounding>> {
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

/// The files that Authelia reads from a directory, in its order.
pub(in crate::app) fn directory(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: &io::Error| Error::io("cannot list the directory", error).in_file(folder.display());
    let entries = fs::read_dir(folder).map_err(|error| failed(&error))?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path()).map_err(|error| failed(&error))).collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "yml" || end == "yaml") && !path.is_dir());
    paths.sort();
    Ok(paths)
}

/// Parses a file as Authelia does; `None`, with a note, if it is valid YAML only after Authelia's filters have run.
pub(super) fn parse(
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

/// Whether the settings, or else name and content, identify the file as Authelia's.
pub(super) fn has_schema(context: &Context, name: &Shown, document: Option<&Document>) -> bool {
    match settings(context, name.as_str()).ok().and_then(|settings| settings.schema) {
        Some(schema) => schema == "authelia",
        None => document.is_some_and(|document| Schema::guess(name.as_str(), document.value()) == Schema::Authelia),
    }
}

/// The settings of a file, also of one that does not exist.
pub(super) fn settings(context: &Context, name: &str) -> Result<FileSettings> {
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

/// The format in which Authelia reads a file of this name.
pub(super) fn format_of(path: &Path) -> Format {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    if extension.eq_ignore_ascii_case("json") { Format::Json } else { Format::Yaml }
}
