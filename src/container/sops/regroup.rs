//! Writes other key groups into the metadata of a file: recipients that stay keep their lines, and nothing else moves.

use super::metadata::{AgeKey, Group, Metadata};
use super::sheet::{Block, Field};
use super::sops_file::SopsFile;
use super::store::Store;
use super::written::flat_groups;
use crate::document::{Document, Edit, Format, Map, MapKey, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::lines;

/// The name of the metadata in YAML and JSON.
const SOPS: &str = "sops";
/// The flattened names of the groups and their threshold in dotenv and ini.
const FLAT: [&str; 3] = ["age__list_", "key_groups__list_", "shamir_threshold"];

/// The text of the file with other groups in its metadata.
///
/// # Errors
/// `unsupported` if the metadata is written in a form that cannot be edited.
pub(super) fn regrouped(file: &SopsFile, groups: &[Group], threshold: Option<usize>) -> Result<String> {
    let (old, text) = (file.metadata(), file.text());
    let mut edited = String::with_capacity(text.len() + 1024);
    let mut at = 0;
    for block in &file.sheet().blocks {
        let (range, new) = match file.store() {
            Store::Dotenv | Store::Ini => (block.range.clone(), flat(file, block, groups, threshold)),
            store => {
                let braces = store != Store::Yaml || file.sheet().documents[block.document].flow.is_some();
                let range = if braces { block.entry.clone() } else { block.range.clone() };
                let new = nested(&text[range.clone()], braces, store, &edits(old, groups, threshold))?;
                (range, new)
            }
        };
        edited.push_str(&text[at..range.start]);
        edited.push_str(&new);
        at = range.end;
    }
    edited.push_str(&text[at..]);
    Ok(edited)
}

/// Edits one copy of the metadata as a document.
fn nested(text: &str, braces: bool, store: Store, edits: &[Edit]) -> Result<String> {
    let format = if store == Store::Yaml { Format::Yaml } else { Format::Json };
    let document = if braces { ["{", text, "}"].concat() } else { text.to_owned() };
    let mut session = Document::parse(document.as_bytes(), format)?.edit();
    for edit in edits {
        session.apply(edit)?;
    }
    let edited = session.finish()?;
    let edited = std::str::from_utf8(edited.bytes()).map_err(|_| unsupported())?;
    match braces {
        true => edited
            .strip_prefix('{')
            .and_then(|edited| edited.strip_suffix('}'))
            .ok_or_else(unsupported)
            .map(str::to_owned),
        false => Ok(edited.to_owned()),
    }
}

/// The edits that turn the old groups into the new ones.
fn edits(old: &Metadata, groups: &[Group], threshold: Option<usize>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let root = Pointer::new([SOPS]);
    let several = root.child("key_groups");
    if old.grouped && old.groups.len() == groups.len() {
        for (at, (before, after)) in old.groups.iter().zip(groups).enumerate() {
            keys(&several.child(at.to_string()).child("age"), &before.age, &after.age, &mut edits);
        }
    } else if !old.grouped && groups.len() == 1 {
        keys(&root.child("age"), &old.groups[0].age, &groups[0].age, &mut edits);
    } else {
        let path = root.child(if old.grouped { "key_groups" } else { "age" });
        edits.push(Edit::Remove { path });
        match groups {
            [only] => edits.push(Edit::Set { path: root.child("age"), value: list(&only.age) }),
            groups => {
                let group = |group: &Group| map([("age", list(&group.age)), ("hc_vault", Value::list(Vec::new()))]);
                edits.push(Edit::Set { path: several, value: Value::list(groups.iter().map(group).collect()) });
            }
        }
    }
    let path = root.child("shamir_threshold");
    match (old.threshold, threshold) {
        (before, after) if before == after => {}
        (_, Some(after)) => {
            let value = Value::Number(crate::document::Number::new(after.to_string()));
            edits.push(Edit::Set { path, value });
        }
        (_, None) => edits.push(Edit::Remove { path }),
    }
    edits
}

/// The edits of one list of age keys: removes old recipients, appends new ones.
fn keys(path: &Pointer, before: &[AgeKey], after: &[AgeKey], edits: &mut Vec<Edit>) {
    for (at, key) in before.iter().enumerate().rev() {
        if !after.contains(key) {
            // The same recipient with another `enc` keeps its place.
            match after.iter().find(|new| new.recipient == key.recipient) {
                Some(new) => {
                    let path = path.child(at.to_string()).child("enc");
                    edits.push(Edit::Replace { path, value: Value::string(new.enc.as_str()) });
                }
                None => edits.push(Edit::Remove { path: path.child(at.to_string()) }),
            }
        }
    }
    let is_new = |key: &&AgeKey| !before.iter().any(|old| old.recipient == key.recipient);
    edits.extend(after.iter().filter(is_new).map(|key| Edit::Add { path: path.child("-"), value: item(key) }));
}

fn item(key: &AgeKey) -> Value {
    map([("enc", Value::string(key.enc.as_str())), ("recipient", Value::string(key.recipient.as_str()))])
}

fn list(keys: &[AgeKey]) -> Value {
    Value::list(keys.iter().map(item).collect())
}

fn map<const COUNT: usize>(entries: [(&str, Value); COUNT]) -> Value {
    let mut map = Map::new();
    for (key, value) in entries {
        map.insert(MapKey::string(key), value);
    }
    Value::Map(map)
}

/// Flattened metadata with other groups: lines with the same name and value are kept.
fn flat(file: &SopsFile, block: &Block, groups: &[Group], threshold: Option<usize>) -> String {
    let text = file.text();
    let line = |field: &Field| {
        let start = lines::start(text, field.range.start);
        let end = lines::next(text, field.range.end);
        start..end
    };
    let is_group = |field: &&Field| FLAT.iter().any(|name| field.name.starts_with(name));
    let grouped: Vec<&Field> = block.fields.iter().filter(is_group).collect();
    let mut wanted = flat_groups(groups, threshold);
    let pattern = block.fields.iter().find(|field| field.name.ends_with("__map_enc"));
    let (mut edited, mut at) = (String::new(), block.range.start);
    let last = grouped.iter().map(|field| line(field).end).max();
    for field in grouped {
        let range = line(field);
        edited.push_str(&text[at..range.start]);
        at = range.end;
        if let Some(found) = wanted.iter().position(|(name, value)| *name == field.name && *value == field.text) {
            edited.push_str(&text[range.clone()]);
            wanted.remove(found);
        } else if let Some(found) = wanted.iter().position(|(name, _)| *name == field.name) {
            let (_, value) = wanted.remove(found);
            edited.push_str(&text[range.start..field.range.start]);
            edited.push_str(&escaped(&value, pattern.map(|field| &text[field.range.clone()])));
            edited.push_str(&text[field.range.end..range.end]);
        }
        if Some(at) == last {
            // New lines follow the last old one, in the same layout.
            for (name, value) in std::mem::take(&mut wanted) {
                let before = &text[range.start..field.range.start];
                let (indent, rest) = before.split_once(field.name.as_str()).unwrap_or((before, "="));
                let separator =
                    if file.store() == Store::Dotenv { rest.to_owned() } else { aligned(&name, &field.name, rest) };
                let value = escaped(&value, pattern.map(|field| &text[field.range.clone()]));
                let ending = if text[range.clone()].ends_with("\r\n") { "\r\n" } else { "\n" };
                edited.push_str(&format!("{indent}{name}{separator}{value}{ending}"));
            }
        }
    }
    edited.push_str(&text[at..block.range.end]);
    edited
}

/// The spaces before `=`, aligned with the old line if the name leaves room.
fn aligned(name: &str, old: &str, separator: &str) -> String {
    let sign = separator.trim_start();
    let column = old.len() + separator.len() - sign.len();
    format!("{}{sign}", " ".repeat(column.saturating_sub(name.len()).max(1)))
}

/// A value in one line, with line breaks escaped as in the other keys.
fn escaped(value: &str, like: Option<&str>) -> String {
    let doubled = like.is_some_and(|like| like.contains("\\\\n"));
    value.replace('\n', if doubled { "\\\\n" } else { "\\n" })
}

fn unsupported() -> Error {
    Error::new(ErrorKind::Unsupported, "the sops metadata is written in a form that cannot be edited")
}
