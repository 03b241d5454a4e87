//! The files of a configuration as one tree: read, merged, and with old names replaced, as Authelia does before it
//! validates anything.

use std::borrow::Cow;

use super::Source;
use super::go::{DecodedEntry, GoData, GoValue, Map, WrittenAs, merge, strictness};
use super::location::Location;
use crate::document::{LineIndex, Node, node};
use crate::error::{Error, ErrorKind};
use crate::schema::authelia::{DEPRECATED, Deprecated, Fate};

/// Merges the trees that could be read: maps are merged, anything else is replaced by the later file.
pub(super) fn read<'t>(trees: &[Result<Node<'t>, Error>]) -> GoValue<'t> {
    let mut root = GoValue { data: GoData::Map(Map::default()), file: 0, span: 0..0 };
    for (file, tree) in trees.iter().enumerate() {
        let Ok(tree) = tree else { continue };
        let value = GoValue::read_document(tree, file);
        if value.map().is_some() {
            merge(&mut root, value);
        }
    }
    root
}

/// The files that Authelia cannot read: index and reason.
pub(super) fn unreadable(trees: &[Result<Node<'_>, Error>], sources: &[Source<'_>]) -> Vec<(usize, Option<Error>)> {
    let refused = |(file, tree): (usize, &Result<Node<'_>, Error>)| match tree {
        Err(error) => Some((file, Some(error.clone()))),
        Ok(tree) => {
            let text = sources.get(file).map(Source::text).unwrap_or_default();
            if let Some(refusal) = strictness::find(tree, text) {
                let (line, column) = LineIndex::new(text.as_bytes()).line_column(text, refusal.offset);
                return Some((file, Some(Error::new(ErrorKind::Syntax, refusal.reason).at(line, column))));
            }
            let is_options = match &tree.data {
                node::Data::Map(_) => true,
                node::Data::List(_) => false,
                node::Data::Scalar(_) => GoValue::read(tree, file).is_null(),
            };
            (!is_options).then_some((file, None))
        }
    };
    trees.iter().enumerate().filter_map(refused).collect()
}

/// An old name that was found.
pub(super) struct Renamed {
    pub(super) old: &'static Deprecated,
    /// Its current place (under its new name, if it was moved).
    pub(super) at: Location,
    /// Whether the new name exists, too.
    pub(super) conflict: bool,
    /// The empty map that would contain the new name: whether the map or the option wins is undefined in Authelia.
    pub(super) over_empty: Option<Location>,
}

/// Replaces old names with new ones.
pub(super) fn rename_old_keys(root: &mut GoValue<'_>, minor: u8) -> Vec<Renamed> {
    let mut found = Vec::new();
    let (of_clients, of_options): (Vec<&'static Deprecated>, Vec<&'static Deprecated>) =
        DEPRECATED.iter().filter(|old| old.minor() <= minor).partition(|old| old.old.contains("[]"));
    let present: Vec<bool> = of_options.iter().map(|old| is_leaf(root, old.new)).collect();
    for (old, new_present) in of_options.iter().zip(present) {
        if is_leaf(root, old.old) {
            found.push(rename_option(root, old, new_present));
        }
    }
    rename_in_clients(root, &of_clients, &mut found);
    found
}

fn rename_option(root: &mut GoValue<'_>, old: &'static Deprecated, conflict: bool) -> Renamed {
    let names = |pattern: &'static str| Location::keys(pattern.split('.'));
    let stays = Renamed { old, at: names(old.old), conflict, over_empty: None };
    match old.fate {
        Fate::Moved if !conflict => {
            let over_empty = empty_map_above(root, old.new);
            let Some(mut entry) = take(root, old.old) else { return stays };
            entry.written = Some(WrittenAs::Place(old.old.split('.').map(str::to_owned).collect()));
            put(root, old.new, entry);
            Renamed { at: names(old.new), over_empty: over_empty.map(names), ..stays }
        }
        // No rule reads the options that the others would become.
        _ => stays,
    }
}

fn rename_in_clients(root: &mut GoValue<'_>, names: &[&'static Deprecated], found: &mut Vec<Renamed>) {
    let Some(GoData::List(clients)) = descend(root, "identity_providers.oidc.clients").map(|value| &mut value.data)
    else {
        return;
    };
    for (index, client) in clients.iter_mut().enumerate() {
        let GoData::Map(map) = &mut client.data else { continue };
        for old in names {
            let last = |name: &'static str| name.rsplit('.').next().unwrap_or(name);
            let (before, after) = (last(old.old), last(old.new));
            if !map.contains_key(before) {
                continue;
            }
            let conflict = map.contains_key(after);
            if !conflict && let Some(mut entry) = map.shift_remove(before) {
                entry.written = Some(WrittenAs::Key(before.to_owned()));
                map.insert(Cow::Borrowed(after), entry);
            }
            let at = Location::client(index).key(if conflict { before } else { after });
            found.push(Renamed { old, at, conflict, over_empty: None });
        }
    }
}

/// The empty map that would contain the option at `path`.
fn empty_map_above(root: &GoValue<'_>, path: &'static str) -> Option<&'static str> {
    let above = path.match_indices('.').map(|(at, _)| &path[..at]);
    above.into_iter().find(|above| {
        let found = above.split('.').try_fold(root, |value, key| value.get(key));
        found.is_some_and(|value| value.map().is_some_and(Map::is_empty))
    })
}

/// Whether there is a value at `path` that is not a map with entries.
fn is_leaf(root: &GoValue<'_>, path: &str) -> bool {
    let found = path.split('.').try_fold(root, |value, key| value.get(key));
    found.is_some_and(|value| value.map().is_none_or(Map::is_empty))
}

fn descend<'v, 'a>(root: &'v mut GoValue<'a>, path: &str) -> Option<&'v mut GoValue<'a>> {
    path.split('.').try_fold(root, |value, key| match &mut value.data {
        GoData::Map(map) => map.get_mut(key).map(|entry| &mut entry.value),
        _ => None,
    })
}

fn take<'a>(root: &mut GoValue<'a>, path: &str) -> Option<DecodedEntry<'a>> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let GoData::Map(map) = &mut root.data else { return None };
    let Some(rest) = rest else { return map.shift_remove(first) };
    let inner = &mut map.get_mut(first)?.value;
    let entry = take(inner, rest);
    if inner.map().is_some_and(Map::is_empty) {
        map.shift_remove(first);
    }
    entry
}

fn put<'a>(root: &mut GoValue<'a>, path: &'static str, entry: DecodedEntry<'a>) {
    let GoData::Map(map) = &mut root.data else { return };
    let Some((first, rest)) = path.split_once('.') else {
        map.insert(Cow::Borrowed(path), entry);
        return;
    };
    let (file, span) = (entry.value.file, entry.value.span.clone());
    let holder = map.entry(Cow::Borrowed(first)).or_insert_with(|| DecodedEntry {
        written: None,
        key_span: entry.key_span.clone(),
        value: GoValue { data: GoData::Map(Map::default()), file, span },
    });
    put(&mut holder.value, rest, entry);
}

/// Passes every key to `take` as Authelia lists them for its check of names: dotted paths of all values except
/// non-empty maps, and the keys of maps in lists, without the index. The place is computed only for an unknown key,
/// since nearly all are known. A key that `take` knows is passed once per list.
pub(super) fn keys(root: &GoValue<'_>, take: &mut Take<'_>) {
    list(root, &mut Vec::new(), &mut String::new(), take);
}

/// The number of known keys to remember per list; maps in lists have few.
const FEW: usize = 64;

/// Takes the name of a key and a function that computes its place; returns whether it knows the key.
pub(super) type Take<'t> = dyn FnMut(&str, &dyn Fn() -> Location) -> bool + 't;

fn list<'v>(value: &'v GoValue<'_>, path: &mut Vec<&'v str>, name: &mut String, take: &mut Take<'_>) {
    let Some(map) = value.map() else { return };
    for (key, entry) in map {
        let above = name.len();
        if !path.is_empty() {
            name.push('.');
        }
        name.push_str(key);
        path.push(key);
        let at = || Location::keys(path.iter().copied());
        match &entry.value.data {
            GoData::Map(map) if !map.is_empty() => list(&entry.value, path, name, take),
            GoData::List(items) => {
                let own = name.len();
                name.push_str("[].");
                let of_items = name.len();
                let mut known: Vec<&str> = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    for key in item.map().into_iter().flat_map(Map::keys) {
                        if known.contains(&key.as_ref()) {
                            continue;
                        }
                        name.push_str(key);
                        if take(name, &|| at().index(index).key(key.clone().into_owned())) && known.len() < FEW {
                            known.push(key);
                        }
                        name.truncate(of_items);
                    }
                }
                name.truncate(own);
                take(name, &at);
            }
            _ => drop(take(name, &at)),
        }
        path.pop();
        name.truncate(above);
    }
}
