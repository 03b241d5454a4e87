//! `agepatch blame`: the commit that last changed each value.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::support::renames::{FILE, repository};

#[test_with::executable(git)]
#[test]
fn blame_names_the_commit_of_each_leaf() {
    let sandbox = repository();
    let now = sandbox.open(FILE).replace("client_name: Media", "client_name: Mine");
    sandbox.seal(FILE, now.as_bytes());
    let blame = sandbox.agepatch(["blame", FILE, "--output", "json"]).assert().success();
    let blame: serde_json::Value = serde_json::from_slice(&blame.get_output().stdout).expect("JSON");
    let of = |end: &str| {
        let leaves = blame["leaves"].as_array().expect("a list");
        let leaf = leaves.iter().find(|leaf| leaf["path"].as_str().expect("text").ends_with(end)).expect(end);
        leaf["subject"].as_str().map(str::to_owned)
    };
    assert_eq!(of("[media].client_id").as_deref(), Some("rename"));
    assert_eq!(of("[media].token_endpoint_auth_method").as_deref(), Some("method"));
    assert_eq!(of("hmac_secret").as_deref(), Some("secret"));
    assert_eq!(of("client_name"), None);
    sandbox
        .agepatch(["blame", FILE])
        .assert()
        .success()
        .stdout(contains("marker").not().and(contains("not committed")));
}
