//! Compares revisions in a Jujutsu repository without `.git`, read through jj.

use std::collections::BTreeSet;
use std::path::Path;

use super::args::DiffArgs;
use super::compared::{Compared, VersionPair};
use super::places::versions;
use crate::app::Context;
use crate::app::encrypted::{is_called_age, is_encrypted, may_be_sops};
use crate::error::{Error, Result};
use crate::history::Jujutsu;
use crate::input::{self, Limit};
use crate::workspace::Target;

/// The default revision: the parents of the working copy.
const PARENT: &str = "@-";

/// The files that differ; `None` outside a Jujutsu repository.
///
/// # Errors
/// `git` if jj cannot be run or does not know a revision; `io`.
pub(super) fn compared(args: &DiffArgs, context: &Context) -> Result<Option<Vec<Compared>>> {
    let Some(root) = context.workspace.jujutsu() else { return Ok(None) };
    let jj = Jujutsu::new(root);
    let mut names: Vec<&String> = args.arguments.iter().chain(&args.files).collect();
    let (mut before, mut after) = (PARENT.to_owned(), None);
    if let Some(first) = args.arguments.first()
        && context.existing(first).is_none()
    {
        names.remove(0);
        match first.split_once("..") {
            Some((old, new)) => (before, after) = (revision(old), Some(revision(new))),
            None => before.clone_from(first),
        }
    }
    let targets: Vec<Target> = names
        .iter()
        .map(|name| context.existing(name).ok_or_else(|| context.workspace.no_such_file(name)))
        .collect::<Result<_>>()?;
    let mut files = Vec::new();
    for target in all(&jj, &before, after.as_deref(), targets, context)? {
        let Ok(path) = target.path.strip_prefix(root) else { continue };
        let old = jj.file(&before, path)?;
        let new = match &after {
            Some(revision) => jj.file(revision, path)?,
            None => on_disk(&target.path)?,
        };
        if old == new || ![&old, &new].into_iter().flatten().any(|bytes| is_encrypted(&target, bytes)) {
            continue;
        }
        let sides = [before.as_str(), after.as_deref().unwrap_or("the working copy")];
        let versions = VersionPair { sides, ..versions(target.display.clone(), target, old, new) };
        files.extend(Compared::between(versions, context)?);
    }
    Ok(Some(files))
}

fn revision(text: &str) -> String {
    if text.is_empty() { PARENT.to_owned() } else { text.to_owned() }
}

/// The named files, or else those on either side that may be encrypted.
fn all(jj: &Jujutsu, before: &str, after: Option<&str>, named: Vec<Target>, context: &Context) -> Result<Vec<Target>> {
    if !named.is_empty() {
        return Ok(named);
    }
    let mut paths: BTreeSet<_> = jj.files(before)?.into_iter().collect();
    if let Some(revision) = after {
        paths.extend(jj.files(revision)?);
    } else {
        let here = context.workspace.encrypted().into_iter().chain(context.workspace.sops_by_content());
        paths.extend(here.filter_map(|target| Some(target.path.strip_prefix(jj.root()).ok()?.to_owned())));
    }
    let may_be =
        |path: &Path| is_called_age(path) || may_be_sops(path) || context.workspace.names(&jj.root().join(path));
    let paths = paths.into_iter().filter(|path| may_be(path));
    Ok(paths.map(|path| context.workspace.named(&jj.root().join(path))).collect())
}

fn on_disk(path: &Path) -> Result<Option<Vec<u8>>> {
    match input::read_named(path, Limit::Secret) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("cannot read the file", &error).in_file(path.display())),
    }
}
