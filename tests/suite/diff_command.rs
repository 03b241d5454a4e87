//! `diff` compares revisions and the working tree by meaning, and shows no secret.

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
      ~ identity_providers.oidc.clients[media].token_endpoint_auth_method: client_secret_post → client_secret_basic
    ");
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "--output", "markdown"], 0), @"
    ### `authelia-secrets.age`

    ```diff
    ! identity_providers.oidc.hmac_secret: (secret) → (secret)
    ! identity_providers.oidc.clients[media].token_endpoint_auth_method: client_secret_post → client_secret_basic
    ```
    ");
}

#[test_with::executable(git)]
fn what_is_only_encrypted_again_is_silent_and_layout_is_named() {
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
      ~ identity_providers.oidc.clients[photos].client_id: photos → immich
    ");
    insta::assert_snapshot!(stdout(&sandbox, &["diff", "HEAD~1..HEAD"], 0), @"
    authelia-new.age (was authelia-secrets.age)
      the content is the same
    ");
    sandbox.agepatch(["diff", "nowhere..HEAD"]).assert().code(6).stderr(contains("no revision `nowhere`"));
}

#[test_with::executable(git)]
fn json_and_a_patch_hold_what_may_be_seen() {
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
