//! The notation of the option tables, and their rows.

use crate::schema::Field;

/// An option with its exact name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) field: Field,
    /// Its items, if it is a list of scalars.
    pub(super) item: Field,
    /// The minor version of Authelia 4 that introduced it; 38 means "38 or before".
    pub(super) since: u8,
}

/// Defines a table: `in "prefix." { … }` with rows of publicity, type, name, and (`since 39`) the minor version that
/// introduced it.
///
/// `public` values may be shown, `secret` ones may not, and a `holder` contains other options but has no value itself.
macro_rules! options {
    (@public public) => { true };
    (@public secret) => { false };
    (@public holder) => { false };
    (@item StringList) => { $crate::schema::Type::String };
    (@item $kind:ident) => { $crate::schema::Type::$kind };
    (@since) => { 38 };
    (@since $since:literal) => { $since };
    (@row $prefix:literal $public:ident $kind:ident $name:literal $($since:literal)?) => {
        Row {
            field: $crate::schema::Field {
                pattern: concat!($prefix, $name),
                kind: $crate::schema::Type::$kind,
                public: options!(@public $public),
            },
            item: $crate::schema::Field {
                pattern: concat!($prefix, $name, "[]"),
                kind: options!(@item $kind),
                public: options!(@public $public),
            },
            since: options!(@since $($since)?),
        }
    };
    ($(in $prefix:literal { $($public:ident $kind:ident $name:literal $(since $since:literal)?;)* })*) => {
        pub(super) const OPTIONS: &[Row] = &[
            $($(options!(@row $prefix $public $kind $name $($since)?),)*)*
        ];
    };
}
pub(super) use options;
