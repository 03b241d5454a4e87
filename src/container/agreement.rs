//! How the recipients of a file agree with the keys of the rules.

use std::collections::HashSet;

use super::age::{each, is_native, without_comment};
use super::printable;
use super::recipients::{NATIVE, Recipient, Recipients};
use crate::rules::sops::KeyGroup;
use crate::rules::{Rule, SopsRule};

impl Recipients {
    /// Compares the readers with the rule: by key if the file contains it, by tag if there is one, X25519 keys by the
    /// evidence, others by count.
    pub fn agreement(&self, rule: &Rule, evidence: &Evidence) -> Agreement {
        if let Some(sops) = &rule.sops {
            return self.agreement_by_group(sops);
        }
        self.agreement_with(&printable(rule), evidence)
    }

    fn agreement_by_group(&self, rule: &SopsRule) -> Agreement {
        let flat = |groups: &[KeyGroup]| KeyGroup {
            age: groups.iter().flat_map(|group| group.age.iter().cloned()).collect(),
            services: groups.iter().flat_map(|group| group.services.iter().cloned()).collect(),
        };
        let GroupAgreement { missing, extra, .. } = GroupAgreement::of(Some(&flat(&rule.groups)), self.all.clone());
        let own = self.all.iter().map(|reader| reader.group + 1).max().unwrap_or_default();
        let of_group = |number| self.all.iter().filter(|reader| reader.group == number).cloned().collect();
        let groups = (0..own.max(rule.groups.len())).map(|at| GroupAgreement::of(rule.groups.get(at), of_group(at)));
        let needed = (rule.needed(), self.needed.max(1));
        Agreement {
            missing,
            extra,
            verifiable: true,
            groups: groups.collect(),
            needed: (needed.0 != needed.1).then_some(needed),
        }
    }

    fn agreement_with(&self, keys: &[String], evidence: &Evidence) -> Agreement {
        let keys: Vec<String> = each(keys).map(|(_, key)| key).collect();
        if !self.all.is_empty() && self.all.iter().all(|reader| reader.key.is_some()) {
            return self.exact_agreement(&keys);
        }
        let mut agreement = Agreement { verifiable: true, ..Agreement::default() };
        let (mut tags, mut untagged) = (Vec::new(), Vec::new());
        for key in &keys {
            let Some(tag) = Recipient::tag_of(key) else {
                untagged.push(key);
                continue;
            };
            let is_reader = || self.all.iter().any(|reader| reader.tag.as_ref() == Some(&tag));
            if !tags.contains(&tag) && !is_reader() {
                agreement.missing.push(key.clone());
            }
            tags.push(tag);
        }
        let unknown = |reader: &&Recipient| reader.tag.as_ref().is_some_and(|tag| !tags.contains(tag));
        agreement.extra.extend(self.all.iter().filter(unknown).cloned());
        let counted: Vec<&Recipient> = self.all.iter().filter(|reader| reader.tag.is_none()).collect();
        // age itself encrypts for X25519; all others belong to plugins.
        let (native, others): (Vec<&String>, Vec<&String>) = untagged.into_iter().partition(|key| is_native(key));
        let (native_readers, other_readers): (Vec<&Recipient>, Vec<&Recipient>) =
            counted.into_iter().partition(|reader| reader.kind == NATIVE);
        agreement.count(&others, &other_readers);
        agreement.verifiable = others.is_empty() && other_readers.is_empty();
        agreement.compare(&native, &native_readers, evidence);
        agreement
    }

    fn exact_agreement(&self, keys: &[String]) -> Agreement {
        let named = |reader: &&Recipient| !keys.iter().any(|key| reader.is_for(key));
        let mut seen = HashSet::new();
        let absent =
            |key: &&String| seen.insert(without_comment(key)) && !self.all.iter().any(|reader| reader.is_for(key));
        Agreement {
            missing: keys.iter().filter(absent).cloned().collect(),
            extra: self.all.iter().filter(named).cloned().collect(),
            verifiable: true,
            ..Agreement::default()
        }
    }
}

/// What is known about X25519 keys, which a file does not distinguish.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Keys for which an available identity opens the file.
    pub opening: HashSet<String>,
    /// Keys for which an available identity does not open it.
    pub refused: HashSet<String>,
    /// The X25519 keys in the rules when it was last encrypted; `None` if unknown.
    pub then: Option<HashSet<String>>,
}

impl Evidence {
    /// Whether the file is encrypted for the key; `None` if unknown.
    fn is_for(&self, key: &str) -> Option<bool> {
        match (self.opening.contains(key), self.refused.contains(key)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => self.then.as_ref().map(|then| then.contains(key)),
        }
    }

    /// The keys that the file is known to be encrypted for.
    fn known(&self) -> impl Iterator<Item = &String> {
        let then =
            self.then.iter().flatten().filter(|key| !self.opening.contains(*key) && !self.refused.contains(*key));
        self.opening.iter().chain(then)
    }
}

/// How the readers of a file compare with the recipients in the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Recipients in the rules that the file lacks: keys, or only a count for types without a tag.
    pub missing: Vec<String>,
    /// Readers of the file that the rules do not list.
    pub extra: Vec<Recipient>,
    /// Whether every reader can be identified, so that nothing was only counted.
    pub verifiable: bool,
    /// The comparison by key group, for a kind that has them.
    pub groups: Vec<GroupAgreement>,
    /// The number of groups needed by the rules and by the file, if they differ.
    pub needed: Option<(usize, usize)>,
}

/// How a key group of a file compares with that of the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupAgreement {
    /// The recipients in the rules, in printable form.
    pub rules: Vec<String>,
    /// The readers of the file.
    pub readers: Vec<Recipient>,
    /// Recipients in the rules that the file lacks.
    pub missing: Vec<String>,
    /// Readers of the file that the rules do not list.
    pub extra: Vec<Recipient>,
}

impl GroupAgreement {
    fn of(group: Option<&KeyGroup>, readers: Vec<Recipient>) -> Self {
        let Some(group) = group else {
            return Self { extra: readers.clone(), readers, ..Self::default() };
        };
        let mut seen = HashSet::new();
        let age = group.age.iter().filter(|key| seen.insert(without_comment(key)));
        let mut missing: Vec<String> =
            age.filter(|key| !readers.iter().any(|reader| reader.is_for(key))).cloned().collect();
        let services = group.services.iter().filter(|key| !readers.iter().any(|reader| reader.is_for_service(key)));
        missing.extend(services.map(ToString::to_string));
        let is_extra = |reader: &&Recipient| {
            !group.age.iter().any(|key| reader.is_for(key))
                && !group.services.iter().any(|key| reader.is_for_service(key))
        };
        let extra = readers.iter().filter(is_extra).cloned().collect();
        Self { rules: named(group), missing, extra, readers }
    }

    fn drifted(&self) -> bool {
        !self.missing.is_empty() || !self.extra.is_empty()
    }
}

impl Agreement {
    /// Whether the readers of the file differ from the recipients in the rules.
    pub fn drifted(&self) -> bool {
        !self.missing.is_empty() || !self.extra.is_empty() || self.regrouped()
    }

    /// Whether the same keys are in different groups, or a different number of groups is needed.
    pub fn regrouped(&self) -> bool {
        self.needed.is_some() || self.groups.iter().any(GroupAgreement::drifted)
    }
}

/// The keys of a group in printable form.
pub(super) fn named(group: &KeyGroup) -> Vec<String> {
    group.age.iter().cloned().chain(group.services.iter().map(ToString::to_string)).collect()
}

impl Agreement {
    /// Compares X25519 keys with their readers, by the evidence first and the rest by count.
    fn compare(&mut self, keys: &[&String], readers: &[&Recipient], evidence: &Evidence) {
        let named = |key: &String| keys.iter().any(|own| without_comment(own) == *key);
        let reader = |key: &String| Recipient { kind: NATIVE.to_owned(), tag: None, key: Some(key.clone()), group: 0 };
        let mut former: Vec<Recipient> = evidence.known().filter(|key| !named(key)).map(reader).collect();
        former.sort_by(|left, right| left.key.cmp(&right.key));
        let mut seen = HashSet::new();
        let mut confirmed = former.len();
        let (mut unknown, mut again) = (Vec::new(), 0);
        for key in keys.iter().copied() {
            match (seen.insert(without_comment(key)), evidence.is_for(&without_comment(key))) {
                // A key that is listed twice may be in the file twice.
                (false, _) => again += 1,
                (true, Some(true)) => confirmed += 1,
                (true, Some(false)) => self.missing.push(key.clone()),
                (true, None) => unknown.push(key),
            }
        }
        let rest = &readers[confirmed.min(readers.len())..];
        self.extra.extend(former);
        match (unknown.is_empty(), rest.len() <= again) {
            (true, true) => {}
            (true, false) => self.extra.extend(rest.iter().skip(again).map(|reader| (*reader).clone())),
            (false, _) => {
                self.verifiable = false;
                self.extra.extend(rest.iter().skip(unknown.len() + again).map(|reader| (*reader).clone()));
                self.count(&unknown, &rest[..rest.len().min(unknown.len())]);
            }
        }
    }

    /// Compares keys without a tag with the readers that may be theirs.
    fn count(&mut self, keys: &[&String], readers: &[&Recipient]) {
        // A key that is listed twice may be in the file twice.
        self.extra.extend(readers.iter().skip(keys.len()).map(|reader| (*reader).clone()));
        let mut seen = HashSet::new();
        let keys: Vec<&String> = keys.iter().copied().filter(|key| seen.insert(without_comment(key))).collect();
        match keys.len().saturating_sub(readers.len()) {
            0 => {}
            _ if readers.is_empty() => self.missing.extend(keys.into_iter().cloned()),
            missing => self.missing.push(format!("{missing} of {} keys without a tag", keys.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::age::header;
    use crate::container::age::{AgeRecipients, seal};
    use crate::error::ErrorKind;
    use crate::rules::Rule;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA4oOfq00Gf5fZdZRuu/txqX80pSqbt4GWZcGH90to0L ada@laptop";
    const OTHER: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICz6Ug0pQQxhavlvcL/T/S45vmF0cC4wh1B99Op7WIms";

    fn rule(keys: &[String]) -> Rule {
        Rule { keys: keys.to_vec(), ..Rule::default() }
    }

    fn sealed(keys: &[&str], armor: bool) -> Vec<u8> {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let recipients = AgeRecipients::parse(&keys).expect("keys");
        seal(b"a: 1\n", &recipients, armor, None).expect("sealed").bytes().to_vec()
    }

    impl Recipients {
        fn agreement_of(&self, keys: &[String]) -> Agreement {
            self.agreement(&rule(keys), &Evidence::default())
        }
    }

    #[test]
    fn keys_of_piv_tokens_are_identified_by_their_tags() {
        // The recipient in age-plugin-yubikey's documentation, and the tag of its stanzas.
        let (one, other) = (yubikey(7), yubikey(8));
        let tag = Recipient::tag_of(&one);
        let readers = Recipients {
            armor: None,
            all: vec![Recipient { kind: "piv-p256".to_owned(), tag, key: None, group: 0 }],
            needed: 1,
        };
        let same = readers.agreement_of(std::slice::from_ref(&one));
        assert!(!same.drifted() && same.verifiable);
        let drifted = readers.agreement_of(std::slice::from_ref(&other));
        assert_eq!((drifted.missing, drifted.extra), (vec![other], readers.all.clone()));
    }

    fn yubikey(byte: u8) -> String {
        let mut point = vec![byte; 33];
        point[0] = 2;
        bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("age1yubikey").expect("a prefix"), &point).expect("encoded")
    }

    #[test]
    fn evidence_distinguishes_native_keys() {
        let key = || age::x25519::Identity::generate().to_public().to_string();
        let (old, new, other) = (key(), key(), key());
        let header = header::read(&sealed(&[&old, &other], false)).expect("a header");
        let set = |keys: &[&String]| keys.iter().map(|key| (*key).clone()).collect::<HashSet<_>>();
        let keys = [new.clone(), other.clone()];
        // The identity of the new key does not open it.
        let told = header.agreement(&rule(&keys), &Evidence { refused: set(&[&new]), ..Evidence::default() });
        assert_eq!((told.missing, told.extra.len()), (vec![new.clone()], 1));
        // The identity of the old key still does.
        let told = header.agreement(&rule(&keys), &Evidence { opening: set(&[&old]), ..Evidence::default() });
        assert_eq!(told.extra[0].key.as_ref(), Some(&old));
        assert!(!told.missing.is_empty());
        // The old rules are complete evidence.
        let evidence = Evidence { then: Some(set(&[&old, &other])), ..Evidence::default() };
        let told = header.agreement(&rule(&keys), &evidence);
        assert_eq!((told.missing, told.extra.len(), told.verifiable), (vec![new.clone()], 1, true));
        let told = header.agreement(&rule(&[old.clone(), other.clone()]), &evidence);
        assert!(!told.drifted() && told.verifiable);
        // Evidence from an identity outweighs the old rules.
        let evidence = Evidence { opening: set(&[&new]), refused: set(&[&old]), ..evidence };
        assert!(!header.agreement(&rule(&keys), &evidence).drifted());
        // Two readers, and two keys that open the file: nothing is left to count.
        let both = Evidence { opening: set(&[&old, &other]), ..Evidence::default() };
        let told = header.agreement(&rule(&[old, other]), &both);
        assert!(!told.drifted() && told.verifiable);
    }

    #[test]
    fn ssh_keys_are_identified_by_their_tags() {
        for armor in [false, true] {
            let header = header::read(&sealed(&[ED25519], armor)).expect("a header");
            assert_eq!((header.armor, header.all.len()), (Some(armor), 1));
            assert!(!header.agreement_of(&[ED25519.to_owned()]).drifted());
            let drifted = header.agreement_of(&[OTHER.to_owned()]);
            assert_eq!(drifted.missing, [OTHER]);
            assert_eq!(drifted.extra, header.all);
            assert!(drifted.verifiable);
        }
    }

    #[test]
    fn keys_without_a_tag_are_counted() {
        let key = || age::x25519::Identity::generate().to_public().to_string();
        let (one, two) = (key(), key());
        let header = header::read(&sealed(&[&one, ED25519], false)).expect("a header");
        let same = header.agreement_of(&[two.clone(), ED25519.to_owned()]);
        assert!(!same.drifted() && !same.verifiable);
        assert!(header.agreement_of(&[one.clone(), two.clone(), ED25519.to_owned()]).drifted());
        assert!(header.agreement_of(&[ED25519.to_owned()]).drifted());
        assert!(!header.agreement_of(&[one.clone(), one, ED25519.to_owned(), format!("{ED25519} again")]).drifted());
        let plugin = "age1fake1dphh2um9xlmsmm".to_owned();
        let moved = header.agreement_of(&[plugin.clone(), ED25519.to_owned()]);
        assert_eq!((moved.missing, moved.extra.len()), (vec![plugin], 1), "a plugin's key is not one of age's own");
    }

    #[test]
    fn other_files_are_damaged_age_files() {
        let whole = sealed(&[ED25519], false);
        for bytes in [&b""[..], b"a: 1\n", &whole[..40], b"-----BEGIN AGE ENCRYPTED FILE-----\n!!\n"] {
            assert_eq!(header::read(bytes).expect_err("refused").kind(), ErrorKind::Damaged);
        }
    }
}
