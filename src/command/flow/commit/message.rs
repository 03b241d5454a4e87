//! The message of a commit, made from what changed. It holds public values only.

use crate::cli::{CommitOptions, Relation};
use crate::command::Context;
use crate::command::flow::Edited;
use crate::diff::{Change, ChangeKind};
use crate::document::{Pointer, Value};
use crate::error::{Error, Kind, Result};
use crate::redact::Redactor;

/// The longest subject that is made, without type and scope.
const SUBJECT: usize = 72;

/// How much of the values a message tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Values,
    Keys,
    None,
}

/// The message for these files.
///
/// # Errors
/// `rules`, where agepatch.toml asks for a relation or detail that there is not.
pub(super) fn of(
    changed: &[&Edited],
    scope: Option<&str>,
    options: &CommitOptions,
    context: &Context,
) -> Result<String> {
    let settings = &context.workspace.config()?.commit;
    let detail = match settings.detail.as_deref() {
        None | Some("values") => Detail::Values,
        Some("keys") => Detail::Keys,
        Some("none") => Detail::None,
        Some(other) => return Err(unknown("commit.detail", other, "values, keys and none")),
    };
    let kind = options.kind.clone().unwrap_or_else(|| kind(changed).to_owned());
    let scope = scope.map(|scope| format!("({scope})")).unwrap_or_default();
    let breaking = if options.breaking { "!" } else { "" };
    let mut message = format!("{kind}{scope}{breaking}: ");
    message += &options.message.clone().unwrap_or_else(|| subject(changed, detail));
    message.push('\n');
    let body: Vec<String> = changed.iter().flat_map(|one| lines(one, detail, changed.len() > 1)).collect();
    if detail != Detail::None && !body.is_empty() {
        message += &format!("\n{}\n", body.join("\n"));
    }
    let relation = relation(options.relation, settings.relation.as_deref())?;
    let mut trailers: Vec<String> = options.tasks.iter().map(|task| format!("{relation}: {task}")).collect();
    if options.breaking {
        trailers.push("BREAKING-CHANGE: what reads this file must be changed as well".to_owned());
    }
    if !trailers.is_empty() {
        message += &format!("\n{}\n", trailers.join("\n"));
    }
    Ok(message)
}

fn relation(option: Option<Relation>, setting: Option<&str>) -> Result<String> {
    let value = match (option, setting) {
        (Some(relation), _) => relation,
        (None, None) => Relation::Resolves,
        (None, Some(word)) => <Relation as clap::ValueEnum>::from_str(&word.replace(' ', "-"), true)
            .map_err(|_| unknown("commit.relation", word, "Resolves, Related, Fixes, Closes and Part-of"))?,
    };
    let name = clap::ValueEnum::to_possible_value(&value).map(|value| value.get_name().to_owned());
    Ok(name.unwrap_or_default())
}

fn unknown(key: &str, word: &str, known: &str) -> Error {
    Error::new(Kind::Rules, format!("agepatch.toml: `{key}` cannot be `{word}`")).hint(format!("there are {known}"))
}

/// A whole new thing is a feature, anything else about a known kind of file mends it, and the rest is housekeeping.
fn kind(changed: &[&Edited]) -> &'static str {
    let all = || changed.iter().flat_map(|one| &one.changes);
    if all().any(|change| change.kind == ChangeKind::Added && change.after.as_ref().is_some_and(Value::is_collection)) {
        return "feat";
    }
    if all().next().is_none() {
        return "style";
    }
    if changed.iter().any(|one| one.schema.name().is_some()) { "fix" } else { "chore" }
}

/// One change in words; several by how many and where.
fn subject(edited: &[&Edited], detail: Detail) -> String {
    let changes: Vec<(&Edited, &Change)> =
        edited.iter().flat_map(|one| one.changes.iter().map(move |change| (*one, change))).collect();
    let files = || edited.iter().map(|one| one.subject.name.as_str()).collect::<Vec<_>>().join(" and ");
    let candidates: Vec<String> = match changes.as_slice() {
        [] => vec![format!("lay out {}", files())],
        [(one, change)] => vec![
            words(one, change, detail == Detail::Values),
            words(one, change, false),
            format!("change a value in {}", files()),
        ],
        many => {
            let owner = place(&many[0].1.path).0;
            let same = many.iter().all(|(_, change)| place(&change.path).0 == owner);
            let owner = owner.filter(|_| same).map(|owner| format!("change {} options of {owner}", many.len()));
            owner.into_iter().chain([format!("change {} values in {}", many.len(), files())]).collect()
        }
    };
    let fits = |text: &&String| text.chars().count() <= SUBJECT;
    candidates.iter().find(fits).cloned().unwrap_or_else(|| "change secrets".to_owned())
}

/// `set mediamanager token_endpoint_auth_method to client_secret_basic`
fn words(one: &Edited, change: &Change, with_value: bool) -> String {
    let (owner, option) = place(&change.path);
    let what = match (owner, option) {
        (Some(owner), Some(option)) => format!("{owner} {option}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => one.subject.name.clone(),
    };
    let after = shown(one, &change.pointer, change.after.as_ref()).filter(|_| with_value);
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

fn lines(one: &Edited, detail: Detail, with_name: bool) -> Vec<String> {
    let name = with_name.then(|| format!("{}:", one.subject.name));
    let changes = one.changes.iter().map(|change| {
        let value = |pointer: &Pointer, value: Option<&Value>| shown(one, pointer, value);
        let before = value(change.from.as_ref().unwrap_or(&change.pointer), change.before.as_ref());
        let after = value(&change.pointer, change.after.as_ref());
        let head = format!("- {} {}", change.kind.name(), change.path);
        match (before, after) {
            (Some(before), Some(after)) if detail == Detail::Values => format!("{head}: {before} -> {after}"),
            (Some(only), None) | (None, Some(only)) if detail == Detail::Values => format!("{head}: {only}"),
            _ => head,
        }
    });
    name.into_iter().chain(changes).collect()
}

/// The value in one short line, if it may be seen.
fn shown(one: &Edited, pointer: &Pointer, value: Option<&Value>) -> Option<String> {
    let text = Redactor::new(one.schema, false).text(pointer, value?)?;
    Some(text.to_string()).filter(|text| !text.contains('\n') && text.chars().count() <= 200 && !text.is_empty())
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
