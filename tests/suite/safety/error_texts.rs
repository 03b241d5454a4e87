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

/// `--generate "$PASSWORD"`, and the like: the value of an option that takes something else.
#[test]
fn a_value_that_the_option_does_not_take_is_not_repeated() {
    let sandbox = Sandbox::empty();
    for secret in [MARKER, "textZq7Marker9Kx", "zq7marker-Zq7Marker9Kx", "84057Zq7Marker9Kx", "a Zq7Marker9Kx"] {
        for arguments in [
            &["set", "-", "a", "--generate", secret][..],
            &["set", "-", "a", &format!("--generate={secret}")],
            &["set", "-", "a", "--format", secret],
            &["set", "-", "a", "--expect", secret],
            &["show", "-", "--color", secret],
            &["show", "-", "--output", secret],
            &["diff", "--output", secret],
            &["check", "--min-severity", secret],
            &["commit", "--relation", secret],
            &["merge-file", "--favor", secret, "a", "b", "c", "d"],
            &["completions", secret],
            &["convert", "x.age", "--to", secret],
            &["client", "probe", "app", "--issuer", "http://127.0.0.1:1", "--timeout", secret],
            &["client", secret],
            &[secret],
            &["help", secret],
        ] {
            for printed in refused(&sandbox, arguments) {
                assert!(!printed.contains("Marker"), "{arguments:?}: {printed}");
            }
        }
    }
    for (word, meant) in [("jsn", "json"), ("JSON", "json"), ("tex", "text")] {
        for printed in refused(&sandbox, &["show", "-", "--output", word]) {
            assert!(printed.contains(word) && printed.contains(meant), "{printed}");
        }
    }
    for printed in refused(&sandbox, &["frobnicate"]) {
        assert!(printed.contains("frobnicate"), "{printed}");
    }
}

/// A random secret where a name was expected, or a part of one.
#[test]
fn no_error_repeats_a_random_argument() {
    let sandbox = Sandbox::with_files(&[("app-env.age", "PORT=1\n")]);
    for (secret, part) in [
        ("WnE3bWFya2VyOUt4TlVWV1hZWjAxMjM0NTY3ODlhYmNkZWY=", "WnE3bWFy"),
        ("q1OQ+Rg0k8z/MJ7e2vT5s3XwL0pB", "q1OQ"),
        ("5a71376d61726b6572394b78deadbeefcafe0123456789ab", "5a71376d"),
        ("8405719362047718", "84057193"),
    ] {
        let inside = format!("identity_providers.oidc.clients[{secret}].client_id");
        let below = format!("app-env.age#{secret}");
        for arguments in [
            &["show", secret][..],
            &["show", &below],
            &["show", "app-env.age", secret],
            &["get", "app-env.age", &inside],
            &["set", secret, "PORT", "1"],
            &["set", "app-env.age", secret, "1"],
            &["set", "app-env.age", "PORT", secret],
            &["set", "app-env.age", "PORT", "--from-file", secret],
            &["unset", "app-env.age", secret],
            &["remove", "app-env.age", secret, "x"],
            &["log", secret],
            &["blame", secret],
            &["edit", secret],
            &["diff", secret],
            &["check", secret],
            &["check", "--with", secret],
            &["recipients", secret],
            &["rekey", secret],
            &["commit", secret],
            &["textconv", secret],
            &["explain", secret],
            &["schema", secret],
            &["restore", "app-env.age", "--source", secret],
            &["convert", secret, "--to", "sops"],
            &["apply", "-p", secret],
            &["diagnose", "--log", secret],
            &["client", "show", secret],
            &["client", "add", "x", "--profile", secret],
            &["new", "x", "--like", secret],
            &["new", "x", "--for", secret],
            &["exec", secret, "--", "true"],
            &["-C", secret, "status"],
            &["--rules", secret, "status"],
            &["--settings", secret, "show", "app-env.age"],
            &["-i", secret, "show", "app-env.age"],
            &["commit", "--type", secret],
            &["commit", "--task", secret],
        ] {
            if arguments == ["commit", secret] || arguments.contains(&"exec") {
                let output = sandbox.agepatch(arguments).output().expect("it runs");
                assert!(!String::from_utf8_lossy(&output.stderr).contains(part), "{arguments:?}: {output:?}");
                continue;
            }
            for printed in refused(&sandbox, arguments) {
                assert!(!printed.contains(part), "{arguments:?}: {printed}");
            }
        }
    }
    for printed in refused(&sandbox, &["show", "authelia-main-secrets"]) {
        assert!(printed.contains("authelia-main-secrets"), "a name is repeated: {printed}");
    }
}

/// Passwords of words look like names, so nothing is repeated where a name says nothing that the user does not know.
#[test]
fn a_value_in_place_of_a_file_or_a_length_is_not_repeated() {
    let sandbox = Sandbox::with_files(&[("app-env.age", "PORT=1\n")]);
    for arguments in [
        &["set", "app-env.age", "PORT", "--from-file", "zq7-marker-zanzibar"][..],
        &["set", "-", "a", "--from-file", "zanzibar"],
        &["set", "app-env.age", "PORT", "--generate", "20260112"],
    ] {
        for printed in refused(&sandbox, arguments) {
            assert!(!printed.contains("zanzibar") && !printed.contains("20260112"), "{arguments:?}: {printed}");
        }
    }
    for printed in refused(&sandbox, &["set", "app-env.age", "PORT", "--from-file", "./zanzibar"]) {
        assert!(printed.contains("./zanzibar"), "a path is repeated: {printed}");
    }
}

#[test_with::executable(git)]
#[test]
fn a_password_is_neither_the_type_nor_the_task_of_a_commit() {
    let sandbox = Sandbox::with_files(&[("app-env.age", "PORT=1\n")]);
    sandbox.git_init();
    sandbox.seal("app-env.age", b"PORT=2\n");
    for option in ["--type", "--task"] {
        for secret in ["purple-monkey-dishwasher-zanzibar", "WnE3bWFya2VyOUt4TlVWV1hZWjAx", "zanzibar zanzibar1"] {
            for printed in refused(&sandbox, &["commit", option, secret]) {
                assert!(!printed.contains("zanzibar") && !printed.contains("WnE3"), "{option}: {printed}");
            }
        }
    }
    assert_eq!(sandbox.git(&["log", "--format=%s"]).lines().count(), 1, "nothing was committed");
    for id in ["task-118", "#118", "118", "ops/infra#118", "ABC-1", "cleanup"] {
        let output = sandbox.agepatch(["commit", "--task", id, "-n"]).output().expect("it runs");
        assert!(output.status.success(), "{id}: {}", String::from_utf8_lossy(&output.stderr));
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
