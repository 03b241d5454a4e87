//! The places of a document's values as a schema sees them, each looked up once.
//!
//! The same few options are in every item of a list, so a walk through a large document asks about each of them once, and
//! makes a pointer for each once. They are mostly in the same order, too, so that each is looked for where it was last time.

use super::Schema;
use crate::document::{Pointer, Sequence};

/// What is known of the places that a walk has visited.
pub struct Places {
    schema: Schema,
    known: Vec<Known>,
}

/// A place, as an index of [`Places`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceId(usize);

struct Known {
    pointer: Pointer,
    is_public: bool,
    shows_key: bool,
    below: Sequence<Box<str>, PlaceId>,
}

impl Places {
    /// The whole document.
    pub const ROOT: PlaceId = PlaceId(0);

    /// Begins a walk through a file of this schema.
    pub fn new(schema: Schema) -> Self {
        let mut places = Self { schema, known: Vec::new() };
        places.add(Pointer::root(), true);
        places
    }

    /// The entry of this key in the map at `map`.
    pub fn entry(&mut self, map: PlaceId, key: &str) -> PlaceId {
        if let Some(known) = self.known[map.0].below.get(key) {
            return known;
        }
        let shows_key = self.schema.shows_key(&self.known[map.0].pointer, key);
        let place = self.add(self.known[map.0].pointer.child(key), shows_key);
        self.known[map.0].below.add(key.into(), place);
        place
    }

    /// The item at this position of the list at `list`. To a schema of its own all items of a list are alike.
    pub fn item(&mut self, list: PlaceId, index: usize) -> PlaceId {
        match self.schema {
            Schema::Readable(_) => self.entry(list, &index.to_string()),
            Schema::Authelia | Schema::Unknown => self.entry(list, "0"),
        }
    }

    /// Whether a scalar there may be shown.
    pub fn is_public(&self, place: PlaceId) -> bool {
        self.known[place.0].is_public
    }

    /// Whether the key that leads there may be printed.
    pub fn shows_key(&self, place: PlaceId) -> bool {
        self.known[place.0].shows_key
    }

    /// The place; the position of an item may be another one's.
    pub fn pointer(&self, place: PlaceId) -> &Pointer {
        &self.known[place.0].pointer
    }

    fn add(&mut self, pointer: Pointer, shows_key: bool) -> PlaceId {
        let is_public = self.schema.is_public(&pointer);
        self.known.push(Known { pointer, is_public, shows_key, below: Sequence::default() });
        PlaceId(self.known.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Readable;

    #[test]
    fn each_place_is_what_its_pointer_is() {
        let readable =
            Schema::Readable(Readable::new(&|pointer| pointer.tokens().last().is_some_and(|last| last == "1")));
        let walk: [&[&str]; 7] = [
            &["identity_providers", "oidc", "clients", "0", "client_id"],
            &["identity_providers", "oidc", "clients", "12", "client_secret"],
            &["identity_providers", "oidc", "clients", "12", "redirect_uris", "3"],
            &["identity_providers", "oidc", "clients", "12", "hunter2"],
            &["hunter2", "1"],
            &["1"],
            &["hunter2", "client_id"],
        ];
        for schema in [Schema::Authelia, Schema::Unknown, readable] {
            let mut places = Places::new(schema);
            for tokens in walk.iter().chain(&walk) {
                let mut at = Places::ROOT;
                let mut pointer = Pointer::root();
                for token in *tokens {
                    let shows_key = schema.shows_key(&pointer, token);
                    pointer = pointer.child(*token);
                    at = match token.parse() {
                        Ok(index) => places.item(at, index),
                        Err(_) => places.entry(at, token),
                    };
                    assert_eq!(places.is_public(at), schema.is_public(&pointer), "{pointer} {schema:?}");
                    assert_eq!(places.shows_key(at), shows_key, "{pointer} {schema:?}");
                }
            }
        }
    }
}
