//! Adds an application to agepatch.toml.

use std::fs;
use std::path::PathBuf;

use super::config::{Config, FILE_NAME, RelyingParty};
use super::discovery::Workspace;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::textfile;

impl RelyingParty {
    /// The application as a table of agepatch.toml.
    pub(crate) fn to_toml(&self) -> String {
        let quoted = |text: &str| toml_edit::Value::from(text).to_string().trim().to_owned();
        let mut text = format!("[[relying-party]]\nclient = {}\n", quoted(&self.client));
        if let Some(url) = &self.url {
            text += &format!("url = {}\n", quoted(url));
        }
        if !self.redirect_paths.is_empty() {
            let paths: Vec<String> = self.redirect_paths.iter().map(|path| quoted(path)).collect();
            text += &format!("redirect_paths = [{}]\n", paths.join(", "));
        }
        if let Some(method) = &self.token_endpoint_auth_method {
            text += &format!("token_endpoint_auth_method = {}\n", quoted(method));
        }
        if let Some(secret) = &self.secret {
            text += &format!("secret = {{ file = {}, path = {} }}\n", quoted(&secret.file), quoted(&secret.path));
        }
        text
    }
}

impl Workspace {
    /// Adds the application at the end of the repository's agepatch.toml, and creates the file if there is none. The
    /// rest of the file is preserved byte for byte.
    ///
    /// # Errors
    /// `rules` if the file could not be read afterwards; `io`.
    pub(crate) fn add_relying_party(&self, party: &RelyingParty) -> Result<ExtendedSettings> {
        let path = self.settings_to_extend();
        let failed = |error: &std::io::Error| Error::io("cannot write the settings", error).in_file(path.display());
        let before = match input::read_text(&path, Limit::Settings) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::io("cannot read the settings", &error).in_file(path.display())),
        };
        let mut text = before.clone().unwrap_or_default();
        if !text.is_empty() {
            text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
        }
        text.push_str(&party.to_toml());
        let read = Config::parse(&text).map_err(|error| error.context("the settings with the new lines"))?;
        if read.relying_party(&party.client) != Some(party) {
            return Err(Error::new(ErrorKind::Rules, "the new lines would have another meaning in this file")
                .in_file(path.display())
                .hint("add them by hand"));
        }
        textfile::replace(&path, text.as_bytes()).map_err(|error| failed(&error))?;
        Ok(ExtendedSettings { path, before })
    }

    /// The agepatch.toml that an application is added to.
    pub(crate) fn settings_to_extend(&self) -> PathBuf {
        match self.has_own_settings() {
            true => self.settings_path(),
            false => self.rules_folder().or(self.repository()).unwrap_or(self.current()).join(FILE_NAME),
        }
    }
}

/// An agepatch.toml to which an application was added.
pub(crate) struct ExtendedSettings {
    pub(crate) path: PathBuf,
    /// Its text before; `None` if there was no file.
    before: Option<String>,
}

impl ExtendedSettings {
    /// Restores the file as it was.
    ///
    /// # Errors
    /// `io`.
    pub(crate) fn undo(self) -> Result<()> {
        let restored = match &self.before {
            Some(text) => textfile::replace(&self.path, text.as_bytes()),
            None => fs::remove_file(&self.path),
        };
        restored.map_err(|error| Error::io("cannot restore the settings", &error).in_file(self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::SecretPlace;

    #[test]
    fn the_table_parses_to_its_source() {
        let party = RelyingParty {
            client: "a\"b".to_owned(),
            url: Some("https://a.example.com".to_owned()),
            redirect_paths: vec!["/x".to_owned(), "/y".to_owned()],
            token_endpoint_auth_method: Some("client_secret_basic".to_owned()),
            secret: Some(SecretPlace { file: "a.age".to_owned(), path: "A.b".to_owned() }),
        };
        let config = Config::parse(&party.to_toml()).expect("settings");
        assert_eq!(config.relying_party("a\"b"), Some(&party));
    }
}
