use super::*;
use crate::container::sops::recorded;
use crate::container::sops::token::Token;

#[test]
fn the_metadata_of_every_recorded_file_is_read() {
    let mut read = 0;
    for case in recorded::cases() {
        let (id, name) = (case["id"].as_str().expect("id"), case["name"].as_str().expect("name"));
        let text = case["text"].as_str().expect("text");
        let Some(found) = recorded::metadata(name, text) else { continue };
        if id.starts_with("refuse-syntax") || id == "refuse-key-11" {
            continue;
        }
        let found = found.unwrap_or_else(|error| panic!("{id}: {error}"));
        let kept = ["refuse-damaged", "refuse-key"].iter().all(|kind| !id.starts_with(kind));
        assert!(!kept || (Token::is_token(&found.mac) && found.last_modified.ends_with('Z')), "{id}");
        for key in found.recipients() {
            assert!(key.enc.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"), "{id}: {:?}", key.enc);
            assert!(key.recipient.starts_with("age1") || key.recipient.starts_with("ssh-"), "{id}");
        }
        found.selectors.selector().unwrap_or_else(|error| panic!("{id}: {error}"));
        read += 1;
    }
    assert!(read > 150, "{read}");
}

#[test]
fn groups_and_threshold_are_read_in_every_format() {
    let yaml = "sops:\n    shamir_threshold: 2\n    key_groups:\n        - hc_vault: []\n          age:\n            - recipient: a\n              enc: x\n        - age:\n            - enc: y\n              recipient: b\n          kms:\n            - arn: arn:aws:kms:1\n              role: r\n        - pgp:\n            - fp: ABCD\n    mac_only_encrypted: true\n";
    let json = serde_json::json!({
        "shamir_threshold": 2,
        "key_groups": [
            { "hc_vault": null, "age": [{ "recipient": "a", "enc": "x" }] },
            { "age": [{ "recipient": "b", "enc": "y" }], "kms": [{ "arn": "arn:aws:kms:1", "context": { "a": null } }] },
            { "pgp": [{ "fp": "ABCD" }] },
        ],
        "mac_only_encrypted": true,
    });
    let flat = [
        ("shamir_threshold", "2"),
        ("key_groups__list_0__map_age__list_0__map_recipient", "a"),
        ("key_groups__list_0__map_age__list_0__map_enc", "x"),
        ("key_groups__list_1__map_age__list_0__map_recipient", "b"),
        ("key_groups__list_1__map_age__list_0__map_enc", "y"),
        ("key_groups__list_1__map_kms__list_0__map_arn", "arn:aws:kms:1"),
        ("key_groups__list_2__map_pgp__list_0__map_fp", "ABCD"),
        ("mac_only_encrypted", "true"),
    ];
    let key = |recipient: &str, enc: &str| AgeKey { recipient: recipient.to_owned(), enc: enc.to_owned() };
    let other = |service, name: &str| ServiceKey { service, name: name.to_owned() };
    let groups = vec![
        Group { age: vec![key("a", "x")], others: vec![] },
        Group { age: vec![key("b", "y")], others: vec![other("kms", "arn:aws:kms:1")] },
        Group { age: vec![], others: vec![other("pgp", "ABCD")] },
    ];
    for found in [Metadata::from_yaml(yaml), Metadata::from_json(json), Metadata::from_flat(flat)] {
        let found = found.expect("metadata");
        assert_eq!((&found.groups, found.threshold, found.needed()), (&groups, Some(2), 2));
        assert!(found.grouped && found.mac_only_encrypted);
    }
}

#[test]
fn invalid_metadata_is_damaged_and_no_value_is_repeated() {
    let groups = |threshold: &str| {
        let group = "        - age:\n            - recipient: a\n";
        format!("sops:\n    shamir_threshold: {threshold}\n    key_groups:\n{}", group.repeat(2))
    };
    let many = format!("sops:\n    key_groups:\n{}", "        - age:\n            - recipient: a\n".repeat(256));
    for text in [
        "",
        "a: 1\n",
        "sops: hunter2\n",
        "sops:\n  age: hunter2\n",
        "sops:\n  age:\n    - hunter2\n",
        "sops: [\n",
        "sops:\n  age: []\n  shamir_threshold: hunter2\n",
        &groups("1"),
        &groups("3"),
        &many,
    ] {
        let error = Metadata::from_yaml(text).expect_err(text);
        assert!(error.kind() == ErrorKind::Damaged && !error.to_string().contains("hunter2"), "{text}: {error}");
    }
    let none = Metadata::from_yaml("sops:\n  age: []\n  mac: x\n").expect_err("no keys");
    assert_eq!(none.kind(), ErrorKind::NoIdentity);
}

#[test]
fn aliases_cannot_blow_the_metadata_up() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    text.push_str("sops:\n  age: *a11\n");
    assert_eq!(Metadata::from_yaml(&text).expect_err("refused").kind(), ErrorKind::Damaged);
}
