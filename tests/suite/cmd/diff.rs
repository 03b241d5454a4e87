//! `diff` compares revisions and the working tree semantically, and shows no secret.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: 'marker-hmac' # marker-comment
    clients:
      - client_id: media
        client_name: Media
        token_endpoint_auth_method: client_secret_post
      - client_id: photos
        client_name: Photos
";

fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    sandbox.git_init();
    sandbox
}

fn seal(sandbox: &Sandbox, text: &str) {
    sandbox.seal(FILE, text.as_bytes());
}

fn stdout(sandbox: &Sandbox, arguments: &[&str], code: i32) -> String {
    let output = sandbox.agepatch(arguments).assert().code(code).stderr("").get_output().stdout.clone();
    let text = String::from_utf8(output).expect("text");
    assert!(!text.contains("marker"), "{text}");
    text
}

#[test_with::executable(git)]
fn the_working_tree_is_compared_with_head() {
    let sandbox = repository();
    assert_eq!(stdout(&sandbox, &["diff", "--exit-code"], 0), "");
    seal(&sandbox, &FRAGMENT.replace("_post", "_basic").replace("marker-hmac", "marker-other"));
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "--exit-code"], 1), @"
    authelia-secrets.age
      ~ identity_providers.oidc.hmac_secret: (secret) → (secret)
      client media
        ~ token_endpoint_auth_method: client_secret_post → client_secret_basic
    ");
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "--output", "markdown"], 0), @"
    ### `authelia-secrets.age`

    ```diff
    ! identity_providers.oidc.hmac_secret: (secret) → (secret)
      client media
    !   token_endpoint_auth_method: client_secret_post → client_secret_basic
    ```
    ");
}

#[test_with::executable(git)]
fn reencryption_is_silent_and_layout_changes_are_named() {
    let sandbox = repository();
    seal(&sandbox, FRAGMENT);
    assert_eq!(stdout(&sandbox, &["diff", "--exit-code"], 0), "");
    seal(&sandbox, &FRAGMENT.replace(" # marker-comment", "   # marker-other"));
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "HEAD", FILE], 0), @"
    authelia-secrets.age
      only comments or layout changed
    ");
}

#[test_with::executable(git)]
fn two_revisions_and_a_file_that_was_moved() {
    let sandbox = repository();
    seal(&sandbox, &FRAGMENT.replace("client_id: photos", "client_id: immich"));
    sandbox.git(&["commit", "--quiet", "-am", "rename the client"]);
    sandbox.git(&["mv", FILE, "authelia-new.age"]);
    sandbox.git(&["commit", "--quiet", "-m", "move"]);
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "HEAD~2..HEAD~1"], 0), @"
    authelia-secrets.age
      client photos
        ~ client_id: photos → immich
    ");
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "HEAD~1..HEAD"], 0), @"
    authelia-new.age (was authelia-secrets.age)
      the content is the same
    ");
    sandbox.agepatch(["diff", "nowhere..HEAD"]).assert().code(6).stderr(contains("no revision `nowhere`"));
}

#[test_with::executable(git)]
fn json_and_patches_contain_public_values_only() {
    let sandbox = repository();
    seal(&sandbox, &FRAGMENT.replace("_post", "_basic"));
    let found: serde_json::Value =
        serde_json::from_str(&stdout(&sandbox, &["diff", "--output", "json"], 0)).expect("JSON");
    let file = &found["files"][0];
    assert_eq!((&file["status"], &file["content"]), (&"modified".into(), &"changed".into()));
    assert_eq!(file["changes"][0]["pointer"], "/identity_providers/oidc/clients/0/token_endpoint_auth_method");
    assert_eq!(file["changes"][0]["secret"], false);
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "--output", "json-patch"], 0), @r#"[{"op":"replace","path":"/identity_providers/oidc/clients/0/token_endpoint_auth_method","value":"client_secret_basic"}]"#);
    seal(&sandbox, &FRAGMENT.replace("marker-hmac", "marker-other"));
    let refused = sandbox.agepatch(["diff", "--output", "json-patch"]).assert().code(4);
    refused.stderr(contains("--reveal").and(contains("marker").not()));
}

#[test_with::executable(git)]
fn a_revision_without_its_key_stops_nothing() {
    let sandbox = repository();
    seal(&sandbox, &FRAGMENT.replace("_post", "_basic"));
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    let shown = sandbox.agepatch(["diff"]).assert().success();
    shown.stdout(contains("authelia-secrets.age\n  cannot be compared: HEAD: "));
}

#[test_with::executable(git)]
fn unified_is_a_line_diff_of_the_redacted_text() {
    let sandbox = repository();
    seal(&sandbox, &FRAGMENT.replace("_post", "_basic"));
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "--output", "unified"], 0), @"
    --- a/authelia-secrets.age
    +++ b/authelia-secrets.age
    @@ -4,6 +4,6 @@
         clients:
           - client_id: media
             client_name: Media
    -        token_endpoint_auth_method: client_secret_post
    +        token_endpoint_auth_method: client_secret_basic
           - client_id: photos
             client_name: Photos
    ");
}

#[test_with::executable(git)]
fn a_changed_recipient_is_a_difference() {
    let sandbox = repository();
    let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA4oOfq00Gf5fZdZRuu/txqX80pSqbt4GWZcGH90to0L ada@laptop";
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    sandbox.write("secrets.nix", &rules.replace("[ me ]", &format!("[ me \"{other}\" ]")));
    sandbox.agepatch(["rekey"]).assert().success();
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "--exit-code"], 1), @"
    authelia-secrets.age
      only the recipients changed
      + recipient ada@laptop (ssh-ed25519 ZHd5AQ)
    ");
    // Outside of a block, Markdown would take the sign for that of a list.
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "--output", "markdown"], 0), @r"
    ### `authelia-secrets.age`

    only the recipients changed

    ```diff
    + recipient ada@laptop (ssh-ed25519 ZHd5AQ)
    ```
    ");
    let found = stdout(&sandbox, &["diff", "--output", "json"], 0);
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    let file = &found["files"][0];
    let added = &file["recipients"]["added"];
    assert_eq!(added[0]["type"], "ssh-ed25519");
    assert_eq!(file["recipients"], serde_json::json!({ "added": [added[0]], "removed": [] }));
    assert_eq!((&file["content"], &file["changes"]), (&"equal".into(), &serde_json::json!([])));
    sandbox.git(&["commit", "--quiet", "-am", "for ada too"]);
    let back = stdout(&sandbox, &["diff", "HEAD..HEAD~1", "--output", "json"], 0);
    assert!(back.contains(r#""removed":[{"type":"ssh-ed25519","tag":"#), "{back}");
}

#[test_with::executable(git)]
fn unified_shows_a_changed_secret_by_its_mark() {
    let sandbox = repository();
    seal(&sandbox, &FRAGMENT.replace("marker-hmac", "marker-other").replace("Photos", "Fotos"));
    let unified = stdout(&sandbox, &["diff", "--output", "unified"], 0);
    let changed: Vec<&str> = unified.lines().skip(2).filter(|line| line.starts_with(['+', '-'])).collect();
    assert_eq!(changed.len(), 4, "{unified}");
    assert!(
        changed[0].starts_with("-    hmac_secret: …") && changed[1].starts_with("+    hmac_secret: …"),
        "{unified}"
    );
    assert_ne!(changed[0][1..], changed[1][1..]);
    let revealed = sandbox.agepatch(["diff", "--output", "unified", "--reveal"]).assert().success();
    revealed.stdout(contains("-    hmac_secret: 'marker-hmac' # marker-comment"));
    std::fs::remove_file(sandbox.repo().join(FILE)).expect("it is there");
    let gone = stdout(&sandbox, &["diff", "--output", "unified"], 0);
    assert!(gone.starts_with("--- a/authelia-secrets.age\n+++ /dev/null\n@@ -1,9 +0,0 @@\n"), "{gone}");
}

#[test_with::executable(git)]
fn a_renamed_and_reencrypted_file_is_one_file() {
    let sandbox = repository();
    std::fs::remove_file(sandbox.repo().join(FILE)).expect("it is there");
    sandbox.seal("authelia-new.age", FRAGMENT.replace("_post", "_basic").as_bytes());
    sandbox.seal("new.age", b"a: marker\n");
    insta::assert_snapshot!(stdout(&sandbox, &["diff"], 0), @"
    authelia-new.age (was authelia-secrets.age)
      client media
        ~ token_endpoint_auth_method: client_secret_post → client_secret_basic

    new.age (added)
      + (entire content): (secret)
    ");
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "--quiet", "-m", "rename"]);
    let found = stdout(&sandbox, &["diff", "HEAD~1..HEAD", "--output", "json"], 0);
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    assert_eq!((&found["files"][0]["status"], &found["files"][1]["status"]), (&"renamed".into(), &"added".into()));
}

#[test_with::executable(git)]
fn before_the_first_commit_everything_is_new() {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT)]);
    sandbox.git(&["init", "--quiet"]);
    assert!(stdout(&sandbox, &["diff", "--exit-code"], 1).starts_with("authelia-secrets.age (added)\n"));
    sandbox.git(&["add", "."]);
    assert!(stdout(&sandbox, &["diff", FILE], 0).starts_with("authelia-secrets.age (added)\n"));
}

#[test_with::executable(git)]
fn neither_a_revision_nor_a_file_is_an_error() {
    let sandbox = repository();
    let refused = sandbox.agepatch(["diff", "authelia-secret.age"]).assert().code(6);
    refused.stderr(contains("not a revision or a file").and(contains("did you mean authelia-secrets.age?")));
    sandbox.agepatch(["diff", "HEAD..nowhere"]).assert().code(6).stderr(contains("no revision `nowhere`"));
    sandbox.agepatch(["diff", "HEAD~9"]).assert().code(6).stderr(contains("no revision `HEAD~9`"));
    sandbox.agepatch(["diff", "--", "HEAD~9"]).assert().code(6).stderr(contains("not a revision or a file"));
    sandbox.agepatch(["diff", "--", "HEAD"]).assert().code(6).stderr(contains("not a revision or a file"));
    sandbox.agepatch(["diff", "--output", "sarif"]).assert().code(2).stderr(contains("json-patch"));
}

#[test_with::executable(git)]
fn three_dots_start_at_the_merge_base() {
    let sandbox = repository();
    sandbox.git(&["switch", "--quiet", "-c", "other"]);
    seal(&sandbox, &FRAGMENT.replace("Photos", "Fotos"));
    sandbox.git(&["commit", "--quiet", "-am", "other"]);
    sandbox.git(&["switch", "--quiet", "main"]);
    seal(&sandbox, &FRAGMENT.replace("Media", "Films"));
    sandbox.git(&["commit", "--quiet", "-am", "main"]);
    assert_eq!(stdout(&sandbox, &["diff", "main..other"], 0).matches('~').count(), 2);
    assert_eq!(stdout(&sandbox, &["diff", "main...other"], 0).matches('~').count(), 1);
    assert_eq!(stdout(&sandbox, &["diff", "...other"], 0).matches('~').count(), 1);
}

#[test_with::executable(git)]
fn agepatch_toml_sets_the_format_of_a_file() {
    let sandbox = Sandbox::with_files(&[("x.age", "identity_providers:\n  oidc: {clients: [{client_id: a}]}\n")]);
    sandbox.write("agepatch.toml", "[files.\"x.age\"]\nschema = \"none\"\n");
    sandbox.git_init();
    sandbox.seal("x.age", b"identity_providers:\n  oidc: {clients: [{client_id: b}]}\n");
    let shown = stdout(&sandbox, &["diff"], 0);
    assert!(shown.contains("clients[0].client_id: (secret) → (secret)"), "{shown}");
}

#[test_with::executable(git)]
fn a_secret_of_several_lines_is_one_change() {
    let key = |line: &str| format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{line}\n-----END OPENSSH PRIVATE KEY-----\n");
    let sandbox = Sandbox::with_files(&[("host.age", &key("marker-1"))]);
    sandbox.git_init();
    sandbox.seal("host.age", key("marker-2").as_bytes());
    assert_eq!(stdout(&sandbox, &["diff"], 0), "host.age\n  ~ (entire content): (secret) → (secret)\n");
    sandbox.seal("host.age", b"\xff\xfe\x00");
    assert!(stdout(&sandbox, &["diff"], 0).starts_with("host.age\n"));
    sandbox.agepatch(["diff", "--output", "unified"]).assert().success();
}

#[test_with::executable(git)]
fn a_patch_of_what_cannot_be_read_is_refused() {
    let sandbox = repository();
    seal(&sandbox, &FRAGMENT.replace("_post", "_basic"));
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    sandbox.agepatch(["diff", "--output", "json-patch"]).assert().code(3).stderr(contains("HEAD: "));
    sandbox.agepatch(["diff", "--exit-code"]).assert().code(1);
}

/// Applying the patch to the old side gives the new side, with the program as with the library.
#[test_with::executable(git)]
fn the_patch_turns_the_old_side_into_the_new_one() {
    let sandbox = repository();
    let new = FRAGMENT
        .replace("marker-hmac", "marker-other")
        .replace("client_id: photos", "client_id: immich")
        .replace(
            "      - client_id: media\n",
            "      - client_id: new\n        public: true\n      - client_id: media\n",
        )
        .replace("        client_name: Media\n", "        scopes: [openid, email]\n");
    seal(&sandbox, &new);
    let patch = sandbox.agepatch(["diff", "--output", "json-patch", "--reveal"]).assert().success();
    let patch = patch.get_output().stdout.clone();
    seal(&sandbox, FRAGMENT);
    sandbox.agepatch(["apply", FILE, "--no-check"]).write_stdin(patch).assert().success();
    let applied = sandbox.read(FILE);
    seal(&sandbox, &new);
    sandbox.git(&["commit", "--quiet", "-am", "new"]);
    std::fs::write(sandbox.repo().join(FILE), applied).expect("written");
    let rest = stdout(&sandbox, &["diff"], 0);
    assert!(rest.is_empty() || rest.contains("only comments or layout changed"), "{rest}");
}
