//! Keys and identities of every kind.

mod hardware;
mod identities;
mod key_kinds;
mod private_keys;
