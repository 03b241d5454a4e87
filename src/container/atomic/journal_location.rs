//! The place of a set's journal: the git directory of the working tree that contains the files, or else a separate
//! folder above them. It depends only on the files, so that every run finds it, wherever it was started.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The folder in the git directory, as `git rev-parse --git-path agepatch` names it.
const IN_GIT: &str = "agepatch";
/// The folder without git.
const WITHOUT_GIT: &str = ".agepatch";

/// A root, and the folder for the journal of the files below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JournalLocation {
    /// Names in the journal are relative to it.
    pub(super) root: PathBuf,
    pub(super) folder: PathBuf,
}

impl JournalLocation {
    /// The place of the journal for these files (absolute, without links): the repository that contains all of them, or
    /// else the folder of the rules if it does, or else the nearest common parent.
    pub(super) fn of_set(files: &[&Path], rules: Option<&Path>) -> Option<Self> {
        let (first, rest) = files.split_first()?;
        let is_above_all = |folder: &Path| rest.iter().all(|file| file.starts_with(folder));
        let shared = first.parent()?.ancestors().find(|folder| is_above_all(folder))?;
        if let Some(place) = shared.ancestors().find_map(Self::in_git) {
            return Some(place);
        }
        let rules = rules.and_then(|folder| folder.canonicalize().ok()).filter(|folder| shared.starts_with(folder));
        Some(Self::without_git(rules.as_deref().unwrap_or(shared)))
    }

    /// Every possible place of a journal for a file in this folder (absolute, without links). Folders that git may have
    /// filled from elsewhere are excluded.
    pub(super) fn above(folder: &Path) -> Vec<Self> {
        let mut places: Vec<Self> = folder.ancestors().filter_map(Self::in_git).collect();
        let outermost = places.last().map(|place| place.root.clone());
        let outside = outermost.as_deref().map_or(Some(folder), Path::parent);
        places.extend(outside.into_iter().flat_map(Path::ancestors).map(Self::without_git));
        places
    }

    /// Whether a run of agepatch may have written a journal with this owner: the current user, root, the owner of the
    /// files, or anyone who may write to their git directory.
    pub(super) fn trusts(&self, journal: &fs::Metadata) -> bool {
        let owner = |folder: &Path| fs::metadata(folder).ok().map(|metadata| metadata.uid());
        let root = owner(&self.root);
        let git = self.folder.parent().filter(|_| self.folder.ends_with(IN_GIT));
        let users = [Some(0), Some(rustix::process::geteuid().as_raw()), root];
        users.contains(&Some(journal.uid())) || git.is_some_and(|git| owner(git) == root)
    }

    /// The working tree with this root.
    fn in_git(root: &Path) -> Option<Self> {
        let git = root.join(".git");
        let kind = fs::symlink_metadata(&git).ok()?;
        let folder = if kind.is_file() { linked(root, &git)? } else { git };
        folder.is_dir().then(|| Self { root: root.to_owned(), folder: folder.join(IN_GIT) })
    }

    fn without_git(root: &Path) -> Self {
        Self { root: root.to_owned(), folder: root.join(WITHOUT_GIT) }
    }
}

/// The git directory in the `.git` file of a linked working tree or a submodule.
fn linked(root: &Path, file: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(file).ok()?;
    let folder = root.join(text.strip_prefix("gitdir: ")?.trim_end_matches(['\n', '\r']));
    folder.join("HEAD").is_file().then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a repository that has a submodule and a linked working tree beside it, and a folder without git.
    fn folders() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("it exists");
        for made in ["repo/.git/modules/sub", "repo/.git/worktrees/other", "repo/sub/deep", "other", "plain/secrets"] {
            fs::create_dir_all(root.join(made)).expect("made");
        }
        for (file, text) in [
            ("repo/.git/modules/sub/HEAD", ""),
            ("repo/.git/worktrees/other/HEAD", ""),
            ("repo/sub/.git", "gitdir: ../.git/modules/sub\n"),
        ] {
            fs::write(root.join(file), text).expect("written");
        }
        let linked = format!("gitdir: {}\n", root.join("repo/.git/worktrees/other").display());
        fs::write(root.join("other/.git"), linked).expect("written");
        (folder, root)
    }

    #[test]
    fn a_set_belongs_to_the_repository_of_its_files() {
        let (_folder, root) = folders();
        let cases = [
            (&["repo/a.age", "repo/x/b.age"][..], "repo", "repo/.git/agepatch"),
            (&["repo/sub/a.age", "repo/sub/deep/b.age"], "repo/sub", "repo/sub/../.git/modules/sub/agepatch"),
            (&["repo/a.age", "repo/sub/b.age"], "repo", "repo/.git/agepatch"),
            (&["other/a.age", "other/b.age"], "other", "repo/.git/worktrees/other/agepatch"),
            (&["plain/a.age", "plain/secrets/b.age"], "plain", "plain/.agepatch"),
            (&["plain/secrets/a.age", "plain/secrets/b.age"], "plain", "plain/.agepatch"),
            (&["plain/a.age", "repo/b.age"], "", ".agepatch"),
        ];
        for (files, expected_root, expected) in cases {
            let files: Vec<PathBuf> = files.iter().map(|file| root.join(file)).collect();
            let paths: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
            let place = JournalLocation::of_set(&paths, Some(&root.join("plain"))).expect("a place");
            assert_eq!(
                (place.root, &place.folder),
                (root.join(expected_root).components().collect(), &root.join(expected))
            );
            for file in paths {
                let above = JournalLocation::above(file.parent().expect("a folder"));
                assert!(above.iter().any(|one| one.folder == place.folder), "{}: {above:?}", file.display());
            }
        }
    }

    #[test]
    fn a_git_folder_in_the_work_tree_is_ignored() {
        let (_folder, root) = folders();
        for folder in ["repo", "repo/sub", "repo/sub/deep"] {
            let above = JournalLocation::above(&root.join(folder));
            let inside = |place: &JournalLocation| {
                place.folder.ends_with(WITHOUT_GIT) && place.root.starts_with(root.join("repo"))
            };
            assert!(!above.iter().any(inside), "{above:?}");
        }
    }
}
