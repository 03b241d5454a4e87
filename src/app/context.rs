//! The context of a run: options, output, workspace, and identities.

use std::cell::{Cell, OnceCell};
use std::env;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::agreement::Encrypted;
use super::encrypted::is_called_age;
use super::flow::FILTER;
use super::options::Global;
use super::readable;
use super::reveal;
use super::stdin::Stdin;
use crate::check::{Filters, Options};
use crate::container::{self, Identities, OpenOptions};
use crate::diff::name;
use crate::document::{self, Document, Format, Map, Pointer};
use crate::error::{Error, Kind, Result};
use crate::input::{self, Limit};
use crate::output::Output;
use crate::redact::schema_of;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, KeyName, Setting, Shown, held_back};
use crate::workspace::{FileSettings, OutsideSetting, Target, Workspace};

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
    pub(super) encrypted: Encrypted,
    /// Whether sops files may be read although their MAC does not verify.
    ignore_mac: Cell<bool>,
    /// Whether the note about values that settings make public has been printed.
    told_public: Cell<bool>,
    /// Whether the note about a file with its own schema has been printed.
    told_schema: Cell<bool>,
    /// Whether git prints the output, as with a textconv filter.
    for_git: Cell<bool>,
}

impl Context {
    /// Finds the repository, the rules, and the settings.
    pub(crate) fn new(global: Global, out: Output) -> Result<Self> {
        if let Some(directory) = &global.directory {
            env::set_current_dir(directory).map_err(|error| {
                Error::new(Kind::Usage, shown!("cannot go to {}: {}", directory.display(), error))
                    .hint("-C names a folder that exists")
            })?;
        }
        let current = env::current_dir().map_err(|error| Error::io("cannot determine the current folder", &error))?;
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
            encrypted: Encrypted::default(),
            ignore_mac: Cell::new(false),
            told_public: Cell::new(false),
            told_schema: Cell::new(false),
            for_git: Cell::new(false),
        };
        context.report_location()?;
        Ok(context)
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
    pub(crate) fn check_options(&self, said: Option<&String>) -> Result<Options> {
        let config = self.workspace.config()?;
        let options = match said.or(config.authelia.as_ref()) {
            Some(version) => Options::for_version(version)?,
            None => Options::default(),
        };
        let filters = Filters::named(config.filters.iter().map(String::as_str)).map_err(|error| {
            Error::new(Kind::Rules, shown!("agepatch.toml: `filters`: {}", error))
                .hint("Authelia's filters are `template` and `expand-env`")
        })?;
        Ok(Options { filters, ..options })
    }

    /// The file called `name`, or a document inside one of its values (`FILE#PATH`).
    ///
    /// # Errors
    /// See [`Workspace::target`].
    pub(crate) fn target(&self, name: &str) -> Result<Target> {
        let found = self.workspace.target(name);
        // A creation rule for every file names none.
        if let Ok(target) = &found
            && !target.path.exists()
            && self.workspace.is_covered_only(target)
            && let Some(value) = self.bare_value(name)?
        {
            return self.with_formats(value);
        }
        self.or_bare_value(name, found)
    }

    /// Like [`Context::target`], for a command that cannot create the file.
    ///
    /// # Errors
    /// As [`Workspace::known`].
    pub(crate) fn known(&self, name: &str) -> Result<Target> {
        self.or_bare_value(name, self.workspace.known(name))
    }

    /// Like [`Context::target`], without evaluating the rules.
    ///
    /// # Errors
    /// See [`Workspace::file`].
    pub(crate) fn file(&self, name: &str) -> Result<Target> {
        self.or_bare_value(name, self.workspace.file(name))
    }

    /// The existing file called `name`, or a document inside one of its values.
    pub(crate) fn existing(&self, name: &str) -> Option<Target> {
        let found = self.workspace.existing(name).or_else(|| self.bare_value(name).ok().flatten())?;
        Some(self.with_formats(found.clone()).unwrap_or(found))
    }

    fn or_bare_value(&self, name: &str, found: Result<Target>) -> Result<Target> {
        let target = match found {
            Err(error) if matches!(error.kind(), Kind::Io | Kind::NoRecipient) => {
                self.bare_value(name)?.ok_or(error)?
            }
            found => found?,
        };
        self.with_formats(target)
    }

    /// The value that a bare name refers to: the only top-level string of that name in the sops files nearby, whose
    /// names are readable without a key.
    ///
    /// # Errors
    /// `ambiguous` if several files have one; lists them.
    fn bare_value(&self, name: &str) -> Result<Option<Target>> {
        let (key, inner) = name.split_once('#').unwrap_or((name, ""));
        let key = key.strip_suffix(".age").unwrap_or(key);
        if key.is_empty() || key.contains('/') {
            return Ok(None);
        }
        let files =
            self.workspace.sops_by_content().into_iter().filter(|file| strings(file).iter().any(|name| name == key));
        let found: Vec<Target> =
            files.map(|file| file.within(&name::entry("", key, &Pointer::root(), Schema::Unknown))).collect();
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.clone().within_all(inner))),
            several => {
                let (key, names) = (KeyName::shown(key), Shown::join(several, ", "));
                Err(Error::new(Kind::Ambiguous, shown!("several sops files have a value `{}`", key))
                    .hint(shown!("name one of them: {}", names)))
            }
        }
    }

    /// The bare names that mean a value here.
    pub(crate) fn bare_names(&self) -> Vec<String> {
        let files = self.workspace.sops_by_content();
        let names: Vec<String> = files.iter().flat_map(strings).collect();
        let is_only = |name: &&String| names.iter().filter(|other| other == name).count() == 1;
        names.iter().filter(is_only).cloned().collect()
    }

    /// The file at this absolute path, or a document inside one of its values.
    ///
    /// # Errors
    /// See [`Workspace::target`].
    pub(crate) fn target_at(&self, path: &Path) -> Result<Target> {
        match path.to_str().filter(|name| name.contains('#') && !path.exists()) {
            Some(name) => self.target(name),
            None => Ok(self.workspace.named(path)),
        }
    }

    /// Adds the formats that the settings define for the texts on the way to the document.
    fn with_formats(&self, mut target: Target) -> Result<Target> {
        let mut outer = target.file();
        for at in 0..target.inner.len() {
            let format = setting(self.settings(&outer)?.format.as_deref(), &outer.display)?;
            target.inner[at].outer_format = format;
            outer = outer.within(&target.inner[at].path);
        }
        Ok(target)
    }

    pub(crate) fn settings(&self, target: &Target) -> Result<FileSettings> {
        self.workspace.file_settings(target)
    }

    /// Parses a file's content, in the format and with the schema from agepatch.toml, or else guessed. If the guess is
    /// uncertain, the complete content is one secret.
    ///
    /// # Errors
    /// `rules` for an invalid setting; errors of the format's parser.
    pub(crate) fn parse(&self, target: &Target, content: &[u8]) -> Result<(Document, Schema)> {
        let (document, schema) = self.parse_guessed(target, content)?;
        // In a file with a schema, only the names that the schema knows are printed.
        if schema == Schema::Authelia || document::shows_names(&target.document_name(), self.format(target)?, &document)
        {
            return Ok((document, schema));
        }
        Ok((Document::parse(content, Format::Raw)?, schema))
    }

    /// Like [`Context::parse`], for a path given by the user ([`document::read_guessed`]).
    ///
    /// # Errors
    /// See [`Context::parse`].
    pub(crate) fn parse_guessed(&self, target: &Target, content: &[u8]) -> Result<(Document, Schema)> {
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
            if !settings.public.is_empty() && !self.told_schema.replace(true) {
                self.out.note(&shown!(
                    "{}: `public` in agepatch.toml has no effect here: what is public in a configuration of Authelia is known",
                    FileName::shown(target.display.clone())
                ))?;
            }
            return Ok(schema);
        }
        if settings.public.is_empty() || (self.for_git.get() && !self.may_commit_public()) {
            return Ok(schema);
        }
        if !self.may_commit_public() && !self.told_public.replace(true) {
            self.out.note(&Shown::fixed(
                "values that agepatch.toml declares public are shown, but left out of commit messages and of git's own output: this repository is not trusted (`agepatch trust`)",
            ))?;
        }
        Ok(readable::either(schema, readable::public(&settings.public)))
    }

    /// From now on, only values that may be committed are public, since git prints them anywhere.
    pub(crate) fn print_for_git(&self) {
        self.for_git.set(true);
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

    /// From now on, sops files whose MAC does not verify may be read.
    pub(crate) fn ignore_mac(&self, ignore: bool) {
        self.ignore_mac.set(ignore);
    }

    pub(crate) fn open_options(&self) -> OpenOptions {
        OpenOptions { ignore_mac: self.ignore_mac.get(), ..OpenOptions::default() }
    }

    /// The available private keys, read once.
    pub(crate) fn identities(&self) -> Result<&Identities> {
        if let Some(identities) = self.identities.get() {
            return Ok(identities);
        }
        let identities = self.load_identities()?;
        let identities = match identities.may_ask() {
            true => identities.with_listed(self.workspace.listed_age_keys()),
            false => identities,
        };
        let (tried, unusable) = identities.tried_and_unusable();
        let tried: Vec<String> = tried.iter().map(|path| path.display().to_string()).collect();
        let tried = if tried.is_empty() { "none".to_owned() } else { tried.join(", ") };
        self.detail(&FileName::shown(format!("identities: {tried}")))?;
        for why in unusable {
            self.detail(why)?;
        }
        Ok(self.identities.get_or_init(|| identities))
    }

    /// Reads the private keys. A key given with `-i` must be usable. Settings and the environment may name a file that
    /// this host does not have, which is skipped; so are keys for other programs in the usual places.
    ///
    /// # Errors
    /// `no-identity`, naming the file; `rules` if agepatch.toml cannot be read.
    pub(crate) fn load_identities(&self) -> Result<Identities> {
        if !self.global.identities.is_empty() {
            if self.global.identities.iter().any(|path| path == Path::new(container::STDIN)) {
                self.stdin.reserve("an identity")?;
            }
            return Identities::load(&self.global.identities);
        }
        if let Some(named) = identities_of_environment() {
            return Identities::load_present(&named);
        }
        let Some(named) = self.identities_of_settings()? else {
            return Ok(Identities::load_usable(&usual_identities()));
        };
        let mut identities = Identities::load_present(&named)?;
        identities.refuse_plugins(|path| !self.workspace.may_start_plugins(path));
        Ok(identities)
    }

    /// The identity files to try, in order: `-i`, the environment, agepatch.toml, and the usual places that exist.
    pub(crate) fn identity_paths(&self) -> Result<Vec<PathBuf>> {
        if !self.global.identities.is_empty() {
            return Ok(self.global.identities.clone());
        }
        match identities_of_environment() {
            Some(named) => Ok(named),
            None => Ok(self.identities_of_settings()?.unwrap_or_else(usual_identities)),
        }
    }

    fn identities_of_settings(&self) -> Result<Option<Vec<PathBuf>>> {
        let config = self.workspace.config()?;
        if config.identities.is_empty() {
            return Ok(None);
        }
        let paths = config.identity_paths();
        for path in paths.iter().filter(|path| path.exists()) {
            self.workspace.consent_to_identities(path)?;
        }
        Ok(Some(paths))
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
    text.map(Some).map_err(|_| Error::new(Kind::Rules, "the rules are not UTF-8 text").in_file(rules.display()))
}

fn identities_of_environment() -> Option<Vec<PathBuf>> {
    let list = env::var_os("AGEPATCH_IDENTITIES").filter(|list| !list.is_empty())?;
    Some(env::split_paths(&list).map(expand_home).collect())
}

/// The usual places of private keys that exist.
pub(crate) fn usual_identities() -> Vec<PathBuf> {
    let usual = ["~/.ssh/id_ed25519", "~/.ssh/id_rsa", "~/.config/age/keys.txt"];
    usual.iter().map(|path| expand_home(path.into())).filter(|path| path.exists()).collect()
}

/// Expands a leading `~/`.
fn expand_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

/// The names of the strings at the top of a sops file, as its text tells without a key.
fn strings(file: &Target) -> Vec<String> {
    let Ok(bytes) = input::read(&file.path, Limit::Secret) else { return Vec::new() };
    let Ok(document) = document::read_guessed(&file.display, &bytes, None) else { return Vec::new() };
    let is_metadata = |key: &str| key == "sops" || key.starts_with("sops_");
    let entries = document.value().as_map().into_iter().flat_map(Map::iter);
    let strings = entries.filter(|(key, value)| !is_metadata(key.text()) && value.as_str().is_some_and(may_be_string));
    strings.map(|(key, _)| key.text().to_owned()).collect()
}

/// Whether a value is a string, where ciphertexts may stand for values: theirs tell their type.
pub(crate) fn may_be_string(text: &str) -> bool {
    !text.starts_with("ENC[AES256_GCM,") || text.ends_with(",type:str]")
}

/// The format that agepatch.toml sets for a file.
///
/// # Errors
/// `rules` for an unknown format.
pub(crate) fn setting(word: Option<&str>, name: &str) -> Result<Option<Format>> {
    let Some(word) = word else { return Ok(None) };
    Format::named(word).map(Some).ok_or_else(|| {
        let (word, name) = (Setting::shown(word), FileName::shown(name));
        Error::new(Kind::Rules, shown!("agepatch.toml names an unknown format `{}` for {}", word, name))
    })
}
