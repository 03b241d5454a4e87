//! The demo plays its story with the program itself and the real git.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

#[test_with::executable(git)]
fn the_demo_ends_with_its_proof_and_removes_its_folder() {
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
    let left = std::fs::read_dir(temporary).expect("the sandbox has a folder for temporary files");
    assert_eq!(left.count(), 0);
}

#[test_with::executable(git)]
fn a_demo_in_a_given_folder_is_kept() {
    let sandbox = Sandbox::empty();
    sandbox.agepatch(["demo", "kept"]).assert().success();
    assert!(sandbox.repo().join("kept/nixos/.git").is_dir());
    sandbox.agepatch(["demo", "kept"]).assert().code(2).stderr(contains("is not empty"));
}
