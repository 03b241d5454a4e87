//! Finds the commit that is built, for `--version`. It needs neither git nor a repository.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=AGEPATCH_COMMIT");
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = match commit() {
        Some(commit) => format!("{version} ({})", commit.chars().take(10).collect::<String>()),
        None => version,
    };
    println!("cargo::rustc-env=AGEPATCH_VERSION={version}");
}

/// What the builder names, else what cargo noted in a package from crates.io, else the repository's HEAD.
fn commit() -> Option<String> {
    if let Ok(commit) = env::var("AGEPATCH_COMMIT") {
        return Some(commit).filter(|commit| !commit.is_empty());
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?);
    if let Ok(noted) = fs::read_to_string(root.join(".cargo_vcs_info.json")) {
        let (_, sha1) = noted.split_once("\"sha1\"")?;
        return sha1.split('"').nth(1).map(str::to_owned).filter(|commit| is_commit(commit));
    }
    // While developing, a commit must not cause the crate to be compiled again.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") { head(&root) } else { None }
}

/// The commit that is checked out, also in a worktree.
fn head(root: &Path) -> Option<String> {
    let mut git = root.join(".git");
    if let Ok(link) = fs::read_to_string(&git) {
        git = root.join(link.strip_prefix("gitdir: ")?.trim());
    }
    let common = fs::read_to_string(git.join("commondir")).map_or_else(|_| git.clone(), |path| git.join(path.trim()));
    let head = watched(&git.join("HEAD"))?;
    let Some(reference) = head.trim().strip_prefix("ref: ") else {
        return Some(head.trim().to_owned()).filter(|commit| is_commit(commit));
    };
    let loose = watched(&common.join(reference)).map(|commit| commit.trim().to_owned());
    let packed = || {
        let packed = watched(&common.join("packed-refs"))?;
        let line = packed.lines().find(|line| line.split(' ').nth(1) == Some(reference))?;
        line.split(' ').next().map(str::to_owned)
    };
    loose.or_else(packed).filter(|commit| is_commit(commit))
}

fn watched(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    println!("cargo::rerun-if-changed={}", path.display());
    Some(text)
}

fn is_commit(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
