//! Where the values of a patch come from: the environment, files, stdin, and secrets in other files.

use std::env;
use std::io;

use super::document::OpenDocument;
use crate::app::Context;
use crate::app::options::EditOptions;
use crate::app::secret;
use crate::container::Plaintext;
use crate::document::{Document, Path, Text, Unread, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::patch::Sources;
use crate::process;
use crate::shown;
use crate::shown::{KeyName, Setting, Shown};

/// The sources of one run.
pub(super) struct FlowSources<'f> {
    context: &'f Context,
    documents: &'f [OpenDocument],
    /// The documents edited so far: a digest is computed from the new secret, not the old one.
    after: &'f [Option<Unread>],
    allow_empty: bool,
    /// The files outside the repository that values were read from, as named in the patch.
    outside: Vec<String>,
}

impl<'f> FlowSources<'f> {
    pub(super) fn new(
        context: &'f Context,
        documents: &'f [OpenDocument],
        after: &'f [Option<Unread>],
        options: &EditOptions,
    ) -> Self {
        Self { context, documents, after, allow_empty: options.allow_empty, outside: Vec::new() }
    }

    pub(super) fn into_outside(self) -> Vec<String> {
        self.outside
    }

    /// The secret at `path` of `file`, as this run leaves it.
    fn secret(&self, file: &str, path: &str) -> Result<Text> {
        let target = self.context.target(file)?;
        let edited = self.documents.iter().position(|document| document.is(&target));
        if let Some(document) = edited.and_then(|edited| self.after[edited].as_ref()) {
            return string_at(document.document(), path).map_err(|error| error.in_file(target));
        }
        let text = self.context.read(&target)?;
        let parsed = self.context.parse_guessed(&target, text.expose());
        parsed.and_then(|(document, _)| string_at(&document, path)).map_err(|error| error.in_file(target))
    }
}

fn string_at(document: &Document, path: &str) -> Result<Text> {
    let pointer = document.format().locate(path, document.value(), Path::resolve)?;
    let text = pointer.get(document.value()).and_then(Value::scalar_text).filter(|text| !text.is_empty());
    text.map(|text| Text::new(text.as_str())).ok_or_else(|| {
        Error::new(ErrorKind::Path, "no secret at this path to create a digest of").at_path(KeyName::shown(path))
    })
}

impl Sources for FlowSources<'_> {
    fn environment(&mut self, name: &str) -> Result<Text> {
        environment(name, self.allow_empty)
    }

    fn file(&mut self, path: &str) -> Result<Text> {
        let text = file(path.as_ref(), input::read(path, Limit::Secret), self.allow_empty)?;
        let workspace = &self.context.workspace;
        if workspace.is_outside(&workspace.current().join(path)) && !self.outside.iter().any(|known| known == path) {
            self.outside.push(path.to_owned());
        }
        Ok(text)
    }

    fn stdin(&mut self) -> Result<Text> {
        stdin(self.context, self.allow_empty)
    }

    fn digest_of(&mut self, file: &str, path: &str, current: Option<&Value>) -> Result<Text> {
        let secret = self.secret(file, path)?;
        secret::digest(&secret, current)
    }
}

/// The value of an environment variable.
pub(super) fn environment(name: &str, allow_empty: bool) -> Result<Text> {
    let variable = match is_named(name) {
        true => shown!("the environment variable {}", Setting::shown(name)),
        false => Shown::fixed("the environment variable"),
    };
    let value = process::take_variable(name).map_err(|error| {
        let why = match error {
            env::VarError::NotPresent => "is not set",
            env::VarError::NotUnicode(_) => "is not UTF-8",
        };
        let error = Error::new(ErrorKind::Usage, shown!("{} {}", variable, why));
        error.hint(match is_named(name) {
            true => "export it first, or pass the value with --from-stdin",
            false => "an environment variable is given by its name, without a `$`",
        })
    })?;
    filled(&value, &variable, allow_empty)
}

/// A file's content, read as one value.
pub(super) fn file(path: &std::path::Path, read: io::Result<Vec<u8>>, allow_empty: bool) -> Result<Text> {
    let bytes = read.map_err(|error| unreadable(path, &error))?;
    one_value(&Plaintext::new(bytes), &shown!("the file {}", path.display()), allow_empty)
}

/// The error for a file with a value. `--from-file "$PASSWORD"` must not repeat the password, so a name is repeated only
/// if there is a file or a folder of it.
pub(super) fn unreadable(path: &std::path::Path, error: &io::Error) -> Error {
    let failed = Error::io("cannot read the value", error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if path.exists() || folder.is_some_and(std::path::Path::is_dir) {
        return failed.in_file(path.display());
    }
    failed.hint(
        "a file is given by its name; `--from-stdin` reads the value itself from stdin, `--from-env` from a variable",
    )
}

/// Whether the text is written as variables are (`DB_PASSWORD`). Another may be the secret itself, by a `$` too many
/// (`--from-env "$DB_PASSWORD"`), so it is not repeated.
fn is_named(name: &str) -> bool {
    let conventional = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(conventional) && (name.contains('_') || !name.bytes().any(|byte| byte.is_ascii_digit()))
}

/// The content of stdin, read as one value.
pub(super) fn stdin(context: &Context, allow_empty: bool) -> Result<Text> {
    one_value(&context.stdin.take("the value")?, &Shown::fixed("stdin"), allow_empty)
}

/// Removes the line end of a single line, which `echo` and editors add; several lines (a PEM key) are left as they are.
fn one_value(content: &Plaintext, what: &Shown, allow_empty: bool) -> Result<Text> {
    let text = std::str::from_utf8(content.expose())
        .map_err(|_| Error::new(ErrorKind::Unsupported, shown!("{} holds no UTF-8 text, and a value is text", what)))?;
    let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    filled(line.filter(|line| !line.contains('\n')).unwrap_or(text), what, allow_empty)
}

/// The text, unless it is empty and may not be.
pub(super) fn filled(text: &str, what: &Shown, allow_empty: bool) -> Result<Text> {
    if text.trim().is_empty() && !allow_empty {
        return Err(Error::new(ErrorKind::EmptyResult, shown!("{} is empty", what))
            .hint("pass --allow-empty if this is intended"));
    }
    Ok(Text::new(text))
}
