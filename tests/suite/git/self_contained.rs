//! Commits include the rules and settings that concern the committed files, so that a clone of HEAD is as healthy as
//! the working tree.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILES: [(&str, &str); 2] = [("a.age", "A=marker-a\n"), ("b.age", "A=marker-b\n")];

fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&FILES);
    sandbox.git_init();
    sandbox
}

/// The rules with a change.
fn change_rules(sandbox: &Sandbox, from: &str, to: &str) {
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    assert!(rules.contains(from), "{rules}");
    sandbox.write("secrets.nix", &rules.replacen(from, to, 1));
}

fn name_file(sandbox: &Sandbox, file: &str) {
    change_rules(sandbox, "in {\n", &format!("in {{\n  \"{file}\".publicKeys = [ me ];\n"));
}

/// Lets another key, `storage`, read the files, too.
fn give_access(sandbox: &Sandbox, files: &[&str]) {
    let key = age::x25519::Identity::generate().to_public().to_string();
    change_rules(sandbox, "let\n", &format!("let\n  storage = \"{key}\";\n"));
    for file in files {
        change_rules(
            sandbox,
            &format!("\"{file}\".publicKeys = [ me ]"),
            &format!("\"{file}\".publicKeys = [ me storage ]"),
        );
    }
}

fn committed(sandbox: &Sandbox) -> Vec<String> {
    let listed = sandbox.git(&["show", "--format=", "--name-only", "HEAD"]);
    listed.lines().map(str::to_owned).collect()
}

fn subject(sandbox: &Sandbox) -> String {
    sandbox.git(&["log", "-1", "--format=%s"]).trim().to_owned()
}

/// `doctor` finds no problems in a clone of HEAD.
fn clone_is_healthy(sandbox: &Sandbox) {
    let clone = sandbox.repo().join("../clone");
    drop(std::fs::remove_dir_all(&clone));
    sandbox.git(&["clone", "--quiet", ".", "../clone"]);
    sandbox.agepatch(["doctor", "--no-decrypt"]).current_dir(clone).assert().success();
}

#[test_with::executable(git)]
#[test]
fn the_rule_of_a_new_file_is_committed_with_it() {
    for (file, edit) in [
        (
            "new.age",
            &["set", "new.age", "GF_SECURITY_ADMIN_PASSWORD", "--generate", "--commit", "--format", "dotenv"][..],
        ),
        ("more.age", &["write", "more.age", "--commit"]),
    ] {
        let sandbox = repository();
        name_file(&sandbox, file);
        let made = sandbox.agepatch(edit).write_stdin("A=marker\n").assert().success();
        made.stderr(contains(format!("secrets.nix is committed too, with all its changes, since it concerns {file}")));
        assert_eq!(committed(&sandbox), [file, "secrets.nix"]);
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        clone_is_healthy(&sandbox);
    }
    let sandbox = repository();
    name_file(&sandbox, "grafana-env.age");
    let set = ["set", "grafana-env.age", "GF_SECURITY_ADMIN_PASSWORD", "--generate", "--commit", "--format", "dotenv"];
    let set = sandbox.agepatch(set).assert().success();
    let short = sandbox.git(&["rev-parse", "--short=8", "HEAD"]);
    set.stdout(contains(format!("{} feat(grafana-env): add GF_SECURITY_ADMIN_PASSWORD\n", short.trim())));
    assert_eq!(sandbox.git(&["log", "-1", "--format=%b"]).trim(), "", "the subject says it all");
}

#[test_with::executable(git)]
#[test]
fn rules_that_do_not_concern_the_file_stay_out() {
    let sandbox = repository();
    give_access(&sandbox, &["b.age"]);
    sandbox.seal("a.age", b"A=marker-new\n");
    sandbox.agepatch(["commit"]).assert().success().stderr(contains("secrets.nix").not());
    assert_eq!(committed(&sandbox), ["a.age"]);
    // The rules are committed with the file that they concern, unless --no-rules is set.
    sandbox.agepatch(["rekey", "b.age", "--commit", "--no-rules"]).assert().success();
    assert_eq!(committed(&sandbox), ["b.age"]);
    assert_eq!(sandbox.git(&["status", "--porcelain"]).trim(), "M secrets.nix");
}

#[test_with::executable(git)]
#[test]
fn files_imported_by_the_rules_are_committed_with_them() {
    let sandbox = repository();
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let key = rules.split('"').nth(1).expect("a key").to_owned();
    sandbox.write("secrets.nix", &rules.replace(&format!("\"{key}\""), "(import ./keys/all.nix).me"));
    sandbox.write("keys/all.nix", &format!("{{ me = \"{key}\"; }}\n"));
    sandbox.write(".gitignore", "ignored\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "split"]);
    // Another key for every file: only the imported file changes.
    let other = age::x25519::Identity::generate().to_public().to_string();
    sandbox.write("keys/all.nix", &format!("{{ me = \"{key}\"; storage = \"{other}\"; }}\n"));
    sandbox.write("unrelated.nix", "{ }\n");
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    sandbox.write("secrets.nix", &rules.replace("[ me ]", "[ me (import ./keys/all.nix).storage ]"));
    let rekeyed = sandbox.agepatch(["rekey", "--commit"]).assert().success();
    rekeyed.stderr(contains("keys/all.nix is committed too").and(contains("2 of the files")));
    assert_eq!(committed(&sandbox), ["a.age", "b.age", "keys/all.nix", "secrets.nix"]);
    assert_eq!(subject(&sandbox), "chore(secrets): give storage access to 2 files");
    clone_is_healthy(&sandbox);
    let log = sandbox.agepatch(["log", "a.age"]).assert().success();
    log.stdout(contains("give storage access to 2 files"));
}

/// A repository of sops files, where `new.yaml` has a rule that is not committed yet.
fn sops_repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[]);
    std::fs::remove_file(sandbox.repo().join("secrets.nix")).expect("it is there");
    let key = sandbox.identity().to_public();
    let rule = |file: &str| format!("  - path_regex: ^{file}\\.yaml$\n    age: {key}\n");
    sandbox.write(".sops.yaml", &format!("creation_rules:\n{}", rule("old")));
    sandbox.agepatch(["write", "old.yaml"]).write_stdin("a: marker\n").assert().success();
    sandbox.git_init();
    sandbox.write(".sops.yaml", &format!("creation_rules:\n{}{}", rule("old"), rule("new")));
    sandbox
}

#[test_with::executable(git)]
#[test]
fn the_sops_rule_of_a_new_file_is_committed_with_it() {
    let write = |sandbox: &Sandbox, options: &[&str]| {
        let arguments = [&["write", "new.yaml"], options].concat();
        sandbox.agepatch(arguments).write_stdin("a: marker\n").assert().success()
    };
    let sandbox = sops_repository();
    let made = write(&sandbox, &["--commit"]);
    made.stderr(contains(".sops.yaml is committed too, with all its changes, since it concerns new.yaml"));
    assert_eq!(committed(&sandbox), [".sops.yaml", "new.yaml"]);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    clone_is_healthy(&sandbox);

    let sandbox = sops_repository();
    write(&sandbox, &[]);
    sandbox.agepatch(["commit"]).assert().success().stderr(contains(".sops.yaml is committed too"));
    assert_eq!(committed(&sandbox), [".sops.yaml", "new.yaml"]);
    clone_is_healthy(&sandbox);

    for commit in [&["set", "old.yaml", "a", "--generate", "--commit"][..], &["commit", "old.yaml"]] {
        let sandbox = sops_repository();
        if commit[0] == "commit" {
            sandbox.agepatch(["set", "old.yaml", "a", "--generate"]).assert().success();
        }
        sandbox.agepatch(commit).assert().success().stderr(contains(".sops.yaml").not());
        assert_eq!(committed(&sandbox), ["old.yaml"], "the change does not concern it");
    }

    let sandbox = sops_repository();
    write(&sandbox, &["--commit", "--no-rules"]).stderr(contains("committed too").not());
    assert_eq!(committed(&sandbox), ["new.yaml"]);
    assert_eq!(sandbox.git(&["status", "--porcelain"]).trim(), "M .sops.yaml");
}

#[test_with::executable(git, flock)]
#[test]
fn no_set_of_files_begins_while_some_of_them_are_committed() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = repository();
    sandbox.seal("a.age", b"A=marker-new\n");
    sandbox.write(".git/hooks/pre-commit", "#!/bin/sh\n! flock --nonblock a.age true && flock --nonblock b.age true\n");
    let hook = sandbox.repo().join(".git/hooks/pre-commit");
    std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).expect("it is there");
    sandbox.agepatch(["commit", "a.age", "a.age"]).assert().success();
    assert_eq!(committed(&sandbox), ["a.age"]);
}

#[test_with::executable(git)]
#[test]
fn a_rekey_names_who_gained_and_who_lost_access() {
    let sandbox = repository();
    give_access(&sandbox, &["a.age", "b.age"]);
    let rekeyed = sandbox.agepatch(["rekey", "--commit"]).assert().success();
    let short = sandbox.git(&["rev-parse", "--short=8", "HEAD"]);
    let subject_now = "chore(secrets): give storage access to 2 files";
    rekeyed.stdout(contains(format!("{} {subject_now}\n", short.trim())));
    assert_eq!(subject(&sandbox), subject_now);
    assert_eq!(sandbox.git(&["log", "-1", "--format=%b"]).trim(), "- a.age\n- b.age");
    change_rules(&sandbox, "\"a.age\".publicKeys = [ me storage ]", "\"a.age\".publicKeys = [ me ]");
    sandbox.agepatch(["rekey", "--commit"]).assert().success();
    assert_eq!(subject(&sandbox), "chore(secrets): revoke access to a.age from storage");
    clone_is_healthy(&sandbox);
    // Edited by hand, and committed afterwards.
    change_rules(&sandbox, "\"b.age\".publicKeys = [ me storage ]", "\"b.age\".publicKeys = [ me ]");
    sandbox.agepatch(["rekey"]).assert().success();
    sandbox.agepatch(["commit"]).assert().success();
    assert_eq!(subject(&sandbox), "chore(secrets): revoke access to b.age from storage");
    assert_eq!(committed(&sandbox), ["b.age", "secrets.nix"]);
    clone_is_healthy(&sandbox);
}

#[test_with::executable(git)]
#[test]
fn the_rules_are_committed_by_name() {
    let sandbox = repository();
    sandbox.agepatch(["commit", "secrets.nix"]).assert().success().stdout(contains("nothing to commit"));
    give_access(&sandbox, &["a.age", "b.age"]);
    sandbox.agepatch(["commit", "secrets.nix"]).assert().success();
    assert_eq!(committed(&sandbox), ["secrets.nix"]);
    assert_eq!(subject(&sandbox), "chore(secrets): give storage access to 2 files");
    name_file(&sandbox, "c.age");
    sandbox.agepatch(["commit", "secrets.nix"]).assert().success();
    assert_eq!(subject(&sandbox), "chore(secrets): add the rule of c.age");
    change_rules(&sandbox, "let\n", "# a comment\nlet\n");
    sandbox.agepatch(["commit", "secrets.nix"]).assert().success();
    assert_eq!(subject(&sandbox), "chore(secrets): change secrets.nix");
    sandbox.write("agepatch.toml", "authelia = \"4.39\"\n");
    sandbox.agepatch(["commit", "agepatch.toml"]).assert().success();
    assert_eq!(committed(&sandbox), ["agepatch.toml"]);
}

#[test_with::executable(git)]
#[test]
fn settings_that_concern_the_file_are_committed_with_it() {
    let sandbox = repository();
    sandbox.write("agepatch.toml", "[files.\"a.age\"]\nformat = \"dotenv\"\n");
    sandbox.seal("b.age", b"A=marker-x\n");
    sandbox.agepatch(["commit", "b.age"]).assert().success();
    assert_eq!(committed(&sandbox), ["b.age"]);
    sandbox.agepatch(["set", "a.age", "A", "--generate", "--commit"]).assert().success();
    assert_eq!(committed(&sandbox), ["a.age", "agepatch.toml"]);
    // Files that git ignores are not committed.
    let sandbox = repository();
    sandbox.write(".git/info/exclude", "agepatch.toml\n");
    sandbox.write("agepatch.toml", "[files.\"a.age\"]\nformat = \"dotenv\"\n");
    sandbox.agepatch(["set", "a.age", "A", "--generate", "--commit"]).assert().success();
    assert_eq!(committed(&sandbox), ["a.age"]);
}

#[test_with::executable(git)]
#[test]
fn another_version_of_the_rules_that_is_staged_is_kept() {
    let sandbox = repository();
    name_file(&sandbox, "new.age");
    sandbox.git(&["add", "secrets.nix"]);
    change_rules(&sandbox, "let\n", "# more\nlet\n");
    let write = ["write", "new.age", "--commit"];
    let refused = sandbox.agepatch(write).write_stdin("A=marker\n").assert().code(4);
    refused.stderr(contains("secrets.nix").and(contains("staged")).and(contains("--no-rules")));
    assert!(!sandbox.repo().join("new.age").exists(), "nothing is written");
    // A completely staged file is the same as an unstaged one.
    sandbox.git(&["add", "secrets.nix"]);
    sandbox.agepatch(write).write_stdin("A=marker\n").assert().success();
    assert_eq!(committed(&sandbox), ["new.age", "secrets.nix"]);
}

#[test_with::executable(git)]
#[test]
fn options_of_a_commit_need_a_commit() {
    let sandbox = repository();
    for option in [&["-m", "x"][..], &["--task", "1"], &["--type", "fix"], &["--scope", "x"], &["--no-rules"]] {
        let refused = sandbox.agepatch([&["set", "a.age", "A", "--generate"][..], option].concat()).assert().code(2);
        refused.stderr(contains("without --commit"));
        let refused = sandbox.agepatch([&["rekey", "--all"][..], option].concat()).assert().code(2);
        refused.stderr(contains("without --commit"));
    }
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test_with::executable(git)]
#[test]
fn a_failed_commit_says_what_is_changed_and_what_is_not() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = repository();
    let hook = |script: &str| {
        sandbox.write(".git/hooks/pre-commit", &format!("#!/bin/sh\n{script}\nexit 1\n"));
        let path = sandbox.repo().join(".git/hooks/pre-commit");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it is there");
    };
    name_file(&sandbox, "new.age");
    hook("echo no >&2");
    let write = ["write", "new.age", "--commit"];
    let refused = sandbox.agepatch(write).write_stdin("A=marker\n").assert().code(6);
    refused.stderr(contains("new.age is edited, and not committed").and(contains("the files are unchanged")));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), " M secrets.nix\n?? new.age\n");
    hook("echo '# hook' >> secrets.nix");
    let refused = sandbox.agepatch(["commit", "new.age"]).assert().code(6);
    refused.stderr(contains("not committed, and a hook changed secrets.nix"));
    std::fs::remove_file(sandbox.repo().join(".git/hooks/pre-commit")).expect("it is there");
    sandbox.agepatch(["commit", "new.age"]).assert().success();
    clone_is_healthy(&sandbox);
}
