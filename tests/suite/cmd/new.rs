//! `agepatch new`: adds the rule to secrets.nix, and creates the file.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

fn sandbox() -> Sandbox {
    Sandbox::with_files(&[("app-env.age", "A=marker\n"), ("db.age", "marker\n")])
}

fn rules(sandbox: &Sandbox) -> String {
    String::from_utf8(sandbox.read("secrets.nix")).expect("text")
}

#[test]
fn a_rule_is_added_in_the_style_of_the_others_and_the_file_is_created() {
    let sandbox = sandbox();
    let before = rules(&sandbox);
    let ran = sandbox.agepatch(["new", "token", "--like", "app-env"]).write_stdin("marker-token\n").assert().success();
    let printed = "secrets.nix\n  + \"token.age\".publicKeys = [ me ];\ntoken.age (new file)\n";
    ran.stdout(contains(printed).and(contains("marker").not()));
    let line = "  \"app-env.age\".publicKeys = [ me ];\n";
    assert_eq!(rules(&sandbox), before.replace(line, &format!("{line}  \"token.age\".publicKeys = [ me ];\n")));
    assert_eq!(sandbox.open("token.age"), "marker-token\n");
}

#[test]
fn recipients_are_given_by_the_names_of_their_keys() {
    let sandbox = sandbox();
    sandbox.agepatch(["new", "token", "--for", "me", "--generate", "40"]).assert().success();
    assert!(rules(&sandbox).ends_with("  \"db.age\".publicKeys = [ me ];\n  \"token.age\".publicKeys = [ me ];\n}\n"));
    assert_eq!(sandbox.open("token.age").len(), 40);
    let refused = sandbox.agepatch(["new", "other", "--for", "bob"]).write_stdin("x").assert().code(2);
    refused.stderr(contains("do not contain a key `bob`").and(contains("they name: me")));
}

#[test]
fn nothing_is_left_of_a_rule_whose_file_could_not_be_created() {
    let sandbox = sandbox();
    let before = rules(&sandbox);
    sandbox.agepatch(["new", "token"]).write_stdin("").assert().code(4).stderr(contains("empty"));
    assert_eq!(rules(&sandbox), before);
    sandbox.agepatch(["new", "token", "-n"]).write_stdin("x").assert().success().stdout(contains("+ \"token.age\""));
    assert_eq!(rules(&sandbox), before);
    assert!(!sandbox.repo().join("token.age").exists());
}

#[test]
fn a_generated_secret_does_not_fit_a_file_with_keys() {
    let sandbox = sandbox();
    let before = rules(&sandbox);
    let ran = sandbox.agepatch(["new", "web-env", "--for", "me", "--generate"]).assert().code(2);
    let said = String::from_utf8_lossy(&ran.get_output().stderr).into_owned();
    assert!(said.contains("the name suggests a file with several values"), "{said}");
    assert!(ran.get_output().stdout.is_empty(), "nothing is printed before it is refused");
    assert_eq!(rules(&sandbox), before);
    sandbox.agepatch(["new", "web-env", "--for", "me", "--generate", "--format", "raw"]).assert().success();
}

#[test]
fn rules_that_are_computed_are_not_touched_and_the_line_is_printed() {
    let sandbox = sandbox();
    let computed = rules(&sandbox).replace("in {\n", "in builtins.mapAttrs (name: rule: rule) {\n");
    let wrapped = computed.replace("publicKeys = [ me ]", "publicKeys = builtins.map (key: key) [ me ]");
    sandbox.write("secrets.nix", &wrapped);
    sandbox.agepatch(["new", "token", "--like", "db"]).write_stdin("marker\n").assert().success();
    let listed = "builtins.listToAttrs [ { name = \"db.age\"; value.publicKeys = [ me ]; } ]\n";
    let start = computed.find("in builtins").expect("it is there");
    sandbox.write("secrets.nix", &format!("{}in {listed}", &computed[..start]));
    let refused = sandbox.agepatch(["new", "other", "--for", "me"]).write_stdin("marker\n").assert().code(6);
    refused.stderr(contains("cannot be added safely").and(contains("\"other.age\".publicKeys = [ me ];")));
}

#[test]
fn a_name_cannot_break_out_of_the_rules() {
    let sandbox = sandbox();
    let before = rules(&sandbox);
    for name in ["a\".x", "${x}", "../outside", "a\nb", "a#b"] {
        sandbox.agepatch(["new", name, "--like", "db"]).write_stdin("x").assert().code(2);
    }
    assert_eq!(rules(&sandbox), before);
    sandbox.agepatch(["new", "db"]).write_stdin("x").assert().code(2).stderr(contains("already exists"));
}

#[test]
fn a_missing_file_is_reported_with_the_command_and_the_line_that_add_it() {
    let sandbox = sandbox();
    let refused = sandbox.agepatch(["set", "token", "A", "--generate"]).assert().code(6);
    refused.stderr(contains("`agepatch new token`").and(contains("\"token.age\".publicKeys = [ me ];")));
}

#[test]
fn a_missing_semicolon_is_reported_on_its_line() {
    let sandbox = sandbox();
    sandbox.write("secrets.nix", "let\n  me = \"age1x\";\n  you = me\nin\n{ }\n");
    let refused = sandbox.agepatch(["recipients"]).assert().code(6);
    refused.stderr(contains("missing `;`").and(contains("secrets.nix:3:11")).and(contains("help: correct the rules")));
}
