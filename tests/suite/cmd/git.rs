//! `git setup` and `textconv`: the output of the real git for encrypted files.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: 'marker-0' # marker-comment
    jwks:
      - key_id: main
        key: |
          -----BEGIN PRIVATE KEY-----
          marker-line-1
          marker-line-2
          -----END PRIVATE KEY-----
    clients:
      - client_id: media
        client_name: Media 0
        token_endpoint_auth_method: client_secret_post
";

fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT), ("media-env.age", "SECRET=marker-a\n")]);
    sandbox.git_init();
    sandbox
}

fn set_up(sandbox: &Sandbox) {
    sandbox.agepatch(["git", "setup"]).assert().success();
}

fn commit(sandbox: &Sandbox, file: &str, text: &str, subject: &str) {
    sandbox.seal(file, text.as_bytes());
    sandbox.git(&["commit", "--quiet", "-am", subject]);
}

#[test_with::executable(git)]
#[test]
fn setup_reports_its_changes_is_idempotent_and_can_be_undone() {
    let sandbox = repository();
    sandbox.write(".gitattributes", "*.png binary");
    let config = sandbox.read(".git/config");
    sandbox.agepatch(["git", "setup", "--check"]).assert().code(1).stdout(contains("missing  .gitattributes"));
    let set = sandbox.agepatch(["git", "setup"]).assert().success();
    set.stdout(contains("added  .gitattributes: *.age diff=agepatch merge=agepatch").and(contains("textconv")));
    assert_eq!(sandbox.read(".gitattributes"), b"*.png binary\n*.age diff=agepatch merge=agepatch\n");
    let after = sandbox.read(".git/config");
    sandbox.agepatch(["git", "setup"]).assert().success().stdout(contains("nothing was written"));
    assert_eq!(sandbox.read(".git/config"), after);
    sandbox.agepatch(["git", "setup", "--check"]).assert().success();
    let json = sandbox.agepatch(["git", "setup", "--check", "--output", "json"]).assert().success();
    assert_eq!(json.get_output().stdout, b"{\"set_up\":true,\"changes\":[]}\n");
    sandbox.agepatch(["git", "setup", "--undo"]).assert().success().stdout(contains("removed  .gitattributes"));
    assert_eq!(sandbox.read(".gitattributes"), b"*.png binary\n");
    assert_eq!(String::from_utf8(sandbox.read(".git/config")), String::from_utf8(config));
    assert!(!sandbox.repo().join(".git/agepatch").exists());
    sandbox.agepatch(["git", "setup", "--undo"]).assert().success().stdout(contains("nothing was removed"));
}

#[test_with::executable(git)]
#[test]
fn outside_a_repository_there_is_nothing_to_set_up() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    sandbox.agepatch(["git", "setup"]).assert().code(6).stderr(contains("no git repository").and(contains("git init")));
    // Without a repository there is no key for marks, but the text is still redacted.
    let shown = sandbox.agepatch(["textconv", FILE]).assert().success();
    shown.stdout(contains("hmac_secret: … # …\n").and(contains("marker").not()));
}

#[test_with::executable(git)]
#[test]
fn log_p_over_twenty_commits_shows_every_change_and_no_secret() {
    let sandbox = repository();
    set_up(&sandbox);
    let mut text = FRAGMENT.to_owned();
    for number in 1..=20 {
        // Every third commit changes a public value, a secret, or a comment.
        text = match number % 3 {
            0 => text.replace(&client_name(&text), &format!("client_name: Media {number}")),
            1 => text.replace(&hmac(&text), &format!("hmac_secret: 'marker-{number}'")),
            _ => text.replace(" # marker-comment", &format!(" # marker-comment{number}")),
        };
        commit(&sandbox, FILE, &text, &format!("change {number}"));
    }
    let log = sandbox.git(&["log", "-p", "--format=commit %s", "-20"]);
    assert!(!log.contains("marker"), "{log}");
    let commits: Vec<&str> = log.split("commit change ").skip(1).collect();
    assert_eq!(commits.len(), 20);
    for shown in commits {
        let number: usize = shown.lines().next().expect("a number").parse().expect("a number");
        let changed = |sign: char| {
            let mut lines = shown
                .lines()
                .filter(|line| line.starts_with(sign) && !line.starts_with(&format!("{sign}{sign}{sign}")));
            (lines.next().expect("a changed line").to_owned(), lines.count())
        };
        let ((old, no_more_old), (new, no_more_new)) = (changed('-'), changed('+'));
        assert_eq!((no_more_old, no_more_new), (0, 0), "{shown}");
        let option = if number.is_multiple_of(3) { "client_name" } else { "hmac_secret" };
        assert!(old.contains(option) && new.contains(option), "{shown}");
    }
    let blame = sandbox.git(&["blame", FILE]);
    assert!(blame.contains("client_name: Media 18") && !blame.contains("marker"), "{blame}");
}

fn line(text: &str, key: &str) -> String {
    text.lines().find(|line| line.contains(key)).expect(key).trim().to_owned()
}

fn client_name(text: &str) -> String {
    line(text, "client_name")
}

fn hmac(text: &str) -> String {
    line(text, "hmac_secret").split(" #").next().expect("a value").to_owned()
}

#[test_with::executable(git)]
#[test]
fn a_secret_of_several_lines_has_one_mark() {
    let sandbox = repository();
    set_up(&sandbox);
    sandbox.seal(FILE, FRAGMENT.replace("marker-line-2", "marker-line-3").as_bytes());
    let diff = sandbox.git(&["diff", "-U0"]);
    let lines: Vec<&str> = diff.lines().skip_while(|line| !line.starts_with("@@")).skip(1).collect();
    assert_eq!(lines.len(), 2, "{diff}");
    assert!(lines[0].starts_with('-') && lines[1].starts_with('+') && lines[0][1..] != lines[1][1..], "{diff}");
    // Re-encrypting the same content is not a difference.
    sandbox.seal(FILE, FRAGMENT.as_bytes());
    assert!(!sandbox.git(&["diff"]).contains("@@"));
}

#[test_with::executable(git)]
#[test]
fn marks_are_the_same_in_every_working_tree_and_others_elsewhere() {
    let sandbox = repository();
    set_up(&sandbox);
    let view = |folder: &str| {
        let mut command = sandbox.agepatch(["textconv", FILE]);
        let shown = command.current_dir(sandbox.repo().join(folder)).assert().success();
        String::from_utf8(shown.get_output().stdout.clone()).expect("text")
    };
    sandbox.git(&["worktree", "add", "--quiet", "../tree"]);
    let here = view(".");
    assert_eq!(here, view("../tree"));
    sandbox.git(&["clone", "--quiet", ".", "../clone"]);
    let there = view("../clone");
    assert_ne!(here, there);
    let without =
        |text: &str| text.lines().map(|line| line.split('…').next().expect("a part").to_owned()).collect::<Vec<_>>();
    assert_eq!(without(&here), without(&there));
}

#[test_with::executable(git)]
#[test]
fn a_version_that_cannot_be_decrypted_is_a_note() {
    let sandbox = repository();
    set_up(&sandbox);
    let stranger = age::x25519::Identity::generate();
    for text in ["a: marker", "a: marker2"] {
        std::fs::write(sandbox.repo().join(FILE), age::encrypt(&stranger.to_public(), text.as_bytes()).unwrap())
            .unwrap();
        sandbox.git(&["commit", "--quiet", "-am", "strange"]);
    }
    std::fs::write(sandbox.repo().join(FILE), "hmac_secret: marker-plain\n").unwrap();
    sandbox.git(&["commit", "--quiet", "-am", "plaintext"]);
    std::fs::write(sandbox.repo().join(FILE), "a: [marker\nb: 1\n").unwrap();
    sandbox.git(&["commit", "--quiet", "-am", "faulty"]);
    std::fs::write(sandbox.repo().join(FILE), "").unwrap();
    sandbox.git(&["commit", "--quiet", "-am", "empty"]);
    let log = sandbox.git(&["log", "-p", "--reverse"]);
    assert!(!log.contains("marker"), "{log}");
    assert!(
        log.contains("+# agepatch: this version cannot be decrypted here: none of the available identities"),
        "{log}"
    );
    assert_eq!(log.matches("+# ciphertext ").count(), 3, "{log}");
    assert!(log.contains("+# agepatch: this version is not encrypted"), "{log}");
    assert!(log.contains("+# agepatch: this version is not shown: "), "{log}");
    assert!(log.contains("the file is empty"), "{log}");
}

#[test_with::executable(git, ssh-keygen)]
#[test]
fn no_passphrase_is_asked_for() {
    let sandbox = repository();
    set_up(&sandbox);
    let key = sandbox.home().join(".ssh/id_ed25519");
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "passphrase", "-f"])
        .arg(&key)
        .status();
    assert!(made.expect("ssh-keygen runs").success());
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("the public key");
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    sandbox.write("secrets.nix", &rules.replace("[ me ]", &format!("[ \"{}\" ]", public.trim())));
    sandbox.agepatch(["rekey"]).assert().success();
    sandbox.git(&["commit", "--quiet", "-a", "-m", "for the key with a passphrase"]);
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).unwrap();
    let mut git = std::process::Command::new("git");
    git.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).args(["--no-pager", "log", "-p"]);
    let mut terminal = expectrl::Session::spawn(git).expect("a terminal");
    terminal.set_expect_timeout(Some(std::time::Duration::from_secs(30)));
    let shown = expectrl::Expect::expect(&mut terminal, expectrl::Eof).expect("git ends without an answer");
    let shown = String::from_utf8_lossy(shown.as_bytes()).into_owned();
    assert!(shown.contains("those with a passphrase were not tried") && !shown.contains("Passphrase for"), "{shown}");
}

#[test_with::executable(git)]
#[test]
fn files_of_the_rules_with_other_endings_are_set_up_too() {
    let names = ["a.age", "plain.enc", "sub/with space.secret", "od[d]*.enc", "qu\"ote x.enc"];
    let sandbox = Sandbox::with_files(&names.map(|name| (name, "x: 1\ny: 1\n")));
    // In Nix, a quote in a name is escaped.
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text").replace("qu\"ote", "qu\\\"ote");
    sandbox.write("secrets.nix", &rules);
    sandbox.git_init();
    sandbox.agepatch(["git", "setup", "--check"]).assert().code(1).stdout(contains("/plain.enc diff=agepatch"));
    set_up(&sandbox);
    let attributes = String::from_utf8(sandbox.read(".gitattributes")).expect("text");
    assert_eq!(attributes.lines().count(), names.len(), "{attributes}");
    for name in names {
        let told = sandbox.git(&["check-attr", "-z", "diff", "merge", "--", name]);
        assert_eq!(told.matches("agepatch").count(), 2, "{name}: {told}\n{attributes}");
    }
    // Brackets and stars are literal.
    assert!(sandbox.git(&["check-attr", "diff", "--", "odd1.enc"]).contains("unspecified"));
    sandbox.agepatch(["git", "setup", "--check"]).assert().success();
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "set up"]);
    commit(&sandbox, "plain.enc", "x: 2\ny: 1\n", "change");
    let log = sandbox.git(&["log", "-p", "-1"]);
    assert!(log.contains("plain.enc") && log.contains("+x") && !log.contains("Binary"), "{log}");
    sandbox.agepatch(["git", "setup", "--undo"]).assert().success();
    assert!(!sandbox.repo().join(".gitattributes").exists());
}

/// A repository with a sops file in a folder that the rules cover, and one that no pattern can name.
fn sops_repository() -> Sandbox {
    let sandbox = Sandbox::empty();
    let anna = "age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u";
    sandbox.write(
        ".sops.yaml",
        &format!(
            "creation_rules:\n  - path_regex: ^secrets/.*\\.ya?ml$\n    age: &a {anna}\n  - path_regex: ^h[0-9]+\\.json$\n    age: *a\n"
        ),
    );
    sandbox.write("secrets/keep", "");
    let key = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sops/keys/age1.txt");
    sandbox.write("../home/.config/age/keys.txt", &std::fs::read_to_string(key).expect("recorded"));
    let seal = |name: &str, text: &str| {
        sandbox.agepatch(["write", name]).write_stdin(text.to_owned()).assert().success();
    };
    seal(
        "secrets/galactica.yaml",
        "# marker-comment\nwifi: marker-wifi\nauthelia: |\n  identity_providers:\n    oidc:\n      hmac_secret: marker-hmac\n",
    );
    seal("h1.json", "{\"a\": \"marker\"}\n");
    sandbox.git_init();
    sandbox
}

#[test_with::executable(git)]
#[test]
fn sops_files_are_registered_by_what_the_rules_cover() {
    let sandbox = sops_repository();
    sandbox.agepatch(["git", "setup", "--check"]).assert().code(1);
    let set = sandbox.agepatch(["git", "setup"]).assert().success();
    set.stdout(contains("/secrets/**/*.yaml diff=agepatch").and(contains("/h1.json diff=agepatch")))
        .stderr(contains("the path_regex of creation rule 2 has no counterpart"));
    let attributes = String::from_utf8(sandbox.read(".gitattributes")).expect("text");
    insta::assert_snapshot!(attributes, @"
    *.age diff=agepatch merge=agepatch
    /h1.json diff=agepatch merge=agepatch
    /secrets/**/*.yaml diff=agepatch merge=agepatch
    /secrets/**/*.yml diff=agepatch merge=agepatch
    ");
    sandbox.agepatch(["git", "setup", "--check"]).assert().success();
    sandbox.agepatch(["git", "setup"]).assert().success().stdout(contains("nothing was written"));
    for (path, expected) in [("secrets/sub/new.yml", true), ("secrets/new.json", false), ("h2.json", false)] {
        let told = sandbox.git(&["check-attr", "diff", "--", path]);
        assert_eq!(told.contains("agepatch"), expected, "{told}");
    }
    sandbox.agepatch(["git", "setup", "--undo"]).assert().success();
    assert!(!sandbox.repo().join(".gitattributes").exists());
}

#[test_with::executable(git)]
#[test]
fn git_shows_sops_files_redacted() {
    let sandbox = sops_repository();
    set_up(&sandbox);
    let path = "secrets/galactica.yaml";
    sandbox.agepatch(["set", path, "wifi", "--from-file", "-"]).write_stdin("marker-new").assert().success();
    let inner = "secrets/galactica.yaml#authelia";
    sandbox
        .agepatch(["set", inner, "identity_providers.oidc.hmac_secret", "--from-file", "-"])
        .write_stdin("marker-other")
        .assert()
        .success();
    let diff = sandbox.git(&["diff", "-U0"]);
    assert!(!diff.contains("marker") && !diff.contains("ENC["), "{diff}");
    let changed: Vec<&str> = diff
        .lines()
        .filter(|line| line.starts_with(['-', '+']) && !line.starts_with("---") && !line.starts_with("+++"))
        .collect();
    assert_eq!(changed.len(), 4, "the two values, and nothing of the metadata: {diff}");
    assert!(changed.iter().any(|line| line.contains("hmac_secret")), "{diff}");
}

#[test_with::executable(git)]
#[test]
fn a_rule_that_also_covers_plaintext_has_no_pattern() {
    let sandbox = sops_repository();
    sandbox.write("secrets/values.yaml", "public: 1\n");
    let set = sandbox.agepatch(["git", "setup"]).assert().success();
    set.stdout(contains("/secrets/galactica.yaml diff=agepatch").and(contains("*.yaml").not()))
        .stderr(contains("creation rule 1 covers secrets/values.yaml too, which is plaintext"));
}

/// Two branches that change the same file, armored or not, merged in a clone without the merge driver.
fn conflict(armored: bool) -> Sandbox {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\ny: 1\n")]);
    if armored {
        let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
        let armor =
            rules.replace("\"a.age\".publicKeys = [ me ];", "\"a.age\" = { publicKeys = [ me ]; armor = true; };");
        sandbox.write("secrets.nix", &armor);
        std::fs::remove_file(sandbox.repo().join("a.age")).expect("it is there");
        sandbox.agepatch(["write", "a", "--format", "yaml"]).write_stdin("x: 1\ny: 1\n").assert().success();
    }
    sandbox.git_init();
    sandbox.git(&["checkout", "--quiet", "-b", "theirs"]);
    sandbox.agepatch(["set", "a", "x", "2", "--public"]).assert().success();
    sandbox.git(&["commit", "--quiet", "-a", "-m", "theirs"]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.agepatch(["set", "a", "y", "2", "--public"]).assert().success();
    sandbox.git(&["commit", "--quiet", "-a", "-m", "ours"]);
    let mut merge = std::process::Command::new("git");
    merge.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo());
    merge.args(["-c", "user.name=A", "-c", "user.email=a@example.com", "merge", "--quiet", "theirs"]);
    assert!(!merge.output().expect("git runs").status.success(), "it is a conflict");
    sandbox
}

#[test_with::executable(git)]
#[test]
fn a_conflict_in_ciphertext_is_recognized_and_merged_again() {
    for armored in [true, false] {
        let sandbox = conflict(armored);
        let again = || contains("agepatch git setup").and(contains("git checkout -m -- "));
        if armored {
            assert!(String::from_utf8_lossy(&sandbox.read("a.age")).contains("<<<<<<< "));
            for command in [&["show", "a"][..], &["rekey"], &["set", "a", "x", "3", "--public"]] {
                let refused = sandbox.agepatch(command).assert().code(3);
                refused.stderr(contains("in conflict").and(again()).and(contains("restore it").not()));
            }
        }
        let told = sandbox.agepatch(["doctor"]).assert().code(1);
        told.stdout(contains("error[unmerged]: a.age").and(again()).and(contains("checkout HEAD").not()));
        sandbox.agepatch::<&str>([]).assert().success().stdout(contains("conflicts").and(again()));
        sandbox.agepatch(["git", "setup"]).assert().success();
        sandbox.git(&["checkout", "-m", "--", "a.age"]);
        assert_eq!(sandbox.open("a.age"), "x: 2\ny: 2\n");
    }
}

#[test_with::executable(git)]
#[test]
fn conflict_markers_in_a_sops_file_are_recognized() {
    let sandbox = Sandbox::with_files(&[]);
    let intact = "a: ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]\nsops:\n    mac: ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]\n    lastmodified: \"2026-01-01T00:00:00Z\"\n";
    let (first, rest) = intact.split_once('\n').expect("two lines");
    sandbox.write("s.yaml", &format!("<<<<<<< HEAD\n{first}\n=======\n{first}\n>>>>>>> theirs\n{rest}"));
    let refused = sandbox.agepatch(["show", "s.yaml"]).assert().code(3);
    refused.stderr(contains("in conflict").and(contains("git checkout -m -- ")));
}

#[test_with::executable(git)]
#[test]
fn a_clone_without_the_driver_in_the_attributes_is_reported() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    sandbox.git_init();
    sandbox.agepatch(["git", "setup"]).assert().success();
    let silent =
        |sandbox: &Sandbox| sandbox.agepatch(["doctor"]).assert().success().stdout(contains("git-setup").not());
    silent(&sandbox);
    sandbox.git(&["add", ".gitattributes"]);
    sandbox.git(&["commit", "--quiet", "-m", "attributes"]);
    sandbox.git(&["config", "--unset", "merge.agepatch.driver"]);
    let told = sandbox.agepatch(["doctor"]).assert().success();
    told.stdout(contains("warning[git-setup]").and(contains("`agepatch git setup` registers it")));
    sandbox.agepatch::<&str>([]).assert().success().stdout(contains("agepatch git setup"));
    sandbox.agepatch(["git", "setup"]).assert().success();
    silent(&sandbox);
}
