//! Patterns of file names, in agepatch.toml (`*` and `?` within one folder, `**` across folders) and for git.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex::Regex;

/// `*` and `?` stay in their folder.
const WILDCARDS: [(&str, &str); 4] = [("**/", "(?:.*/)?"), ("**", ".*"), ("*", "[^/]*"), ("?", "[^/]")];

/// Whether `name` matches `pattern`, with or without `.age`; a pattern without a slash matches the last path component.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return false;
    }
    let Some(regex) = compiled(pattern) else { return false };
    let last = name.rsplit('/').next().unwrap_or(name);
    let name = if pattern.contains('/') { name } else { last };
    regex.is_match(name) || name.strip_suffix(".age").is_some_and(|name| regex.is_match(name))
}

/// The pattern as a regular expression, compiled once: the same few are compared with every file.
fn compiled(pattern: &str) -> Option<Regex> {
    static COMPILED: Mutex<BTreeMap<String, Option<Regex>>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = compiled.get(pattern) {
        return known.clone();
    }
    let new = regex(pattern, &WILDCARDS);
    compiled.insert(pattern.to_owned(), new.clone());
    new
}

/// The pattern as a regular expression for a complete text. `wildcards` are the special sequences, longest first, each
/// with its expression.
pub(super) fn regex(pattern: &str, wildcards: &[(&str, &str)]) -> Option<Regex> {
    let mut regex = String::from("^");
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some((wildcard, expression)) = wildcards.iter().find(|(wildcard, _)| rest.starts_with(wildcard)) {
            regex += expression;
            rest = &rest[wildcard.len()..];
        } else {
            regex += &regex::escape(first.encode_utf8(&mut [0; 4]));
            rest = &rest[first.len_utf8()..];
        }
    }
    Regex::new(&(regex + "$")).ok()
}

/// A pattern of git's that matches only this path.
pub(crate) fn escaped(path: &str) -> String {
    let special = |c: char| "*?[]\\".contains(c);
    path.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_in_their_folder() {
        for (pattern, name, expected) in [
            ("*.env", "a.env.age", true),
            ("*-env.age", "secrets/a-env.age", true),
            ("secrets/*.age", "secrets/a.age", true),
            ("secrets/*.age", "secrets/b/a.age", false),
            ("**/a.age", "a.age", true),
            ("**/a.age", "b/c/a.age", true),
            ("secrets/**", "secrets/b/a.age", true),
            ("a?.age", "ab.age", true),
            ("a?.age", "a.age", false),
            ("a.age", "a.age", false),
            ("[a]*.age", "[a]b.age", true),
            ("*.age", "a.agex", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
