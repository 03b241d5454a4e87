//! age: identities, recipients, header, open, seal, replace on disk.

pub mod plaintext;

pub use plaintext::Plaintext;
