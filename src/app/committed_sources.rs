//! Compares the rules and settings with the last commit: which of their changes concern a file that is committed, and
//! who gains or loses access to it.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::Context;
use super::access::Access;
use crate::commit::{self, ContentChange, FileChange};
use crate::error::Result;
use crate::history::Repository;
use crate::input::{self, Limit};
use crate::rules::{Names, Rule, Rules, SopsRules};
use crate::schema::Schema;
use crate::shown;
use crate::shown::FileName;
use crate::workspace::{Config, Target};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SourceKind {
    /// secrets.nix, or a file that it imports: who can read an age file.
    Rules,
    Sops,
    Settings,
}

/// A source that differs from the last commit.
struct ChangedSource {
    source: SourceKind,
    path: PathBuf,
    before: Option<String>,
}

/// A file that is included in a commit because its change concerns others in it.
pub(crate) struct Companion {
    pub(crate) path: PathBuf,
    concerned: Vec<String>,
}

pub(crate) struct CommittedSources<'c> {
    context: &'c Context,
    changed: Vec<ChangedSource>,
    /// `None` if they cannot be evaluated.
    rules: Option<Rules>,
    sops: Option<SopsRules>,
    config: Option<Config>,
}

impl<'c> CommittedSources<'c> {
    /// Compares the rules and settings with the last commit.
    ///
    /// # Errors
    /// `git` if that cannot be read.
    pub(crate) fn of(repository: &Repository, context: &'c Context) -> Result<Self> {
        let mut changed = Vec::new();
        for (source, path) in sources(context) {
            let Ok(name) = repository.relative(&path) else { continue };
            let before = repository.committed(&name)?;
            let now = input::read(&path, Limit::Settings).ok();
            if now == before {
                continue;
            }
            let is_new = before.is_none() && now.is_some();
            if is_new && !is_tracked(&name, repository)? && !repository.untracked_files()?.contains(&name) {
                // Files that git ignores are never committed.
                continue;
            }
            let before = before.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            changed.push(ChangedSource { source, path, before });
        }
        let of = |source: SourceKind| changed.iter().filter(move |one| one.source == source);
        let texts: HashMap<_, _> = of(SourceKind::Rules).map(|one| (one.path.clone(), one.before.clone())).collect();
        let rules = if texts.is_empty() { None } else { context.workspace.former_rules(texts).ok() };
        let text = |source: SourceKind| {
            of(source).next().map(|one| (one.path.clone(), one.before.clone().unwrap_or_default()))
        };
        let sops = text(SourceKind::Sops).and_then(|(path, text)| SopsRules::parse(path, &text).ok());
        let config = text(SourceKind::Settings).and_then(|(_, text)| Config::parse(&text).ok());
        Ok(Self { context, changed, rules, sops, config })
    }

    /// Whether the file contains rules or settings.
    pub(crate) fn is_source(path: &Path, context: &Context) -> bool {
        let path = real(path);
        sources(context).into_iter().any(|(_, source)| source == path)
    }

    /// The changed rules and settings that concern the files, except those that are committed anyway.
    ///
    /// # Errors
    /// `index` if another version of one is staged.
    pub(crate) fn companions(
        &self,
        files: &[(Target, Schema)],
        paths: &[PathBuf],
        repository: &Repository,
    ) -> Result<Vec<Companion>> {
        let mut found = Vec::new();
        for changed in self.changed.iter().filter(|changed| !paths.contains(&changed.path)) {
            let concerned = files.iter().filter(|(target, schema)| self.concerns(changed.source, target, *schema));
            let concerned: Vec<String> = concerned.map(|(target, _)| target.file().display).collect();
            if concerned.is_empty() {
                continue;
            }
            repository.refuse_half_staged(&changed.path).map_err(|error| {
                let file = self.context.workspace.display(&changed.path);
                error.in_file(FileName::shown(file)).hint("stage all of it or nothing, or leave it out with --no-rules")
            })?;
            found.push(Companion { path: changed.path.clone(), concerned });
        }
        Ok(found)
    }

    fn concerns(&self, source: SourceKind, target: &Target, schema: Schema) -> bool {
        match source {
            SourceKind::Rules | SourceKind::Sops => self.rules_of(source, target).is_some_and(|(old, new)| old != new),
            SourceKind::Settings => self.context.workspace.config().is_ok_and(|now| {
                let before = self.config.clone().unwrap_or_default();
                let file = target.file();
                let settings = |config: &Config| self.context.workspace.settings_in(config, &file);
                let named = |config: &Config| {
                    let last = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                    let parties = config.relying_parties.iter().filter_map(|party| party.secret.as_ref());
                    parties.filter(|place| place.file.contains(last)).count()
                };
                let registers = schema == Schema::Authelia && before.relying_parties != now.relying_parties;
                settings(&before) != settings(now) || named(&before) != named(now) || registers
            }),
        }
    }

    /// The old and the new rule of a file; `None` if either is unknown. If the old rules cannot be evaluated, every
    /// rule counts as new.
    fn rules_of(&self, source: SourceKind, target: &Target) -> Option<(Option<Rule>, Option<Rule>)> {
        let workspace = &self.context.workspace;
        if !self.changed.iter().any(|one| one.source == source) {
            return None;
        }
        if source == SourceKind::Sops {
            let now = workspace.sops_rules().ok()??.rule_for(&target.path).ok()?;
            let before = self.sops.as_ref().and_then(|rules| rules.rule_for(&target.path).ok().flatten());
            return Some((before, now));
        }
        let rule = |rules: &Rules| {
            workspace.name_in(rules, &target.path).and_then(|name| rules.files.get(&name)?.as_ref().ok().cloned())
        };
        Some((self.rules.as_ref().and_then(rule), rule(workspace.rules().ok()?)))
    }

    /// Who gains and who loses access to a file through the changed rules, by name; `None` if its rule did not change.
    pub(crate) fn access(&self, target: &Target, names: &Access<'_>) -> Option<commit::AccessChange> {
        let both = [SourceKind::Rules, SourceKind::Sops].into_iter().find_map(|source| {
            self.rules_of(source, target).filter(|(old, new)| old.is_some() && new.is_some() && old != new)
        });
        let (Some(old), Some(new)) = both? else { return None };
        let none = Names::default();
        let former = self.rules.as_ref().map_or(&none, |rules| &rules.names);
        let beyond = |some: &Rule, others: &Rule| {
            let others: HashSet<String> = others.keys.iter().map(|key| bare(key)).collect();
            let mut seen = HashSet::new();
            let new = some.keys.iter().filter(|key| !others.contains(&bare(key)) && seen.insert(bare(key)));
            new.map(|key| names.name(key, former)).collect()
        };
        Some(commit::AccessChange { gained: beyond(&new, &old), lost: beyond(&old, &new) })
    }

    /// Describes the changes of a rules or settings file for a commit message; empty if nothing changed.
    pub(crate) fn described(&self, path: &Path, names: &Access<'_>) -> Vec<FileChange> {
        let path = real(path);
        let Some(changed) = self.changed.iter().find(|one| one.path == path) else { return Vec::new() };
        let own = FileChange::bare(self.context.workspace.display(&path), ContentChange::Rules);
        let (SourceKind::Rules, Some(before), Ok(now)) = (changed.source, &self.rules, self.context.workspace.rules())
        else {
            return vec![own];
        };
        let folder = self.context.workspace.names_folder().unwrap_or(Path::new(""));
        let mut found = Vec::new();
        for name in now.files.keys().chain(before.files.keys().filter(|name| !now.files.contains_key(*name))) {
            let content = match (before.files.get(name), now.files.get(name)) {
                (None, _) => ContentChange::RuleAdded,
                (_, None) => ContentChange::RuleRemoved,
                (Some(Ok(old)), Some(Ok(new))) if old == new => continue,
                _ => ContentChange::Equal,
            };
            let target = self.context.workspace.named(&folder.join(name));
            let access = self.access(&target, names).unwrap_or_default();
            found.push(FileChange { access, ..FileChange::bare(target.display, content) });
        }
        let is_whole = |one: &FileChange| one.content != ContentChange::Equal || !one.access.is_empty();
        if !found.is_empty() && found.iter().all(is_whole) { found } else { vec![own] }
    }
}

impl Companion {
    /// Reports which file is included in the commit, and why.
    pub(crate) fn report(&self, context: &Context) -> Result<()> {
        let file = FileName::shown(context.workspace.display(&self.path));
        let concerned = match self.concerned.as_slice() {
            [one] => FileName::shown(one.clone()),
            many => shown!("{} of the files", many.len()),
        };
        context.out.note(&shown!("{} is committed too, with all its changes, since it concerns {}", file, concerned))
    }
}

/// The files that rules and settings are read from, with links resolved.
fn sources(context: &Context) -> Vec<(SourceKind, PathBuf)> {
    let workspace = &context.workspace;
    let mut found = Vec::new();
    if let Some(path) = workspace.rules_path() {
        let read = workspace.rules().map_or_else(|_| vec![real(path)], |rules| rules.read.clone());
        found.extend(read.into_iter().map(|path| (SourceKind::Rules, path)));
    }
    let sops = workspace.sops_rules().ok().flatten().map(|rules| (SourceKind::Sops, real(&rules.path)));
    found.extend(sops);
    if workspace.has_own_settings() && workspace.settings_path().exists() {
        found.push((SourceKind::Settings, real(&workspace.settings_path())));
    }
    let mut seen = HashSet::new();
    found.retain(|(_, path)| seen.insert(path.clone()));
    found
}

fn is_tracked(name: &str, repository: &Repository) -> Result<bool> {
    Ok(repository.tracked()?.iter().any(|entry| entry.path == name))
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// A key without its comment and line end.
fn bare(key: &str) -> String {
    key.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}
