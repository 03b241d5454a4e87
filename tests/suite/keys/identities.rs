//! Private keys of every kind: plugins, keys and identity files with a passphrase, several in order.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use age::secrecy::ExposeSecret;
use expectrl::{Expect, Session};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::plugin::{self, IDENTITY, PLUGIN, RECIPIENT};

const TEXT: &str = "marker: a # b\n";
/// A plugin that neither reads nor writes, and starts another process like that.
const SILENT: &str = "#!/bin/sh\necho $$ >> \"$HOME/started\"\nsleep 1000 &\necho $! >> \"$HOME/started\"\nwait\n";

/// A sandbox whose file is for the plugin's recipient; its own key is removed.
fn plugged() -> (Sandbox, PathBuf) {
    let sandbox = Sandbox::with_files(&[("a.age", TEXT)]);
    let plugin = sandbox.home().join("bin/age-plugin-fake");
    sandbox.write("../home/bin/age-plugin-fake", PLUGIN);
    fs::set_permissions(&plugin, fs::Permissions::from_mode(0o755)).expect("it is ours");
    sandbox.write("../home/fake.txt", &format!("# of the house\n{IDENTITY}\n"));
    let rules = format!("{{ \"a.age\".publicKeys = [ \"{RECIPIENT}\" ]; }}\n");
    sandbox.write("secrets.nix", &rules);
    let identity = sandbox.home().join("fake.txt");
    (sandbox, identity)
}

fn with_plugin(sandbox: &Sandbox, arguments: &[&str]) -> assert_cmd::Command {
    let mut command = plugin::agepatch(sandbox, arguments);
    command.timeout(Duration::from_secs(30));
    command
}

#[test]
fn a_plugin_encrypts_and_decrypts() {
    let (sandbox, identity) = plugged();
    let identity = identity.to_str().expect("a path");
    // The file is still for the sandbox's own key, and is re-encrypted for the plugin's.
    with_plugin(&sandbox, &["rekey"]).assert().code(0);
    fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    with_plugin(&sandbox, &["-i", identity, "show", "a", "--reveal"]).assert().success().stdout(TEXT);
    with_plugin(&sandbox, &["-i", identity, "set", "--public", "a", "marker", "b"]).assert().success();
    with_plugin(&sandbox, &["-i", identity, "show", "a", "--reveal"]).assert().success().stdout("marker: b # b\n");
    let told = with_plugin(&sandbox, &["recipients", "a", "--output", "json"]).assert().success();
    told.stdout(contains(r#""header":[{"type":"fake","tag":null}],"missing":[],"extra":[],"verifiable":false"#));
    with_plugin(&sandbox, &["-i", identity, "doctor"]).assert().success().stdout(contains("counted, not verified"));
}

#[test]
fn a_plugin_that_is_missing_or_fails_is_named_and_another_key_is_tried() {
    let (sandbox, identity) = plugged();
    let identity = identity.to_str().expect("a path");
    with_plugin(&sandbox, &["rekey"]).assert().success();
    let own = sandbox.home().join(".config/age/keys.txt");
    fs::write(sandbox.home().join("out"), "").expect("written");
    let refused = with_plugin(&sandbox, &["-i", identity, "show", "a"]).assert().code(3);
    refused.stderr(contains("unplugged").and(contains("fake.txt")).and(contains("the file is for: fake")));
    // A missing plugin is named, for decrypting and encrypting.
    let refused = sandbox.agepatch(["-i", identity, "show", "a"]).assert().code(3);
    refused.stderr(contains("age-plugin-fake is not in PATH"));
    sandbox.seal("a.age", TEXT.as_bytes());
    let both = ["-i", identity, "-i", own.to_str().expect("a path")];
    let refused = sandbox.agepatch([&both[..], &["set", "--public", "a", "marker", "b"]].concat()).assert().code(3);
    refused.stderr(contains("age-plugin-fake").and(contains("install the plugin")));
    assert_eq!(sandbox.open("a.age"), TEXT);
    // After a plugin fails, the next key is tried.
    with_plugin(&sandbox, &[&both[..], &["show", "a", "--reveal"]].concat()).assert().success().stdout(TEXT);
    // Recognising a plugin's key does not require the plugin.
    let told = sandbox.agepatch(["doctor", "--no-decrypt"]).assert().code(1);
    told.stdout(contains("error[drift]").and(contains("recipient-key").not()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_plugin_that_never_answers_is_ended_and_named() {
    let (sandbox, identity) = plugged();
    let identity = identity.to_str().expect("a path");
    let silent = |arguments: &[&str]| {
        let mut command = with_plugin(&sandbox, arguments);
        command.env("AGEPATCH_PLUGIN_SECONDS", "1");
        command
    };
    with_plugin(&sandbox, &["rekey"]).assert().success();
    sandbox.write("../home/bin/age-plugin-fake", SILENT);
    let said = || contains("age-plugin-fake did not answer in 1 s").and(contains("no terminal"));
    silent(&["-i", identity, "show", "a"]).assert().code(3).stderr(said());
    let write = silent(&["write", "a"]).write_stdin("marker: new\n").assert().code(3);
    write.stderr(said());
    // Several files do not wait one after another.
    let rule = |name: &str| format!("  \"{name}\".publicKeys = [ \"{RECIPIENT}\" ];\n");
    let rules: String = ["a.age", "b.age", "c.age"].map(rule).concat();
    sandbox.write("secrets.nix", &format!("{{\n{rules}}}\n"));
    for name in ["b.age", "c.age"] {
        fs::copy(sandbox.repo().join("a.age"), sandbox.repo().join(name)).expect("copied");
    }
    fs::remove_file(sandbox.home().join("started")).expect("it was started");
    silent(&["-i", identity, "doctor"]).assert().success().stdout(contains("3 warnings").and(said()));
    // None of them is still running.
    let started = fs::read_to_string(sandbox.home().join("started")).expect("they reported it");
    let left: Vec<&str> = started.lines().filter(|id| PathBuf::from(format!("/proc/{id}/exe")).exists()).collect();
    assert_eq!(left, Vec::<&str>::new());
}

#[test]
fn plugins_do_not_inherit_secret_variables() {
    let (sandbox, _) = plugged();
    let dumping = PLUGIN.replacen('\n', "\nenv > \"$HOME/env\"\n", 1);
    sandbox.write("../home/bin/age-plugin-fake", &dumping);
    let mut command = with_plugin(&sandbox, &["set", "a", "marker", "--from-env", "NEW_SECRET"]);
    command.env("NEW_SECRET", "hidden-one").assert().success();
    let given = fs::read_to_string(sandbox.home().join("env")).expect("the plugin ran");
    assert!(given.contains("PATH=") && !given.contains("NEW_SECRET") && !given.contains("hidden-one"), "{given}");
}

#[test]
fn a_plugin_may_ask_for_something_at_a_terminal() {
    let (sandbox, identity) = plugged();
    with_plugin(&sandbox, &["rekey"]).assert().success();
    let asking =
        PLUGIN.replace("  *) if [", "  *) said request-secret \"$(printf 'PIN of the door' | base64)\"\n     if [");
    sandbox.write("../home/bin/age-plugin-fake", &asking);
    let mut command = Command::new(env!("CARGO_BIN_EXE_agepatch"));
    let path = std::env::join_paths(
        std::iter::once(sandbox.home().join("bin"))
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    command.env_clear().envs(sandbox.environment()).env("PATH", path.expect("a path")).current_dir(sandbox.repo());
    command.args(["-i", identity.to_str().expect("a path"), "show", "--reveal", "a"]);
    let mut session = Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session.expect("PIN of the door: ").expect("it asks");
    session.send_line("1234").expect("typed");
    session.expect("marker: a # b").expect("it opens");
}

#[test]
fn the_error_lists_what_was_tried_and_who_could() {
    let sandbox = Sandbox::with_files(&[("a.age", TEXT)]);
    let mut arguments = Vec::new();
    for name in ["one.txt", "two.txt"] {
        let identity = age::x25519::Identity::generate();
        sandbox.write(&format!("../home/{name}"), identity.to_string().expose_secret());
        arguments.extend(["-i".to_owned(), sandbox.home().join(name).display().to_string()]);
    }
    let refused = sandbox.agepatch(arguments.iter().map(String::as_str).chain(["show", "a"])).assert().code(3);
    refused.stderr(contains("one.txt").and(contains("two.txt")).and(contains("the file is for: X25519")));
    // The third one fits.
    arguments.extend(["-i".to_owned(), sandbox.home().join(".config/age/keys.txt").display().to_string()]);
    let fits = sandbox.agepatch(arguments.iter().map(String::as_str).chain(["show", "a", "--reveal"])).assert();
    fits.success().stdout(TEXT);
    sandbox.write("../home/nonsense.txt", "# nothing\nAGE-SECRET-KEY-1NONSENSE\n");
    let nonsense = sandbox.home().join("nonsense.txt");
    let refused = sandbox.agepatch(["-i", nonsense.to_str().expect("a path"), "show", "a"]).assert().code(3);
    refused.stderr(contains("nonsense.txt:2").and(contains("1NONSENSE").not()));
}

/// The sandbox's identity file, encrypted with the passphrase `passphrase`.
fn encrypted_identity(armored: bool) -> (Sandbox, PathBuf) {
    let sandbox = Sandbox::with_files(&[("a.age", TEXT)]);
    let plain = sandbox.home().join(".config/age/keys.txt");
    let mut recipient = age::scrypt::Recipient::new("passphrase".to_owned().into());
    recipient.set_work_factor(4);
    let text = fs::read(&plain).expect("the key");
    let sealed = match armored {
        true => age::encrypt_and_armor(&recipient, &text).expect("sealed").into_bytes(),
        false => age::encrypt(&recipient, &text).expect("sealed"),
    };
    let path = sandbox.home().join("keys.age");
    fs::write(&path, sealed).expect("written");
    (sandbox, path)
}

#[test]
fn an_encrypted_identity_file_is_opened_on_a_terminal_and_never_waited_for_without() {
    for armored in [false, true] {
        let (sandbox, path) = encrypted_identity(armored);
        let identity = path.to_str().expect("a path");
        let mut refused = sandbox.agepatch(["-i", identity, "--output", "json", "show", "a"]);
        refused
            .timeout(Duration::from_secs(20))
            .assert()
            .code(3)
            .stderr(contains(r#""kind":"passphrase-needed""#).and(contains("keys.age")));
        let mut command = Command::new(env!("CARGO_BIN_EXE_agepatch"));
        command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo());
        command.args(["-i", identity, "show", "--reveal", "a"]);
        let mut session = Session::spawn(command).expect("a terminal");
        session.set_expect_timeout(Some(Duration::from_secs(20)));
        session.expect("Passphrase for").expect("it asks");
        session.send_line("wrong").expect("typed");
        session.expect("Passphrase for").expect("it asks again");
        session.send_line("passphrase").expect("typed");
        session.expect("marker: a # b").expect("it opens");
    }
}

#[test]
fn write_needs_no_identity() {
    let sandbox = Sandbox::with_files(&[("a.age", TEXT)]);
    let write = |arguments: &[&str]| {
        sandbox.agepatch([arguments, &["write", "a"]].concat()).write_stdin("marker: new\n").assert().success();
        assert_eq!(sandbox.open("a.age"), "marker: new\n");
        sandbox.seal("a.age", TEXT.as_bytes());
    };
    write(&["-i", "/nonexistent"]);
    sandbox.write("../home/other.txt", age::x25519::Identity::generate().to_string().expose_secret());
    write(&["-i", sandbox.home().join("other.txt").to_str().expect("a path")]);
}

#[test]
fn broken_files_in_default_places_are_skipped() {
    let sandbox = Sandbox::with_files(&[("a.age", TEXT)]);
    fs::create_dir(sandbox.home().join(".ssh/id_ed25519")).expect("made");
    sandbox.write("../home/.ssh/id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\nbroken\n");
    sandbox.agepatch(["show", "a", "--reveal"]).assert().success().stdout(TEXT).stderr("");
    sandbox.agepatch(["set", "--public", "a", "marker", "b"]).assert().success();
    sandbox.agepatch(["doctor"]).assert().success().stdout(contains("no problems found"));
    sandbox.agepatch(["textconv", "a.age"]).assert().success().stdout(contains("…").and(contains("marker").not()));

    let stranger = age::x25519::Identity::generate().to_string();
    sandbox.write("../home/.config/age/keys.txt", stranger.expose_secret());
    let refused = sandbox.agepatch(["show", "a"]).assert().code(3);
    let named = contains("id_ed25519: cannot read").and(contains("id_rsa: the file contains no readable private key"));
    refused.stderr(named.and(contains("tried: ")).and(contains("keys.txt")));
}

/// The settings of several hosts name one key each, and a host that is being installed has none yet.
#[test]
fn a_key_that_this_host_lacks_is_skipped_unless_given_as_an_option() {
    let sandbox = Sandbox::with_files(&[("a.age", TEXT)]);
    let (missing, good) = (sandbox.home().join("missing"), sandbox.home().join(".config/age/keys.txt"));
    let (missing, good) = (missing.to_str().expect("a path"), good.to_str().expect("a path"));
    let both = format!("{missing}:{good}");
    sandbox.agepatch(["show", "a"]).env("AGEPATCH_IDENTITIES", both).assert().success();
    sandbox.agepatch(["show", "a"]).env("AGEPATCH_IDENTITIES", missing).assert().code(3).stderr(contains("skipped: "));
    sandbox.write("agepatch.toml", "identities = [\"~/missing\", \"~/.config/age/keys.txt\"]\n");
    sandbox.agepatch(["trust"]).assert().success();
    sandbox.agepatch(["show", "a"]).assert().success();
    sandbox.agepatch(["-i", missing, "-i", good, "show", "a"]).assert().code(3).stderr(contains("missing"));
}

#[test]
fn a_broken_identity_that_was_named_is_an_error() {
    let sandbox = Sandbox::with_files(&[("a.age", TEXT)]);
    sandbox.write("../home/broken", "-----BEGIN OPENSSH PRIVATE KEY-----\nbroken\n");
    let (broken, good) = (sandbox.home().join("broken"), sandbox.home().join(".config/age/keys.txt"));
    let (broken, good) = (broken.to_str().expect("a path"), good.to_str().expect("a path"));
    sandbox
        .agepatch(["-i", broken, "-i", good, "show", "a"])
        .assert()
        .code(3)
        .stderr(contains("no readable private key"));
    let mut by_environment = sandbox.agepatch(["show", "a"]);
    by_environment.env("AGEPATCH_IDENTITIES", format!("{broken}:{good}")).assert().code(3);
    sandbox.write("agepatch.toml", "identities = [\"~/broken\", \"~/.config/age/keys.txt\"]\n");
    sandbox.agepatch(["trust"]).assert().success();
    sandbox.agepatch(["show", "a"]).assert().code(3).stderr(contains("no readable private key"));
}
