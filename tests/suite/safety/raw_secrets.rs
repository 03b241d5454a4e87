//! Raw secrets of many shapes that parse as a variable, an entry, or a list: no part of one is printed or committed.

use std::process::Output;

use crate::sandbox::Sandbox;

/// The part of each secret that must not be printed.
const MARKER: &str = "Zq7Marker9Kx";
const FILE: &str = "wg-private.age";

/// Shapes of one secret, each with the marker where a parser would find a name.
const SHAPES: [&str; 18] = [
    "Zq7Marker9KxbW9yZXJhbmRvbWJ5dGVzaGVyZQ0=",
    "Zq7Marker9KxbQ==",
    "Zq7Marker9Kx=word",
    "Zq7Marker9Kx:",
    "Zq7Marker9Kx horse: battery",
    "{Zq7Marker9Kx}",
    "[Zq7Marker9Kx]",
    "- Zq7Marker9Kx: x",
    "Zq7Marker9Kx = 'word'",
    "Zq7Marker9Kx: word",
    "\"Zq7Marker9Kx\": word",
    "{\"Zq7Marker9Kx\": \"word\"}",
    "{\"Zq7Marker9Kx\": ",
    "Zq7Marker9Kx: [word",
    "? Zq7Marker9Kx",
    "export Zq7Marker9Kx=1",
    "# a comment\nZq7Marker9Kx=word\n",
    "Zq7Marker9Kx=\naB3xQz9LmPq2RtYv==\n",
];

fn printed_nothing(what: &str, output: &Output) {
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(MARKER), "{what}: {name}: {text}");
        assert!(!text.contains("panicked"), "{what}: {text}");
    }
}

#[test_with::executable(git)]
#[test]
fn no_command_takes_a_part_of_a_raw_secret_for_a_name() {
    for shape in SHAPES {
        let sandbox = Sandbox::with_files(&[(FILE, shape)]);
        sandbox.git_init();
        let run = |arguments: &[&str], input: &str| {
            let output = sandbox.agepatch(arguments).write_stdin(input).output().expect("it runs");
            printed_nothing(&format!("{shape:?}: {arguments:?}"), &output);
            output
        };
        let reading: [&[&str]; 19] = [
            &["show", FILE],
            &["show", FILE, "--output", "json"],
            &["show", FILE, "nothing"],
            &["get", FILE, "nothing"],
            &["get", FILE, "[nothing]"],
            &["check", FILE],
            &["check", FILE, "--output", "json"],
            &["doctor"],
            &["status"],
            &["textconv", FILE],
            &["blame", FILE],
            &["client", "list", FILE],
            &["set", FILE, "nothing.at.all", "x"],
            &["set", FILE, "[0]", "x", "-n"],
            &["unset", FILE, "Zq7Marker9K"],
            &["add", FILE, "nothing", "x", "-n"],
            &["apply", FILE, "-n"],
            &["log", FILE, "nothing"],
            &["restore", FILE, "nothing", "--source", "HEAD"],
        ];
        for arguments in reading {
            run(arguments, "[{op: remove, path: nothing}]");
        }
        for file in [&["-", "--as", "wg-private"][..], &["-"]] {
            for command in ["show", "check"] {
                run(&[&[command], file].concat(), shape);
            }
            run(&[&["get"], &file[..1], &["nothing"], &file[1..]].concat(), shape);
        }
        let other = shape.replace("word", "other").replace("bW", "bX").replace("bQ", "bR").replace("aB3", "aB4");
        sandbox.seal(FILE, format!("{other}\n").as_bytes());
        for style in ["text", "json", "unified", "markdown"] {
            run(&["diff", "--output", style], "");
        }
        assert!(run(&["commit"], "").status.success(), "{shape}");
        sandbox.seal(FILE, format!("{other}{other}\n").as_bytes());
        run(&["commit", "--task", "task-1"], "");
        run(&["log", FILE], "");
        run(&["log", FILE, "--output", "json"], "");
        run(&["blame", FILE], "");
        run(&["write", FILE, "--commit"], shape);
        run(&["write", FILE, "--commit"], "something else\n");
        let messages = sandbox.git(&["log", "--format=%B%n%(trailers)"]);
        assert!(!messages.contains(MARKER), "{shape}: {messages}");
        let objects = sandbox.git(&["log", "--all", "--raw", "--format=raw"]);
        assert!(!objects.contains(MARKER), "{shape}: {objects}");
    }
}

/// Files that are not a configuration, with the marker wherever a YAML parser could find a name.
const FILES: [(&str, &str); 14] = [
    (
        "id_ed25519",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nZq7Marker9Kx: Zq7Marker9Kx\n-----END OPENSSH PRIVATE KEY-----\n",
    ),
    ("key.pem", "-----BEGIN PRIVATE KEY-----\nZq7Marker9Kx=\nZq7Marker9Kx=\n-----END PRIVATE KEY-----\n"),
    ("wg0.conf", "[Interface]\nPrivateKey = Zq7Marker9Kx=\n[Peer]\nZq7Marker9Kx = 10.0.0.1\n"),
    ("php.ini", "[Zq7Marker9Kx]\nuser = Zq7Marker9Kx\nZq7Marker9Kx: x\n"),
    ("ssh_config", "Host Zq7Marker9Kx\n  User: Zq7Marker9Kx\n  Zq7Marker9Kx: x\n"),
    ("netrc", "machine: Zq7Marker9Kx\nlogin Zq7Marker9Kx: x\n"),
    ("htpasswd", "Zq7Marker9Kx: $2y$05$Zq7Marker9Kx\nother: Zq7Marker9Kx\n"),
    ("passwords.txt", "Zq7Marker9Kx: one\nZq7Marker9Kx2: two\nZq7Marker9Kx3: three\n"),
    ("a.toml", "[Zq7Marker9Kx]\nZq7Marker9Kx = 1\n"),
    ("a.xml", "<a:Zq7Marker9Kx x: Zq7Marker9Kx>Zq7Marker9Kx</a>\n"),
    ("a.csv", "a,b\nZq7Marker9Kx: 1,Zq7Marker9Kx\n"),
    ("a.env", "Zq7Marker9Kx\nA: Zq7Marker9Kx\n"),
    ("a.list", "- Zq7Marker9Kx: Zq7Marker9Kx\n- Zq7Marker9Kx\n"),
    ("a.docs", "Zq7Marker9Kx: 1\n---\nZq7Marker9Kx: {Zq7Marker9Kx: Zq7Marker9Kx}\n"),
];

/// `check` parses any file like Authelia.
#[test]
fn check_prints_no_line_of_a_file_that_is_not_a_configuration() {
    for (name, text) in FILES {
        let age = format!("{name}.age");
        let sandbox = Sandbox::with_files(&[(&age, text), ("base.age", "theme: dark\n")]);
        sandbox.write(name, text);
        for output in ["text", "json", "github", "sarif"] {
            for arguments in [
                &["check", &age][..],
                &["check", name],
                &["check", "base.age", "--with", name],
                &["check", "base.age", "--with", &age],
                &["check", "-", "--as", name],
                &["check", "-"],
                &["check"],
                &["client", "list", "--file", name],
            ] {
                let arguments = [arguments, &["--output", output]].concat();
                let run = sandbox.agepatch(&arguments).write_stdin(text).output().expect("it runs");
                printed_nothing(&format!("{name}: {arguments:?}"), &run);
            }
        }
        // The settings may give it the Authelia schema.
        sandbox.write("agepatch.toml", &format!("[files.\"{age}\"]\nschema = \"authelia\"\n"));
        for arguments in [&["check"][..], &["check", &age], &["show", &age], &["doctor"]] {
            printed_nothing(name, &sandbox.agepatch(arguments).output().expect("it runs"));
        }
    }
}

/// A quarter of openssl's outputs parse as a variable.
#[test]
fn random_bytes_in_base64_are_one_secret() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let sandbox = Sandbox::with_files(&[]);
    let mut seed = 1_u64;
    for length in [16, 32, 64] {
        for _ in 0..8 {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (seed >> 33).to_le_bytes()[0]
                })
                .collect();
            let secret = STANDARD.encode(bytes).replace(['+', '/'], "x");
            let mut show = sandbox.agepatch(["show", "-", "--as", "wg-private"]);
            let output = show.write_stdin(format!("{secret}\n")).output().expect("it runs");
            assert_eq!(String::from_utf8_lossy(&output.stdout), "…\n", "{secret}");
        }
    }
}

/// Names are shown if the format is certain: set, part of the file's name, or several entries.
#[test]
fn a_certain_format_shows_names() {
    let sandbox = Sandbox::with_files(&[]);
    for (arguments, text, expected) in [
        (&["show", "-", "--format", "dotenv"][..], "TOKEN=x\n", "TOKEN=…\n"),
        (&["show", "-", "--as", "app-env"], "TOKEN=x\n", "TOKEN=…\n"),
        (&["show", "-", "--as", "a.yaml"], "token: x\n", "token: …\n"),
        (&["show", "-"], "TOKEN=x\nPORT=1\n", "TOKEN=…\nPORT=…\n"),
        (&["show", "-"], "token: x\nport: 1\n", "token: …\nport: …\n"),
        (&["show", "-"], "TOKEN=x\n", "…\n"),
    ] {
        let output = sandbox.agepatch(arguments).write_stdin(text).output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{arguments:?} {text:?}");
    }
}

/// A single variable can be read and edited by users who know its name.
#[test]
fn a_single_entry_is_edited_by_its_name() {
    let sandbox = Sandbox::with_files(&[("app.age", "")]);
    std::fs::remove_file(sandbox.repo().join("app.age")).expect("it is there");
    for (name, value) in [("FIRST", "one"), ("SECOND", "two")] {
        let mut set = sandbox.agepatch(["set", "app.age", name, "--from-file", "-"]);
        set.write_stdin(value).assert().success();
        let output = sandbox.agepatch(["get", "app.age", name, "--reveal"]).output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{value}\n"));
    }
    sandbox.agepatch(["unset", "app.age", "FIRST"]).assert().success();
    let wrong = sandbox.agepatch(["get", "app.age", "FIRST"]).output().expect("it runs");
    assert!(!String::from_utf8_lossy(&wrong.stderr).contains("SECOND"));
}
