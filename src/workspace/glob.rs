//! Patterns of file names in agepatch.toml: `*` and `?` within one folder, `**` across folders.

use regex::Regex;

/// Whether `name` matches `pattern`, with or without `.age`; a pattern without a slash matches the last part of the name.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return false;
    }
    let Ok(regex) = Regex::new(&as_regex(pattern)) else { return false };
    let last = name.rsplit('/').next().unwrap_or(name);
    let name = if pattern.contains('/') { name } else { last };
    regex.is_match(name) || name.strip_suffix(".age").is_some_and(|name| regex.is_match(name))
}

fn as_regex(pattern: &str) -> String {
    let mut regex = String::from("^");
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let (piece, length) = match first {
            '*' if rest.starts_with("**/") => ("(?:.*/)?".to_owned(), 3),
            '*' if rest.starts_with("**") => (".*".to_owned(), 2),
            '*' => ("[^/]*".to_owned(), 1),
            '?' => ("[^/]".to_owned(), 1),
            other => (regex::escape(other.encode_utf8(&mut [0; 4])), other.len_utf8()),
        };
        regex += &piece;
        rest = &rest[length..];
    }
    regex + "$"
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
