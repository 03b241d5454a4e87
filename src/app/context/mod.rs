//! The context of a run: options, output, workspace, and identities.

mod formats;
mod identities;
mod targets;

use std::cell::{Cell, OnceCell};
use std::env;
use std::path::Path;
use std::time::Instant;

use crate::app::encryption_history::EncryptionHistory;
use crate::app::options::Global;
use crate::app::reveal;
use crate::app::stdin::{FILTER, Stdin};
use crate::check::{Filters, Options};
use crate::container::{Identities, OpenOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::output::Output;
use crate::shown;
use crate::shown::{FileName, Shown, held_back};
use crate::workspace::Workspace;

pub(crate) use formats::setting;
pub(crate) use identities::{sops_key_files, usual_identities};
pub(crate) use targets::may_be_string;

/// A run of the program: its options, where it takes place, and where it prints.
pub(crate) struct Context {
    pub(crate) global: Global,
    pub(crate) out: Output,
    /// The repository, the rules, and the settings.
    pub(crate) workspace: Workspace,
    pub(crate) stdin: Stdin,
    /// When it started.
    begin: Instant,
    identities: OnceCell<Identities>,
    /// When files were last encrypted, according to git.
    pub(super) encryptions: EncryptionHistory,
    /// Whether sops files may be read although their MAC does not verify.
    ignore_mac: Cell<bool>,
    /// Whether the note about values that settings make public has been printed.
    noted_public: Cell<bool>,
    /// Whether the note about a file with its own schema has been printed.
    noted_schema: Cell<bool>,
    /// Whether git prints the output, as with a textconv filter.
    for_git: Cell<bool>,
}

impl Context {
    /// Finds the repository, the rules, and the settings.
    pub(crate) fn new(global: Global, out: Output) -> Result<Self> {
        if let Some(directory) = &global.directory {
            env::set_current_dir(directory).map_err(|error| {
                Error::new(
                    ErrorKind::Usage,
                    shown!("cannot change to the directory {}: {}", directory.display(), error),
                )
                .hint("pass an existing folder to -C")
            })?;
        }
        let current = env::current_dir().map_err(|error| {
            Error::io("cannot determine the current folder", &error)
                .hint("it may have been removed: change to another one")
        })?;
        let (stdin, identities) = (Stdin::default(), OnceCell::new());
        let piped = global.rules.as_deref().map(|rules| piped(rules, &stdin)).transpose()?.flatten();
        let workspace = Workspace::discover(current, global.rules.as_deref())
            .with_piped_rules(piped)
            .with_settings(global.settings.as_deref());
        if global.reveal {
            reveal::refuse(&workspace)?;
            held_back::reveal();
        }
        let context = Self {
            global,
            out,
            workspace,
            stdin,
            begin: Instant::now(),
            identities,
            encryptions: EncryptionHistory::default(),
            ignore_mac: Cell::new(false),
            noted_public: Cell::new(false),
            noted_schema: Cell::new(false),
            for_git: Cell::new(false),
        };
        context.report_location()?;
        Ok(context)
    }

    /// A context that reads the rules and the settings again, after this run changed them.
    ///
    /// # Errors
    /// See [`Context::new`].
    pub(crate) fn reloaded(&self) -> Result<Self> {
        // The current folder was changed already.
        Self::new(Global { directory: None, ..self.global.clone() }, self.out)
    }

    /// Makes sure that settings neither run a program nor read anything outside the repository during a dry run.
    pub(crate) fn rehearse(&self, dry_run: bool) {
        if dry_run {
            self.workspace.stay_within();
        }
    }

    /// Prints a line for `--verbose`, prefixed with the elapsed time.
    pub(crate) fn detail(&self, text: &Shown) -> Result<()> {
        if !self.global.verbose {
            return Ok(());
        }
        let milliseconds = self.begin.elapsed().as_millis();
        self.out.detail(&shown!("[{:>5} ms] {}", u64::try_from(milliseconds).unwrap_or(u64::MAX), text))
    }

    /// Logs the current folder and what was found there.
    fn report_location(&self) -> Result<()> {
        if !self.global.verbose {
            return Ok(());
        }
        let or =
            |path: Option<&Path>, none: &str| path.map_or_else(|| none.to_owned(), |path| path.display().to_string());
        let (repository, rules) = (self.workspace.repository(), self.workspace.rules_path());
        self.detail(&FileName::shown(format!("repository: {}", or(repository, "none"))))?;
        self.detail(&FileName::shown(format!("rules: {}", or(rules, "none"))))
    }

    /// Which version of Authelia to check for: the one on the command line, or in agepatch.toml, or else the newest.
    ///
    /// # Errors
    /// `usage` for an unknown version; `rules` if agepatch.toml cannot be read.
    pub(crate) fn check_options(&self, requested: Option<&String>) -> Result<Options> {
        let config = self.workspace.config()?;
        let options = match requested.or(config.authelia.as_ref()) {
            Some(version) => Options::for_version(version)?,
            None => Options::default(),
        };
        let filters = Filters::named(config.filters.iter().map(String::as_str)).map_err(|error| {
            Error::new(ErrorKind::Rules, shown!("agepatch.toml: `filters`: {}", error))
                .hint("Authelia's filters are `template` and `expand-env`")
        })?;
        Ok(Options { filters, ..options })
    }

    /// From now on, only values that may be committed are public, since git prints them anywhere.
    pub(crate) fn print_for_git(&self) {
        self.for_git.set(true);
    }

    /// From now on, sops files whose MAC does not verify may be read.
    pub(crate) fn ignore_mac(&self, ignore: bool) {
        self.ignore_mac.set(ignore);
    }

    pub(crate) fn open_options(&self) -> OpenOptions {
        OpenOptions { ignore_mac: self.ignore_mac.get(), ..OpenOptions::default() }
    }
}

/// The rules that the user pipes in, as `-` or `/dev/fd/N`; `None` for a file.
fn piped(rules: &Path, stdin: &Stdin) -> Result<Option<String>> {
    let bytes = match rules {
        stdin_name if stdin_name.as_os_str() == FILTER => stdin.take("the rules")?.expose().to_vec(),
        pipe if input::is_descriptor(pipe) => input::read_named(pipe, Limit::Settings)
            .map_err(|error| Error::io("cannot read the rules", &error).in_file(rules.display()))?,
        _ => return Ok(None),
    };
    let text = String::from_utf8(bytes);
    text.map(Some).map_err(|_| Error::new(ErrorKind::Rules, "the rules are not UTF-8 text").in_file(rules.display()))
}
