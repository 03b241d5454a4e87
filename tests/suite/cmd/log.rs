//! `agepatch log`: values through the history, including renames of files and clients.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::renames::{FILE, FRAGMENT, METHOD, commit, repository};

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
    assert_eq!(subjects(&sandbox, &["log", FILE]), ["again", "secret", "method", "rename", "move", "begin"]);
    assert_eq!(subjects(&sandbox, &["log", FILE, METHOD]), ["method", "begin"]);
    assert_eq!(subjects(&sandbox, &["log", FILE, "identity_providers.oidc.hmac_secret"]), ["secret", "begin"]);
    let text = sandbox.agepatch(["log", FILE]).assert().success();
    text.stdout(contains("marker").not().and(contains("client_secret_post → client_secret_basic")))
        .stdout(contains("[task-118]"));
    sandbox.agepatch(["log", FILE, "nothing.here"]).assert().code(5);
}

#[test_with::executable(git)]
#[test]
fn a_renamed_and_reencrypted_file_keeps_its_history() {
    let sandbox = repository();
    let text = sandbox.open(FILE);
    sandbox.write("secrets.nix", &String::from_utf8(sandbox.read("secrets.nix")).unwrap().replace(FILE, "third.age"));
    std::fs::remove_file(sandbox.repo().join(FILE)).expect("it is there");
    sandbox.seal("third.age", text.as_bytes());
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "--quiet", "-m", "third"]);
    assert_eq!(
        subjects(&sandbox, &["log", "third.age"]),
        ["third", "again", "secret", "method", "rename", "move", "begin"]
    );
    assert_eq!(subjects(&sandbox, &["log", "third.age", METHOD]), ["method", "begin"]);
    sandbox.agepatch(["log", "third.age"]).assert().success().stdout(contains("renamed and re-encrypted"));
    let blame = sandbox.agepatch(["blame", "third.age"]).assert().success();
    blame.stdout(contains("not committed").not());
}

#[test_with::executable(git)]
#[test]
fn a_removed_value_has_a_history_and_can_be_restored() {
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
fn unreadable_revisions_are_reported_and_skipped() {
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

/// Reading the history starts no program; with a commit graph, git walks itself, once for any number of commits.
#[test_with::executable(git)]
#[test]
fn reading_the_history_starts_no_program_per_commit() {
    let asked = |commits: usize, graph: bool, arguments: &[&str]| {
        let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
        sandbox.git_init();
        for number in 0..commits {
            commit(&sandbox, &FRAGMENT.replace("Media\n", &format!("Media {number}\n")), "change");
            sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "other"]);
        }
        if graph {
            sandbox.git(&["commit-graph", "write", "--reachable"]);
        }
        let trace = sandbox.home().join("trace");
        let ran = sandbox.agepatch(arguments).env("GIT_TRACE2_EVENT", &trace).assert();
        ran.code(predicates::function::function(|code: &i32| *code <= 1));
        // Without a run of git there is no trace.
        std::fs::read_to_string(trace).unwrap_or_default().matches(r#""event":"start""#).count()
    };
    for arguments in [&["log", FILE][..], &["log", FILE, "identity_providers.oidc.hmac_secret"], &["blame", FILE]] {
        assert_eq!(asked(3, false, arguments), 0, "{arguments:?}");
        let (few, many) = (asked(2, true, arguments), asked(12, true, arguments));
        assert_eq!(few, many, "{arguments:?}");
        assert!((1..=2).contains(&many), "{arguments:?}: {many}");
    }
    for arguments in [&["diff", "HEAD~1", FILE][..], &["diff"], &["textconv", FILE], &["doctor"]] {
        assert_eq!(asked(2, true, arguments), 0, "{arguments:?}");
    }
    // Where a key is not here, the history shows which keys a file was encrypted for.
    assert_eq!((asked(2, false, &["status"]), asked(12, true, &["status"])), (0, 1));
}

#[test_with::executable(git)]
fn a_file_without_a_history_is_reported() {
    let sandbox = Sandbox::with_files(&[("old.age", "A=1\n")]);
    sandbox.git_init();
    let unknown = sandbox.agepatch(["log", "olt"]).assert().code(6);
    unknown.stderr(contains("no such file: olt").and(contains("did you mean old.age?")));
    for command in ["log", "blame"] {
        sandbox.agepatch([command, ""]).assert().code(2).stderr(contains("the name of the file is empty"));
        sandbox.agepatch([command, "."]).assert().code(6).stderr(contains(". is a directory"));
    }
    std::fs::copy(sandbox.repo().join("old.age"), sandbox.repo().join("copy.age")).expect("copied");
    let uncommitted = sandbox.agepatch(["log", "copy.age"]).assert().success();
    uncommitted.stdout("").stderr(contains("copy.age is in no commit yet"));
}
