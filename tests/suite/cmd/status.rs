//! `agepatch` without a command, and errors in the command line itself.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

/// The lines of a status, without the sandbox's own folder.
fn told(sandbox: &Sandbox) -> String {
    let output = sandbox.agepatch::<&str>([]).output().expect("it runs");
    assert!(output.status.success());
    let folder = sandbox.home().parent().expect("a folder").display().to_string();
    String::from_utf8(output.stdout).expect("text").replace(&folder, "…")
}

#[test]
fn without_a_command_a_status_summary_is_printed() {
    let sandbox = Sandbox::with_files(&[("a-env.age", "KEY=marker-secret\n"), ("authelia-secrets.age", "a: 1\n")]);
    sandbox.write("../home/.ssh/id_rsa", "no key\n");
    sandbox.write("agepatch.toml", "authelia = \"4.39\"\n");
    std::fs::remove_file(sandbox.repo().join("authelia-secrets.age")).expect("removed");
    std::fs::create_dir(sandbox.repo().join(".git")).expect("made");
    insta::assert_snapshot!(told(&sandbox), @r"
    repository  …/repo
         rules  secrets.nix
      settings  agepatch.toml
    identities  ~/.ssh/id_rsa: the file contains no readable age identity
                ~/.config/age/keys.txt: opens 1 of 1 file
         files  a-env.age
                authelia-secrets.age  does not exist yet
      try next  agepatch show a-env             show a file, its secrets hidden
                agepatch edit authelia-secrets  create the file
                agepatch doctor                 check every file
    ");
}

#[test]
fn without_rules_the_summary_is_still_printed() {
    insta::assert_snapshot!(told(&Sandbox::empty()), @r"
    repository  none: no folder above has a .git or .jj
         rules  none: no secrets.nix or .sops.yaml here, above, or in secrets/
    identities  none in ~/.ssh, ~/.config/age, or ~/.config/sops/age (use -i FILE)
      try next  agepatch -C DIR  go to the folder of your secrets.nix or .sops.yaml
                agepatch demo    see a complete example in a throwaway repository
    ");
}

#[test]
fn a_damaged_file_is_not_one_that_no_key_opens() {
    let sandbox = Sandbox::with_files(&[("a.age", "marker\n")]);
    let mut bytes = sandbox.read("a.age");
    *bytes.last_mut().expect("not empty") ^= 1;
    std::fs::write(sandbox.repo().join("a.age"), bytes).expect("written");
    assert!(told(&sandbox).contains("a.age  damaged, or not an encrypted file"), "{}", told(&sandbox));
}

#[test]
fn many_files_that_no_key_opens_take_one_line() {
    let names: Vec<String> = (0..9).map(|number| format!("a{number}.age")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "marker\n")).collect();
    let sandbox = Sandbox::with_files(&files);
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    let told = told(&sandbox);
    assert!(told.contains("files  9, and none of the identities opens any of them\n"), "{told}");
    assert!(!told.contains("a1.age"), "{told}");
}

#[test]
fn problems_in_the_summary_are_not_a_failure() {
    let sandbox = Sandbox::with_files(&[("a.age", "x\n")]);
    sandbox.write("secrets.nix", "{ \"a.age\".publicKeys = [ me ]; }\n");
    assert!(told(&sandbox).contains("line 1, column 26: undefined variable `me`"), "{}", told(&sandbox));
}

#[test]
fn unreadable_settings_are_reported_with_the_rest() {
    let sandbox = Sandbox::with_files(&[("a.age", "x\n")]);
    sandbox.write("agepatch.toml", "authelia = \"4.39\"\nidentites = []\n");
    let shown = told(&sandbox);
    for line in ["settings  agepatch.toml", "identites", "keys.txt: opens 1 of 1 file", "agepatch show a"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let json = sandbox.agepatch(["--output", "json"]).output().expect("it runs").stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert!(json["settings_problem"].as_str().is_some_and(|problem| problem.contains("identites")), "{json}");
}

#[test]
fn no_passphrase_is_asked_for() {
    let sandbox = Sandbox::with_files(&[("a.age", "x\n")]);
    sandbox.write("../home/.config/age/keys.txt", "AGE-PLUGIN-YUBIKEY-1QYQSZQGZQVZQDZQCZQ5ZQ6ZQ7ZQSZQZZG\n");
    let told = told(&sandbox);
    assert!(told.contains("not tried") || told.contains("contains no readable age identity"), "{told}");
}

#[test]
fn a_file_in_place_of_a_command_is_recognized() {
    let sandbox = Sandbox::with_files(&[("a.age", "x\n")]);
    let refused = sandbox.agepatch(["a.age"]).assert().code(2);
    refused.stderr(contains("agepatch edit a.age").and(contains("agepatch show a.age")));
    sandbox.agepatch(["shwo", "a.age"]).assert().code(2).stderr(contains("'show'"));
}

#[test]
fn an_output_format_that_the_command_lacks_is_refused() {
    let sandbox = Sandbox::with_files(&[("a.age", "x\n")]);
    sandbox
        .agepatch(["show", "a.age", "--output", "yaml"])
        .assert()
        .code(2)
        .stderr(contains("possible values: text, json"));
}

#[test]
fn a_rules_file_that_is_named_must_exist() {
    let sandbox = Sandbox::empty();
    sandbox.agepatch(["--rules", "nowhere.nix"]).assert().code(6).stderr(contains("nowhere.nix does not exist"));
}

#[test]
fn commands_about_agepatch_itself_need_no_rules() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    let tells: [&[&str]; 9] = [
        &["explain"],
        &["completions", "bash"],
        &["schema", "show"],
        &["man"],
        &["demo"],
        &["--help"],
        &["set", "--help"],
        &["set", "-", "x", "2", "--public"],
        &["textconv", "a.age"],
    ];
    // A folder and a missing file cannot be rules; the third is not Nix.
    sandbox.write("../other/secrets.nix", "{ this is not Nix\n");
    for rules in ["nowhere.nix", "..", "../other/secrets.nix"] {
        for arguments in tells {
            let mut command = sandbox.agepatch(arguments);
            command.env("RULES", rules).write_stdin("x: 1\n").assert().success().stderr(contains("rules").not());
        }
        for arguments in [&["show", "a"][..], &["check"], &["doctor"], &["rekey"], &["recipients"]] {
            let told = sandbox.agepatch(arguments).env("RULES", rules).assert();
            match rules {
                "nowhere.nix" => drop(told.code(6).stderr(contains("the rules file nowhere.nix does not exist"))),
                ".." => drop(told.code(6).stderr(contains("cannot read the rules: a directory"))),
                _ => {}
            }
        }
    }
}

#[test]
fn a_missing_file_is_listed_with_the_command_that_creates_it() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    std::fs::remove_file(sandbox.repo().join("a.age")).expect("it is there");
    for words in [&["show", "a"][..], &["get", "a", "x"], &["unset", "a", "x"], &["-d", "a"]] {
        let refused = sandbox.agepatch(words).assert().code(6);
        refused.stderr(contains("does not exist yet").and(contains("agepatch write")));
    }
}

#[test]
fn an_empty_rules_variable_counts_as_unset() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    sandbox.agepatch(["recipients"]).env("RULES", "").assert().success().stdout(contains("a.age"));
}
