//! The recorded files: opened, edited, and written back.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value as Json;

use super::cipher::DataKey;
use super::recorded::{cases, folder};
use super::token::Token;
use super::{OpenFile, SopsFile, Store};
use crate::document::{Document, Edit, Format, Pointer, Value};
use crate::error::Result;

fn text<'c>(case: &'c Json, name: &str) -> &'c str {
    case[name].as_str().unwrap_or_else(|| panic!("{name}"))
}

/// The data key of a file with one group and an X25519 recipient, decrypted with the keys of the tests.
fn data_key(file: &SopsFile) -> Option<DataKey> {
    let keys = ["age1.txt", "age2.txt", "age3.txt"].map(|name| fs::read_to_string(folder().join("keys").join(name)));
    let keys: Vec<age::x25519::Identity> =
        keys.iter().filter_map(|key| key.as_ref().ok()?.lines().find_map(|line| line.parse().ok())).collect();
    (file.metadata().groups.len() == 1).then_some(())?;
    file.metadata().recipients().find_map(|recipient| {
        keys.iter()
            .find_map(|key| age::decrypt(key, recipient.enc.as_bytes()).ok())
            .and_then(|key| DataKey::from_bytes(&key))
    })
}

fn open(case: &Json, bytes: &[u8]) -> Option<Result<OpenFile>> {
    let store = Store::of(text(case, "name"), bytes).expect("a sops file");
    let file = match SopsFile::parse(bytes, store) {
        Ok(file) => file,
        Err(error) => return Some(Err(error)),
    };
    let key = data_key(&file)?;
    Some(file.open(&key, false))
}

fn value(json: &Json) -> Value {
    Document::parse(json.to_string().as_bytes(), Format::Json).expect("JSON").value().clone()
}

fn edit(operation: &Json) -> Edit {
    let pointer = |name: &str| Pointer::parse(text(operation, name)).expect("a pointer");
    let given = || value(&operation["value"]);
    match text(operation, "op") {
        "add" => Edit::Add { path: pointer("path"), value: given() },
        "remove" => Edit::Remove { path: pointer("path") },
        "replace" => Edit::Replace { path: pointer("path"), value: given() },
        "move" => Edit::Move { from: pointer("from"), path: pointer("path") },
        "copy" => Edit::Copy { from: pointer("from"), path: pointer("path") },
        "test" => Edit::Test { path: pointer("path"), value: given() },
        "set" => Edit::Set { path: pointer("path"), value: given() },
        "append" => Edit::Append { path: pointer("path"), value: given() },
        "rename" => Edit::Rename { path: pointer("path"), to: text(operation, "to").to_owned() },
        other => panic!("{other}"),
    }
}

fn tokens(text: &str) -> Vec<&str> {
    text.match_indices("ENC[AES256_GCM,").map(|(at, _)| &text[at..=at + text[at..].find(']').expect("whole")]).collect()
}

fn changed_lines(old: &str, new: &str) -> (usize, usize) {
    let diff = similar::TextDiff::from_lines(old, new);
    diff.iter_all_changes().fold((0, 0), |(removed, added), change| match change.tag() {
        similar::ChangeTag::Delete => (removed + 1, added),
        similar::ChangeTag::Insert => (removed, added + 1),
        similar::ChangeTag::Equal => (removed, added),
    })
}

/// Applies the edit of a case to its view.
fn edited(case: &Json, opened: &OpenFile) -> Result<Vec<u8>> {
    let document = Document::parse(opened.view().expose(), opened.file().store().format())?;
    let mut session = document.edit();
    for operation in case["edit"]["ops"].as_array().expect("a list") {
        session.apply(&edit(operation))?;
    }
    session.finish().map(|document| document.bytes().to_vec())
}

fn play(case: &Json) -> std::result::Result<(), String> {
    let old = text(case, "text");
    let Some(opened) = open(case, old.as_bytes()) else { return Ok(()) };
    let refused = case["refuse"].is_object();
    let opened = match opened {
        Ok(opened) => opened,
        Err(_) if refused => return Ok(()),
        Err(error) => return Err(format!("open: {error} {:?}", error.path())),
    };
    if opened.back(opened.view().expose()).as_deref().ok() != Some(old.as_bytes()) {
        return Err("unchanged is not the same".to_owned());
    }
    let view = match edited(case, &opened) {
        Ok(view) => view,
        Err(_) if refused => return Ok(()),
        Err(error) if case["or_refuse"] == error.kind().name() => return Ok(()),
        Err(error) => return Err(format!("edit: {error}\n{}", String::from_utf8_lossy(opened.view().expose()))),
    };
    let new = match opened.back(&view) {
        Ok(new) => new,
        Err(_) if refused => return Ok(()),
        Err(error) => {
            return Err(format!("back: {error} {:?}\n{}", error.line_column(), String::from_utf8_lossy(&view)));
        }
    };
    if refused {
        return Err("it is to be refused".to_owned());
    }
    if case["noop"] == true {
        return if new == old.as_bytes() { Ok(()) } else { Err("something changed".to_owned()) };
    }
    let new = String::from_utf8(new).expect("text");
    let most = |at: usize| usize::try_from(case["max_changed_lines"][at].as_u64().expect("a number")).expect("small");
    let (removed, added) = changed_lines(old, &new);
    if removed > most(0) || added > most(1) {
        let diff = similar::TextDiff::from_lines(old, &new).unified_diff().to_string();
        return Err(format!("lines {removed}/{added} of {}/{}\n{diff}", most(0), most(1)));
    }
    let before: BTreeSet<&str> = tokens(old).into_iter().collect();
    let fresh = tokens(&new).into_iter().filter(|token| !before.contains(token)).collect::<BTreeSet<_>>().len();
    if Some(fresh as u64) > case["new_ciphertexts"].as_u64() {
        return Err(format!("{fresh} new tokens"));
    }
    let mut kinds: Vec<String> = new
        .lines()
        .filter(|line| !line.trim_start().trim_start_matches(['"']).trim_start_matches("sops_").starts_with("mac"))
        .flat_map(tokens)
        .filter_map(|token| Token::kind_of(token).map(|kind| kind.to_string()))
        .filter(|kind| kind != "comment")
        .collect();
    kinds.sort();
    if Json::from(kinds.clone()) != case["want_enc_types"] {
        return Err(format!("types {kinds:?}"));
    }
    let again = open(case, new.as_bytes()).expect("it has a key").map_err(|error| format!("again: {error}"))?;
    let read =
        Document::parse(again.view().expose(), again.file().store().format()).map_err(|error| error.to_string())?;
    if *read.value() != value(&case["want_tree"]) {
        return Err(format!("tree\n{}", String::from_utf8_lossy(again.view().expose())));
    }
    Ok(())
}

#[test]
fn every_recorded_edit_is_exact() {
    let mut failed = Vec::new();
    // Which keys open which files is not tested here.
    for case in cases().into_iter().filter(|case| !text(case, "id").starts_with("refuse-key")) {
        if let Err(error) = play(&case) {
            failed.push(format!("{} {}: {error}", text(&case, "id"), text(&case, "about")));
        }
    }
    assert!(failed.is_empty(), "{} failed\n{}", failed.len(), failed.join("\n"));
}
