//! The places whose values agepatch.toml declares public in a file: globs over names and paths.

use regex::Regex;

use super::glob;
use crate::document::Pointer;
use crate::document::pointer::list_index;

/// `*` and `?` stay within one name.
const WILDCARDS: [(&str, &str); 3] = [("**", "(?s:.+)"), ("*", r"[^./\[\]]*"), ("?", r"[^./\[\]]")];

/// Globs of one file: `*` and `?` within a name, `**` across names.
#[derive(Debug, Clone, Default)]
pub(crate) struct PublicPlaces {
    /// Matched against the name of a value, or of the list that contains it.
    names: Vec<Regex>,
    /// Matched against the complete path.
    paths: Vec<Regex>,
}

impl PublicPlaces {
    /// Parses the globs. A glob with a dot, a bracket, or `**` is a path (`server.*`, `users[*].mail`), one that starts
    /// with `/` a JSON Pointer; `.` is the complete content of a raw file. Any other is the name of a value anywhere.
    pub(crate) fn new(globs: &[String]) -> Self {
        let mut places = Self::default();
        for pattern in globs {
            let is_path = pattern.contains(['.', '[', '/']) || pattern.contains("**");
            let Some(regex) = glob::regex(pattern, &WILDCARDS) else { continue };
            if is_path { places.paths.push(regex) } else { places.names.push(regex) }
        }
        places
    }

    /// Whether the value at `place` is public.
    pub(crate) fn contains(&self, place: &Pointer) -> bool {
        let name = place.tokens().iter().rev().find(|token| list_index(token).is_none());
        if name.is_some_and(|name| self.names.iter().any(|glob| glob.is_match(name))) {
            return true;
        }
        let written = [path(place, true), path(place, false), place.to_string()];
        self.paths.iter().any(|glob| written.iter().any(|written| !written.is_empty() && glob.is_match(written)))
    }
}

/// The path as people write it: `a.b[0]`; a number may also be a key.
fn path(place: &Pointer, numbers_are_positions: bool) -> String {
    if place.is_root() {
        return ".".to_owned();
    }
    let mut path = String::new();
    for token in place.tokens() {
        if numbers_are_positions && list_index(token).is_some() {
            path += &format!("[{token}]");
            continue;
        }
        path += if path.is_empty() { "" } else { "." };
        path += token;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_are_distinguished() {
        for (glob, place, expected) in [
            ("PORT", "/PORT", true),
            ("PORT", "/a/PORT", true),
            ("PORT", "/PORT/deeper", false),
            ("PORT", "/PORTS", false),
            ("*_URL", "/a/APP_URL", true),
            ("hosts", "/hosts/0", true),
            ("hosts", "/hosts/0/password", false),
            ("*", "/a/b/password", true),
            ("*", "", false),
            ("server.*", "/server/host", true),
            ("server.*", "/server/tls/key", false),
            ("server.**", "/server/tls/key", true),
            ("server.*", "/other/server/host", false),
            ("users[*].mail", "/users/3/mail", true),
            ("users[*].mail", "/users/3/password", false),
            ("ports.8080", "/ports/8080", true),
            ("/server/*", "/server/host", true),
            ("/server/*", "/server/tls/key", false),
            (".", "", true),
            (".", "/a", false),
            ("**", "", true),
            ("a?", "/ab", true),
            ("a.b", "/axb", false),
        ] {
            let places = PublicPlaces::new(&[glob.to_owned()]);
            assert_eq!(places.contains(&Pointer::parse(place).expect("a pointer")), expected, "{glob} {place}");
        }
        assert!(!PublicPlaces::new(&[]).contains(&Pointer::new(["a"])));
    }
}
