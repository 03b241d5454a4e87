//! The output of `--output json` validates against the schemas from `agepatch schema`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::mem;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;
use crate::support::schema::{self, complaints};

/// The demo's repository: an Authelia file, an environment file, a task, a log, two commits.
fn demo() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.agepatch(["demo", "demo"]).assert().success();
    sandbox
}

fn agepatch(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = sandbox.agepatch(arguments);
    let folder = sandbox.repo().join("demo");
    command.env("AGEPATCH_IDENTITIES", folder.join("key.txt")).current_dir(folder.join("nixos"));
    command
}

const CLIENT: &str = "identity_providers.oidc.clients[mediamanager]";

/// Each output, and a command line that prints it (`{}` is the client).
const RUNS: &[(&str, &str, &str)] = &[
    ("status", "", ""),
    ("show", "show authelia-secrets", ""),
    ("show", "show mediamanager-env OIDC_CLIENT_ID --reveal", ""),
    ("get", "get authelia-secrets {}.scopes", ""),
    ("edit", "set authelia-secrets {}.client_name Media", ""),
    ("edit", "set mediamanager-env OIDC_CLIENT_SECRET --from-stdin -n", "marker-secret"),
    ("unset", "unset mediamanager-env OIDC_ENABLED", ""),
    ("set", "set authelia-secrets {}.client_name Media", ""),
    ("add", "add authelia-secrets {}.scopes groups --commit", ""),
    ("remove", "remove authelia-secrets {}.scopes groups", ""),
    (
        "apply",
        "apply authelia-secrets",
        r#"[{"op": "set", "path": "/identity_providers/oidc/clients/0/public", "value": false}]"#,
    ),
    ("write", "write mediamanager-env", "A=1\n"),
    ("new", "new other --like mediamanager-env", "A=1\n"),
    ("commit", "commit -n", ""),
    ("commit", "commit --task 118", ""),
    ("commit", "commit", ""),
    ("diff", "diff HEAD~1..HEAD", ""),
    ("diff", "diff HEAD~3..HEAD --reveal", ""),
    ("diff --output json-patch", "diff HEAD~3..HEAD --reveal --output json-patch", ""),
    ("log", "log authelia-secrets", ""),
    ("log", "log authelia-secrets {}.scopes", ""),
    ("blame", "blame authelia-secrets", ""),
    ("restore", "restore authelia-secrets {}.scopes --source HEAD~1", ""),
    ("check", "check authelia-secrets", ""),
    (
        "check",
        "check - --as authelia.yml",
        "identity_providers: {oidc: {clients: [{client_id: a, pubilc: true, scopes: [opendi]}]}}\n",
    ),
    ("explain", "explain", ""),
    ("explain", "explain token-endpoint-auth-method", ""),
    ("client list", "client list", ""),
    ("client show", "client show mediamanager", ""),
    ("client set", "client set mediamanager client_name=M", ""),
    ("client add", "client add other --redirect-uri https://other.example.com/cb --public", ""),
    ("client rotate", "client rotate mediamanager --secret-to mediamanager-env.age#OIDC_CLIENT_SECRET", ""),
    ("client verify", "client verify mediamanager --secret-from mediamanager-env.age#OIDC_CLIENT_SECRET", ""),
    ("client remove", "client remove other", ""),
    ("client profiles", "client profiles", ""),
    ("diagnose", "diagnose --log authelia.log", ""),
    ("diagnose", "diagnose", "nothing of interest\n"),
    ("diagnose", "diagnose --log authelia.log --apply -n", ""),
    ("diagnose", "diagnose --apply", "nothing of interest\n"),
    ("client add", "client add third --redirect-uri https://third.example.com/cb --reveal", ""),
    ("client rotate", "client rotate third --reveal", ""),
    ("doctor", "doctor", ""),
    ("recipients", "recipients", ""),
    ("rekey", "rekey --all -n", ""),
    ("rekey", "rekey", ""),
    ("convert", "convert a --to sops -n", ""),
    ("jj setup", "jj setup", ""),
    ("git setup", "git setup", ""),
    ("git setup", "git setup --check", ""),
    ("trust", "trust", ""),
    ("trust --list", "trust --list", ""),
    ("trust", "trust --undo", ""),
    ("merge-file", "merge-file a.age b.age c.age x.yaml.age", ""),
    ("merge-file", "merge-file a.age b.age b.age x.yaml.age", ""),
    ("schema", "schema", ""),
    ("textconv", "textconv authelia-secrets.age", ""),
    ("textconv", "textconv mediamanager-env.age --reveal", ""),
    ("completions", "completions fish", ""),
    ("completions", "completions nushell", ""),
    ("man", "man", ""),
    ("man", "man pages", ""),
    ("demo", "demo", ""),
    ("demo", "demo again", ""),
    ("show", "-d a.age", ""),
    ("rekey", "-r", ""),
    ("edit", "-e mediamanager-env.age", "A=2\n"),
];

#[test_with::executable(git)]
fn every_output_validates_against_its_schema() {
    let sandbox = demo();
    let schemas = schema::all(&sandbox);
    let keys = String::from_utf8(sandbox.read("demo/key.txt")).expect("text");
    let key = keys.lines().find(|line| line.starts_with("AGE-SECRET-KEY")).expect("a key");
    let key: age::x25519::Identity = key.parse().expect("a key");
    for (name, value) in [("a", 1), ("b", 2), ("c", 3)] {
        let sealed = age::encrypt(&key.to_public(), format!("x: {value}\n").as_bytes()).expect("sealed");
        std::fs::write(sandbox.repo().join(format!("demo/nixos/{name}.age")), sealed).expect("written");
    }
    let rules = format!("creation_rules:\n  - path_regex: ^a.sops$\n    age: {}\n", key.to_public());
    sandbox.write("demo/nixos/.sops.yaml", &rules);
    let recorded = recorded();
    let mut compared = 0;
    let mut seen = BTreeSet::from(["error"]);
    for (output, line, stdin) in RUNS {
        let line = line.replace("{}", CLIENT).replace("{file}", "authelia-secrets.age");
        let mut words: Vec<&str> = line.split_whitespace().collect();
        if !words.contains(&"--output") {
            words.extend(["--output", "json"]);
        }
        let ran = agepatch(&sandbox, &words).write_stdin(*stdin).output().expect("it runs");
        assert!(ran.status.code().is_some_and(|code| code <= 1), "{line}: {}", String::from_utf8_lossy(&ran.stderr));
        let text = String::from_utf8(ran.stdout).expect("text");
        let document: Json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{line}: {error}: {text}"));
        assert_eq!(complaints(&schemas[*output], &document), Vec::<String>::new(), "{line}: {text}");
        compared += same_verdicts(&schemas[*output], &recorded, &document);
        assert!(!text.contains("marker-secret"), "{line}");
        seen.insert(output);
    }
    // `edit` is tested with an editor elsewhere, and `probe` with a server.
    let left: Vec<&str> = schemas.keys().map(String::as_str).filter(|name| !seen.contains(name)).collect();
    assert_eq!(left, ["client probe"]);
    assert!(compared > 3_000, "{compared} documents were compared");
}

#[test_with::executable(git)]
fn every_error_is_one_line_of_json() {
    let sandbox = demo();
    let schemas = schema::all(&sandbox);
    let runs = [
        ("show nowhere", 6, "io"),
        ("show", 2, "usage"),
        ("shwo authelia-secrets", 2, "usage"),
        ("set authelia-secrets", 2, "usage"),
        ("set authelia-secrets x y --shape z", 2, "usage"),
        ("--rekey show", 2, "usage"),
        ("show authelia-secrets --color pink", 2, "usage"),
        ("-C nowhere show", 2, "usage"),
        ("-C nowhere show authelia-secrets", 2, "usage"),
        ("--rules nowhere.nix check", 6, "rules"),
        ("-i nowhere show authelia-secrets", 3, "no-identity"),
        ("get authelia-secrets a.b", 5, "path"),
        ("get mediamanager-env OIDC_CLIENT_SECRET", 4, "secret-needs-reveal"),
        ("set mediamanager-env OIDC_CLIENT_SECRET hunter2", 2, "secret-on-command-line"),
        ("set authelia-secrets {}.token_endpoint_auth_method none", 4, "check"),
        ("write mediamanager-env", 4, "empty-result"),
        ("apply -p fix.yaml", 4, "test"),
        ("commit mediamanager-env --task 999", 4, "task"),
        ("explain nothing-like-it", 2, "usage"),
        ("schema nothing-like-it", 2, "usage"),
        ("authelia-secrets.age", 2, "usage"),
    ];
    agepatch(&sandbox, &["set", "--public", "mediamanager-env", "A", "1"]).assert().success();
    for (line, code, kind) in runs {
        let words = line.replace("{}", CLIENT);
        let words: Vec<&str> = words.split_whitespace().chain(["--output", "json"]).collect();
        let ran = agepatch(&sandbox, &words).output().expect("it runs");
        let text = String::from_utf8(ran.stderr).expect("text");
        assert_eq!(ran.status.code(), Some(code), "{line}: {text}");
        assert_eq!(text.lines().count(), 1, "{line}: {text}");
        let error: Json = serde_json::from_str(&text).unwrap_or_else(|failed| panic!("{line}: {failed}: {text}"));
        assert_eq!(complaints(&schemas["error"], &error), Vec::<String>::new(), "{line}: {text}");
        assert_eq!(error["error"]["kind"], kind, "{line}: {text}");
        assert!(error["error"]["hint"].is_string(), "{line} tells no next step: {text}");
        assert!(!text.contains("hunter2"), "{line}: {text}");
    }
}

#[test]
fn schemas_reject_unknown_members() {
    let sandbox = Sandbox::empty();
    let schemas = schema::all(&sandbox);
    let error = |extra: &str| -> Json {
        serde_json::from_str(&format!(
            r#"{{"error":{{"kind":"io","message":"m","path":null,"file":null,"line":null,"column":null,"hint":null{extra}}}}}"#
        ))
        .expect("JSON")
    };
    assert!(complaints(&schemas["error"], &error("")).is_empty());
    assert!(!complaints(&schemas["error"], &error(r#","more":1"#)).is_empty());
    assert!(!complaints(&schemas["diff"], &serde_json::json!({"files": [{"path": "a"}]})).is_empty());
}

/// The schemas written by hand in `tests/data/schemas`, each with those that it refers to.
fn recorded() -> BTreeMap<String, Json> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/schemas");
    let files = fs::read_dir(folder).expect("the schemas").map(|entry| entry.expect("a file").path());
    let read = |path: PathBuf| {
        let schema: Json = serde_json::from_slice(&fs::read(&path).expect("a schema")).expect("JSON");
        (path.file_stem().expect("a name").to_string_lossy().into_owned(), schema)
    };
    files.map(read).collect()
}

/// A pointer into a document, and the wrong value to put there.
type Mistake = (String, Json);

/// The mistakes that can be made in the value at the pointer, one at a time: a missing member, an additional one, a
/// value of another type.
fn mistakes(pointer: &str, value: &Json, found: &mut Vec<Mistake>) {
    let others = [Json::Null, true.into(), 7.into(), "text".into(), serde_json::json!([]), serde_json::json!({})];
    let at = |value: Json| (pointer.to_owned(), value);
    found.extend(others.into_iter().filter(|other| other != value).map(at));
    match value {
        Json::Object(members) => {
            let mut more = members.clone();
            more.insert("more".to_owned(), 1.into());
            found.push(at(Json::Object(more)));
            for (name, inside) in members {
                let mut fewer = members.clone();
                fewer.remove(name);
                found.push(at(Json::Object(fewer)));
                // What `schema` prints is schemas, of which only a few members are described.
                if !pointer.is_empty() && members.contains_key("$schema") {
                    continue;
                }
                mistakes(&format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), inside, found);
            }
        }
        // Mistakes are made in the first item alone.
        Json::Array(items) if !items.is_empty() => mistakes(&format!("{pointer}/0"), &items[0], found),
        Json::Number(number) if number.is_u64() => found.extend([Json::from(0), Json::from(-1)].map(at)),
        _ => {}
    }
}

/// Compares the verdicts of the derived and the hand-written schema on the document with every mistake. Returns the
/// number of mistakes.
fn same_verdicts(derived: &Json, recorded: &BTreeMap<String, Json>, document: &Json) -> usize {
    let id = derived["$id"].as_str().expect("an id").trim_start_matches("urn:agepatch:schema:");
    let recorded =
        recorded.get(id).unwrap_or_else(|| panic!("tests/data/schemas/{id}.json: describe the output there, too"));
    let validators = [derived, recorded].map(|schema| jsonschema::draft202012::new(schema).expect("a schema"));
    let mut found = Vec::new();
    mistakes("", document, &mut found);
    let count = found.len();
    // One copy changes in place: an output times its mistakes does not fit into memory.
    let mut mutant = document.clone();
    for (pointer, value) in found {
        let right = mem::replace(mutant.pointer_mut(&pointer).expect("it is there"), value);
        let [new, old] = validators.each_ref().map(|validator| validator.is_valid(&mutant));
        assert_eq!(new, old, "{id}: the derived schema says {new}, the recorded one {old}: {mutant}");
        *mutant.pointer_mut(&pointer).expect("it is there") = right;
    }
    count
}

#[test]
fn the_schemas_of_the_book_are_the_derived_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema");
    let sandbox = Sandbox::empty();
    let mut names: Vec<String> = recorded().into_keys().collect();
    let printed = sandbox.agepatch(["schema", "--output", "json"]).assert().success();
    let all: serde_json::Map<String, Json> = serde_json::from_slice(&printed.get_output().stdout).expect("JSON");
    let id =
        |schema: &Json| schema["$id"].as_str().expect("an id").trim_start_matches("urn:agepatch:schema:").to_owned();
    names.extend(all.values().map(id));
    names.sort();
    names.dedup();
    for name in names {
        let printed = sandbox.agepatch(["schema", &name]).assert().success().get_output().stdout.clone();
        let path = folder.join(format!("{name}.json"));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &printed).expect("written");
        }
        assert!(fs::read(&path).is_ok_and(|written| written == printed), "docs/schema/{name}.json: run docs/update.sh");
    }
}
