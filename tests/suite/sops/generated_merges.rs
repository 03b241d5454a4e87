//! Generated three-way merges of sops files, compared with the merge of the decrypted trees and verified with the real
//! sops.

use std::fs;
use std::path::{Path, PathBuf};

use agepatch::container::sops::datakey::Unlocked;
use agepatch::container::sops::metadata::Metadata;
use agepatch::container::sops::{Indents, Store, create};
use agepatch::rules::SopsRules;
use serde_json::{Map, Value as Json, json};

use crate::sandbox::Sandbox;

use super::merging::{ANNA, HOST, key, rules, sandbox};

/// Deterministic pseudo-random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// A value of the generated files.
#[derive(Clone)]
enum Value {
    Text(String),
    Number(usize),
    Map(Vec<(String, String)>),
    List(Vec<String>),
    /// A document in a string.
    Inner(Vec<(String, String)>),
}

/// A generated file: keys, the comments above them, and values.
#[derive(Clone)]
struct Tree(Vec<(String, Option<String>, Value)>);

impl Tree {
    fn generate(random: &mut Random, flat: bool) -> Self {
        let value = |random: &mut Random, at: usize| match random.below(if flat { 1 } else { 5 }) {
            0 => Value::Text(format!("word {at} {}", random.below(1000))),
            1 => Value::Number(random.below(100_000)),
            2 => Value::Map(members(random)),
            3 => Value::List((0..=random.below(3)).map(|item| format!("item {item} {}", random.below(9))).collect()),
            _ => Value::Inner(members(random)),
        };
        let entry = |at: usize| {
            let comment = (random.below(3) == 0).then(|| format!("about {at}"));
            (format!("key{at}"), comment, value(random, at))
        };
        Self((0..8).map(entry).collect())
    }

    /// The edits of one side: to its own half of the keys, and to its own member of what both edit.
    fn edited(&self, side: usize, random: &mut Random) -> (Self, Vec<Edit>) {
        let mut edits = Vec::new();
        for at in (side..8).step_by(2) {
            match random.below(5) {
                0 => edits.push(Edit::Replace(at, Value::Text(format!("side {side} {}", random.below(1000))))),
                1 => edits.push(Edit::Remove(at)),
                2 => edits.push(Edit::Comment(at, format!("side {side}, {at}"))),
                _ => {}
            }
        }
        if random.below(2) == 0 {
            edits.push(Edit::Add(format!("new{side}"), Value::Text(format!("added by {side}"))));
        }
        edits.push(Edit::Shared(side, format!("side {side} {}", random.below(1000))));
        let mut tree = self.clone();
        for edit in &edits {
            tree.apply(edit);
        }
        (tree, edits)
    }

    fn apply(&mut self, edit: &Edit) {
        let name = |at: usize| format!("key{at}");
        match edit {
            Edit::Replace(at, value) => {
                let entry = self.0.iter_mut().find(|(key, ..)| *key == name(*at));
                entry.expect("only one side edits it").2 = value.clone();
            }
            Edit::Remove(at) => self.0.retain(|(key, ..)| *key != name(*at)),
            Edit::Comment(at, text) => {
                if let Some(entry) = self.0.iter_mut().find(|(key, ..)| *key == name(*at)) {
                    entry.1 = Some(text.clone());
                }
            }
            Edit::Add(key, value) => self.0.push((key.clone(), None, value.clone())),
            Edit::Shared(side, text) => {
                for (key, _, value) in &mut self.0 {
                    if let (Value::Map(members) | Value::Inner(members), "shared") = (value, key.as_str()) {
                        members[side * 2].1.clone_from(text);
                    }
                }
            }
        }
    }

    fn yaml(&self) -> String {
        let block = |members: &[(String, String)]| -> String {
            members.iter().map(|(key, value)| format!("  {key}: {value}\n")).collect()
        };
        let entry = |(key, comment, value): &(String, Option<String>, Value)| {
            let comment = comment.as_ref().map(|comment| format!("# {comment}\n")).unwrap_or_default();
            let value = match value {
                Value::Text(text) => format!(" '{text}'\n"),
                Value::Number(number) => format!(" {number}\n"),
                Value::Map(members) => format!("\n{}", block(members)),
                Value::List(items) => {
                    format!("\n{}", items.iter().map(|item| format!("  - {item}\n")).collect::<String>())
                }
                Value::Inner(members) => format!(" |\n{}", block(members)),
            };
            format!("{comment}{key}:{value}")
        };
        self.0.iter().map(entry).collect()
    }

    fn json(&self) -> Json {
        let value = |value: &Value| match value {
            Value::Text(text) => json!(text),
            Value::Number(number) => json!(number),
            Value::Map(members) => {
                members.iter().map(|(key, value)| (key.clone(), json!(value))).collect::<Map<_, _>>().into()
            }
            Value::List(items) => json!(items),
            Value::Inner(members) => {
                json!(members.iter().map(|(key, value)| format!("{key}: {value}\n")).collect::<String>())
            }
        };
        self.0.iter().map(|(key, _, content)| (key.clone(), value(content))).collect::<Map<_, _>>().into()
    }

    fn written(&self, name: &str) -> String {
        match name {
            "s.json" => format!("{:#}\n", self.json()),
            "s.env" => self
                .0
                .iter()
                .map(|(key, comment, value)| {
                    let comment = comment.as_ref().map(|comment| format!("# {comment}\n")).unwrap_or_default();
                    let Value::Text(text) = value else { unreachable!("flat") };
                    format!("{comment}{key}={text}\n")
                })
                .collect(),
            _ => self.yaml(),
        }
    }
}

fn members(random: &mut Random) -> Vec<(String, String)> {
    ["a", "b", "c", "d"].iter().map(|key| ((*key).to_owned(), format!("member {}", random.below(1000)))).collect()
}

enum Edit {
    Replace(usize, Value),
    Remove(usize),
    Comment(usize, String),
    Add(String, Value),
    /// To a map or a document that both sides edit.
    Shared(usize, String),
}

/// The bytes of a file for these recipients, with the given data key.
fn sealed(text: &str, name: &str, recipients: &[&str], unlocked: &Unlocked) -> Vec<u8> {
    let rules = SopsRules::parse("/r/.sops.yaml".into(), &rules(recipients)).expect("rules");
    let rule = rules.rule_for("/r/s.yaml".as_ref()).expect("valid").expect("covered").sops.expect("sops");
    let (metadata, _) = Metadata::create(&rule, false).expect("metadata");
    let groups = vec![recipients.iter().map(|recipient| (*recipient).to_owned()).collect()];
    let metadata = Metadata { groups: unlocked.seal(&groups, None).expect("sealed"), ..metadata };
    create(text.as_bytes(), Store::of_name(name), &metadata, &unlocked.key, Indents::default()).expect(text)
}

/// Merges a generated case with the program; checks everything that does not need sops.
fn merged(number: u64, places: &[Sandbox; 2]) -> Option<(PathBuf, Json, bool)> {
    let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ (number + 1).wrapping_mul(0x2545_F491_4F6C_DD1D));
    let name = ["s.yaml", "s.yaml", "s.yaml", "s.json", "s.env"][random.below(5)];
    let mut base = Tree::generate(&mut random, name == "s.env");
    if name != "s.env" {
        let shared = members(&mut random);
        let inner = random.below(2) == 0;
        base.0.push(("shared".to_owned(), None, if inner { Value::Inner(shared) } else { Value::Map(shared) }));
    }
    let (mut ours, _) = base.edited(0, &mut random);
    let (mut theirs, edits) = base.edited(1, &mut random);
    let in_conflict = random.below(8) == 0;
    if in_conflict {
        for (side, tree) in [&mut ours, &mut theirs].into_iter().enumerate() {
            tree.0.push(("both".to_owned(), None, Value::Text(format!("by side {side}"))));
        }
    }
    let host_by_rule = random.below(2) == 0;
    let recipients = [&[ANNA][..], &[ANNA, HOST]];
    let mut recipients = || recipients[random.below(2)];
    let (for_base, for_ours, for_theirs) = (recipients(), recipients(), recipients());
    let first = Unlocked::generate().expect("random");
    let second = Unlocked::generate().expect("random");
    let third = Unlocked::generate().expect("random");
    let ours_key = if random.below(5) == 0 { &second } else { &first };
    let theirs_key = if random.below(3) == 0 { &third } else { &first };
    let place = &places[usize::from(host_by_rule)];
    let folder = place.repo().join(format!("case{number}"));
    fs::create_dir_all(&folder).expect("created");
    let files = [
        ("base", &base, for_base, &first),
        ("ours", &ours, for_ours, ours_key),
        ("theirs", &theirs, for_theirs, theirs_key),
    ];
    let [base_file, ours_file, theirs_file] = files.map(|(side, tree, recipients, key)| {
        let path = folder.join(format!("{side}-{name}"));
        fs::write(&path, sealed(&tree.written(name), name, recipients, key)).expect("written");
        path
    });
    let before = fs::read(&ours_file).expect("written");
    let mut merge = place.agepatch(["merge-file"]);
    merge.arg(&base_file).arg(&ours_file).arg(&theirs_file).arg(name);
    let output = merge.output().expect("it runs");
    let said = format!(
        "case {number}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    if in_conflict {
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("\n  both\n") && !said.contains("by side"), "{said}");
        assert!(fs::read(&ours_file).expect("there") == before, "{said}");
        return None;
    }
    assert_eq!(output.status.code(), Some(0), "{said}");
    let mut expected = ours;
    for edit in &edits {
        expected.apply(edit);
    }
    let text = String::from_utf8(fs::read(&ours_file).expect("there")).expect("text");
    assert_eq!(text.contains(HOST), host_by_rule, "case {number}: the recipients are those of the rules");
    assert!(text.contains(ANNA), "case {number}");
    if name == "s.yaml" {
        let mut show = place.agepatch(["show", "--reveal"]);
        let shown = show.arg(&ours_file).output().expect("it runs");
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        for comment in expected.0.iter().filter_map(|(_, comment, _)| comment.as_ref()) {
            assert!(shown.contains(&format!("# {comment}\n")), "case {number}: {comment} is missing in\n{shown}");
        }
    }
    Some((ours_file, expected.json(), host_by_rule))
}

/// The file decrypted by the real sops.
fn decrypted(path: &Path, identity: &str) -> Json {
    let output = std::process::Command::new("sops")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("SOPS_AGE_KEY_FILE", key(identity))
        .args(["decrypt", "--output-type", "json"])
        .arg(path)
        .output()
        .expect("sops runs");
    assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test_with::executable(sops)]
#[test]
fn generated_merges_are_those_of_the_trees_and_sops_decrypts_them() {
    let places = [sandbox(&[ANNA]), sandbox(&[ANNA, HOST])];
    let threads = 4;
    let checked: usize = std::thread::scope(|scope| {
        let run = |first: u64| {
            let places = &places;
            scope.spawn(move || {
                let mut checked = 0;
                for number in (first..200).step_by(4) {
                    let Some((path, expected, for_host)) = merged(number, places) else { continue };
                    let identity = if for_host { "age2.txt" } else { "age1.txt" };
                    assert_eq!(decrypted(&path, identity), expected, "case {number}");
                    checked += 1;
                }
                checked
            })
        };
        let running: Vec<_> = (0..threads).map(run).collect();
        running.into_iter().map(|thread| thread.join().expect("no case fails")).sum()
    });
    assert!(checked > 150, "{checked} were merged, the others are in conflict");
}
