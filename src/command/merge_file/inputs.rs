//! The places of the versions, and the file that they belong to.

use std::path::{Path, PathBuf};

use super::args::MergeFileArgs;
use crate::app::Context;
use crate::error::{Error, Result};
use crate::history::Repository;
use crate::input::{self, Limit};
use crate::shown;
use crate::shown::FileName;
use crate::workspace::{Target, Workspace};

/// The file at PATH, below the repository's root. From here on the run takes place in the file's folder, since the
/// nearest rules apply, and git runs a driver in the root.
pub(super) fn target(args: &MergeFileArgs, context: &mut Context) -> Target {
    let workspace = &context.workspace;
    let path = root(context).join(&args.path);
    let rules = context.global.rules.as_ref().map(|rules| workspace.current().join(rules));
    let folder = path.parent().unwrap_or(workspace.current()).to_owned();
    // The name may also be that of a file elsewhere (merging by hand, outside git).
    if workspace.top().is_some() || rules.is_some() {
        let near = Workspace::discover(folder, rules.as_deref());
        if near.rules_path().is_some() || near.sops_rules().is_ok_and(|rules| rules.is_some()) {
            let target = near.named(&path);
            context.workspace = near;
            return Target { display: args.path.clone(), ..target };
        }
    }
    let found = workspace.existing(&args.path).unwrap_or_else(|| workspace.named(&path));
    Target { display: args.path.clone(), ..found }
}

/// OURS: as given, or else below the root.
pub(super) fn ours(args: &MergeFileArgs, context: &Context) -> PathBuf {
    if args.ours.exists() { args.ours.clone() } else { root(context).join(&args.ours) }
}

/// The bytes of a version: a file, or an entry in git's index (`:1:PATH`). git passes an empty file for a missing
/// version.
pub(super) fn bytes(version: &str, context: &Context) -> Result<Vec<u8>> {
    if version.starts_with(':') && !Path::new(version).exists() {
        return Repository::new(root(context)).object(version).map_err(|error| {
            error.hint("`:1:PATH` and `:3:PATH` are there as long as git has the file in conflict (git status)")
        });
    }
    input::read_named(version, Limit::Secret)
        .map_err(|error| Error::io(shown!("cannot read {}", FileName::shown(version)), &error))
}

fn root(context: &Context) -> &Path {
    context.workspace.top().unwrap_or(context.workspace.current())
}
