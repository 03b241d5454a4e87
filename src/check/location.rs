//! Places in the configuration, and how they become a line, a pointer, and a path.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

use super::go::{DecodedEntry, GoData, GoValue, Map, WrittenAs};
use crate::document::Pointer;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LocationStep {
    Key(Cow<'static, str>),
    Index(usize),
}

/// A place in the configuration, which need not exist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Location(Vec<LocationStep>);

impl Location {
    /// The provider: `identity_providers.oidc`.
    pub(super) fn provider() -> Self {
        Self::default().key("identity_providers").key("oidc")
    }

    /// The client at this index.
    pub(super) fn client(index: usize) -> Self {
        Self::provider().key("clients").index(index)
    }

    /// The place reached through these keys.
    pub(super) fn keys<'k>(keys: impl IntoIterator<Item = &'k str>) -> Self {
        Self(keys.into_iter().map(|key| LocationStep::Key(Cow::Owned(key.to_owned()))).collect())
    }

    /// The entry `key` of this place.
    #[must_use]
    pub(super) fn key(mut self, key: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(LocationStep::Key(key.into()));
        self
    }

    /// The item `index` of this place.
    #[must_use]
    pub(super) fn index(mut self, index: usize) -> Self {
        self.0.push(LocationStep::Index(index));
        self
    }

    /// The entry `key` of the same map.
    #[must_use]
    pub(super) fn sibling(&self, key: &str) -> Self {
        let above = self.0.split_last().map_or(&[][..], |(_, above)| above);
        Self(above.to_vec()).key(key.to_owned())
    }

    /// Whether `other` is this place, or below it.
    pub(super) fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The index of the client that contains the place.
    pub(super) fn client_index(&self) -> Option<usize> {
        match self.0.get(3) {
            Some(LocationStep::Index(index)) if is_clients(&self.0[..3]) => Some(*index),
            _ => None,
        }
    }

    /// The key at this depth.
    pub(super) fn key_at(&self, depth: usize) -> Option<&str> {
        match self.0.get(depth) {
            Some(LocationStep::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// The names of the option and of its parents, as Authelia lists them: `a.b[].c`, `a.b`, `a`.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut name = String::new();
        for step in &self.0 {
            match step {
                LocationStep::Key(key) => {
                    name.push_str(if name.is_empty() { "" } else { "." });
                    name.push_str(key);
                    names.insert(0, name.clone());
                }
                LocationStep::Index(_) => name.push_str("[]"),
            }
        }
        names
    }

    pub(super) fn push(&mut self, step: LocationStep) {
        self.0.push(step);
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    /// The place as a path, with `client_name` naming clients by index.
    pub(super) fn path(&self, client_name: impl Fn(usize) -> String) -> String {
        let mut path = String::new();
        for (at, step) in self.0.iter().enumerate() {
            match step {
                LocationStep::Key(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                }
                LocationStep::Index(index) if is_clients(&self.0[..at]) => {
                    path.push_str(&format!("[{}]", client_name(*index)));
                }
                LocationStep::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }

    /// Finds the place, or the nearest existing one above it.
    pub(super) fn locate(&self, root: &GoValue<'_>) -> Located {
        let mut found =
            Located { pointer: Vec::new(), file: root.file, span: root.span.clone(), key_span: None, exists: true };
        let mut value = Some(root);
        for step in &self.0 {
            let next = match (value.map(|value| &value.data), step) {
                (Some(GoData::Map(map)), LocationStep::Key(key)) => lookup(map, key).map(|(name, entry)| {
                    found.key_span = Some(entry.key_span.clone());
                    match &entry.written {
                        Some(WrittenAs::Place(tokens)) => {
                            found.pointer.clone_from(tokens);
                            (None, &entry.value)
                        }
                        Some(WrittenAs::Key(key)) => (Some(key.clone()), &entry.value),
                        None => (Some(name.to_owned()), &entry.value),
                    }
                }),
                (Some(GoData::List(items)), LocationStep::Index(index)) => {
                    found.key_span = None;
                    items.get(*index).map(|item| (Some(index.to_string()), item))
                }
                // If a list is expected, Go takes anything else for its only item.
                (Some(_), LocationStep::Index(_)) => value.map(|value| (None, value)),
                _ => None,
            };
            let Some((token, next)) = next else {
                value = None;
                found.exists = false;
                found.pointer.push(match step {
                    LocationStep::Key(key) => key.clone().into_owned(),
                    LocationStep::Index(index) => index.to_string(),
                });
                continue;
            };
            value = Some(next);
            found.pointer.extend(token);
            found.file = next.file;
            found.span = next.span.clone();
        }
        found
    }
}

fn is_clients(steps: &[LocationStep]) -> bool {
    let is = |step: &LocationStep, name: &str| matches!(step, LocationStep::Key(key) if key == name);
    matches!(steps, [a, b, c] if is(a, "identity_providers") && is(b, "oidc") && is(c, "clients"))
}

/// The entry `name`: an exact match, or else one that differs in case, as Go's decoder looks it up.
pub(super) fn lookup<'m, 'a>(map: &'m Map<'a>, name: &str) -> Option<(&'m str, &'m DecodedEntry<'a>)> {
    // With few entries, a linear search finds both kinds of match.
    if map.len() > FEW
        && let Some((key, entry)) = map.get_key_value(name)
    {
        return Some((key, entry));
    }
    let mut odd = None;
    for (key, entry) in map {
        if **key == *name {
            return Some((key, entry));
        }
        if odd.is_none() && is_odd(key, name) {
            odd = Some((&**key, entry));
        }
    }
    odd
}

/// Up to this number of entries, a linear search is faster than hashing.
const FEW: usize = 24;

/// Whether two names differ only in case.
fn is_odd(key: &str, name: &str) -> bool {
    match key.len().cmp(&name.len()) {
        Ordering::Less => false,
        Ordering::Equal => key.eq_ignore_ascii_case(name),
        Ordering::Greater => {
            // Nearly all names differ in their first letter.
            let first = |text: &str| text.chars().next().map(fold);
            first(key) == first(name) && !key.is_ascii() && key.chars().map(fold).eq(name.chars().map(fold))
        }
    }
}

/// A letter in lower case; Unicode folds the Kelvin sign and the long s to ASCII letters.
fn fold(letter: char) -> char {
    match letter {
        '\u{212a}' => 'k',
        '\u{17f}' => 's',
        _ => letter.to_ascii_lowercase(),
    }
}

/// The location of a place.
#[derive(Debug)]
pub(super) struct Located {
    /// Its tokens, including those that do not exist.
    pub(super) pointer: Vec<String>,
    pub(super) file: usize,
    /// The bytes of the value, or of the nearest one above.
    pub(super) span: Range<usize>,
    /// The bytes of the key, if the place (or the nearest one above) is an entry.
    pub(super) key_span: Option<Range<usize>>,
    pub(super) exists: bool,
}

impl Located {
    /// The place as a pointer.
    pub(super) fn pointer(&self) -> Pointer {
        Pointer::new(self.pointer.iter().cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::is_odd;

    #[test]
    fn names_are_equal_except_for_case() {
        for (key, name, expected) in [
            ("Scopes", "scopes", true),
            ("scope", "scopes", false),
            ("scopesx", "scopes", false),
            ("\u{17f}copes", "scopes", true),
            ("\u{212a}ey", "key", true),
            ("\u{17f}copez", "scopes", false),
            ("kéy", "key", false),
        ] {
            assert_eq!(is_odd(key, name), expected, "{key} {name}");
        }
    }
}
