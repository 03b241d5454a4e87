//! New names that are almost those of entries beside them, and so may be misspelled.

use super::document::OpenDocument;
use crate::diff::{Change, ChangeKind};
use crate::document::{Document, Pointer, Value, nearest};
use crate::shown;
use crate::shown::{FileName, KeyName, Shown};

/// The maximum number of additions for which names are compared: who adds more does not type them one by one.
const ADDITIONS: usize = 8;

/// A note for each name that is new in a document and almost like another in the same map.
pub(super) fn notes(open: &OpenDocument, after: &Document, changes: &[Change]) -> Vec<Shown> {
    let Some(before) = open.before.as_ref().filter(|before| !open.is_new && open.shows_names(before)) else {
        return Vec::new();
    };
    let added: Vec<&Change> = changes.iter().filter(|change| change.kind == ChangeKind::Added).collect();
    if added.len() > ADDITIONS {
        return Vec::new();
    }
    let note = |change: &&Change| {
        let (map, name) = first_new(&change.pointer, before.value())?;
        let siblings = map.get(after.value())?.as_map()?.iter().map(|(key, _)| key.text());
        let known = siblings.filter(|key| map.child(*key).get(before.value()).is_some());
        let near = nearest::spelling(known.filter(|key| open.schema.shows_key(&map, key)), name)?;
        let [name, near] = [name, near].map(KeyName::shown);
        Some(shown!("`{}` is new in {}; did you mean `{}`?", name, FileName::shown(&open.name), near))
    };
    let mut notes: Vec<Shown> = added.iter().filter_map(note).collect();
    notes.dedup();
    notes
}

/// The first name on the way to `pointer` that did not exist, and the map that it is new in.
fn first_new<'p>(pointer: &'p Pointer, before: &Value) -> Option<(Pointer, &'p str)> {
    let mut above = Pointer::root();
    for token in pointer.tokens() {
        let below = above.child(token);
        if below.get(before).is_none() {
            return Some((above, token.as_str()));
        }
        above = below;
    }
    None
}
