//! `agepatch mcp`: the protocol, by hand and through the official Python SDK.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::{Value as Json, json};

use crate::sandbox::Sandbox;

/// A secret in every file that a tool may read; no answer may contain it.
const SECRET: &str = "marker-secret-0123456789";
const CLIENTS: &str = "identity_providers.oidc.clients";

/// An Authelia file with one client, the application's file with its secret, and a repository.
fn sandbox() -> Sandbox {
    let authelia = format!(
        "identity_providers:
  oidc:
    hmac_secret: {SECRET}
    clients:
      - client_id: media
        client_name: Media
        client_secret: '$plaintext${SECRET}'
        redirect_uris: ['https://media.example.com/cb']
        scopes: [openid]
        token_endpoint_auth_method: client_secret_basic
"
    );
    let application = format!("OIDC_SECRET={SECRET}\nOTHER=1234567{SECRET}\n");
    let sandbox = Sandbox::with_files(&[("authelia.age", &authelia), ("media-env.age", &application)]);
    sandbox.write(
        "agepatch.toml",
        "[[relying-party]]\nclient = \"media\"\nsecret = { file = \"media-env.age\", path = \"OIDC_SECRET\" }\n",
    );
    sandbox.git_init();
    sandbox
}

fn call(name: &str, arguments: &Json) -> Json {
    json!({ "name": name, "arguments": arguments })
}

/// The server, with pipes to it.
struct Server {
    child: Child,
    stdin: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    sent: u64,
}

impl Server {
    fn start(sandbox: &Sandbox, options: &[&str]) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("agepatch"));
        command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).arg("mcp").args(options);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let stdin = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, stdin, answers, sent: 0 }
    }

    fn send(&mut self, message: &Json) {
        writeln!(self.stdin, "{message}").expect("it reads");
    }

    /// The result of a request, or the answer with its error.
    fn request(&mut self, method: &str, params: &Json) -> Json {
        self.sent += 1;
        let id = self.sent;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let line = self.answers.next().expect("an answer").expect("text");
        assert!(!line.contains(SECRET), "a secret left: {line}");
        let answer: Json = serde_json::from_str(&line).expect("JSON");
        assert_eq!((&answer["jsonrpc"], &answer["id"]), (&json!("2.0"), &json!(id)), "{line}");
        answer.get("result").cloned().unwrap_or(answer)
    }

    /// Closes stdin, which ends the server.
    fn stop(self) {
        drop(self.stdin);
        assert_eq!(self.answers.count(), 0, "nothing is sent without a request");
        let ended = self.child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success() && stderr.is_empty(), "{}: {stderr}", ended.status);
    }
}

/// The output of a session: the tools, and the result of each call.
struct Session {
    tools: Vec<Json>,
    results: Vec<Json>,
}

impl Session {
    /// JSON-RPC, one message per line; each request waits for the previous answer.
    fn by_hand(sandbox: &Sandbox, options: &[&str], calls: &[Json]) -> Self {
        let mut server = Server::start(sandbox, options);
        let client = json!({"name": "test", "version": "1"});
        let started = server
            .request("initialize", &json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}));
        assert_eq!(started["serverInfo"]["name"], "agepatch");
        server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        let tools = server.request("tools/list", &json!({}))["tools"].as_array().expect("a list").clone();
        let results = calls.iter().map(|call| server.request("tools/call", call)).collect();
        server.stop();
        Self { tools, results }
    }

    /// The same with the official Python SDK, which validates the results against the output schemas.
    fn by_the_sdk(sandbox: &Sandbox, options: &[&str], calls: &[Json]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let program = assert_cmd::cargo::cargo_bin!("agepatch");
        let mut client = assert_cmd::Command::new(root.join("target/mcp-sdk/bin/python"));
        client.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo());
        client.arg(root.join("tests/data/mcp/client.py")).arg(program).arg("mcp").args(options);
        let ran = client.write_stdin(Json::from(calls).to_string()).assert().success();
        let text = String::from_utf8(ran.get_output().stdout.clone()).expect("text");
        assert!(!text.contains(SECRET), "a secret left: {text}");
        let printed: Json = serde_json::from_str(&text).expect("JSON");
        assert!(printed["instructions"].as_str().is_some_and(|text| text.contains("null")));
        let list = |name: &str| printed[name].as_array().expect("a list").clone();
        Self { tools: list("tools"), results: list("results") }
    }

    /// The JSON that a call returned.
    fn result(&self, call: usize) -> &Json {
        assert_eq!(self.results[call]["isError"], false, "{}", self.results[call]);
        &self.results[call]["structuredContent"]
    }

    /// The kind of error that a call returned.
    fn error(&self, call: usize) -> &str {
        assert_eq!(self.results[call]["isError"], true, "{}", self.results[call]);
        self.results[call]["structuredContent"]["error"]["kind"].as_str().expect("a kind")
    }

    fn names(&self) -> BTreeSet<&str> {
        self.tools.iter().filter_map(|tool| tool["name"].as_str()).collect()
    }
}

#[test_with::executable(git)]
fn tools_do_what_the_commands_do() {
    let sandbox = sandbox();
    let rename = json!([{"op": "set", "path": format!("{CLIENTS}[media].client_name"), "value": "New"}]);
    let session = Session::by_hand(
        &sandbox,
        &[],
        &[
            call("list_files", &json!({})),
            call("show", &json!({"file": "authelia", "path": format!("{CLIENTS}[media]")})),
            call("check", &json!({"files": ["authelia"]})),
            call("explain", &json!({"rule": "token-endpoint-auth-method"})),
            call("preview_patch", &json!({"file": "authelia", "patch": rename})),
            call("client_verify", &json!({})),
            call("diagnose", &json!({"log": "nothing of interest"})),
            call("doctor", &json!({"no_decrypt": true})),
            call("diff", &json!({})),
        ],
    );
    assert_eq!(session.tools.len(), 14);
    assert_eq!(session.result(0)["files"].as_array().map(Vec::len), Some(2));
    let client = &session.result(1)["document"];
    assert_eq!((&client["client_name"], &client["client_secret"]), (&json!("Media"), &Json::Null));
    assert!(session.result(2)["findings"].is_array());
    assert_eq!(session.result(3)["rule"], "token-endpoint-auth-method");
    assert_eq!(session.result(4)["files"][0]["changes"][0]["after"], "New");
    assert_eq!(session.result(5)["clients"][0]["matches"], true);
    assert_eq!(session.result(6)["diagnoses"], json!([]));
    assert!(session.result(7)["files"].is_array());
    assert_eq!(session.result(8)["files"], json!([]), "a preview writes nothing");
}

#[test_with::executable(git)]
fn edits_are_written_and_committed() {
    let sandbox = sandbox();
    let patch = json!([{"op": "append", "path": format!("{CLIENTS}[media].scopes"), "value": "groups"}]);
    let session = Session::by_hand(
        &sandbox,
        &[],
        &[call("apply_patch", &json!({"file": "authelia", "patch": patch, "commit": {}}))],
    );
    assert!(session.result(0)["commit"].is_string());
    assert!(sandbox.open("authelia.age").contains("groups"));
    let session = Session::by_hand(&sandbox, &[], &[call("client_rotate", &json!({"id": "media"}))]);
    assert_eq!(session.result(0)["files"].as_array().map(Vec::len), Some(2));
    assert!(!sandbox.open("media-env.age").contains(&format!("OIDC_SECRET={SECRET}")));
    let session = Session::by_hand(&sandbox, &[], &[call("client_verify", &json!({"id": "media"}))]);
    assert_eq!(session.result(0)["clients"][0]["matches"], true);
    let commit = json!({"commit": {"type": "fix", "scope": "media", "message": "renew the secret"}});
    let session = Session::by_hand(&sandbox, &[], &[call("commit", &commit)]);
    assert!(session.result(0)["commit"].is_string());
    assert_eq!(sandbox.git(&["log", "-1", "--format=%s"]), "fix(media): renew the secret\n");
    let set = json!({"id": "media", "assignments": ["client_name=Films"]});
    let add = json!({"id": "spa", "redirect_uris": ["https://spa.example.com/cb"], "public": true});
    Session::by_hand(&sandbox, &[], &[call("client_set", &set)]).result(0);
    Session::by_hand(&sandbox, &[], &[call("client_add", &add)]).result(0);
    let text = sandbox.open("authelia.age");
    assert!(text.contains("Films") && text.contains("spa.example.com"));
}

#[test_with::executable(git)]
fn no_tool_reveals_a_secret_or_leaves_the_directory() {
    let sandbox = sandbox();
    sandbox.write("../outside", &format!("{SECRET}\n"));
    let outside = sandbox.repo().join("../outside").display().to_string();
    let place = format!("{CLIENTS}[media].client_name");
    let patch = |operations: Json| call("apply_patch", &json!({"file": "authelia", "patch": operations}));
    let calls = [
        (call("show", &json!({"file": "--reveal"})), "io"),
        (call("show", &json!({"file": outside})), "usage"),
        (call("show", &json!({"file": "../outside"})), "usage"),
        (call("show", &json!({"file": "-"})), "usage"),
        (call("show", &json!({"file": "authelia", "reveal": true})), "usage"),
        (call("show", &json!({})), "usage"),
        (call("diff", &json!({"revision": "--reveal"})), "usage"),
        (call("check", &json!({"with": ["../outside"]})), "usage"),
        (call("diagnose", &json!({})), "usage"),
        (
            call("client_set", &json!({"id": "media", "assignments": [format!("client_secret={SECRET}")]})),
            "secret-on-command-line",
        ),
        (call("client_rotate", &json!({"id": "media", "secret_to": format!("authelia.age#{place}")})), "usage"),
        (call("client_rotate", &json!({"id": "media", "secret_to": "../outside#X"})), "usage"),
        (patch(json!([{"op": "set", "path": place, "value_from": {"file": outside}}])), "patch"),
        (patch(json!([{"op": "set", "path": place, "value_from": {"env": "HOME"}}])), "patch"),
        (
            patch(
                json!([{"op": "remove", "path": place}, {"op": "rename", "path": format!("{CLIENTS}[media].client_secret"), "to": "client_name"}]),
            ),
            "secret-needs-reveal",
        ),
        (
            patch(json!([{"op": "copy", "from": "/identity_providers/oidc/hmac_secret", "path": place}])),
            "secret-needs-reveal",
        ),
        (call("apply_patch", &json!({"patch": {"agepatch": 1, "files": {"../outside": []}}})), "patch"),
    ];
    let before = (sandbox.read("authelia.age"), sandbox.read("media-env.age"));
    let requests: Vec<Json> = calls.iter().map(|(call, _)| call.clone()).collect();
    let session = Session::by_hand(&sandbox, &[], &requests);
    for (at, (call, kind)) in calls.iter().enumerate() {
        assert_eq!(session.error(at), *kind, "{call}: {}", session.results[at]);
    }
    assert!(before == (sandbox.read("authelia.age"), sandbox.read("media-env.age")));
}

/// The policy that the server relies on holds for every command.
#[test]
fn the_policy_never_keeps_secrets_at_secret_places() {
    let sandbox = Sandbox::with_files(&[("authelia.age", &format!("theme: dark\njwt_secret: {SECRET}\n"))]);
    let settings = "[files.\"authelia.age\"]\nschema = \"authelia\"\n";
    let apply = |path: &str| {
        let patch = json!([{"op": "copy", "from": "/jwt_secret", "path": path}]).to_string();
        sandbox.agepatch(["apply", "authelia.age", "-n", "--no-check"]).write_stdin(patch).assert()
    };
    sandbox.write("agepatch.toml", &format!("reveal = \"never\"\n{settings}"));
    apply("/theme").code(4).stdout("").stderr(contains("where it may be shown").and(contains(SECRET).not()));
    apply("/session").success().stdout(contains(SECRET).not());
    sandbox.write("agepatch.toml", settings);
    apply("/theme").success();
}

#[test_with::executable(git)]
fn with_confirm_an_edit_follows_its_dry_run() {
    let sandbox = sandbox();
    let set = |token: Option<&str>| {
        let mut arguments = json!({"id": "media", "assignments": ["client_name=Films"]});
        if let (Some(token), Json::Object(arguments)) = (token, &mut arguments) {
            arguments.insert("confirm".to_owned(), token.into());
        }
        call("client_set", &arguments)
    };
    // Tokens are valid for one session, so a token from another one confirms nothing.
    let session =
        Session::by_hand(&sandbox, &["--confirm"], &[set(None), set(Some("")), set(Some("0123456789abcdef"))]);
    let token = session.result(0)["confirm"].as_str().expect("a token");
    assert_eq!(session.result(0)["files"][0]["changed"], true);
    assert_eq!((session.error(1), session.error(2)), ("usage", "usage"));
    assert_eq!(Session::by_hand(&sandbox, &["--confirm"], &[set(Some(token))]).error(0), "usage");
    assert!(!sandbox.open("authelia.age").contains("Films"));
    // Without --confirm there is no such argument.
    assert_eq!(Session::by_hand(&sandbox, &[], &[set(Some(token))]).error(0), "usage");
}

#[test_with::executable(git)]
fn read_only_offers_nothing_that_writes() {
    let sandbox = sandbox();
    let session = Session::by_hand(&sandbox, &["--read-only"], &[call("client_rotate", &json!({"id": "media"}))]);
    assert!(session.tools.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true));
    assert!(session.names().contains("preview_patch") && !session.names().contains("apply_patch"));
    assert_eq!(session.results[0]["error"]["code"], -32602, "{}", session.results[0]);
}

#[test]
fn every_tool_has_schemas() {
    let session = Session::by_hand(&Sandbox::empty(), &["--confirm"], &[]);
    for tool in &session.tools {
        let name = &tool["name"];
        for schema in ["inputSchema", "outputSchema"].map(|schema| tool.get(schema)).into_iter().flatten() {
            jsonschema::draft202012::meta::validate(schema).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(schema["type"], "object", "{name}");
        }
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{name}");
        let described = |property: &Json| property["description"].is_string();
        let properties = tool["inputSchema"].get("properties").and_then(Json::as_object);
        for (property, schema) in properties.into_iter().flatten() {
            let known = described(schema)
                || ["file", "files", "secret_to", "commit", "with", "secret_from", "revision"]
                    .contains(&property.as_str());
            assert!(known, "{name}: {property} has no description");
        }
    }
}

#[test]
fn nonsense_ends_the_session_without_a_panic() {
    let sandbox = Sandbox::empty();
    sandbox.agepatch(["mcp"]).write_stdin("").assert().success().stdout("");
    for nonsense in ["hello\n", "{}\n", "[]\n", "\u{0}\n", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}\n"]
    {
        sandbox.agepatch(["mcp"]).write_stdin(nonsense).assert().stderr(contains("panicked").not());
    }
    sandbox.agepatch(["mcp", "--reveal"]).write_stdin("").assert().code(2).stderr(contains("never reveals"));
    sandbox.agepatch(["mcp", "--confirm", "--read-only"]).write_stdin("").assert().code(2);
}

#[test_with::path(target/mcp-sdk/bin/python)]
fn the_official_sdk_confirms_an_edit() {
    let sandbox = sandbox();
    let set = |confirm: Option<&str>| {
        call(
            "client_set",
            &json!({"id": "media", "assignments": ["client_name=Films"], "confirm": confirm, "commit": {}}),
        )
    };
    let plain = call("client_set", &json!({"id": "media", "assignments": ["client_name=Films"], "commit": {}}));
    let patch = json!([{"op": "append", "path": format!("{CLIENTS}[media].scopes"), "value": "email"}]);
    let session = Session::by_the_sdk(
        &sandbox,
        &["--confirm"],
        &[
            plain,
            set(Some("$confirm")),
            set(Some("$confirm")),
            call("preview_patch", &json!({"file": "authelia", "patch": patch})),
            call("apply_patch", &json!({"file": "authelia", "patch": patch, "confirm": "$confirm"})),
        ],
    );
    assert!(session.result(0)["confirm"].is_string());
    assert!(session.result(1)["commit"].is_string());
    assert_eq!(session.error(2), "usage", "a token is good once");
    assert_eq!(session.result(4)["files"][0]["changed"], true);
    let text = sandbox.open("authelia.age");
    assert!(text.contains("Films") && text.contains("email"));
}

#[test_with::path(target/mcp-sdk/bin/python)]
fn the_official_sdk_accepts_every_result() {
    let sandbox = sandbox();
    let calls = [
        call("list_files", &json!({})),
        call("show", &json!({"file": "media-env"})),
        call("diff", &json!({"revision": "HEAD"})),
        call("check", &json!({})),
        call("explain", &json!({})),
        call("client_rotate", &json!({"id": "media", "dry_run": true})),
        call("client_verify", &json!({})),
        call(
            "diagnose",
            &json!({"url": "https://auth.example.com/api/oidc/authorization?client_id=media&redirect_uri=https%3A%2F%2Fm.example.com"}),
        ),
        call("doctor", &json!({})),
        call("commit", &json!({"dry_run": true})),
        call("show", &json!({"file": "nowhere"})),
    ];
    let session = Session::by_the_sdk(&sandbox, &[], &calls);
    for at in 0..calls.len() - 1 {
        session.result(at);
    }
    assert_eq!(session.error(calls.len() - 1), "io");
}
