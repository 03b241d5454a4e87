//! The body of a message: the changes in each file, unless the subject covers them.

use super::changed_option::ChangedOption;
use super::detail::Detail;
use super::file_change::{AccessChange, ContentChange, FileChange, shown};
use super::{one_line, subject, wrap};
use crate::diff::Change;

/// The lines, grouped by file if there are several; empty if they would repeat the subject.
pub(super) fn of(files: &[FileChange], subject: &str, scope: Option<&str>, detail: Detail) -> Vec<String> {
    if detail == Detail::None {
        return Vec::new();
    }
    let several = files.len() > 1;
    if let ([one], Detail::Values) = (files, detail)
        && repeats(one, subject, scope, detail)
    {
        return Vec::new();
    }
    if several && files.iter().all(|file| !file.access.is_empty() && file.changes.is_empty()) {
        return accesses(files, subject);
    }
    files.iter().flat_map(|file| lines(file, detail, several)).collect()
}

/// Whether the subject already covers the lines of the only file.
fn repeats(file: &FileChange, subject: &str, scope: Option<&str>, detail: Detail) -> bool {
    let named = subject.contains(&one_line::text(&file.name)) || subject.contains(&subject::stem(&file.name));
    if file.changes.is_empty() {
        let quiet = matches!(file.content, ContentChange::Equal | ContentChange::Added | ContentChange::Removed)
            || matches!(file.content, ContentChange::Rules | ContentChange::RuleAdded | ContentChange::RuleRemoved);
        return quiet && (named || scope == Some(subject::stem(&file.name).as_str()));
    }
    let is_new = |change: &Change| file.content == ContentChange::Added && change.path.is_empty() && named;
    file.access.is_empty()
        && file.changes.iter().all(|change| {
            if is_new(change) {
                return true;
            }
            let place = ChangedOption::of(&one_line::path(&change.path));
            let says = |word: &Option<String>| word.as_ref().is_none_or(|word| subject.contains(word.as_str()));
            let option = says(&place.option) || subject::is_secret_of_client(file, &place);
            values(file, change, detail).is_empty() && says(&place.owner) && option && !change.path.is_empty()
        })
}

/// Each file only by name if the subject covers who gained and lost access; otherwise with that.
fn accesses(files: &[FileChange], subject: &str) -> Vec<String> {
    let same =
        files.windows(2).all(|pair| pair[0].access == pair[1].access) && subject::mentions(&files[0].access, subject);
    let line = |file: &FileChange| {
        let name = one_line::text(&file.name);
        if same { vec![format!("- {name}")] } else { wrap::item(&format!("{name}: {}", words(&file.access)), None) }
    };
    files.iter().flat_map(line).collect()
}

/// `storage gained access, laptop lost it`
fn words(access: &AccessChange) -> String {
    let names = |names: &[String]| names.iter().map(|name| one_line::text(name)).collect::<Vec<_>>().join(", ");
    if access.gained == access.lost && !access.is_empty() {
        return format!("{} got a new key", names(&access.gained));
    }
    let gained = (!access.gained.is_empty()).then(|| format!("{} gained access", names(&access.gained)));
    let lost = (!access.lost.is_empty()).then(|| format!("{} lost access", names(&access.lost)));
    gained.into_iter().chain(lost).collect::<Vec<_>>().join(", ")
}

/// The old and the new value, if the message may contain both: one alone would be misleading.
fn values(file: &FileChange, change: &Change, detail: Detail) -> Vec<String> {
    let before = shown(file, change.from.as_ref().unwrap_or(&change.pointer), change.before.as_ref());
    let after = shown(file, &change.pointer, change.after.as_ref());
    let whole = before.is_some() == change.before.is_some() && after.is_some() == change.after.is_some();
    let values = before.into_iter().chain(after);
    if detail == Detail::Values && whole { values.collect() } else { Vec::new() }
}

fn lines(file: &FileChange, detail: Detail, with_name: bool) -> Vec<String> {
    let name = with_name.then(|| format!("{}:", one_line::text(&file.name)));
    let changes = file.changes.iter().flat_map(|change| {
        let values = values(file, change, detail);
        let path = if change.path.is_empty() { "the content".to_owned() } else { one_line::path(&change.path) };
        wrap::item(&format!("{} {path}", change.kind.name()), (!values.is_empty()).then_some(&values[..]))
    });
    let what = match file.content {
        ContentChange::Changed | ContentChange::Added if !file.changes.is_empty() => None,
        ContentChange::Changed => None,
        ContentChange::Layout => Some("- only comments or layout changed"),
        ContentChange::Equal if !file.access.is_empty() => None,
        ContentChange::Equal => Some("- encrypted again, the content is the same"),
        ContentChange::Added => Some("- added"),
        ContentChange::Removed => Some("- removed"),
        ContentChange::Unreadable => Some("- changed (it could not be decrypted here)"),
        ContentChange::Rules => Some("- changed"),
        ContentChange::RuleAdded => Some("- named in the rules"),
        ContentChange::RuleRemoved => Some("- no longer named in the rules"),
    };
    let access = (!file.access.is_empty()).then(|| wrap::item(&words(&file.access), None)).into_iter().flatten();
    name.into_iter().chain(changes).chain(what.map(str::to_owned)).chain(access).collect()
}
