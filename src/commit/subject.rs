//! The first line of a message: its type, and a short description.

use super::changed_option::ChangedOption;
use super::detail::Detail;
use super::file_change::{AccessChange, ContentChange, FileChange, shown};
use super::one_line;
use super::several::{containers, distinct, list, several};
use crate::diff::{Change, ChangeKind};
use crate::document::Value;
use crate::schema::Schema;

/// The maximum length after the colon.
pub(super) const LIMIT: usize = 72;
/// The maximum length of the complete line (commitlint's limit).
pub(super) const LINE: usize = 100;
/// An addition is a feature (a file, a client, a variable), anything else in a file with a schema is a fix, and the
/// rest, including rules and settings, is a chore.
pub(super) fn kind(files: &[FileChange]) -> &'static str {
    let all = || files.iter().flat_map(|file| file.changes.iter().map(move |change| (file, change)));
    let any = |content: ContentChange| files.iter().any(|file| file.content == content);
    let quiet = |file: &FileChange| matches!(file.content, ContentChange::Layout | ContentChange::Equal);
    let is_new = |(file, change): (&FileChange, &Change)| {
        change.kind == ChangeKind::Added && (is_item(change) || is_variable(file, change))
    };
    let corrects = |(file, change): (&FileChange, &Change)| {
        file.schema.name().is_some() && !(change.kind == ChangeKind::Removed && is_item(change))
    };
    if any(ContentChange::Added) || all().any(is_new) {
        "feat"
    } else if any(ContentChange::Layout) && files.iter().all(quiet) {
        "style"
    } else if all().any(corrects) {
        "fix"
    } else {
        "chore"
    }
}

/// Whether it is a variable, or a top-level key of a file without a schema.
fn is_variable(file: &FileChange, change: &Change) -> bool {
    file.schema.name().is_none() && !change.path.is_empty() && !change.path.contains(['.', '['])
}

/// Whether a complete list item was added or removed, such as a client or a rule.
fn is_item(change: &Change) -> bool {
    let value = change.after.as_ref().or(change.before.as_ref());
    change.path.ends_with(']') && matches!(value, Some(Value::Map(_)))
}

/// Describes one change in words, or several by what they are about, with the first wording that fits into `room`
/// characters.
pub(super) fn of(files: &[FileChange], kind: &str, scope: Option<&str>, detail: Detail, room: usize) -> String {
    let changes: Vec<(&FileChange, &Change)> =
        files.iter().flat_map(|file| file.changes.iter().map(move |change| (file, change))).collect();
    let called = |file: &FileChange| one_line::text(if files.len() == 1 { &file.name } else { file_of(&file.name) });
    let outer: Vec<String> = distinct(files.iter().map(|file| Some(called(file)))).into_iter().flatten().collect();
    let names = list(&outer).unwrap_or_else(|| format!("{} files", outer.len()));
    let verb = if kind == "fix" { "correct" } else { "change" };
    let how_many = |count: usize| if count == 1 { "a value".to_owned() } else { format!("{count} values") };
    let mut candidates = match changes.as_slice() {
        [] if files.iter().all(|file| !file.access.is_empty()) => access(files, &names, detail),
        [] => vec![format!("{} {names}", verb_of(files))],
        _ if detail == Detail::None => Vec::new(),
        many => client(many).into_iter().chain(plainly(files, many, verb, scope, detail)).collect(),
    };
    if !changes.is_empty() {
        candidates.push(format!("change {} in {names}", how_many(changes.len())));
    }
    let fits = candidates.into_iter().find(|text| text.chars().count() <= room);
    fits.unwrap_or_else(|| match outer.len() {
        1 => format!("{} a secret", verb_of(files)),
        many => format!("{} {many} secrets", verb_of(files)),
    })
}

/// The file of `FILE#PATH`.
fn file_of(name: &str) -> &str {
    name.split('#').next().unwrap_or(name)
}

/// The wordings that name what changed, and the file if the scope does not.
fn plainly(
    files: &[FileChange],
    changes: &[(&FileChange, &Change)],
    verb: &str,
    scope: Option<&str>,
    detail: Detail,
) -> Vec<String> {
    let wordings = match changes {
        [(file, change)] => {
            let exact = ChangedOption::exact(file, change);
            let short = ChangedOption::of(&one_line::path(&change.path));
            let with_value = (detail == Detail::Values).then(|| words(file, change, &exact, verb, true));
            let names = [&exact, &short].map(|place| words(file, change, place, verb, false));
            with_value.into_iter().chain(names).collect()
        }
        many => several(many, verb),
    };
    let general = containers(changes).map(|names| format!("change {names}"));
    let Some(name) = unnamed_file(files, changes, scope) else { return wordings.into_iter().chain(general).collect() };
    let all = |kind: ChangeKind| changes.iter().all(|(_, change)| change.kind == kind);
    let joint = match (all(ChangeKind::Added), all(ChangeKind::Removed)) {
        (true, _) => "to",
        (_, true) => "from",
        _ => "in",
    };
    let joined = |text: &String| {
        let joint = if text.starts_with("set ") { "in" } else { joint };
        format!("{text} {joint} {name}")
    };
    let with_file: Vec<String> = wordings.iter().map(joined).collect();
    let general = general.into_iter().flat_map(|text| [format!("{text} in {name}"), text]);
    with_file.into_iter().chain(wordings).chain(general).collect()
}

/// The name of the only file, if neither the scope nor what changed identifies it.
fn unnamed_file(files: &[FileChange], changes: &[(&FileChange, &Change)], scope: Option<&str>) -> Option<String> {
    let file = file_of(&files.first()?.name);
    let is_anonymous = |(file, change): &(&FileChange, &Change)| {
        let place = ChangedOption::of(&one_line::path(&change.path));
        file.schema.name().is_none() && place.owner.is_none() && !change.path.is_empty()
    };
    let name = stem(file);
    let is_one = files.iter().all(|one| file_of(&one.name) == file);
    let is_named = scope.is_none_or(|scope| scope == name);
    (is_one && !is_named && changes.iter().all(is_anonymous)).then_some(name)
}

/// The name of a file without folder and extension: `grafana-env` for `secrets/grafana-env.age`.
pub(super) fn stem(name: &str) -> String {
    let file = file_of(name);
    let last = file.rsplit('/').next().unwrap_or(file);
    one_line::text(last.split('.').find(|part| !part.is_empty()).unwrap_or(last))
}

/// Whether the place is the secret of a client in an Authelia file.
pub(super) fn is_secret_of_client(file: &FileChange, place: &ChangedOption) -> bool {
    file.schema == Schema::Authelia && place.group == "clients" && place.option.as_deref() == Some("client_secret")
}

/// `register immich`, `rotate the secret of media`, if nothing else changed in Authelia's files; the client's secret in
/// another file is part of it.
fn client(changes: &[(&FileChange, &Change)]) -> Option<String> {
    let own: Vec<_> = changes.iter().filter(|(file, _)| file.schema == Schema::Authelia).collect();
    let others = changes.len() - own.len();
    let places: Vec<(ChangedOption, &FileChange, &Change)> =
        own.iter().map(|(file, change)| (ChangedOption::of(&one_line::path(&change.path)), *file, *change)).collect();
    let clients = places.iter().all(|(place, ..)| place.group == "clients" && place.owner.is_some());
    if places.is_empty() || !clients || others > 1 {
        return None;
    }
    let names: Vec<String> =
        distinct(places.iter().map(|(place, ..)| place.owner.clone())).into_iter().flatten().collect();
    let all = |test: &dyn Fn(&(ChangedOption, &FileChange, &Change)) -> bool| places.iter().all(test);
    if all(&|(place, _, change)| place.option.is_none() && change.kind == ChangeKind::Added) {
        return list(&names).map(|names| format!("register {names}"));
    }
    let rotates = |(place, file, change): &(ChangedOption, &FileChange, &Change)| {
        change.kind == ChangeKind::Changed && is_secret_of_client(file, place)
    };
    if all(&rotates) {
        return list(&names)
            .map(|list| format!("rotate the {} of {list}", if names.len() == 1 { "secret" } else { "secrets" }));
    }
    None
}

/// `give storage access to 4 files`, `revoke access to a.age from laptop`.
fn access(files: &[FileChange], names: &str, detail: Detail) -> Vec<String> {
    let to = match files {
        [_] => names.to_owned(),
        many => format!("{} files", many.len()),
    };
    let general = format!("change access to {to}");
    let first = &files[0].access;
    if detail == Detail::None || files.iter().any(|file| file.access != *first) {
        return vec![general];
    }
    let listed = |names: &[String]| list(&names.iter().map(|name| one_line::text(name)).collect::<Vec<_>>());
    let wording = match (listed(&first.gained), listed(&first.lost)) {
        (Some(gained), None) if first.lost.is_empty() => Some(format!("give {gained} access to {to}")),
        (None, Some(lost)) if first.gained.is_empty() => Some(format!("revoke access to {to} from {lost}")),
        (Some(names), Some(same)) if names == same => Some(format!("replace the key of {names} in {to}")),
        (Some(gained), Some(lost)) => Some(format!("give {gained} access to {to} and revoke it from {lost}")),
        _ => None,
    };
    wording.into_iter().chain([general]).collect()
}

/// Whether the subject names everyone who gained or lost access.
pub(super) fn mentions(access: &AccessChange, subject: &str) -> bool {
    access.gained.iter().chain(&access.lost).all(|name| subject.contains(&one_line::text(name)))
}

fn verb_of(files: &[FileChange]) -> &'static str {
    let all = |content: ContentChange| files.iter().all(|file| file.content == content);
    if all(ContentChange::Layout) {
        "lay out"
    } else if all(ContentChange::Equal) {
        "re-encrypt"
    } else if all(ContentChange::Added) {
        "add"
    } else if all(ContentChange::Removed) {
        "remove"
    } else if all(ContentChange::RuleAdded) {
        "add the rule of"
    } else if all(ContentChange::RuleRemoved) {
        "remove the rule of"
    } else {
        "change"
    }
}

/// `set mediamanager token_endpoint_auth_method to client_secret_basic`
fn words(file: &FileChange, change: &Change, place: &ChangedOption, verb: &str, with_value: bool) -> String {
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
