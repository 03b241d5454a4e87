//! Conversions between types, as weak as those of Go's `mapstructure` with `WeaklyTypedInput`.

use std::borrow::Cow;

use super::{Decoder, Mistake};
use crate::check::go::number::{format_float, parse_bool, parse_int};
use crate::check::go::{GoData, GoValue, Map, duration, url};
use crate::check::key_material::{self, Chain, KeyMaterial};
use crate::check::location::{LocationStep, lookup};
use crate::shown;

impl Decoder {
    /// Reads the option `key` with `read`; a missing or null option has its zero value.
    pub(super) fn option<'m, 'a, T: Default>(
        &mut self,
        map: &'m Map<'a>,
        key: &'static str,
        read: impl FnOnce(&mut Self, &'m GoValue<'a>) -> T,
    ) -> T {
        match lookup(map, key) {
            Some((_, entry)) if !entry.value.is_null() => {
                self.within(LocationStep::Key(Cow::Borrowed(key)), |decoder| read(decoder, &entry.value))
            }
            _ => T::default(),
        }
    }

    /// A string; a boolean becomes `1` or `0`, a number its digits.
    pub(super) fn string(&mut self, value: &GoValue<'_>) -> String {
        match &value.data {
            GoData::Text(text) => text.clone().into_owned(),
            GoData::Bool(value) => if *value { "1" } else { "0" }.to_owned(),
            GoData::Int(value) => value.to_string(),
            GoData::Float(value) => format_float(*value),
            GoData::Null => String::new(),
            GoData::Time | GoData::List(_) | GoData::Map(_) => self.wrong_type("a string", value),
        }
    }

    /// A boolean; a number is true unless it is 0, and strings like `true`, `T`, and `1` are accepted.
    pub(super) fn boolean(&mut self, value: &GoValue<'_>) -> bool {
        match &value.data {
            GoData::Bool(value) => *value,
            GoData::Int(value) => *value != 0,
            GoData::Float(value) => *value != 0.0,
            GoData::Text(text) if text.is_empty() => false,
            GoData::Text(text) => parse_bool(text).unwrap_or_else(|| {
                self.problem(Mistake::Word, "this must be `true` or `false`; Authelia accepts nothing else");
                false
            }),
            GoData::Null => false,
            GoData::Time | GoData::List(_) | GoData::Map(_) => self.wrong_type("`true` or `false`", value),
        }
    }

    pub(super) fn integer(&mut self, value: &GoValue<'_>) -> i64 {
        match &value.data {
            #[expect(clippy::cast_possible_truncation, reason = "Go wraps in the same way")]
            GoData::Int(value) => *value as i64,
            #[expect(clippy::cast_possible_truncation, reason = "Go cuts the fraction off in the same way")]
            GoData::Float(value) => *value as i64,
            GoData::Bool(value) => i64::from(*value),
            GoData::Text(text) if text.is_empty() => 0,
            GoData::Text(text) => parse_int(text).unwrap_or_else(|| {
                self.problem(Mistake::Word, "this must be an integer");
                0
            }),
            GoData::Null => 0,
            GoData::Time | GoData::List(_) | GoData::Map(_) => self.wrong_type("a whole number", value),
        }
    }

    /// A duration; a number counts seconds. No rule needs its length.
    pub(super) fn duration(&mut self, value: &GoValue<'_>) {
        match &value.data {
            GoData::Text(text) if duration::parse(text).is_none() => {
                self.problem(Mistake::Duration, "this is not a duration that Authelia understands");
            }
            GoData::Text(_) => {}
            _ => drop(self.integer(value)),
        }
    }

    /// A list of strings, where a string is split at its commas.
    pub(super) fn strings(&mut self, value: &GoValue<'_>) -> Vec<String> {
        match &value.data {
            GoData::Text(text) if text.is_empty() => Vec::new(),
            GoData::Text(text) => text.split(',').map(str::to_owned).collect(),
            _ => self.list(value, Self::string),
        }
    }

    /// A list; anything else becomes its only item, except that an empty map is an empty list.
    pub(super) fn list<T: Default>(
        &mut self,
        value: &GoValue<'_>,
        mut read: impl FnMut(&mut Self, &GoValue<'_>) -> T,
    ) -> Vec<T> {
        let items = match &value.data {
            GoData::List(items) => items.as_slice(),
            GoData::Map(map) if map.is_empty() => &[],
            _ => std::slice::from_ref(value),
        };
        let read_item = |(at, item): (usize, &GoValue<'_>)| match item.data {
            GoData::Null => T::default(),
            _ => self.within(LocationStep::Index(at), |decoder| read(decoder, item)),
        };
        items.iter().enumerate().map(read_item).collect()
    }

    /// The entries of a map with keys chosen by the user.
    pub(super) fn named<T: Default>(
        &mut self,
        value: &GoValue<'_>,
        mut read: impl FnMut(&mut Self, &GoValue<'_>) -> T,
    ) -> Vec<(String, T)> {
        let mut found = Vec::new();
        self.add_named(value, &mut read, &mut found);
        found
    }

    /// Adds the entries of a map; maps in a list count as one merged map.
    fn add_named<T: Default>(
        &mut self,
        value: &GoValue<'_>,
        read: &mut impl FnMut(&mut Self, &GoValue<'_>) -> T,
        found: &mut Vec<(String, T)>,
    ) {
        match &value.data {
            GoData::Map(map) => {
                for (name, entry) in map {
                    let item = match entry.value.data {
                        GoData::Null => T::default(),
                        _ => self.within(LocationStep::Key(Cow::Owned(name.clone().into_owned())), |decoder| {
                            read(decoder, &entry.value)
                        }),
                    };
                    found.push((name.clone().into_owned(), item));
                }
            }
            GoData::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.within(LocationStep::Index(at), |decoder| decoder.add_named(item, read, found));
                }
            }
            GoData::Null | GoData::Time => {}
            _ => self.wrong_type("a map", value),
        }
    }

    /// A map of options; a date is accepted as an empty one.
    pub(super) fn structure<'m, 'a>(&mut self, value: &'m GoValue<'a>) -> Option<&'m Map<'a>> {
        if value.map().is_none() && !matches!(value.data, GoData::Time) {
            self.wrong_type::<()>("a map", value);
        }
        value.map()
    }

    /// A URL; `None` for an empty string.
    pub(super) fn url(&mut self, value: &GoValue<'_>) -> Option<url::Url> {
        match &value.data {
            GoData::Text(text) if text.is_empty() => None,
            GoData::Text(text) => match url::parse(text) {
                Ok(url) => Some(url),
                Err(refusal) => {
                    self.problem(Mistake::Url, shown!("this is not a URL: {}", refusal));
                    None
                }
            },
            GoData::Map(_) | GoData::Time => Some(url::Url::default()),
            _ => self.wrong_type("a URL", value),
        }
    }

    /// A key in PEM or base64; a value that is not a string is decoded to a useless key.
    pub(super) fn key(&mut self, value: &GoValue<'_>) -> Option<KeyMaterial> {
        let GoData::Text(text) = &value.data else { return Some(KeyMaterial::Other(value.type_name())) };
        match key_material::parse(text) {
            Ok(key) => Some(key),
            Err(refusal) => {
                self.problem(Mistake::Key, shown!("this is not a key that Authelia can read: {}", refusal));
                None
            }
        }
    }

    pub(super) fn chain(&mut self, value: &GoValue<'_>) -> Chain {
        match &value.data {
            GoData::Text(text) => Chain::parse(text).unwrap_or_else(|refusal| {
                self.problem(
                    Mistake::Certificates,
                    shown!("this is not a chain of certificates that Authelia can read: {}", refusal),
                );
                Chain::default()
            }),
            GoData::Map(_) | GoData::Time => Chain::default(),
            _ => self.wrong_type("certificates in PEM", value),
        }
    }

    /// Records that another type is expected here, and returns the zero value.
    pub(super) fn wrong_type<T: Default>(&mut self, expected: &'static str, value: &GoValue<'_>) -> T {
        self.problem(Mistake::Type, shown!("expected {}, found {}", expected, value.type_name()));
        T::default()
    }
}
