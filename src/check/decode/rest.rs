//! The rest of the configuration: its types, and the parts that the provider depends on.

use std::collections::HashSet;

use crate::memory::Zeroizing;

use super::Decoder;
use crate::check::go::{GoData, GoValue};
use crate::check::location::{LocationStep, lookup};
use crate::document::Pointer;
use crate::schema::{Type, authelia};

/// The user attributes that claims can be based on.
#[derive(Debug, Default)]
pub(in crate::check) struct Attributes(HashSet<String>);

const STANDARD: [&str; 5] = ["username", "display_name", "groups", "email", "emails"];

/// The only duration that can also be a word, since Authelia decodes it into a struct.
const REFRESH: &str = "authentication_backend.refresh_interval";

/// Attributes that every user in a file has, and that LDAP has if its configuration maps them.
const MAPPED: [&str; 18] = [
    "given_name",
    "middle_name",
    "family_name",
    "nickname",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_extension",
    "street_address",
    "locality",
    "region",
    "postal_code",
    "country",
];

impl Attributes {
    /// Whether there is an attribute of this name.
    pub(in crate::check) fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// The attributes from the user database and the definitions.
pub(super) fn attributes(root: &GoValue<'_>) -> Attributes {
    let mut names: HashSet<String> = STANDARD.into_iter().map(str::to_owned).collect();
    names.extend(keys(at(root, &["definitions", "user_attributes"])));
    let Some(ldap) = at(root, &["authentication_backend", "ldap"]).filter(|ldap| !ldap.is_null()) else {
        names.extend(MAPPED.into_iter().map(str::to_owned));
        names.extend(keys(at(root, &["authentication_backend", "file", "extra_attributes"])));
        return Attributes(names);
    };
    let is_mapped = |name: &&str| text(at(ldap, &["attributes", name])).is_some_and(|mapped| !mapped.is_empty());
    names.extend(MAPPED.iter().filter(|name| is_mapped(name)).map(|name| (*name).to_owned()));
    let implementation = text(at(ldap, &["implementation"])).unwrap_or_default();
    names.extend(mapped_by_default(implementation).iter().map(|name| (*name).to_owned()));
    if let Some(extra) = at(ldap, &["attributes", "extra"]).and_then(GoValue::map) {
        for (key, entry) in extra {
            let name = text(at(&entry.value, &["name"])).filter(|name| !name.is_empty());
            names.insert(name.unwrap_or(key).to_owned());
        }
    }
    Attributes(names)
}

/// The attributes that Authelia maps for this kind of directory by default.
fn mapped_by_default(implementation: &str) -> &'static [&'static str] {
    match implementation {
        "activedirectory" => &[
            "family_name",
            "given_name",
            "middle_name",
            "website",
            "phone_number",
            "street_address",
            "locality",
            "region",
            "postal_code",
            "country",
        ],
        "freeipa" => &["family_name", "given_name"],
        _ => &[],
    }
}

/// The names defined for networks.
pub(super) fn network_names(root: &GoValue<'_>) -> HashSet<String> {
    let mut names: HashSet<String> = keys(at(root, &["definitions", "network"])).collect();
    let listed = at(root, &["access_control", "networks"]).and_then(GoValue::list).unwrap_or_default();
    names.extend(listed.iter().filter_map(|network| text(at(network, &["name"]))).map(str::to_owned));
    names
}

/// Checks the type of every option outside the provider.
pub(super) fn check_types(root: &GoValue<'_>, decoder: &mut Decoder) {
    let Some(sections) = root.map() else { return };
    for (name, entry) in sections {
        if !name.eq_ignore_ascii_case("identity_providers") {
            let mut tokens = vec![name.to_string()];
            decoder
                .within(LocationStep::Key(name.to_string().into()), |decoder| walk(&entry.value, &mut tokens, decoder));
        }
    }
}

fn walk(value: &GoValue<'_>, tokens: &mut Vec<String>, decoder: &mut Decoder) {
    if value.is_null() {
        return;
    }
    let field = authelia::field(&Pointer::new(tokens.iter().cloned()));
    if field.is_some_and(|field| is_old(tokens, field.pattern)) {
        return;
    }
    if field.is_some_and(|field| decoder.noted(field.pattern, value)) {
        return;
    }
    match (field.map(|field| field.kind), &value.data) {
        (Some(Type::Bool), _) => drop(decoder.boolean(value)),
        (Some(Type::Integer), _) => drop(decoder.integer(value)),
        (Some(Type::Duration), data) if field.is_some_and(|field| field.pattern == REFRESH) => match data {
            GoData::Text(text) if matches!(&**text, "always" | "disable") => {}
            GoData::Map(_) | GoData::Time => {}
            GoData::Bool(_) | GoData::List(_) => decoder.wrong_type("a length of time", value),
            _ => decoder.duration(value),
        },
        (Some(Type::Duration), _) => decoder.duration(value),
        (Some(Type::String), _) => drop(Zeroizing::new(decoder.string(value))),
        (Some(Type::StringList), _) => {
            decoder.list(value, |decoder, item| drop(Zeroizing::new(decoder.string(item))));
        }
        (Some(Type::Map), GoData::Text(_) | GoData::Bool(_) | GoData::Int(_) | GoData::Float(_)) => {
            decoder.wrong_type::<()>("a map", value);
        }
        (Some(Type::Map), GoData::List(items)) if field.is_some_and(|field| is_named(field.pattern)) => {
            named_items(items, decoder);
        }
        (Some(Type::Map), GoData::List(_)) => decoder.wrong_type("a map", value),
        // It is the only item of the list.
        (Some(Type::MapList), GoData::Map(_)) => {
            tokens.push("0".to_owned());
            decoder.within(LocationStep::Index(0), |decoder| walk(value, tokens, decoder));
            tokens.pop();
        }
        (_, GoData::Map(map)) => {
            for (key, entry) in map {
                tokens.push(key.to_string());
                decoder
                    .within(LocationStep::Key(key.to_string().into()), |decoder| walk(&entry.value, tokens, decoder));
                tokens.pop();
            }
        }
        (Some(Type::MapList), GoData::Text(_) | GoData::Bool(_) | GoData::Int(_) | GoData::Float(_)) => {
            decoder.within(LocationStep::Index(0), |decoder| decoder.wrong_type::<()>("a map", value));
        }
        (Some(Type::MapList), GoData::List(items)) => {
            for (at, item) in items.iter().enumerate() {
                tokens.push(at.to_string());
                decoder.within(LocationStep::Index(at), |decoder| {
                    if matches!(item.data, GoData::Map(_) | GoData::Null | GoData::Time) {
                        walk(item, tokens, decoder);
                    } else {
                        decoder.wrong_type::<()>("a map", item);
                    }
                });
                tokens.pop();
            }
        }
        _ => {}
    }
}

/// Maps in a list count as one merged map; lists may be nested.
fn named_items(items: &[GoValue<'_>], decoder: &mut Decoder) {
    for (at, item) in items.iter().enumerate() {
        decoder.within(LocationStep::Index(at), |decoder| match &item.data {
            GoData::Map(_) | GoData::Null | GoData::Time => {}
            GoData::List(inner) => named_items(inner, decoder),
            _ => decoder.wrong_type("a map", item),
        });
    }
}

/// Whether the option has an old name in this version. What remains under an old name is not read.
fn is_old(tokens: &[String], pattern: &str) -> bool {
    let differs = pattern.rsplit('.').next() != tokens.last().map(String::as_str);
    differs && authelia::DEPRECATED.iter().any(|old| old.old.split('.').eq(tokens))
}

/// Whether the option is a map with keys chosen by the user; Authelia accepts a list of such maps for it.
fn is_named(pattern: &str) -> bool {
    let last = pattern.rsplit('.').next().unwrap_or(pattern);
    matches!(last, "extra_attributes" | "extra" | "user_attributes" | "network" | "authz")
}

fn at<'v, 'a>(value: &'v GoValue<'a>, path: &[&str]) -> Option<&'v GoValue<'a>> {
    path.iter().try_fold(value, |value, key| lookup(value.map()?, key).map(|(_, entry)| &entry.value))
}

fn keys(value: Option<&GoValue<'_>>) -> impl Iterator<Item = String> {
    value.and_then(GoValue::map).into_iter().flat_map(|map| map.keys().map(ToString::to_string))
}

fn text<'v>(value: Option<&'v GoValue<'_>>) -> Option<&'v str> {
    match &value?.data {
        GoData::Text(text) => Some(text),
        _ => None,
    }
}
