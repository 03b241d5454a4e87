//! `reveal` in agepatch.toml and `AGEPATCH_REVEAL`: whether secrets are printed at all.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const SECRETS: [&[&str]; 3] = [&["show", "a-env", "--reveal"], &["get", "a-env", "KEY", "--reveal"], &["-d", "a-env"]];

#[test]
fn the_stricter_policy_wins() {
    let sandbox = Sandbox::with_files(&[("a-env.age", "KEY=marker\n")]);
    for (settings, variable, reason) in [
        ("", "", None),
        ("reveal = \"always\"\n", "always", None),
        ("reveal = \"terminal\"\n", "", Some("to a terminal only")),
        ("", "terminal", Some("AGEPATCH_REVEAL")),
        ("reveal = \"always\"\n", "never", Some("never printed")),
        ("reveal = \"never\"\n", "always", Some("`reveal` in agepatch.toml")),
    ] {
        sandbox.write("agepatch.toml", settings);
        for words in SECRETS {
            let ran = sandbox.agepatch(words).env("AGEPATCH_REVEAL", variable).assert();
            match reason {
                None => drop(ran.success().stdout(contains("marker"))),
                Some(reason) => drop(ran.code(4).stdout("").stderr(contains(reason).and(contains("marker").not()))),
            }
        }
        sandbox.agepatch(["show", "a-env"]).env("AGEPATCH_REVEAL", variable).assert().success();
    }
}

#[test]
fn a_repository_does_not_lift_the_users_own_policy() {
    let sandbox = Sandbox::with_files(&[("a-env.age", "KEY=marker\n")]);
    sandbox.write("../home/.config/agepatch/agepatch.toml", "reveal = \"never\"\n");
    sandbox.write("agepatch.toml", "reveal = \"always\"\n");
    for words in SECRETS {
        sandbox.agepatch(words).assert().code(4).stdout("");
    }
    let json = sandbox.agepatch(["get", "a-env", "KEY", "--reveal", "--output", "json"]).assert().code(4);
    json.stderr(contains("\"kind\":\"secret-needs-reveal\""));
}

#[test]
fn a_policy_that_does_not_exist_prints_nothing() {
    let sandbox = Sandbox::with_files(&[("a-env.age", "KEY=marker\n")]);
    let ran = sandbox.agepatch(["show", "a-env", "--reveal"]).env("AGEPATCH_REVEAL", "tty").assert();
    ran.code(6).stdout("").stderr(contains("use always, terminal, or never"));
}
