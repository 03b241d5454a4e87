//! `public` in agepatch.toml: values that may be shown, and where they still may not.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const ENV: &str = "OIDC_CLIENT_ID=media\nAPP_URL=https://user:marker@media.example.com/x\nSECRET=marker\n";
const DOCUMENT: &str = "# marker\nserver:\n  host: example.com\n  password: marker\nusers: [{mail: a@b.c, token: marker}]\ninner: |\n  NAME=shown\n  TOKEN=marker\n";
const SETTINGS: &str = "
[files.\"*-env.age\"]
public = [\"OIDC_CLIENT_ID\", \"*_URL\"]
[files.\"raw.age\"]
public = [\"*\"]
[files.\"app.age\"]
public = [\"server.host\", \"users[*].mail\"]
[files.\"app.age#inner\"]
public = [\"NAME\"]
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_files(&[("media-env.age", ENV), ("app.age", DOCUMENT), ("raw.age", "marker=\n")]);
    sandbox.git_init();
    sandbox
}

fn printed(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let output = sandbox.agepatch(arguments).output().expect("it runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout).expect("text");
    assert!(!stdout.contains("marker"), "{arguments:?}: {stdout}");
    stdout
}

#[test_with::executable(git)]
fn nothing_is_public_by_default() {
    let sandbox = sandbox();
    for (file, value) in [("media-env", "media"), ("app", "example.com"), ("app#inner", "shown")] {
        assert!(!printed(&sandbox, &["show", file]).contains(value), "{file}");
    }
    sandbox.agepatch(["set", "media-env", "OIDC_CLIENT_ID", "other"]).assert().code(2);
}

#[test_with::executable(git)]
fn declared_values_are_shown_and_others_are_not() {
    let sandbox = sandbox();
    sandbox.write("agepatch.toml", SETTINGS);
    let shown = printed(&sandbox, &["show", "media-env"]);
    assert_eq!(shown, "OIDC_CLIENT_ID=media\nAPP_URL=https://…@media.example.com/x\nSECRET=…\n");
    let shown = printed(&sandbox, &["show", "app"]);
    assert!(shown.contains("host: example.com") && shown.contains("password: …"), "{shown}");
    assert!(shown.contains("mail: a@b.c") && shown.contains("token: …") && shown.contains("# …"), "{shown}");
    assert!(printed(&sandbox, &["show", "app#inner"]).starts_with("NAME=shown\nTOKEN=…\n"));
    assert_eq!(printed(&sandbox, &["get", "media-env", "OIDC_CLIENT_ID"]), "media\n");
    sandbox.agepatch(["get", "media-env", "SECRET"]).assert().code(4);
    // Names do not count if the format is a guess.
    assert_eq!(printed(&sandbox, &["show", "raw"]), "…\n");
    // Such a value may be an argument.
    let set = printed(&sandbox, &["set", "media-env", "OIDC_CLIENT_ID", "other"]);
    assert!(set.contains("OIDC_CLIENT_ID: media → other"), "{set}");
    sandbox.agepatch(["set", "media-env", "SECRET", "other"]).assert().code(2);
    assert!(printed(&sandbox, &["diff"]).contains("media → other"));
    let json: serde_json::Value =
        serde_json::from_str(&printed(&sandbox, &["diff", "--output", "json"])).expect("JSON");
    assert_eq!(json["files"][0]["changes"][0]["after"], "other");
    sandbox.git(&["commit", "--quiet", "-am", "change"]);
    assert!(printed(&sandbox, &["log", "media-env", "OIDC_CLIENT_ID"]).contains("media → other"));
    // An unknown setting is an error.
    sandbox.write("agepatch.toml", "[files.\"a.age\"]\npublc = []\n");
    sandbox.agepatch(["show", "media-env"]).assert().code(6).stderr(contains("did you mean `public`?"));
}

/// A fresh clone cannot make values appear where others read them.
#[test_with::executable(git)]
fn commits_and_git_show_declared_values_only_with_consent() {
    let sandbox = sandbox();
    sandbox.write("agepatch.toml", SETTINGS);
    let noted = sandbox.agepatch(["show", "media-env"]).assert().success();
    noted.stderr(contains("agepatch.toml").and(contains("agepatch trust")));
    for (trusted, value) in [(false, "one"), (true, "two")] {
        if trusted {
            sandbox.agepatch(["trust"]).assert().success().stdout(contains("public: OIDC_CLIENT_ID *_URL"));
            sandbox.agepatch(["show", "media-env"]).assert().success().stderr("");
        }
        sandbox.agepatch(["set", "media-env", "OIDC_CLIENT_ID", value, "--commit"]).assert().success();
        let inner = ["set", "app#inner", "NAME", value];
        sandbox.agepatch(inner).assert().success();
        sandbox.agepatch(["commit"]).assert().success();
        let messages = sandbox.git(&["log", "-2", "--format=%B"]);
        assert_eq!(messages.contains(value), trusted, "{messages}");
        assert!(messages.contains("OIDC_CLIENT_ID") && messages.contains("NAME"), "{messages}");
        let text = printed(&sandbox, &["textconv", "media-env.age"]);
        assert_eq!(text.contains(value), trusted, "{text}");
        let inner = printed(&sandbox, &["textconv", "app.age"]);
        assert!(trusted || !inner.contains(value), "{inner}");
    }
}
