//! Three people with a fresh home, each from the first command to a committed and reviewed change.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

/// The last commit, as a reviewer reads it.
fn review(sandbox: &Sandbox) -> String {
    let ran = sandbox.agepatch(["diff", "HEAD~1..HEAD"]).assert().success();
    let shown = String::from_utf8(ran.get_output().stdout.clone()).expect("text");
    assert!(!shown.contains("marker"), "{shown}");
    assert_eq!(sandbox.git(&["status", "--porcelain", "--untracked-files=no"]), "");
    shown
}

#[test_with::executable(git)]
fn a_user_of_agenix_with_thirty_secrets() {
    let names: Vec<String> =
        (1..=10).flat_map(|at| [format!("app{at}-env.age"), format!("raw{at}.age"), format!("wg{at}.age")]).collect();
    let content = |name: &str| match &name[..2] {
        "ap" => "DB_HOST=db.lan\nDB_PASSWORD=marker\n",
        "wg" => "[Interface]\nPrivateKey = marker\nAddress = 10.0.0.1/24\n",
        _ => "marker\n",
    };
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), content(name))).collect();
    let sandbox = Sandbox::with_files(&files);
    sandbox.git_init();
    let status = sandbox.agepatch(["status"]).assert().success();
    status.stdout(
        contains("30, all of them readable here")
            .and(contains("me (~/.config/age/keys.txt): opens 30 of 30 files").or(contains("opens 30 of 30 files")))
            .and(contains("try next  agepatch show app1-env"))
            .and(contains("git  not set up")),
    );
    sandbox.agepatch(["show", "app1-env"]).assert().success().stdout("DB_HOST=…\nDB_PASSWORD=…\n");
    sandbox.agepatch(["set", "app1-env", "DB_PASSWORD", "--generate", "-n"]).assert().success();
    sandbox.agepatch(["set", "app1-env", "DB_PASSWORD", "--generate"]).assert().success();
    let status = sandbox.agepatch(["status"]).assert().success();
    status.stdout(contains("changed  app1-env.age").and(contains("try next  agepatch diff ")));
    sandbox.agepatch(["diff"]).assert().success().stdout(contains("~ DB_PASSWORD: (secret) → (secret)"));
    sandbox.agepatch(["commit"]).assert().success();
    assert!(review(&sandbox).contains("app1-env.age"));
    sandbox.agepatch(["new", "token", "--generate", "--commit"]).assert().success();
    assert!(review(&sandbox).contains("token.age (added)"));
}

#[test_with::executable(git)]
fn a_user_of_sops_nix() {
    let sandbox = Sandbox::with_files(&[]);
    let recipient = sandbox.identity().to_public().to_string();
    std::fs::remove_file(sandbox.repo().join("secrets.nix")).expect("it is there");
    let rules = format!("creation_rules:\n  - path_regex: secrets/.*\\.yaml$\n    age: {recipient}\n");
    sandbox.write(".sops.yaml", &rules);
    sandbox.write("secrets/README.md", "secrets\n");
    let new = sandbox.agepatch(["new", "secrets/host.yaml"]).write_stdin("db:\n  password: marker\n").assert();
    new.success().stdout(contains("secrets/host.yaml (new file)").and(contains("marker").not()));
    sandbox.git_init();
    let status = sandbox.agepatch(["status"]).assert().success();
    status.stdout(contains(".sops.yaml").and(contains("agepatch show secrets/host.yaml")));
    sandbox.agepatch(["show", "secrets/host.yaml"]).assert().success().stdout(contains("password: …"));
    sandbox.agepatch(["set", "secrets/host.yaml", "db.password", "--generate", "--commit"]).assert().success();
    assert!(review(&sandbox).contains("~ db.password: (secret) → (secret)"));
}

#[test_with::executable(git)]
fn a_user_of_authelia_with_a_broken_client() {
    let authelia = "identity_providers:
  oidc:
    clients:
      - client_id: mediamanager
        client_secret: $plaintext$marker
        authorization_policy: two_factor
        redirect_uris:
          - https://media.example.com/callback
        token_endpoint_auth_method: client_secret_post
";
    let sandbox = Sandbox::with_files(&[("authelia-secrets.age", authelia), ("media-env.age", "SECRET=marker\n")]);
    sandbox.git_init();
    let recorded = include_str!("../../data/authelia/logs.jsonl").lines().next().expect("a record");
    let recorded: serde_json::Value = serde_json::from_str(recorded).expect("JSON");
    let line = format!("{}\n", recorded["log"].as_str().expect("a line"));
    sandbox.agepatch(["status"]).assert().success().stdout(contains("agepatch check"));
    let found = sandbox.agepatch(["diagnose"]).write_stdin(line.clone()).assert().success();
    found.stdout(contains("client      mediamanager").and(contains("client_secret_basic")));
    sandbox.agepatch(["diagnose", "--apply", "--commit"]).write_stdin(line.clone()).assert().success();
    let shown = review(&sandbox);
    assert!(
        shown.contains(
            "client mediamanager\n    ~ token_endpoint_auth_method: client_secret_post → client_secret_basic"
        ),
        "{shown}"
    );
}
