//! Every command on `FILE#PATH`, for a document in an age file and in the containers of sops.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;
use crate::support::containers;

const HOST: &str = "# of the host
authelia-secrets: |
    # Authelia's part
    identity_providers:
      oidc:
        hmac_secret: 'hidden-hmac'
        clients:
          - client_id: qui   # the only one
            client_name: \"Qui\"
            client_secret: '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng'
            authorization_policy: two_factor
            redirect_uris:
              - https://qui.example.com/cb
            scopes: [openid, profile]
            token_endpoint_auth_method: client_secret_post
qui-env: |
    # of Qui
    OIDC_CLIENT_SECRET=hidden-secret
    OTHER=1
service.json: |-
    {
      \"type\": \"account\",
      \"env\": \"A=hidden-a\\nB=2\\n\"
    }
\"printer#2\": |
    user: hidden-user
    pass: hidden-pass
items:
    - plain
    - |
        x: hidden-x
        y: 1
wireguard.ini: |
    [Interface]
    PrivateKey = hidden-key
    Port = 1
app.toml: |
    title = \"hidden-title\"
    [server]
    port = 80
token: hidden-token
";

const LOG: &str = "time=\"2026-11-24T02:41:45Z\" level=error msg=\"Request failed with error: The request was determined to be using 'token_endpoint_auth_method' method 'client_secret_basic', however the OAuth 2.0 client registration does not allow this method. The registered client with id 'qui' is configured to only support 'token_endpoint_auth_method' method 'client_secret_post'.\" method=POST\n";

const METHOD: &str = "identity_providers.oidc.clients[qui].token_endpoint_auth_method";

const FILES: [&str; 2] = ["host.age", "s.yaml"];

fn sandbox() -> Sandbox {
    containers::with_host(HOST)
}

fn text(sandbox: &Sandbox, file: &str) -> String {
    let shown = sandbox.agepatch(["show", file, "--reveal"]).assert().success().get_output().stdout.clone();
    String::from_utf8(shown).expect("text")
}

/// What it prints, where no secret may be.
fn printed(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let output = sandbox.agepatch(arguments).write_stdin("").output().expect("it runs");
    let printed = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
    assert!(output.status.success(), "{arguments:?}: {printed}");
    assert!(!printed.contains("hidden") && !printed.contains("pbkdf2"), "{arguments:?}: {printed}");
    printed
}

fn set(sandbox: &Sandbox, file: &str, path: &str, value: &str) {
    let done = sandbox.agepatch(["set", file, path, "--from-stdin"]).write_stdin(value).assert().success();
    done.stdout(contains("hidden").not());
}

/// The lines of the file that differ from those at the beginning, without their indentation.
fn changed(sandbox: &Sandbox, file: &str) -> Vec<String> {
    let after = text(sandbox, file);
    let diff = similar::TextDiff::from_lines(HOST, &after);
    let changes = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    changes.map(|change| format!("{}{}", change.tag(), change.value().trim())).collect()
}

#[test_with::executable(git)]
#[test]
fn edit_write_and_restore_change_one_value() {
    for file in FILES {
        let sandbox = sandbox();
        let inner = format!("{file}#authelia-secrets");
        let mut edit = sandbox.agepatch(["edit", &inner]);
        edit.env("EDITOR", "sed -i s/client_secret_post/client_secret_basic/").assert().success();
        let method = |sign, method| format!("{sign}token_endpoint_auth_method: {method}");
        let edited = [method('-', "client_secret_post"), method('+', "client_secret_basic")];
        assert_eq!(changed(&sandbox, file), edited, "{file}");
        printed(&sandbox, &["restore", &inner, METHOD, "--source", "HEAD"]);
        assert_eq!(text(&sandbox, file), HOST, "{file}");

        let env = format!("{file}#qui-env");
        sandbox.agepatch(["write", &env]).write_stdin("# of Qui\nOIDC_CLIENT_SECRET=hidden-2\n").assert().success();
        let written = ["-OIDC_CLIENT_SECRET=hidden-secret", "-OTHER=1", "+OIDC_CLIENT_SECRET=hidden-2"];
        assert_eq!(changed(&sandbox, file), written, "{file}");
        sandbox.agepatch(["write", &env]).write_stdin("").assert().code(4);
        printed(&sandbox, &["restore", &env, "--source", "HEAD"]);
        assert_eq!(text(&sandbox, file), HOST, "{file}");
        // An editor that leaves the document as it is.
        let before = sandbox.read(file);
        let mut edit = sandbox.agepatch(["edit", &inner]);
        edit.env("EDITOR", "true").assert().success().stdout(contains("nothing changed"));
        assert!(sandbox.read(file) == before, "{file}");
    }
}

#[test_with::executable(git)]
#[test]
fn documents_of_every_format_are_edited_in_place() {
    let cases = [
        ("qui-env", "OTHER", "2", "OTHER=1", "OTHER=2"),
        ("\"service.json\"", "type", "user", "\"type\": \"account\",", "\"type\": \"user\","),
        ("/service.json", "type", "user", "\"type\": \"account\",", "\"type\": \"user\","),
        ("\"service.json\"#env", "B", "3", "\"env\": \"A=hidden-a\\nB=2\\n\"", "\"env\": \"A=hidden-a\\nB=3\\n\""),
        ("/service.json#/env", "B", "3", "\"env\": \"A=hidden-a\\nB=2\\n\"", "\"env\": \"A=hidden-a\\nB=3\\n\""),
        ("\"printer#2\"", "pass", "p", "pass: hidden-pass", "pass: p"),
        ("items[1]", "y", "2", "y: 1", "y: 2"),
        ("items[-1]", "y", "2", "y: 1", "y: 2"),
        ("/items/1", "y", "2", "y: 1", "y: 2"),
        ("\"wireguard.ini\"", "Interface.Port", "2", "Port = 1", "Port = 2"),
        ("\"app.toml\"", "server.port", "81", "port = 80", "port = 81"),
        ("token", ".", "t", "token: hidden-token", "token: t"),
    ];
    for file in FILES {
        let sandbox = sandbox();
        let before = sandbox.read(file);
        for (inner, path, value, old, new) in cases {
            set(&sandbox, &format!("{file}#{inner}"), path, value);
            assert_eq!(changed(&sandbox, file), [format!("-{old}"), format!("+{new}")], "{file}#{inner}");
            let get = sandbox.agepatch(["get", &format!("{file}#{inner}"), path, "--reveal"]).assert().success();
            get.stdout(format!("{value}\n"));
            std::fs::write(sandbox.repo().join(file), &before).expect("written");
        }
    }
}

#[test_with::executable(git)]
#[test]
fn history_and_differences_are_those_of_the_document() {
    for file in FILES {
        let sandbox = sandbox();
        let (authelia, env) = (format!("{file}#authelia-secrets"), format!("{file}#qui-env"));
        set(&sandbox, &env, "OTHER", "2");
        assert_eq!(printed(&sandbox, &["diff", &env]), format!("{env}\n  ~ OTHER: (secret) → (secret)\n"));
        assert_eq!(printed(&sandbox, &["diff", &authelia]), "");
        sandbox.agepatch(["diff", "--exit-code", &env]).assert().code(1);
        assert!(printed(&sandbox, &["commit", &env]).contains("OTHER"));
        printed(&sandbox, &["set", &authelia, METHOD, "client_secret_basic", "--commit"]);
        let between = printed(&sandbox, &["diff", "HEAD~2..HEAD~1", &env, &authelia]);
        assert_eq!(between, format!("{env}\n  ~ OTHER: (secret) → (secret)\n"));
        let log = printed(&sandbox, &["log", &env]);
        assert_eq!(log.lines().filter(|line| !line.starts_with(' ')).count(), 2, "{log}");
        let log = printed(&sandbox, &["log", &authelia, METHOD]);
        assert!(log.contains("client_secret_post → client_secret_basic"), "{log}");
        let blame = printed(&sandbox, &["blame", &env]);
        let commits: Vec<&str> = blame.lines().filter_map(|line| line.split(' ').next()).collect();
        assert!(commits.len() == 2 && commits[0] != commits[1], "{blame}");
        let json = printed(&sandbox, &["diff", "HEAD~2", &env, "--output", "json"]);
        let json: Json = serde_json::from_str(&json).expect("JSON");
        assert_eq!(
            (&json["files"][0]["path"], &json["files"][0]["changes"][0]["path"]),
            (&env.into(), &"OTHER".into())
        );
        // A commit has a complete file: its message tells all of it, whichever value is named.
        set(&sandbox, file, "token", "t");
        set(&sandbox, &authelia, "identity_providers.oidc.clients[qui].client_name", "Q");
        printed(&sandbox, &["commit", &authelia, &format!("{file}#token")]);
        let message = sandbox.git(&["log", "-1", "--format=%B"]);
        assert!(message.contains("client_name") && message.contains("token"), "{message}");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    }
    let sandbox = sandbox();
    set(&sandbox, "s.yaml#qui-env", "OTHER", "2");
    let both = ["diff", "--no-index", "host.age#qui-env", "s.yaml#qui-env"];
    assert!(printed(&sandbox, &both).ends_with("\n  ~ OTHER: (secret) → (secret)\n"));
    assert_eq!(printed(&sandbox, &["diff", "--no-index", "host.age#\"printer#2\"", "s.yaml#\"printer#2\""]), "");
}

#[test_with::executable(git)]
#[test]
fn clients_are_managed_inside_values() {
    for (file, other) in [("host.age", "s.yaml"), ("s.yaml", "host.age"), ("s.yaml", "s.yaml")] {
        let sandbox = sandbox();
        let authelia = format!("{file}#authelia-secrets");
        let client = |arguments: &[&str]| printed(&sandbox, &[&["client", "--file", &authelia], arguments].concat());
        assert!(client(&["list"]).contains("https://qui.example.com/cb"));
        let secret_to = format!("{other}#qui-env#OIDC_CLIENT_SECRET");
        client(&["rotate", "qui", "--secret-to", &secret_to, "--commit"]);
        assert!(client(&["verify", "qui", "--secret-to", &secret_to]).contains("both halves"));
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        client(&["set", "qui", "client_name=Other"]);
        let deeper = format!("{other}#\"service.json\"#env#OIDC_SECRET");
        client(&["add", "notes", "--redirect-uri", "https://notes.example.com/cb", "--secret-to", &deeper]);
        assert!(client(&["verify", "notes", "--secret-to", &deeper]).contains("both halves"));
        // A key with the sign, and the same place in agepatch.toml.
        let quoted = format!("{other}#\"printer#2\"#\"a#b\"");
        client(&["rotate", "notes", "--secret-to", &quoted]);
        let settings = format!(
            "[[relying-party]]\nclient = \"notes\"\nsecret = {{ file = '{other}#\"printer#2\"', path = '\"a#b\"' }}\n"
        );
        sandbox.write("agepatch.toml", &settings);
        assert!(client(&["verify"]).contains("both halves"));
        client(&["rotate", "notes"]);
        assert!(client(&["verify", "notes"]).contains("both halves"));
        let (removed, name) = (client(&["remove", "notes"]), "client_name: \"Other\"");
        assert!(removed.contains("- client notes") && text(&sandbox, file).contains(name), "{removed}");
        let missing = sandbox.agepatch(["client", "--file", &authelia, "rotate", "qui", "--secret-to", "nothing"]);
        { missing }.assert().code(2);
    }
}

#[test_with::executable(git)]
#[test]
fn faults_inside_values_are_found_and_fixed() {
    for file in FILES {
        let sandbox = sandbox();
        let authelia = format!("{file}#authelia-secrets");
        for arguments in [&["diagnose", "--apply"][..], &["diagnose", "--apply", &authelia]] {
            let named = arguments.len() > 2 || file == "s.yaml";
            if !named {
                continue;
            }
            let done = sandbox.agepatch(arguments).write_stdin(LOG).assert().success();
            done.stdout(contains("client_secret_post → client_secret_basic").and(contains("hidden").not()));
            assert_eq!(changed(&sandbox, file).len(), 2, "{arguments:?}");
            printed(&sandbox, &["restore", &authelia, "--source", "HEAD"]);
        }
        set(&sandbox, &authelia, "identity_providers.oidc.clients[qui].scopes", "[openid, openid]");
        let before = changed(&sandbox, file).len();
        let found = sandbox.agepatch(["check", &authelia, "--output", "json"]).output().expect("it runs");
        let found: Json = serde_json::from_slice(&found.stdout).expect("JSON");
        let fixable =
            |found: &Json| found["findings"].as_array().expect("findings").iter().any(|one| !one["fix"].is_null());
        assert!(before == 2 && fixable(&found), "{found}");
        sandbox.agepatch(["check", "--fix", &authelia]).assert().stdout(contains("hidden").not());
        assert_eq!(changed(&sandbox, file), ["-scopes: [openid, profile]", "+scopes: [openid]"], "{file}");
    }
    // A plain file is fixed in its own text.
    let sandbox = sandbox();
    sandbox.write("plain.yaml", &HOST.replace("[openid, profile]", "[openid, openid]"));
    sandbox.agepatch(["check", "--fix", "plain.yaml#authelia-secrets"]).assert().stdout(contains("hidden").not());
    let fixed = String::from_utf8(sandbox.read("plain.yaml")).expect("text");
    assert_eq!(fixed, HOST.replace("[openid, profile]", "[openid]"));
    printed(&sandbox, &["show", "plain.yaml#qui-env"]);
    sandbox.agepatch(["set", "plain.yaml#qui-env", "OTHER", "--from-stdin"]).write_stdin("2").assert().code(2);
}

#[test_with::executable(git)]
#[test]
fn a_patch_set_changes_values_of_several_files_or_none() {
    let sandbox = sandbox();
    let set = |last: &str| {
        format!(
            "agepatch: 1\nfiles:\n  s.yaml#qui-env:\n    - {{ op: set, path: OTHER, value: '2' }}\n  's.yaml#\"service.json\"#env':\n    - {{ op: set, path: B, value: '3' }}\n  host.age#qui-env:\n    - {{ op: test, path: OTHER, value: '{last}' }}\n    - {{ op: remove, path: OTHER }}\n"
        )
    };
    sandbox.write("../set.yaml", &set("9"));
    let before = FILES.map(|file| sandbox.read(file));
    sandbox.agepatch(["apply", "-p", "../set.yaml"]).assert().code(4).stderr(contains("hidden").not());
    assert!(FILES.map(|file| sandbox.read(file)) == before, "a patch set that fails changes nothing");
    sandbox.write("../set.yaml", &set("1"));
    let done = printed(&sandbox, &["apply", "-p", "../set.yaml", "--commit"]);
    assert!(done.contains("s.yaml#\"service.json\"#env"), "{done}");
    assert_eq!(changed(&sandbox, "host.age"), ["-OTHER=1"]);
    assert_eq!(changed(&sandbox, "s.yaml").len(), 4);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test_with::executable(git)]
#[test]
fn settings_of_a_value_are_found_by_every_name_of_its_file() {
    let sandbox = sandbox();
    sandbox.write("base.yml", "access_control:\n  default_policy: deny\n");
    for (name, path) in [
        ("s.yaml#qui-env", "qui-env"),
        ("s.*#qui-env", "qui-env"),
        ("s.yaml#/qui-env", "/qui-env"),
        ("host.age#qui-env", "qui-env"),
        ("host#qui-env", "qui-env"),
        ("**#qui-env", "qui-env"),
    ] {
        sandbox.write("agepatch.toml", &format!("[files.'{name}']\npublic = ['OTHER']\n"));
        let file = if name.starts_with("host") { "host.age" } else { "s.yaml" };
        let shown = printed(&sandbox, &["show", &format!("{file}#{path}")]);
        assert!(shown.contains("OTHER=1") && shown.contains("OIDC_CLIENT_SECRET=…"), "{name}: {shown}");
        assert!(printed(&sandbox, &["show", file]).contains("OTHER=1"), "{name}");
    }
    sandbox.write("agepatch.toml", "[files.'s.yaml#authelia-secrets']\nschema = 'none'\n");
    assert!(!printed(&sandbox, &["show", "s.yaml#authelia-secrets"]).contains("Qui"));
    // git names a file without its folder.
    sandbox.write("sub/s.yaml", &String::from_utf8(sandbox.read("s.yaml")).expect("text"));
    sandbox.write("agepatch.toml", "[files.'sub/s.yaml#authelia-secrets']\nschema = 'none'\n");
    assert!(!printed(&sandbox, &["textconv", "sub/s.yaml"]).contains("Qui"));
    std::fs::remove_file(sandbox.repo().join("sub/s.yaml")).expect("it is there");
    sandbox.write("agepatch.toml", "[files.'s.yaml#token']\nformat = 'yaml'\n");
    sandbox.agepatch(["write", "s.yaml#token"]).write_stdin("{a: 1}").assert().success();
    assert_eq!(printed(&sandbox, &["show", "s.yaml#token"]), "{a: …}\n");
    sandbox.write("agepatch.toml", "[files.'s.yaml#authelia-secrets']\nwith = ['base.yml']\nschema = 'authelia'\n");
    let checked = sandbox.agepatch(["check", "s.yaml#authelia-secrets", "--output", "json"]).output().expect("it runs");
    assert!(!String::from_utf8_lossy(&checked.stdout).contains("hidden"));
    assert!(checked.status.code() == Some(0) || checked.status.code() == Some(1));
    // Options without effect are reported.
    sandbox.write("agepatch.toml", "[files.'s.yaml#authelia-secrets']\npublic = ['hmac_secret']\n");
    let shown = sandbox.agepatch(["show", "s.yaml#authelia-secrets"]).assert().success();
    shown.stdout(contains("hidden").not()).stderr(contains("`public` in agepatch.toml has no effect"));
}

#[test_with::executable(git)]
#[test]
fn bare_names_work_where_files_are_edited() {
    let sandbox = sandbox();
    for rules in ["path_regex: ^s\\.\n    age: KEY\n", "path_regex: .*\n    age: KEY\n", "age: KEY\n"] {
        let recipient = sandbox.identity().to_public().to_string();
        sandbox.write(".sops.yaml", &format!("creation_rules:\n  - {}", rules.replace("KEY", &recipient)));
        set(&sandbox, "qui-env", "OTHER", "2");
        assert_eq!(changed(&sandbox, "s.yaml"), ["-OTHER=1", "+OTHER=2"], "{rules}");
        printed(&sandbox, &["restore", "qui-env", "--source", "HEAD"]);
        printed(&sandbox, &["client", "--file", "authelia-secrets", "show", "qui"]);
        printed(&sandbox, &["set", "authelia-secrets", METHOD, "client_secret_basic"]);
        printed(&sandbox, &["restore", "authelia-secrets", "--source", "HEAD"]);
        assert_eq!(text(&sandbox, "s.yaml"), HOST);
    }
    sandbox.agepatch(["write", "sub/s.yaml"]).write_stdin("qui-env: |\n  A=1\n").assert().success();
    let refused = sandbox.agepatch(["set", "qui-env", "OTHER", "--from-stdin"]).write_stdin("2").assert().code(5);
    refused.stderr(contains("s.yaml#qui-env").and(contains("sub/s.yaml#qui-env")));
    printed(&sandbox, &["show", "authelia-secrets"]);
    for command in [["show", "s.yaml#"], ["write", "s.yaml#"]] {
        sandbox.agepatch(command).write_stdin("x").assert().code(2).stderr(contains("no path after `#`"));
    }
}

#[test_with::executable(git)]
#[test]
fn a_sign_in_the_name_of_a_file_is_a_part_of_it() {
    let sandbox = Sandbox::with_files(&[
        ("a#b.age", "doc: |\n  K=hidden-k\n  L=1\nother: 1\n"),
        ("a", "'b.age': |\n  K=hidden-other\n"),
    ]);
    sandbox.write("agepatch.toml", "[files.'a#b.age#doc']\npublic = ['L']\n");
    sandbox.git_init();
    set(&sandbox, "a#b.age#doc", "K", "hidden-2");
    assert!(printed(&sandbox, &["diff"]).starts_with("a#b.age#doc\n  ~ K: (secret) → (secret)\n"));
    assert!(printed(&sandbox, &["show", "a#b.age#doc"]).starts_with("K=…\nL=1\n"));
    assert_eq!(sandbox.open("a#b.age"), "doc: |\n  K=hidden-2\n  L=1\nother: 1\n");
    printed(&sandbox, &["commit", "a#b.age#doc"]);
    for file in ["a#b.age", "a"] {
        std::fs::remove_file(sandbox.repo().join(file)).expect("it is there");
    }
    assert!(printed(&sandbox, &["log", "a#b.age#doc"]).contains("~ K"));
}
