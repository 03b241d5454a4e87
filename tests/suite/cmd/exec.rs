//! `exec`: runs a program with the variables of env documents (sops #449, sops-nix #699, yage #60).

use std::fs;
use std::process::Command;
use std::time::Duration;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const ENV: &str = "# of the house\nMARKER_A='one two'\nexport MARKER_B=\"line\nbreak\"\nPORT=8080\n";

fn sandbox() -> Sandbox {
    Sandbox::with_files(&[
        ("house-env.age", ENV),
        ("map.yaml.age", "MARKER_C: three\nPORT: 9090\nON: true\n"),
        ("outer.yaml.age", "deep:\n  env: |\n    MARKER_D=four\n"),
        ("list.yaml.age", "- a\n"),
        ("nested.yaml.age", "a:\n  b: marker-secret\n"),
        ("names.yaml.age", "\"marker secret\": 1\n"),
        ("code-env.age", "MARKER_A=1\nLD_PRELOAD=/tmp/marker-secret.so\n"),
        ("line-env.age", "ONLY_MARKER=alone\n"),
    ])
}

#[test]
fn the_command_gets_the_variables_and_its_own_arguments() {
    let sandbox = sandbox();
    let run = sandbox.agepatch([
        "exec",
        "house-env",
        "--",
        "sh",
        "-c",
        "printf '%s|' \"$MARKER_A\" \"$MARKER_B\" \"$PORT\" \"$@\"",
        "x",
        "--reveal",
        "-n",
    ]);
    let mut run = run;
    run.assert().success().stdout("one two|line\nbreak|8080|--reveal|-n|");
    // With several files, the last one wins. A value of a file is a document, too, and one line is enough.
    let line = "echo \"$MARKER_A $MARKER_C $PORT $ON $MARKER_D $ONLY_MARKER\"";
    let arguments = ["exec", "house-env", "map.yaml", "outer.yaml#deep.env", "line-env", "--", "sh", "-c", line];
    sandbox.agepatch(arguments).assert().success().stdout("one two three 9090 true four alone\n");
}

#[test]
fn its_exit_code_and_its_signals_are_those_of_the_command() {
    let sandbox = sandbox();
    sandbox.agepatch(["exec", "house-env", "--", "sh", "-c", "exit 42"]).assert().code(42);
    let mut command = Command::new(env!("CARGO_BIN_EXE_agepatch"));
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo());
    let line = "trap 'echo caught > got; exit 7' TERM; echo ready > ready; while :; do sleep 0.05; done";
    let mut child = command.args(["exec", "house-env", "--", "sh", "-c", line]).spawn().expect("it runs");
    while !sandbox.repo().join("ready").exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let kill = Command::new("kill").arg(child.id().to_string()).status().expect("kill runs");
    assert!(kill.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(7));
    assert_eq!(fs::read_to_string(sandbox.repo().join("got")).expect("the signal arrived"), "caught\n");
}

#[cfg(target_os = "linux")]
#[test]
fn no_secret_is_in_an_argument_or_on_disk() {
    let sandbox = sandbox();
    let line = "tr '\\0' ' ' < /proc/$$/cmdline; ls -A \"$TMPDIR\"";
    let run = sandbox.agepatch(["exec", "house-env", "--", "sh", "-c", line]).assert().success();
    run.stdout(contains("one two").not().and(contains("agepatch").not()));
}

#[test]
fn documents_without_variables_are_refused_and_nothing_runs() {
    let sandbox = sandbox();
    for (file, code, what) in [
        ("list.yaml", 5, "not a list of variables"),
        ("nested.yaml", 5, "entry 1 is not a text, a number, or a boolean"),
        ("names.yaml", 5, "the name of entry 1 is not one of a variable"),
        ("code-env", 4, "the variable LD_PRELOAD would make the command run other code"),
    ] {
        let refused = sandbox.agepatch(["exec", "house-env", file, "--", "touch", "ran"]).assert().code(code);
        refused.stderr(contains(what).and(contains("marker-secret").not()).and(contains("marker secret").not()));
    }
    sandbox.agepatch(["exec", "absent", "--", "touch", "ran"]).assert().code(6);
    sandbox.agepatch(["exec", "house-env", "--"]).assert().code(2);
    sandbox.agepatch(["exec", "--", "touch", "ran"]).assert().code(2);
    let missing = sandbox.agepatch(["exec", "house-env", "--", "no-such-program"]).assert().code(6);
    missing.stderr(contains("cannot run no-such-program"));
    assert!(!sandbox.repo().join("ran").exists());
}

#[test]
fn without_permission_to_reveal_nothing_runs() {
    let sandbox = sandbox();
    for when in ["never", "terminal"] {
        let mut run = sandbox.agepatch(["--output", "json", "exec", "house-env", "--", "touch", "ran"]);
        run.env("AGEPATCH_REVEAL", when).assert().code(4).stderr(contains(r#""kind":"secret-needs-reveal""#));
    }
    assert!(!sandbox.repo().join("ran").exists());
}
