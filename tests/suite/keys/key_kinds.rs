//! Kinds of age keys other than X25519 and ssh: tagged and post-quantum recipients, and unsupported identities.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const TEXT: &str = "a: 1\n";
/// Looks like a post-quantum identity, but is nobody's key.
const POST_QUANTUM: &str = "AGE-SECRET-KEY-PQ-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQXCAF6Q";

fn key(name: &str) -> String {
    let path = format!("{}/tests/data/keys/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a key").trim().to_owned()
}

/// A sandbox whose file is for its own key and these.
fn shared(keys: &[&str], with_own: bool) -> Sandbox {
    let sandbox = Sandbox::with_files(&[("a.age", TEXT)]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let own = rules.split('"').nth(1).filter(|_| with_own).map(str::to_owned);
    let keys: String =
        own.iter().map(String::as_str).chain(keys.iter().copied()).map(|key| format!(" \"{key}\"")).collect();
    sandbox.write("secrets.nix", &format!("{{ \"a.age\".publicKeys = [{keys} ]; }}\n"));
    sandbox
}

#[test]
fn tagged_recipients_need_no_plugin() {
    let tag = key("age-tag.pub");
    let sandbox = shared(&[&tag], true);
    sandbox.agepatch(["rekey"]).assert().success();
    sandbox.agepatch(["set", "a", "a", "2", "--public"]).assert().success();
    assert_eq!(sandbox.open("a.age"), "a: 2\n");
    let json = sandbox.agepatch(["recipients", "a", "--output", "json"]).assert().success();
    json.stdout(contains(r#""type":"p256tag""#).and(contains(r#""missing":[],"extra":[]"#)));
    // Post-quantum keys cannot be mixed with others, so the sandbox's own key cannot open the file.
    let sandbox = shared(&[&key("age-tagpq.pub")], false);
    sandbox.agepatch(["write", "a"]).write_stdin("a: 9\n").assert().success();
    let json = sandbox.agepatch(["recipients", "a", "--output", "json"]).assert().success();
    json.stdout(contains(r#""type":"mlkem768p256tag""#).and(contains(r#""missing":[],"extra":[]"#)));
    let sandbox = shared(&[&key("age-tagpq.pub")], true);
    sandbox.agepatch(["rekey"]).assert().code(3).stderr(contains("exclude each other").and(contains("post-quantum")));
    assert_eq!(sandbox.open("a.age"), TEXT);
    // A damaged one is not mistaken for a plugin's.
    let damaged = tag.replace('q', "p");
    let sandbox = shared(&[&damaged], true);
    sandbox.agepatch(["rekey"]).assert().code(3).stderr(contains("plugin").not());
}

#[test]
fn a_post_quantum_recipient_names_the_plugin_it_needs() {
    let sandbox = shared(&[&key("age-pq.pub")], true);
    let refused = sandbox.agepatch(["rekey"]).assert().code(3);
    refused.stderr(contains("age1pq1").and(contains("age-plugin-pq")).and(contains("install")));
    assert_eq!(sandbox.open("a.age"), TEXT);
}

#[test]
fn an_unknown_identity_beside_a_known_one_is_named_and_skipped() {
    let sandbox = Sandbox::with_files(&[("a.age", TEXT)]);
    let own = String::from_utf8(sandbox.read("../home/.config/age/keys.txt")).expect("text");
    for (unknown, kind) in [
        (POST_QUANTUM, "a post-quantum key (AGE-SECRET-KEY-PQ-…)"),
        ("AGE-SECRET-KEY-NEW-1QQQQQQQQ", "a key of an unknown kind (AGE-SECRET-KEY-NEW-…)"),
        (&POST_QUANTUM.to_lowercase(), "a post-quantum key (AGE-SECRET-KEY-PQ-…)"),
    ] {
        for text in [format!("# mine\n{unknown}\n{own}\n"), format!("{own}\n{unknown}\n")] {
            sandbox.write("keys.txt", &text);
            let run = sandbox.agepatch(["-v", "-i", "keys.txt", "show", "a", "--reveal"]).assert().success();
            run.stdout(TEXT).stderr(contains(kind).and(contains("QQQQ").not()).and(contains("qqqq").not()));
        }
        sandbox.write("keys.txt", &format!("# mine\n{unknown}\n"));
        let run = sandbox.agepatch(["-i", "keys.txt", "show", "a"]).assert().code(3);
        run.stderr(contains(kind).and(contains("keys.txt: line 2")).and(contains("QQQQ").not()));
    }
    // A line that is not an identity, or a damaged one, is an error as before.
    for line in ["hello", "AGE-SECRET-KEY-1QQQQ", "AGE-SECRET-KEY-PQ-1", "AGE-SECRET-KEY--1QQ"] {
        sandbox.write("keys.txt", &format!("{own}\n{line}\n"));
        let run = sandbox.agepatch(["-i", "keys.txt", "show", "a"]).assert().code(3);
        run.stderr(contains("no readable age identity").and(contains("QQ").not()));
    }
}

#[test]
fn keys_are_read_like_in_agenix() {
    let one = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA4oOfq00Gf5fZdZRuu/txqX80pSqbt4GWZcGH90to0L";
    let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICz6Ug0pQQxhavlvcL/T/S45vmF0cC4wh1B99Op7WIms";
    for (keys, readers) in [
        (vec![String::new()], 1),
        (vec![" ".to_owned(), one.to_owned()], 2),
        (vec![one.replace(' ', "  ")], 2),
        (vec![format!("{one} ada@laptop\\n{other} ada@home\\n")], 3),
        (vec![format!("# Ada's\\n\\n{one}\\r\\n{other}  ada  home"), one.to_owned()], 3),
    ] {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let sandbox = shared(&keys, true);
        sandbox.agepatch(["rekey"]).assert().success();
        let json = sandbox.agepatch(["recipients", "a", "--output", "json"]).assert().success();
        let text = String::from_utf8_lossy(&json.get_output().stdout).into_owned();
        assert_eq!(text.matches(r#""type":"#).count(), readers, "{keys:?}: {text}");
        assert!(text.contains(r#""missing":[],"extra":[]"#), "{keys:?}: {text}");
        sandbox.agepatch(["doctor"]).assert().success().stdout(contains("recipient-key").not());
        assert_eq!(sandbox.open("a.age"), TEXT);
    }
    // A line that is not a key is not skipped.
    let sandbox = shared(&[&format!("{one}\\nnothing")], true);
    sandbox.agepatch(["rekey"]).assert().code(3).stderr(contains("recipient 2 of a.age is not a public key"));
    sandbox.agepatch(["doctor"]).assert().code(1).stdout(contains("recipient-key"));
}

#[test]
fn a_refusal_names_the_key_its_place_its_kind_and_the_reason() {
    let ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNh ada@laptop";
    for (bound, list, expected) in [
        (
            ecdsa,
            "ada",
            "recipient 2 of a.age (`ada`) is an ECDSA key (ecdsa-sha2-nistp256), which age does not support",
        ),
        ("sk-ssh-ed25519@openssh.com AAAA", "ada", "the key of an ssh security key (sk-ssh-ed25519@openssh.com)"),
        ("/etc/ssh/ssh_host_ed25519_key.pub", "ada", "recipient 2 of a.age is a path, not a key"),
        ("ssh-ed25519 AAAA...", "ada", "is a placeholder"),
        (
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA4oOfq00Gf5fZdZRuu/txqX80pSqbt4GWZcGH90to0",
            "ada",
            "is a damaged ssh-ed25519 key",
        ),
    ] {
        let sandbox = Sandbox::with_files(&[("a.age", TEXT)]);
        let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
        let rules = rules.replace("let\n", &format!("let\n  ada = \"{bound}\";\n"));
        sandbox.write("secrets.nix", &rules.replace("[ me ]", &format!("[ me {list} ]")));
        let refused = sandbox.agepatch(["set", "a", "a", "2", "--public"]).assert().code(3);
        refused.stderr(contains(expected).and(contains("secrets.nix:2:")));
        let refused = sandbox.agepatch(["rekey", "--all"]).assert().code(3);
        refused.stderr(contains(expected));
        let told = sandbox.agepatch(["doctor"]).assert().code(1);
        told.stdout(contains("recipient-key").and(contains(expected)).and(contains("secrets.nix, line 2")));
        assert_eq!(sandbox.open("a.age"), TEXT);
    }
}

#[test]
fn a_private_key_among_the_recipients_raises_an_alarm() {
    use age::secrecy::ExposeSecret;
    let secret = age::x25519::Identity::generate().to_string();
    let sandbox = shared(&[secret.expose_secret()], true);
    let hidden = || contains(&secret.expose_secret()[20..]).not();
    for arguments in [&["rekey"][..], &["set", "a", "a", "2", "--public"]] {
        let refused = sandbox.agepatch(arguments).assert().code(3);
        refused.stderr(contains("a private key").and(contains("treat the key as leaked")).and(hidden()));
    }
    let told = sandbox.agepatch(["doctor", "--no-decrypt"]).assert().code(1);
    told.stdout(contains("error[private-key]").and(contains("generate a new one")).and(hidden()));
    sandbox.agepatch(["recipients"]).assert().success().stdout(hidden());
}

#[test]
fn keys_that_exclude_each_other_are_named_with_the_reason() {
    let sandbox = shared(&[&key("age-tagpq.pub")], true);
    let refused = sandbox.agepatch(["rekey"]).assert().code(3);
    refused.stderr(contains("age1tagpq1").and(contains("age1").and(contains("quantum computer"))));
}
