//! New content determines its format by itself and its name, regardless of the old one; content that is not a document
//! is stored as it is.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

/// Kinds of content that people store as secrets.
const KINDS: [(&str, &[u8]); 24] = [
    ("nmconnection", b"[connection]\nid=home\ntype=wifi\n\n[wifi-security]\npsk=a b: {c}\n"),
    ("wireguard", b"[Interface]\nPrivateKey = aGk=\n[Peer]\nPublicKey = aGk=\nAllowedIPs = 10.0.0.0/8, ::/0\n"),
    ("nginx", b"server {\n  listen 80;\n  location / { return 301 https://$host; }\n}\n"),
    ("caddy", b"example.com {\n  reverse_proxy localhost:8080\n  basicauth { a $2a$14$x }\n}\n"),
    ("xml", b"<?xml version=\"1.0\"?>\n<a b=\"c\">\n  <!-- d: e -->\n</a>\n"),
    ("ldif", b"dn: cn=a,dc=b\nobjectClass: top\nobjectClass: person\ncn: a\n"),
    ("crontab", b"*/5 * * * * root test -e /x && y: z\n@daily root backup\n"),
    ("headers", b"Authorization: Bearer a:b\nX-Key: [1\nX-Key: 2\n"),
    ("template", b"{{ with secret \"pki/a\" }}\nkey: {{ .Data.key }}\n{{ end }}\n"),
    ("jinja", b"{% if a %}\nx: {{ b }}\n{% endif %}\n"),
    ("binary", b"\x00\x01\xff\xfe: [\n"),
    ("utf16", b"\xff\xfea\x00:\x00 \x00b\x00"),
    ("htpasswd", b"alice:$2y$05$abcdefghijklmnopqrstuv\nbob:{SHA}x=\n"),
    ("netrc", b"machine example.com login a password b: c\n"),
    ("pgpass", b"localhost:5432:db:user:p*ss: [w\n"),
    ("pem", b"-----BEGIN PRIVATE KEY-----\nMIIB: x\n-----END PRIVATE KEY-----\n"),
    ("authorized_keys", b"command=\"a: b\" ssh-ed25519 AAAA a@b\n"),
    ("msmtp", b"account default\nhost mail.example.com\npassword a: b\n"),
    ("ovpn", b"client\nremote vpn.example.com 1194\n<ca>\n-----BEGIN CERTIFICATE-----\n</ca>\n"),
    ("sql", b"-- a: b\nALTER USER x WITH PASSWORD 'y: [z';\n"),
    ("lua", b"return { password = \"a: b\" }\n"),
    ("shell", b"#!/bin/sh\nexport A=1; B: c\n"),
    ("json-lines", b"{\"a\": 1}\n{\"b\": 2}\n"),
    ("csv", b"name,password\na: b,\"c\"\"d\"\n"),
];

/// Passwords, some of which look like the start of something else.
const PASSWORDS: [&str; 12] = [
    "a: [b",
    "cd",
    "- x: y: z",
    "{pass",
    "%YAML x",
    "&a *b",
    "*x",
    "!tag x",
    "a=b",
    "'quote",
    "@at",
    "key: value: more",
];

fn sandbox(old: &str) -> Sandbox {
    Sandbox::with_files(&[("secret.age", old)])
}

fn is_taken(sandbox: &Sandbox, arguments: &[&str], content: &[u8]) {
    let output = sandbox.agepatch(arguments).write_stdin(content).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}\n{}", String::from_utf8_lossy(content));
    let output = sandbox.agepatch(["-d", "secret.age"]).output().expect("it runs");
    assert_eq!(output.stdout, content, "{arguments:?}: {}", String::from_utf8_lossy(content));
}

#[test]
fn every_kind_of_content_is_stored_as_it_is() {
    for (kind, content) in KINDS {
        let sandbox = sandbox("a: 1\n");
        is_taken(&sandbox, &["-e", "secret.age"], content);
        is_taken(&sandbox, &["write", "secret.age"], content);
        let doctor = sandbox.agepatch(["doctor", "--output", "json"]).output().expect("it runs");
        let found = String::from_utf8_lossy(&doctor.stdout);
        assert!(!found.contains("\"error\"") && doctor.status.success(), "{kind}: {found}");
    }
}

#[test]
fn every_password_replaces_every_other() {
    for pair in PASSWORDS.windows(2) {
        let sandbox = sandbox(pair[0]);
        is_taken(&sandbox, &["-e", "secret.age"], pair[1].as_bytes());
        is_taken(&sandbox, &["write", "secret.age"], format!("{}\n", pair[0]).as_bytes());
    }
}

#[test]
fn an_editor_may_turn_a_password_into_a_document_and_back() {
    for (old, new) in [("a=b\n", "cd\n"), ("a: 1\n", "server {\n  a: [\n"), ("x", "{% if a %}\n")] {
        let sandbox = sandbox(old);
        let script = sandbox.home().join("editor");
        std::fs::write(sandbox.home().join("new"), new).expect("written");
        std::fs::write(&script, "#!/bin/sh\ncat \"$(dirname \"$0\")/new\" > \"$1\"\n").expect("written");
        let mut command = sandbox.agepatch(["edit", "secret.age"]);
        command.env("EDITOR", format!("sh {}", script.display())).assert().success();
        assert_eq!(sandbox.open("secret.age"), new);
    }
}

#[test]
fn only_a_format_that_somebody_stated_can_be_a_syntax_error() {
    let broken = "a: [1\nb: 2\n";
    let refused = |sandbox: &Sandbox, arguments: &[&str]| {
        sandbox.agepatch(arguments).write_stdin(broken).assert().code(5).stderr(contains("YAML"));
    };
    refused(&sandbox("x"), &["-e", "secret.age", "--format", "yaml"]);
    refused(&sandbox("x"), &["write", "secret.age", "--format", "yaml"]);
    let named = Sandbox::with_files(&[("secret.yaml.age", "x: 1\n")]);
    refused(&named, &["write", "secret.yaml.age"]);
    // As text it can be stored under any name.
    named.agepatch(["-e", "secret.yaml.age", "--format", "raw"]).write_stdin(broken).assert().success();
    assert_eq!(named.open("secret.yaml.age"), broken);
    // Globs in agepatch.toml work, too.
    let globbed = sandbox("x");
    globbed.write("agepatch.toml", "[files.\"sec*.age\"]\nformat = \"yaml\"\n");
    refused(&globbed, &["write", "secret.age"]);
    globbed.write("agepatch.toml", "[files.\"other*.age\"]\nformat = \"yaml\"\n");
    globbed.agepatch(["write", "secret.age"]).write_stdin(broken).assert().success();
}

#[test]
fn json_with_comments_is_refused_as_such() {
    let text = "{\n  // c \"a\"\n  \"a\": 1\n}\n";
    let named = Sandbox::with_files(&[("settings.json.age", text)]);
    let value = ["set", "settings.json.age", "a", "2", "--public"];
    named.agepatch(value).assert().code(5).stderr(contains("comments").and(contains("2:3")));
    assert_eq!(named.open("settings.json.age"), text);
    // Without an extension it is text.
    let sandbox = sandbox("x");
    is_taken(&sandbox, &["write", "secret.age"], text.as_bytes());
}
