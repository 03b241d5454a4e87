//! Private key files: ssh formats, files that are not private keys, stdin, and when to ask for a passphrase.

use std::fs;
use std::process::Command;
use std::time::Duration;

use expectrl::{Eof, Expect, Session};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

fn key(name: &str) -> String {
    let path = format!("{}/tests/data/keys/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).expect("a key")
}

/// Creates an ssh key in the home folder; returns its public half.
fn keygen(sandbox: &Sandbox, name: &str, options: &[&str]) -> String {
    let path = sandbox.home().join(name);
    let made = Command::new("ssh-keygen").args(["-q", "-C", name]).args(options).arg("-f").arg(&path).status();
    assert!(made.expect("ssh-keygen runs").success());
    fs::read_to_string(path.with_extension("pub")).expect("the public key").trim().to_owned()
}

/// A sandbox whose file is only for these keys.
fn sealed_for(keys: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    let keys: String = keys.iter().map(|key| format!(" \"{}\"", key.trim())).collect();
    sandbox.write("secrets.nix", &format!("{{ \"a.age\".publicKeys = [{keys} ]; }}\n"));
    sandbox.agepatch(["rekey"]).assert().success();
    sandbox
}

#[test_with::executable(ssh-keygen)]
#[test]
fn errors_about_missing_keys_name_who_can_open_the_file() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    let key = keygen(&sandbox, "host", &["-t", "ed25519", "-N", ""]);
    let key = key.rsplit_once(' ').expect("a comment").0.to_owned();
    sandbox.write("secrets.nix", &format!("let storage = \"{key}\"; in {{ \"a.age\".publicKeys = [ storage ]; }}\n"));
    sandbox.agepatch(["rekey"]).assert().success();
    for arguments in [&["show", "a"][..], &["get", "a", "x"], &["set", "a", "x", "2", "--public"], &["rekey", "--all"]]
    {
        let refused = sandbox.agepatch(arguments).assert().code(3);
        refused.stderr(contains("the file is for: storage (ssh-ed25519 "));
    }
}

#[test]
fn an_rsa_key_of_8192_bits_encrypts_and_decrypts() {
    let sandbox = sealed_for(&[&key("rsa8192.pub")]);
    sandbox.write("../home/long", &key("rsa8192.openssh"));
    let identity = sandbox.home().join("long");
    let identity = identity.to_str().expect("a path");
    sandbox.agepatch(["-i", identity, "show", "--reveal", "a"]).assert().success().stdout("x: 1\n");
    let told = sandbox.agepatch(["recipients", "--output", "json"]).assert().success();
    told.stdout(contains(r#""missing":[],"extra":[],"verifiable":true"#));
}

#[test_with::executable(ssh-keygen)]
#[test]
fn an_rsa_key_in_pkcs8_opens_a_file() {
    let sandbox = Sandbox::empty();
    let public = keygen(&sandbox, "rsa", &["-t", "rsa", "-b", "2048", "-N", "", "-m", "PKCS8"]);
    let text = fs::read_to_string(sandbox.home().join("rsa")).expect("the key");
    assert!(text.starts_with("-----BEGIN PRIVATE KEY-----"), "it is PKCS #8");
    let files = sealed_for(&[&public]);
    files.write("../home/rsa", &text);
    let identity = files.home().join("rsa");
    files
        .agepatch(["-i", identity.to_str().expect("a path"), "show", "--reveal", "a"])
        .assert()
        .success()
        .stdout("x: 1\n");
}

#[test_with::executable(ssh-keygen)]
#[test]
fn a_format_that_age_does_not_read_is_named_with_the_way_out() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    keygen(&sandbox, "pem", &["-t", "rsa", "-b", "2048", "-N", "passphrase", "-m", "PEM"]);
    keygen(&sandbox, "pkcs8", &["-t", "rsa", "-b", "2048", "-N", "passphrase", "-m", "PKCS8"]);
    keygen(&sandbox, "ecdsa", &["-t", "ecdsa", "-N", ""]);
    for (name, what, way) in [
        ("pem", "an RSA key in an encrypted PEM file", "ssh-keygen -p -f"),
        ("pkcs8", "a key in an encrypted PKCS #8 file", "ssh-keygen -p -f"),
        ("ecdsa", "an ssh key of the type ecdsa-sha2-nistp256", "pass a private key with -i"),
        ("pem.pub", "pem.pub is a public key", "-i "),
    ] {
        let path = sandbox.home().join(name);
        let refused = sandbox.agepatch(["-i", path.to_str().expect("a path"), "show", "a"]).assert().code(3);
        refused.stderr(contains(what).and(contains(way)));
    }
}

#[test]
fn an_identity_may_come_from_stdin() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    let plain = sandbox.home().join(".config/age/keys.txt");
    let identity = fs::read_to_string(&plain).expect("the key");
    fs::remove_file(plain).expect("it is there");
    let show = |stdin: &str| {
        let mut command = sandbox.agepatch(["-i", "-", "show", "--reveal", "a"]);
        command.write_stdin(stdin);
        command
    };
    show(&identity).assert().success().stdout("x: 1\n");
    show("").assert().code(3).stderr(contains("no readable age identity"));
    // stdin can be used only once.
    let mut both = sandbox.agepatch(["-i", "-", "set", "a", "x", "--from-file", "-"]);
    both.write_stdin(identity.as_str()).assert().code(2).stderr(contains("stdin holds"));
}

/// Runs the line on a terminal; returns whether it asked for a passphrase, and its output.
fn on_a_terminal(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_agepatch"));
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).args(arguments);
    let mut session = Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    let printed = session.expect(Eof).expect("it ends without an answer");
    String::from_utf8_lossy(printed.as_bytes()).into_owned()
}

#[test_with::executable(ssh-keygen)]
#[test]
fn no_passphrase_is_asked_for_a_key_that_cannot_fit() {
    let maker = Sandbox::empty();
    let other = keygen(&maker, "other", &["-t", "ed25519", "-N", ""]);
    let rsa = keygen(&maker, "rsa", &["-t", "rsa", "-b", "2048", "-N", ""]);
    let age = age::x25519::Identity::generate().to_public().to_string();
    for (recipient, kind) in [(&other, "ssh-ed25519"), (&rsa, "ssh-rsa"), (&age, "X25519")] {
        let sandbox = sealed_for(&[recipient]);
        fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
        keygen(&sandbox, "locked", &["-t", "ed25519", "-N", "passphrase"]);
        let identity = sandbox.home().join("locked");
        let printed = on_a_terminal(&sandbox, &["-i", identity.to_str().expect("a path"), "show", "a"]);
        assert!(printed.contains("none of the available identities opens the file"), "{kind}: {printed}");
        assert!(printed.contains("the file is not for these") && printed.contains(kind), "{kind}: {printed}");
    }
}

#[test]
fn a_passphrase_is_asked_for_a_key_whose_derived_key_the_rules_list() {
    let recorded = |name: &str| {
        let path = format!("{}/tests/data/sops/keys/{name}", env!("CARGO_MANIFEST_DIR"));
        fs::read_to_string(path).expect("recorded")
    };
    let derived: age::x25519::Identity = recorded("oracle/host_ed25519.txt").trim().parse().expect("an identity");
    let sandbox = sealed_for(&[&derived.to_public().to_string()]);
    sandbox.write("../home/locked", &recorded("host_ed25519_locked"));
    let identity = sandbox.home().join("locked");
    let refused =
        sandbox.agepatch(["-i", identity.to_str().expect("a path"), "--output", "json", "show", "a"]).assert();
    refused.code(3).stderr(contains(r#""kind":"passphrase-needed""#));
}

#[test_with::executable(ssh-keygen)]
#[test]
fn no_passphrase_is_asked_for_an_age_identity_file_where_only_ssh_keys_fit() {
    use age::secrecy::ExposeSecret;
    let maker = Sandbox::empty();
    let sandbox = sealed_for(&[&keygen(&maker, "other", &["-t", "ed25519", "-N", ""])]);
    let mut recipient = age::scrypt::Recipient::new("passphrase".to_owned().into());
    recipient.set_work_factor(2);
    let text = age::x25519::Identity::generate().to_string();
    let locked = age::encrypt(&recipient, text.expose_secret().as_bytes()).expect("sealed");
    let path = sandbox.home().join("keys.age");
    fs::write(&path, locked).expect("written");
    let printed = on_a_terminal(&sandbox, &["-i", path.to_str().expect("a path"), "show", "a"]);
    assert!(printed.contains("none of the available identities opens the file"), "{printed}");
}

#[test]
fn a_file_with_a_passphrase_of_its_own_is_named_as_that() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    let mut recipient = age::scrypt::Recipient::new("passphrase".to_owned().into());
    recipient.set_work_factor(2);
    fs::write(sandbox.repo().join("a.age"), age::encrypt(&recipient, b"x: 1\n").expect("sealed")).expect("written");
    for command in ["show", "rekey"] {
        let refused = sandbox.agepatch([command, "a"]).assert().code(3);
        refused
            .stderr(contains("with a passphrase (`age -p`)").and(contains("age --decrypt FILE | agepatch write FILE")));
    }
    let told = sandbox.agepatch(["doctor"]).assert().code(1);
    told.stdout(contains("a passphrase (`age -p`) can still read it, but the rules do not list it"));
}

#[test_with::executable(ssh-keygen)]
#[test]
fn ctrl_c_at_a_prompt_leaves_the_terminal_as_it_was() {
    let sandbox = sealed_for_locked();
    let mut command = Command::new("sh");
    let line = format!(
        "stty -a > before; '{}' -i ../home/locked show a; stty -a > after; cmp before after && echo 'the same'",
        env!("CARGO_BIN_EXE_agepatch")
    );
    // The shell outlives the signal that ends the program.
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo());
    command.args(["-c", &format!("trap : INT; {line}")]);
    let mut session = Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session.expect("Passphrase for").expect("it asks");
    // Echo is off before the prompt appears, so text typed immediately is not shown.
    session.send("typed-at-once\u{3}").expect("typed");
    let found = session.expect("the same").expect("the terminal is as it was");
    let printed = String::from_utf8_lossy(found.as_bytes()).into_owned();
    assert!(!printed.contains("typed-at-once"), "{printed}");
}

/// A file for a key with the passphrase `passphrase`, which is `../home/locked`.
fn sealed_for_locked() -> Sandbox {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    let public = keygen(&sandbox, "locked", &["-t", "ed25519", "-N", "passphrase"]);
    sandbox.write("secrets.nix", &format!("{{ \"a.age\".publicKeys = [ \"{public}\" ]; }}\n"));
    sandbox.agepatch(["rekey"]).assert().success();
    sandbox
}
