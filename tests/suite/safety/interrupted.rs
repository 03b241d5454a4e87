//! Edits that were interrupted: the next command completes or undoes them, and reports it.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use super::patch_set::{FILES, NEW, OLD, assert_tidy, faulty, interrupted, names, printed, sandbox};
use crate::sandbox::Sandbox;

#[test_with::executable(git, strace)]
fn the_next_command_completes_an_interrupted_edit_and_reports_it() {
    let line = "completed an interrupted change of 4 files: a-env.age, b-env.age, sub/c-env.age, d-env.age";
    for arguments in [&["show", FILES[3]][..], &["diff"], &["set", "--public", FILES[3], "B", "x"], &["rekey"]] {
        let sandbox = interrupted();
        let output = sandbox.agepatch(arguments).output().expect("it runs");
        assert!(
            output.status.success() && printed(&output).contains(&format!("warning: {line}\n")),
            "{}",
            printed(&output)
        );
        assert!(FILES.map(|name| sandbox.open(name)).iter().all(|text| text.starts_with(NEW)));
        assert_tidy(&sandbox);
        let again = sandbox.agepatch(["show", FILES[3]]).output().expect("it runs");
        assert!(!printed(&again).contains("interrupted"), "{}", printed(&again));
    }
}

#[test_with::executable(git, strace)]
fn doctor_and_status_report_it_and_commit_refuses() {
    let sandbox = interrupted();
    sandbox.agepatch(["doctor"]).assert().success().stdout(contains("warning[interrupted]: a-env.age: completed an"));
    assert_tidy(&sandbox);
    let sandbox = interrupted();
    sandbox.agepatch::<&str>([]).assert().success().stdout(contains("unfinished  completed an interrupted change"));
    assert_tidy(&sandbox);
    let sandbox = interrupted();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let refused = sandbox.agepatch(["commit"]).assert().code(4);
    refused.stderr(contains("nothing was committed: an earlier run was interrupted").and(contains("agepatch diff")));
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    sandbox.agepatch(["commit"]).assert().success();
    assert_eq!(sandbox.git(&["show", "--format=", "--name-only", "HEAD"]).lines().count(), FILES.len());
}

#[test_with::executable(git, strace)]
fn a_file_of_another_repository_is_not_shown_half_done_either() {
    let sandbox = interrupted();
    let outer = Sandbox::with_files(&[]);
    let file = sandbox.repo().join(FILES[3]);
    let mut show = outer.agepatch(["show", &file.display().to_string(), "--reveal", "-i"]);
    let shown = show.arg(sandbox.home().join(".config/age/keys.txt")).assert().success();
    shown.stdout(contains("A=new")).stderr(contains("completed an interrupted change of 4 files"));
    assert_tidy(&sandbox);
}

#[test_with::executable(git, strace)]
fn a_reader_without_write_permission_sees_no_mixture() {
    let sandbox = interrupted();
    let refused = faulty(&sandbox, &["renameat2:error=EACCES"], &["show", FILES[0]]).output().expect("strace runs");
    assert_eq!(refused.status.code(), Some(6), "{}", printed(&refused));
    assert!(printed(&refused).contains("can be neither finished nor undone"), "{}", printed(&refused));
    let doctor = faulty(&sandbox, &["renameat2:error=EACCES"], &["doctor"]).output().expect("strace runs");
    assert!(printed(&doctor).contains("error[unfinished]"), "{}", printed(&doctor));
    sandbox.agepatch(["show", FILES[0]]).assert().success().stderr(contains("completed an interrupted change"));
    assert_tidy(&sandbox);
}

#[test_with::executable(git, strace)]
fn recovery_keeps_files_that_changed_since() {
    let sandbox = interrupted();
    sandbox.seal(FILES[3], b"A=theirs\n");
    sandbox.agepatch(["show", FILES[0]]).assert().success().stderr(contains("undid an interrupted change of 4 files"));
    assert_eq!(FILES.map(|name| sandbox.open(name)), [OLD, OLD, OLD, "A=theirs\n"]);
    assert_tidy(&sandbox);
    // All files restored by git.
    let sandbox = interrupted();
    sandbox.git(&["checkout", "--quiet", "."]);
    sandbox.agepatch(["show", FILES[0]]).assert().success();
    assert_eq!(FILES.map(|name| sandbox.open(name)), [OLD; 4]);
    assert_tidy(&sandbox);
    // Without the new ciphertexts the set can only be undone.
    let sandbox = interrupted();
    sandbox.git(&["clean", "--quiet", "--force"]);
    let output = sandbox.agepatch(["doctor"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert!(printed(&output).contains("could be neither completed nor undone"), "{}", printed(&output));
    assert!(!sandbox.repo().join(".git/agepatch").exists());
}

#[test_with::executable(git, strace)]
fn a_killed_edit_of_one_file_leaves_what_doctor_removes() {
    for (fault, text) in [("renameat2:signal=KILL:when=1", OLD), ("unlink:signal=KILL:when=1", NEW)] {
        let sandbox = sandbox();
        sandbox.git_init();
        let status =
            faulty(&sandbox, &[fault], &["set", "--public", FILES[2], "A", "new"]).status().expect("strace runs");
        assert_eq!((status.signal(), sandbox.open(FILES[2]).as_str()), (Some(9), text));
        assert!(!sandbox.repo().join(".git/agepatch").exists(), "one file needs no journal");
        let report = contains("warning[temporary]: sub/.agepatch-").and(contains("agepatch doctor --fix"));
        sandbox.agepatch(["doctor"]).assert().success().stdout(report);
        sandbox.agepatch::<&str>([]).assert().success().stdout(contains(" leftover  sub/.agepatch-"));
        let fixed = sandbox.agepatch(["doctor", "--fix"]).assert().success();
        fixed.stdout(contains("4 files, no problems found")).stderr(contains("removed sub/.agepatch-"));
        assert_tidy(&sandbox);
    }
}

#[test_with::executable(git, strace)]
fn the_next_edit_of_the_file_removes_what_a_killed_one_left() {
    for fault in ["renameat2:signal=KILL:when=1", "unlink:signal=KILL:when=1"] {
        let sandbox = sandbox();
        sandbox.git_init();
        let status = faulty(&sandbox, &[fault], &["set", "--public", FILES[2], "A", "new"]).status();
        assert_eq!(status.expect("strace runs").signal(), Some(9));
        let folder = sandbox.repo().join("sub");
        let left = |folder: &Path| names(folder).into_iter().find(|name| name.starts_with(".agepatch-"));
        let name = left(&folder).expect("something is left");
        // Leftovers of other files stay, and so does a file that only has such a name.
        let other = ".agepatch-0123456789abcdef-fedcba9876543210";
        fs::write(folder.join(other), "someone's own").expect("written");
        sandbox.agepatch(["set", "--public", FILES[0], "A", "newer"]).assert().success();
        assert!(folder.join(&name).exists());
        sandbox.agepatch(["set", "--public", FILES[2], "A", "newer"]).assert().success();
        assert_eq!(sandbox.open(FILES[2]), "A=newer\n");
        assert_eq!(left(&folder).as_deref(), Some(other));
    }
    // A new file.
    let sandbox = sandbox();
    fs::remove_file(sandbox.repo().join(FILES[0])).expect("it is there");
    let create = ["set", "--public", FILES[0], "A", "new"];
    let status = faulty(&sandbox, &["renameat2:signal=KILL:when=1"], &create).status();
    assert_eq!(status.expect("strace runs").signal(), Some(9));
    assert!(!sandbox.repo().join(FILES[0]).exists());
    sandbox.agepatch(create).assert().success();
    assert_tidy(&sandbox);
}

#[test_with::executable(git, strace)]
fn programs_read_of_a_recovery_in_a_line_of_json() {
    for (arguments, code) in [(&["show", FILES[3]][..], 0), (&["get", FILES[3], "NONE"], 5)] {
        let sandbox = interrupted();
        let output = sandbox.agepatch([arguments, &["--output", "json"]].concat()).output().expect("it runs");
        assert_eq!(output.status.code(), Some(code));
        let stderr = String::from_utf8(output.stderr).expect("text");
        let lines: Vec<serde_json::Value> =
            stderr.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let recovered = &lines[0]["recovered"];
        assert_eq!(
            (&recovered["outcome"], recovered["files"].as_array().map(Vec::len)),
            (&"completed".into(), Some(4))
        );
        assert_eq!(lines.len(), 1 + usize::from(code != 0), "{stderr}");
        assert!(code == 0 || lines[1]["error"]["kind"] == "path", "{stderr}");
    }
}

#[test_with::executable(git)]
fn files_in_conflict_are_reported() {
    let sandbox = sandbox();
    sandbox.git_init();
    sandbox.git(&["checkout", "--quiet", "-b", "other"]);
    sandbox.seal(FILES[0], b"A=theirs\n");
    sandbox.git(&["commit", "--quiet", "-am", "theirs"]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.seal(FILES[0], b"A=ours\n");
    sandbox.git(&["commit", "--quiet", "-am", "ours"]);
    let merge = Command::new("git").args(["merge", "--quiet", "other"]).current_dir(sandbox.repo()).output();
    assert!(!merge.expect("git runs").status.success());
    sandbox.agepatch(["doctor"]).assert().code(1).stdout(contains("error[unmerged]: a-env.age: git has this file"));
    sandbox.agepatch::<&str>([]).assert().success().stdout(contains("conflicts  a-env.age"));
}
