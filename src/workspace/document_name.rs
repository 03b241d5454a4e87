//! The names of documents inside values: `FILE#PATH#PATH…`.

/// The part before the first `#`.
pub(crate) fn file_part(name: &str) -> &str {
    name.split('#').next().filter(|file| !file.is_empty()).unwrap_or(name)
}

/// What a name may mean: a file, or a file and the way to a document inside it.
pub(super) fn splits(name: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = name.rmatch_indices('#').map(|(at, _)| (&name[..at], &name[at + 1..]));
    std::iter::once((name, "")).chain(inside.filter(|(file, inner)| !file.is_empty() && !steps(inner).is_empty()))
}

/// The document that `FILE#PATH` names, and the path in it: `host.yaml#app-env` and `TOKEN` of `host.yaml#app-env#TOKEN`. `None`
/// without a path.
pub(crate) fn document_and_path(place: &str) -> Option<(&str, &str)> {
    let (_, inner) = place.split_once('#')?;
    let path = steps(inner).pop()?;
    let document = place.strip_suffix(path)?.strip_suffix('#')?;
    (!document.is_empty()).then_some((document, path))
}

/// Splits the part after `FILE#` into steps: a value, a value in that, and so on. A `#` in quotes or brackets is part
/// of a key.
pub(super) fn steps(inner: &str) -> Vec<&str> {
    let (mut found, mut begin, mut quote, mut depth) = (Vec::new(), 0, None, 0_usize);
    for (at, next) in inner.char_indices() {
        match (next, quote) {
            (_, Some(open)) => quote = Some(open).filter(|open| *open != next),
            ('"' | '\'', None) => quote = Some(next),
            ('[', None) => depth += 1,
            (']', None) => depth = depth.saturating_sub(1),
            ('#', None) if depth == 0 => {
                found.push(&inner[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    found.push(&inner[begin..]);
    found.retain(|step| !step.is_empty());
    found
}
