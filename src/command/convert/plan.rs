//! Plans a conversion: the sources and their targets.

use std::io;
use std::path::{Path, PathBuf};

use super::args::{ConvertArgs, TargetKind};
use crate::app::Context;
use crate::container::Plaintext;
use crate::diff::name;
use crate::document::{self, Document, Format, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, KeyName, Showable};
use crate::workspace::Target;

/// The extensions by which sops chooses a store.
const STORES: [&str; 5] = ["yaml", "yml", "json", "env", "ini"];

/// The place of the content in the new file.
pub(super) enum Destination {
    /// The complete new file.
    Content,
    /// The string at this place.
    Value {
        /// In the notation of the commands.
        path: String,
        pointer: Pointer,
    },
}

/// A file or value to convert.
pub(super) struct Conversion {
    pub(super) source: Target,
    pub(super) text: Plaintext,
    /// The SHA-256 of the old file.
    pub(super) sha256: String,
    /// The name of the secret in NixOS.
    pub(super) name: String,
    pub(super) target: Target,
    pub(super) place: Destination,
    /// Whether the new file already has the content.
    pub(super) is_done: bool,
}

impl Conversion {
    /// The new file, or the value in it.
    pub(super) fn called(&self) -> String {
        match &self.place {
            Destination::Content => self.target.display.clone(),
            Destination::Value { path, .. } => format!("{}#{path}", self.target.display),
        }
    }
}

/// Resolves the arguments.
///
/// # Errors
/// `usage` for what cannot be converted, and for a new file with other content; errors from reading.
pub(super) fn of(args: &ConvertArgs, context: &Context) -> Result<Vec<Conversion>> {
    let mut found: Vec<Conversion> = Vec::new();
    for file in &args.files {
        let one = one(file, args, context)?;
        if let Some(other) = found.iter().find(|other| other.called() == one.called()) {
            let message = shown!(
                "{} and {} would both become {}",
                other.source,
                FileName::shown(file),
                FileName::shown(one.called())
            );
            return Err(Error::new(ErrorKind::Usage, message).hint("convert them one by one, with --into"));
        }
        found.push(one);
    }
    Ok(found)
}

fn one(file: &str, args: &ConvertArgs, context: &Context) -> Result<Conversion> {
    let source = context.known(file)?;
    let named = |error: Error| error.in_file(&source);
    let bytes = input::read_named(&source.path, Limit::Secret).map_err(|error| match error.kind() {
        // A rule may cover a file that does not exist.
        io::ErrorKind::NotFound => context.workspace.no_such_file(file),
        _ => named(Error::io("cannot read the file", &error)),
    })?;
    let display = source.file().display;
    let from = if args.to == TargetKind::Sops { TargetKind::Age } else { TargetKind::Sops };
    if !from.includes(&display, &bytes) {
        let (is, hint) = match (args.to.includes(&display, &bytes), args.to) {
            (true, TargetKind::Sops) => ("is a sops file already", "name age files"),
            (true, TargetKind::Age) => ("is an age file already", "name sops files, or values of them (FILE#PATH)"),
            (false, _) => ("is not encrypted", "`agepatch write FILE < PLAINTEXT` creates an encrypted file"),
        };
        return Err(Error::new(ErrorKind::Usage, shown!("{} {}", FileName::shown(display), is)).hint(hint));
    }
    if args.to == TargetKind::Sops && args.into.is_none() && context.workspace.sops_rules()?.is_none() {
        let message = "there is no .sops.yaml, which names the recipients of sops files";
        return Err(
            Error::new(ErrorKind::NoRecipient, message).hint("create one with a creation rule for the new file")
        );
    }
    if args.remove && !source.is_value() && source.path.is_symlink() {
        return Err(named(Error::new(
            ErrorKind::Usage,
            "the file is a symbolic link, and removing it would leave the content",
        ))
        .hint("name the file that the link leads to, or convert it without --remove"));
    }
    let opened = context.read_content(&source)?;
    let (sha256, text) = (opened.sha256().unwrap_or_default(), opened.text);
    let name = secret_name(&source);
    let (target, place) = match args.to {
        TargetKind::Sops => sops_place(&source, &name, &text, args, context)?,
        TargetKind::Age => (age_target(&source, &name, args, context)?, Destination::Content),
    };
    refuse_another(&target, context)?;
    let is_done = is_done(&target, &place, &text, args.to, context)?;
    Ok(Conversion { source, text, sha256, name, target, place, is_done })
}

/// The name of the secret: the file's name without extensions, or the last key of a value.
fn secret_name(source: &Target) -> String {
    let name = match source.is_value() {
        true => source.document_name(),
        false => source.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    };
    let name = name.strip_suffix(".age").unwrap_or(&name);
    match name.rsplit_once('.') {
        Some((stem, ending)) if !source.is_value() && STORES.contains(&ending) && !stem.is_empty() => stem.to_owned(),
        _ => name.to_owned(),
    }
}

/// The sops file, and the place in it: a file of its own, or a value in the one from `--into`.
fn sops_place(
    source: &Target,
    name: &str,
    text: &Plaintext,
    args: &ConvertArgs,
    context: &Context,
) -> Result<(Target, Destination)> {
    let Some(into) = &args.into else {
        let path = beside(source, &sops_file_name(source, text, context));
        return Ok((context.workspace.named(&path), Destination::Content));
    };
    let target = context.workspace.named(&context.workspace.current().join(into));
    let holds_values = target.path.extension().is_some_and(|ending| STORES.iter().any(|store| ending == *store));
    if !holds_values {
        if args.files.len() > 1 {
            let message = shown!("{} would be a binary sops file, which has a single content", FileName::shown(into));
            return Err(Error::new(ErrorKind::Usage, message).hint("name a YAML or JSON file"));
        }
        return Ok((target, Destination::Content));
    }
    if std::str::from_utf8(text.expose()).is_err() {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "the content is not text, so it cannot be a value of a sops file",
        )
        .in_file(source)
        .hint("convert it to a separate file"));
    }
    let path = name::entry("", name, &Pointer::root(), Schema::Unknown);
    Ok((target, Destination::Value { path, pointer: Pointer::new([name]) }))
}

/// The name of a sops file with this content, since sops derives the format from the extension.
fn sops_file_name(source: &Target, text: &Plaintext, context: &Context) -> String {
    let name = match source.is_value() {
        true => source.document_name(),
        false => source.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    };
    let name = name.strip_suffix(".age").unwrap_or(&name).to_owned();
    let has_store = name.rsplit_once('.').is_some_and(|(_, ending)| STORES.contains(&ending));
    if has_store {
        return name;
    }
    let set = context.format(source).ok().flatten();
    let format = document::read_new(&source.document_name(), text.expose(), set).map(|document| document.format());
    match format.map(Format::extension) {
        Ok(ending) if STORES.contains(&ending) => format!("{name}.{ending}"),
        // The binary store takes any content. Without an extension, the name would still refer to the age file.
        _ => format!("{name}.sops"),
    }
}

/// The age file: the one from `--into`, or else the first likely name in secrets.nix.
fn age_target(source: &Target, name: &str, args: &ConvertArgs, context: &Context) -> Result<Target> {
    let workspace = &context.workspace;
    if let Some(into) = &args.into {
        if args.files.len() > 1 {
            return Err(Error::new(ErrorKind::Usage, "an age file has a single content, but several files are named")
                .hint("leave out --into, or convert them one by one"));
        }
        return Ok(workspace.named(&workspace.current().join(into)));
    }
    if workspace.rules_path().is_none() {
        return Err(Error::new(
            ErrorKind::NoRecipient,
            "there is no secrets.nix, which names the recipients of age files",
        )
        .hint("create one, or name it with --rules FILE"));
    }
    let whole = source.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let names = match source.is_value() {
        true => vec![format!("{name}.age")],
        false => vec![format!("{whole}.age"), format!("{name}.age")],
    };
    let folder = workspace.rules_folder().map(Path::to_owned);
    let places = names.iter().flat_map(|name| {
        let in_rules = folder.as_ref().map(|folder| folder.join(name));
        [Some(beside(source, name)), in_rules].into_iter().flatten()
    });
    let targets: Vec<Target> = places.map(|path| workspace.named(&path)).collect();
    for target in &targets {
        if workspace.rule(target)?.is_some() {
            return Ok(target.clone());
        }
    }
    let likely = targets.last().map(Showable::into_shown).unwrap_or_default();
    let message = shown!("secrets.nix names no age file for {}", source);
    Err(Error::new(ErrorKind::NoRecipient, message)
        .hint(shown!("add \"{}\".publicKeys = [ … ]; to secrets.nix, or name the file with --into", likely)))
}

fn beside(source: &Target, name: &str) -> PathBuf {
    source.path.parent().unwrap_or(&source.path).join(name)
}

/// Rejects a name that the commands would resolve to another file: `x` is `x.age` if only that exists.
fn refuse_another(target: &Target, context: &Context) -> Result<()> {
    let found = context.target(&target.display)?;
    if found.is_same(target) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, shown!("{} already means {}", target, found))
        .hint("name the new file with --into"))
}

/// Whether the new file already has the content, for example because a run was killed before it removed the old file.
fn is_done(target: &Target, place: &Destination, text: &Plaintext, to: TargetKind, context: &Context) -> Result<bool> {
    if !target.path.exists() {
        return Ok(false);
    }
    let named = |error: Error| error.in_file(target);
    let bytes = input::read_named(&target.path, Limit::Secret)
        .map_err(|error| named(Error::io("cannot read the file", &error)))?;
    if !to.includes(&target.display, &bytes) {
        let kind = if to == TargetKind::Sops { "a sops file" } else { "an age file" };
        return Err(already_exists(target, shown!("the file already exists, and is not {}", kind)));
    }
    let existing = context.read(target)?;
    match place {
        Destination::Content if existing == *text => Ok(true),
        Destination::Content => Err(already_exists(target, "the file already exists with other content")),
        Destination::Value { pointer, path } => {
            let document = Document::parse(existing.expose(), context.format(target)?.unwrap_or(Format::Yaml))?;
            match pointer.get(document.value()) {
                None => Ok(false),
                Some(Value::String(known)) if known.as_str().as_bytes() == text.expose() => Ok(true),
                Some(_) => Err(already_exists(
                    target,
                    shown!("the file already has another value at {}", KeyName::shown(path)),
                )),
            }
        }
    }
}

fn already_exists(target: &Target, what: impl Showable) -> Error {
    Error::new(ErrorKind::Usage, what).in_file(target).hint("name another file with --into, or remove what is there")
}
