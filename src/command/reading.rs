//! A file for the commands that only read: decrypted, plain, or from stdin.

use std::fs;
use std::path::PathBuf;

use super::Context;
use crate::cli::ReadOptions;
use crate::document::Document;
use crate::error::{Error, Result};
use crate::schema::Schema;
use crate::vault;
use crate::workspace::Target;

/// A document with what is known of its file.
pub(crate) struct Reading {
    /// The file as it is called in this run.
    pub(crate) name: String,
    /// Its content.
    pub(crate) document: Document,
    /// By what its values are shown.
    pub(crate) schema: Schema,
    /// The SHA-256 of the ciphertext, in hex; `None` for plaintext.
    pub(crate) sha256: Option<String>,
}

impl Reading {
    /// Reads FILE (`-` is stdin).
    ///
    /// # Errors
    /// What stands in the way of finding, opening or parsing it, with the file's name.
    pub(crate) fn open(file: &str, options: &ReadOptions, context: &Context) -> Result<Self> {
        let (target, text, sha256) = if file == "-" {
            let display = options.as_name.clone().unwrap_or_else(|| file.to_owned());
            (Target { path: PathBuf::new(), rule: None, display }, Context::read_stdin()?, None)
        } else {
            let target = context.workspace.target(file)?;
            let text = context.read(&target.path)?;
            let bytes = fs::read(&target.path).map_err(|error| Error::io("cannot read the file", &error))?;
            let sha256 = vault::is_age(&bytes).then(|| vault::sha256(&bytes));
            (target, text, sha256)
        };
        let name = target.display.clone();
        let parsed = match options.format {
            None => context.parse(&target, text.expose()),
            Some(format) => Document::parse(text.expose(), format).and_then(|document| {
                let set = Schema::set(context.settings(&target)?.schema.as_deref(), &name)?;
                let schema = set.unwrap_or_else(|| Schema::guess(&name, document.value()));
                Ok((document, schema))
            }),
        };
        let (document, schema) = parsed.map_err(|error| error.in_file(&name))?;
        Ok(Self { name, document, schema, sha256 })
    }

    /// Names this file in an error.
    pub(crate) fn named(&self, error: Error) -> Error {
        error.in_file(&self.name)
    }
}
