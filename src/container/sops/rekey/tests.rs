use super::*;
use crate::container::FaultKind;
use crate::container::sops::recorded;
use crate::rules::{Rule, SopsRules};

const AGE1: &str = "age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u";
const AGE2: &str = "age1emrm5fre0yh0j37n0qex5mlvajausa28r4kphudm0t2xa2jgcvjqnahh93";
const AGE3: &str = "age1nrrthxal3gkgrggpzn4r3xpjndwtf68nhxw2q5mwm8x2s64lnu5s95nn6u";

/// A rule with this text below `creation_rules`.
fn rule(text: &str) -> Rule {
    let rules = SopsRules::parse("/work/.sops.yaml".into(), &format!("creation_rules:\n  - {text}\n")).expect("rules");
    rules.rule_for("/work/x.yaml".as_ref()).expect("valid").expect("a rule")
}

/// The recorded files that can be opened: name, text, and keys.
fn files() -> Vec<(String, String, String, Vec<String>)> {
    let text = |case: &serde_json::Value, member: &str| case[member].as_str().expect("text").to_owned();
    let file = |case: serde_json::Value| {
        let keys = case["keys"].as_array().expect("keys").iter().filter_map(|key| key.as_str().map(str::to_owned));
        case["refuse"].is_null().then(|| (text(&case, "id"), text(&case, "name"), text(&case, "text"), keys.collect()))
    };
    recorded::cases().into_iter().filter_map(file).collect()
}

fn rekeyed(name: &str, text: &str, keys: &[&str], rule: Option<&Rule>, rotate: bool) -> Result<String> {
    let identities = recorded::identities(keys);
    let sealing = Sealing { rule, identities: Some(&identities) };
    let store = Store::of(name, text.as_bytes()).expect("a sops file");
    rekey(text.as_bytes(), store, &sealing, rotate).map(|bytes| String::from_utf8(bytes).expect("text"))
}

fn view(name: &str, text: &str, keys: &[&str]) -> Result<Vec<u8>> {
    let file = SopsFile::parse(text.as_bytes(), Store::of(name, text.as_bytes()).expect("a sops file"))?;
    let unlocked = Unlocked::open(file.metadata(), &recorded::identities(keys), false)?;
    Ok(file.open(&unlocked.key, false)?.view().expose().to_vec())
}

/// The lines removed and added.
fn lines(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let diff = similar::TextDiff::from_lines(old, new);
    let of = |tag| {
        let changes = diff.iter_all_changes().filter(move |change| change.tag() == tag);
        changes.map(|change| change.value().trim_end_matches(['\n', '\r']).to_owned()).collect()
    };
    (of(similar::ChangeTag::Delete), of(similar::ChangeTag::Insert))
}

#[test]
fn adding_a_recipient_adds_only_its_own_lines() {
    let add = rule(&format!("age: [{AGE1}, {AGE2}]"));
    let mut seen = 0;
    for (id, name, text, keys) in files() {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let metadata = recorded::metadata(&name, &text).expect("metadata").expect("valid");
        let only_one = metadata.groups.len() == 1 && metadata.groups[0].age.len() == 1;
        if !only_one || metadata.groups[0].age[0].recipient != AGE1 || metadata.threshold.is_some() {
            continue;
        }
        let new = rekeyed(&name, &text, &keys, Some(&add), false).unwrap_or_else(|error| panic!("{id}: {error}"));
        let (removed, added) = lines(&text, &new);
        let documents = text.matches("AGE ENCRYPTED FILE").count() / 2;
        let comma = usize::from(name.contains("json") || !name.contains('.'));
        assert!(removed.len() <= comma * documents, "{id}: {removed:#?}");
        // age adds a stanza of random length.
        let most = (14 + comma) * documents;
        assert!(added.len() <= most && added.len() >= 2, "{id}: {} lines: {added:#?}", added.len());
        let old = view(&name, &text, &keys).expect("it opens");
        assert!(view(&name, &new, &["age2.txt"]).unwrap_or_else(|error| panic!("{id}: {error}")) == old, "{id}");
        // And back to the same bytes as before.
        let back = rekeyed(&name, &new, &keys, Some(&rule(&format!("age: {AGE1}"))), false).expect("rekeyed");
        assert_eq!(lines(&text, &back), (vec![], vec![]), "{id}");
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn every_recorded_file_can_be_rotated() {
    let mut seen = 0;
    for (id, name, text, keys) in files() {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let new = rekeyed(&name, &text, &keys, None, true).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert!(view(&name, &new, &keys).expect("it opens") == view(&name, &text, &keys).expect("it opens"), "{id}");
        let tokens = |text: &str| -> Vec<String> {
            text.split(PREFIX).skip(1).map(|rest| rest.split(']').next().unwrap_or_default().to_owned()).collect()
        };
        let (old, new) = (tokens(&text), tokens(&new));
        // Comments that were added in plaintext are encrypted.
        let faults = crate::container::detect(&name, text.as_bytes()).faults(None);
        let added = faults.iter().filter(|fault| fault.kind == FaultKind::PlaintextComment).count();
        assert_eq!(old.len() + added, new.len(), "{id}");
        let kept = old.iter().filter(|token| new.contains(token)).count();
        // A comment that does not decrypt is kept as it is.
        assert!(
            kept == 0 || id == "yaml-comment-16" && kept == 1,
            "{id}: {kept} tokens are still those of the old key"
        );
        seen += 1;
    }
    assert!(seen > 120, "{seen}");
}

#[test]
fn nothing_to_do_leaves_the_bytes() {
    for (id, name, text, keys) in files().into_iter().take(40) {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        assert!(rekeyed(&name, &text, &keys, None, false).expect("the same") == text, "{id}");
    }
}

#[test]
fn groups_come_and_go_in_every_store() {
    let two = rule(&format!(
        "shamir_threshold: 2\n    key_groups: [{{age: [{AGE1}]}}, {{age: [{AGE2}]}}, {{age: [{AGE3}]}}]"
    ));
    let one = rule(&format!("age: {AGE3}"));
    for id in ["yaml-flat-01", "yaml-old-03", "json-01", "dotenv-01", "ini-01", "binary-01", "yaml-multidoc-01"] {
        let (_, name, text, _) = files().into_iter().find(|(found, ..)| found == id).expect("recorded");
        let plain = view(&name, &text, &["age1.txt"]).expect("it opens");
        let split =
            rekeyed(&name, &text, &["age1.txt"], Some(&two), false).unwrap_or_else(|error| panic!("{id}: {error}"));
        for keys in [["age1.txt", "age2.txt"], ["age1.txt", "age3.txt"], ["age2.txt", "age3.txt"]] {
            assert!(view(&name, &split, &keys).expect("it opens") == plain, "{id}");
        }
        assert!(view(&name, &split, &["age2.txt"]).is_err(), "{id}");
        let joined = rekeyed(&name, &split, &["age1.txt", "age2.txt"], Some(&one), false)
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        assert!(view(&name, &joined, &["age3.txt"]).expect("it opens") == plain, "{id}");
        assert!(!joined.contains("shamir_threshold") && !joined.contains("key_groups"), "{id}: {joined}");
    }
}

#[test]
fn services_are_kept_or_refused() {
    let (_, name, text, keys) = files().into_iter().find(|(id, ..)| id == "yaml-flat-01").expect("recorded");
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let pgp = "    pgp:\n        - created_at: \"2026-01-02T03:04:05Z\"\n          enc: x\n          fp: F1\n";
    let with_pgp = text.replacen("    lastmodified", &format!("{pgp}    lastmodified"), 1);
    let rule = rule(&format!("age: [{AGE1}, {AGE2}]\n    pgp: F1"));
    let kept = rekeyed(&name, &with_pgp, &keys, Some(&rule), false).expect("rekeyed");
    assert!(kept.contains(pgp), "{kept}");
    for (text, rotate) in [(&text, false), (&with_pgp, true)] {
        let error = rekeyed(&name, text, &keys, Some(&rule), rotate).expect_err("refused");
        assert!(error.kind() == ErrorKind::NoRecipient && error.message().contains("PGP (F1)"), "{error}");
    }
    let error = rekeyed(&name, &with_pgp, &keys, None, true).expect_err("refused");
    assert!(error.kind() == ErrorKind::NoRecipient && error.message().contains("PGP (F1)"), "{error}");
}

#[test]
fn a_damaged_file_is_not_rekeyed() {
    let (_, name, text, keys) = files().into_iter().find(|(id, ..)| id == "yaml-flat-01").expect("recorded");
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let cut: String = text.split_inclusive('\n').skip(1).collect();
    for rotate in [false, true] {
        let error = rekeyed(&name, &cut, &keys, Some(&rule(&format!("age: {AGE2}"))), rotate).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Damaged);
    }
}
