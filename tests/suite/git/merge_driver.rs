//! The merge driver with the real git: merge, rebase, cherry-pick, revert, stash; conflicts and how they are resolved.

use std::process::Output;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const ENV: &str = "media-env.age";
const DIGEST: &str = "$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng";
const FRAGMENT: &str = "# marker-head
identity_providers:
  oidc:
    hmac_secret: 'marker-hmac-0123456789abcdef0123456789abcdef'   # marker-comment

    clients:
      - client_id: media
        client_name: \"Media\"
        client_secret: 'DIGEST'
        redirect_uris:
          - https://media.example.com/callback
        token_endpoint_auth_method: client_secret_post   # marker-old

      - client_id: photos
        client_name: Photos
        client_secret: 'DIGEST'
        redirect_uris: ['https://photos.example.com/callback']
        token_endpoint_auth_method: client_secret_basic
";

/// `main` and `other`, both at one commit, with the driver registered.
fn repository() -> Sandbox {
    let sandbox =
        Sandbox::with_files(&[(FILE, &FRAGMENT.replace("DIGEST", DIGEST)), (ENV, "A=1\n# marker\nB='x y'\n")]);
    sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
    sandbox.git(&["config", "user.name", "A"]);
    sandbox.git(&["config", "user.email", "a@example.com"]);
    sandbox.agepatch(["git", "setup"]).assert().success();
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "begin"]);
    sandbox.git(&["branch", "other"]);
    sandbox
}

fn begin() -> String {
    FRAGMENT.replace("DIGEST", DIGEST)
}

fn commit(sandbox: &Sandbox, file: &str, text: &str, subject: &str) {
    sandbox.seal(file, text.as_bytes());
    sandbox.git(&["commit", "--quiet", "-am", subject]);
}

/// Runs git, with any exit code.
fn run(sandbox: &Sandbox, program: &str, arguments: &[&str]) -> Output {
    let path = std::env::join_paths(
        std::iter::once(assert_cmd::cargo::cargo_bin!("agepatch").parent().expect("a folder").to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let mut command = std::process::Command::new(program);
    command.env_clear().envs(sandbox.environment()).env("PATH", path.expect("a path")).env("GIT_EDITOR", "true");
    command.current_dir(sandbox.repo()).args(arguments).output().expect("it runs")
}

fn changes() -> [(&'static str, &'static str); 2] {
    [
        ("client_secret_post   # marker-old", "client_secret_basic   # marker-new"),
        (
            "['https://photos.example.com/callback']",
            "['https://photos.example.com/callback', 'app.photos:///callback']",
        ),
    ]
}

/// `main` has the first change, `other` the second.
fn diverged() -> (Sandbox, String) {
    let sandbox = repository();
    let [(old, new), (other_old, other_new)] = changes();
    commit(&sandbox, FILE, &begin().replace(old, new), "fix(cloud): media");
    sandbox.git(&["switch", "--quiet", "other"]);
    commit(&sandbox, FILE, &begin().replace(other_old, other_new), "fix(cloud): photos");
    sandbox.git(&["switch", "--quiet", "main"]);
    (sandbox, begin().replace(old, new).replace(other_old, other_new))
}

fn clean(sandbox: &Sandbox, expected: &str) {
    assert_eq!(sandbox.open(FILE), expected);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test_with::executable(git)]
#[test]
fn two_branches_that_edit_different_clients_merge_automatically() {
    let (sandbox, both) = diverged();
    sandbox.git(&["merge", "--quiet", "--no-edit", "other"]);
    clean(&sandbox, &both);
    assert!(!sandbox.git(&["log", "-p", "--format=%B", "--all"]).contains("marker"));
}

#[test_with::executable(git)]
#[test]
fn branches_rebase_automatically() {
    let (sandbox, both) = diverged();
    sandbox.git(&["switch", "--quiet", "other"]);
    sandbox.git(&["rebase", "--quiet", "main"]);
    clean(&sandbox, &both);
    assert_eq!(sandbox.git(&["log", "--format=%s"]), "fix(cloud): photos\nfix(cloud): media\nbegin\n");
}

#[test_with::executable(git)]
#[test]
fn changes_are_picked_reverted_and_stashed_automatically() {
    let (sandbox, both) = diverged();
    sandbox.git(&["cherry-pick", "other"]);
    clean(&sandbox, &both);
    let [(old, new), (_, _)] = changes();
    sandbox.git(&["revert", "--no-edit", "HEAD~1"]);
    clean(&sandbox, &both.replace(new, old));
    let now = sandbox.open(FILE);
    sandbox.seal(FILE, now.replace("client_name: Photos", "client_name: Fotos").as_bytes());
    sandbox.git(&["stash", "--quiet"]);
    commit(&sandbox, FILE, &now.replace("\"Media\"", "\"Films\""), "films");
    sandbox.git(&["stash", "pop", "--quiet"]);
    let expected = now.replace("\"Media\"", "\"Films\"").replace("client_name: Photos", "client_name: Fotos");
    assert_eq!(sandbox.open(FILE), expected);
}

#[test_with::executable(git)]
#[test]
fn variables_are_merged_line_by_line() {
    let sandbox = repository();
    commit(&sandbox, ENV, "A=2\n# marker\nB='x y'\n", "ours");
    sandbox.git(&["switch", "--quiet", "other"]);
    commit(&sandbox, ENV, "A=1\n# marker, and more\nB='x y'\nC=3\n", "theirs");
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-edit", "other"]);
    assert_eq!(sandbox.open(ENV), "A=2\n# marker, and more\nB='x y'\nC=3\n");
}

/// Both branches give media another redirect URI; `other` also changes photos.
fn in_conflict() -> Sandbox {
    let sandbox = repository();
    commit(
        &sandbox,
        FILE,
        &begin().replace("media.example.com/callback", "media.example.com/ours"),
        "fix(cloud): ours",
    );
    sandbox.git(&["switch", "--quiet", "other"]);
    let theirs = begin()
        .replace("media.example.com/callback", "media.example.com/theirs")
        .replace("client_name: Photos", "client_name: Fotos");
    commit(&sandbox, FILE, &theirs, "fix(cloud): theirs");
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox
}

fn stderr(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&[output.stderr.as_slice(), output.stdout.as_slice()].concat()).into_owned();
    assert!(!said.contains("marker"), "{said}");
    said
}

/// The commands suggested for a conflict, as printed: two spaces, then the command.
fn told(said: &str) -> Vec<&str> {
    let commands = said.lines().filter_map(|line| line.strip_prefix("  "));
    commands.filter(|line| line.starts_with("agepatch ") || line.starts_with("git ")).collect()
}

/// Runs the lines one after the other, as a user would.
fn all_succeed(sandbox: &Sandbox, commands: &[&str]) {
    for command in commands {
        let done = run(sandbox, "sh", &["-c", command]);
        assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

/// The file after the conflict is resolved for the other side.
fn settled_for_theirs() -> String {
    begin()
        .replace("media.example.com/callback", "media.example.com/theirs")
        .replace("client_name: Photos", "client_name: Fotos")
}

#[test_with::executable(git)]
#[test]
fn a_conflict_keeps_ours_and_names_the_commands_that_resolve_it() {
    let sandbox = in_conflict();
    let before = sandbox.read(FILE);
    let said = stderr(&run(&sandbox, "git", &["merge", "--no-edit", "other"]));
    assert_eq!(sandbox.read(FILE), before, "ours is left as it was");
    let id = |revision: &str| sandbox.git(&["rev-parse", "--short", revision]).trim().to_owned();
    let date = sandbox.git(&["log", "-1", "--format=%as"]).trim().to_owned();
    let part: String = said
        .lines()
        .filter(|line| !line.starts_with("Auto") && !line.starts_with("CONFLICT"))
        .map(|line| format!("{line}\n"))
        .collect();
    let part = part.replace(&id("HEAD"), "OURS").replace(&id("other"), "THEIRS").replace(&date, "DATE");
    insta::assert_snapshot!(part, @"
    agepatch: authelia-secrets.age: both sides changed the same place; the file is unchanged (ours)
      identity_providers.oidc.clients[media].redirect_uris[0]
        ours: changed in OURS fix(cloud): ours (A, DATE)
        theirs: changed in THEIRS fix(cloud): theirs (A, DATE)
    To resolve it, first merge everything else, with ours in these places:
      agepatch merge-file --favor ours :1:authelia-secrets.age authelia-secrets.age :3:authelia-secrets.age authelia-secrets.age
    Then, unless ours is right for identity_providers.oidc.clients[media].redirect_uris[0], run one of:
      agepatch restore authelia-secrets.age 'identity_providers.oidc.clients[media].redirect_uris[0]' --source MERGE_HEAD
      agepatch set authelia-secrets.age 'identity_providers.oidc.clients[media].redirect_uris[0]'
    Then mark it as resolved:
      git add authelia-secrets.age
    ");
    let media = "identity_providers.oidc.clients[media].redirect_uris[0]";
    let commands = told(&said);
    assert_eq!(commands.len(), 4, "{said}");
    all_succeed(&sandbox, &[commands[0], commands[1], commands[3]]);
    assert!(commands[1].contains(media) && commands[1].contains("MERGE_HEAD"), "{said}");
    sandbox.git(&["commit", "--quiet", "--no-edit"]);
    clean(&sandbox, &settled_for_theirs());
}

#[test_with::executable(git)]
#[test]
fn a_conflict_in_a_rebase_names_the_commit_that_is_replayed() {
    let sandbox = in_conflict();
    sandbox.git(&["switch", "--quiet", "other"]);
    let theirs = sandbox.git(&["rev-parse", "--short", "other"]).trim().to_owned();
    let said = stderr(&run(&sandbox, "git", &["rebase", "main"]));
    assert!(said.contains(&format!("theirs: changed in {theirs} fix(cloud): theirs (A, ")), "{said}");
    assert!(said.contains("ours: changed in ") && said.contains(" fix(cloud): ours (A, "), "{said}");
    all_succeed(&sandbox, &[told(&said)[0], told(&said)[1], told(&said)[3], "git rebase --continue"]);
    clean(&sandbox, &settled_for_theirs());
}

#[test_with::executable(git)]
#[test]
fn a_merge_that_authelia_would_refuse_is_a_conflict() {
    let sandbox = repository();
    // Each side is valid separately: one makes the client public without a secret, the other gives it a method with
    // one.
    let public = begin()
        .replacen(&format!("        client_secret: '{DIGEST}'\n"), "        public: true\n", 1)
        .replace("client_secret_post ", "none ");
    commit(&sandbox, FILE, &public, "ours");
    sandbox.git(&["switch", "--quiet", "other"]);
    let other = begin().replace(
        "        client_name: \"Media\"\n",
        "        client_name: \"Media\"\n        scopes: [openid]\n        grant_types: [client_credentials]\n",
    );
    commit(&sandbox, FILE, &other, "theirs");
    sandbox.git(&["switch", "--quiet", "main"]);
    let before = sandbox.read(FILE);
    let said = stderr(&run(&sandbox, "git", &["merge", "--no-edit", "other"]));
    assert!(said.contains("the merge would introduce"), "{said}");
    assert_eq!(sandbox.read(FILE), before);
}

#[test_with::executable(git)]
#[test]
fn merge_file_takes_files_and_lists_conflicts_as_json() {
    let sandbox = in_conflict();
    for (name, revision) in [("base", "main~1"), ("ours", "main"), ("theirs", "other")] {
        let output = run(&sandbox, "git", &["cat-file", "blob", &format!("{revision}:{FILE}")]);
        std::fs::write(sandbox.repo().join(name), output.stdout).expect("written");
    }
    let versions = ["merge-file", "base", "ours", "theirs", FILE];
    let found = sandbox.agepatch([&versions[..], &["--output", "json"]].concat()).assert().code(1).stderr("");
    let found: serde_json::Value = serde_json::from_slice(&found.get_output().stdout).expect("JSON");
    assert_eq!((&found["merged"], &found["written"]), (&false.into(), &false.into()));
    let conflict = &found["conflicts"][0];
    assert_eq!(conflict["path"], "identity_providers.oidc.clients[media].redirect_uris[0]");
    assert_eq!(
        (&conflict["ours"]["deed"], &conflict["theirs"]["subject"]),
        (&"changed".into(), &"fix(cloud): theirs".into())
    );
    let favored = sandbox.agepatch([&versions[..], &["--favor", "theirs"]].concat()).assert().success();
    favored.stderr(contains("both sides changed it, kept theirs")).stdout(contains("merged"));
    assert!(sandbox.open("ours").contains("media.example.com/theirs") && sandbox.open("ours").contains("Fotos"));
    let before = sandbox.read("ours");
    sandbox.agepatch(versions).assert().success();
    sandbox
        .agepatch(["merge-file", "base", "ours", "ours", FILE])
        .assert()
        .success()
        .stdout(contains("nothing to merge"));
    assert_eq!(sandbox.read("ours"), before);
    sandbox.agepatch(["merge-file", "base", "ours", "nowhere", FILE]).assert().code(6).stderr(contains("nowhere"));
    sandbox.agepatch(["merge-file", "base", "ours", ":3:x", FILE]).assert().code(6).stderr(contains("in conflict"));
    sandbox.write("plain", "a: marker\n");
    sandbox
        .agepatch(["merge-file", "base", "ours", "plain", FILE])
        .assert()
        .code(3)
        .stderr(contains("theirs is not encrypted"));
    assert_eq!(sandbox.read("ours"), before);
}

#[test_with::executable(git)]
#[test]
fn the_result_is_encrypted_for_the_recipients_of_the_rules() {
    let (sandbox, both) = diverged();
    let another = age::x25519::Identity::generate();
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let rules = rules.replace("publicKeys = [ me ]", &format!("publicKeys = [ me \"{}\" ]", another.to_public()));
    sandbox.write("secrets.nix", &rules);
    sandbox.git(&["commit", "--quiet", "-am", "one more"]);
    let merged = run(&sandbox, "git", &["merge", "--no-edit", "other"]);
    let said = String::from_utf8_lossy(&merged.stderr).into_owned();
    assert!(
        merged.status.success() && said.contains("encrypted for other recipients than the rules list here"),
        "{said}"
    );
    clean(&sandbox, &both);
    let sealed = sandbox.read(FILE);
    let decryptor = age::Decryptor::new(&sealed[..]).expect("an age file");
    assert!(decryptor.decrypt(std::iter::once(&another as &dyn age::Identity)).is_ok());
}

#[test_with::executable(git)]
#[test]
fn without_a_key_the_merge_is_a_conflict_with_a_reason() {
    let (sandbox, _) = diverged();
    let before = sandbox.read(FILE);
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    let said = stderr(&run(&sandbox, "git", &["merge", "--no-edit", "other"]));
    assert!(said.contains("ours cannot be decrypted") && said.contains("no identity available"), "{said}");
    assert_eq!(sandbox.read(FILE), before);
}

#[test_with::executable(git)]
#[test]
fn rules_in_a_folder_below_are_found_from_the_root() {
    let sandbox = Sandbox::with_files(&[("secrets/deep/x.age", "a: 1\nb: 1\n")]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    std::fs::remove_file(sandbox.repo().join("secrets.nix")).expect("it is there");
    sandbox.write("secrets/deep/secrets.nix", &rules.replace("secrets/deep/", ""));
    sandbox.git_init();
    sandbox.agepatch(["git", "setup"]).assert().success();
    sandbox.git(&["switch", "--quiet", "-c", "other"]);
    commit(&sandbox, "secrets/deep/x.age", "a: 1\nb: 2\n", "theirs");
    sandbox.git(&["switch", "--quiet", "main"]);
    commit(&sandbox, "secrets/deep/x.age", "a: 2\nb: 1\n", "ours");
    sandbox.git(&["merge", "--quiet", "--no-edit", "other"]);
    assert_eq!(sandbox.open("secrets/deep/x.age"), "a: 2\nb: 2\n");
    sandbox
        .agepatch(["merge-file", "--help"])
        .assert()
        .success()
        .stdout(contains("--favor").and(contains("--driver").not()));
}

#[test]
fn lost_comments_and_renamed_keys_are_named() {
    let base = "alpha: x # old\nbeta: y\n";
    let file = "notes.yaml.age";
    let sandbox = Sandbox::with_files(&[(file, base)]);
    let merge = |ours: &str, theirs: &str, more: &[&str]| {
        for (name, text) in [("base", base), ("ours", ours), ("theirs", theirs)] {
            sandbox.seal(name, text.as_bytes());
        }
        let output = sandbox.agepatch([&["merge-file", "base", "ours", "theirs", file], more].concat()).output();
        let output = output.expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (sandbox.open("ours"), output)
    };
    let (ours, theirs) = (base.replace("# old", "# marker-one"), base.replace("# old", "# marker-two"));
    let (text, output) = merge(&ours, &theirs, &["--output", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((text, &found["lost_comments"]), (ours.clone(), &serde_json::json!(["alpha"])));
    let (_, output) = merge(&ours, &theirs, &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("a comment at alpha") && !said.contains("marker"), "{said}");
    let (text, output) = merge(&base.replace("alpha", "gamma"), &base.replace(": x", ": z"), &["--output", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((text.as_str(), &found["lost_comments"]), ("gamma: z # old\nbeta: y\n", &serde_json::json!([])));
}
