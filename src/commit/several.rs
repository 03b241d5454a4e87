//! The wordings of a subject for several changes.

use std::collections::HashSet;

use super::changed_option::ChangedOption;
use super::file_change::FileChange;
use super::one_line;
use crate::diff::{Change, ChangeKind};
use crate::schema::Schema;

/// The maximum number of names in a subject.
const NAMES: usize = 3;

/// Describes several changes by what they have in common, the most detailed wording first.
pub(super) fn several(changes: &[(&FileChange, &Change)], verb: &str) -> Vec<String> {
    let exact: Vec<ChangedOption> = changes.iter().map(|(file, change)| ChangedOption::exact(file, change)).collect();
    let short: Vec<ChangedOption> =
        changes.iter().map(|(_, change)| ChangedOption::of(&one_line::path(&change.path))).collect();
    let options = |places: &[ChangedOption]| distinct(places.iter().map(|place| place.option.clone())).len();
    // `password` alone could be one of several.
    let short = Some(short).filter(|short| *short != exact && options(short) == options(&exact));
    let wordings = short.into_iter().flat_map(|places| wordings(changes, &places, verb));
    self::wordings(changes, &exact, verb).into_iter().chain(wordings).collect()
}

fn wordings(changes: &[(&FileChange, &Change)], places: &[ChangedOption], verb: &str) -> Vec<String> {
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
        [None] => {
            let full = listed(&options).map(|options| format!("{verb} {options}"));
            one_by_one(changes, places).into_iter().chain(full).collect()
        }
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
        _ => {
            let places = distinct(places.iter().map(|place| Some(place.option_of_owner())));
            listed(&places).map(|places| format!("{verb} {places}")).into_iter().collect()
        }
    }
}

/// The documents inside values, and the top-level entries, that contain the changes, if these are fewer than the changes:
/// `grafana-env and smtp`.
pub(super) fn containers(changes: &[(&FileChange, &Change)]) -> Option<String> {
    let name = |(file, change): &(&FileChange, &Change)| {
        let path = match file.name.split_once('#') {
            Some((_, inside)) => inside,
            None if file.schema == Schema::Authelia => return None,
            None => change.path.as_str(),
        };
        let end = path.find(['.', '[', '#']).filter(|_| !path.starts_with(['"', '\''])).unwrap_or(path.len());
        Some(one_line::path(&path[..end])).filter(|name| !name.is_empty())
    };
    let names: Option<Vec<String>> = changes.iter().map(name).collect();
    let names: Vec<String> = distinct(names?.into_iter().map(Some)).into_iter().flatten().collect();
    list(&names).filter(|_| names.len() < changes.len())
}

/// `add A and change B`, if no more than three options are added, removed, or changed, and not all in the same way.
fn one_by_one(changes: &[(&FileChange, &Change)], places: &[ChangedOption]) -> Option<String> {
    let of = |kinds: &[ChangeKind]| -> Vec<String> {
        let some = changes.iter().zip(places).filter(|((_, change), _)| kinds.contains(&change.kind));
        distinct(some.map(|(_, place)| place.option.clone())).into_iter().flatten().collect()
    };
    let others = [ChangeKind::Changed, ChangeKind::Moved, ChangeKind::Renamed];
    let parts = [("add", of(&[ChangeKind::Added])), ("remove", of(&[ChangeKind::Removed])), ("change", of(&others))];
    let parts: Vec<_> = parts.into_iter().filter(|(_, names)| !names.is_empty()).collect();
    let names: Vec<&String> = parts.iter().flat_map(|(_, names)| names).collect();
    let is_distinct = names.iter().collect::<HashSet<_>>().len() == names.len();
    if parts.len() < 2 || names.len() > NAMES || !is_distinct {
        return None;
    }
    let parts: Option<Vec<String>> =
        parts.iter().map(|(verb, names)| Some(format!("{verb} {}", list(names)?))).collect();
    list(&parts?)
}

pub(super) fn distinct(names: impl Iterator<Item = Option<String>>) -> Vec<Option<String>> {
    names.fold(Vec::new(), |mut known, name| {
        if !known.contains(&name) {
            known.push(name);
        }
        known
    })
}

/// `a, b and c`; `None` for more names than a subject can list.
pub(super) fn list(names: &[String]) -> Option<String> {
    match names {
        [one] => Some(one.clone()),
        [first @ .., last] if names.len() <= NAMES => Some(format!("{} and {last}", first.join(", "))),
        _ => None,
    }
}
