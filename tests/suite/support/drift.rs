//! A file that is encrypted for other recipients than its rules list.

use crate::sandbox::Sandbox;

pub(crate) const HOST: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICz6Ug0pQQxhavlvcL/T/S45vmF0cC4wh1B99Op7WIms";

/// The file is encrypted for the sandbox's own key; then a host is added to the rules.
pub(crate) fn drifted() -> Sandbox {
    let sandbox = Sandbox::with_files(&[("a.age", "marker: a # b\n"), ("b.age", "marker: b\n")]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let own = rules.split('"').find(|word| word.starts_with("age1")).expect("the sandbox's key").to_owned();
    sandbox.write(
        "secrets.nix",
        &format!(
            "let ada = \"{own}\"; cloud = \"{HOST}\"; in {{ \"a.age\".publicKeys = [ ada cloud ]; \"b.age\".publicKeys = [ ada ]; }}"
        ),
    );
    sandbox
}

/// What the command prints as JSON.
pub(crate) fn json(sandbox: &Sandbox, arguments: &[&str]) -> serde_json::Value {
    let output = sandbox.agepatch(arguments).assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).expect("JSON")
}
