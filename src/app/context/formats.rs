//! The format and the schema of a file: from the settings, its container, or a guess.

use super::Context;
use crate::app::encrypted::is_called_age;
use crate::app::readable;
use crate::container::{self};
use crate::document::{self, Content, Document, Format};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::redact::schema_of;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, Setting, Shown};
use crate::workspace::{FileSettings, OutsideSetting, Target};

impl Context {
    pub(crate) fn settings(&self, target: &Target) -> Result<FileSettings> {
        self.workspace.file_settings(target)
    }

    /// Parses a file's content, in the format and with the schema from agepatch.toml, or else guessed. If the guess is
    /// uncertain, the complete content is one secret.
    ///
    /// # Errors
    /// `rules` for an invalid setting; errors of the format's parser.
    pub(crate) fn parse<'c>(&self, target: &Target, content: impl Into<Content<'c>>) -> Result<(Document, Schema)> {
        let content = content.into();
        let (document, schema) = self.parse_guessed(target, content)?;
        // In a file with a schema, only the names that the schema knows are printed.
        if schema == Schema::Authelia || document::shows_names(&target.document_name(), self.format(target)?, &document)
        {
            return Ok((document, schema));
        }
        Ok((Document::of(content, Format::Raw)?, schema))
    }

    /// Like [`Context::parse`], for a path given by the user ([`document::read_guessed`]).
    ///
    /// # Errors
    /// See [`Context::parse`].
    pub(crate) fn parse_guessed<'c>(
        &self,
        target: &Target,
        content: impl Into<Content<'c>>,
    ) -> Result<(Document, Schema)> {
        let document = document::read_guessed(&target.document_name(), content, self.format(target)?)?;
        self.with_schema(target, document)
    }

    /// The format of the file in agepatch.toml, or else the one that its container fixes.
    ///
    /// # Errors
    /// `rules` for an unknown format.
    pub(crate) fn format(&self, target: &Target) -> Result<Option<Format>> {
        let set = setting(self.settings(target)?.format.as_deref(), &target.display)?;
        Ok(set.or_else(|| self.container_format(target)))
    }

    /// The format that the file's container fixes, or would fix for a new file.
    pub(crate) fn container_format(&self, target: &Target) -> Option<Format> {
        if target.is_value() || is_called_age(&target.path) || target.path.as_os_str().is_empty() {
            return None;
        }
        if target.path.exists() {
            let bytes = input::read_named(&target.path, Limit::Secret).ok()?;
            return container::format_of(&target.display, &bytes);
        }
        let rule = self.workspace.rule(target).ok().flatten()?;
        container::new_format(&target.display, &rule)
    }

    fn with_schema(&self, target: &Target, document: Document) -> Result<(Document, Schema)> {
        let settings = self.settings(target)?;
        let schema = Schema::set(settings.schema.as_deref(), &target.display)?;
        let schema = self.with_public(target, schema_of(schema, &target.document_name(), &document))?;
        Ok((document, schema))
    }

    /// The schema, extended by the places that agepatch.toml declares public in the file. Files with their own schema
    /// are not extended.
    ///
    /// # Errors
    /// `rules` if agepatch.toml cannot be read.
    pub(crate) fn with_public(&self, target: &Target, schema: Schema) -> Result<Schema> {
        let settings = self.settings(target)?;
        if schema == Schema::Authelia {
            if !settings.public.is_empty() && !self.noted_schema.replace(true) {
                self.out.note(&shown!(
                    "{}: `public` in agepatch.toml has no effect here: what is public in a configuration of Authelia is known",
                    target.shown()
                ))?;
            }
            return Ok(schema);
        }
        if settings.public.is_empty() || (self.for_git.get() && !self.may_commit_public()) {
            return Ok(schema);
        }
        if !self.may_commit_public() && !self.noted_public.replace(true) {
            self.out.note(&Shown::fixed(
                "values that agepatch.toml declares public are shown, but left out of commit messages and of git's own output: this repository is not trusted (`agepatch trust`)",
            ))?;
        }
        Ok(readable::either(schema, readable::public(&settings.public)))
    }

    /// Whether values declared public in agepatch.toml may appear in commits and in git's output.
    pub(crate) fn may_commit_public(&self) -> bool {
        self.workspace.consent(&OutsideSetting::public(&[])).is_ok()
    }

    /// The schema for output that other people read.
    pub(crate) fn committed_schema(&self, schema: Schema) -> Schema {
        match schema {
            Schema::Readable(_) if !self.may_commit_public() => Schema::Unknown,
            schema => schema,
        }
    }
}

/// The format that agepatch.toml sets for a file.
///
/// # Errors
/// `rules` for an unknown format.
pub(crate) fn setting(word: Option<&str>, name: &str) -> Result<Option<Format>> {
    let Some(word) = word else { return Ok(None) };
    Format::named(word).map(Some).ok_or_else(|| {
        let (word, name) = (Setting::shown(word), FileName::shown(name));
        Error::new(ErrorKind::Rules, shown!("agepatch.toml names an unknown format `{}` for {}", word, name))
    })
}
