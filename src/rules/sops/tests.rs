use std::path::{Path, PathBuf};

use super::*;

fn rules(text: &str) -> Result<SopsRules> {
    SopsRules::parse(PathBuf::from("/work/.sops.yaml"), text)
}

fn rule(text: &str, path: &str) -> Result<Option<SopsRule>> {
    let rule = rules(text)?.rule_for(&Path::new("/work").join(path))?;
    Ok(rule.and_then(|rule| rule.sops))
}

fn age(text: &str, path: &str) -> Vec<Vec<String>> {
    let rule = rule(text, path).unwrap_or_else(|error| panic!("{text}: {error}")).expect("a rule");
    rule.groups.into_iter().map(|group| group.age).collect()
}

#[test]
fn the_first_rule_that_matches_counts() {
    let text = "creation_rules:\n  - path_regex: ^prod/\n    age: age1a\n  - path_regex: \\.yaml$\n    age: age1b\n  - age: age1c\n";
    for (path, key) in
        [("prod/x.yaml", "age1a"), ("sub/prod/x.yaml", "age1b"), ("x.json", "age1c"), ("/elsewhere/x.json", "age1c")]
    {
        assert_eq!(age(text, path), [[key]], "{path}");
    }
    assert_eq!(rule("creation_rules:\n  - path_regex: ^/work\n", "x").expect("valid"), None, "paths are relative");
    assert!(
        rule("creation_rules:\n  - path_regex: ^/elsewhere/x\n    age: a\n", "/elsewhere/x").expect("valid").is_some()
    );
}

#[test]
fn keys_are_split_like_in_sops() {
    for (written, keys) in [
        ("a, b", &["a", "b"][..]),
        ("a,,b,", &["a", "b"]),
        ("[a, 'b,c']", &["a", "b", "c"]),
        ("[a, a]", &["a", "a"]),
        ("['a,']", &["a", ""]),
        ("''", &[]),
        ("[]", &[]),
        ("['']", &[]),
        ("", &[]),
        (">-\n      a,\n      b", &["a", "b"]),
    ] {
        assert_eq!(age(&format!("creation_rules:\n  - age: {written}\n"), "x"), [keys.to_vec()], "{written}");
    }
}

#[test]
fn groups_merge_and_drop_what_they_have_twice() {
    let text = "common: &common\n  age: [a, b]\n  pgp: [F1]\ncreation_rules:\n  - age: ignored\n    key_groups:\n      - merge:\n          - *common\n          - age: [c, a]\n        age: [d]\n        kms:\n          - arn: arn:1\n      - age: [a]\n";
    let rule = rule(text, "x").expect("valid").expect("a rule");
    assert_eq!(rule.groups[0].age, ["a", "b", "c", "d"]);
    let services: Vec<String> = rule.groups[0].services.iter().map(ToString::to_string).collect();
    assert_eq!(services, ["PGP (F1)", "AWS KMS (arn:1)"]);
    assert_eq!(rule.groups[1].age, ["a"]);
    assert_eq!(rule.recipients().expect_err("services").kind(), ErrorKind::NoRecipient);
}

#[test]
fn merge_keys_of_yaml_are_applied() {
    let text = "base: &base\n  age: a\n  encrypted_regex: ^x$\ncreation_rules:\n  - <<: *base\n    path_regex: y\n    age: b\n";
    let rule = rule(text, "y").expect("valid").expect("a rule");
    assert_eq!(
        (&rule.groups[0].age[..], rule.selectors.encrypted_regex.as_deref()),
        (&["b".to_owned()][..], Some("^x$"))
    );
}

#[test]
fn every_member_of_a_rule_is_read() {
    let text = "stores:\n  yaml: {indent: 2}\n  json: {indent: 0}\ncreation_rules:\n  - pgp: F1\n    kms: arn:1,arn:2\n    gcp_kms: [g]\n    hckms: [h]\n    azure_keyvault: z\n    hc_vault_transit_uri: v\n    shamir_threshold: 2\n    mac_only_encrypted: yes\n    unencrypted_comment_regex: c\n";
    let rule = rule(text, "x").expect("valid").expect("a rule");
    let services: Vec<&str> = rule.groups[0].services.iter().map(|key| key.service).collect();
    assert_eq!(services, ["pgp", "kms", "kms", "gcp_kms", "hckms", "azure_kv", "hc_vault"]);
    assert_eq!((rule.threshold, rule.mac_only_encrypted), (Some(2), true));
    assert_eq!((rule.yaml_indent, rule.json_indent), (Some(2), Some(0)));
    assert_eq!(rule.selectors.named().collect::<Vec<_>>(), [("unencrypted_comment_regex", "c")]);
}

#[test]
fn files_without_rules_have_none() {
    for text in [
        "",
        "---\n",
        "# nothing\n",
        "keys: []\n",
        "creation_rules: []\n",
        "creation_rules:\n",
        "destination_rules: [{}]\n",
    ] {
        assert_eq!(rule(text, "x").expect("valid"), None, "{text}");
    }
}

#[test]
fn texts_that_sops_rejects_are_refused_with_a_place() {
    for (text, says) in [
        ("creation_rules: [", "cannot be read"),
        ("- age: a\n", "cannot be read"),
        ("a\n", "cannot be read"),
        ("creation_rules:\n  - age: a\n    age: b\n", "duplicate"),
        ("creation_rules:\n  - age: a\n    foo: 1\n    foo: 2\n", "duplicate"),
        ("creation_rules:\n  - age: {}\n", "cannot be read"),
        ("creation_rules:\n  - age: [1]\n", "cannot be read"),
        ("creation_rules:\n  - key_groups:\n      - age: a\n", "cannot be read"),
        ("creation_rules:\n  - shamir_threshold: '2'\n", "cannot be read"),
        ("creation_rules:\n  - shamir_threshold: -1\n", "creation rule 1: `shamir_threshold`"),
        ("creation_rules:\n  - mac_only_encrypted: 'maybe'\n", "cannot be read"),
        (
            "creation_rules:\n  - encrypted_regex: a\n    unencrypted_suffix: b\n",
            "creation rule 1: `unencrypted_suffix` and `encrypted_regex`",
        ),
        ("creation_rules:\n  - path_regex: (?!a)\n", "the `path_regex` of creation rule 1"),
    ] {
        let error = rule(text, "x").expect_err(text);
        assert!(error.kind() == ErrorKind::Rules && error.message().contains(says), "{text}: {error}");
    }
    assert!(
        rule("creation_rules:\n  - path_regex: x\n    age: a\n  - path_regex: '['\n", "x")
            .expect("not reached")
            .is_some()
    );
}

#[test]
fn hostile_rules_terminate() {
    let mut text = "a0: &a0 {age: [x, y]}\n".to_owned();
    for level in 1..30 {
        text.push_str(&format!("a{level}: &a{level} {{merge: [*a{0}, *a{0}]}}\n", level - 1));
    }
    text.push_str("creation_rules:\n  - key_groups: [*a29]\n");
    assert!(rule(&text, "x").is_err());
    let deep = format!("creation_rules: {}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(rule(&deep, "x").is_err());
}

#[test]
fn the_nearest_file_upward_is_found_but_not_beyond_the_root() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("repo");
    std::fs::create_dir_all(root.join("a/b")).expect("created");
    std::fs::write(folder.path().join(SopsRules::FILE_NAME), "").expect("written");
    assert_eq!(SopsRules::search(&root.join("a/b"), Some(&root)), None);
    assert_eq!(SopsRules::search(&root.join("a/b"), None), Some(folder.path().join(SopsRules::FILE_NAME)));
    std::fs::write(root.join(SopsRules::FILE_NAME), "").expect("written");
    std::fs::write(root.join("a/.sops.yml"), "").expect("written");
    assert_eq!(SopsRules::search(&root.join("a/b"), Some(&root)), Some(root.join(SopsRules::FILE_NAME)));
    std::fs::write(root.join("a").join(SopsRules::FILE_NAME), "").expect("written");
    assert_eq!(SopsRules::search(&root.join("a/b"), Some(&root)), Some(root.join("a").join(SopsRules::FILE_NAME)));
}
