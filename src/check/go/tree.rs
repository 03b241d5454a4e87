//! Converts documents to Go values, and merges them as Authelia merges its files.

use std::borrow::Cow;

use foldhash::fast::RandomState;

use super::scalar;
use super::value::{DecodedEntry, GoData, GoValue, Map, WrittenAs};
use crate::document::Node;
use crate::document::node;

impl<'a> GoValue<'a> {
    /// Converts a node of document `file`.
    pub(in crate::check) fn read(node: &Node<'a>, file: usize) -> Self {
        let data = match &node.data {
            node::Data::Scalar(found) => scalar::resolve(found, node.tag.as_deref()),
            node::Data::List(items) => GoData::List(items.iter().map(|item| Self::read(item, file)).collect()),
            node::Data::Map(entries) => GoData::Map(read_map(entries, file, false)),
        };
        Self { data, file, span: node.span.clone() }
    }

    /// Converts document `file` from its top, where keys are strings whatever they look like.
    pub(in crate::check) fn read_document(node: &Node<'a>, file: usize) -> Self {
        match &node.data {
            node::Data::Map(entries) => {
                Self { data: GoData::Map(read_map(entries, file, true)), file, span: node.span.clone() }
            }
            _ => Self::read(node, file),
        }
    }
}

fn read_map<'a>(entries: &[node::Entry<'a>], file: usize, top: bool) -> Map<'a> {
    let is_merge = |entry: &&node::Entry| entry.key == "<<" && entry.key_plain;
    let mut map = Map::with_capacity_and_hasher(entries.len(), RandomState::default());
    for entry in entries.iter().filter(|entry| !is_merge(entry)) {
        let printed = if entry.key_plain { scalar::key_name(entry.key) } else { None };
        if top && printed.as_deref() == Some("<nil>") {
            continue;
        }
        let value = GoValue::read(&entry.value, file);
        let key_span = entry.key_span.clone();
        match printed.filter(|printed| !top && *printed != entry.key) {
            Some(printed) => {
                let written = Some(WrittenAs::Key(entry.key.to_owned()));
                map.insert(Cow::Owned(printed), DecodedEntry { written, key_span, value });
            }
            None => drop(map.insert(Cow::Borrowed(entry.key), DecodedEntry { written: None, key_span, value })),
        }
    }
    for entry in entries.iter().filter(is_merge) {
        let sources = match &entry.value.data {
            node::Data::List(sources) => sources,
            _ => std::slice::from_ref(&entry.value),
        };
        for source in sources {
            if let node::Data::Map(merged) = &source.data {
                for (key, value) in read_map(merged, file, false) {
                    map.entry(key).or_insert(value);
                }
            }
        }
    }
    map
}

/// Merges `later` into `earlier`: maps are merged, anything else is replaced.
pub(in crate::check) fn merge<'a>(earlier: &mut GoValue<'a>, later: GoValue<'a>) {
    match (&mut earlier.data, later.data) {
        (GoData::Map(into), GoData::Map(from)) => {
            for (key, entry) in from {
                match into.get_mut(&key) {
                    Some(present) => {
                        present.written = entry.written;
                        present.key_span = entry.key_span;
                        merge(&mut present.value, entry.value);
                    }
                    None => drop(into.insert(key, entry)),
                }
            }
            earlier.file = later.file;
            earlier.span = later.span;
        }
        (present, data) => {
            *present = data;
            earlier.file = later.file;
            earlier.span = later.span;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    #[test]
    fn merged_maps_come_after_what_is_written_and_the_first_one_wins() {
        for merged in ["{a: 1, b: 2}", "[{a: 1, b: 2}, {b: 3, c: 4}, x]"] {
            let text = format!("<<: {merged}\nb: 0\n");
            let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
            let value = GoValue::read_document(&document.tree().expect("a tree"), 0);
            let found = value.map().expect("a map").iter().map(|(key, entry)| (key.as_ref(), &entry.value.data));
            let found: Vec<_> = found.map(|(key, data)| format!("{key}: {data:?}")).collect();
            let expected = ["b: Int(0)", "a: Int(1)", "c: Int(4)"];
            assert_eq!(found, expected[..if merged.starts_with('[') { 3 } else { 2 }], "{merged}");
        }
    }
}
