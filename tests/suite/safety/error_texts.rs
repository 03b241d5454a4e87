//! What an error names: never a word that may be the secret itself, given in the wrong place.

use std::process::Output;

use crate::sandbox::Sandbox;

/// What must not be printed.
const MARKER: &str = "Zq7Marker9Kx";

/// What the command printed, in both forms of errors; it must fail.
fn refused(sandbox: &Sandbox, arguments: &[&str]) -> [String; 2] {
    [&[][..], &["--output", "json"]].map(|form| {
        let arguments = [arguments, form].concat();
        let output: Output = sandbox.agepatch(&arguments).write_stdin("a: b\n").output().expect("it runs");
        assert!(!output.status.success(), "{arguments:?}");
        let printed = [output.stdout, output.stderr].concat();
        String::from_utf8(printed).expect("text")
    })
}

#[test]
fn an_argument_too_many_is_not_repeated() {
    let sandbox = Sandbox::empty();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{MARKER}\n-----END PRIVATE KEY-----");
    for secret in [MARKER, pem.as_str(), "-Zq7Marker9Kx", "--Zq7Marker9Kx", "--zq7=Zq7Marker9Kx"] {
        for printed in refused(&sandbox, &["set", "-", "a", "word", secret]) {
            assert!(!printed.contains(MARKER) && printed.contains("unexpected argument"), "{secret}: {printed}");
        }
    }
    for printed in refused(&sandbox, &["show", "-", "--revel"]) {
        assert!(printed.contains("'--revel'") && printed.contains("'--reveal'"), "an option is named: {printed}");
    }
}

#[test]
fn a_value_in_place_of_a_variable_is_not_repeated() {
    let sandbox = Sandbox::empty();
    for secret in [MARKER, "ZQ7MARKER9KX", "zq7 Zq7Marker9Kx"] {
        for printed in refused(&sandbox, &["set", "-", "a", "--from-env", secret]) {
            assert!(!printed.to_uppercase().contains("MARKER"), "{printed}");
            assert!(printed.contains("by its name, without a `$`"), "{printed}");
        }
    }
    for printed in refused(&sandbox, &["set", "-", "a", "--from-env", "DB_PASSWORD_2"]) {
        assert!(printed.contains("the environment variable DB_PASSWORD_2 is not set"), "{printed}");
    }
}

#[test]
fn a_value_of_the_rules_is_not_repeated_where_another_type_was_expected() {
    let sandbox = Sandbox::empty();
    for rules in [
        "creation_rules: Zq7Marker9Kx\n",
        "creation_rules:\n  - \"Zq7Marker9Kx\\\", expected\"\n",
        "creation_rules:\n  - shamir_threshold: Zq7Marker9Kx\n",
    ] {
        sandbox.write(".sops.yaml", rules);
        for printed in refused(&sandbox, &["write", "new.yaml"]) {
            assert!(!printed.contains(MARKER), "{rules}: {printed}");
            assert!(printed.contains("the sops rules cannot be read"), "{rules}: {printed}");
        }
    }
}

#[test]
fn the_rest_of_a_value_with_a_comma_is_not_repeated() {
    let sandbox = Sandbox::empty();
    sandbox.write("patch.yaml", "- {op: set, path: a, value: first,Zq7Marker9Kx}\n");
    for printed in refused(&sandbox, &["apply", "-", "-p", "patch.yaml"]) {
        assert!(!printed.contains(MARKER) && printed.contains("unknown key in an operation"), "{printed}");
    }
}
