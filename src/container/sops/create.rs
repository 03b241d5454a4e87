//! Creates a sops file without values, then inserts the text as an edit.

use serde_json::{Map, Value};

use super::cipher::{Cipher, DataKey};
use super::mac::{self, Mac};
use super::metadata::Metadata;
use super::sops_file::SopsFile;
use super::store::Store;
use crate::document::node::Style;
use crate::error::{Error, ErrorKind, Result};

/// The indentation of the metadata in a new file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Indents {
    /// Spaces in YAML; sops' default is 4.
    pub yaml: Option<usize>,
    /// Spaces in JSON; sops' default is a tab.
    pub json: Option<usize>,
}

/// The bytes of a new file with this text; `metadata` lacks only its MAC and its time.
///
/// # Errors
/// `syntax`, `duplicate-key`, and `unsupported` for a text that the store cannot hold.
pub fn create(text: &[u8], store: Store, metadata: &Metadata, key: &DataKey, indents: Indents) -> Result<Vec<u8>> {
    if store == Store::Yaml && std::str::from_utf8(text).is_ok_and(|text| text.trim().is_empty()) {
        return Err(Error::new(ErrorKind::EmptyResult, "a sops file without any value cannot be created"));
    }
    let when = mac::now();
    let cipher = Cipher::new(key);
    let mac = Mac::new(metadata.mac_only_encrypted).seal(&cipher, &when)?;
    let mut metadata = metadata.clone();
    (metadata.mac, metadata.last_modified) = (mac, when);
    // YAML in braces needs metadata in braces.
    let braces = store == Store::Yaml && text.trim_ascii_start().starts_with(b"{");
    let bytes = skeleton(if braces { Store::Json } else { store }, &metadata, indents);
    SopsFile::parse(bytes.as_bytes(), store)?.open(key, false)?.back(text)
}

/// A file of the store without any value.
fn skeleton(store: Store, metadata: &Metadata, indents: Indents) -> String {
    match store {
        Store::Yaml => {
            let mut text = "sops:\n".to_owned();
            let step = indents.yaml.unwrap_or(4);
            yaml_map(&metadata.entries(), step, step, &mut text);
            text
        }
        Store::Json => json(&[("sops", Value::Object(metadata.entries()))], indents),
        Store::Binary => {
            json(&[("data", Value::String(String::new())), ("sops", Value::Object(metadata.entries()))], indents)
        }
        Store::Dotenv => metadata
            .flat()
            .into_iter()
            .map(|(name, value)| format!("sops_{name}={}\n", value.replace('\n', "\\n")))
            .collect(),
        Store::Ini => {
            let fields = metadata.flat();
            let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
            let line = |(name, value): &(String, String)| {
                let value = super::ini::write(&value.replace('\n', "\\n"), Style::Plain);
                format!("{name:width$} = {}\n", *value)
            };
            ["[sops]\n".to_owned()].into_iter().chain(fields.iter().map(line)).collect()
        }
    }
}

fn json(members: &[(&str, Value)], indents: Indents) -> String {
    let map: Map<String, Value> = members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let indent = indents.json.map_or_else(|| "\t".to_owned(), |width| " ".repeat(width));
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    // Serializing to memory does not fail.
    let _written = serde::Serialize::serialize(&map, &mut serializer);
    String::from_utf8(bytes).unwrap_or_default() + "\n"
}

/// The entries of a map in block style, in column `column`.
fn yaml_map(map: &Map<String, Value>, column: usize, step: usize, text: &mut String) {
    for (name, value) in map {
        text.push_str(&" ".repeat(column));
        yaml_entry(name, value, (column, column), step, text);
    }
}

/// An entry of a map: `column` is that of its collection, `own` that of its key.
fn yaml_entry(name: &str, value: &Value, (column, own): (usize, usize), step: usize, text: &mut String) {
    text.push_str(name);
    text.push(':');
    match value {
        Value::Array(items) if items.is_empty() => text.push_str(" []\n"),
        Value::Array(items) => {
            text.push('\n');
            for item in items {
                yaml_item(item, column + step, step, text);
            }
        }
        Value::Object(map) => {
            text.push('\n');
            yaml_map(map, column + step, step, text);
        }
        Value::String(lines) if lines.contains('\n') => {
            text.push_str(" |\n");
            for line in lines.lines() {
                // Always deeper than the key, however little the file is indented.
                text.push_str(&format!("{}{line}\n", " ".repeat((column + step).max(own + 2))));
            }
        }
        Value::String(line) => text.push_str(&format!(" {}\n", yaml_string(name, line))),
        other => text.push_str(&format!(" {other}\n")),
    }
}

/// A list item: the first entry of a map follows the dash.
fn yaml_item(item: &Value, column: usize, step: usize, text: &mut String) {
    let Value::Object(map) = item else {
        text.push_str(&format!("{}- {item}\n", " ".repeat(column)));
        return;
    };
    for (at, (name, value)) in map.iter().enumerate() {
        text.push_str(&" ".repeat(column));
        text.push_str(if at == 0 { "- " } else { "  " });
        yaml_entry(name, value, (column, column + 2), step, text);
    }
}

/// A string in YAML; a time must be quoted to be one.
fn yaml_string(name: &str, text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.,/+=[]: @".contains(c);
    let fits = text.chars().all(plain)
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && !text.contains(": ")
        && !text.ends_with([':', ' ']);
    let is_token = super::token::Token::is_token(text);
    let word = !matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    match name {
        "version" => text.to_owned(),
        "lastmodified" => format!("\"{text}\""),
        _ if is_token || fits && word => text.to_owned(),
        _ => format!("'{}'", text.replace('\'', "''")),
    }
}
