//! The first line of a message: its type, and what was done in a few words.

use super::message::{Content, Detail, FileChange, shown};
use super::one_line;
use super::place::Place;
use crate::diff::{Change, ChangeKind};
use crate::document::Value;

/// How long what follows the colon is at most.
pub(super) const LIMIT: usize = 72;
/// How long the whole line is at most (commitlint's limit).
pub(super) const LINE: usize = 100;
/// How many names a subject lists at most.
const NAMES: usize = 3;

/// A new file or a new item of a known kind of file (a client) is a feature, anything else there mends it, and the rest is
/// housekeeping.
pub(super) fn kind(files: &[FileChange]) -> &'static str {
    let all = || files.iter().flat_map(|file| file.changes.iter().map(move |change| (file, change)));
    let any = |content: Content| files.iter().any(|file| file.content == content);
    let quiet = |file: &FileChange| matches!(file.content, Content::Layout | Content::Equal);
    let is_new = |(_, change): (&FileChange, &Change)| change.kind == ChangeKind::Added && is_item(change);
    let mends = |(file, change): (&FileChange, &Change)| {
        file.schema.name().is_some() && !(change.kind == ChangeKind::Removed && is_item(change))
    };
    if any(Content::Added) || all().any(is_new) {
        "feat"
    } else if any(Content::Layout) && files.iter().all(quiet) {
        "style"
    } else if all().any(mends) {
        "fix"
    } else {
        "chore"
    }
}

/// Whether a whole item of a list came or went: a client, a rule.
fn is_item(change: &Change) -> bool {
    let value = change.after.as_ref().or(change.before.as_ref());
    change.path.ends_with(']') && matches!(value, Some(Value::Map(_)))
}

/// One change in words; several by what they are about; the first wording that fits into `room` characters.
pub(super) fn of(files: &[FileChange], kind: &str, detail: Detail, room: usize) -> String {
    let changes: Vec<(&FileChange, &Change)> =
        files.iter().flat_map(|file| file.changes.iter().map(move |change| (file, change))).collect();
    let names = files.iter().map(|file| one_line::text(&file.name)).collect::<Vec<_>>().join(" and ");
    let verb = if kind == "fix" { "correct" } else { "change" };
    let how_many = |count: usize| if count == 1 { "a value".to_owned() } else { format!("{count} values") };
    let mut candidates = match changes.as_slice() {
        [] => vec![format!("{} {names}", verb_of(files))],
        _ if detail == Detail::None => Vec::new(),
        [(file, change)] => {
            let with_value = (detail == Detail::Values).then(|| words(file, change, verb, true));
            with_value.into_iter().chain([words(file, change, verb, false)]).collect()
        }
        many => several(many, verb),
    };
    if !changes.is_empty() {
        candidates.push(format!("change {} in {names}", how_many(changes.len())));
    }
    let fits = candidates.into_iter().find(|text| text.chars().count() <= room);
    fits.unwrap_or_else(|| format!("{} {} secrets", verb_of(files), files.len()))
}

fn verb_of(files: &[FileChange]) -> &'static str {
    let all = |content: Content| files.iter().all(|file| file.content == content);
    if all(Content::Layout) {
        "lay out"
    } else if all(Content::Equal) {
        "re-encrypt"
    } else if all(Content::Added) {
        "add"
    } else if all(Content::Removed) {
        "remove"
    } else {
        "change"
    }
}

/// `set mediamanager token_endpoint_auth_method to client_secret_basic`
fn words(file: &FileChange, change: &Change, verb: &str, with_value: bool) -> String {
    let place = Place::of(&one_line::path(&change.path));
    let what = place.phrase().unwrap_or_else(|| one_line::text(&file.name));
    let after = shown(file, &change.pointer, change.after.as_ref()).filter(|_| with_value);
    match (change.kind, after) {
        (ChangeKind::Changed, _) if place.in_list => format!("{verb} {}", place.option_of_owner()),
        (ChangeKind::Changed, Some(after)) => format!("set {what} to {after}"),
        (ChangeKind::Changed, None) => format!("change {what}"),
        (ChangeKind::Added, Some(after)) if place.in_list => format!("add {after} to {what}"),
        (ChangeKind::Added, None) if place.in_list => format!("add to {}", place.option_of_owner()),
        (ChangeKind::Added, Some(after)) if place.option.is_some() => format!("set {what} to {after}"),
        (ChangeKind::Added, _) => format!("add {what}"),
        (ChangeKind::Removed, _) if place.in_list => format!("remove from {}", place.option_of_owner()),
        (ChangeKind::Removed, _) => format!("remove {what}"),
        (ChangeKind::Moved, _) => format!("move {what}"),
        (ChangeKind::Renamed, Some(after)) => format!("rename {} to {after}", place.owner_phrase().unwrap_or(what)),
        (ChangeKind::Renamed, None) => format!("rename {}", place.owner_phrase().unwrap_or(what)),
    }
}

/// Several changes by what they have in common, the fullest wording first.
fn several(changes: &[(&FileChange, &Change)], verb: &str) -> Vec<String> {
    let places: Vec<Place> = changes.iter().map(|(_, change)| Place::of(&one_line::path(&change.path))).collect();
    let owners = distinct(places.iter().map(|place| place.owner.clone()));
    let options = distinct(places.iter().map(|place| place.option.clone()));
    let all = |kind: ChangeKind| changes.iter().all(|(_, change)| change.kind == kind);
    let whole = places.iter().all(|place| place.option.is_none());
    let listed = |names: &[Option<String>]| list(&names.iter().flatten().cloned().collect::<Vec<_>>());
    let group = places.first().map(|place| place.group.as_str()).unwrap_or_default();
    let named = owners.iter().all(Option::is_some);
    let (verb, to) = match (all(ChangeKind::Added), all(ChangeKind::Removed)) {
        (true, _) => ("add", "to"),
        (_, true) => ("remove", "from"),
        _ => (verb, "of"),
    };
    match owners.as_slice() {
        [None] => listed(&options).map(|options| format!("{verb} {options}")).into_iter().collect(),
        [Some(owner)] => {
            let full = listed(&options).map(|options| format!("{verb} {options} {to} {owner}"));
            full.into_iter().chain([format!("{verb} {} options {to} {owner}", options.len())]).collect()
        }
        _ if whole && named => {
            let full = listed(&owners).map(|owners| format!("{verb} {group} {owners}"));
            full.into_iter().chain([format!("{verb} {} {group}", owners.len())]).collect()
        }
        _ if named => {
            let full = match options.as_slice() {
                [Some(option)] => listed(&owners).map(|owners| format!("{verb} {option} {to} {owners}")),
                _ => listed(&owners).map(|owners| format!("change {owners}")),
            };
            full.into_iter().chain([format!("change {} {group}", owners.len())]).collect()
        }
        _ => Vec::new(),
    }
}

fn distinct(names: impl Iterator<Item = Option<String>>) -> Vec<Option<String>> {
    names.fold(Vec::new(), |mut known, name| {
        if !known.contains(&name) {
            known.push(name);
        }
        known
    })
}

/// `a, b and c`; `None` for more names than a subject can list.
fn list(names: &[String]) -> Option<String> {
    match names {
        [one] => Some(one.clone()),
        [first @ .., last] if names.len() <= NAMES => Some(format!("{} and {last}", first.join(", "))),
        _ => None,
    }
}
