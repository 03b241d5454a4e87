//! `--commit`: commits only the edited file, with a conventional message.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const METHOD: &str = "identity_providers.oidc.clients[mediamanager].token_endpoint_auth_method";
const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: 'marker-hmac-0123456789abcdef0123456789abcdef0123456789abcdef01234567'
    clients:
      - client_id: mediamanager
        client_name: MediaManager
        client_secret: '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR'
        redirect_uris: ['https://media.example.com/callback']
        token_endpoint_auth_method: client_secret_post
";

fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    sandbox.git_init_as("feat(cloud): begin");
    sandbox
}

#[test_with::executable(git)]
#[test]
fn the_commit_describes_the_change_and_includes_only_its_file() {
    let sandbox = repository();
    sandbox.write("backlog/tasks/task-118 - Fix the login.md", "# Fix the login\n");
    sandbox.write("other", "staged\n");
    sandbox.git(&["add", "other"]);
    let edit = ["set", FILE, METHOD, "client_secret_basic", "--commit", "--task", "task-118", "--output", "json"];
    let set = sandbox.agepatch(edit).assert().success();
    let report: serde_json::Value = serde_json::from_slice(&set.get_output().stdout).expect("JSON");
    assert_eq!(report["commit"].as_str(), Some(sandbox.git(&["rev-parse", "HEAD"]).trim()));
    insta::assert_snapshot!(sandbox.git(&["log", "-1", "--format=%B"]).trim_end(), @r"
    fix(cloud): set mediamanager token_endpoint_auth_method to client_secret_basic

    - changed identity_providers.oidc.clients[mediamanager].token_endpoint_auth_method:
      client_secret_post -> client_secret_basic

    Resolves: task-118
    ");
    assert_eq!(sandbox.git(&["show", "--format=", "--name-only", "HEAD"]).trim(), FILE);
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]).trim(), "other");
    // The second time nothing changes, and nothing is committed.
    let again = sandbox.agepatch(edit).assert().success();
    let report: serde_json::Value = serde_json::from_slice(&again.get_output().stdout).expect("JSON");
    assert_eq!(report["commit"], serde_json::Value::Null);
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]).trim(), "2");
}

#[test_with::executable(git)]
#[test]
fn obstacles_to_a_commit_are_reported_before_writing() {
    let sandbox = repository();
    sandbox.write("backlog/tasks/task-118 - Fix the login.md", "# Fix the login\n");
    let before = sandbox.read(FILE);
    let commit = |more: &[&str]| {
        let edit = [&["set", FILE, METHOD, "client_secret_basic", "--commit"], more].concat();
        sandbox.agepatch(edit).assert()
    };
    commit(&["--task", "task-18"]).code(4).stderr(contains("task-118"));
    sandbox.git(&["update-ref", "MERGE_HEAD", "HEAD"]);
    commit(&[]).code(4).stderr(contains("a merge is in progress"));
    sandbox.git(&["update-ref", "-d", "MERGE_HEAD"]);
    sandbox.seal(FILE, b"a: 1\n");
    sandbox.git(&["add", FILE]);
    std::fs::write(sandbox.repo().join(FILE), &before).unwrap();
    commit(&[]).code(4).stderr(contains("staged"));
    assert_eq!(sandbox.read(FILE), before);
}

#[test_with::executable(git)]
#[test]
fn a_file_that_was_never_committed_is_added_whatever_the_edit_changes_in_it() {
    let sandbox = repository();
    // A name that is a pattern in git, beside a file that it would match.
    sandbox.write("secrets.nix", &String::from_utf8_lossy(&sandbox.read("secrets.nix")).replace(FILE, "new[a].age"));
    sandbox.seal("new[a].age", FRAGMENT.as_bytes());
    sandbox.seal("newa.age", b"a: 1\n");
    sandbox.git(&["add", "newa.age", "secrets.nix"]);
    sandbox.git(&["commit", "--quiet", "-m", "chore: rules"]);
    sandbox.agepatch(["set", "new[a].age", METHOD, "client_secret_basic", "--commit"]).assert().success();
    assert_eq!(sandbox.git(&["log", "-1", "--format=%s"]).trim(), "feat: add new[a].age");
    assert_eq!(sandbox.git(&["show", "--format=", "--name-status", "HEAD"]).trim(), "A\tnew[a].age");
    // From now on, changes are committed as changes.
    sandbox.agepatch(["set", "new[a].age", METHOD, "client_secret_post", "--commit"]).assert().success();
    let message = sandbox.git(&["log", "-1", "--format=%s"]);
    assert!(message.starts_with("fix"), "{message}");
}

#[test_with::executable(git)]
#[test]
fn a_hook_that_refuses_leaves_the_edit_and_no_commit() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = repository();
    sandbox.write(".git/hooks/pre-commit", "#!/bin/sh\necho no thanks\nexit 1\n");
    let hook = sandbox.repo().join(".git/hooks/pre-commit");
    std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let set = sandbox.agepatch(["set", FILE, METHOD, "client_secret_basic", "--commit"]).assert().code(6);
    set.stderr(contains("no thanks").and(contains("not committed")));
    assert!(sandbox.open(FILE).contains("client_secret_basic"));
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]).trim(), "1");
}

#[test_with::executable(git)]
#[test]
fn messages_contain_no_secret() {
    let sandbox = repository();
    let hmac = "identity_providers.oidc.hmac_secret";
    sandbox
        .agepatch(["set", FILE, hmac, "--from-env", "NEW", "--commit", "--reveal"])
        .env("NEW", "marker-new-0123456789abcdef0123456789abcdef0123456789")
        .assert()
        .success();
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    assert!(message.starts_with("fix(cloud): change hmac_secret\n"), "{message}");
    assert!(!message.contains("marker"), "{message}");
}

#[test_with::executable(git)]
#[test]
fn a_patch_set_can_contain_its_commit_message() {
    let sandbox = repository();
    let set = format!(
        "agepatch: 1\ntask: [task-1, task-2]\ntype: chore\nscope: login\nmessage: fix it\nrelation: Part of\nfiles:\n  {FILE}:\n    - {{ op: replace, path: '{METHOD}', value: client_secret_basic }}\n"
    );
    sandbox.agepatch(["apply", "--commit"]).write_stdin(set).assert().success();
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    assert!(message.starts_with("chore(login): fix it\n"), "{message}");
    assert!(message.trim_end().ends_with("Part-of: task-1\nPart-of: task-2"), "{message}");
}

/// A commit runs git once, and for a new file twice.
#[test_with::executable(git)]
#[test]
fn a_commit_starts_git_once() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = repository();
    let real = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .map(|folder| folder.join("git"))
        .find(|git| git.is_file())
        .expect("git is there");
    sandbox.write("../bin/git", &format!("#!/bin/sh\necho \"$@\" >> ../ran\nexec '{}' \"$@\"\n", real.display()));
    let folder = sandbox.repo().join("../bin");
    std::fs::set_permissions(folder.join("git"), std::fs::Permissions::from_mode(0o755)).expect("it is there");
    let path = std::env::join_paths(
        [folder].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .expect("a path");
    let runs = |arguments: &[&str]| {
        drop(std::fs::remove_file(sandbox.repo().join("../ran")));
        sandbox.agepatch(arguments).env("PATH", &path).env("V", "A=marker\n").assert().success();
        String::from_utf8_lossy(&sandbox.read("../ran")).lines().count()
    };
    assert_eq!(runs(&["set", FILE, METHOD, "client_secret_basic", "--commit"]), 1);
    assert_eq!(runs(&["set", FILE, METHOD, "client_secret_post", "--commit", "-m", "fix: back"]), 1);
    let rules = String::from_utf8_lossy(&sandbox.read("secrets.nix"))
        .replace("in {", "in {\n  \"new.age\".publicKeys = [ me ];");
    sandbox.write("secrets.nix", &rules);
    sandbox.seal("new.age", b"A=1\n");
    assert_eq!(runs(&["commit", "new.age"]), 2);
}
