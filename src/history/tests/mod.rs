//! Asks libgit2 and the git program the same questions about the same repositories.

mod configured;

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::backend::{Backend, IndexEntry, Pair};
use super::libgit2::LibGit2;
use super::program::Program;
use super::repository::Repository;

/// A folder in which git uses only the repository's configuration.
struct Folder(TempDir);

impl Folder {
    fn new(options: &[&str]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.git(&[&["init", "--quiet", "--initial-branch=main"], options].concat());
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.current_dir(self.path()).args(["-c", "user.name=Ä B", "-c", "user.email=a@example.com"]);
        command.args(["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"]);
        let output = command.args(arguments).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    /// Commits everything, with a date `minutes` after a fixed start.
    fn commit(&self, minutes: u32, message: &str) {
        let date = format!("2026-03-01T00:{minutes:02}:00+0200");
        self.git(&["add", "--all"]);
        let mut command = Command::new("git");
        command.current_dir(self.path()).env("GIT_COMMITTER_DATE", &date).env("GIT_AUTHOR_DATE", &date);
        command.args(["-c", "user.name=Ä B", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", message]);
        assert!(command.status().expect("git runs").success());
    }
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}

/// Asks every question about a repository, and checks that both answers are equal.
fn agree(root: &Path, revisions: &[&str], paths: &[&str]) {
    let program = Program::new(root);
    let libgit2 = LibGit2::open(root).expect("libgit2 opens it");
    let real = |backend: &dyn Backend| {
        let folders = backend.folders().expect("folders");
        [folders.own, folders.shared].map(|folder| folder.canonicalize().expect("it is there"))
    };
    assert_eq!(real(&libgit2), real(&program));
    let entries = |backend: &dyn Backend| backend.index().expect("an index");
    assert_eq!(entries(&libgit2), entries(&program));
    assert_eq!(sorted(libgit2.untracked().expect("a list")), sorted(program.untracked().expect("a list")));
    if let Ok(changed) = libgit2.changed_since_head() {
        assert_eq!(sorted(changed), sorted(program.changed_since_head().expect("a list")));
    }
    for path in paths {
        if let Ok(staged) = libgit2.is_staged(path) {
            assert_eq!(staged, program.is_staged(path).expect("an answer"), "{path}: staged");
        }
        if let Ok(edited) = libgit2.is_edited(path) {
            assert_eq!(edited, program.is_edited(path).expect("an answer"), "{path}: edited");
        }
    }
    let sorted_pairs = |pairs: Vec<Pair>| {
        let mut pairs = pairs;
        pairs.sort_by(|one, other| (&one.after, &one.before).cmp(&(&other.after, &other.before)));
        pairs
    };
    let mut tracked = Vec::new();
    for revision in revisions {
        let id = libgit2.commit_id(revision).expect("an id");
        assert_eq!(id, program.commit_id(revision).expect("an id"), "{revision}");
        let Some(id) = id else { continue };
        assert_eq!(libgit2.short_length().expect("a length"), program.short_length().expect("a length"));
        assert_eq!(sorted(libgit2.changed_in(&id).expect("a list")), sorted(program.changed_in(&id).expect("a list")));
        assert_eq!(sorted(libgit2.removed_in(&id).expect("a list")), sorted(program.removed_in(&id).expect("a list")));
        for other in revisions.iter().map(|other| Some(*other)).chain([None]) {
            let Ok(pairs) = libgit2.compare(revision, other, &[]) else { continue };
            let expected = program.compare(revision, other, &[]).expect("a list");
            assert_eq!(sorted_pairs(pairs), sorted_pairs(expected), "{revision} and {other:?}");
            for path in paths {
                let one = [(*path).to_owned()];
                let pairs = libgit2.compare(revision, other, &one).expect("a list");
                let expected = program.compare(revision, other, &one).expect("a list");
                assert_eq!(sorted_pairs(pairs), sorted_pairs(expected), "{path} in {revision} and {other:?}");
            }
            if let Some(other) = other {
                let bases = [&libgit2 as &dyn Backend, &program].map(|one| one.merge_base(revision, other).ok());
                assert_eq!(bases[0], bases[1], "{revision} and {other}");
            }
        }
        for path in paths {
            let blob = libgit2.blob_at(&id, path).expect("an answer");
            assert_eq!(blob, program.blob_at(&id, path).expect("an answer"), "{revision}: {path}");
            let found = libgit2.revisions(revision, path, &|_| ()).expect("a list");
            assert_eq!(found, program.revisions(revision, path, &|_| ()).expect("a list"), "{revision}: {path}");
            let Some(blob) = blob else { continue };
            let bytes = libgit2.object(&blob).expect("bytes");
            assert_eq!(bytes, program.object(&blob).expect("bytes"));
            assert_eq!(libgit2.blob_id(&bytes).expect("an id"), blob);
            assert_eq!(program.blob_id(&bytes).expect("an id"), blob);
            if *revision == "HEAD" {
                tracked.push(IndexEntry { path: (*path).to_owned(), blob: blob.clone(), stage: 0 });
            }
            let both = [blob.clone(), blob.clone()];
            assert_eq!(libgit2.objects(&both).expect("bytes"), program.objects(&both).expect("bytes"));
            assert_eq!(libgit2.origin(&blob, path).expect("one"), program.origin(&blob, path).expect("one"), "{path}");
        }
    }
    if tracked.is_empty() {
        return;
    }
    let found = libgit2.introductions(&tracked).expect("commits");
    assert_eq!(found, program.introductions(&tracked).expect("commits"));
    assert_eq!(found.len(), tracked.len(), "the commit of each file is known");
    let other = IndexEntry { path: "not/there".to_owned(), blob: program.blob_id(b"never").expect("an id"), stage: 0 };
    for backend in [&libgit2 as &dyn Backend, &program] {
        assert_eq!(backend.introductions(std::slice::from_ref(&other)).expect("none"), HashMap::new());
        assert_eq!(backend.introductions(&[]).expect("none"), HashMap::new());
    }
}

/// The text of a file that is still recognised after a rename with a small change.
fn long(word: &str) -> String {
    (0..40).map(|line| format!("{line}: some text\n")).chain([format!("last: {word}\n")]).collect()
}

/// Commits with renames, a copy, a removal, a restored file, a merged branch, trailers, and dates out of order.
fn history() -> Folder {
    let folder = Folder::new(&[]);
    folder.write("a.age", "one");
    folder.write("deep/er/b.yaml", &long("b"));
    folder.write("rules.nix", "x");
    folder.commit(1, "feat(cloud): begin\n\nResolves: task-1\nRelated: task-2, task-3\n");
    folder.write("a.age", "two");
    folder.commit(2, "fix(cloud): change\nover two lines\n\nA body: with a colon\n\nRefs: task-4\n  and more");
    folder.git(&["mv", "a.age", "c.age"]);
    folder.git(&["mv", "deep/er/b.yaml", "d.yaml"]);
    folder.write("d.yaml", &long("d"));
    folder.commit(3, "move");
    folder.git(&["branch", "side"]);
    folder.write("c.age", "three");
    folder.commit(6, "main");
    folder.git(&["checkout", "--quiet", "side"]);
    folder.write("d.yaml", &long("side"));
    folder.commit(4, "side");
    folder.write("other", "o");
    folder.commit(5, "aside");
    folder.git(&["checkout", "--quiet", "main"]);
    folder.git(&["merge", "--quiet", "--no-edit", "side"]);
    folder.git(&["tag", "-a", "-m", "a tag", "v1"]);
    fs::remove_file(folder.path().join("c.age")).expect("it is there");
    folder.commit(1, "remove, long ago");
    folder.write("c.age", "four");
    folder.write("copy.yaml", &long("side"));
    folder.commit(9, "again");
    folder
}

const REVISIONS: [&str; 9] =
    ["HEAD", "HEAD~1", "HEAD^^", "v1", "v1^2", "side", "main@{0}", ":/move", "HEAD~3^{tree}^{/move}"];
const PATHS: [&str; 7] = ["a.age", "c.age", "d.yaml", "copy.yaml", "deep/er/b.yaml", "rules.nix", "not/there"];

#[test_with::executable(git)]
#[test]
fn both_read_the_same_history() {
    let folder = history();
    agree(folder.path(), &REVISIONS[..7], &PATHS);
    let linear = ["rules.nix".to_owned(), "other".to_owned()];
    let newest = |backend: &dyn Backend| backend.touching(&linear, 2).expect("a list");
    assert_eq!(newest(&LibGit2::open(folder.path()).expect("open")), newest(&Program::new(folder.path())));
    // Packed, with a commit graph, and with other settings.
    folder.git(&["repack", "-adq"]);
    folder.git(&["pack-refs", "--all"]);
    folder.git(&["config", "core.abbrev", "11"]);
    agree(folder.path(), &REVISIONS[..4], &PATHS);
    folder.git(&["commit-graph", "write", "--reachable"]);
    assert!(LibGit2::open(folder.path()).expect("open").has_commit_graph());
}

#[test_with::executable(git)]
#[test]
fn both_read_the_same_index_and_working_tree() {
    let folder = history();
    folder.write(".gitignore", "ignored\n");
    folder.write("ignored", "x");
    folder.write("new file.age", "x");
    folder.write("folder/new.age", "x");
    folder.write("meant.age", "x");
    folder.git(&["add", "-N", "meant.age"]);
    folder.write("staged.age", "x");
    folder.git(&["add", "staged.age"]);
    folder.write("rules.nix", "y");
    folder.git(&["add", "rules.nix"]);
    folder.write("rules.nix", "z");
    folder.write("other", "o");
    fs::remove_file(folder.path().join("d.yaml")).expect("it is there");
    let paths = [&PATHS[..], &["new file.age", "meant.age", "staged.age", "other", "folder/new.age"]].concat();
    agree(folder.path(), &["HEAD", "side"], &paths);
    let pairs = Repository::new(folder.path()).refuse_half_staged(&folder.path().join("rules.nix"));
    assert!(pairs.is_err(), "another version is staged");
    // A linked working tree, and one in conflict.
    folder.git(&["worktree", "add", "--quiet", "-b", "linked", "linked", "HEAD~2"]);
    fs::write(folder.path().join("linked/c.age"), "mine").expect("written");
    folder.git(&["-C", "linked", "commit", "--quiet", "-am", "mine"]);
    agree(&folder.path().join("linked"), &["HEAD", "main", "linked"], &PATHS);
    folder.git(&["-C", "linked", "commit", "--quiet", "--allow-empty", "-m", "more"]);
    let merge =
        Command::new("git").current_dir(folder.path().join("linked")).args(["merge", "side~2", "main"]).output();
    assert!(!merge.expect("git runs").status.success(), "it is in conflict");
    folder.git(&["-C", "linked", "config", "user.name", "A"]);
    agree(&folder.path().join("linked"), &["linked"], &PATHS);
}

#[test_with::executable(git)]
#[test]
fn both_read_an_empty_repository_and_a_submodule() {
    let folder = Folder::new(&[]);
    folder.write("a.age", "x");
    agree(folder.path(), &["HEAD"], &["a.age"]);
    folder.git(&["add", "a.age"]);
    agree(folder.path(), &["HEAD"], &["a.age"]);
    let inner = history();
    folder.git(&["submodule", "--quiet", "add", &inner.path().to_string_lossy(), "sub"]);
    folder.commit(1, "with a submodule");
    agree(folder.path(), &["HEAD"], &["a.age"]);
    agree(&folder.path().join("sub"), &["HEAD", "HEAD~2"], &PATHS);
}

#[test_with::executable(git)]
#[test]
fn trailers_are_read_the_same() {
    let folder = Folder::new(&[]);
    let (program, libgit2) = (Program::new(folder.path()), LibGit2::open(folder.path()).expect("open"));
    for message in [
        "fix: x",
        "fix: x\n\nResolves: task-1\n",
        "fix: x\n\nbody\n\nResolves: task-1\nCo-authored-by: B <b@example.com>\n",
        "fix: x\n\nNot: a trailer\nsince this line is text\nand this\nand this\n",
        "fix: x\n\nSigned-off-by: A\n  on two lines\nRefs: 2\n",
        "fix: x\n\nResolves : spaced\n",
        "fix: x\n\nResolves: before a patch\n\n---\nRefs: after\n",
        "Resolves: in the subject",
        "",
    ] {
        assert_eq!(libgit2.trailers(message).ok(), program.trailers(message).ok(), "{message:?}");
    }
}

#[test_with::executable(git)]
#[test]
fn unsupported_repositories_are_left_to_git() {
    let folder = history();
    let path = folder.path();
    let opens = || LibGit2::open(path).is_some();
    let has = |revision: &str| Repository::new(path).blob(revision, "c.age").is_ok_and(|blob| blob.is_some());
    assert!(opens() && has("HEAD"));
    // Replaced objects.
    let (head, before) = (folder.git(&["rev-parse", "HEAD"]), folder.git(&["rev-parse", "HEAD~1"]));
    folder.git(&["replace", &head, &before]);
    assert!(!opens() && !has("HEAD"), "the replacement has no such file");
    folder.git(&["replace", "-d", &head]);
    // A working tree elsewhere.
    let elsewhere = tempfile::tempdir().expect("a folder");
    folder.git(&["config", "core.worktree", &elsewhere.path().to_string_lossy()]);
    assert!(!opens());
    folder.git(&["config", "--unset", "core.worktree"]);
    // An extension that libgit2 does not know.
    folder.git(&["config", "core.repositoryFormatVersion", "1"]);
    folder.git(&["config", "extensions.partialClone", "origin"]);
    assert!(!opens() && has("HEAD"));
    folder.git(&["config", "--unset", "extensions.partialClone"]);
    // Revisions that libgit2 does not know are resolved by git.
    assert_eq!(
        Repository::new(path).commit_id("HEAD^-").ok().flatten(),
        Program::new(path).commit_id("HEAD^-").ok().flatten()
    );
    assert!(Repository::new(path).commit_id("nothing").expect("an answer").is_none());
    assert!(Repository::new(path).commit_id(":/move").expect("an answer").is_some());
    // Missing objects.
    let blob = folder.git(&["rev-parse", "HEAD:c.age"]);
    fs::remove_file(path.join(".git/objects").join(&blob[..2]).join(&blob[2..])).expect("it is loose");
    assert_eq!(Repository::new(path).objects(&[blob]).expect("an answer"), [None]);
    // A file excluded from the working tree is not deleted.
    folder.git(&["checkout", "--quiet", "-f", "side"]);
    folder.git(&["update-index", "--skip-worktree", "d.yaml"]);
    fs::remove_file(path.join("d.yaml")).expect("it is there");
    assert_eq!(Repository::new(path).changed_since_head().expect("a list"), [""; 0]);
    assert_eq!(Repository::new(path).compare("HEAD", None, &[]).expect("a list"), []);
}

#[test_with::executable(git)]
#[test]
fn repositories_of_sha256_are_read() {
    let folder = Folder::new(&["--object-format=sha256"]);
    folder.write("a.age", "x");
    folder.commit(1, "fix(cloud): begin");
    assert!(LibGit2::open(folder.path()).is_none());
    let repository = Repository::new(folder.path());
    assert_eq!(repository.blob("HEAD", "a.age").expect("bytes").as_deref(), Some(&b"x"[..]));
    assert_eq!(repository.revisions("a.age", &|_| ()).expect("a list").len(), 1);
    assert_eq!(repository.usual_scope(&[folder.path().join("a.age")]).as_deref(), Some("cloud"));
    assert!(repository.refuse_staged(&folder.path().join("a.age")).is_ok());
}

#[test_with::executable(git)]
#[test]
fn the_repository_of_another_user_is_left_to_git() {
    let folder = history();
    // Only root can change the owner.
    if std::os::unix::fs::chown(folder.path().join(".git"), Some(12_345), None).is_err() {
        return;
    }
    assert!(LibGit2::open(folder.path()).is_none());
    let refused = Repository::new(folder.path()).blob("HEAD", "c.age").expect_err("git refuses");
    assert!(refused.message().contains("dubious ownership"), "{}", refused.message());
}

#[test_with::executable(git)]
#[test]
fn nothing_of_the_configuration_is_run() {
    let folder = history();
    let ran = folder.path().join(".git/ran");
    let program = format!("touch '{}'", ran.display());
    for key in
        ["core.fsmonitor", "diff.x.textconv", "diff.x.command", "diff.external", "filter.x.clean", "filter.x.smudge"]
    {
        folder.git(&["config", key, &program]);
    }
    folder.write(".gitattributes", "* diff=x filter=x\n");
    folder.write("d.yaml", "changed");
    drop(fs::remove_file(&ran));
    let repository = Repository::new(folder.path());
    repository.changed_since_head().expect("a list");
    repository.compare("HEAD", None, &[]).expect("a list");
    repository.compare("HEAD~1", Some("HEAD"), &[]).expect("a list");
    repository.untracked_files().expect("a list");
    repository.revisions("d.yaml", &|_| ()).expect("a list");
    repository.refuse_staged(&folder.path().join("d.yaml")).expect("nothing is staged");
    assert!(!ran.exists(), "a program of the configuration ran");
}
