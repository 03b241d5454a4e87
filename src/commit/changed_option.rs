//! The names of changed places in a subject.

use super::file_change::FileChange;
use super::one_line;
use crate::diff::Change;

/// The item that a path is about, and its option: `mediamanager` and `scopes` in `….clients[mediamanager].scopes[2]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChangedOption {
    /// The item, by its identity.
    pub(super) owner: Option<String>,
    /// The name of the list that contains it: `clients`.
    pub(super) group: String,
    pub(super) option: Option<String>,
    /// Whether it is an item in the option's list, instead of the option itself.
    pub(super) in_list: bool,
}

impl ChangedOption {
    pub(super) fn of(path: &str) -> Self {
        let named = |part: &str| part.parse::<i64>().is_err();
        let inside = |at: usize| path[at + 1..].split(']').next().unwrap_or_default();
        let start = path.match_indices('[').map(|(at, _)| at).find(|at| named(inside(*at)));
        let last_key = |text: &str| {
            let last = text.rsplit('.').next().unwrap_or(text);
            let key = last.split('[').next().unwrap_or(last).trim_matches(['"', '\'']);
            Some(key.to_owned()).filter(|key| !key.is_empty())
        };
        let Some(at) = start else {
            return Self { owner: None, group: String::new(), option: last_key(path), in_list: path.ends_with(']') };
        };
        let owner = inside(at);
        let rest = path[at + owner.len() + 1..].trim_start_matches([']', '.']);
        // Deep inside an item, its first option is the most descriptive.
        let option = rest.split(['.', '[']).next().filter(|option| !option.is_empty()).map(str::to_owned);
        Self {
            owner: Some(owner.trim_matches(['"', '\'']).to_owned()),
            group: last_key(&path[..at]).unwrap_or_default(),
            in_list: option.is_some() && path.ends_with(']'),
            option,
        }
    }

    /// Like [`ChangedOption::of`], with the complete path in a file without a schema, where a name like `password` says
    /// little.
    pub(super) fn exact(file: &FileChange, change: &Change) -> Self {
        let path = one_line::path(&change.path);
        let place = Self::of(&path);
        if file.schema.name().is_some() || place.owner.is_some() || place.option.is_none() {
            return place;
        }
        // An item without an identity is named by its list.
        let list = path.rsplit_once('[').filter(|_| place.in_list).map(|(list, _)| list.to_owned());
        Self { option: Some(list.unwrap_or(path)), ..place }
    }

    /// `mediamanager scopes`, `client mediamanager`, `scopes`; `None` for the root.
    pub(super) fn phrase(&self) -> Option<String> {
        match (&self.owner, &self.option) {
            (Some(owner), Some(option)) => Some(format!("{owner} {option}")),
            (None, Some(option)) => Some(option.clone()),
            _ => self.owner_phrase(),
        }
    }

    /// `client mediamanager`
    pub(super) fn owner_phrase(&self) -> Option<String> {
        let owner = self.owner.as_ref()?;
        // Most lists are named by the plural of their items.
        match self.group.strip_suffix('s').filter(|kind| !kind.ends_with('s')) {
            Some(kind) => Some(format!("{kind} {owner}")),
            None => Some(owner.clone()),
        }
    }

    /// `scopes of mediamanager`
    pub(super) fn option_of_owner(&self) -> String {
        match (&self.owner, &self.option) {
            (Some(owner), Some(option)) => format!("{option} of {owner}"),
            (Some(only), None) | (None, Some(only)) => only.clone(),
            (None, None) => "the content".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_identify_the_owner_of_an_option() {
        let clients = "identity_providers.oidc.clients";
        let read = |path: &str| {
            let place = ChangedOption::of(path);
            (place.owner, place.option, place.in_list)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read(&format!("{clients}[media].scopes[2]")), (some("media"), some("scopes"), true));
        assert_eq!(read(&format!("{clients}[media].scopes")), (some("media"), some("scopes"), false));
        assert_eq!(read(&format!("{clients}[media]")), (some("media"), None, false));
        assert_eq!(read(&format!("{clients}[\"3\"].public")), (some("3"), some("public"), false));
        assert_eq!(read("session.cookies[0].domain"), (None, some("domain"), false));
        assert_eq!(read("OIDC_CLIENT_SECRET"), (None, some("OIDC_CLIENT_SECRET"), false));
        assert_eq!(read(""), (None, None, false));
        assert_eq!(ChangedOption::of(&format!("{clients}[media]")).phrase(), some("client media"));
        assert_eq!(ChangedOption::of("access_control.rules[0]").phrase(), some("rules"));
    }
}
