use proptest::prelude::*;

use super::*;
use crate::container::sops::cipher::Cipher;
use crate::container::sops::recorded;
use crate::container::sops::time;

const AGE1: &str = "age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u";
const AGE2: &str = "age1emrm5fre0yh0j37n0qex5mlvajausa28r4kphudm0t2xa2jgcvjqnahh93";
const AGE3: &str = "age1nrrthxal3gkgrggpzn4r3xpjndwtf68nhxw2q5mwm8x2s64lnu5s95nn6u";

struct Case {
    id: String,
    metadata: Metadata,
    keys: Vec<String>,
}

fn cases() -> Vec<Case> {
    let case = |case: serde_json::Value| {
        let text = |member: &str| case[member].as_str().map(str::to_owned).expect("text");
        let keys = case["keys"].as_array().expect("keys").iter().filter_map(|key| key.as_str()).map(str::to_owned);
        let metadata = recorded::metadata(&text("name"), &text("text"))?.ok()?;
        Some(Case { id: text("id"), metadata, keys: keys.collect() })
    };
    recorded::cases().into_iter().filter_map(case).collect()
}

fn find(id: &str) -> Case {
    cases().into_iter().find(|case| case.id == id).expect("recorded")
}

fn open(metadata: &Metadata, keys: &[&str]) -> Result<Unlocked> {
    Unlocked::open(metadata, &recorded::identities(keys), false)
}

fn strings(groups: &[&[&str]]) -> Vec<Vec<String>> {
    groups.iter().map(|group| group.iter().map(|key| (*key).to_owned()).collect()).collect()
}

#[test]
fn the_data_key_of_every_recorded_file_is_decrypted() {
    let mut opened = 0;
    for case in cases() {
        if case.id.starts_with("refuse-key") || case.id.starts_with("refuse-damaged") {
            continue;
        }
        let keys: Vec<&str> = case.keys.iter().map(String::as_str).collect();
        let unlocked = open(&case.metadata, &keys).unwrap_or_else(|error| panic!("{}: {error}", case.id));
        // The MAC is encrypted with it, so this is the right key.
        let aad = time::seconds(&case.metadata.last_modified).expect("a time");
        let mac = Cipher::new(&unlocked.key).decrypt(&case.metadata.mac, &aad);
        assert_eq!(mac.unwrap_or_else(|error| panic!("{}: {error}", case.id)).bytes().len(), 128);
        opened += 1;
    }
    assert!(opened > 120, "{opened}");
}

#[test]
fn files_that_nothing_opens_name_who_could() {
    let said = |id: &str| {
        let Case { metadata, keys, .. } = find(id);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let error = open(&metadata, &keys).expect_err(id);
        assert!(matches!(error.kind(), ErrorKind::NoIdentity | ErrorKind::Damaged), "{id}: {error}");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sops/keys/");
        format!("{error}\n{}", error.hint_text().unwrap_or_default()).replace(folder, "")
    };
    insta::assert_snapshot!(said("refuse-key-08"), @"
    only AWS KMS (arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab) can decrypt this file
    agepatch decrypts with age keys; add an age recipient with sops (`sops updatekeys`)
    ");
    insta::assert_snapshot!(said("refuse-key-10"), @"
    only HashiCorp Vault (https://vault.example.com/sops/k) can decrypt this file
    agepatch decrypts with age keys; add an age recipient with sops (`sops updatekeys`)
    ");
    insta::assert_snapshot!(said("refuse-key-02"), @"
    none of the available identities opens the file
    tried: other_ed25519
    the file is for: age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u
    ");
    insta::assert_snapshot!(said("refuse-key-04"), @"
    2 of 2 key groups are needed to decrypt this file; the identities open 1
    tried: age1.txt
    the file is for: group 1: age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u; group 2: age1emrm5fre0yh0j37n0qex5mlvajausa28r4kphudm0t2xa2jgcvjqnahh93
    ");
    insta::assert_snapshot!(said("refuse-key-12"), @"
    2 of 2 key groups are needed to decrypt this file; the identities open 1
    tried: age1.txt
    the file is for: group 1: age179r6d03q32h9852n3lsymnt0xp8xejywqhc2vhn242dfwx8peahs7lz75u; group 2: AWS KMS (arn:aws:kms:eu-central-1:111122223333:key/1234abcd)
    ");
    insta::assert_snapshot!(said("refuse-damaged-22"), @"
    each encrypted data key in the sops metadata is corrupted
    restore the file from git
    ");
}

#[test]
fn recipients_that_stay_keep_their_encrypted_key() {
    let metadata = find("recipients-01").metadata;
    let unlocked = open(&metadata, &["age2.txt"]).expect("opened");
    let old = &metadata.groups[0].age;
    let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDW5GteLNT7uAyM0cL+0PpqyagBhoOCtz03eK45JSXRI anna@example.com";
    let groups = strings(&[&[AGE3, ssh, AGE1]]);
    let new = unlocked.rekey(&metadata, &groups, None).expect("rekeyed");
    let enc = |keys: &[AgeKey], recipient: &str| {
        keys.iter().find(|key| key.recipient == recipient).expect("there").enc.clone()
    };
    assert_eq!(new[0].age.len(), 3);
    assert_eq!((enc(&new[0].age, AGE1), enc(&new[0].age, AGE3)), (enc(old, AGE1), enc(old, AGE3)));
    let added = Metadata { groups: new, ..metadata.clone() };
    assert!(open(&added, &["ssh_ed25519"]).expect("opened").key == unlocked.key);
    assert!(open(&added, &["age2.txt"]).is_err(), "who was removed");
}

#[test]
fn a_group_gets_its_own_share_again_even_if_it_was_not_opened() {
    // Two of three groups; the first is the one that is not opened, and gets another recipient.
    let metadata = find("recipients-10").metadata;
    let groups: Vec<Vec<String>> =
        metadata.groups.iter().map(|group| group.age.iter().map(|key| key.recipient.clone()).collect()).collect();
    let unlocked = open(&metadata, &["age2.txt", "age3.txt"]).expect("opened");
    for (at, group) in groups.iter().enumerate() {
        let mut changed = groups.clone();
        changed[at] =
            group.iter().take(1).cloned().chain([AGE3.to_owned(), AGE1.to_owned(), AGE2.to_owned()]).collect();
        changed[at].sort();
        changed[at].dedup();
        let new = unlocked.rekey(&metadata, &changed, metadata.threshold).expect("rekeyed");
        for (before, after) in metadata.groups.iter().zip(&new) {
            for key in &after.age {
                let kept = before.age.iter().find(|old| old.recipient == key.recipient);
                assert!(kept.is_none_or(|old| old == key), "an enc that could stay was replaced");
            }
        }
        let rekeyed = Metadata { groups: new, ..metadata.clone() };
        for keys in [["age1.txt", "age2.txt"], ["age2.txt", "age3.txt"], ["age1.txt", "age3.txt"]] {
            if let Ok(opened) = open(&rekeyed, &keys) {
                assert!(opened.key == unlocked.key, "group {at}, {keys:?}");
            }
        }
    }
}

#[test]
fn another_threshold_splits_the_key_again() {
    let metadata = find("recipients-09").metadata;
    let unlocked = open(&metadata, &["age1.txt", "age2.txt"]).expect("opened");
    let groups = strings(&[&[AGE1], &[AGE2], &[AGE3]]);
    let new = Metadata {
        groups: unlocked.rekey(&metadata, &groups, Some(2)).expect("rekeyed"),
        threshold: Some(2),
        ..metadata.clone()
    };
    for keys in [["age1.txt", "age2.txt"], ["age2.txt", "age3.txt"], ["age1.txt", "age3.txt"]] {
        assert!(open(&new, &keys).expect("opened").key == unlocked.key);
    }
    assert!(open(&new, &["age3.txt"]).is_err());
    for threshold in [1, 4] {
        assert_eq!(unlocked.seal(&groups, Some(threshold)).expect_err("refused").kind(), ErrorKind::NoRecipient);
    }
}

#[test]
fn recipients_that_cannot_be_used_are_named() {
    let unlocked = Unlocked::generate().expect("random");
    for (groups, says) in [
        (strings(&[&[AGE1, "age1notakey"]]), "`age1notakey` is not an age recipient"),
        (strings(&[&[AGE1], &[]]), "a key group without an age recipient"),
        (strings(&[]), "a key group without an age recipient"),
    ] {
        let error = unlocked.seal(&groups, None).expect_err("refused");
        assert!(error.kind() == ErrorKind::NoRecipient && error.message().contains(says), "{error}");
    }
}

#[test]
fn an_encrypted_key_looks_like_those_of_sops() {
    let groups = Unlocked::generate().and_then(|new| new.seal(&strings(&[&[AGE1]]), None)).expect("sealed");
    let enc = &groups[0].age[0].enc;
    assert!(enc.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
    assert!(enc.ends_with("\n-----END AGE ENCRYPTED FILE-----\n"));
    assert!(enc.lines().all(|line| line.len() <= 64) && !enc.contains('\r'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_groups_and_threshold_can_be_opened_again(sizes in prop::collection::vec(1_usize..3, 1..5), fewer in 0_usize..3) {
        let all = [AGE1, AGE2, AGE3];
        let groups: Vec<Vec<String>> =
            sizes.iter().enumerate().map(|(at, size)| (0..*size).map(|more| all[(at + more) % 3].to_owned()).collect()).collect();
        let threshold = (groups.len() > 1).then(|| groups.len().saturating_sub(fewer).max(2));
        let unlocked = Unlocked::generate().expect("random");
        let sealed = unlocked.seal(&groups, threshold).expect("sealed");
        let metadata = Metadata { groups: sealed, threshold, ..find("recipients-01").metadata };
        let opened = open(&metadata, &["age1.txt", "age2.txt", "age3.txt"]).expect("opened");
        prop_assert!(opened.key == unlocked.key);
    }
}

#[test]
fn a_file_that_asks_for_many_decryptions_is_refused() {
    let found = cases().into_iter().find(|case| {
        let is_rsa = |key: &AgeKey| key.recipient.starts_with("ssh-rsa");
        case.metadata.groups.len() == 1 && case.metadata.groups[0].age.iter().any(is_rsa)
    });
    let mut metadata = found.expect("a file for an RSA key").metadata;
    let mut key = metadata.recipients().find(|key| key.recipient.starts_with("ssh-rsa")).expect("a key").clone();
    metadata.groups[0].age = vec![key.clone(); SAME_KEY];
    assert!(open(&metadata, &["ssh_rsa"]).is_ok());
    // The header is intact, and what follows it is not.
    let line = key.enc.lines().rev().nth(1).expect("a line of the armor").to_owned();
    let other = if line.starts_with('A') { "B" } else { "A" };
    key.enc = key.enc.replacen(&line, &format!("{other}{}", &line[1..]), 1);
    metadata.groups[0].age = vec![key; 2 * SAME_KEY];
    assert_eq!(open(&metadata, &["ssh_rsa"]).expect_err("refused").kind(), ErrorKind::Damaged);
    let mut failures = Vec::new();
    assert!(open_group(&metadata.groups[0], &recorded::identities(&["ssh_rsa"]), false, &mut failures).is_none());
    assert_eq!(failures.len(), SAME_KEY + 1, "each of them is tried, and then no more");
    let key = find("yaml-flat-01").metadata.groups[0].age[0].clone();
    metadata.groups[0].age = vec![key; RECIPIENTS + 1];
    let error = open(&metadata, &["age1.txt"]).expect_err("refused");
    assert!(error.message().contains("more than 1,000 recipients"), "{}", error.message());
}
