//! Names of files, revisions, and words that a call may pass on to a command line.

use std::borrow::Cow;
use std::path::{Component, Path};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

/// A file in the repository, or a document inside one of its values (`FILE#PATH`).
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct FileName(String);

impl FileName {
    /// The name as a command takes it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FileName {
    type Error = String;

    /// Accepts only files below the server's directory: agents work on a repository, not on the rest of the machine.
    fn try_from(name: String) -> Result<Self, String> {
        let file = name.split('#').next().unwrap_or_default();
        if file.is_empty() || file == "-" {
            return Err(format!("`{name}` does not name a file"));
        }
        let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if file.starts_with('~') || !Path::new(file).components().all(inside) {
            return Err(format!("`{name}` is outside the server's directory; start the server with -C elsewhere"));
        }
        Ok(Self(name))
    }
}

impl JsonSchema for FileName {
    fn schema_name() -> Cow<'static, str> {
        "FileName".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A path below the server's directory, a name in secrets.nix (with or without .age), \
                or FILE#PATH for the document inside a value",
        })
    }
}

/// A revision of git, or a range of two.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline)]
pub(super) struct Revision(String);

impl Revision {
    /// The revision as git takes it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Revision {
    type Error = String;

    /// Rejects what git or this program would read as an option.
    fn try_from(revision: String) -> Result<Self, String> {
        match revision.starts_with('-') || revision.trim().is_empty() {
            true => Err(format!("`{revision}` is not a revision")),
            false => Ok(Self(revision)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_below_the_directory_are_accepted() {
        for name in ["a.age", "secrets/a.age", "./a", "a#b.c", "a#/x/../y", "..a", "--reveal"] {
            assert!(FileName::try_from(name.to_owned()).is_ok(), "{name}");
        }
        for name in ["", "-", "#a", "-#a", "/etc/shadow", "../a", "a/../../b", "~/.ssh/id_ed25519", "/dev/stdin#a"] {
            assert!(FileName::try_from(name.to_owned()).is_err(), "{name}");
        }
    }

    #[test]
    fn a_revision_is_not_an_option() {
        assert!(Revision::try_from("HEAD~1..HEAD".to_owned()).is_ok());
        for revision in ["", " ", "--reveal", "-h"] {
            assert!(Revision::try_from(revision.to_owned()).is_err(), "{revision}");
        }
    }
}
