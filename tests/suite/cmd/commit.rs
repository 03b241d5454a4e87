//! `agepatch commit`: commits all changes since HEAD with a conventional message.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: 'marker-hmac'
    clients:
      - client_id: media
        client_secret: 'marker-secret'
        token_endpoint_auth_method: client_secret_post
";

fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT), ("other.age", "a: 1\n")]);
    sandbox.git_init_as("feat(cloud): begin");
    sandbox
}

#[test_with::executable(git)]
#[test]
fn changed_secrets_are_found_and_described() {
    let sandbox = repository();
    sandbox.agepatch(["commit"]).assert().success().stdout(contains("nothing to commit"));
    sandbox.write("backlog/tasks/task-118 - Fix.md", "");
    sandbox.write("plain.txt", "staged\n");
    sandbox.git(&["add", "plain.txt"]);
    sandbox.seal(FILE, FRAGMENT.replace("_post", "_basic").replace("marker-hmac", "marker-new").as_bytes());
    let dry = sandbox.agepatch(["commit", "-n", "--task", "118"]).assert().success();
    dry.stdout(contains("Resolves: task-118").and(contains("marker").not()));
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]).trim(), "1");
    sandbox.agepatch(["commit", "--task", "18"]).assert().code(4).stderr(contains("task-118"));
    sandbox.agepatch(["commit", "--task", "TASK-118", "--breaking"]).assert().success();
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    assert!(
        message.starts_with("fix(cloud)!: correct hmac_secret and token_endpoint_auth_method of media\n"),
        "{message}"
    );
    assert!(message.contains("client_secret_post -> client_secret_basic"), "{message}");
    assert!(message.contains("- changed identity_providers.oidc.hmac_secret\n"), "{message}");
    assert!(!message.contains("marker"), "{message}");
    let trailers = sandbox.git(&["log", "-1", "--format=%(trailers:key=Resolves,valueonly)"]);
    assert_eq!(trailers.trim(), "task-118");
    assert_eq!(sandbox.git(&["show", "--format=", "--name-only", "HEAD"]).trim(), FILE);
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]).trim(), "plain.txt");
}

#[test_with::executable(git)]
#[test]
fn kinds_of_change_have_their_types() {
    let sandbox = repository();
    let subject = || sandbox.git(&["log", "-1", "--format=%s"]).trim().to_owned();
    sandbox.seal(FILE, FRAGMENT.as_bytes());
    sandbox.agepatch(["commit"]).assert().success();
    assert_eq!(subject(), "chore(cloud): re-encrypt authelia-secrets.age");
    sandbox.seal(FILE, format!("# marker\n{FRAGMENT}").as_bytes());
    sandbox.agepatch(["commit"]).assert().success();
    assert_eq!(subject(), "style(cloud): lay out authelia-secrets.age");
    sandbox.seal("new.age", b"a: 1\n");
    sandbox.agepatch(["commit", "new.age"]).assert().success();
    assert_eq!(subject(), "feat: add new.age");
    std::fs::remove_file(sandbox.repo().join("other.age")).unwrap();
    sandbox.agepatch(["commit"]).assert().success();
    assert_eq!(subject(), "chore(cloud): remove other.age");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test_with::executable(git)]
#[test]
fn plaintext_and_conflicts_are_not_committed() {
    let sandbox = repository();
    sandbox.seal(FILE, b"b: 1\n");
    sandbox.git(&["add", FILE]);
    sandbox.seal(FILE, b"b: 2\n");
    sandbox.agepatch(["commit", FILE]).assert().code(4).stderr(contains("staged"));
    sandbox.write("other.age", "a: marker\n");
    sandbox.agepatch(["commit", "other.age"]).assert().code(3).stderr(contains("marker").not());
    sandbox.git(&["update-ref", "REVERT_HEAD", "HEAD"]);
    sandbox.agepatch(["commit", FILE]).assert().code(4).stderr(contains("a revert is in progress"));
}
