//! Completions and manual pages are made from the command line's own definition.

use predicates::str::contains;

use crate::sandbox::Sandbox;

#[test]
fn completions_name_the_commands() {
    let sandbox = Sandbox::empty();
    for shell in ["bash", "zsh", "fish", "elvish"] {
        sandbox.agepatch(["completions", shell]).assert().success().stdout(contains("merge-file"));
    }
    sandbox.agepatch(["completions", "tcsh"]).assert().code(2).stderr(contains("tcsh"));
}

#[test]
fn every_command_has_a_page() {
    let sandbox = Sandbox::empty();
    sandbox.agepatch(["man"]).assert().success().stdout(contains("agepatch"));
    sandbox.agepatch(["man", "pages"]).assert().success();
    for page in ["agepatch.1", "agepatch-set.1", "agepatch-check.1"] {
        assert!(sandbox.read(&format!("pages/{page}")).starts_with(b".ie"), "{page}");
    }
}
