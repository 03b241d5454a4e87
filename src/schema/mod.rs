//! Schemas: the keys of a kind of file, their types, and which values may be shown.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::document::{Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{FileName, Setting};

pub mod authelia;
mod places;

pub use places::{PlaceId, Places};

/// Replaces a key that may not be printed.
pub const HIDDEN: &str = "…";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Schema {
    /// Authelia's configuration, or a fragment of it.
    Authelia,
    /// An unknown kind of file, whose values are all secret.
    Unknown,
    /// A file that itself leaves some values readable. It has no name.
    Readable(Readable),
}

/// Decides which scalars of a file may be shown.
#[derive(Clone, Copy)]
pub struct Readable(&'static (dyn Fn(&Pointer) -> bool + Send + Sync));

impl Readable {
    pub fn new(rule: &'static (dyn Fn(&Pointer) -> bool + Send + Sync)) -> Self {
        Self(rule)
    }

    fn place(self) -> *const () {
        std::ptr::from_ref(self.0).cast()
    }
}

impl fmt::Debug for Readable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readable")
    }
}

impl PartialEq for Readable {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl Eq for Readable {}

impl Hash for Readable {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.place().hash(state);
    }
}

/// The type of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A string.
    String,
    /// `true` or `false`.
    Bool,
    /// An integer.
    Integer,
    /// A duration in Authelia's notation (a string like `1h30m`, or a number of seconds).
    Duration,
    /// A list of strings.
    StringList,
    /// A list of maps.
    MapList,
    /// A map.
    Map,
    Any,
}

/// One option of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its place: keys joined by dots, `[]` for list items, `*` for any key
    /// (`identity_providers.oidc.clients[].client_id`).
    pub pattern: &'static str,
    /// Its type.
    pub kind: Type,
    /// Whether its value may be shown. Everything else is secret.
    pub public: bool,
}

impl Schema {
    /// The schema that agepatch.toml sets for a file.
    ///
    /// # Errors
    /// `rules` for an unknown schema.
    pub fn set(word: Option<&str>, file: &str) -> Result<Option<Self>> {
        match word {
            None => Ok(None),
            Some("authelia") => Ok(Some(Self::Authelia)),
            Some("none") => Ok(Some(Self::Unknown)),
            Some(word) => {
                let message = shown!(
                    "agepatch.toml names an unknown schema `{}` for {}",
                    Setting::shown(word),
                    FileName::shown(file)
                );
                Err(Error::new(ErrorKind::Rules, message).hint("known schemas: `authelia` and `none`"))
            }
        }
    }

    /// Guesses a file's schema from its name and content.
    pub fn guess(name: &str, value: &Value) -> Self {
        if authelia::is_likely(name, value) { Self::Authelia } else { Self::Unknown }
    }

    /// The name used in agepatch.toml and JSON; `None` for other files.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Authelia => Some("authelia"),
            Self::Unknown | Self::Readable(_) => None,
        }
    }

    /// The option at `pointer`. A numeric token counts as `[]`.
    pub fn field(self, pointer: &Pointer) -> Option<&'static Field> {
        match self {
            Self::Authelia => authelia::field(pointer),
            Self::Unknown | Self::Readable(_) => None,
        }
    }

    /// Whether the schema has an option at `pointer`, or below it. Without a schema, any may exist.
    pub fn knows(self, pointer: &Pointer) -> bool {
        match self {
            Self::Authelia => authelia::knows(pointer),
            Self::Unknown | Self::Readable(_) => true,
        }
    }

    /// The entry that contains `pointer`, if there is a word for such entries: the word, and the number of tokens up to
    /// the entry.
    pub fn entry(self, pointer: &Pointer) -> Option<(&'static str, usize)> {
        match self {
            Self::Authelia => {
                let clients = ["identity_providers", "oidc", "clients"];
                let is_client =
                    pointer.tokens().len() > clients.len() && pointer.tokens().starts_with(&clients.map(str::to_owned));
                is_client.then_some(("client", clients.len() + 1))
            }
            Self::Unknown | Self::Readable(_) => None,
        }
    }

    /// The names of the options that the map at `pointer` may have.
    pub fn options_of(self, pointer: &Pointer) -> Vec<&'static str> {
        match self {
            Self::Authelia => authelia::options_of(pointer),
            Self::Unknown | Self::Readable(_) => Vec::new(),
        }
    }

    /// Whether the key of the map at `map` may be printed. With a schema, an unknown key may be a value that a typo
    /// turned into a key (`{password:'X'}`).
    pub fn shows_key(self, map: &Pointer, key: &str) -> bool {
        match self {
            Self::Authelia => authelia::shown_keys(&map.child(key)).last() != Some(&false),
            Self::Unknown | Self::Readable(_) => true,
        }
    }

    /// The pointer with `…` for each key that may not be printed.
    pub fn shown_pointer(self, pointer: &Pointer) -> Pointer {
        match self {
            Self::Authelia => {
                let shown = authelia::shown_keys(pointer);
                let token = |(token, shown): (&String, bool)| if shown { token.clone() } else { HIDDEN.to_owned() };
                Pointer::new(pointer.tokens().iter().zip(shown).map(token))
            }
            Self::Unknown | Self::Readable(_) => pointer.clone(),
        }
    }

    /// Whether the scalar at `pointer` may be shown.
    pub fn is_public(self, pointer: &Pointer) -> bool {
        match self {
            Self::Readable(readable) => (readable.0)(pointer),
            _ => self.field(pointer).is_some_and(|field| field.public),
        }
    }
}
