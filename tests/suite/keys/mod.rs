//! Keys and identities of every kind.

mod identities;
mod key_kinds;
