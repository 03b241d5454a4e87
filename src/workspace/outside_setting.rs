//! Settings that run programs or reach outside of the repository, which need consent.

use std::path::Path;

use crate::error::{Error, ErrorKind};
use crate::input::{self, Limit};
use crate::memory::Zeroizing;
use crate::shown;
use crate::shown::Setting;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutsideSetting {
    /// The setting that requires it.
    pub setting: &'static str,
    /// Its value: a command line, a path, or a Nix construct.
    pub value: String,
    pub(super) what: SettingKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SettingKind {
    Program,
    Path,
    Nix,
    Patch,
    Secret,
    Public,
}

impl OutsideSetting {
    /// A program that a setting runs.
    pub(crate) fn program(setting: &'static str, words: &[String]) -> Self {
        Self { setting, value: words.join(" "), what: SettingKind::Program }
    }

    /// A path that a setting names.
    pub(crate) fn path(setting: &'static str, path: &Path) -> Self {
        Self { setting, value: path.display().to_string(), what: SettingKind::Path }
    }

    /// The plugins that an identity file in the repository starts.
    pub(super) fn plugins(file: &Path) -> Vec<Self> {
        plugins_in(file).into_iter().map(|name| Self::program("identities", &[name])).collect()
    }

    /// Rules that only Nix can evaluate.
    pub(crate) fn nix(construct: &str) -> Self {
        Self { setting: "secrets.nix", value: construct.to_owned(), what: SettingKind::Nix }
    }

    /// A file outside the repository that a patch in the repository reads a value from.
    pub(crate) fn patch(path: &str) -> Self {
        Self { setting: "value_from", value: path.to_owned(), what: SettingKind::Patch }
    }

    /// A file outside the repository that the rules list, for a command that acts on all files.
    pub(crate) fn secret(path: &Path) -> Self {
        Self { setting: "secrets.nix", value: path.display().to_string(), what: SettingKind::Secret }
    }

    /// Values that a setting makes public.
    pub(crate) fn public(globs: &[String]) -> Self {
        Self { setting: "public", value: globs.join(" "), what: SettingKind::Public }
    }

    /// Whether the rules require it.
    pub(super) fn is_of_rules(&self) -> bool {
        matches!(self.what, SettingKind::Nix | SettingKind::Secret)
    }

    /// Whether it needs no consent if the settings are the user's own.
    pub(super) fn follows_settings(&self) -> bool {
        matches!(self.what, SettingKind::Program | SettingKind::Path | SettingKind::Public)
    }

    pub(super) fn refusal(&self) -> Error {
        let value = Setting::shown(&self.value);
        let message = match self.what {
            SettingKind::Program => shown!("agepatch.toml runs a program (`{}`: {})", self.setting, value),
            SettingKind::Path => shown!("agepatch.toml reaches outside the repository (`{}`: {})", self.setting, value),
            SettingKind::Nix => shown!("the rules need Nix itself ({})", value),
            SettingKind::Secret => shown!("the rules list a file outside the repository ({})", value),
            SettingKind::Public => shown!("agepatch.toml makes values public (`{}`: {})", self.setting, value),
            SettingKind::Patch => {
                shown!("a patch in the repository reads a value from outside it (`value_from`: {})", value)
            }
        };
        let look = match self.what {
            SettingKind::Program | SettingKind::Path | SettingKind::Public => "agepatch.toml",
            SettingKind::Nix | SettingKind::Secret => "the rules",
            SettingKind::Patch => "the patch",
        };
        Error::new(ErrorKind::Untrusted, shown!("{}, and this repository is not trusted", message))
            .hint(shown!("read {}, and if it is yours, run `agepatch trust`", look))
    }
}

/// The programs of the plugin identities in a file, without duplicates.
fn plugins_in(file: &Path) -> Vec<String> {
    let text = input::read(file, Limit::Settings).unwrap_or_default();
    let text = Zeroizing::new(String::from_utf8_lossy(&Zeroizing::new(text)).into_owned());
    let mut programs: Vec<String> = text
        .lines()
        .map(|line| Zeroizing::new(line.trim().to_ascii_lowercase()))
        .filter_map(|line| Some(format!("age-plugin-{}", line.strip_prefix("age-plugin-")?.rsplit_once("-1")?.0)))
        .collect();
    programs.sort();
    programs.dedup();
    programs
}
