//! Every editing command on every kind of sops file: which lines it changes, and what the real sops makes of the result.

use std::fs;
use std::path::Path;

use age::secrecy::ExposeSecret as _;
use serde_json::{Value as Json, json};

use super::difference;
use crate::sandbox::Sandbox;

/// A file of one store, and how the commands name what is in it.
struct Store {
    name: &'static str,
    text: &'static str,
    /// The path of the value `one`.
    path: &'static str,
    /// A merge patch that changes that value alone.
    merge: &'static str,
}

const STORES: [Store; 5] = [
    Store {
        name: "s.yaml",
        text: "# head\na: one\nn: 7\n\nf: 1.0\nlist:\n  - x\n  # in the list\n  - y\nsub:\n  k: 'v'   # inline\n  lines: |\n    l1\n    l2\n  nil: null\n  empty: \"\"\nwhen: 2001-12-14\n",
        path: "a",
        merge: r#"{"a": "NEW"}"#,
    },
    Store {
        name: "s.json",
        text: "{\n  \"a\": \"one\",\n  \"n\": 7,\n  \"f\": 1.5,\n  \"list\": [\n    \"x\",\n    \"y\"\n  ],\n  \"sub\": {\n    \"k\": \"v\",\n    \"nil\": null\n  }\n}\n",
        path: "a",
        merge: r#"{"a": "NEW"}"#,
    },
    Store { name: "s.env", text: "# head\nA=one\nN=7\n\nB=two words\n", path: "A", merge: r#"{"A": "NEW"}"# },
    Store {
        name: "s.ini",
        text: "z = 0\n; head\n[sec]\na = one\nn = 7\n\n[two]\nb = `#1\n#2`\n",
        path: "sec.a",
        merge: r#"{"sec": {"a": "NEW"}}"#,
    },
    Store { name: "s.sops", text: "one\nmore\n", path: ".", merge: "" },
];

impl Store {
    fn is_binary(&self) -> bool {
        self.name == "s.sops"
    }

    /// The text after the edit that every command makes.
    fn edited(&self) -> String {
        self.text.replace("one", "NEW")
    }
}

/// A repository with one sops file for the key of the sandbox, committed.
fn repository(name: &str, text: &str) -> Sandbox {
    let sandbox = Sandbox::with_files(&[]);
    fs::remove_file(sandbox.repo().join("secrets.nix")).expect("it is there");
    let recipient = sandbox.identity().to_public();
    sandbox.write(".sops.yaml", &format!("creation_rules:\n  - age: {recipient}\n"));
    sandbox.agepatch(["write", name]).write_stdin(text).assert().success();
    sandbox.git_init();
    sandbox
}

/// What the real sops decrypts the file to, in the types that it has there.
fn decrypted(sandbox: &Sandbox, name: &str) -> Json {
    let identity = sandbox.identity().to_string();
    let mut sops = std::process::Command::new("sops");
    sops.env_clear().envs(sandbox.environment()).env("SOPS_AGE_KEY", identity.expose_secret());
    sops.current_dir(sandbox.repo()).arg("decrypt");
    let is_binary = Path::new(name).extension().is_some_and(|ending| ending == "sops");
    if !is_binary {
        sops.args(["--output-type", "json"]);
    }
    let output = sops.arg(name).output().expect("sops runs");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    if is_binary { Json::String(text) } else { serde_json::from_str(&text).expect("JSON") }
}

/// Runs a command, with the standard input that it gets, on a fresh repository with the file of the store.
fn run(store: &Store, arguments: &[&str], stdin: &str) -> (Sandbox, String) {
    let sandbox = repository(store.name, store.text);
    let before = String::from_utf8(sandbox.read(store.name)).expect("text");
    let editor = sandbox.home().join("editor");
    fs::write(&editor, "#!/bin/sh\nsed -i s/one/NEW/ \"$1\"\n").expect("it can be written");
    #[cfg(unix)]
    fs::set_permissions(&editor, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("own file");
    let mut command = sandbox.agepatch(arguments);
    command.env("EDITOR", &editor).write_stdin(stdin);
    command.assert().success();
    (sandbox, before)
}

/// Every way to change the one value, as arguments and standard input.
fn ways(store: &Store) -> Vec<(Vec<&str>, String)> {
    let (name, path) = (store.name, store.path);
    let pointer = match path {
        "." => String::new(),
        path => format!("/{}", path.replace('.', "/")),
    };
    let content = if store.is_binary() { store.edited() } else { "NEW".to_owned() };
    let value = json!(content);
    let mut ways = vec![
        (vec!["set", name, path, "--from-file", "-"], content),
        (vec!["apply", name, "-p", "-"], json!([{"op": "replace", "path": pointer, "value": value}]).to_string()),
        (
            vec!["apply", "-p", "-"],
            json!({"agepatch": 1, "files": {name: [{"op": "set", "path": pointer, "value": value}]}}).to_string(),
        ),
        (vec!["write", name], store.edited()),
        (vec!["edit", name], String::new()),
    ];
    if !store.is_binary() {
        ways.push((vec!["apply", name, "--merge", "-p", "-"], store.merge.to_owned()));
    }
    ways
}

#[cfg(unix)]
#[test]
fn every_command_changes_the_line_of_its_value_alone() {
    for store in &STORES {
        for (arguments, stdin) in ways(store) {
            let (sandbox, before) = run(store, &arguments, &stdin);
            let after = String::from_utf8(sandbox.read(store.name)).expect("text");
            let (lost, gained) = difference(&before, &after);
            assert_eq!((lost.len(), gained.len()), (1, 1), "{arguments:?}: {lost:?} {gained:?}");
            sandbox.agepatch(["restore", store.name, store.path, "--source", "HEAD"]).assert().success();
            let restored = String::from_utf8(sandbox.read(store.name)).expect("text");
            let (lost, gained) = difference(&before, &restored);
            assert!(lost.len() < 2 && gained.len() < 2, "restore after {arguments:?}: {lost:?} {gained:?}");
        }
    }
}

#[cfg(unix)]
#[test_with::executable(sops)]
#[test]
fn sops_decrypts_what_every_command_wrote() {
    for store in &STORES {
        let want = decrypted(&repository(store.name, &store.edited()), store.name);
        for (arguments, stdin) in ways(store) {
            let (sandbox, _) = run(store, &arguments, &stdin);
            assert_eq!(decrypted(&sandbox, store.name), want, "{arguments:?}");
        }
    }
}

/// An edit of the structure: arguments, what it does to the value, and how many lines it takes and adds.
type Edit = (&'static [&'static str], fn(&mut Json), (usize, usize));

const EDITS: [Edit; 12] = [
    (&["unset", "n"], |tree| drop(tree.as_object_mut().expect("a map").remove("n")), (1, 0)),
    (&["set", "n", "8", "--public"], |tree| tree["n"] = json!(8), (1, 1)),
    (&["set", "n", "8", "--string", "--public"], |tree| tree["n"] = json!("8"), (1, 1)),
    (&["set", "n", "--json-value", "true", "--public"], |tree| tree["n"] = json!(true), (1, 1)),
    (&["set", "f", "2", "--public"], |tree| tree["f"] = json!(2), (1, 1)),
    (&["set", "sub.nil", "9223372036854775807", "--public"], |tree| tree["sub"]["nil"] = json!(i64::MAX), (1, 1)),
    (&["set", "sub.k", "--json-value", "null", "--public"], |tree| tree["sub"]["k"] = Json::Null, (1, 1)),
    (&["set", "a", "--json-value", "\"\"", "--public", "--allow-empty"], |tree| tree["a"] = json!(""), (1, 1)),
    (&["add", "list", "z", "--public"], |tree| tree["list"].as_array_mut().expect("a list").push(json!("z")), (0, 1)),
    (&["remove", "list", "x", "--public"], |tree| drop(tree["list"].as_array_mut().expect("a list").remove(0)), (1, 0)),
    (&["set", "new.deep", "x", "--public"], |tree| tree["new"] = json!({"deep": "x"}), (0, 2)),
    (
        &["set", "list[0]", "--json-value", "{\"q\":[1,2]}", "--public"],
        |tree| tree["list"][0] = json!({"q": [1, 2]}),
        (1, 3),
    ),
];

#[test]
fn edits_of_the_structure_change_their_lines_alone() {
    for (arguments, _, (fewest, most)) in EDITS {
        let (sandbox, before) = edited(&STORES[0], arguments);
        let after = String::from_utf8(sandbox.read("s.yaml")).expect("text");
        let (lost, gained) = difference(&before, &after);
        assert_eq!((lost.len(), gained.len()), (fewest, most), "{arguments:?}: {lost:?} {gained:?}");
    }
}

#[test_with::executable(sops)]
#[test]
fn sops_decrypts_edits_of_the_structure_in_their_types() {
    for store in &STORES[..2] {
        let before = decrypted(&repository(store.name, store.text), store.name);
        for (arguments, change, _) in EDITS {
            let (sandbox, _) = edited(store, arguments);
            let mut want = before.clone();
            change(&mut want);
            assert_eq!(decrypted(&sandbox, store.name), want, "{} {arguments:?}", store.name);
        }
    }
}

/// Runs `arguments`, of which the first is the command, on the file of the store.
fn edited(store: &Store, arguments: &[&'static str]) -> (Sandbox, String) {
    let mut all = arguments.to_vec();
    all.insert(1, store.name);
    run(store, &all, "")
}

/// An Authelia configuration as a sops file.
const AUTHELIA: &str = "identity_providers:\n  oidc:\n    hmac_secret: abcdefghijklmnopqrstuvwxyz012345\n    clients:\n      # the first\n      - client_id: app\n        client_secret: '$plaintext$one-secret-of-the-app'\n        redirect_uris:\n          - https://app.example.com/cb\n        scopes: [openid, 'profile']\n        authorization_policy: two_factor\n        token_endpoint_auth_method: client_secret_basic\n      - client_id: other\n        client_secret: '$plaintext$other-secret'\n        redirect_uris: ['https://other.example.com/cb']\n        authorization_policy: one_factor\n";

/// The commands for Authelia's clients: arguments, standard input, and the words of the lines that may change.
const CLIENT_COMMANDS: [(&[&str], &[&str]); 5] = [
    (&["client", "set", "-f", "s.yaml", "other", "authorization_policy=two_factor"], &["authorization_policy"]),
    (&["client", "set", "-f", "s.yaml", "app", "client_name=App"], &["client_name"]),
    (
        &["client", "remove", "-f", "s.yaml", "other"],
        &["client_id", "client_secret", "https", "redirect_uris", "authorization_policy", "ENC["],
    ),
    (&["client", "rotate", "-f", "s.yaml", "app", "--secret-to", "app.env#SECRET"], &["client_secret"]),
    (&["unset", "s.yaml", "identity_providers.oidc.clients[app].scopes"], &["scopes", "ENC["]),
];

#[test]
fn commands_for_clients_leave_every_other_line() {
    for (arguments, words) in CLIENT_COMMANDS {
        let sandbox = repository("s.yaml", AUTHELIA);
        sandbox.agepatch(["write", "app.env"]).write_stdin("SECRET=x\n").assert().success();
        let before = String::from_utf8(sandbox.read("s.yaml")).expect("text");
        sandbox.agepatch(arguments).assert().success();
        let after = String::from_utf8(sandbox.read("s.yaml")).expect("text");
        let (lost, gained) = difference(&before, &after);
        assert!(!(lost.is_empty() && gained.is_empty()), "{arguments:?} changes something");
        for line in lost.iter().chain(&gained) {
            assert!(words.iter().any(|word| line.contains(word)), "{arguments:?}: {line}");
        }
        let removes = arguments[1] == "remove" || arguments[0] == "unset";
        let limit = if removes { (6, 0) } else { (1, 1) };
        assert!(lost.len() <= limit.0 && gained.len() <= limit.1, "{arguments:?}: {lost:?} {gained:?}");
    }
}

#[test_with::executable(sops)]
#[test]
fn sops_decrypts_what_the_commands_for_clients_wrote() {
    for (arguments, _) in CLIENT_COMMANDS {
        let sandbox = repository("s.yaml", AUTHELIA);
        sandbox.agepatch(["write", "app.env"]).write_stdin("SECRET=x\n").assert().success();
        let before = decrypted(&sandbox, "s.yaml");
        sandbox.agepatch(arguments).assert().success();
        let mut after = decrypted(&sandbox, "s.yaml");
        assert_ne!(after, before, "{arguments:?}");
        assert_eq!(
            after["identity_providers"]["oidc"]["hmac_secret"],
            before["identity_providers"]["oidc"]["hmac_secret"]
        );
        let shown = sandbox.agepatch(["show", "s.yaml", "--reveal", "--output", "json"]).output().expect("it runs");
        let shown: Json = serde_json::from_slice(&shown.stdout).expect("JSON");
        assert_eq!(after.take(), shown["document"], "{arguments:?}");
    }
}

/// A line of Authelia's log: the client uses another method than the one that is configured.
const LOG: &str = "time=\"2026-11-24T02:41:45Z\" level=error msg=\"Request failed with error: The request was determined to be using 'token_endpoint_auth_method' method 'client_secret_post', however the OAuth 2.0 client registration does not allow this method. The registered client with id 'app' is configured to only support 'token_endpoint_auth_method' method 'client_secret_basic'.\" method=POST\n";

/// A command that decides itself what to change.
struct FixingCommand {
    configuration: String,
    arguments: Vec<&'static str>,
    stdin: &'static str,
    lost_lines: usize,
    most_gained_lines: usize,
    /// Each line that is lost or gained has one of these words.
    words: &'static [&'static str],
}

fn fixing_commands() -> [FixingCommand; 4] {
    const METHOD: &[&str] = &["token_endpoint_auth_method"];
    let fixing = |configuration: String, words| FixingCommand {
        configuration,
        arguments: vec!["check", "--fix", "s.yaml"],
        stdin: "",
        lost_lines: 1,
        most_gained_lines: 1,
        words,
    };
    let add = ["client", "add", "-f", "s.yaml", "notes", "--redirect-uri", "https://notes.example.com/cb"];
    [
        fixing(AUTHELIA.replace("method: client_secret_basic", "method: basic"), METHOD),
        fixing(AUTHELIA.replace("[openid, 'profile']", "[openid, 'profile', openid]"), &["scopes"]),
        FixingCommand {
            arguments: vec!["diagnose", "--apply", "s.yaml"],
            stdin: LOG,
            ..fixing(AUTHELIA.to_owned(), METHOD)
        },
        FixingCommand {
            arguments: [&add[..], &["--secret-to", "app.env#SECRET"]].concat(),
            lost_lines: 0,
            most_gained_lines: 30,
            ..fixing(AUTHELIA.to_owned(), &["_", "scopes", "ENC["])
        },
    ]
}

/// Runs a command on a configuration, beside an env file; whether it found something to report does not matter.
fn fixed(command: &FixingCommand) -> (Sandbox, String) {
    let FixingCommand { configuration, arguments, stdin, .. } = command;
    let sandbox = repository("s.yaml", AUTHELIA);
    sandbox.agepatch(["write", "s.yaml", "--no-check"]).write_stdin(configuration.clone()).assert().success();
    sandbox.agepatch(["write", "app.env"]).write_stdin("SECRET=x\n").assert().success();
    let before = String::from_utf8(sandbox.read("s.yaml")).expect("text");
    let code = sandbox.agepatch(arguments).write_stdin(*stdin).output().expect("it runs").status.code();
    assert!(matches!(code, Some(0 | 1)), "{arguments:?}: {code:?}");
    (sandbox, before)
}

#[test]
fn commands_that_fix_and_add_leave_every_other_line() {
    for command in fixing_commands() {
        let (sandbox, before) = fixed(&command);
        let arguments = &command.arguments;
        let after = String::from_utf8(sandbox.read("s.yaml")).expect("text");
        let (lost, gained) = difference(&before, &after);
        assert!(!gained.is_empty(), "{arguments:?} changes something");
        let counts_hold = lost.len() == command.lost_lines && gained.len() <= command.most_gained_lines;
        assert!(counts_hold, "{arguments:?}: {lost:?} {gained:?}");
        for line in lost.iter().chain(&gained) {
            assert!(command.words.iter().any(|word| line.contains(word)), "{arguments:?}: {line}");
        }
    }
}

#[test_with::executable(sops)]
#[test]
fn sops_decrypts_what_commands_fixed_and_added() {
    let before = decrypted(&repository("s.yaml", AUTHELIA), "s.yaml");
    for command in fixing_commands() {
        let (sandbox, _) = fixed(&command);
        let arguments = &command.arguments;
        let mut after = decrypted(&sandbox, "s.yaml");
        let clients = &mut after["identity_providers"]["oidc"]["clients"];
        if arguments[0] == "client" {
            let added = clients.as_array_mut().expect("clients").pop().expect("a client");
            assert_eq!(added["client_id"], json!("notes"));
        } else if arguments[0] == "diagnose" {
            assert_eq!(clients[0]["token_endpoint_auth_method"], json!("client_secret_post"));
            clients[0]["token_endpoint_auth_method"] = json!("client_secret_basic");
        }
        assert_eq!(after, before, "{arguments:?}");
    }
}

#[test_with::executable(sops)]
#[test]
fn rekeying_changes_the_metadata_alone_and_rotating_every_token() {
    let other = age::x25519::Identity::generate().to_public().to_string();
    for store in &STORES {
        let sandbox = repository(store.name, store.text);
        let want = decrypted(&sandbox, store.name);
        let rules = String::from_utf8(sandbox.read(".sops.yaml")).expect("text");
        sandbox.write(".sops.yaml", &rules.replace("age: ", &format!("age: {other},")));
        let before = String::from_utf8(sandbox.read(store.name)).expect("text");
        sandbox.agepatch(["rekey", store.name]).assert().success();
        let rekeyed = String::from_utf8(sandbox.read(store.name)).expect("text");
        let tokens = |text: &str| -> Vec<String> {
            text.lines()
                .filter(|line| line.contains("ENC["))
                .map(|line| line.trim_end_matches(',').to_owned())
                .collect()
        };
        assert_eq!(tokens(&rekeyed), tokens(&before), "{}", store.name);
        assert!(rekeyed.contains(&other) && decrypted(&sandbox, store.name) == want, "{}", store.name);
        sandbox.agepatch(["rekey", "--rotate", store.name]).assert().success();
        let rotated = String::from_utf8(sandbox.read(store.name)).expect("text");
        let kept = tokens(&rotated).into_iter().filter(|line| tokens(&before).contains(line)).count();
        assert_eq!((kept, tokens(&rotated).len()), (0, tokens(&before).len()), "{}", store.name);
        let names = |text: &str| -> Vec<String> {
            let names = tokens(text).into_iter().map(|line| line[..line.find("ENC[").expect("a token")].to_owned());
            names.collect()
        };
        assert_eq!(names(&rotated), names(&before), "{}", store.name);
        assert_eq!(decrypted(&sandbox, store.name), want, "{}", store.name);
    }
}
