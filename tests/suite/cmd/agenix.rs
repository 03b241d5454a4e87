//! agenix's options, with agenix's meaning: `alias agenix=agepatch`.

use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILES: &[(&str, &str)] = &[("a-env.age", "KEY=one\n"), ("broken.yaml.age", "a: [\n")];

#[test]
fn decrypt_prints_the_content() {
    let sandbox = Sandbox::with_files(FILES);
    for option in ["-d", "--decrypt"] {
        sandbox.agepatch([option, "a-env.age"]).assert().success().stdout("KEY=one\n");
    }
    // Content that cannot be parsed can still be decrypted.
    sandbox.agepatch(["-d", "broken.yaml.age"]).assert().success().stdout("a: [\n");
    sandbox.agepatch(["-d", "a-evn.age"]).assert().code(6).stderr(contains("did you mean a-env.age?"));
}

#[test]
fn identity_and_rules_options_follow_agenix() {
    let sandbox = Sandbox::with_files(FILES);
    let key = sandbox.home().join(".config/age/keys.txt");
    let elsewhere = sandbox.home().join("elsewhere.txt");
    std::fs::rename(key, &elsewhere).expect("moved");
    std::fs::rename(sandbox.repo().join("secrets.nix"), sandbox.repo().join("who.nix")).expect("moved");
    let mut agenix = sandbox.agepatch(["-d", "a-env.age", "-i"]);
    agenix.arg(&elsewhere).env("RULES", "./who.nix").assert().success().stdout("KEY=one\n");
    let mut agenix = sandbox.agepatch(["-e", "a-env.age", "-i"]);
    let edited = agenix.arg(&elsewhere).env("RULES", "./who.nix").write_stdin("KEY=two\n").assert();
    edited.success().stdout(contains("KEY: (secret) → (secret)"));
}

#[test]
fn edit_reads_stdin_when_it_is_not_a_terminal() {
    let sandbox = Sandbox::with_files(FILES);
    let edit = |stdin: &'static str| {
        let mut command = sandbox.agepatch(["-e", "a-env.age"]);
        command.write_stdin(stdin);
        command
    };
    // As in agenix, even with an editor set.
    edit("KEY=two\n").env("EDITOR", "false").assert().success();
    assert_eq!(sandbox.open("a-env.age"), "KEY=two\n");
    // Empty stdin replaces nothing: with an editor, the editor runs; without one, it is an error.
    let before = sandbox.read("a-env.age");
    edit("").assert().code(4).stderr(contains("stdin is empty"));
    edit("").env("EDITOR", "true").assert().success().stdout(contains("nothing changed, nothing written"));
    assert_eq!(sandbox.read("a-env.age"), before);
    edit("").env("EDITOR", "sed -i s/two/three/").assert().success();
    assert_eq!(sandbox.open("a-env.age"), "KEY=three\n");
}

#[test]
fn edit_creates_a_file_that_the_rules_list() {
    let sandbox = Sandbox::with_files(FILES);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    sandbox.write("secrets.nix", &rules.replace("in {\n", "in {\n  \"new.age\".publicKeys = [ me ];\n"));
    sandbox.agepatch(["-e", "new.age"]).write_stdin("A=1\n").assert().success();
    assert_eq!(sandbox.open("new.age"), "A=1\n");
    sandbox.agepatch(["-e", "stranger.age"]).write_stdin("A=1\n").assert().code(6).stderr(contains("secrets.nix"));
}

#[test]
fn rekey_reencrypts_every_file() {
    let sandbox = Sandbox::with_files(FILES);
    let before = (sandbox.read("a-env.age"), sandbox.read("broken.yaml.age"));
    sandbox.agepatch(["-r"]).assert().success();
    assert_ne!(sandbox.read("a-env.age"), before.0);
    assert_ne!(sandbox.read("broken.yaml.age"), before.1);
    assert_eq!((sandbox.open("a-env.age").as_str(), sandbox.open("broken.yaml.age").as_str()), ("KEY=one\n", "a: [\n"));
}

#[test]
fn agenix_options_exclude_commands_and_each_other() {
    let sandbox = Sandbox::with_files(FILES);
    sandbox
        .agepatch(["-r", "show", "a-env.age"])
        .assert()
        .code(2)
        .stderr(contains("cannot be combined with a command"));
    sandbox.agepatch(["-r", "-d", "a-env.age"]).assert().code(2);
}
