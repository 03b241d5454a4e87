//! A patch set of four files, run under strace to interrupt it or to make system calls fail.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::sandbox::Sandbox;

pub(super) const FILES: [&str; 4] = ["a-env.age", "b-env.age", "sub/c-env.age", "d-env.age"];
pub(super) const OLD: &str = "A=old\n";
pub(super) const NEW: &str = "A=new\n";

pub(super) fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_files(&FILES.map(|name| (name, OLD)));
    let lines: String = FILES.map(|name| format!("  {name}: [{{op: set, path: A, value: new}}]\n")).concat();
    sandbox.write("../tmp/set.yaml", &format!("agepatch: 1\nfiles:\n{lines}"));
    sandbox
}

/// Runs the patch set under strace, with these faults.
pub(super) fn faulty(sandbox: &Sandbox, faults: &[&str], arguments: &[&str]) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    for fault in faults {
        command.args(["-e", &format!("inject={fault}")]);
    }
    command.arg(assert_cmd::cargo::cargo_bin!("agepatch")).args(arguments);
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(super) const APPLY: [&str; 3] = ["apply", "-p", "../tmp/set.yaml"];

/// A patch set that was interrupted after two files were replaced.
pub(super) fn interrupted() -> Sandbox {
    let sandbox = sandbox();
    sandbox.git_init();
    let status = faulty(&sandbox, &["renameat2:signal=KILL:when=3"], &APPLY).status().expect("strace runs");
    assert_eq!(status.signal(), Some(9));
    assert_eq!(FILES.map(|name| sandbox.open(name)), [NEW, NEW, OLD, OLD]);
    sandbox
}

pub(super) fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// Everything below the repository, except for git's files.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && name != ".git" {
            names.extend(self::names(&entry.path()).into_iter().map(|below| format!("{name}/{below}")));
        } else if name != ".git" {
            names.push(name);
        }
    }
    names.sort();
    names
}

pub(super) fn assert_tidy(sandbox: &Sandbox) {
    let mut expected = FILES.map(str::to_owned).to_vec();
    expected.push("secrets.nix".to_owned());
    expected.sort();
    assert_eq!(names(&sandbox.repo()), expected);
    assert!(!sandbox.repo().join(".git/agepatch").exists());
}
