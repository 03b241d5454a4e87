//! Duplicate keys of a map, which the parser accepts, and which programs resolve differently.

use std::collections::HashSet;
use std::hash::Hash;

use super::arena::Content;
use super::tree::Tree;
use crate::document::line_index::LineIndex;
use crate::error::{Error, ErrorKind, Result};

/// Up to this number of keys, a linear search is faster.
const FEW: usize = 24;

/// Rejects a text with a duplicate key.
pub(super) fn refuse(tree: Tree<'_>) -> Result<()> {
    for node in 0..tree.arena.pieces.len() {
        let Content::Map(entries) = tree.content(node) else { continue };
        if let Some(second) = repeated(tree, entries) {
            let place = tree.piece(second).span().start;
            let (line, column) = LineIndex::new(tree.text.as_bytes()).line_column(tree.text, place);
            return Err(Error::new(ErrorKind::DuplicateKey, "a map has the same key twice")
                .at(line, column)
                .hint("remove or rename one of the two; programs differ in which one they use"));
        }
    }
    Ok(())
}

/// Whether no key occurs twice, whatever is a string.
pub(super) fn are_distinct(keys: &[&str]) -> bool {
    first_repeated(keys.len(), keys.iter().copied()).is_none()
}

/// The first key that occurs for the second time.
fn repeated(tree: Tree<'_>, entries: &[(usize, usize)]) -> Option<usize> {
    let mut keys = entries.iter().map(|(key, _)| *key).filter_map(|key| Some((key, tree.key_text(key)?)));
    let second = first_repeated(entries.len(), keys.clone().map(|(_, text)| text))?;
    keys.nth(second).map(|(key, _)| key)
}

/// The position of the first of at most `most` keys that occurs for the second time.
fn first_repeated<K: Copy + Default + Eq + Hash>(most: usize, mut keys: impl Iterator<Item = K>) -> Option<usize> {
    if most > FEW {
        let mut seen = HashSet::with_capacity(most);
        return keys.position(|key| !seen.insert(key));
    }
    let mut seen = [K::default(); FEW];
    keys.enumerate().find_map(|(count, key)| {
        let is_repeated = seen[..count].contains(&key);
        seen[count] = key;
        is_repeated.then_some(count)
    })
}

#[cfg(test)]
mod tests {
    use super::FEW;
    use crate::document::{Document, Format};
    use crate::error::ErrorKind;

    #[test]
    fn a_duplicate_key_is_found_among_few_and_many() {
        for count in [1, FEW - 1, FEW, FEW + 1, 10 * FEW] {
            let keys: String = (0..count).map(|number| format!("k{number}: v\n")).collect();
            Document::parse(keys.as_bytes(), Format::Yaml).expect("each key occurs once");
            let twice = format!("{keys}k0: v\n");
            let error = Document::parse(twice.as_bytes(), Format::Yaml).err().expect("a duplicate key");
            assert_eq!(
                (error.kind(), error.line_column()),
                (ErrorKind::DuplicateKey, Some((count + 1, 1))),
                "{count} keys"
            );
        }
    }
}
