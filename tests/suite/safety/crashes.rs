//! Killed at any moment, eight runs at once, a full disk, no permission: no file is lost or truncated, and no edit is
//! lost.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILE: &str = "app-env.age";
const TEXT: &str = "# marker-comment\nA=marker-a\nB=marker-b\n";
/// The id of the user `nobody`.
const NOBODY: u32 = 65_534;

/// The program itself, without a wrapper.
fn program(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("agepatch"));
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Every file below the repository with its content.
fn everything(sandbox: &Sandbox) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("it can be listed").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.insert(path.clone(), fs::read(&path).expect("it can be read"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&sandbox.repo(), &mut found);
    found
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn killed_at_any_moment_the_file_is_the_old_or_the_new_one() {
    let sandbox = Sandbox::with_files(&[(FILE, TEXT)]);
    let mut now = TEXT.to_owned();
    let (mut finished, mut killed) = (0, 0);
    // First the complete duration, then shorter and shorter.
    for round in 0..24 {
        let new = now
            .lines()
            .map(|line| if line.starts_with("A=") { format!("A=marker-{round}\n") } else { format!("{line}\n") });
        let new: String = new.collect();
        let mut child =
            program(&sandbox, &["set", "--public", FILE, "A", &format!("marker-{round}")]).spawn().expect("it starts");
        if round > 0 {
            std::thread::sleep(Duration::from_millis(round * 7 % 80));
            child.kill().expect("it is ours");
        }
        let output = child.wait_with_output().expect("it ends");
        match output.status.success() {
            true => finished += 1,
            false => killed += 1,
        }
        let found = sandbox.open(FILE);
        assert!(found == now || found == new, "round {round}: {} bytes", found.len());
        assert!(!output.status.success() || found == new, "round {round}: the reported change is there");
        now = found;
        for (path, content) in everything(&sandbox) {
            assert!(!String::from_utf8_lossy(&content).contains("marker"), "{}", path.display());
        }
    }
    assert!(finished > 0 && killed > 0, "{finished} were finished and {killed} killed");
    sandbox.agepatch(["doctor"]).assert().success();
    sandbox.agepatch(["set", "--public", FILE, "A", "marker-last"]).assert().success();
    assert!(sandbox.open(FILE).contains("A=marker-last\n"));
}

#[test]
fn eight_runs_at_once_each_succeed_or_are_refused() {
    let sandbox = Sandbox::with_files(&[(FILE, TEXT)]);
    let children: Vec<_> = (0..8)
        .map(|index| {
            program(&sandbox, &["set", "--public", FILE, &format!("K{index}"), "v"]).spawn().expect("it starts")
        })
        .collect();
    let codes: Vec<Option<i32>> =
        children.into_iter().map(|child| child.wait_with_output().expect("it ends").status.code()).collect();
    let text = sandbox.open(FILE);
    assert!(text.starts_with(TEXT));
    for (index, code) in codes.iter().enumerate() {
        assert!(matches!(code, Some(0 | 4)), "{codes:?}");
        assert_eq!(text.contains(&format!("K{index}=v\n")), *code == Some(0), "{codes:?}\n{text}");
    }
    assert_eq!(fs::read_dir(sandbox.repo()).expect("a folder").count(), 2, "nothing is left beside the file");
}

#[test]
fn a_concurrently_written_file_is_not_overwritten() {
    let sandbox = Sandbox::with_files(&[(FILE, TEXT)]);
    let other = "A=from-elsewhere\n";
    let script = sandbox.home().join("editor");
    sandbox.seal("other", other.as_bytes());
    let theirs = sandbox.read("other");
    fs::write(
        &script,
        format!("#!/bin/sh\ncp '{0}/other' '{0}/{FILE}'\necho C=1 >> \"$1\"\n", sandbox.repo().display()),
    )
    .expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let mut edit = sandbox.agepatch(["edit", FILE, "--allow-disk", "--output", "json"]);
    edit.env("EDITOR", &script).assert().code(4).stderr(contains(r#""kind":"changed-meanwhile""#));
    assert_eq!(sandbox.read(FILE), theirs);
}

/// Runs the program without root's rights: as root, gives the sandbox and a copy of the program to `nobody`.
fn unprivileged(sandbox: &Sandbox, arguments: &[&str]) -> Output {
    fn give(path: &Path) {
        chown(path, Some(NOBODY), Some(NOBODY)).expect("root may");
        if path.is_dir() {
            fs::read_dir(path).expect("a folder").flatten().for_each(|entry| give(&entry.path()));
        }
    }
    let root = fs::metadata("/proc/self").expect("it is there").uid() == 0;
    if !root {
        return program(sandbox, arguments).output().expect("the program runs");
    }
    // `nobody` may have no access to the build folder.
    let copy = sandbox.home().join("agepatch");
    if !copy.exists() {
        fs::copy(assert_cmd::cargo::cargo_bin!("agepatch"), &copy).expect("the program can be copied");
    }
    give(sandbox.repo().parent().expect("the sandbox"));
    let mut command = Command::new(copy);
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).args(arguments);
    command.uid(NOBODY).gid(NOBODY).output().expect("the program runs")
}

#[test]
fn a_read_only_folder_is_an_error_and_changes_nothing() {
    let sandbox = Sandbox::with_files(&[(FILE, TEXT), ("sub/two-env.age", TEXT)]);
    let before = everything(&sandbox);
    let lock = |folder: &str, mode| {
        fs::set_permissions(sandbox.repo().join(folder), fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    lock("", 0o555);
    let alone = unprivileged(&sandbox, &["set", "--public", FILE, "A", "new"]);
    lock("", 0o755);
    // The second file of a patch set cannot be written: the first one stays the same.
    sandbox.write("../tmp/set.yaml", &format!("agepatch: 1\nfiles:\n  {FILE}: [{{op: set, path: A, value: new}}]\n  sub/two-env.age: [{{op: set, path: A, value: new}}]\n"));
    lock("sub", 0o555);
    let set = unprivileged(&sandbox, &["apply", "-p", "../tmp/set.yaml"]);
    let rekey = unprivileged(&sandbox, &["rekey", "--all"]);
    lock("sub", 0o755);
    for (output, named) in [(alone, FILE), (set, "sub/two-env.age"), (rekey, "sub/two-env.age")] {
        assert_eq!(output.status.code(), Some(6), "{}", said(&output));
        assert!(said(&output).contains(named) && !said(&output).contains("marker"), "{}", said(&output));
    }
    assert_eq!(everything(&sandbox), before);
}

#[cfg(target_os = "linux")]
#[test_with::env(AGEPATCH_TEST_MOUNTS)]
#[test]
fn a_failed_replacement_rolls_back_earlier_ones() {
    let sandbox = Sandbox::with_files(&[(FILE, TEXT), ("sub/two-env.age", TEXT), ("three-env.age", TEXT)]);
    sandbox.write("../tmp/set.yaml", &format!("agepatch: 1\nfiles:\n  {FILE}: [{{op: set, path: A, value: new}}]\n  sub/two-env.age: [{{op: set, path: A, value: new}}]\n  three-env.age: [{{op: set, path: A, value: new}}]\n"));
    let before = everything(&sandbox);
    // Ciphertext can be written beside a mount point, but not renamed over it.
    let mount = "mount --bind sub/two-env.age sub/two-env.age";
    for arguments in ["apply -p ../tmp/set.yaml", "rekey --all"] {
        let program = assert_cmd::cargo::cargo_bin!("agepatch").display();
        // Both exchanges change the inode's ctime, which shows that the first file was replaced before.
        let changed = || {
            let metadata = fs::metadata(sandbox.repo().join(FILE)).expect("it is there");
            (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
        };
        let old = changed();
        let output = crate::sandbox::in_own_mounts(&sandbox, &format!("{mount} && exec '{program}' {arguments}"));
        let output = output.expect("it ran before");
        assert_eq!(output.status.code(), Some(6), "{arguments}: {}", said(&output));
        let told = said(&output);
        assert!(told.contains("sub/two-env.age") && told.contains("cannot write the file"), "{arguments}: {told}");
        assert!(!told.contains("hold the new content") && !told.contains("marker"), "{arguments}: {told}");
        assert_eq!(everything(&sandbox), before, "{arguments}");
        assert_eq!(changed().0, old.0, "{arguments}: the file that was there is back, not a copy");
        assert_ne!(changed(), old, "{arguments}");
    }
}

/// Runs the program with a limit on the size of files, in blocks.
fn with_limit(sandbox: &Sandbox, blocks: u32, arguments: &str) -> Output {
    let script =
        format!("ulimit -f {blocks}; exec '{}' {arguments}", assert_cmd::cargo::cargo_bin!("agepatch").display());
    let mut command = Command::new("sh");
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).args(["-c", &script]);
    command.stdin(Stdio::null()).output().expect("sh runs")
}

#[test]
fn a_file_size_limit_is_an_error_and_changes_nothing() {
    let large = format!("{TEXT}C={}\n", "x".repeat(40_000));
    let sandbox = Sandbox::with_files(&[(FILE, TEXT), ("large-env.age", &large)]);
    sandbox.write("../tmp/set.yaml", &format!("agepatch: 1\nfiles:\n  {FILE}: [{{op: set, path: A, value: new}}]\n  large-env.age: [{{op: set, path: A, value: new}}]\n"));
    sandbox.write(
        "authelia.yml",
        "identity_providers:\n  oidc:\n    clients:\n      - client_id: a\n        scopes: [openid, openid]\n",
    );
    let before = everything(&sandbox);
    // The smaller of the two files could still be written.
    for (blocks, arguments) in [
        (0, format!("set {FILE} A new --public")),
        (8, "apply -p ../tmp/set.yaml".to_owned()),
        (8, "rekey --all".to_owned()),
        (0, "check authelia.yml --fix".to_owned()),
        (0, "new other --generate".to_owned()),
    ] {
        let output = with_limit(&sandbox, blocks, &arguments);
        assert_eq!(output.status.code(), Some(6), "{arguments}: {}", said(&output));
        assert!(!said(&output).contains("marker") && said(&output).contains("cannot write"), "{}", said(&output));
        assert_eq!(everything(&sandbox), before, "{arguments}");
    }
}

#[test_with::env(AGEPATCH_TEST_ROOT)]
#[test]
fn a_full_disk_is_an_error_and_changes_nothing() {
    let sandbox = Sandbox::with_files(&[]);
    let mounted = |verb: &str, more: &[&str]| {
        let mut command = Command::new(verb);
        command.args(more).arg(sandbox.repo()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let rules = sandbox.read("secrets.nix");
    assert!(mounted("mount", &["-t", "tmpfs", "-o", "size=64k", "tmpfs"]), "this test needs root");
    let outcome = std::panic::catch_unwind(|| {
        let rules = String::from_utf8(rules.clone())
            .expect("text")
            .replace("in {\n", &format!("in {{\n  \"{FILE}\".publicKeys = [ me ];\n"));
        sandbox.write("secrets.nix", &rules);
        sandbox.seal(FILE, TEXT.as_bytes());
        // Fill the file system to the last byte.
        let filled = fs::write(sandbox.repo().join("filling"), vec![0; 1 << 20]);
        assert!(filled.is_err(), "the disk is full");
        let before = everything(&sandbox);
        let output = program(&sandbox, &["set", "--public", FILE, "A", "new"]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(6), "{}", said(&output));
        assert_eq!(everything(&sandbox), before);
        assert_eq!(sandbox.open(FILE), TEXT);
    });
    assert!(mounted("umount", &["-l"]));
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn symlinks_and_permissions_are_kept() {
    for mode in [0o400, 0o600, 0o640, 0o444, 0o666] {
        let sandbox = Sandbox::with_files(&[("real/env.age", TEXT)]);
        let real = sandbox.repo().join("real/env.age");
        symlink("real/env.age", sandbox.repo().join(FILE)).expect("a link");
        let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text").replace("real/env.age", FILE);
        sandbox.write("secrets.nix", &rules);
        fs::set_permissions(&real, fs::Permissions::from_mode(mode)).expect("it is ours");
        for arguments in [&["set", "--public", FILE, "A", "new"][..], &["rekey", FILE, "--all"]] {
            let done = program(&sandbox, arguments).output().expect("it runs");
            assert!(done.status.success(), "{mode:o}: {}", said(&done));
        }
        assert!(sandbox.repo().join(FILE).symlink_metadata().expect("it is there").is_symlink());
        assert_eq!(fs::metadata(&real).expect("it is there").permissions().mode() & 0o777, mode);
        assert_eq!(sandbox.open(FILE), TEXT.replace("A=marker-a", "A=new"));
    }
}

#[test]
fn the_other_name_of_a_file_keeps_the_old_content() {
    let sandbox = Sandbox::with_files(&[(FILE, TEXT)]);
    let before = sandbox.read(FILE);
    fs::hard_link(sandbox.repo().join(FILE), sandbox.repo().join("other")).expect("a second name");
    sandbox.agepatch(["set", "--public", FILE, "A", "new"]).assert().success();
    assert_eq!(sandbox.read("other"), before);
    assert_eq!(sandbox.open(FILE), TEXT.replace("A=marker-a", "A=new"));
}

#[test]
fn truncated_or_corrupted_files_are_refused_and_unchanged() {
    let sandbox = Sandbox::with_files(&[(FILE, TEXT)]);
    let whole = sandbox.read(FILE);
    let cuts = [1, 10, 22, 23, 60, 150, whole.len() - 17, whole.len() - 1].map(|length| whole[..length].to_vec());
    let flips = [5, 40, 120, whole.len() - 60, whole.len() - 20, whole.len() - 1].map(|place| {
        let mut flipped = whole.clone();
        flipped[place] ^= 4;
        flipped
    });
    let longer = [[&whole[..], b"x"].concat()];
    for damaged in cuts.into_iter().chain(flips).chain(longer) {
        fs::write(sandbox.repo().join(FILE), &damaged).expect("written");
        for arguments in [&["set", "--public", FILE, "A", "new"][..], &["rekey", "--all"], &["show", FILE]] {
            let refused = sandbox.agepatch(arguments).assert().code(3);
            refused.stderr(contains(FILE).and(contains("marker").not())).stdout("");
            assert_eq!(sandbox.read(FILE), damaged, "{arguments:?}");
        }
        // The recipients of a changed header are unknown, but it is never reported as healthy.
        let told = sandbox.agepatch(["doctor"]).output().expect("it runs");
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        assert!(told.contains(FILE) && !told.contains("no problems found"), "{told}");
    }
}
