//! `log`, `blame` and `restore`: values through the commits, followed through renames of file and client.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const OLD: &str = "authelia-old.age";
const FILE: &str = "authelia-secrets.age";
const METHOD: &str = "identity_providers.oidc.clients[media].token_endpoint_auth_method";
const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: 'marker-hmac' # marker-comment
    clients:
      - client_id: mediamanager
        client_name: Media
        token_endpoint_auth_method: client_secret_post
";

fn commit(sandbox: &Sandbox, text: &str, message: &str) {
    sandbox.seal(FILE, text.as_bytes());
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "--quiet", "-m", message]);
}

/// begin · move the file · rename the client · change the method · change the secret · encrypt anew
fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[(OLD, FRAGMENT), (FILE, "")]);
    std::fs::remove_file(sandbox.repo().join(FILE)).expect("it is there");
    sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
    sandbox.git(&["config", "user.name", "A"]);
    sandbox.git(&["config", "user.email", "a@example.com"]);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "begin"]);
    sandbox.git(&["mv", OLD, FILE]);
    sandbox.git(&["commit", "--quiet", "-m", "move"]);
    let renamed = FRAGMENT.replace("client_id: mediamanager", "client_id: media");
    commit(&sandbox, &renamed, "rename");
    let method = renamed.replace("_post", "_basic");
    commit(&sandbox, &method, "method\n\nResolves: task-118");
    let secret = method.replace("marker-hmac", "marker-new");
    commit(&sandbox, &secret, "secret");
    commit(&sandbox, &secret, "anew");
    sandbox
}

fn subjects(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let log = sandbox.agepatch([arguments, &["--output", "json"]].concat()).assert().success();
    let log: serde_json::Value = serde_json::from_slice(&log.get_output().stdout).expect("JSON");
    let commits = log["commits"].as_array().expect("a list").iter();
    commits.map(|commit| commit["subject"].as_str().expect("text").to_owned()).collect()
}

#[test_with::executable(git)]
#[test]
fn log_follows_a_value_through_renames() {
    let sandbox = repository();
    assert_eq!(subjects(&sandbox, &["log", FILE]), ["anew", "secret", "method", "rename", "move", "begin"]);
    assert_eq!(subjects(&sandbox, &["log", FILE, METHOD]), ["method", "begin"]);
    assert_eq!(subjects(&sandbox, &["log", FILE, "identity_providers.oidc.hmac_secret"]), ["secret", "begin"]);
    let text = sandbox.agepatch(["log", FILE]).assert().success();
    text.stdout(contains("marker").not().and(contains("client_secret_post → client_secret_basic")))
        .stdout(contains("[task-118]"));
    sandbox.agepatch(["log", FILE, "nothing.here"]).assert().code(5);
}

#[test_with::executable(git)]
#[test]
fn a_file_that_was_renamed_and_encrypted_anew_keeps_its_history() {
    let sandbox = repository();
    let text = sandbox.open(FILE);
    sandbox.write("secrets.nix", &String::from_utf8(sandbox.read("secrets.nix")).unwrap().replace(FILE, "third.age"));
    std::fs::remove_file(sandbox.repo().join(FILE)).expect("it is there");
    sandbox.seal("third.age", text.as_bytes());
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "--quiet", "-m", "third"]);
    assert_eq!(
        subjects(&sandbox, &["log", "third.age"]),
        ["third", "anew", "secret", "method", "rename", "move", "begin"]
    );
    assert_eq!(subjects(&sandbox, &["log", "third.age", METHOD]), ["method", "begin"]);
    sandbox.agepatch(["log", "third.age"]).assert().success().stdout(contains("renamed and encrypted anew"));
    let blame = sandbox.agepatch(["blame", "third.age"]).assert().success();
    blame.stdout(contains("not committed").not());
}

#[test_with::executable(git)]
#[test]
fn what_was_removed_has_a_history_and_comes_back() {
    let sandbox = repository();
    let without = sandbox.open(FILE).replace("        client_name: Media\n", "");
    commit(&sandbox, &without, "remove the name");
    let name = "identity_providers.oidc.clients[media].client_name";
    assert_eq!(subjects(&sandbox, &["log", FILE, name]), ["remove the name", "begin"]);
    sandbox.agepatch(["restore", FILE, name, "--source", "HEAD~1"]).assert().success();
    assert!(sandbox.open(FILE).contains("client_name: Media"));
}

#[test_with::executable(git)]
#[test]
fn unreadable_revisions_are_told_and_stop_nothing() {
    let sandbox = repository();
    let text = sandbox.open(FILE);
    let stranger = age::x25519::Identity::generate();
    sandbox.write(FILE, "");
    std::fs::write(sandbox.repo().join(FILE), age::encrypt(&stranger.to_public(), b"a: 1").unwrap()).unwrap();
    sandbox.git(&["commit", "--quiet", "-am", "strange"]);
    commit(&sandbox, &text, "back");
    assert_eq!(subjects(&sandbox, &["log", FILE]).len(), 8);
    let log = subjects(&sandbox, &["log", FILE, METHOD]);
    assert_eq!(&log[log.len() - 2..], ["method", "begin"]);
    sandbox.agepatch(["log", FILE]).assert().success().stdout(contains("cannot be decrypted"));
    sandbox.agepatch(["restore", FILE, "--source", "HEAD~1"]).assert().code(3);
}

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

#[test_with::executable(git)]
#[test]
fn restore_sets_back_one_value_or_everything() {
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
    sandbox.git(&["commit", "--quiet", "-m", "move, rename and encrypt anew"]);
    let method = "identity_providers.oidc.clients[films].token_endpoint_auth_method";
    // Before that commit, and before the file's and the client's first names were left.
    for (source, expected) in [("HEAD~1", "client_secret_basic"), ("HEAD~6", "client_secret_post")] {
        sandbox.agepatch(["restore", "moved.age", method, "--source", source]).assert().success();
        sandbox.agepatch(["get", "moved.age", method]).assert().success().stdout(format!("{expected}\n"));
    }
    sandbox.agepatch(["restore", "moved.age", "--source", "HEAD~1"]).assert().success();
    assert_eq!(sandbox.open("moved.age"), text);
}

/// What git is asked does not grow with the commits, nor with those that touch the file.
#[test_with::executable(git)]
#[test]
fn git_is_asked_as_often_of_many_commits_as_of_few() {
    let asked = |commits: usize, arguments: &[&str]| {
        let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
        sandbox.git_init();
        for number in 0..commits {
            commit(&sandbox, &FRAGMENT.replace("Media\n", &format!("Media {number}\n")), "change");
            sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "other"]);
        }
        let trace = sandbox.home().join("trace");
        sandbox.agepatch(arguments).env("GIT_TRACE2_EVENT", &trace).assert().success();
        let trace = std::fs::read_to_string(trace).expect("git left a trace");
        trace.matches(r#""event":"start""#).count()
    };
    for arguments in [&["log", FILE][..], &["log", FILE, "identity_providers.oidc.hmac_secret"], &["blame", FILE]] {
        let (few, many) = (asked(2, arguments), asked(12, arguments));
        assert_eq!(few, many, "{arguments:?}");
        assert!(many <= 8, "{arguments:?}: {many}");
    }
}
