//! Edits that something interferes with: other programs that write the same files, planted journals, links, and file
//! systems with missing features.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use super::patch_set::{APPLY, FILES, NEW, OLD, assert_tidy, faulty, printed, sandbox};
use crate::sandbox::Sandbox;

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
        assert_eq!(output.status.code(), Some(4), "{way} {delay}: {}", printed(&output));
        assert!(printed(&output).contains("no longer the one that was read"), "{}", printed(&output));
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
        assert_eq!(sandbox.open(&names[chosen]), "key: theirs\n", "round {round}: {}", printed(&output));
        for (name, old) in names.iter().zip(before).filter(|(name, _)| **name != names[chosen]) {
            assert_eq!(
                sandbox.read(name) != old,
                output.status.success(),
                "round {round}: {name}: {}",
                printed(&output)
            );
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
            assert!(output.status.success(), "{faults:?}: {}", printed(&output));
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
            assert_eq!(output.status.code(), Some(6), "{}", printed(&output));
            assert!(
                printed(&output).contains("cannot be locked") && printed(&output).contains("flock"),
                "{}",
                printed(&output)
            );
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
        assert_eq!(output.status.code(), Some(6), "{}", printed(&output));
        for part in [FILES[2], "attribute", "chattr -i"] {
            assert!(printed(&output).contains(part), "{part}: {}", printed(&output));
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
