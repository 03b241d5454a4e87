use super::*;
use crate::patch::{Action, Operation, ValueSource};

fn operations(text: &str) -> Vec<Operation> {
    match read(text.as_bytes(), PatchNotation::Operations) {
        Ok(Input::Patch(Patch::Operations(operations))) => operations,
        other => panic!("{text}: {other:?}"),
    }
}

fn refused(text: &str) -> (String, Option<(usize, usize)>, String) {
    let error = read(text.as_bytes(), PatchNotation::Operations).expect_err(text);
    assert_eq!(error.kind(), ErrorKind::Patch, "{text}");
    (error.message().to_owned(), error.line_column(), error.hint_text().unwrap_or_default().to_owned())
}

#[test]
fn json_and_yaml_are_equivalent() {
    let json = r#"[
	{"op": "add", "path": "/a/b", "value": [1, "x\/y", "\u00e4\ud83d\ude00", null]},
	{"op": "rename", "path": "/a", "to": "b"}
]"#;
    let yaml = "- {op: add, path: /a/b, value: [1, x/y, ä😀, null]}\n- op: rename\n  path: /a\n  to: b\n";
    let (json, yaml) = (operations(json), operations(yaml));
    let plain = |operations: &[Operation]| {
        operations.iter().map(|one| (one.path.clone(), one.action.clone())).collect::<Vec<_>>()
    };
    assert_eq!(plain(&json), plain(&yaml));
    assert_eq!(json[1].action, Action::Rename("b".to_owned()));
}

#[test]
fn strings_that_look_like_numbers_stay_strings() {
    let [operation] = &operations(r#"[{"op":"set","path":"a","value":"0123"}]"#)[..] else { panic!("one") };
    assert_eq!(operation.action, Action::Set(ValueSource::Given(Value::string("0123"))));
}

#[test]
fn every_error_has_its_place_and_the_nearest_name() {
    let cases = [
        ("- {op: ad, path: /a, value: 1}", "no operation `ad`", (1, 4), "did you mean `add`?"),
        ("- {op: add, pth: /a, value: 1}", "unknown key `pth`", (1, 13), "did you mean `path`?"),
        ("- {op: add, path: /a}", "the operation `add` needs `value`", (1, 3), "value_from"),
        ("- {op: add, value: 1}", "the operation `add` needs `path`", (1, 3), ""),
        ("- {path: /a, value: 1}", "an operation needs `op`", (1, 3), ""),
        ("- {op: move, path: /a}", "needs `from`", (1, 3), ""),
        ("- {op: rename, path: /a, value: b}", "`value` has no effect in the operation `rename`", (1, 26), ""),
        ("- {op: remove, path: /a, value: b}", "`value` has no effect", (1, 26), ""),
        ("- {op: add, path: /a, value: 1, from: /b}", "`from` has no effect", (1, 33), ""),
        ("- {op: add, path: 3, value: 1}", "`path` must be a string, not a number", (1, 13), "quotes"),
        ("- {op: set, path: a, value: 1, value_from: {env: A}}", "exclude each other", (1, 32), ""),
        ("- {op: set, path: a, value_from: {enf: A}}", "unknown key `enf`", (1, 35), "did you mean `env`?"),
        ("- {op: set, path: a, value_from: {}}", "exactly one source", (1, 22), "generate"),
        ("- {op: set, path: a, value_from: {env: A, file: b}}", "exactly one source", (1, 22), ""),
        ("- {op: set, path: a, value_from: {stdin: false}}", "can only be `true`", (1, 35), ""),
        ("- {op: set, path: a, value_from: {generate: x}}", "number of characters", (1, 35), ""),
        ("- {op: set, path: a, value_from: {digest_of: {file: x}}}", "needs `path`", (1, 35), ""),
        ("- add", "must be an operation, not a string", (1, 3), ""),
        ("{op: add, path: /a, value: 1}", "a patch is a list of operations", (1, 1), "brackets"),
        ("{a: 1}", "this is a map", (1, 1), "--merge"),
        ("{files: {}}", "needs a version", (1, 1), "agepatch: 1"),
        ("5", "this is a number", (1, 1), ""),
        ("agepatch: 2\nfiles: {}", "must be 1", (1, 1), ""),
        ("agepatch: 1\nfile: {}", "unknown key `file`", (2, 1), "did you mean `files`?"),
        ("agepatch: 1\n", "a patch set needs `files`", (1, 1), ""),
        ("agepatch: 1\nfiles:\n  a.age: {op: add}\n", "`a.age` must be a list of operations", (3, 3), ""),
    ];
    for (text, message, place, hint) in cases {
        let (found, at, help) = refused(text);
        assert!(found.contains(message), "{text}: {found}");
        assert_eq!(at, Some(place), "{text}");
        assert!(help.contains(hint), "{text}: {help}");
    }
    for text in ["[", "- {op: add, op: add}"] {
        assert!(refused(text).0.contains("the patch cannot be read"));
    }
}

#[test]
fn patch_sets_name_their_files() {
    let text = r#"
agepatch: 1
task: task-118
type: fix
scope: cloud
message: mend the login
relation: Resolves
files:
  authelia-secrets.age:
    - { op: test, path: "identity_providers.oidc.clients[mediamanager].public", value: false }
    - { op: set, path: "a", value_from: { digest_of: { file: mediamanager-env.age, path: OIDC_CLIENT_SECRET } } }
  mediamanager-env.age:
    - { op: set, path: OIDC_CLIENT_SECRET, value_from: { generate: 64 } }
"#;
    let Ok(Input::Set(set)) = read(text.as_bytes(), PatchNotation::Operations) else { panic!("a patch set") };
    assert_eq!((set.tasks.as_slice(), set.kind.as_deref()), (&["task-118".to_owned()][..], Some("fix")));
    assert_eq!((set.scope.as_deref(), set.relation.as_deref()), (Some("cloud"), Some("Resolves")));
    let names: Vec<&str> = set.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["authelia-secrets.age", "mediamanager-env.age"]);
    assert_eq!(set.files[0].patch.depends_on().collect::<Vec<_>>(), ["mediamanager-env.age"]);
    let Err(error) = read(text.as_bytes(), PatchNotation::Merge) else { panic!("not a merge patch") };
    assert!(error.hint_text().expect("a hint").contains("--merge"));
}

#[test]
fn merge_patches_are_maps() {
    let Ok(Input::Patch(Patch::Merge(patch))) = read(b"{\"a\": null, \"op\": 1}", PatchNotation::Merge) else {
        panic!("a merge patch")
    };
    assert_eq!(patch.as_map().map(crate::document::Map::len), Some(2));
    assert_eq!(read(b"[]", PatchNotation::Merge).expect_err("a list").kind(), ErrorKind::Patch);
}

#[test]
fn a_template_without_quotes_is_refused() {
    for (text, notation, place) in [
        ("- {op: set, path: a, value: {{ env \"X\" }} }\n", PatchNotation::Operations, (1, 22)),
        ("- op: set\n  path: a\n  value: [{k: {{ x }}}]\n", PatchNotation::Operations, (3, 12)),
        ("a:\n  k: {{ env \"X\" }}\n", PatchNotation::Merge, (2, 3)),
        ("? [a]\n: 1\n", PatchNotation::Merge, (1, 1)),
    ] {
        let error = read(text.as_bytes(), notation).expect_err(text);
        assert_eq!((error.kind(), error.line_column()), (ErrorKind::Patch, Some(place)), "{text}");
        assert_eq!(error.hint_text(), Some("quote it: '{{ … }}'"));
    }
}
