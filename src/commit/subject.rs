//! The first line of a message: its type, and what was done in a few words.

use super::message::{Content, Detail, FileChange, shown};
use crate::diff::{Change, ChangeKind};
use crate::document::Value;

/// How long what follows the colon is at most.
pub(super) const LIMIT: usize = 72;
/// How long the whole line is at most (commitlint's limit).
pub(super) const LINE: usize = 100;

/// A whole new thing is a feature, anything else about a known kind of file mends it, and the rest is housekeeping.
pub(super) fn kind(files: &[FileChange]) -> &'static str {
    let all = || files.iter().flat_map(|file| &file.changes);
    let only = |content: Content| files.iter().all(|file| file.content == content);
    let is_new =
        |change: &Change| change.kind == ChangeKind::Added && change.after.as_ref().is_some_and(Value::is_collection);
    if all().any(is_new) || files.iter().any(|file| file.content == Content::Added) {
        "feat"
    } else if only(Content::Layout) {
        "style"
    } else if all().next().is_some() && files.iter().any(|file| file.schema.name().is_some()) {
        "fix"
    } else {
        "chore"
    }
}

/// One change in words; several by how many and where; the first wording that fits into `room` characters.
pub(super) fn of(files: &[FileChange], detail: Detail, room: usize) -> String {
    let changes: Vec<(&FileChange, &Change)> =
        files.iter().flat_map(|file| file.changes.iter().map(move |change| (file, change))).collect();
    let names = files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(" and ");
    let candidates: Vec<String> = match changes.as_slice() {
        [] => vec![format!("{} {names}", verb(files))],
        [(file, change)] => vec![
            words(file, change, detail == Detail::Values),
            words(file, change, false),
            format!("change a value in {names}"),
        ],
        many => {
            let owner = place(&many[0].1.path).0;
            let same = many.iter().all(|(_, change)| place(&change.path).0 == owner);
            let owner = owner.filter(|_| same).map(|owner| format!("change {} options of {owner}", many.len()));
            owner.into_iter().chain([format!("change {} values in {names}", many.len())]).collect()
        }
    };
    let fits = candidates.iter().find(|text| text.chars().count() <= room).cloned();
    fits.unwrap_or_else(|| format!("{} {} secrets", verb(files), files.len()))
}

fn verb(files: &[FileChange]) -> &'static str {
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
fn words(file: &FileChange, change: &Change, with_value: bool) -> String {
    let (owner, option) = place(&change.path);
    let what = match (owner, option) {
        (Some(owner), Some(option)) => format!("{owner} {option}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => file.name.clone(),
    };
    let after = shown(file, &change.pointer, change.after.as_ref()).filter(|_| with_value);
    match (change.kind, after) {
        (ChangeKind::Changed, Some(after)) => format!("set {what} to {after}"),
        (ChangeKind::Changed, None) => format!("change {what}"),
        (ChangeKind::Added, Some(after)) => format!("add {after} to {what}"),
        (ChangeKind::Added, None) => format!("add {what}"),
        (ChangeKind::Removed, _) => format!("remove {what}"),
        (ChangeKind::Moved, _) => format!("move {what}"),
        (ChangeKind::Renamed, Some(after)) => format!("rename {what} to {after}"),
        (ChangeKind::Renamed, None) => format!("rename {what}"),
    }
}

/// The item that a path is about, and the option of it: `mediamanager` and `scopes` of `….clients[mediamanager].scopes[2]`.
fn place(path: &str) -> (Option<&str>, Option<&str>) {
    let named = |part: &str| part.parse::<usize>().is_err();
    let start = path.match_indices('[').find(|(at, _)| path[at + 1..].split(']').next().is_some_and(named));
    let Some((at, _)) = start else {
        return (None, Some(path.rsplit('.').next().unwrap_or(path)).filter(|option| !option.is_empty()));
    };
    let Some((owner, rest)) = path[at + 1..].split_once(']') else { return (None, Some(path)) };
    let option = rest.trim_start_matches('.').split('[').next().filter(|option| !option.is_empty());
    (Some(owner), option)
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn paths_tell_whose_option_it_is() {
        let clients = "identity_providers.oidc.clients";
        assert_eq!(place(&format!("{clients}[media].scopes[2]")), (Some("media"), Some("scopes")));
        assert_eq!(place(&format!("{clients}[media]")), (Some("media"), None));
        assert_eq!(place("session.cookies[0].domain"), (None, Some("domain")));
        assert_eq!(place("OIDC_CLIENT_SECRET"), (None, Some("OIDC_CLIENT_SECRET")));
        assert_eq!(place(""), (None, None));
    }
}
