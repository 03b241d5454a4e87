//! The demo plays its story with the program itself and the real git.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

#[test_with::executable(git)]
fn the_story_ends_with_the_proof_and_leaves_nothing_behind() {
    let sandbox = Sandbox::empty();
    let played = sandbox.agepatch(["demo"]).assert().success();
    played.stdout(
        contains("auth-method: ")
            .and(contains("Resolves: task-118"))
            .and(contains("client_secret_post → client_secret_basic"))
            .and(contains("[exit 4]"))
            .and(contains("2 of 42 lines differ"))
            .and(contains("AGE-SECRET-KEY").not()),
    );
    let temporary = sandbox.home().parent().expect("a folder").join("tmp");
    assert_eq!(std::fs::read_dir(temporary).map(Iterator::count).unwrap_or_default(), 0);
}

#[test_with::executable(git)]
fn in_a_folder_it_stays() {
    let sandbox = Sandbox::empty();
    sandbox.agepatch(["demo", "kept"]).assert().success();
    assert!(sandbox.repo().join("kept/nixos/.git").is_dir());
    sandbox.agepatch(["demo", "kept"]).assert().code(2).stderr(contains("is not empty"));
}
