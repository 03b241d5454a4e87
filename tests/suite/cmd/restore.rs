//! `agepatch restore`: restores a value or a file from an earlier commit.

use crate::sandbox::Sandbox;
use crate::support::renames::{FILE, FRAGMENT, METHOD, repository};

#[test_with::executable(git)]
#[test]
fn restore_restores_one_value_or_everything() {
    let sandbox = repository();
    let now = sandbox.open(FILE);
    sandbox.agepatch(["restore", FILE, METHOD, "--source", "HEAD~5"]).assert().success();
    assert_eq!(sandbox.open(FILE), now.replace("_basic", "_post"));
    sandbox.agepatch(["restore", FILE, "--source", "HEAD~5", "--commit"]).assert().success();
    assert_eq!(sandbox.open(FILE), FRAGMENT);
    sandbox.agepatch(["restore", FILE, "--source", "nowhere"]).assert().code(6);
    sandbox.agepatch(["restore", FILE, METHOD, "--source", "--help"]).assert().failure();
}

#[test_with::executable(git)]
#[test]
fn restore_follows_a_rename_that_came_with_another_encryption() {
    let sandbox = repository();
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text").replace(FILE, "moved.age");
    let text = sandbox.open(FILE);
    sandbox.git(&["rm", "--quiet", FILE]);
    sandbox.write("secrets.nix", &rules);
    sandbox.seal("moved.age", text.replace("client_id: media", "client_id: films").as_bytes());
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "--quiet", "-m", "move, rename and encrypt again"]);
    let method = "identity_providers.oidc.clients[films].token_endpoint_auth_method";
    // Before that commit, and before the renames of the file and the client.
    for (source, expected) in [("HEAD~1", "client_secret_basic"), ("HEAD~6", "client_secret_post")] {
        sandbox.agepatch(["restore", "moved.age", method, "--source", source]).assert().success();
        sandbox.agepatch(["get", "moved.age", method]).assert().success().stdout(format!("{expected}\n"));
    }
    sandbox.agepatch(["restore", "moved.age", "--source", "HEAD~1"]).assert().success();
    assert_eq!(sandbox.open("moved.age"), text);
}

#[test_with::executable(git)]
#[test]
fn a_file_that_is_as_committed_again_gets_the_committed_ciphertext() {
    let sandbox = Sandbox::with_files(&[("host.yaml.age", "a: one\napp-env: |\n  A=1\n  B=2\n")]);
    sandbox.git_init();
    let committed = sandbox.read("host.yaml.age");
    for (file, path) in [("host.yaml.age", "a"), ("host.yaml.age#app-env", "A"), ("host.yaml.age", "app-env")] {
        sandbox.agepatch(["set", file, path, "--generate"]).assert().success();
        assert_ne!(sandbox.read("host.yaml.age"), committed);
        sandbox.agepatch(["restore", file, path, "--source", "HEAD"]).assert().success();
        assert_eq!(sandbox.read("host.yaml.age"), committed, "{file} {path}");
    }
    sandbox.agepatch(["set", "host.yaml.age", "a", "--generate"]).assert().success();
    sandbox.agepatch(["set", "host.yaml.age#app-env", "A", "--generate"]).assert().success();
    sandbox.agepatch(["restore", "host.yaml.age#app-env", "--source", "HEAD"]).assert().success();
    assert_ne!(sandbox.read("host.yaml.age"), committed, "another value still differs");
    assert!(sandbox.open("host.yaml.age").ends_with("app-env: |\n  A=1\n  B=2\n"));
}
