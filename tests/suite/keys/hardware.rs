//! A hardware key is asked once for each file, and the user only for keys that may fit.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use age::secrecy::ExposeSecret;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::plugin::{self, IDENTITY, PLUGIN, RECIPIENT};

const CONFIGURATION: &str = "identity_providers:\n  oidc:\n    hmac_secret: abc\n";

/// The plugin, which also counts how often it was asked to open a file.
fn counting() -> String {
    let counting = PLUGIN.replace("  *) if [", "  *) echo asked >> \"$HOME/asked\"; if [");
    assert_ne!(counting, PLUGIN);
    counting
}

/// A sandbox whose files are for the plugin's recipient, and its identity file.
fn plugged(files: &[(&str, &str)]) -> (Sandbox, PathBuf) {
    let sandbox = Sandbox::with_files(files);
    sandbox.write("../home/bin/age-plugin-fake", &counting());
    let plugin = sandbox.home().join("bin/age-plugin-fake");
    fs::set_permissions(plugin, fs::Permissions::from_mode(0o755)).expect("it is ours");
    sandbox.write("../home/fake.txt", &format!("{IDENTITY}\n"));
    let rule = |(name, _): &(&str, &str)| format!("  \"{name}\".publicKeys = [ \"{RECIPIENT}\" ];\n");
    sandbox.write("secrets.nix", &format!("{{\n{}}}\n", files.iter().map(rule).collect::<String>()));
    with_plugin(&sandbox, &["rekey"]).assert().success();
    fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    let identity = sandbox.home().join("fake.txt");
    (sandbox, identity)
}

fn with_plugin(sandbox: &Sandbox, arguments: &[&str]) -> assert_cmd::Command {
    let mut command = plugin::agepatch(sandbox, arguments);
    command.timeout(Duration::from_mins(1));
    command
}

/// How often the plugin was asked to open a file since the last call.
fn asked(sandbox: &Sandbox) -> usize {
    let file = sandbox.home().join("asked");
    let count = fs::read_to_string(&file).map_or(0, |text| text.lines().count());
    drop(fs::remove_file(file));
    count
}

#[test]
fn it_is_asked_once_for_each_file() {
    let names = ["a.age", "b.age", "c.age", "d.age", "authelia.age"];
    let files: Vec<(&str, &str)> =
        names.iter().map(|name| (*name, if name.contains("auth") { CONFIGURATION } else { "x: 1\n" })).collect();
    let (sandbox, identity) = plugged(&files);
    let identity = identity.to_str().expect("a path");
    for (arguments, expected) in [
        (&["-r"][..], 5),
        (&["show", "a"], 1),
        (&["get", "a", "x", "--reveal"], 1),
        (&["set", "a", "x", "2", "--public"], 1),
        (&["check"], 5),
        (&["check", "authelia"], 1),
        (&["doctor"], 5),
        (&["rekey", "--all"], 5),
        (&["client", "list", "authelia"], 1),
        (&["recipients"], 0),
    ] {
        let run = with_plugin(&sandbox, &[&["-i", identity], arguments].concat()).assert();
        assert!(matches!(run.get_output().status.code(), Some(0 | 1)), "{arguments:?}: {:?}", run.get_output());
        assert_eq!(asked(&sandbox), expected, "{arguments:?}");
    }
    let edit = with_plugin(&sandbox, &["-i", identity, "edit", "a"]).env("EDITOR", "sed -i s/2/3/").assert();
    edit.success();
    assert_eq!(asked(&sandbox), 1, "edit");
    let written = with_plugin(&sandbox, &["-i", identity, "show", "--reveal", "a"]).assert().success();
    written.stdout("x: 3\n");
}

#[test]
fn it_is_not_asked_where_a_plain_key_opens_the_file() {
    let (sandbox, identity) = plugged(&[("a.age", "x: 1\n")]);
    let plain = age::x25519::Identity::generate();
    let rules = format!("{{ \"a.age\".publicKeys = [ \"{RECIPIENT}\" \"{}\" ]; }}\n", plain.to_public());
    sandbox.write("secrets.nix", &rules);
    let identity = identity.to_str().expect("a path");
    with_plugin(&sandbox, &["-i", identity, "rekey"]).assert().success();
    asked(&sandbox);
    sandbox.write("../home/plain.txt", plain.to_string().expose_secret());
    let plain = sandbox.home().join("plain.txt");
    let both = ["-i", identity, "-i", plain.to_str().expect("a path")];
    for arguments in [&["show", "--reveal", "a"][..], &["set", "a", "x", "2", "--public"], &["doctor"]] {
        with_plugin(&sandbox, &[&both, arguments].concat()).assert().success();
        assert_eq!(asked(&sandbox), 0, "{arguments:?}");
    }
}

#[test]
fn it_is_asked_once_even_if_it_cannot_open_the_file() {
    let (sandbox, identity) = plugged(&[("a.age", "x: 1\n")]);
    sandbox.write("../home/bin/age-plugin-fake", &counting().replace(r#"[ -n "$index" ]"#, "false"));
    let identity = identity.to_str().expect("a path");
    let refused = with_plugin(&sandbox, &["-i", identity, "check"]).assert();
    refused.stderr(contains("no available identity"));
    assert_eq!(asked(&sandbox), 1);
}
