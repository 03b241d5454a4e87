//! The revisions of a file, in git or in a Jujutsu repository, through every rename.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use crate::app::Context;
use crate::app::commits::repository;
use crate::app::encrypted::{is_called_age, may_be_sops};
use crate::container::Plaintext;
use crate::diff;
use crate::error::Result;
use crate::history::{Jujutsu, Repository, Revision};
use crate::workspace::{Target, file_part};

pub(super) enum Store {
    Git(Repository),
    /// A repository without `.git`, in which versions are named by their commits.
    Jujutsu(Jujutsu),
}

impl Store {
    /// The revisions of the file, newest first. `found` is called with each of them that is found before the others.
    fn revisions(&self, target: &Target, context: &Context, found: &dyn Fn(&Revision)) -> Result<Vec<Revision>> {
        match self {
            Self::Git(repository) => {
                let path = repository.relative(&target.path)?;
                match repository.commit_id("HEAD")? {
                    Some(_) => revisions(&path, repository, context, found),
                    None => Ok(Vec::new()),
                }
            }
            Self::Jujutsu(jj) => jj.revisions(target.path.strip_prefix(jj.root()).unwrap_or(&target.path)),
        }
    }

    /// The bytes of a version; `None` if a program would have to read it.
    fn in_process(&self, blob: &str) -> Option<Vec<u8>> {
        match self {
            Self::Git(repository) => repository.object_in_process(blob),
            Self::Jujutsu(_) => None,
        }
    }

    /// The bytes of these versions of the file.
    fn objects(&self, blobs: &[String], target: &Target) -> Result<Vec<Option<Vec<u8>>>> {
        match self {
            Self::Git(repository) => repository.objects(blobs),
            Self::Jujutsu(jj) => {
                let path = target.path.strip_prefix(jj.root()).unwrap_or(&target.path);
                blobs.iter().map(|commit| jj.file(commit, path)).collect()
            }
        }
    }
}

/// The revisions of the file, if they are not `known` already. Passes on the bytes of each version, with its blob.
pub(super) fn passing_on(
    known: Option<Vec<Revision>>,
    store: &Store,
    target: &Target,
    context: &Context,
    pass_on: &dyn Fn((String, Vec<u8>)),
) -> Result<Vec<Revision>> {
    let passed = RefCell::new(HashSet::new());
    let is_new = |blob: &&String| !passed.borrow().contains(*blob);
    let found = |revision: &Revision| {
        for blob in blobs(revision).filter(is_new).cloned().collect::<Vec<_>>() {
            if let Some(bytes) = store.in_process(&blob) {
                passed.borrow_mut().insert(blob.clone());
                pass_on((blob, bytes));
            }
        }
    };
    let revisions = known.map_or_else(|| store.revisions(target, context, &found), Ok)?;
    let rest: BTreeSet<String> = revisions.iter().flat_map(blobs).filter(is_new).cloned().collect();
    let rest: Vec<String> = rest.into_iter().collect();
    let all = store.objects(&rest, target)?;
    rest.into_iter().zip(all).filter_map(|(blob, bytes)| Some((blob, bytes?))).for_each(pass_on);
    Ok(revisions)
}

/// The file after a commit, and before it.
fn blobs(revision: &Revision) -> impl Iterator<Item = &String> {
    revision.parents.iter().chain([&revision.blob]).flatten()
}

/// The file, its revisions if they are known already, and the store that contains them.
pub(super) fn find(file: &str, context: &Context) -> Result<(Target, Option<Vec<Revision>>, Store)> {
    if context.workspace.repository().is_none()
        && let Some(root) = context.workspace.jujutsu()
    {
        let target = context.existing(file).ok_or_else(|| context.workspace.no_such_file(file))?;
        return Ok((target, None, Store::Jujutsu(Jujutsu::new(root))));
    }
    let store = Store::Git(repository(context)?);
    if let Some(target) = context.existing(file) {
        return Ok((target, None, store));
    }
    let (target, revisions) = deleted(file, context, |target| store.revisions(target, context, &|_| ()))?;
    Ok((target, Some(revisions), store))
}

/// A deleted file, found by the first place with a history under its name.
fn deleted(
    name: &str,
    context: &Context,
    history: impl Fn(&Target) -> Result<Vec<Revision>>,
) -> Result<(Target, Vec<Revision>)> {
    let places = context.workspace.former(name);
    for target in places {
        let Ok(revisions) = history(&target) else { continue };
        if !revisions.is_empty() {
            return Ok((target, revisions));
        }
    }
    let target = context.workspace.named(&context.workspace.current().join(name));
    if target.path.is_dir() {
        return Err(context.workspace.no_such_file(file_part(name)));
    }
    let revisions = history(&target)?;
    Ok((target, revisions))
}

/// The revisions of the file at `path` (below the root), newest first, through every rename. `found` is called with each
/// of them that is found before the others.
///
/// # Errors
/// `git` if the log cannot be read; `no-identity` if renamed versions cannot be compared.
pub(crate) fn revisions(
    path: &str,
    repository: &Repository,
    context: &Context,
    found: &dyn Fn(&Revision),
) -> Result<Vec<Revision>> {
    let mut revisions = repository.revisions(path, found)?;
    while let Some(older) = before_rename(&revisions, repository, context)? {
        if let Some(first) = revisions.last_mut() {
            first.parents = vec![older.first().and_then(|newest| newest.blob.clone())];
        }
        revisions.extend(older);
    }
    Ok(revisions)
}

/// The revisions before the oldest one if that commit both renamed and re-encrypted the file: git sees one file removed
/// and an unrelated one added.
fn before_rename(revisions: &[Revision], repository: &Repository, context: &Context) -> Result<Option<Vec<Revision>>> {
    let Some(oldest) = revisions.last().filter(|oldest| oldest.parents.iter().all(Option::is_none)) else {
        return Ok(None);
    };
    let Some(blob) = &oldest.blob else { return Ok(None) };
    let mut removed = repository.removed_in(&oldest.commit.id)?;
    removed.retain(|(path, _)| is_called_age(Path::new(path)) || may_be_sops(Path::new(path)));
    let ids: Vec<String> = std::iter::once(blob).chain(removed.iter().map(|(_, blob)| blob)).cloned().collect();
    if removed.is_empty() {
        return Ok(None);
    }
    let keys = context.keys()?;
    let names = std::iter::once(oldest.path.as_str()).chain(removed.iter().map(|(path, _)| path.as_str()));
    let open = |(name, bytes): (&str, Option<Vec<u8>>)| {
        keys.hidden(&context.workspace.named(&repository.root().join(name)), &bytes?)
    };
    let texts: Vec<Option<Plaintext>> = names.zip(repository.objects(&ids)?).map(open).collect();
    let Some((Some(new), old)) = texts.split_first() else { return Ok(None) };
    let alike = |text: &Option<Plaintext>| text.as_ref().map_or(0.0, |old| diff::likeness(old.expose(), new.expose()));
    let best = old.iter().map(alike).zip(&removed).max_by(|left, right| left.0.total_cmp(&right.0));
    match best.filter(|(likeness, _)| *likeness >= diff::ALIKE) {
        Some((_, (path, _))) => {
            let older = repository.revisions_before(&format!("{}^", oldest.commit.id), path, &|_| ())?;
            Ok(Some(older).filter(|older| !older.is_empty()))
        }
        None => Ok(None),
    }
}
