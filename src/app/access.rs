//! Who has access to a file by its rule, and who gained or lost it, by name.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::Path;

use super::Context;
use crate::container::{Agreement, Recipient};
use crate::error::{Error, ErrorKind, Result};
use crate::history::Repository;
use crate::rules::{self, Names, Rule, SopsRules};
use crate::shown;
use crate::shown::{FileName, RecipientName, Setting, Shown};
use crate::workspace::Target;

/// How many names are listed before the rest is only counted.
const NAMED: usize = 4;
/// How many old versions of the rules are searched for the name of a key that was removed from them.
const VERSIONS: usize = 20;

/// Maps keys to the names that people know them by.
pub(crate) struct Access<'c> {
    context: &'c Context,
    names: Cow<'c, Names>,
    tags: HashMap<String, String>,
    /// The names in older versions of the rules, by tag and by key; read when first needed.
    older: OnceCell<HashMap<String, String>>,
}

impl<'c> Access<'c> {
    /// Evaluates the rules of this run.
    ///
    /// # Errors
    /// `rules`.
    pub(crate) fn new(context: &'c Context) -> Result<Self> {
        let workspace = &context.workspace;
        let sops = workspace.sops_rules()?;
        let names = |names: &Names| sops.map_or_else(|| names.clone(), |sops| names.clone().and(sops.names.clone()));
        if workspace.rules_path().is_none() && sops.is_some() {
            let names = names(&Names::default());
            return Ok(Self { context, tags: by_tag(&names), names: Cow::Owned(names), older: OnceCell::new() });
        }
        let rules = workspace.rules()?;
        let names = names(&rules.names);
        let mut tags = by_tag(&names);
        let keys = rules.files.values().flatten().flat_map(|rule| &rule.keys);
        for (key, tag) in keys.filter_map(|key| Recipient::tag_of(key).map(|tag| (key, tag))) {
            if let Some(name) = comment(key) {
                tags.entry(tag).or_insert(name);
            }
        }
        Ok(Self { context, names: Cow::Owned(names), tags, older: OnceCell::new() })
    }

    /// Uses the rules as they are written, without evaluating them, for commands that only read.
    pub(crate) fn as_written(context: &'c Context) -> Self {
        let texts = context.workspace.rules_texts();
        let names = texts.iter().map(|text| Names::in_text(text)).fold(Names::default(), Names::and);
        // Rules that cannot be read contribute no names.
        let sops = context.workspace.sops_rules().ok().flatten().map(|sops| sops.names.clone());
        let names = names.and(sops.unwrap_or_default());
        let mut tags = by_tag(&names);
        for key in texts.iter().flat_map(|text| rules::literals(text)) {
            if let Some((tag, name)) = Recipient::tag_of(&key).zip(comment(&key)) {
                tags.entry(tag).or_insert(name);
            }
        }
        Self { context, names: Cow::Owned(names), tags, older: OnceCell::new() }
    }

    /// A key for display: its name in the rules or its comment, and the end of the key itself.
    pub(crate) fn key(&self, key: &str) -> Shown {
        let mut words = key.split_whitespace();
        let (first, second) = (words.next().unwrap_or_default(), words.next());
        if words.next().is_some() && Recipient::tag_of(key).is_none() {
            // Not a key, but a count of recipients that cannot be distinguished.
            return RecipientName::shown(key.to_owned());
        }
        let body = second.unwrap_or(first);
        let short = match body.char_indices().rev().nth(7) {
            Some((end, _)) if body.len() > 16 => format!("…{}", &body[end..]),
            _ => body.to_owned(),
        };
        let kind = if second.is_some() { format!("{first} ") } else { String::new() };
        let name = self.names.of(key).map(str::to_owned).or_else(|| comment(key));
        let name = name.or_else(|| second.is_none().then(|| self.former_name(key)).flatten());
        RecipientName::shown(match name {
            Some(name) => format!("{name} ({kind}{short})"),
            None => format!("{kind}{short}"),
        })
    }

    /// A key for a commit message: its name in the current or `former` rules, or its comment, or else its end.
    pub(crate) fn name(&self, key: &str, former: &Names) -> String {
        let known = self.names.of(key).or_else(|| former.of(key)).map(str::to_owned);
        let known = known.or_else(|| comment(key)).or_else(|| self.former_name(key));
        known.unwrap_or_else(|| self.key(key).as_str().to_owned())
    }

    /// A reader for a commit message.
    pub(crate) fn name_of_reader(&self, reader: &Recipient) -> String {
        let tagged = reader.tag.as_ref().and_then(|tag| self.named_by_tag(tag));
        let keyed = reader.key.as_ref().map(|key| self.name(key, &Names::default()));
        keyed.or(tagged).unwrap_or_else(|| self.reader(reader).as_str().to_owned())
    }

    fn named_by_tag(&self, tag: &str) -> Option<String> {
        self.tags.get(tag).cloned().or_else(|| self.former_name(tag))
    }

    /// The name that older rules had for a key, or for the key with a tag.
    fn former_name(&self, key: &str) -> Option<String> {
        self.older.get_or_init(|| self.look_back()).get(key).cloned()
    }

    /// The names of all keys.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.names.iter().map(|(_, name)| name.to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The name of a key in the rules, or else its comment.
    pub(crate) fn known_name(&self, key: &str) -> Option<String> {
        let tagged = || Recipient::tag_of(key).and_then(|tag| self.tags.get(&tag).cloned());
        self.names.of(key).map(str::to_owned).or_else(tagged).or_else(|| comment(key))
    }

    /// A reader for display: the name of its key, if the rules list it or ever listed it.
    pub(crate) fn reader(&self, reader: &Recipient) -> Shown {
        if let Some(key) = &reader.key {
            return self.key(key);
        }
        if reader.kind == "scrypt" {
            return Shown::fixed("a passphrase (`age -p`)");
        }
        let kind = RecipientName::shown(reader.kind.clone());
        let Some(tag) = &reader.tag else { return kind };
        let name = self.named_by_tag(tag);
        let tag = RecipientName::shown(tag.clone());
        match name {
            Some(name) => shown!("{} ({} {})", RecipientName::shown(name), kind, tag),
            None => shown!("{} {}", kind, tag),
        }
    }

    /// Describes in one sentence how the header and the rules differ.
    pub(crate) fn difference(&self, agreement: &Agreement) -> Shown {
        let mut parts = Vec::new();
        if !agreement.missing.is_empty() {
            let missing = listed(agreement.missing.iter().map(|key| self.key(key)));
            parts.push(shown!("{} cannot read it yet", missing));
        }
        if !agreement.extra.is_empty() {
            let extra = listed(agreement.extra.iter().map(|reader| self.reader(reader)));
            parts.push(shown!("{} can still read it, but the rules do not list it", extra));
        }
        if let Some((rules, file)) = agreement.needed {
            let (rules, file) = (RecipientName::shown(groups(rules)), RecipientName::shown(groups(file)));
            parts.push(shown!("the rules require {}, the file {}", rules, file));
        }
        if parts.is_empty() && agreement.regrouped() {
            parts.push(Shown::fixed("the same keys are in other key groups than in the rules"));
        }
        if !agreement.verifiable {
            parts.push(Shown::fixed("X25519 and plugin keys are counted, not verified"));
        }
        Shown::join(&parts, "; ")
    }

    /// Names in older versions of the rules; empty without git.
    fn look_back(&self) -> HashMap<String, String> {
        let workspace = &self.context.workspace;
        let mut tags = HashMap::new();
        let Some(repository) = workspace.repository().map(Repository::new) else { return tags };
        let mut note = |path: &Path, names_in: &dyn Fn(&str) -> Names| {
            let Ok(path) = repository.relative(path) else { return };
            for commit in repository.touching(&path, VERSIONS).unwrap_or_default() {
                let Ok(Some(text)) = repository.blob(&commit.id, &path) else { continue };
                let names = names_in(&String::from_utf8_lossy(&text));
                let keys = names.iter().map(|(key, name)| (key.to_owned(), name.to_owned()));
                for (tag, name) in by_tag(&names).into_iter().chain(keys) {
                    tags.entry(tag).or_insert(name);
                }
            }
        };
        if let Some(path) = workspace.rules_path() {
            note(path, &Names::in_text);
        }
        if let Some(sops) = workspace.sops_rules().ok().flatten() {
            let parse = |text: &str| SopsRules::parse(sops.path.clone(), text).map(|rules| rules.names);
            note(&sops.path, &|text| parse(text).unwrap_or_default());
        }
        tags
    }
}

crate::output! {
    #[schemars(title = "One recipient in the header of an age file")]
    pub(crate) struct Stanza {
        /// `X25519`, `ssh-ed25519`, `ssh-rsa`, `scrypt`, or a plugin's
        #[serde(rename = "type")]
        kind: Shown,
        /// What tells ssh keys apart; null where the type has none
        tag: Option<Shown>,
    }
}

impl Stanza {
    /// A reader as JSON, from the file's own header.
    pub(crate) fn of(reader: &Recipient) -> Self {
        let identifier = reader.tag.clone().or_else(|| reader.key.clone());
        Self { kind: RecipientName::shown(reader.kind.clone()), tag: identifier.map(RecipientName::shown) }
    }
}

/// A reader for display where the rules are unknown, from the file's own header.
pub(crate) fn bare_reader(reader: &Recipient) -> Shown {
    let identifier = reader.key.as_ref().or(reader.tag.as_ref());
    RecipientName::shown(identifier.iter().fold(reader.kind.clone(), |text, identifier| format!("{text} {identifier}")))
}

/// Describes how many key groups are needed to open a file.
pub(crate) fn groups(needed: usize) -> String {
    match needed {
        1 => "any one key group".to_owned(),
        needed => format!("{needed} key groups"),
    }
}

fn by_tag(names: &Names) -> HashMap<String, String> {
    names.iter().filter_map(|(key, name)| Some((Recipient::tag_of(key)?, name.to_owned()))).collect()
}

/// The comment of an ssh public key.
fn comment(key: &str) -> Option<String> {
    let words: Vec<&str> = key.split_whitespace().skip(2).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn listed(all: impl Iterator<Item = Shown>) -> Shown {
    let mut all: Vec<Shown> = all.collect();
    let more = all.len().saturating_sub(NAMED);
    if more > 0 {
        all.truncate(NAMED);
        all.push(shown!("{} more", more));
    }
    Shown::join(&all, ", ")
}

/// The rule of a file.
///
/// # Errors
/// `no-recipient` if the rules do not list it.
pub(crate) fn rule(target: &Target, context: &Context) -> Result<Rule> {
    context.workspace.rule(target)?.ok_or_else(|| {
        let name = target.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(rules) = context.workspace.rules_path().map(|path| context.workspace.display(path)) else {
            return Error::new(
                ErrorKind::NoRecipient,
                "no creation rule in .sops.yaml matches this file, so its recipients are unknown",
            )
            .hint("add a creation rule with a path_regex that matches it");
        };
        let line = context.workspace.rules().map(|rules| rules.line(&name));
        let line = Setting::shown(line.unwrap_or_else(|_| format!("\"{name}\".publicKeys = [ … ];")));
        let message = shown!("{} does not name this file, so its recipients are unknown", FileName::shown(rules));
        Error::new(ErrorKind::NoRecipient, message).hint(shown!("add a line for it: {}", line))
    })
}
