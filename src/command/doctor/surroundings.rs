//! What lies beside the files of the rules: age files that no rule names, and plaintext that was left over.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::file::Patient;
use super::finding;
use crate::app::Context;
use crate::check::{Finding, Severity};
use crate::history::Repository;
use crate::shown::Shown;
use crate::workspace::{Target, age_files};

/// Endings that editors and people give to a decrypted copy.
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

/// The age files below the repository (else the rules' folder) that the rules do not name.
pub(super) fn orphans(targets: &[Target], context: &Context) -> Vec<String> {
    let workspace = &context.workspace;
    let root = workspace.repository().or(workspace.rules_folder()).unwrap_or(workspace.current());
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let named: HashSet<PathBuf> = targets.iter().map(|target| real(&target.path)).collect();
    let mut found = Vec::new();
    age_files(root, &mut found);
    found.retain(|path| !named.contains(&real(path)));
    found.sort();
    found.iter().map(|path| workspace.display(path)).collect()
}

/// Files tracked by git that hold what a file of the rules holds (known of those that were opened), or are named as a
/// decrypted copy of one. Without git there are none.
pub(super) fn leftovers(targets: &[Target], patients: &[Patient], context: &Context) -> Vec<Finding> {
    let Some(root) = context.workspace.repository() else { return Vec::new() };
    let Ok(listed) = Repository::new(root).tracked() else { return Vec::new() };
    let mut tracked: HashMap<String, Vec<String>> = HashMap::new();
    for entry in &listed {
        tracked.entry(entry.blob.clone()).or_default().push(entry.path.clone());
    }
    let mut told = HashSet::new();
    let mut found = Vec::new();
    for patient in patients {
        let mut copies = patient.copies(|blob| tracked.get(blob).map(Vec::as_slice));
        copies.sort();
        for copy in copies {
            let copy = root.join(copy);
            let message = format!("git tracks this file, and it holds the content of {} in plain text", patient.name);
            found.push(leftover(&copy, Severity::Error, message, context));
            told.insert(copy);
        }
    }
    let paths: HashSet<PathBuf> = listed.into_iter().map(|entry| root.join(entry.path)).collect();
    for target in targets {
        for copy in names(&target.path).into_iter().filter(|copy| paths.contains(copy) && !told.contains(copy)) {
            let message = format!("git tracks this file, and it looks like {} in plain text", target.display);
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
    let Some(stem) = name.strip_suffix(".age") else { return Vec::new() };
    let mut names: Vec<String> = LEFT.iter().map(|ending| format!("{stem}{ending}")).collect();
    names.extend(LEFT.iter().filter(|ending| !ending.is_empty()).map(|ending| format!("{name}{ending}")));
    // What vim and Emacs leave while a file is open, or when they were killed.
    names.extend([".swp", ".swo", ".swn"].map(|ending| format!(".{stem}{ending}")));
    names.push(format!("#{stem}#"));
    names.into_iter().map(|name| folder.join(name)).collect()
}

fn leftover(copy: &Path, severity: Severity, message: String, context: &Context) -> Finding {
    let mut one = finding("leftover", severity, &context.workspace.display(copy), message);
    one.help = Some(Shown::fixed(match severity {
        Severity::Error => "`git rm --cached FILE`, and change the secret, since the history keeps it",
        _ => "if it holds the secret: `git rm --cached FILE`, and change the secret, since the history keeps it",
    }));
    one
}
