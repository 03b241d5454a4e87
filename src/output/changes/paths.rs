//! Paths as text: their steps, outside of quotes and brackets.

/// The path without its last key: up to the last dot that is not in brackets or quotes.
pub(super) fn parent(path: &str) -> &str {
    steps(path).last().map_or("", |at| &path[..at])
}

/// The path after its first `depth` steps; a selector in brackets counts as a step.
pub(super) fn split_after(path: &str, depth: usize) -> Option<(&str, &str)> {
    let ends = ends(path);
    let end = *ends.get(depth.checked_sub(1)?)?;
    Some(path.split_at(end))
}

pub(super) fn steps(path: &str) -> impl Iterator<Item = usize> {
    outside(path).filter(|(_, character)| *character == '.').map(|(at, _)| at)
}

/// The end of each step: before a dot or an opening bracket, or at the end.
fn ends(path: &str) -> Vec<usize> {
    let between = outside(path).filter(|(at, character)| *at > 0 && matches!(character, '.' | '['));
    between.map(|(at, _)| at).chain([path.len()]).collect()
}

/// The characters that are neither in brackets nor in quotes, including opening brackets.
fn outside(path: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut bracket, mut quote) = (false, None);
    path.char_indices().filter(move |(_, character)| {
        let was_outside = !bracket && quote.is_none();
        match (quote, character) {
            (Some(open), character) if open == *character => quote = None,
            (None, '"' | '\'') => quote = Some(*character),
            (None, '[') => bracket = true,
            (None, ']') => bracket = false,
            _ => {}
        }
        was_outside
    })
}
