//! Types that are printed as JSON. Their schemas are derived from them, and their fields must be printable.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use super::printable::Printable;
use super::{Json, Shown};

impl Printable for Json {}

/// Serializes the unescaped text, since JSON has its own escapes.
impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_raw())
    }
}

impl JsonSchema for Shown {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_value().serialize(serializer)
    }
}

/// Any value.
impl JsonSchema for Json {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Any".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({})
    }
}

/// Defines a type that is printed as JSON, with its schema, which allows no other members; every field must be
/// [`Printable`].
#[macro_export]
macro_rules! output {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$about:meta])* $field:ident: $type:ty),* $(,)? }) => {
        #[derive(Debug, serde::Serialize, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields, inline)]
        $(#[$meta])*
        $vis struct $name { $($(#[$about])* pub(crate) $field: $type),* }

        impl $crate::shown::Printable for $name where $($type: $crate::shown::Printable),* {}
    };
}
