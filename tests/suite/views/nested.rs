//! The recorded cases of documents inside values, in age and sops files.

use std::fs;

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sops");

fn cases() -> Vec<Json> {
    let text = fs::read_to_string(format!("{FOLDER}/nested.jsonl")).expect("the cases");
    text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

/// A sandbox with the case's file, its rules, and the keys to pass with `-i`.
fn stage(case: &Json) -> (Sandbox, Vec<String>) {
    let sandbox = Sandbox::empty();
    let name = case["name"].as_str().expect("a name");
    if let Some(config) = case["config"].as_str() {
        sandbox.write(".sops.yaml", config);
    } else {
        let keys = case["recipients"].as_array().expect("recipients").iter();
        let keys: String = keys.map(|key| format!("\"{}\" ", key.as_str().expect("a key"))).collect();
        sandbox.write("secrets.nix", &format!("{{ \"{name}\".publicKeys = [ {keys}]; }}\n"));
    }
    sandbox.write(name, case["text"].as_str().expect("a text"));
    let keys = case["keys"].as_array().expect("keys").iter();
    let paths = keys.map(|key| format!("{FOLDER}/keys/{}", key.as_str().expect("a key")));
    let named = paths.flat_map(|path| ["-i".to_owned(), path]).collect();
    (sandbox, named)
}

fn lines_changed(before: &str, after: &str) -> (usize, usize) {
    let diff = similar::TextDiff::from_lines(before, after);
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    (count(similar::ChangeTag::Delete), count(similar::ChangeTag::Insert))
}

#[test]
fn recorded_edits_inside_values_give_the_recorded_texts() {
    let all = cases();
    assert!(all.len() > 30, "the cases were found");
    for case in &all {
        let id = case["id"].as_str().expect("an id");
        let (sandbox, keys) = stage(case);
        let (name, leaf) = (case["name"].as_str().expect("a name"), case["leaf"].as_str().expect("a leaf"));
        let file = format!("{name}#{leaf}");
        sandbox.write("../patch.json", &case["edit"]["ops"].to_string());
        let mut apply = sandbox.agepatch(["apply", &file, "-p", "../patch.json", "--output", "json"]);
        let output = apply.args(&keys).output().expect("it runs");
        let printed = [&output.stdout[..], &output.stderr[..]].concat();
        let printed = String::from_utf8_lossy(&printed);
        let before = case["text"].as_str().expect("a text");
        for secret in case["secrets"].as_array().expect("secrets").iter().filter_map(Json::as_str) {
            assert!(secret.len() < 6 || !printed.contains(secret), "{id}: a secret is printed");
        }
        let after = String::from_utf8(sandbox.read(name)).expect("text");
        if let Some(exits) = case["refuse"]["exit"].as_array() {
            let code = output.status.code().map(Json::from).unwrap_or_default();
            assert!(exits.contains(&code), "{id}: exit {code}: {printed}");
            assert!(after == before, "{id}: a refused edit changed the file");
            continue;
        }
        assert!(output.status.success(), "{id}: {printed}");
        if case["noop"] == true {
            assert!(after == before, "{id}: an edit that changes nothing changed the file");
            continue;
        }
        let inner = sandbox.agepatch(["show", &file, "--reveal"]).args(&keys).output().expect("it runs").stdout;
        assert_eq!(String::from_utf8_lossy(&inner), case["want_inner"].as_str().expect("a text"), "{id}");
        if let Some(outer) = case["want_outer"].as_str() {
            let text = sandbox.agepatch(["show", name, "--reveal"]).args(&keys).output().expect("it runs").stdout;
            assert_eq!(String::from_utf8_lossy(&text), outer, "{id}");
        } else {
            let limits = &case["max_changed_lines"];
            let (removed, added) = lines_changed(before, &after);
            let most = |at: usize| usize::try_from(limits[at].as_u64().expect("a number")).expect("small");
            assert!(removed <= most(0) && added <= most(1), "{id}: {removed} and {added} lines changed");
        }
    }
}

#[test]
fn a_bare_name_means_the_only_value_of_that_name() {
    let case = cases().into_iter().find(|case| case["id"] == "nested-01").expect("the case");
    let (sandbox, keys) = stage(&case);
    let show = |name: &str| sandbox.agepatch(["show", name]).args(&keys).assert();
    for name in ["authelia-secrets", "authelia-secrets.age"] {
        let shown = show(name).success().get_output().stdout.clone();
        assert!(String::from_utf8_lossy(&shown).contains("client_id: mediamanager"), "{name}");
    }
    let checked = sandbox.agepatch(["check", "authelia-secrets"]).args(&keys).output().expect("it runs");
    assert!(matches!(checked.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&checked.stderr));
    let bare = sandbox.agepatch(["check", "--output", "json"]).args(&keys).output().expect("it runs");
    assert!(String::from_utf8_lossy(&bare.stdout).contains("galactica.yaml#authelia-secrets"));
    let text = String::from_utf8(sandbox.read("galactica.yaml")).expect("text");
    sandbox.write("other/second.yaml", &text);
    let refused = show("authelia-secrets").code(5).get_output().stderr.clone();
    let refused = String::from_utf8_lossy(&refused);
    assert!(refused.contains("galactica.yaml#authelia-secrets"), "{refused}");
    assert!(refused.contains("other/second.yaml#authelia-secrets"), "{refused}");
    show("no-such-name").code(6);
}
