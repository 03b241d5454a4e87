//! `agepatch edit`, with scripts as editors.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::signals::is_ignored;

const FILE: &str = "authelia-secrets.age";
const FRAGMENT: &str =
    "# marker-comment\nidentity_providers:\n  oidc:\n    hmac_secret: 'marker-hmac'\n    clients: []\n";

/// Marks the copy's folder, so that each test recognises its own.
const MARK: &str = "echo \"$HOME\" > \"$(dirname \"$1\")/ours\"";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    fs::create_dir_all(sandbox.home().join("run")).expect("a folder");
    sandbox
}

/// The command with this shell line as the editor; `$1` is the copy.
fn edit(sandbox: &Sandbox, script: &str) -> assert_cmd::Command {
    let editor = sandbox.home().join("editor");
    fs::write(&editor, format!("#!/bin/sh\n{MARK}\n{script}\n")).expect("a script");
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let mut command = sandbox.agepatch(["edit", FILE, "--allow-disk"]);
    command.env("EDITOR", &editor).env("TMPDIR", sandbox.home().join("run"));
    command
}

/// The copies that still exist.
fn copies(sandbox: &Sandbox) -> Vec<PathBuf> {
    let folders = [sandbox.home().join("run"), PathBuf::from("/dev/shm")];
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("agepatch-"));
    let home = sandbox.home();
    let mark = |path: &PathBuf| fs::read_to_string(path.join("ours")).unwrap_or_default();
    ours.map(|entry| entry.path())
        .filter(|path| mark(path).trim() == home.to_string_lossy() || path.starts_with(&home))
        .collect()
}

#[test]
fn the_edited_text_is_encrypted_and_its_changes_are_shown() {
    let sandbox = sandbox();
    let script = "stat -c '%a' \"$1\" \"$(dirname \"$1\")\" > \"$HOME/modes\"
        basename \"$1\" > \"$HOME/name\"; sed -i 's/oidc:/oidc:\\n    enforce_pkce: always/' \"$1\"";
    let edited = edit(&sandbox, script).assert().success();
    edited.stdout(contains("+ identity_providers.oidc.enforce_pkce: always").and(contains("marker").not()));
    assert_eq!(sandbox.open(FILE), FRAGMENT.replace("oidc:", "oidc:\n    enforce_pkce: always"));
    let told = |name: &str| fs::read_to_string(sandbox.home().join(name)).expect("the script wrote it");
    assert_eq!((told("modes").as_str(), told("name").as_str()), ("600\n700\n", "authelia-secrets\n"));
    assert_eq!(copies(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn an_unchanged_item_is_not_touched() {
    let sandbox = sandbox();
    let before = sandbox.read(FILE);
    edit(&sandbox, "true").assert().success().stdout(contains("nothing changed"));
    assert_eq!(sandbox.read(FILE), before);
}

#[test]
fn refused_results_are_not_written() {
    let sandbox = sandbox();
    let before = sandbox.read(FILE);
    let cases = [
        (": > \"$1\"", 4, "empty"),
        ("echo > \"$1\"", 4, "empty"),
        ("rm \"$1\"", 6, "left no file"),
        ("exit 3", 6, "the editor failed"),
        ("printf 'a: [marker' > \"$1\"", 5, "not valid YAML"),
        ("sed -i 's/clients: ../clients: [{client_id: a}]/' \"$1\"", 4, "introduce"),
        ("kill -9 $$", 6, "the editor failed"),
    ];
    for (script, code, told) in cases {
        let outcome = edit(&sandbox, script).assert().code(code);
        outcome.stderr(contains(told).and(contains("marker").not()));
        assert_eq!(sandbox.read(FILE), before, "{script}");
        assert_eq!(copies(&sandbox), Vec::<PathBuf>::new(), "{script}");
    }
    edit(&sandbox, "true").env_remove("EDITOR").assert().code(2).stderr(contains("agepatch write"));
}

#[test]
fn a_file_that_cannot_be_parsed_is_opened_as_text() {
    let sandbox = sandbox();
    sandbox.seal(FILE, b"a: [1\nb: 2\n");
    edit(&sandbox, "echo 'a: 1' > \"$1\"").assert().success().stderr(contains("opened as text"));
    assert_eq!(sandbox.open(FILE), "a: 1\n");
}

#[test]
fn a_new_file_is_created_if_the_rules_list_it() {
    let sandbox = sandbox();
    fs::remove_file(sandbox.repo().join(FILE)).expect("it was there");
    edit(&sandbox, "echo 'a: 1' > \"$1\"").assert().success();
    assert_eq!(sandbox.open(FILE), "a: 1\n");
}

#[test]
fn the_copy_is_removed_on_signals() {
    for (signal, number) in [("TERM", 15), ("HUP", 1)] {
        if is_ignored(number) {
            continue;
        }
        let sandbox = sandbox();
        let before = sandbox.read(FILE);
        let started = sandbox.home().join("started");
        let script = format!("{MARK}; touch \"$HOME/started\"; sleep 60");
        let editor = sandbox.home().join("editor");
        fs::write(&editor, format!("#!/bin/sh\n{script}\n")).expect("a script");
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).expect("it is ours");
        let mut command = Command::new(env!("CARGO_BIN_EXE_agepatch"));
        command.args(["edit", FILE, "--allow-disk"]).current_dir(sandbox.repo()).env_clear();
        command.envs(sandbox.environment()).env("EDITOR", &editor).env("TMPDIR", sandbox.home().join("run"));
        let mut child = command.spawn().expect("it starts");
        while !started.exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        let kill =
            Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().expect("kill runs");
        assert!(kill.success());
        assert!(!child.wait().expect("it ends").success());
        assert_eq!(copies(&sandbox), Vec::<PathBuf>::new());
        assert_eq!(sandbox.read(FILE), before);
    }
}

/// Even if the editor has just been closed.
#[test_with::executable(strace)]
fn a_signal_after_the_editor_has_closed_ends_the_command_and_changes_nothing() {
    use std::os::unix::process::ExitStatusExt;
    for (signal, number) in [("TERM", 15), ("HUP", 1), ("INT", 2)] {
        if is_ignored(number) {
            continue;
        }
        let sandbox = sandbox();
        let before = sandbox.read(FILE);
        let editor = sandbox.home().join("editor");
        fs::write(&editor, format!("#!/bin/sh\n{MARK}\necho '# more' >> \"$1\"\n")).expect("a script");
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).expect("it is ours");
        let mut command = Command::new("strace");
        // The copy's folder is removed after the editor has exited.
        let inject = format!("inject=rmdir,unlinkat:signal={signal}:when=1");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", &inject]);
        command.arg(assert_cmd::cargo::cargo_bin!("agepatch")).args(["edit", FILE, "--allow-disk"]);
        command.current_dir(sandbox.repo()).env_clear().envs(sandbox.environment());
        command.env("EDITOR", &editor).env("TMPDIR", sandbox.home().join("run"));
        let status = command.status().expect("strace runs");
        assert_eq!(
            (status.signal(), sandbox.read(FILE) == before),
            (i32::try_from(number).ok(), true),
            "{signal}: {status}"
        );
        assert_eq!(copies(&sandbox), Vec::<PathBuf>::new());
    }
}

/// The command at a terminal, with this shell line as the editor.
fn at_a_terminal(sandbox: &Sandbox, script: &str) -> expectrl::session::OsSession {
    let editor = sandbox.home().join("editor");
    fs::write(&editor, format!("#!/bin/sh\n{MARK}\n{script}\n")).expect("a script");
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let mut command = Command::new(env!("CARGO_BIN_EXE_agepatch"));
    command.args(["edit", FILE, "--allow-disk"]).current_dir(sandbox.repo()).env_clear();
    command.envs(sandbox.environment()).env("EDITOR", &editor).env("TMPDIR", sandbox.home().join("run"));
    let mut session = expectrl::Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(Duration::from_secs(30)));
    session
}

/// Breaks the file first, and fixes it when it is opened again.
const BREAK_THEN_MEND: &str = "if [ -e \"$HOME/again\" ]; then grep -q 'client_id: a' \"$1\" && touch \"$HOME/kept\"
  sed -i 's/clients: .*/clients: []\\n    enforce_pkce: always/' \"$1\"
else touch \"$HOME/again\"; sed -i 's/clients: ../clients: [{client_id: a}]/' \"$1\"; fi";

/// Creates an editor that records the name of its file and adds a comment.
#[cfg(target_os = "linux")]
const NOTING_EDITOR: &str = "printf '#!/bin/sh\\necho \"$1\" > \"$HOME/where\"; echo \"# more\" >> \"$1\"\\n' > \"$HOME/editor\"; chmod +x \"$HOME/editor\"";

#[cfg(target_os = "linux")]
#[test_with::env(AGEPATCH_TEST_MOUNTS)]
#[test]
fn a_copy_on_a_disk_is_refused_unless_it_is_allowed() {
    let sandbox = sandbox();
    // Mounts a folder on disk in place of the memory-backed one.
    let mount = "mount --bind \"$HOME/run\" /dev/shm";
    let output = crate::sandbox::in_own_mounts(&sandbox, &format!("{mount} && stat -f -c %T /dev/shm"));
    let kind = String::from_utf8(output.expect("unshare runs").stdout).expect("text");
    assert!(!["", "tmpfs", "ramfs"].contains(&kind.trim()), "this test needs to mount, and a TMPDIR on a disk: {kind}");
    let run = |more: &str| {
        let program = assert_cmd::cargo::cargo_bin!("agepatch").display();
        let line = format!("{mount} && {NOTING_EDITOR} && EDITOR=\"$HOME/editor\" exec '{program}' edit {FILE} {more}");
        crate::sandbox::in_own_mounts(&sandbox, &line).expect("it ran before")
    };
    let refused = run("");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(6), "{told}");
    assert!(told.contains("no memory-backed storage") && told.contains("--allow-disk"), "{told}");
    assert!(!sandbox.home().join("where").exists() && sandbox.open(FILE) == FRAGMENT);
    let allowed = run("--allow-disk");
    assert!(allowed.status.success(), "{}", String::from_utf8_lossy(&allowed.stderr));
    assert_eq!(sandbox.open(FILE), format!("{FRAGMENT}# more\n"));
    let place = fs::read_to_string(sandbox.home().join("where")).expect("the editor ran");
    let temporary = sandbox.repo().with_file_name("tmp");
    assert!(place.starts_with(temporary.to_str().expect("a path")) && !PathBuf::from(place.trim()).exists(), "{place}");
}

#[test]
fn a_result_that_is_refused_can_be_opened_again() {
    use expectrl::{Eof, Expect};
    let sandbox = sandbox();
    let mut session = at_a_terminal(&sandbox, BREAK_THEN_MEND);
    session.expect("[r]eopen, [k]eep").expect("it asks");
    session.send_line("r").expect("typed");
    session.expect("enforce_pkce").expect("the change is shown");
    session.expect(Eof).expect("the end");
    assert!(sandbox.home().join("kept").exists(), "what was typed is there again");
    assert_eq!(sandbox.open(FILE), FRAGMENT.replace("clients: []", "clients: []\n    enforce_pkce: always"));
    assert_eq!(copies(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn a_result_that_is_refused_can_be_kept_or_discarded() {
    use expectrl::{Eof, Expect};
    for (answer, kept) in [("k", true), ("d", false)] {
        let sandbox = sandbox();
        let mut session = at_a_terminal(&sandbox, BREAK_THEN_MEND);
        session.expect("[r]eopen, [k]eep").expect("it asks");
        session.send_line(answer).expect("typed");
        session.expect(Eof).expect("the end");
        let expected =
            if kept { FRAGMENT.replace("clients: []", "clients: [{client_id: a}]") } else { FRAGMENT.to_owned() };
        assert_eq!(sandbox.open(FILE), expected);
        assert_eq!(copies(&sandbox), Vec::<PathBuf>::new());
    }
}

#[test]
fn an_editor_that_returns_at_once_is_reported() {
    use expectrl::Expect;
    let sandbox = sandbox();
    let mut session = at_a_terminal(&sandbox, "true");
    session.expect("code --wait").expect("a note");
    session.expect("nothing changed").expect("the end");
}

#[test]
fn a_file_without_recipients_is_refused_before_the_editor_opens() {
    let sandbox = sandbox();
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let before = sandbox.read(FILE);
    for (rules, told) in [
        (rules.replace(FILE, "other.age"), "does not name this file"),
        (rules.replace("[ me ]", "[ ]"), "list no recipients"),
        (rules.replace("[ me ]", "[ me \"nonsense\" ]"), "recipient 2 of"),
    ] {
        sandbox.write("secrets.nix", &rules);
        edit(&sandbox, "touch \"$HOME/opened\"").assert().code(3).stderr(contains(told));
        assert!(!sandbox.home().join("opened").exists(), "{told}");
        assert_eq!(sandbox.read(FILE), before);
    }
}
