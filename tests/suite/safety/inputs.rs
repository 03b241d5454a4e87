//! Only regular files within their limits, and pipes from the user, are read: anything else is rejected immediately.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::Duration;

use agepatch::container;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

/// Far more than any command takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Special files in place of a regular one: the name, how to create it, and the error.
const HOSTILE: [(&str, &str); 5] = [
    ("zero", "a device, not a regular file"),
    ("pipe", "a named pipe, not a regular file"),
    ("folder", "a directory, not a regular file"),
    ("zeros", "larger than "),
    ("to-pipe", "a named pipe, not a regular file"),
];

/// Creates it at the path, replacing what is there.
fn put(sandbox: &Sandbox, kind: &str, name: &str) {
    let path = sandbox.repo().join(name);
    let _nothing = fs::remove_file(&path).or_else(|_| fs::remove_dir(&path));
    let fifo = |path: &std::path::Path| {
        assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success());
    };
    match kind {
        "zero" => symlink("/dev/zero", path).expect("a link"),
        "pipe" => fifo(&path),
        "folder" => fs::create_dir(path).expect("a folder"),
        // A sparse file of a gigabyte.
        "zeros" => File::create(path).and_then(|file| file.set_len(1 << 30)).expect("made"),
        _ => {
            let there = sandbox.repo().join("a-pipe");
            if !there.exists() {
                fifo(&there);
            }
            symlink(there, path).expect("a link");
        }
    }
}

fn refused(sandbox: &Sandbox, arguments: &[&str], what: &str) {
    let run = sandbox.agepatch(arguments).write_stdin("[]").timeout(PATIENCE).assert();
    run.code(6).stderr(contains(what));
    let json = [&["--output", "json"], arguments].concat();
    let run = sandbox.agepatch(json).write_stdin("[]").timeout(PATIENCE).assert();
    run.code(6).stderr(contains(r#""kind":"io""#));
}

#[test]
fn a_file_that_is_not_one_is_refused_by_every_command() {
    let sandbox = Sandbox::with_files(&[("a.age", "a: 1\n"), ("x.age", "a: 1\n")]);
    sandbox.git_init();
    let commands: [&[&str]; 18] = [
        &["show", "x"],
        &["show", "x.age"],
        &["get", "x", "a"],
        &["set", "x", "a", "2", "--public"],
        &["set", "x", "a", "2", "-n", "--public"],
        &["unset", "x", "a"],
        &["add", "x", "a", "2", "--public"],
        &["write", "x"],
        &["apply", "x"],
        &["check", "x"],
        &["blame", "x"],
        &["client", "list", "--file", "x"],
        &["diagnose", "x"],
        &["textconv", "x.age"],
        &["merge-file", "x.age", "a.age", "a.age", "a.age"],
        &["merge-file", "a.age", "a.age", "x.age", "a.age"],
        &["check", "a", "--with", "x.age"],
        &["commit", "x"],
    ];
    for (kind, what) in HOSTILE {
        put(&sandbox, kind, "x.age");
        for arguments in commands {
            // Authelia accepts a directory in place of a file.
            if kind != "folder" || !arguments.contains(&"--with") {
                refused(&sandbox, arguments, what);
            }
        }
        // Commands that examine every file report it and continue.
        for arguments in [
            &["doctor"][..],
            &["status"],
            &["recipients"],
            &["diff"],
            &["diff", "HEAD", "x"],
            &["restore", "x", "--source", "HEAD", "-n"],
            &["check"],
            &[],
        ] {
            let output = sandbox.agepatch(arguments).timeout(PATIENCE).output().expect("it runs");
            assert!(output.status.code().is_some_and(|code| code != 101), "{kind} {arguments:?}");
        }
        let doctor = sandbox.agepatch(["doctor", "--no-decrypt"]).timeout(PATIENCE).assert().code(1);
        doctor.stdout(contains("unreadable").and(contains(what)));
    }
    assert_eq!(sandbox.open("a.age"), "a: 1\n");
}

#[test]
fn other_places_refuse_it_too() {
    for (kind, what) in HOSTILE {
        let sandbox = Sandbox::with_files(&[("a.age", "a: 1\n")]);
        put(&sandbox, kind, "x");
        sandbox.write("from-x.yml", "- { op: set, path: b, value_from: { file: x } }\n");
        for arguments in [
            &["-i", "x", "show", "a"][..],
            &["set", "a", "b", "--from-file", "x"],
            &["apply", "a", "-p", "x"],
            &["apply", "a", "-p", "from-x.yml"],
            &["diagnose", "a", "--log", "x"],
            &["--rules", "x", "rekey"],
            &["--rules", "x", "doctor"],
        ] {
            refused(&sandbox, arguments, what);
        }
        let identities = |command: &mut assert_cmd::Command| {
            command.env("AGEPATCH_IDENTITIES", "x").timeout(PATIENCE).assert().code(6).stderr(contains(what));
        };
        identities(&mut sandbox.agepatch(["show", "a"]));
        put(&sandbox, kind, "agepatch.toml");
        refused(&sandbox, &["set", "a", "a", "2", "--public"], what);
        fs::remove_file(sandbox.repo().join("agepatch.toml"))
            .or_else(|_| fs::remove_dir(sandbox.repo().join("agepatch.toml")))
            .expect("it is there");
        put(&sandbox, kind, "secrets.nix");
        refused(&sandbox, &["set", "a", "a", "2", "--public"], what);
        refused(&sandbox, &["rekey"], what);
        // Files that the rules read are errors of the rules.
        if kind != "folder" {
            fs::remove_file(sandbox.repo().join("secrets.nix")).expect("it is there");
            sandbox.write("secrets.nix", "{ \"a.age\".publicKeys = [ (builtins.readFile ./x) ]; }\n");
            let run = sandbox.agepatch(["rekey"]).timeout(PATIENCE).assert();
            // A link out of the repository is rejected because of its target.
            let said = contains(what).or(contains("may read only below"));
            run.code(6).stderr(said.and(contains("secrets.nix")));
        }
        assert_eq!(sandbox.open("a.age"), "a: 1\n");
    }
}

#[test]
fn a_usual_key_that_is_not_a_file_is_skipped() {
    let sandbox = Sandbox::with_files(&[("a.age", "a: 1\n")]);
    put(&sandbox, "pipe", "../home/.ssh/id_ed25519");
    sandbox.agepatch(["show", "a", "--reveal"]).timeout(PATIENCE).assert().success().stdout("a: 1\n");
}

#[test]
fn limits_can_be_set_and_a_wrong_one_is_named() {
    let sandbox = Sandbox::with_files(&[("a.age", "a: 1\n")]);
    let run = |name: &str, value: &str| {
        let mut command = sandbox.agepatch(["set", "a", "a", "1", "--public"]);
        command.env(name, value).assert()
    };
    run("AGEPATCH_MAX_SECRET", "100").code(6).stderr(contains("larger than 100 bytes"));
    let rekey = sandbox.agepatch(["rekey"]).env("AGEPATCH_MAX_SETTINGS", "100").assert();
    rekey.code(6).stderr(contains("cannot read the rules: larger than 100 bytes"));
    run("AGEPATCH_MAX_HEADER", "20").code(6).stderr(contains("the header of the file is larger than 20 bytes"));
    for name in ["AGEPATCH_MAX_SECRET", "AGEPATCH_MAX_SETTINGS", "AGEPATCH_MAX_HEADER"] {
        run(name, "2G").success();
        run(name, "much").failure().stderr(contains(name));
    }
    // Reading stdin stops at the limit.
    let program = env!("CARGO_BIN_EXE_agepatch");
    let line = format!("ulimit -v 2000000; {program} write a < /dev/zero");
    let mut shell = Command::new("sh");
    shell.args(["-c", &line]).current_dir(sandbox.repo()).env_clear().envs(sandbox.environment());
    let output = shell.output().expect("sh runs");
    assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot read stdin: larger than 64 MiB"));
}

#[test]
fn a_pipe_that_the_user_passes_is_read() {
    let sandbox = Sandbox::with_files(&[("a.age", "a: 1\n")]);
    let program = env!("CARGO_BIN_EXE_agepatch");
    let shell = |line: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(sandbox.repo()).env_clear().envs(sandbox.environment());
        let output = command.stdin(Stdio::null()).output().expect("sh runs");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    // A slow writer is waited for.
    let piped = |what: &str, arguments: &str| format!("{{ sleep 0.2; {what}; }} | {program} {arguments}");
    assert_eq!(shell(&piped("cat a.age", "show /dev/stdin --reveal")), "a: 1\n");
    assert_eq!(shell(&piped("cat a.age", "show /dev/fd/0 --reveal")), "a: 1\n");
    assert_eq!(shell(&piped("cat ../home/.config/age/keys.txt", "-i /dev/fd/0 show a --reveal")), "a: 1\n");
    shell(&piped("echo 2", "set a a --from-file /dev/fd/0"));
    assert_eq!(sandbox.open("a.age"), "a: 2\n");
    shell(&piped("echo '[{\"op\":\"replace\",\"path\":\"/a\",\"value\":3}]'", "apply a -p /dev/fd/0"));
    assert_eq!(sandbox.open("a.age"), "a: 3\n");
}

#[test]
fn rules_are_read_from_a_pipe_as_if_they_were_in_the_current_folder() {
    let sandbox = Sandbox::with_files(&[("a.age", "a: 1\n")]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    fs::remove_file(sandbox.repo().join("secrets.nix")).expect("removed");
    sandbox.write("more.nix", "{ }");
    let rules = rules.replace("in {", "in import ./more.nix // {");
    for pipe in ["-", "/dev/fd/0", "/dev/stdin"] {
        let run = |arguments: &[&str], rules: &str| {
            let mut command = sandbox.agepatch([&["--rules", pipe], arguments].concat());
            command.write_stdin(rules).timeout(PATIENCE).assert()
        };
        run(&["recipients"], &rules).success().stdout(contains("a.age"));
        run(&["set", "a", "a", "2", "--public"], &rules).success();
        run(&["new", "b"], &rules).code(predicates::ord::ne(101));
        assert_eq!(sandbox.open("a.age"), "a: 2\n");
        run(&["rekey", "--all"], &rules).success();
        run(&["doctor"], "{ \"a.age\".publicKeys = [ 1 ]; }").code(1).stdout(contains("publicKeys"));
        run(&["recipients"], "{ x.publicKeys = [ builtins.currentSystem ]; }").code(6).stderr(contains("from a pipe"));
        run(&["recipients"], "").code(6);
    }
    let both = sandbox.agepatch(["--rules", "-", "write", "a"]).write_stdin(rules).assert();
    both.code(2).stderr(contains("stdin holds the rules"));
}

/// A header with this body, followed by an invalid payload.
fn with_header(body: &str) -> Vec<u8> {
    let mac = "A".repeat(43);
    let mut file = format!("age-encryption.org/v1\n{body}--- {mac}\n").into_bytes();
    file.extend([0; 100]);
    file
}

#[test]
fn headers_take_time_linear_in_their_length() {
    let sandbox = Sandbox::with_files(&[("a.age", "a: 1\n")]);
    let stanza = |number: usize| format!("-> other {:043}\n{}\n", 4 * number, "A".repeat(43));
    let cases = [
        ("a thousand recipients", (0..1_000).map(stanza).collect::<String>(), 6, "the header of the file is larger"),
        ("a long line", format!("-> {}\n\n", "a".repeat(400_000)), 6, "the header of the file is larger"),
        ("no end", "-> a\n\n".repeat(100_000), 6, "the header of the file is larger"),
        ("many, within the limit", (0..600).map(stanza).collect(), 3, "none of the available"),
        ("the most, within the limit", "-> a\n\n".repeat(10_000), 3, "none of the available"),
        ("a long line, within the limit", format!("-> {}\n\n", "a".repeat(60_000)), 3, "none of the available"),
        ("many words", format!("->{}\n\n", " a".repeat(30_000)), 3, "none of the available"),
    ];
    for (name, body, code, what) in cases {
        let binary = with_header(&body);
        let mut armored = Vec::new();
        let mut writer =
            age::armor::ArmoredWriter::wrap_output(&mut armored, age::armor::Format::AsciiArmor).expect("a writer");
        std::io::Write::write_all(&mut writer, &binary).expect("written");
        writer.finish().expect("written");
        for bytes in [binary, armored] {
            fs::write(sandbox.repo().join("a.age"), &bytes).expect("written");
            for command in ["show", "blame", "recipients"] {
                let run = sandbox.agepatch([command, "a"]).timeout(PATIENCE).output().expect("it runs");
                assert!(run.status.code().is_some(), "{name}: {command} was ended");
            }
            let run = sandbox.agepatch(["show", "a"]).timeout(PATIENCE).assert();
            run.code(code).stderr(contains(what));
            assert_eq!(container::detect("a.age", &bytes).recipients().is_err(), code == 6, "{name}");
        }
    }
}

#[test]
fn rules_that_take_too_much_end_with_a_place() {
    let rule = |value: &str| format!("{{\n  \"a.age\".publicKeys = [ (toString ({value})) ];\n}}\n");
    for text in [
        rule("builtins.length (builtins.genList (x: x) 1000000000)"),
        rule("let f = x: f (x + x); in f \"a\""),
        rule("builtins.match \"(a*)*b\" \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""),
        rule("builtins.readFile /dev/zero"),
        "[".repeat(100_000),
    ] {
        let sandbox = Sandbox::with_files(&[("a.age", "a: 1\n")]);
        sandbox.write("secrets.nix", &text);
        let run = sandbox.agepatch(["--output", "json", "rekey"]).timeout(PATIENCE).assert().code(6);
        let error = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(error.contains(r#""kind":"rules""#) && error.contains("secrets.nix"), "{text:.60}: {error}");
        assert!(error.contains(r#""line":1"#) || error.contains(r#""line":2"#), "{text:.60}: {error}");
    }
}
