//! The fuzz targets. Each accepts arbitrary bytes, and panics if a property does not hold.

use std::fs;

use agepatch::authelia::{self, Request};
use agepatch::check;
use agepatch::container;
use agepatch::container::sops::cipher::DataKey;
use agepatch::container::sops::metadata::Metadata;
use agepatch::container::sops::{Indents, SopsFile, Store};
use agepatch::document::{self, Document, Edit, Format, Pointer, Value};
use agepatch::patch::{self, PatchNotation};
use agepatch::rules::{Rule, Rules};

/// Accepts arbitrary bytes, and panics if the result is wrong.
type Target = fn(&[u8]);

pub(crate) const ALL: [(&str, Target); 7] = [
    ("document", document),
    ("check", check),
    ("patch", patch),
    ("rules", rules),
    ("log", log),
    ("header", header),
    ("sops", sops),
];

/// Every format: parsing preserves the text, and up to three edits read back as intended.
pub(crate) fn document(bytes: &[u8]) {
    let _ = document::guess("a.age", bytes);
    for format in [Format::Yaml, Format::Json, Format::Dotenv, Format::Toml] {
        let Ok(document) = Document::parse(bytes, format) else { continue };
        assert!(document.bytes() == bytes, "reading changed the text");
        let mut found = Vec::new();
        places(document.value(), &Pointer::root(), &mut found);
        // The bytes select the edits, which makes the target deterministic.
        let choice = bytes.iter().fold(bytes.len(), |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
        let edits: Vec<Edit> = (0..=choice / 3 % 3).map(|step| edit(&found, choice >> (5 * step))).collect();
        let mut session = document.edit();
        if edits.iter().any(|edit| session.apply(edit).is_err()) {
            continue;
        }
        let expected = session.value().clone();
        if let Ok(edited) = session.finish() {
            assert!(*edited.value() == expected, "{format:?} {edits:?}: the text differs from the result of the edits");
            let again = Document::parse(edited.bytes(), format).map(|again| again.value().clone());
            assert!(again.is_ok_and(|again| again == expected), "{format:?} {edits:?}: the text does not read back");
        }
    }
}

/// An edit at one of the places.
fn edit(places: &[Pointer], choice: usize) -> Edit {
    let path = places[choice % places.len()].clone();
    let other = places[(choice / 7) % places.len()].clone();
    let value = [Value::string("fuzz"), Value::string("a: b\n#"), Value::Bool(true), Value::list(vec![Value::Null])];
    let value = value[choice % 4].clone();
    match choice / 5 % 7 {
        0 => Edit::Remove { path },
        1 => Edit::Move { from: path, path: other },
        2 => Edit::Copy { from: path, path: other },
        3 => Edit::Set { path: path.child("new"), value },
        4 => Edit::Append { path, value },
        5 => Edit::Rename { path, to: "new".to_owned() },
        _ => Edit::Replace { path, value },
    }
}

/// Every rule, with any configuration.
pub(crate) fn check(bytes: &[u8]) {
    let Ok(parsed) = check::parse(bytes, Format::Yaml) else { return };
    let name = agepatch::shown::Shown::fixed("fuzz.yml");
    let findings = check::run(&[check::Source::new(name, Ok(&parsed))], &check::Options::default());
    for finding in findings {
        assert!(check::registry::find(finding.rule).is_some(), "{} cannot be explained", finding.rule);
    }
}

/// Patch documents of both notations.
pub(crate) fn patch(bytes: &[u8]) {
    let _ = patch::read(bytes, PatchNotation::Merge);
    let _ = patch::read(bytes, PatchNotation::Operations);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = document::Path::parse(text).map(|path| path.resolve(&Value::Null));
    }
}

/// secrets.nix, with the built-in evaluator only.
pub(crate) fn rules(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join("secrets.nix");
    if fs::write(&path, bytes).is_ok() {
        let _ = Rules::load(&path);
    }
}

/// Authelia's log, and authorization URLs.
pub(crate) fn log(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let document = Value::Null;
    for cause in authelia::causes(&text) {
        let _ = authelia::diagnose(cause, &document, |_| None);
    }
    for line in text.lines() {
        if let Ok(request) = Request::parse(line) {
            let _ = request.causes(&document);
        }
    }
}

/// The header of an age file.
pub(crate) fn header(bytes: &[u8]) {
    if let Ok(header) = container::detect("", bytes).recipients() {
        let keys = vec!["ssh-ed25519 AAAA".to_owned(), "age1x".to_owned()];
        let _ = header.agreement(&Rule { keys, ..Rule::default() }, &container::Evidence::default());
    }
}

/// Metadata of a generated file.
const METADATA: &str =
    "sops:\n  age:\n    - enc: |\n        x\n      recipient: age1x\n  unencrypted_suffix: _u\n  version: 3.13.3\n";

/// sops files: parsed, opened with a key that may not fit, and created from any text, which the view must show.
pub(crate) fn sops(bytes: &[u8]) {
    let Some(key) = DataKey::from_bytes(&[7; 32]) else { return };
    let Ok(metadata) = Metadata::from_yaml(METADATA) else { return };
    let _ = container::detect("a.yaml", bytes).recipients();
    for store in [Store::Yaml, Store::Json, Store::Dotenv, Store::Ini, Store::Binary] {
        if let Ok(file) = SopsFile::parse(bytes, store) {
            let _ = file.leaves();
            let _ = file.open(&key, true).map(|open| open.view().expose().len());
        }
        let Ok(made) = container::sops::create(bytes, store, &metadata, &key, Indents::default()) else { continue };
        let open =
            SopsFile::parse(&made, store).and_then(|file| file.open(&key, false)).expect("the created file opens");
        assert!(
            open.back(open.view().expose()).is_ok_and(|same| same == made),
            "{store:?}: an unchanged view changes it"
        );
        let value = |text: &[u8]| Document::parse(text, store.format()).map(|document| document.value().clone());
        if let (Ok(given), Ok(shown)) = (value(bytes), value(open.view().expose())) {
            assert!(given == shown, "{store:?}: the view differs from the input");
        }
    }
}

fn places(value: &Value, here: &Pointer, found: &mut Vec<Pointer>) {
    found.push(here.clone());
    // Aliases make small texts large, so limit the number of places.
    if found.len() > 1_000 {
        return;
    }
    match value {
        Value::List(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &here.child(index.to_string()), found));
        }
        Value::Map(map) => map.iter().for_each(|(key, value)| places(value, &here.child(key.text()), found)),
        _ => {}
    }
}
