//! The patch language from the command line: RFC 6902, RFC 7386, agepatch's own operations, paths, and errors.

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

/// A document edited by patches in this order: the text, or kind, path, and hint of the error.
fn edited(
    sandbox: &Sandbox,
    format: &str,
    document: &str,
    patches: &[&str],
    more: &[&str],
) -> Result<String, (String, String, String)> {
    let mut arguments: Vec<String> =
        ["apply", "-", "--format", format, "--output", "json", "--no-check"].map(str::to_owned).to_vec();
    for (number, patch) in patches.iter().enumerate() {
        let name = format!("patch-{number}");
        sandbox.write(&name, patch);
        arguments.extend(["-p".to_owned(), name]);
    }
    arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
    let output = sandbox.agepatch(arguments).env("NEW", "from-env").write_stdin(document).output().expect("it runs");
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout).expect("UTF-8"));
    }
    assert!(output.stdout.is_empty(), "a refused patch gives nothing");
    let error: Json = serde_json::from_slice(&output.stderr).expect("one line of JSON");
    let member = |name: &str| error["error"][name].as_str().unwrap_or_default().to_owned();
    let code = if matches!(member("kind").as_str(), "test") { 4 } else { 5 };
    assert_eq!(output.status.code(), Some(code), "{error}");
    Err((member("kind"), member("path"), format!("{} {}", member("message"), member("hint"))))
}

fn as_json(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

/// The rules of RFC 6902 for each operation, in JSON and in YAML.
#[test]
fn each_operation_of_rfc_6902_works() {
    let cases: &[(&str, &str, Result<&str, &str>)] = &[
        // Add a member, insert an item before another, and append one.
        (r#"{"host":"a"}"#, r#"[{"op":"add","path":"/port","value":80}]"#, Ok(r#"{"host":"a","port":80}"#)),
        (r#"{"l":["a","c"]}"#, r#"[{"op":"add","path":"/l/1","value":"b"}]"#, Ok(r#"{"l":["a","b","c"]}"#)),
        (r#"{"l":["a"]}"#, r#"[{"op":"add","path":"/l/1","value":"b"}]"#, Ok(r#"{"l":["a","b"]}"#)),
        (r#"{"l":["a"]}"#, r#"[{"op":"add","path":"/l/-","value":["b"]}]"#, Ok(r#"{"l":["a",["b"]]}"#)),
        (r#"{"a":1}"#, r#"[{"op":"add","path":"/a","value":2}]"#, Ok(r#"{"a":2}"#)),
        (r#"{"a":1}"#, r#"[{"op":"add","path":"","value":[1]}]"#, Ok("[1]")),
        (r#"{"a":1}"#, r#"[{"op":"add","path":"/b","value":{"c":{}}}]"#, Ok(r#"{"a":1,"b":{"c":{}}}"#)),
        (r#"{"a":1}"#, r#"[{"op":"add","path":"/b/c","value":1}]"#, Err("path")),
        (r#"{"l":[]}"#, r#"[{"op":"add","path":"/l/1","value":1}]"#, Err("path")),
        (r#"{"l":[]}"#, r#"[{"op":"add","path":"/l/x","value":1}]"#, Err("path")),
        // Remove and replace; missing places are errors.
        (r#"{"a":1,"b":2}"#, r#"[{"op":"remove","path":"/b"}]"#, Ok(r#"{"a":1}"#)),
        (r#"{"l":[1,2,3]}"#, r#"[{"op":"remove","path":"/l/1"}]"#, Ok(r#"{"l":[1,3]}"#)),
        (r#"{"a":1}"#, r#"[{"op":"remove","path":"/b"}]"#, Err("path")),
        (r#"{"l":[1]}"#, r#"[{"op":"remove","path":"/l/-"}]"#, Err("path")),
        (r#"{"l":[1]}"#, r#"[{"op":"remove","path":"/l/00"}]"#, Err("path")),
        (r#"{"a":1}"#, r#"[{"op":"replace","path":"/a","value":null}]"#, Ok(r#"{"a":null}"#)),
        (r#"{"a":1}"#, r#"[{"op":"replace","path":"/b","value":1}]"#, Err("path")),
        (r#"{"a":1}"#, r#"[{"op":"replace","path":"","value":{"b":2}}]"#, Ok(r#"{"b":2}"#)),
        // Move and copy.
        (r#"{"a":{"x":1},"b":{}}"#, r#"[{"op":"move","from":"/a/x","path":"/b/y"}]"#, Ok(r#"{"a":{},"b":{"y":1}}"#)),
        (r#"{"l":[1,2,3]}"#, r#"[{"op":"move","from":"/l/0","path":"/l/2"}]"#, Ok(r#"{"l":[2,3,1]}"#)),
        (r#"{"a":{"b":1}}"#, r#"[{"op":"move","from":"/a","path":"/a/b"}]"#, Err("path")),
        (r#"{"a":1}"#, r#"[{"op":"move","from":"/b","path":"/c"}]"#, Err("path")),
        (r#"{"a":[1]}"#, r#"[{"op":"copy","from":"/a","path":"/a/-"}]"#, Ok(r#"{"a":[1,[1]]}"#)),
        // Test by value: numbers as numbers, texts as texts, members in any order.
        (r#"{"a":"x","l":[1,{"b":2,"c":3}]}"#, r#"[{"op":"test","path":"/l/1","value":{"c":3,"b":2}}]"#, Ok("same")),
        (r#"{"a":1.0}"#, r#"[{"op":"test","path":"/a","value":1}]"#, Ok("same")),
        (r#"{"a":10}"#, r#"[{"op":"test","path":"/a","value":"10"}]"#, Err("test")),
        (r#"{"l":[1,2]}"#, r#"[{"op":"test","path":"/l","value":[2,1]}]"#, Err("test")),
        (r#"{"a":null}"#, r#"[{"op":"test","path":"/a","value":null}]"#, Ok("same")),
        // Tokens: `~1` is a slash, `~0` a tilde, `~01` a tilde and a one; an empty token is a key.
        (
            r#"{"/":9,"~1":10,"":0}"#,
            r#"[{"op":"test","path":"/~01","value":10},{"op":"remove","path":"/~1"},{"op":"replace","path":"/","value":1}]"#,
            Ok(r#"{"~1":10,"":1}"#),
        ),
        // Atomic, each on the result of the previous one.
        (r#"{"a":1}"#, r#"[{"op":"add","path":"/b","value":1},{"op":"test","path":"/a","value":2}]"#, Err("test")),
        (
            r#"{"a":1}"#,
            r#"[{"op":"add","path":"/b","value":{}},{"op":"add","path":"/b/c","value":2},{"op":"remove","path":"/a"}]"#,
            Ok(r#"{"b":{"c":2}}"#),
        ),
        (r#"{"a":1}"#, "[]", Ok("same")),
        // agepatch's own operations.
        (r#"{"a":1}"#, r#"[{"op":"set","path":"/b/c/d","value":2}]"#, Ok(r#"{"a":1,"b":{"c":{"d":2}}}"#)),
        (
            r#"{"l":[1]}"#,
            r#"[{"op":"append","path":"/l","value":1},{"op":"append","path":"/l","value":2},{"op":"append","path":"/m","value":3}]"#,
            Ok(r#"{"l":[1,2],"m":[3]}"#),
        ),
        (r#"{"a":1,"b":2}"#, r#"[{"op":"rename","path":"/a","to":"c"}]"#, Ok(r#"{"c":1,"b":2}"#)),
        (r#"{"a":1,"b":2}"#, r#"[{"op":"rename","path":"/a","to":"b"}]"#, Err("path")),
        (r#"{"l":[1]}"#, r#"[{"op":"rename","path":"/l/0","to":"b"}]"#, Err("path")),
        // Unknown members are rejected, never ignored.
        (r#"{"a":1}"#, r#"[{"op":"add","path":"/b","value":1,"note":"x"}]"#, Err("patch")),
        (r#"{"a":1}"#, r#"[{"op":"add","path":"/b"}]"#, Err("patch")),
        (r#"{"a":1}"#, r#"[{"op":"frob","path":"/b"}]"#, Err("patch")),
        (r#"{"a":1}"#, r#"[{"op":"add","op":"remove","path":"/a"}]"#, Err("patch")),
        (r#"{"a":1}"#, r#"{"op":"remove","path":"/a"}"#, Err("patch")),
    ];
    let sandbox = Sandbox::empty();
    for (document, patch, expected) in cases {
        // A YAML patch is equivalent; duplicate members have no YAML notation here.
        let yaml = serde_yaml::from_str::<serde_yaml::Value>(patch)
            .map(|value| serde_yaml::to_string(&value).expect("YAML"))
            .ok()
            .filter(|_| !patch.contains(r#""op":"add","op""#));
        for patch in std::iter::once((*patch).to_owned()).chain(yaml) {
            match (edited(&sandbox, "json", document, &[&patch], &[]), expected) {
                (Ok(text), Ok("same")) => assert_eq!(text, *document, "{patch}"),
                (Ok(text), Ok(expected)) => assert_eq!(as_json(&text), as_json(expected), "{document} {patch}"),
                (Err((kind, ..)), Err(expected)) => assert_eq!(kind, *expected, "{document} {patch}"),
                (found, _) => panic!("{document} {patch}: {found:?}"),
            }
        }
    }
}

/// The rules of RFC 7386, section 2.
#[test]
fn a_merge_patch_replaces_members_and_removes_nulls() {
    let cases = [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r#"["a","b"]"#, r#"{"a":1}"#, r#"{"a":1}"#),
        (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
        ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
        ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        (r#"{"a":1}"#, "{}", r#"{"a":1}"#),
        (r#"{"a":1}"#, r#"{"b":[null,{"c":null}]}"#, r#"{"a":1,"b":[null,{"c":null}]}"#),
    ];
    let sandbox = Sandbox::empty();
    for (document, patch, expected) in cases {
        let merged = edited(&sandbox, "json", document, &[patch], &["--merge"])
            .unwrap_or_else(|error| panic!("{document} {patch}: {error:?}"));
        assert_eq!(as_json(&merged), as_json(expected), "{document} {patch}");
    }
    // In YAML with comments, and two patches in a row.
    let merged =
        edited(&sandbox, "yaml", "a: 1 # a\nb:\n  c: x # c\n  d: 2\n", &["b: {d: null, e: [1]}", "a: 3"], &["--merge"]);
    assert_eq!(merged.expect("it fits"), "a: 3 # a\nb:\n  c: x # c\n  e:\n    - 1\n");
    assert_eq!(edited(&sandbox, "yaml", "a: 1\n", &["- 1"], &["--merge"]).expect_err("a list").0, "patch");
}

#[test]
fn several_patches_are_one() {
    let sandbox = Sandbox::empty();
    let patches = [
        r#"[{"op": "set", "path": "a.b", "value": 1}]"#,
        "- {op: test, path: a.b, value: 1}\n- {op: rename, path: a.b, to: c}\n",
        "- op: append\n  path: a.l\n  value_from: {env: NEW}\n",
    ];
    assert_eq!(
        edited(&sandbox, "yaml", "# top\n", &patches, &[]).expect("they fit"),
        "# top\na:\n  c: 1\n  l:\n    - from-env\n"
    );
    let [one, two, three] = patches;
    assert_eq!(edited(&sandbox, "yaml", "# top\n", &[two, one, three], &[]).expect_err("in another order").0, "path");
    sandbox.write("value", "from file\n");
    let from_file =
        "- {op: set, path: v, value_from: {file: value}}\n- {op: set, path: w, value_from: {generate: 20}}\n";
    let text = edited(&sandbox, "yaml", "v: x\n", &[from_file], &[]).expect("it fits");
    assert!(text.starts_with("v: from file\nw: ") && text.len() == "v: from file\nw: \n".len() + 20, "{text}");
}

const CLIENTS: &str = "\
clients:
  - client_id: a  # first
    uris: [x, y]
  - client_id: '3'
    uris: [z]
8080: port
a.b: dotted
'a/b~c': odd
names: [a, b, '3']
";

#[test]
fn paths_resolve_to_their_values() {
    let cases = [
        ("clients[a].uris[0]", Ok("    uris: [V, y]")),
        ("clients[a].uris[-1]", Ok("    uris: [x, V]")),
        ("clients[a].uris[y]", Ok("    uris: [x, V]")),
        ("clients[client_id=a].uris[0]", Ok("    uris: [V, y]")),
        ("clients[-1].uris[0]", Ok("    uris: [V]")),
        ("clients[1].uris[0]", Ok("    uris: [V]")),
        ("clients[\"3\"].uris[0]", Ok("    uris: [V]")),
        ("clients[client_id=3].uris[0]", Ok("    uris: [V]")),
        ("/clients/1/uris/0", Ok("    uris: [V]")),
        ("names[\"3\"]", Ok("names: [a, b, 'V']")),
        ("names[b]", Ok("names: [a, V, '3']")),
        ("\"a.b\"", Ok("a.b: V")),
        ("'a.b'", Ok("a.b: V")),
        ("'a/b~c'", Ok("'a/b~c': V")),
        ("/a~1b~0c", Ok("'a/b~c': V")),
        ("8080", Ok("8080: V")),
        ("/8080", Ok("8080: V")),
        ("clients[b].uris[0]", Err(("path", "a"))),
        ("clients[a].uri[0]", Err(("path", "uris"))),
        ("client[a].uris[0]", Err(("path", "clients"))),
        ("clients[7].uris", Err(("path", "2"))),
        ("clients[-3].uris", Err(("path", "2"))),
        ("/clients/-1/uris", Err(("path", ""))),
        ("/clients/0/uri", Err(("path", "uris"))),
        ("name[b]", Err(("path", "names"))),
        ("clients[", Err(("path", ""))),
    ];
    let sandbox = Sandbox::empty();
    for (path, expected) in cases {
        let patch = serde_json::json!([{ "op": "replace", "path": path, "value": "V" }]).to_string();
        match (edited(&sandbox, "yaml", CLIENTS, &[&patch], &[]), expected) {
            (Ok(text), Ok(line)) => {
                let new: Vec<&str> = text.lines().filter(|line| !CLIENTS.lines().any(|old| old == *line)).collect();
                assert_eq!(new, [line], "{path}");
            }
            (Err((kind, _, told)), Err((expected, near))) => {
                assert_eq!(kind, expected, "{path}: {told}");
                assert!(told.contains(near), "{path}: {told}");
            }
            (found, _) => panic!("{path}: {found:?}"),
        }
    }
    let twice = "- client_id: a\n  p: 1\n- client_id: b\n  p: 1\n";
    let patch = "- {op: replace, path: '[p=1].client_id', value: c}";
    assert_eq!(edited(&sandbox, "yaml", twice, &[patch], &[]).expect_err("two of them").0, "ambiguous");
    let both = "8080: a\n'8080': b\n";
    assert_eq!(
        edited(&sandbox, "yaml", both, &["- {op: remove, path: /8080}"], &[]).expect_err("two keys").0,
        "ambiguous"
    );
}
