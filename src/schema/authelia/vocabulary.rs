//! The words that Authelia's keys consist of: a key made of them contains no secret.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::{DEPRECATED, rows};

/// The number of letters that a misspelled key may differ in, if it is long and if it is short.
const NEAR: usize = 2;
const NEAR_IF_SHORT: usize = 1;
/// The maximum length of a short key.
const SHORT: usize = 7;
/// Up to this number of letters cannot hold a secret.
const TRIVIAL: usize = 3;
/// A shorter key is similar to too many others.
const SHORTEST: usize = 5;
/// A longer key is not compared.
const LONGEST: usize = 48;

/// The last components of the known keys.
fn names() -> &'static HashSet<&'static str> {
    static NAMES: OnceLock<HashSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let patterns = rows().map(|row| row.field.pattern).chain(DEPRECATED.iter().flat_map(|old| [old.old, old.new]));
        patterns.flat_map(|pattern| pattern.split(['.', '[', ']'])).filter(|name| !name.is_empty()).collect()
    })
}

fn words() -> &'static HashSet<&'static str> {
    static WORDS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    WORDS.get_or_init(|| names().iter().flat_map(|name| name.split('_')).collect())
}

/// Whether the key consists of words from known keys (`cors_endpoints`), is almost spelled like one of them, or is too
/// short to be a secret.
pub(super) fn is_of_known_words(key: &str) -> bool {
    let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if !plain {
        return false;
    }
    let key = key.to_ascii_lowercase();
    // One or two letters are not a secret.
    if key.len() <= TRIVIAL && key.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return true;
    }
    if key.split(['_', '-']).all(|word| words().contains(word)) {
        return true;
    }
    let near = if key.len() > SHORT { NEAR } else { NEAR_IF_SHORT };
    let comparable = (SHORTEST..=LONGEST).contains(&key.len());
    comparable
        && names().iter().any(|name| {
            name.len().abs_diff(key.len()) <= near
                && name.len() >= SHORTEST
                && strsim::damerau_levenshtein(name, &key) <= near
        })
}

/// Whether a user would choose this name for a policy, a scope, or a definition.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-.:/~@<>+ ".contains(c))
}
