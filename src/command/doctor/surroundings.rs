//! What lies beside the files of the rules: age files that no rule names, and plaintext that was left over.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::finding;
use crate::check::{Finding, Severity};
use crate::command::Context;
use crate::history::Repository;
use crate::shown::Shown;
use crate::workspace::Target;

/// Folders that hold no sources: git's own, and what builds leave.
const SKIPPED: [&str; 6] = [".git", "target", "node_modules", ".direnv", "result", ".jj"];
/// Endings that editors and people give to a decrypted copy.
const LEFT: [&str; 9] = ["", ".dec", ".decrypted", ".plain", ".plaintext", ".clear", ".tmp", ".bak", ".txt"];

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

fn age_files(folder: &Path, found: &mut Vec<PathBuf>) {
    // A folder that cannot be listed holds nothing that one could mend.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
        let skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
        if kind.is_dir() && !skipped {
            age_files(&path, found);
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "age") {
            found.push(path);
        }
    }
}

/// Files tracked by git that look like a decrypted copy of a file of the rules. Without git there are none.
pub(super) fn leftovers(targets: &[Target], context: &Context) -> Vec<Finding> {
    let Some(root) = context.workspace.repository() else { return Vec::new() };
    let Ok(listed) = Repository::new(root).text(&["ls-files", "-z"]) else { return Vec::new() };
    let tracked: HashSet<PathBuf> =
        listed.split('\0').filter(|name| !name.is_empty()).map(|name| root.join(name)).collect();
    let mut found = Vec::new();
    for target in targets {
        let name = target.path.to_string_lossy();
        let Some(stem) = name.strip_suffix(".age") else { continue };
        let copies = LEFT.iter().map(|ending| format!("{stem}{ending}"));
        let of_whole = LEFT.iter().filter(|ending| !ending.is_empty()).map(|ending| format!("{name}{ending}"));
        for copy in copies.chain(of_whole).map(PathBuf::from).filter(|copy| tracked.contains(copy)) {
            let shown = context.workspace.display(&copy);
            let message = format!("git tracks this file, and it looks like {} in plain text", target.display);
            let mut one = finding("leftover", Severity::Warning, &shown, message);
            one.help = Some(Shown::fixed(
                "if it holds the secret: `git rm --cached FILE`, and change the secret, since the history keeps it",
            ));
            found.push(one);
        }
    }
    found
}
