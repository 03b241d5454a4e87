//! `convert`: age files to sops files or values in one, and back, byte for byte.

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

const YAML: &str =
    "# marker-head\nusers:   # marker-inline\n    ada:  'marker-ada'\n\n    ben: \"marker-ben\"\nport: 1234\n";
const ENV: &str = "# marker-comment\nA=marker-a\n\nB='marker b'\n";

/// Age files, and rules that let the same key read sops files.
fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[
        ("users.age", YAML),
        ("media-env.age", ENV),
        ("wg.key.age", "marker-key"),
        ("x.age", ""),
    ]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let key = rules.split('"').nth(1).expect("a key").to_owned();
    sandbox.write(".sops.yaml", &format!("creation_rules:\n  - age: {key}\n"));
    sandbox
}

fn convert(sandbox: &Sandbox, arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = sandbox.agepatch(["convert"]);
    let done = command.args(arguments).assert();
    let output = done.get_output();
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    assert!(!String::from_utf8_lossy(&said).contains("marker"), "{}", String::from_utf8_lossy(&said));
    done
}

/// The text of a file or value.
fn text(sandbox: &Sandbox, file: &str) -> String {
    let shown = sandbox.agepatch(["-d", file]).assert().success();
    String::from_utf8(shown.get_output().stdout.clone()).expect("text")
}

fn exists(sandbox: &Sandbox, name: &str) -> bool {
    sandbox.repo().join(name).exists()
}

#[test]
fn an_age_file_becomes_a_sops_file_with_its_comments_and_layout() {
    let sandbox = repository();
    convert(&sandbox, &["users.age", "--to", "sops", "-n"]).success().stdout(contains("dry run"));
    assert!(!exists(&sandbox, "users.yaml"));
    let done = convert(&sandbox, &["users.age", "--to", "sops"]).success();
    insta::assert_snapshot!(String::from_utf8_lossy(&done.get_output().stdout), @r#"
    users.age -> users.yaml (both have the same content; --remove removes the old one)

    In the NixOS configuration:
      - age.secrets.users.file = ./users.age;
      + sops.secrets.users = { sopsFile = ./users.yaml; key = ""; };
        config.age.secrets.users.path becomes config.sops.secrets.users.path; owner, group, and mode keep their names
        secrets.nix no longer needs "users.age" once the old file is removed
    "#);
    assert_eq!((text(&sandbox, "users.yaml").as_str(), exists(&sandbox, "users.age")), (YAML, true));
    assert!(!String::from_utf8_lossy(&sandbox.read("users.yaml")).contains("marker"));
    // As if a run had been killed before it removed the old file.
    let before = sandbox.read("users.yaml");
    convert(&sandbox, &["users.age", "--to", "sops", "--remove"]).success().stdout(contains("the old one is removed"));
    assert!(sandbox.read("users.yaml") == before && !exists(&sandbox, "users.age"));
}

#[test]
fn the_ending_of_the_sops_file_follows_the_content() {
    let sandbox = repository();
    let done = convert(&sandbox, &["media-env", "wg.key", "--to", "sops", "--remove"]).success();
    done.stdout(
        contains("sops.secrets.media-env = { sopsFile = ./media-env.env; format = \"dotenv\"; };")
            .and(contains("sops.secrets.\"wg.key\" = { sopsFile = ./wg.key.sops; format = \"binary\"; };")),
    );
    assert_eq!(text(&sandbox, "media-env.env"), ENV);
    assert_eq!(text(&sandbox, "wg.key.sops"), "marker-key");
    assert!(!exists(&sandbox, "media-env.age") && !exists(&sandbox, "wg.key.age"));
}

#[test]
fn several_files_become_values_of_one() {
    let sandbox = repository();
    sandbox.agepatch(["write", "galactica.yaml"]).write_stdin("# marker\nwifi: marker-wifi\n").assert().success();
    let files = ["users", "media-env", "wg.key", "--to", "sops", "--into", "galactica.yaml"];
    let json = convert(&sandbox, &[&files[..], &["--output", "json"]].concat()).success();
    let json: Json = serde_json::from_slice(&json.get_output().stdout).expect("JSON");
    let targets: Vec<&str> =
        json["files"].as_array().expect("files").iter().filter_map(|file| file["target"].as_str()).collect();
    assert_eq!(targets, ["galactica.yaml#users", "galactica.yaml#media-env", "galactica.yaml#\"wg.key\""]);
    assert_eq!(text(&sandbox, "galactica.yaml#users"), YAML);
    assert_eq!(text(&sandbox, "galactica.yaml#media-env"), ENV);
    assert_eq!(text(&sandbox, "galactica.yaml#\"wg.key\""), "marker-key");
    assert!(text(&sandbox, "galactica.yaml").starts_with("# marker\nwifi: marker-wifi\n"));
    let before = sandbox.read("galactica.yaml");
    convert(&sandbox, &[&files[..], &["--remove"]].concat()).success();
    assert!(sandbox.read("galactica.yaml") == before && !exists(&sandbox, "users.age"));
    // A value of another type is not replaced.
    sandbox.seal("users.age", b"other: marker\n");
    let refused = convert(&sandbox, &["users", "--to", "sops", "--into", "galactica.yaml", "--remove"]).code(2);
    refused.stderr(contains("already has another value at users"));
    assert!(exists(&sandbox, "users.age"));
}

#[test]
fn sops_files_and_values_become_age_files() {
    let sandbox = repository();
    for name in ["users.age", "media-env.age"] {
        std::fs::remove_file(sandbox.repo().join(name)).expect("removed");
    }
    sandbox.agepatch(["write", "users.yaml"]).write_stdin(YAML).assert().success();
    let value: String = ENV.lines().map(|line| format!("  {line}\n")).collect();
    let text_of_hosts = format!("other: marker-other   # marker\nmedia-env: |\n{value}");
    sandbox.agepatch(["write", "hosts.yaml"]).write_stdin(text_of_hosts).assert().success();
    let done = convert(&sandbox, &["users.yaml", "hosts.yaml#media-env", "--to", "age", "--remove"]).success();
    done.stdout(contains("+ age.secrets.users.file = ./users.age;").and(contains("+ age.secrets.media-env.file")));
    assert_eq!((sandbox.open("users.age").as_str(), sandbox.open("media-env.age").as_str()), (YAML, ENV));
    assert!(!exists(&sandbox, "users.yaml"));
    assert_eq!(text(&sandbox, "hosts.yaml"), "other: marker-other   # marker\n");
    let refused = convert(&sandbox, &["hosts.yaml", "--to", "age"]).code(3);
    refused.stderr(contains("secrets.nix names no age file for hosts.yaml").and(contains("\"hosts.age\".publicKeys")));
}

#[test]
fn secrets_are_not_converted_into_plaintext() {
    let sandbox = repository();
    let rules = String::from_utf8(sandbox.read(".sops.yaml")).expect("text");
    sandbox.write(".sops.yaml", &format!("{rules}    encrypted_regex: ^users$\n"));
    let refused = convert(&sandbox, &["users", "--to", "sops"]).code(2);
    refused.stderr(contains("would leave values in plaintext: /port").and(contains("--allow-plaintext")));
    assert!(!exists(&sandbox, "users.yaml"));
    let refused = convert(&sandbox, &["media-env", "--to", "sops", "--into", "g.yaml"]).code(2);
    refused.stderr(contains("in plaintext: media-env"));
    convert(&sandbox, &["users", "--to", "sops", "--allow-plaintext"]).success();
    assert!(String::from_utf8_lossy(&sandbox.read("users.yaml")).contains("port: 1234\n"));
    assert_eq!(text(&sandbox, "users.yaml"), YAML);
}

#[test]
fn inconvertible_content_is_refused_and_nothing_is_lost() {
    let sandbox = repository();
    sandbox.write("plain.yaml", "a: marker\n");
    sandbox.write("taken.yaml", "a: marker\n");
    sandbox.seal("taken.yaml.age", b"a: marker\n");
    sandbox.agepatch(["write", "s.yaml"]).write_stdin("a: marker\n").assert().success();
    for (arguments, code, says) in [
        (&["s.yaml", "--to", "sops"][..], 2, "s.yaml is a sops file already"),
        (&["users.age", "--to", "age"], 2, "users.age is an age file already"),
        (&["plain.yaml", "--to", "sops"], 2, "plain.yaml is not encrypted"),
        (&["taken.yaml.age", "--to", "sops"], 2, "is not a sops file"),
        (&["users", "--to", "sops", "--into", "wg.key"], 2, "wg.key already means wg.key.age"),
        (&["users", "users.age", "--to", "sops"], 2, "would both become users.yaml"),
        (&["users", "wg.key", "--to", "sops", "--into", "blob"], 2, "a single content"),
        (&["nowhere", "--to", "sops"], 6, "no such file: nowhere"),
    ] {
        convert(&sandbox, &[arguments, &["--remove"]].concat()).code(code).stderr(contains(says));
    }
    sandbox.write(".sops.yaml", "creation_rules:\n  - path_regex: ^only$\n    age: age1x\n");
    convert(&sandbox, &["users", "--to", "sops", "--remove"]).code(3).stderr(contains("creation rule"));
    assert!(["users.age", "wg.key.age", "taken.yaml.age", "s.yaml"].iter().all(|name| exists(&sandbox, name)));
    assert_eq!(sandbox.open("users.age"), YAML);
}

#[test_with::executable(sops)]
#[test]
fn the_real_sops_decrypts_what_was_converted() {
    let sandbox = repository();
    convert(&sandbox, &["media-env", "--to", "sops", "--into", "galactica.yaml"]).success();
    convert(&sandbox, &["wg.key", "users", "--to", "sops"]).success();
    let decrypted = |arguments: &[&str]| {
        let mut sops = std::process::Command::new("sops");
        sops.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).arg("decrypt").args(arguments);
        let output =
            sops.env("SOPS_AGE_KEY_FILE", sandbox.home().join(".config/age/keys.txt")).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    assert_eq!(decrypted(&["--extract", "[\"media-env\"]", "galactica.yaml"]), ENV);
    assert_eq!(decrypted(&["wg.key.sops"]), "marker-key");
    let users: Json = serde_json::from_str(&decrypted(&["--output-type", "json", "users.yaml"])).expect("JSON");
    assert_eq!((&users["users"]["ben"], &users["port"]), (&Json::from("marker-ben"), &Json::from(1234)));
}
