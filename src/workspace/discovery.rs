//! Finds the repository's root and `secrets.nix`, as users of agenix expect.

use std::cell::{Cell, OnceCell};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::config::Config;
use super::target::Target;
use super::without_dots::without_dots;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::rules::{Rule, Rules, SopsRules};
use crate::shown;

/// The file that lists who may read each secret.
pub(super) const RULES_FILE: &str = "secrets.nix";
/// The usual folder of that file.
const SECRETS_FOLDER: &str = "secrets";

/// Where the run takes place.
pub(crate) struct Workspace {
    current: PathBuf,
    repository: Option<PathBuf>,
    jujutsu: Option<PathBuf>,
    rules_path: Option<PathBuf>,
    /// The rules named on the command line or in the environment.
    named: Option<PathBuf>,
    /// The text of rules from a pipe.
    piped: Option<String>,
    /// The settings named on the command line.
    settings: Option<PathBuf>,
    rules: OnceCell<Rules>,
    /// Whether the names in the rules are relative to the current folder.
    names_here: OnceCell<bool>,
    sops: OnceCell<Option<SopsRules>>,
    config: OnceCell<Config>,
    /// The paths of what is written in quotes in the rules, and of the files in the settings.
    pub(super) written_paths: OnceCell<HashSet<PathBuf>>,
    /// Whether settings must neither run programs nor read anything outside the repository, even with consent.
    pub(super) within: Cell<bool>,
}

impl Workspace {
    /// Searches from `current`, an absolute path. `rules` is the value of `--rules` or `RULES`, used as it is unless it
    /// is empty; it need not exist.
    pub(crate) fn discover(current: PathBuf, rules: Option<&Path>) -> Self {
        let repository = current.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned);
        let jujutsu = current.ancestors().find(|folder| folder.join(".jj").is_dir()).map(Path::to_owned);
        let named = rules.filter(|named| !named.as_os_str().is_empty());
        let rules_path = match named {
            Some(named) => Some(current.join(named)),
            None => search(&current, repository.as_deref().or(jujutsu.as_deref())),
        };
        let named = named.map(Path::to_owned);
        let (rules, sops, config) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let (within, names_here) = (Cell::new(false), OnceCell::new());
        Self {
            current,
            repository,
            jujutsu,
            rules_path,
            named,
            piped: None,
            settings: None,
            rules,
            names_here,
            sops,
            config,
            written_paths: OnceCell::new(),
            within,
        }
    }

    /// Uses rules from a pipe, as if they were a file `-` in the current folder.
    #[must_use]
    pub(crate) fn with_piped_rules(self, text: Option<String>) -> Self {
        let rules_path = if text.is_some() { Some(self.current.join("-")) } else { self.rules_path };
        Self { piped: text, rules_path, ..self }
    }

    /// The text of the rules, if they can be read.
    pub(super) fn rules_text(&self) -> Option<String> {
        self.piped.clone().or_else(|| input::read_text(self.rules_path()?, Limit::Settings).ok())
    }

    /// Uses this agepatch.toml instead of any other.
    #[must_use]
    pub(crate) fn with_settings(self, settings: Option<&Path>) -> Self {
        Self { settings: settings.map(|path| self.current.join(path)), ..self }
    }

    /// Fails if a named rules file does not exist.
    ///
    /// # Errors
    /// `rules`; `io` if it is not a regular file.
    pub(crate) fn refuse_missing_rules(&self) -> Result<()> {
        let is_missing = |named: &&PathBuf| self.piped.is_none() && !self.current.join(named).is_file();
        let Some(named) = self.named.as_ref().filter(is_missing) else { return Ok(()) };
        if let Some(kind) = input::irregular(&self.current.join(named)) {
            return Err(Error::new(ErrorKind::Io, shown!("cannot read the rules: {}", kind)).in_file(named.display()));
        }
        Err(Error::new(ErrorKind::Rules, shown!("the rules file {} does not exist", named.display())).hint(
            "it was named by --rules or the environment variable RULES; leave both out to search for secrets.nix",
        ))
    }

    /// The folders that rules may read: the repository, and the folder of a rules file that the user named.
    fn readable(&self) -> Vec<PathBuf> {
        let named = self.named.as_ref().and(self.rules_folder()).map(|folder| {
            let file = self.rules_path().and_then(|path| path.canonicalize().ok());
            file.and_then(|file| file.parent().map(Path::to_owned)).unwrap_or_else(|| folder.to_owned())
        });
        std::iter::once(self.root()).chain(named).collect()
    }

    /// The current folder.
    pub(crate) fn current(&self) -> &Path {
        &self.current
    }

    /// The repository's root: the nearest parent folder with a `.git`.
    pub(crate) fn repository(&self) -> Option<&Path> {
        self.repository.as_deref()
    }

    /// The root of a Jujutsu repository: the nearest parent folder with a `.jj`. It is colocated if there is a `.git`
    /// beside it.
    pub(crate) fn jujutsu(&self) -> Option<&Path> {
        self.jujutsu.as_deref()
    }

    /// The root of the repository, of either kind.
    pub(crate) fn top(&self) -> Option<&Path> {
        self.repository().or(self.jujutsu())
    }

    /// The path of the rules, if there are any.
    pub(crate) fn rules_path(&self) -> Option<&Path> {
        self.rules_path.as_deref()
    }

    /// Whether the user named the rules, instead of having them searched for.
    pub(super) fn are_rules_named(&self) -> bool {
        self.named.is_some()
    }

    /// The folder of the rules.
    pub(crate) fn rules_folder(&self) -> Option<&Path> {
        self.rules_path.as_deref().and_then(Path::parent)
    }

    /// The folder that the names in the rules are relative to: usually the folder of the rules. For rules named
    /// elsewhere (`RULES=../store/secrets.nix`) it is the current folder, as with agenix, unless more of the files are
    /// beside the rules.
    pub(crate) fn names_folder(&self) -> Option<&Path> {
        let folder = self.rules_folder()?;
        if self.named.is_none() || without_dots(folder) == self.current {
            return Some(folder);
        }
        let is_here = *self.names_here.get_or_init(|| {
            let names = self.names_in_rules();
            let count = |folder: &Path| names.iter().filter(|name| folder.join(name).is_file()).count();
            match count(&self.current).cmp(&count(folder)) {
                Ordering::Greater => true,
                Ordering::Less => false,
                // If none of them exists yet, rules below the current folder have them beside.
                Ordering::Equal => !without_dots(folder).starts_with(&self.current),
            }
        });
        Some(if is_here { &self.current } else { folder })
    }

    /// The rules, read once.
    ///
    /// # Errors
    /// `rules` if there are none or they cannot be evaluated.
    pub(crate) fn rules(&self) -> Result<&Rules> {
        if let Some(rules) = self.rules.get() {
            return Ok(rules);
        }
        self.refuse_missing_rules()?;
        let path = self.rules_path().ok_or_else(no_rules)?;
        let rules = match &self.piped {
            Some(text) => Rules::load_text(text, path, &self.readable())?,
            None => Rules::load_within(path, &self.readable(), |construct| self.consent_to_nix(construct))?,
        };
        Ok(self.rules.get_or_init(|| rules))
    }

    /// The rules as they were when some files (links resolved) had other texts, or, for `None`, did not exist.
    ///
    /// # Errors
    /// `rules` if they cannot be evaluated without Nix, or there were none.
    pub(crate) fn former_rules(&self, texts: HashMap<PathBuf, Option<String>>) -> Result<Rules> {
        let path = self.rules_path().ok_or_else(no_rules)?;
        let text = move |path: &Path| match texts.get(path) {
            Some(former) => former.clone(),
            None => input::read_text(path, Limit::Settings).ok(),
        };
        Rules::load_revision(path, &self.readable(), text)
    }

    /// The rules of `.sops.yaml`, read once; `None` if there is no such file.
    ///
    /// # Errors
    /// `rules` if it cannot be read.
    pub(crate) fn sops_rules(&self) -> Result<Option<&SopsRules>> {
        if let Some(rules) = self.sops.get() {
            return Ok(rules.as_ref());
        }
        let path = SopsRules::find(&self.current, self.top());
        let rules = path.map(|path| SopsRules::load(&path)).transpose()?;
        Ok(self.sops.get_or_init(|| rules).as_ref())
    }

    /// The rule of a file in `.sops.yaml`.
    ///
    /// # Errors
    /// `no-recipient` if the rules cannot be read or applied, since the recipients are then unknown.
    pub(super) fn sops_rule(&self, path: &Path) -> Result<Option<Rule>> {
        let rule = self.sops_rules().and_then(|rules| rules.map_or(Ok(None), |rules| rules.rule_for(path)));
        rule.map_err(|error| match error.kind() {
            ErrorKind::Rules => error.with_kind(ErrorKind::NoRecipient),
            _ => error,
        })
    }

    /// Whether there is a `.sops.yaml`, readable or not.
    pub(super) fn has_sops_rules(&self) -> bool {
        !matches!(self.sops_rules(), Ok(None))
    }

    /// The rule of the file in secrets.nix, or else the first matching one in `.sops.yaml`; `None` if neither has one.
    /// `.sops.yaml` does not apply to files named `*.age`.
    ///
    /// # Errors
    /// `rules` if there are no rules, they cannot be evaluated, or the rule of this file is invalid.
    pub(crate) fn rule(&self, target: &Target) -> Result<Option<Rule>> {
        let is_age = target.path.extension().is_some_and(|extension| extension == "age");
        // A name that secrets.nix computes ends with `.age`, so other names do not require evaluating it.
        if !is_age && !self.names(&target.path) && self.has_sops_rules() {
            return self.sops_rule(&target.path);
        }
        let rules = self.rules()?;
        self.rule_for(&target.path).and_then(|name| rules.files.get(&name)).cloned().transpose()
    }

    /// The settings in `agepatch.toml` beside the rules, or else in the repository's root, or else here; without those,
    /// the settings of the user or the system; without those, the defaults. A file named on the command line replaces
    /// all of them.
    ///
    /// # Errors
    /// `rules` if the file cannot be read or has an unknown key; `usage` if the file named on the command line is
    /// missing.
    pub(crate) fn config(&self) -> Result<&Config> {
        if let Some(config) = self.config.get() {
            return Ok(config);
        }
        if let Some(named) = self.settings.as_ref().filter(|named| !named.exists()) {
            return Err(Error::new(ErrorKind::Usage, shown!("the settings file {} does not exist", named.display()))
                .hint("pass the path of an agepatch.toml to --settings"));
        }
        let config = Config::load(&self.settings_path())?;
        Ok(self.config.get_or_init(|| config))
    }

    /// Every `reveal` policy in the settings in use, and in those of the user and the system, which a repository cannot
    /// override.
    ///
    /// # Errors
    /// See [`Self::config`].
    pub(crate) fn reveal_policies(&self) -> Result<Vec<String>> {
        let used = self.settings_path();
        let mut policies: Vec<String> = self.config()?.reveal.iter().cloned().collect();
        for path in shared_settings().into_iter().filter(|path| *path != used && path.exists()) {
            policies.extend(Config::load(&path)?.reveal);
        }
        Ok(policies)
    }

    /// The path of the settings file, which need not exist.
    pub(crate) fn settings_path(&self) -> PathBuf {
        if let Some(named) = &self.settings {
            return named.clone();
        }
        let folder = self.rules_folder().or(self.repository()).unwrap_or(&self.current);
        let own = folder.join(super::config::FILE_NAME);
        let shared = || shared_settings().into_iter().find(|path| path.exists());
        if own.exists() { own } else { shared().unwrap_or(own) }
    }

    /// Whether the settings are the repository's own, not those of the user, the system, or a file named elsewhere.
    pub(crate) fn has_own_settings(&self) -> bool {
        if let Some(named) = &self.settings {
            let root = self.repository().or(self.rules_folder()).unwrap_or(&self.current);
            let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
            return real(named).starts_with(real(root));
        }
        !shared_settings().contains(&self.settings_path())
    }

    /// `path` as a person in the current folder would write it.
    pub(crate) fn display(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.current).ok().map(Path::to_owned);
        relative.or_else(|| up_and_down(&self.current, path)).unwrap_or_else(|| path.to_owned()).display().to_string()
    }
}

/// The settings files that the NixOS and home-manager modules write, for a user and for everyone.
fn shared_settings() -> Vec<PathBuf> {
    let below = |folder: PathBuf| folder.join("agepatch").join(super::config::FILE_NAME);
    let user = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let user = user.or_else(|| std::env::home_dir().map(|home| home.join(".config")));
    user.into_iter().chain([PathBuf::from("/etc")]).map(below).collect()
}

fn search(current: &Path, repository: Option<&Path>) -> Option<PathBuf> {
    let root = repository.unwrap_or(current);
    current
        .ancestors()
        .take_while(|folder| folder.starts_with(root))
        .flat_map(|folder| [folder.join(RULES_FILE), folder.join(SECRETS_FOLDER).join(RULES_FILE)])
        .find(|candidate| candidate.exists())
}

/// The relative path from one folder to a path, with `..`, unless they share only the file system's root.
fn up_and_down(from: &Path, to: &Path) -> Option<PathBuf> {
    let shared = from.ancestors().find(|folder| to.starts_with(folder))?;
    shared.parent()?;
    let ups = from.strip_prefix(shared).ok()?.components().count();
    let mut way: PathBuf = std::iter::repeat_n("..", ups).collect();
    way.push(to.strip_prefix(shared).ok()?);
    Some(way)
}

/// The error if there are no rules.
pub(super) fn no_rules() -> Error {
    Error::new(ErrorKind::Rules, "no secrets.nix or .sops.yaml here or in a folder above, and no secrets/secrets.nix")
        .hint("go to your configuration (-C DIR), or name the file with --rules FILE")
}
