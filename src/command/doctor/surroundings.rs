//! Examines the files beside those of the rules: encrypted files without a rule, and plaintext that should not be
//! there.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::file::Patient;
use super::finding::finding;
use crate::app::Context;
use crate::check::{Finding, Severity};
use crate::error::Result;
use crate::history::Repository;
use crate::real_paths::RealPaths;
use crate::rules::sops::ServiceKey;
use crate::rules::{Rules, SopsRules};
use crate::shown;
use crate::shown::{FileName, Shown};
use crate::workspace::{Target, age_files, rules_files};

/// The extensions of sops' stores.
const STORES: [&str; 5] = [".yaml", ".yml", ".json", ".env", ".ini"];
/// Suffixes that editors and people give to decrypted copies.
const LEFT: [&str; 14] = [
    "",
    ".dec",
    ".decrypted",
    ".plain",
    ".plaintext",
    ".clear",
    ".tmp",
    ".bak",
    ".txt",
    ".orig",
    ".old",
    ".save",
    "~",
    ".un~",
];

/// The encrypted files below the repository (or the rules' folder) that no rules list: neither this secrets.nix, nor a
/// creation rule of `.sops.yaml`, nor another file called secrets.nix.
pub(super) fn orphans(targets: &[Target], context: &Context) -> Vec<String> {
    let workspace = &context.workspace;
    let root = workspace.top().or(workspace.rules_folder()).unwrap_or(workspace.current());
    let paths = RealPaths::default();
    let real = |path: &Path| paths.or_as_is(path);
    let mut found = Vec::new();
    age_files(root, &mut found);
    let sops = workspace.sops_by_content().into_iter().map(|target| target.path);
    found.extend(sops.filter(|path| !is_covered_nearby(path, context)));
    let named: HashSet<&Path> = targets.iter().map(|target| target.path.as_path()).collect();
    found.retain(|path| !named.contains(path.as_path()));
    if !found.is_empty() {
        let named: HashSet<PathBuf> = targets.iter().map(|target| real(&target.path)).collect();
        found.retain(|path| !named.contains(&real(path)));
        let own = workspace.rules_path().map(real);
        let mut others = Vec::new();
        rules_files(root, &mut others);
        for rules in others.into_iter().filter(|path| Some(real(path)) != own) {
            let folder = rules.parent().unwrap_or(root);
            match Rules::load(&rules) {
                Ok(rules) => {
                    let listed: HashSet<PathBuf> = rules.files.keys().map(|name| real(&folder.join(name))).collect();
                    found.retain(|path| !listed.contains(&real(path)));
                }
                // What they list is unknown.
                Err(_) => found.retain(|path| !path.starts_with(folder)),
            }
        }
    }
    found.sort();
    found.iter().map(|path| workspace.display(path)).collect()
}

/// Whether a `.sops.yaml` nearer to the file covers it.
fn is_covered_nearby(path: &Path, context: &Context) -> bool {
    let folder = path.parent().unwrap_or(path);
    let rules = SopsRules::find(folder, context.workspace.top()).and_then(|found| SopsRules::load(&found).ok());
    rules.is_some_and(|rules| rules.rule_for(path).is_ok_and(|rule| rule.is_some()))
}

/// Plaintext files that a creation rule with a `path_regex` covers.
///
/// # Errors
/// `rules` if `.sops.yaml` cannot be read or applied.
pub(super) fn plaintext(context: &Context) -> Result<Vec<Finding>> {
    let covered = context.workspace.sops_files()?.into_iter();
    let plain = covered.filter(|(target, encrypted)| !encrypted && !is_source(&target.path)).map(|(target, _)| target);
    Ok(plain.map(|target| covered_plaintext(&target)).collect())
}

fn covered_plaintext(target: &Target) -> Finding {
    let name = target.path.file_name().unwrap_or_default().to_string_lossy();
    // Others may be in the folder for another reason.
    let severity = match STORES.iter().any(|ending| name.ends_with(ending)) {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let message = "a creation rule of .sops.yaml covers this file, and it is plaintext";
    let mut found = finding("plaintext", severity, &target.display, message);
    found.help = Some(Shown::fixed(
        "encrypt it (`sops encrypt -i FILE`), or let the `path_regex` leave it out; if it was committed, its secrets are no longer secret",
    ));
    found
}

/// Whether the file is always plaintext: sources, and files that git reads.
fn is_source(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["nix", "md", "pub"].contains(&ending) || name.starts_with(".git") || name.starts_with(".sops.y")
}

/// Creation rules with a key group that contains no age recipient.
///
/// # Errors
/// `rules` if `.sops.yaml` cannot be read.
pub(super) fn rules_without_age(context: &Context) -> Result<Vec<Finding>> {
    let Some(rules) = context.workspace.sops_rules()? else { return Ok(Vec::new()) };
    let name = context.workspace.display(&rules.path);
    let mut found = Vec::new();
    for rule in rules.all().filter_map(|rule| rule.sops) {
        for (at, group) in rule.groups.iter().enumerate().filter(|(_, group)| group.age.is_empty()) {
            let which = if rule.groups.len() > 1 { shown!("key group {} of ", at + 1) } else { Shown::default() };
            let mut services: Vec<&'static str> = group.services.iter().map(ServiceKey::title).collect();
            services.dedup();
            let keys = match services.is_empty() {
                true => Shown::fixed("no key"),
                false => shown!("only {}", Shown::join(services, ", ")),
            };
            let message =
                shown!("{}creation rule {} has {}, so agepatch cannot create its files", which, rule.number, keys);
            let mut one = finding("no-age-recipient", Severity::Warning, &name, message);
            one.help = Some(Shown::fixed("add an age recipient, or use sops for these files"));
            found.push(one);
        }
    }
    Ok(found)
}

/// Files tracked by git that have the content of a file of the rules (if that was opened), or are named like a
/// decrypted copy. Empty without git.
pub(super) fn leftovers(targets: &[Target], patients: &[Patient], context: &Context) -> Vec<Finding> {
    let Some(root) = context.workspace.repository() else { return Vec::new() };
    let Ok(listed) = Repository::new(root).tracked() else { return Vec::new() };
    let mut tracked: HashMap<String, Vec<String>> = HashMap::new();
    for entry in &listed {
        tracked.entry(entry.blob.clone()).or_default().push(entry.path.clone());
    }
    let mut reported = HashSet::new();
    let mut found = Vec::new();
    for patient in patients {
        let mut copies = patient.copies(|blob| tracked.get(blob).map(Vec::as_slice));
        copies.sort();
        for copy in copies {
            let copy = root.join(copy);
            let message = shown!(
                "git tracks this file, and it holds the content of {} in plain text",
                FileName::shown(&patient.name)
            );
            found.push(leftover(&copy, Severity::Error, message, context));
            reported.insert(copy);
        }
    }
    let paths: HashSet<PathBuf> = listed.into_iter().map(|entry| root.join(entry.path)).collect();
    for target in targets {
        for copy in names(&target.path).into_iter().filter(|copy| paths.contains(copy) && !reported.contains(copy)) {
            let message = shown!("git tracks this file, and it looks like {} in plain text", target);
            found.push(leftover(&copy, Severity::Warning, message, context));
        }
    }
    found
}

/// The names that people and editors give to a decrypted copy of the file.
fn names(path: &Path) -> Vec<PathBuf> {
    let (Some(name), Some(folder)) = (path.file_name().map(|name| name.to_string_lossy()), path.parent()) else {
        return Vec::new();
    };
    let Some(stem) = name.strip_suffix(".age") else { return names_beside(&name, folder) };
    let mut names: Vec<String> = LEFT.iter().map(|ending| format!("{stem}{ending}")).collect();
    names.extend(LEFT.iter().filter(|ending| !ending.is_empty()).map(|ending| format!("{name}{ending}")));
    // Files that vim and Emacs create while a file is open, and leave when they are killed.
    names.extend([".swp", ".swo", ".swn"].map(|ending| format!(".{stem}{ending}")));
    names.push(format!("#{stem}#"));
    names.into_iter().map(|name| folder.join(name)).collect()
}

/// The same for a sops file, which keeps its name: `x.dec.yaml`, `x.yaml.plain`, and so on.
fn names_beside(name: &str, folder: &Path) -> Vec<PathBuf> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let endings = LEFT.iter().filter(|left| !left.is_empty());
    let within = endings.clone().filter(|left| left.starts_with('.')).map(|left| format!("{stem}{left}.{ending}"));
    let behind = endings.map(|left| format!("{name}{left}"));
    let editors = [".swp", ".swo", ".swn"].map(|left| format!(".{name}{left}"));
    within.chain(behind).chain(editors).chain([format!("#{name}#")]).map(|name| folder.join(name)).collect()
}

fn leftover(copy: &Path, severity: Severity, message: Shown, context: &Context) -> Finding {
    let mut one = finding("leftover", severity, &context.workspace.display(copy), message);
    one.help = Some(Shown::fixed(match severity {
        Severity::Error => "`git rm --cached FILE`, and change the secret, since the history keeps it",
        _ => "if it holds the secret: `git rm --cached FILE`, and change the secret, since the history keeps it",
    }));
    one
}
