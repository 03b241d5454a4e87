//! `agepatch apply`: patches of one file, and patch sets of several.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;
use crate::support::fragment::{CLIENT, DIGEST, FILE, METHOD, fragment};

#[test]
fn an_empty_patch_does_not_empty_a_file() {
    let sandbox = Sandbox::with_files(&[("note.age", "only: 1\n")]);
    let before = sandbox.read("note.age");
    sandbox.agepatch(["apply", "note.age"]).write_stdin("").assert().code(4);
    sandbox.agepatch(["apply", "note.age"]).write_stdin("[]").assert().success().stdout(contains("nothing changed"));
    assert_eq!(sandbox.read("note.age"), before);
}

#[test]
fn a_patch_set_is_applied_atomically() {
    let env = "env: {OIDC_CLIENT_SECRET: old, MODE: a}\n";
    let sandbox = Sandbox::with_files(&[(FILE, &fragment()), ("media.age", env)]);
    let set = |mode: &str| {
        format!(
            "agepatch: 1
files:
  {FILE}:
    - {{ op: test, path: \"{METHOD}\", value: client_secret_post }}
    - {{ op: replace, path: \"{METHOD}\", value: client_secret_basic }}
  media:
    - {{ op: test, path: env.MODE, value: {mode} }}
    - {{ op: set, path: env.OIDC_CLIENT_SECRET, value_from: {{ env: NEW_SECRET }} }}
"
        )
    };
    let apply = |text: String| sandbox.agepatch(["apply"]).env("NEW_SECRET", "marker-new").write_stdin(text).assert();
    let before = (sandbox.read(FILE), sandbox.read("media.age"));
    apply(set("b")).code(4).stderr(contains("media.age").and(contains("operation 1")));
    assert!((sandbox.read(FILE), sandbox.read("media.age")) == before);
    apply(set("a")).success().stdout(contains(FILE).and(contains("media.age")).and(contains("marker").not()));
    assert!(sandbox.open(FILE).contains(": client_secret_basic  # as the docs say"));
    assert_eq!(sandbox.open("media.age"), env.replace("old", "marker-new"));
}

#[test]
fn a_digest_follows_the_secret_in_the_other_file() {
    let sandbox = Sandbox::with_files(&[(FILE, &fragment()), ("media.age", "env: {SECRET: old, OTHER: a}\n")]);
    let digest = format!(
        "  {FILE}:
    - op: replace
      path: {CLIENT}.client_secret
      value_from: {{ digest_of: {{ file: media.age, path: env.SECRET }} }}
"
    );
    let rotate = format!(
        "agepatch: 1\nfiles:\n{digest}  media.age:\n    - {{ op: set, path: env.SECRET, value_from: {{ generate: 64 }} }}\n"
    );
    let apply = |text: String| sandbox.agepatch(["apply"]).write_stdin(text).assert();
    let rotated = apply(rotate).success();
    let secret = sandbox.open("media.age").split("SECRET: ").nth(1).unwrap()[..64].to_owned();
    rotated.stdout(contains(&*secret).not());
    assert!(!sandbox.open(FILE).contains(DIGEST));
    assert!(sandbox.open(FILE).contains("client_secret: '$pbkdf2-sha512$310000$"));
    // The digest matches already, so applying it again changes nothing.
    apply(format!("agepatch: 1\nfiles:\n{digest}")).success().stdout(contains("nothing changed"));
    let circle = "agepatch: 1\nfiles:\n  media.age:\n    - { op: set, path: env.OTHER, value_from: { digest_of: { file: media.age, path: env.SECRET } } }\n";
    apply(circle.to_owned()).code(5).stderr(contains("depend on each other"));
}
