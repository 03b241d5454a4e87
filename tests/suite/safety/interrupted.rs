//! Interruptions and interference: reports, other programs that write the same files, planted journals, file systems
//! with missing features.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILES: [&str; 4] = ["a-env.age", "b-env.age", "sub/c-env.age", "d-env.age"];
const OLD: &str = "A=old\n";
const NEW: &str = "A=new\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_files(&FILES.map(|name| (name, OLD)));
    let lines: String = FILES.map(|name| format!("  {name}: [{{op: set, path: A, value: new}}]\n")).concat();
    sandbox.write("../tmp/set.yaml", &format!("agepatch: 1\nfiles:\n{lines}"));
    sandbox
}

/// Runs the patch set under strace, with these faults.
fn faulty(sandbox: &Sandbox, faults: &[&str], arguments: &[&str]) -> Command {
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

const APPLY: [&str; 3] = ["apply", "-p", "../tmp/set.yaml"];

/// A patch set that was interrupted after two files were replaced.
fn interrupted() -> Sandbox {
    let sandbox = sandbox();
    sandbox.git_init();
    let status = faulty(&sandbox, &["renameat2:signal=KILL:when=3"], &APPLY).status().expect("strace runs");
    assert_eq!(status.signal(), Some(9));
    assert_eq!(FILES.map(|name| sandbox.open(name)), [NEW, NEW, OLD, OLD]);
    sandbox
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// Everything below the repository, except for git's files.
fn names(folder: &Path) -> Vec<String> {
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

fn assert_tidy(sandbox: &Sandbox) {
    let mut expected = FILES.map(str::to_owned).to_vec();
    expected.push("secrets.nix".to_owned());
    expected.sort();
    assert_eq!(names(&sandbox.repo()), expected);
    assert!(!sandbox.repo().join(".git/agepatch").exists());
}

#[test_with::executable(git, strace)]
fn the_next_command_completes_an_interrupted_edit_and_reports_it() {
    let line = "completed an interrupted change of 4 files: a-env.age, b-env.age, sub/c-env.age, d-env.age";
    for arguments in [&["show", FILES[3]][..], &["diff"], &["set", "--public", FILES[3], "B", "x"], &["rekey"]] {
        let sandbox = interrupted();
        let output = sandbox.agepatch(arguments).output().expect("it runs");
        assert!(output.status.success() && said(&output).contains(&format!("warning: {line}\n")), "{}", said(&output));
        assert!(FILES.map(|name| sandbox.open(name)).iter().all(|text| text.starts_with(NEW)));
        assert_tidy(&sandbox);
        let again = sandbox.agepatch(["show", FILES[3]]).output().expect("it runs");
        assert!(!said(&again).contains("interrupted"), "{}", said(&again));
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
    assert_eq!(refused.status.code(), Some(6), "{}", said(&refused));
    assert!(said(&refused).contains("can be neither finished nor undone"), "{}", said(&refused));
    let doctor = faulty(&sandbox, &["renameat2:error=EACCES"], &["doctor"]).output().expect("strace runs");
    assert!(said(&doctor).contains("error[unfinished]"), "{}", said(&doctor));
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
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("could be neither completed nor undone"), "{}", said(&output));
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
        fixed.stdout(contains("4 files, all well")).stderr(contains("removed sub/.agepatch-"));
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

/// The ways in which other programs replace a file.
fn overwrite(path: &Path, bytes: &[u8], way: usize) {
    match way % 3 {
        0 => fs::write(path, bytes).expect("it can be written"),
        1 => {
            let beside = path.with_extension("theirs");
            fs::write(&beside, bytes).expect("it can be written");
            fs::rename(&beside, path).expect("it can be renamed");
        }
        _ => {
            // As git does it.
            fs::remove_file(path).expect("it is there");
            fs::write(path, bytes).expect("it can be written");
        }
    }
}

#[test_with::executable(strace)]
fn a_concurrent_write_at_the_last_moment_is_kept() {
    for (way, delay) in (0..3).flat_map(|way| ["delay_enter", "delay_exit"].map(|delay| (way, delay))) {
        let sandbox = sandbox();
        sandbox.seal("theirs", b"A=theirs\n");
        let theirs = sandbox.read("theirs");
        fs::remove_file(sandbox.repo().join("theirs")).expect("it is there");
        let before = FILES.map(|name| sandbox.read(name));
        let fault = format!("renameat2:{delay}=1000000:when=3");
        let child = faulty(&sandbox, &[&fault], &APPLY).spawn().expect("strace runs");
        // The second file is in place; the third was just compared, or is in place but not verified yet.
        while sandbox.read(FILES[1]) == before[1] {
            thread::yield_now();
        }
        thread::sleep(Duration::from_millis(100));
        let third = if sandbox.read(FILES[2]) == before[2] { FILES[2] } else { FILES[3] };
        overwrite(&sandbox.repo().join(third), &theirs, way);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(4), "{way} {delay}: {}", said(&output));
        assert!(said(&output).contains("no longer the one that was read"), "{}", said(&output));
        for (name, old) in FILES.iter().zip(before) {
            assert!(sandbox.read(name) == if *name == third { theirs.clone() } else { old }, "{way} {delay}: {name}");
        }
        assert_tidy(&sandbox);
    }
}

#[test]
fn a_concurrent_write_during_a_rekey_is_kept() {
    let names: Vec<String> = (0..20).map(|index| format!("r{index}.age")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "key: old\n")).collect();
    let sandbox = Sandbox::with_files(&files);
    sandbox.seal("theirs", b"key: theirs\n");
    let theirs = sandbox.read("theirs");
    fs::remove_file(sandbox.repo().join("theirs")).expect("it is there");
    let rounds = std::env::var("AGEPATCH_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(15);
    let mut refused = 0;
    for round in 0..rounds {
        let before: Vec<Vec<u8>> = names.iter().map(|name| sandbox.read(name)).collect();
        let chosen = round * 7 % names.len();
        let child = sandbox_rekey(&sandbox);
        // Half of them aim at the moment of the replacement.
        while round % 2 == 0 && sandbox.read(&names[0]) == before[0] && !has_journal(&sandbox) {
            thread::yield_now();
            if child_is_done(&sandbox, &before, &names) {
                break;
            }
        }
        thread::sleep(Duration::from_micros((round * 613 % 4_000) as u64));
        overwrite(&sandbox.repo().join(&names[chosen]), &theirs, round);
        let output = child.wait_with_output().expect("it ends");
        refused += usize::from(!output.status.success());
        assert_eq!(sandbox.open(&names[chosen]), "key: theirs\n", "round {round}: {}", said(&output));
        for (name, old) in names.iter().zip(before).filter(|(name, _)| **name != names[chosen]) {
            assert_eq!(sandbox.read(name) != old, output.status.success(), "round {round}: {name}: {}", said(&output));
        }
        assert_eq!(fs::read_dir(sandbox.repo()).expect("a folder").count(), names.len() + 1, "round {round}");
        sandbox.seal(&names[chosen], b"key: old\n");
    }
    eprintln!("{refused} of {rounds} rekeys were refused");
}

fn sandbox_rekey(sandbox: &Sandbox) -> std::process::Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("agepatch"));
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).args(["rekey", "--all"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
}

fn has_journal(sandbox: &Sandbox) -> bool {
    sandbox.repo().join(".agepatch/journal").exists()
}

fn child_is_done(sandbox: &Sandbox, before: &[Vec<u8>], names: &[String]) -> bool {
    names.iter().zip(before).all(|(name, old)| sandbox.read(name) != *old)
}

#[test]
fn a_planted_journal_touches_nothing() {
    let hash = |bytes: &[u8]| agepatch::container::sha256(bytes);
    for (path, staged) in [
        ("../outside.age", ".agepatch-0000000000000000-0000000000000000"),
        ("/etc/outside.age", ".agepatch-0000000000000000-0000000000000000"),
        ("link/outside.age", ".agepatch-0000000000000000-0000000000000000"),
        ("a-env.age", "../outside.age"),
        ("a-env.age", "b-env.age"),
        ("", ".agepatch-0000000000000000-0000000000000000"),
    ] {
        let sandbox = sandbox();
        sandbox.seal("../outside.age", OLD.as_bytes());
        symlink(sandbox.repo().parent().expect("a folder"), sandbox.repo().join("link")).expect("a link");
        let outside = sandbox.read("../outside.age");
        sandbox.write("../.agepatch-0000000000000000-0000000000000000", "planted");
        let before = FILES.map(|name| sandbox.read(name));
        let line = format!(
            r#"{{"path":"{path}","staged":"{staged}","old":"{}","new":"{}"}}"#,
            hash(&outside),
            hash(b"planted")
        );
        sandbox.write(".agepatch/journal", &format!(r#"{{"agepatch":1,"files":[{line}]}}"#));
        sandbox.agepatch(["show", FILES[0]]).assert().success().stderr(contains("warning: ").and(contains("ignored")));
        sandbox.agepatch(["set", "--public", FILES[0], "A", "new"]).assert().success();
        sandbox.agepatch(APPLY).assert().failure().stderr(contains("journal"));
        assert_eq!(sandbox.read("../outside.age"), outside, "{path}");
        assert_eq!(FILES[1..].iter().map(|name| sandbox.read(name)).collect::<Vec<_>>(), before[1..], "{path}");
        assert_eq!(sandbox.read("../.agepatch-0000000000000000-0000000000000000"), b"planted");
    }
    // An invalid journal, or one of another user, does not prevent edits.
    for text in ["nonsense", "[]", r#"{"agepatch":2,"files":[]}"#, r#"{"agepatch":1,"files":[],"more":1}"#] {
        let sandbox = sandbox();
        sandbox.write(".agepatch/journal", text);
        sandbox.agepatch(["show", FILES[0]]).assert().success().stderr(contains("warning: "));
        sandbox.agepatch(["set", "--public", FILES[0], "A", "new"]).assert().success();
        assert_eq!((sandbox.open(FILES[0]).as_str(), sandbox.read(".agepatch/journal")), (NEW, text.into()), "{text}");
    }
    // Files with other hashes stay, and in a repository such a folder is ignored.
    let sandbox = sandbox();
    let staged = ".agepatch-0000000000000000-0000000000000000";
    sandbox.write(staged, "planted");
    let before = FILES.map(|name| sandbox.read(name));
    let zeros = "0".repeat(64);
    let line = format!(r#"{{"path":"{}","staged":"{staged}","old":"{zeros}","new":"{zeros}"}}"#, FILES[0]);
    let journal = format!(r#"{{"agepatch":1,"files":[{line}]}}"#);
    sandbox.write(".agepatch/journal", &journal);
    sandbox.agepatch(["show", FILES[0]]).assert().success();
    assert_eq!((FILES.map(|name| sandbox.read(name)), sandbox.read(staged)), (before, b"planted".to_vec()));
    fs::create_dir(sandbox.repo().join(".git")).expect("created");
    sandbox.write(".agepatch/journal", &journal);
    sandbox.agepatch(["show", FILES[0]]).assert().success().stderr("");
    assert_eq!(sandbox.read(".agepatch/journal"), journal.as_bytes());
}

#[test_with::executable(strace)]
fn file_systems_without_a_feature_are_served_or_refused() {
    for faults in [
        &["renameat2:error=EINVAL"][..],
        &["renameat2:error=ENOSYS", "linkat:error=EPERM"],
        &["linkat:error=ENOENT"],
        &["linkat:error=EPERM"],
    ] {
        for arguments in [&APPLY[..], &["set", "--public", FILES[0], "A", "new"]] {
            let sandbox = sandbox();
            let output = faulty(&sandbox, faults, arguments).output().expect("strace runs");
            assert!(output.status.success(), "{faults:?}: {}", said(&output));
            assert_eq!(sandbox.open(FILES[0]), NEW, "{faults:?}");
            assert_tidy(&sandbox);
        }
    }
    for error in ["ENOSYS", "EOPNOTSUPP", "ENOLCK"] {
        let sandbox = sandbox();
        let before = FILES.map(|name| sandbox.read(name));
        for arguments in [&APPLY[..], &["set", "--public", FILES[0], "A", "new"], &["rekey", "--all"]] {
            let fault = format!("flock:error={error}");
            let output = faulty(&sandbox, &[&fault], arguments).output().expect("strace runs");
            assert_eq!(output.status.code(), Some(6), "{}", said(&output));
            assert!(said(&output).contains("cannot be locked") && said(&output).contains("flock"), "{}", said(&output));
            assert_eq!(FILES.map(|name| sandbox.read(name)), before);
            assert_tidy(&sandbox);
        }
        let shown = faulty(&sandbox, &[&format!("flock:error={error}")], &["show", FILES[0]]).status();
        assert!(shown.expect("strace runs").success(), "reading takes no lock");
    }
}

#[test]
fn a_dangling_link_is_refused() {
    let sandbox = sandbox();
    fs::remove_file(sandbox.repo().join(FILES[0])).expect("it is there");
    symlink("nowhere/x.age", sandbox.repo().join(FILES[0])).expect("a link");
    sandbox.write("../tmp/text", "A=1\n");
    for arguments in
        [&["set", "--public", FILES[0], "A", "new"][..], &["write", FILES[0]], &APPLY, &["rekey", FILES[0]]]
    {
        let refused = sandbox.agepatch(arguments).write_stdin("A=1\n").assert().code(6);
        refused.stderr(contains("a symbolic link to nowhere/x.age, which does not exist").and(contains(FILES[0])));
    }
}

#[test_with::env(AGEPATCH_TEST_ROOT)]
#[test]
fn a_file_that_cannot_be_changed_is_named() {
    let sandbox = sandbox();
    let before = FILES.map(|name| sandbox.read(name));
    let attribute = |change: &str, name: &str| {
        Command::new("chattr").args([change, name]).current_dir(sandbox.repo()).status().is_ok_and(|ran| ran.success())
    };
    assert!(attribute("+i", FILES[2]), "this test needs root, and a TMPDIR whose files have attributes");
    let outputs = [&APPLY[..], &["set", "--public", FILES[2], "A", "new"], &["rekey", "--all"]]
        .map(|arguments| sandbox.agepatch(arguments).output().expect("it runs"));
    assert!(attribute("-i", FILES[2]));
    for output in outputs {
        assert_eq!(output.status.code(), Some(6), "{}", said(&output));
        for part in [FILES[2], "attribute", "chattr -i"] {
            assert!(said(&output).contains(part), "{part}: {}", said(&output));
        }
    }
    assert_eq!(FILES.map(|name| sandbox.read(name)), before);
    assert_tidy(&sandbox);
}

#[test]
fn two_new_files_in_one_folder_are_created_together() {
    let sandbox = sandbox();
    for name in &FILES[..2] {
        fs::remove_file(sandbox.repo().join(name)).expect("it is there");
    }
    sandbox.agepatch(APPLY).assert().success();
    assert_eq!(FILES.map(|name| sandbox.open(name)), [NEW; 4]);
    assert_tidy(&sandbox);
}

#[test_with::env(AGEPATCH_TEST_ROOT)]
#[test]
fn the_journal_of_another_user_is_ignored() {
    let sandbox = sandbox();
    let zeros = "0".repeat(64);
    let staged = ".agepatch-0000000000000000-0000000000000000";
    let line = format!(r#"{{"path":"{}","staged":"{staged}","old":"{zeros}","new":"{zeros}"}}"#, FILES[0]);
    sandbox.write(".agepatch/journal", &format!(r#"{{"agepatch":1,"files":[{line}]}}"#));
    chown(sandbox.repo().join(".agepatch/journal"), Some(12_345), Some(12_345)).expect("this test needs root");
    sandbox.agepatch(["show", FILES[0]]).assert().success().stderr(contains("belongs to another user"));
    sandbox.agepatch(["set", "--public", FILES[0], "A", "new"]).assert().success();
    sandbox.agepatch(APPLY).assert().failure().stderr(contains("belongs to another user"));
}
