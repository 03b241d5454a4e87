//! Output at a terminal and elsewhere: colours, width, pager, progress, closed pipes.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use expectrl::{Eof, Expect, Session};

use crate::sandbox::Sandbox;

/// The command's output on a terminal with 50 columns and 12 lines.
fn on_a_terminal(sandbox: &Sandbox, line: &str, environment: &[(&str, &str)]) -> String {
    let program = env!("CARGO_BIN_EXE_agepatch");
    let mut command = Command::new("sh");
    command.env_clear().envs(sandbox.environment()).envs(environment.iter().copied()).current_dir(sandbox.repo());
    // The terminal gets its own size after everything was started, so ours is set afterwards.
    command.args(["-c", &format!("read go; stty cols 50 rows 12; {}", line.replace("agepatch", program))]);
    let mut session = Session::spawn(command).expect("a terminal");
    session.send_line("go").expect("it listens");
    session.set_expect_timeout(Some(Duration::from_mins(1)));
    let all = session.expect(Eof).expect("it ends");
    String::from_utf8_lossy(all.as_bytes()).replace("\r\n", "\n")
}

/// A repository in which one file has a value changed since HEAD, and many more values to make the diff long.
fn changed(values: usize) -> Sandbox {
    let lines = |word: &str| (0..values).map(|at| format!("key{at}: {word}\n")).collect::<String>();
    let sandbox = Sandbox::with_files(&[("a.age", &lines("old"))]);
    sandbox.git_init();
    sandbox.seal("a.age", lines("new").as_bytes());
    sandbox
}

const COLOUR: &str = "\u{1b}[";

#[test_with::executable(git)]
fn colors_are_for_terminals_unless_requested_or_disabled() {
    let sandbox = changed(1);
    let piped = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = sandbox.agepatch([&["diff"], arguments].concat());
        let ran = command.envs(environment.iter().copied()).output().expect("it runs");
        String::from_utf8(ran.stdout).expect("text").contains(COLOUR)
    };
    assert!(!piped(&[], &[]));
    assert!(!piped(&["--color", "auto"], &[]));
    assert!(piped(&["--color", "always"], &[]));
    assert!(piped(&["--color", "always"], &[("NO_COLOR", "1")]), "what is asked for by name wins");
    assert!(!piped(&["--color", "never"], &[]));
    let shown = |line: &str, environment: &[(&str, &str)]| on_a_terminal(&sandbox, line, environment).contains(COLOUR);
    assert!(shown("agepatch diff", &[]));
    assert!(shown("agepatch diff", &[("NO_COLOR", "")]), "an empty variable forbids nothing");
    assert!(!shown("agepatch diff", &[("NO_COLOR", "1")]));
    assert!(!shown("agepatch diff --color never", &[]));
    assert!(!shown("agepatch show nowhere", &[("NO_COLOR", "1")]), "errors as well");
}

#[test]
fn show_recipients_and_diagnose_have_colors_on_terminals_only() {
    let sandbox =
        Sandbox::with_files(&[("authelia-secrets.age", "identity_providers:\n  oidc:\n    hmac_secret: x # c\n")]);
    sandbox.write("line.log", "level=error msg=\"No client with id 'lost' appears to be a registered client\"\n");
    for line in ["show authelia-secrets", "recipients", "diagnose --log line.log"] {
        let words: Vec<&str> = line.split(' ').collect();
        let run = |color: &str| {
            let ran = sandbox.agepatch([&words[..], &["--color", color]].concat()).output().expect("it runs");
            String::from_utf8(ran.stdout).expect("text")
        };
        assert!(!run("auto").contains(COLOUR), "{line}");
        assert!(run("always").contains(COLOUR), "{line}");
        assert_eq!(without_colors(&run("always")), run("never"), "{line}");
        let line = format!("agepatch {line}");
        assert!(on_a_terminal(&sandbox, &line, &[]).contains(COLOUR), "{line}");
        assert!(!on_a_terminal(&sandbox, &line, &[("NO_COLOR", "1")]).contains(COLOUR), "{line}");
    }
}

#[test_with::executable(git)]
fn long_differences_go_to_the_pager_that_git_would_take() {
    let sandbox = changed(30);
    for name in ["one", "two", "three"] {
        let path = format!("../home/bin/{name}");
        sandbox.write(&path, &format!("#!/bin/sh\necho pager-{name}\ncat > /dev/null\n"));
        std::fs::set_permissions(sandbox.repo().join(path), std::fs::Permissions::from_mode(0o755)).expect("ours");
    }
    let [one, two, three] = ["one", "two", "three"].map(|name| sandbox.home().join("bin").join(name));
    let [one, two, three] = [&one, &two, &three].map(|path| path.to_str().expect("a path"));
    let shown = |environment: &[(&str, &str)]| on_a_terminal(&sandbox, "agepatch diff", environment);
    assert!(shown(&[("GIT_PAGER", one), ("PAGER", three)]).contains("pager-one"));
    assert!(shown(&[("PAGER", three)]).contains("pager-three"));
    assert!(shown(&[("GIT_PAGER", "cat"), ("PAGER", three)]).contains("key29"), "`cat` is none");
    assert!(shown(&[("GIT_PAGER", "nowhere-to-be-found")]).contains("key29"), "one that is not there hides nothing");
    sandbox.git(&["config", "core.pager", two]);
    assert!(shown(&[("PAGER", three)]).contains("pager-two"));
    assert!(!on_a_terminal(&sandbox, "agepatch diff --reveal", &[]).contains("pager-"), "no secret goes to a pager");
    // Without a terminal there is none.
    let ran = sandbox.agepatch(["diff"]).env("GIT_PAGER", one).output().expect("it runs");
    assert!(String::from_utf8_lossy(&ran.stdout).contains("key29"));
}

/// The text without colour sequences.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
}

#[test]
fn lists_are_truncated_on_terminals_only() {
    let name = format!("{}.age", "a-long-name-".repeat(6));
    let text = "identity_providers: {oidc: {clients: [{client_id: media, client_name: A rather long name of a client, \
                redirect_uris: ['https://media.example.com/callback']}]}}\n";
    let sandbox = Sandbox::with_files(&[(&name, "x: 1\n"), ("authelia-secrets.age", text)]);
    for line in ["agepatch", "agepatch recipients", "agepatch client list"] {
        let shown = without_colors(&on_a_terminal(&sandbox, line, &[]));
        assert!(shown.lines().all(|line| line.chars().count() <= 50), "{line}: {shown}");
        assert!(shown.contains('…'), "{line}: {shown}");
    }
    let piped = |words: &[&str]| sandbox.agepatch(words).output().expect("it runs").stdout;
    assert!(String::from_utf8_lossy(&piped(&["recipients"])).contains(&name));
    assert!(String::from_utf8_lossy(&piped(&["client", "list"])).contains("https://media.example.com/callback"));
}

#[test]
fn long_operations_show_progress_on_a_terminal() {
    let names: Vec<String> = (0..45).map(|at| format!("file{at}.age")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x: 1\n")).collect();
    let sandbox = Sandbox::with_files(&files);
    let watched = |line: &str| on_a_terminal(&sandbox, line, &[]).contains("45/45");
    assert!(watched("agepatch rekey --all -n"));
    assert!(watched("agepatch doctor"));
    assert!(!watched("agepatch rekey --all -n -q"));
    assert!(!watched("agepatch rekey --all -n 2> errors"));
    let piped = sandbox.agepatch(["rekey", "--all", "-n"]).output().expect("it runs");
    assert!(piped.stderr.is_empty());
}

#[test]
fn a_closed_pipe_is_success() {
    let lines: String = (0..20_000).map(|at| format!("key{at}: value\n")).collect();
    let sandbox = Sandbox::with_files(&[("a.age", &lines)]);
    for arguments in [&["show", "a"][..], &["show", "a", "--reveal"], &["get", "a", ".", "--reveal"], &["explain"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_agepatch"));
        command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let mut first = [0_u8; 16];
        child.stdout.take().expect("a pipe").read_exact(&mut first).expect("it says something");
        let ended = child.wait_with_output().expect("it ends");
        assert!(ended.status.success(), "{arguments:?}: {ended:?}");
        assert!(ended.stderr.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
}

#[test]
fn sentences_are_wrapped_between_words_on_terminals_only() {
    let sandbox = Sandbox::with_files(&[("a.age", "key: x\n")]);
    let wrapped = on_a_terminal(&sandbox, "agepatch set a key value", &[("NO_COLOR", "1")]);
    assert!(wrapped.lines().all(|line| line.chars().count() <= 50), "{wrapped}");
    let piped = sandbox.agepatch(["set", "a", "key", "value"]).output().expect("it runs");
    let piped = String::from_utf8(piped.stderr).expect("text");
    assert!(piped.lines().any(|line| line.chars().count() > 50), "{piped}");
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert!(words(&wrapped).ends_with(&words(&piped)), "no word is split or lost: {wrapped}");
}
