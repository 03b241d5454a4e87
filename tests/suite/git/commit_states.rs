//! Commits in every state of a repository: hooks, signing, linked working trees, submodules, no commit yet, a detached
//! HEAD, an operation in progress. Each either works or fails with an explanation.

use std::os::unix::fs::PermissionsExt;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILE: &str = "x-env.age";

fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[(FILE, "A=marker-1\n"), ("y.age", "b: marker\n")]);
    sandbox.git_init();
    sandbox.write("staged.txt", "staged\n");
    sandbox.git(&["add", "staged.txt"]);
    sandbox
}

fn hook(sandbox: &Sandbox, path: &str, script: &str) {
    sandbox.write(path, &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(sandbox.repo().join(path), std::fs::Permissions::from_mode(0o755)).expect("it is there");
}

fn edit(sandbox: &Sandbox, number: u8) {
    sandbox.seal(FILE, format!("A=marker-{number}\n").as_bytes());
}

fn files(sandbox: &Sandbox) -> String {
    sandbox.git(&["show", "--format=", "--name-only", "HEAD"]).trim().to_owned()
}

#[test_with::executable(git)]
#[test]
fn every_hook_runs_and_sees_only_that_file() {
    let sandbox = repository();
    hook(&sandbox, ".git/hooks/pre-commit", "git diff --cached --name-only > ../seen");
    hook(&sandbox, ".git/hooks/prepare-commit-msg", "echo 'Prepared: yes' >> \"$1\"");
    hook(&sandbox, ".git/hooks/commit-msg", "grep -q Prepared \"$1\" && echo 'Checked: yes' >> \"$1\"");
    hook(&sandbox, ".git/hooks/post-commit", "git log -1 --format=%s > ../posted");
    edit(&sandbox, 2);
    sandbox.agepatch(["commit"]).assert().success();
    assert_eq!(sandbox.read("../seen"), format!("{FILE}\n").as_bytes());
    assert_eq!(sandbox.read("../posted"), b"chore(x-env): change A\n");
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    assert!(message.trim_end().ends_with("Prepared: yes\nChecked: yes"), "{message}");
    assert_eq!(
        (files(&sandbox).as_str(), sandbox.git(&["diff", "--cached", "--name-only"]).trim()),
        (FILE, "staged.txt")
    );
}

#[test_with::executable(git)]
#[test]
fn a_hook_that_refuses_leaves_file_and_index_as_they_were() {
    let sandbox = repository();
    sandbox.seal("new.age", b"c: marker\n");
    edit(&sandbox, 2);
    sandbox.git(&["config", "core.hooksPath", "hooks"]);
    for name in ["pre-commit", "prepare-commit-msg", "commit-msg"] {
        hook(&sandbox, &format!("hooks/{name}"), "echo no thanks >&2; exit 1");
        let (before, status) = (sandbox.read(FILE), sandbox.git(&["status", "--porcelain"]));
        let refused = sandbox.agepatch(["commit", FILE, "new.age"]).assert().code(6);
        refused.stderr(contains("no thanks").and(contains("not committed")).and(contains("marker").not()));
        assert_eq!((sandbox.read(FILE), sandbox.git(&["status", "--porcelain"])), (before, status), "{name}");
        std::fs::remove_file(sandbox.repo().join(format!("hooks/{name}"))).expect("it is there");
    }
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]).trim(), "1");
}

#[test_with::executable(git)]
#[test]
fn files_added_by_a_hook_are_reported() {
    let sandbox = repository();
    hook(&sandbox, ".git/hooks/pre-commit", "echo more > more.txt; git add more.txt");
    edit(&sandbox, 2);
    sandbox.agepatch(["commit"]).assert().success().stderr(contains("a hook has added to the commit: more.txt"));
    assert_eq!(files(&sandbox), format!("more.txt\n{FILE}"));
}

#[test_with::executable(git, ssh-keygen)]
#[test]
fn commits_are_signed_by_ssh_as_git_is_configured() {
    let sandbox = repository();
    let key = sandbox.home().join("sign");
    let made =
        std::process::Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    assert!(made.expect("ssh-keygen runs").success());
    let public = std::fs::read_to_string(sandbox.home().join("sign.pub")).expect("a key");
    sandbox.write("../home/allowed", &format!("a@example.com {public}"));
    for (name, value) in
        [("gpg.format", "ssh"), ("commit.gpgsign", "true"), ("gpg.ssh.allowedSignersFile", "../home/allowed")]
    {
        sandbox.git(&["config", name, value]);
    }
    sandbox.git(&["config", "user.signingkey", &key.to_string_lossy()]);
    edit(&sandbox, 2);
    sandbox.agepatch(["commit"]).assert().success();
    assert_eq!(sandbox.git(&["log", "-1", "--format=%G?"]).trim(), "G");
    // Signed history can be read like any other.
    sandbox.git(&["config", "log.showSignature", "true"]);
    sandbox.agepatch(["log", FILE]).assert().success().stdout(contains("chore(x-env): change A"));
    // The signing key does not exist: nothing is committed, and that is reported.
    sandbox.git(&["config", "user.signingkey", "/nonexistent"]);
    edit(&sandbox, 3);
    sandbox.agepatch(["commit"]).assert().code(6).stderr(contains("not committed"));
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]).trim(), "2");
}

#[test_with::executable(git, gpg)]
#[test]
fn commits_are_signed_by_gpg_as_git_is_configured() {
    let sandbox = repository();
    // A socket's path must be short; the sandbox's home would be too long on some systems.
    let home = tempfile::Builder::new().prefix("g").tempdir_in("/tmp").expect("a folder");
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700)).expect("it is there");
    let made = std::process::Command::new("gpg")
        .args([
            "--batch",
            "--quiet",
            "--passphrase",
            "",
            "--quick-generate-key",
            "A <a@example.com>",
            "ed25519",
            "sign",
        ])
        .env("GNUPGHOME", home.path())
        .output()
        .expect("gpg runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    sandbox.git(&["config", "commit.gpgsign", "true"]);
    edit(&sandbox, 2);
    sandbox.agepatch(["commit"]).env("GNUPGHOME", home.path()).assert().success();
    let commit = sandbox.git(&["cat-file", "commit", "HEAD"]);
    let stop =
        std::process::Command::new("gpgconf").args(["--kill", "gpg-agent"]).env("GNUPGHOME", home.path()).status();
    drop(stop);
    assert!(commit.contains("gpgsig -----BEGIN PGP SIGNATURE-----"), "{commit}");
}

#[test_with::executable(git)]
#[test]
fn in_a_linked_working_tree_and_on_a_detached_head() {
    let sandbox = repository();
    hook(&sandbox, ".git/hooks/commit-msg", "echo 'Checked: yes' >> \"$1\"");
    sandbox.git(&["worktree", "add", "--quiet", "--detach", "../tree"]);
    sandbox.seal("../tree/x-env.age", b"A=marker-2\n");
    let tree = sandbox.repo().join("../tree");
    sandbox.agepatch(["commit"]).current_dir(&tree).assert().success();
    let told = sandbox.git(&["-C", "../tree", "log", "-1", "--format=%s %b"]);
    assert!(told.starts_with("chore(x-env): change A ") && told.contains("Checked: yes"), "{told}");
    sandbox.agepatch(["log", FILE]).current_dir(&tree).assert().success().stdout(contains("chore(x-env): change A"));
    sandbox.agepatch(["git", "setup"]).current_dir(&tree).assert().success();
    assert!(sandbox.git(&["config", "merge.agepatch.driver"]).contains("merge-file"));
}

#[test_with::executable(git)]
#[test]
fn in_a_submodule_it_is_the_submodules_commit() {
    let sandbox = repository();
    sandbox.git(&["init", "--quiet", "../outer"]);
    sandbox.git(&[
        "-C",
        "../outer",
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "../repo",
        "inner",
    ]);
    sandbox.git(&["-C", "../outer", "commit", "--quiet", "-m", "begin"]);
    let inner = sandbox.repo().join("../outer/inner");
    sandbox.git(&["-C", "../outer/inner", "config", "user.name", "A"]);
    sandbox.git(&["-C", "../outer/inner", "config", "user.email", "a@example.com"]);
    sandbox.seal("../outer/inner/x-env.age", b"A=marker-2\n");
    sandbox.agepatch(["commit"]).current_dir(&inner).assert().success();
    assert_eq!(sandbox.git(&["-C", "../outer/inner", "log", "-1", "--format=%s"]).trim(), "chore(x-env): change A");
    assert_eq!(sandbox.git(&["-C", "../outer", "log", "--format=%s"]).trim(), "begin");
    sandbox.agepatch(["git", "setup"]).current_dir(&inner).assert().success();
    sandbox.agepatch(["git", "setup", "--check"]).current_dir(&inner).assert().success();
}

#[test_with::executable(git)]
#[test]
fn the_first_commit_of_a_repository() {
    let sandbox = Sandbox::with_files(&[(FILE, "A=marker\n")]);
    sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
    sandbox.git(&["config", "user.name", "A"]);
    sandbox.git(&["config", "user.email", "a@example.com"]);
    sandbox.git(&["add", "secrets.nix"]);
    sandbox.agepatch(["log", FILE]).assert().success();
    sandbox.agepatch(["commit", "--no-rules"]).assert().success();
    assert_eq!(sandbox.git(&["log", "--format=%s"]).trim(), "feat: add x-env.age");
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]).trim(), "secrets.nix");
}

#[test_with::executable(git)]
#[test]
fn an_unfinished_merge_or_rebase_refuses_commits() {
    let sandbox = repository();
    edit(&sandbox, 2);
    for (name, what) in [
        ("MERGE_HEAD", "a merge"),
        ("CHERRY_PICK_HEAD", "a cherry-pick"),
        ("REVERT_HEAD", "a revert"),
        ("rebase-merge/done", "a rebase"),
        ("rebase-apply/patch", "a rebase"),
    ] {
        sandbox.write(&format!(".git/{name}"), "");
        let refused = sandbox.agepatch(["commit"]).assert().code(4);
        refused.stderr(contains(format!("{what} is in progress")).and(contains("finish or abort it first")));
        let place = sandbox.repo().join(".git").join(name.split('/').next().expect("a name"));
        if place.is_dir() { std::fs::remove_dir_all(place) } else { std::fs::remove_file(place) }.expect("it is there");
    }
    // A bisection does not prevent commits.
    sandbox.git(&["bisect", "start"]);
    sandbox.agepatch(["commit"]).assert().success();
    edit(&sandbox, 3);
    sandbox.write(".git/index.lock", "");
    sandbox.agepatch(["commit"]).assert().code(6).stderr(contains("index.lock").and(contains("not committed")));
    assert_eq!(sandbox.open(FILE), "A=marker-3\n");
}

#[test_with::executable(git)]
#[test]
fn file_names_may_be_patterns_and_an_author_is_required() {
    let sandbox = Sandbox::with_files(&[("*.age", "a: 1\n"), ("x.age", "a: 1\n")]);
    sandbox.git_init();
    for name in ["*.age", "x.age"] {
        sandbox.seal(name, b"a: 2\n");
    }
    sandbox.agepatch(["commit", "*.age"]).assert().success();
    assert_eq!(files(&sandbox), "*.age");
    sandbox.git(&["config", "user.useConfigOnly", "true"]);
    sandbox.git(&["config", "--unset", "user.email"]);
    sandbox.agepatch(["commit", "x.age"]).assert().code(6).stderr(contains("not committed"));
}
