//! age: identities and recipients, decrypting and encrypting in memory, and ciphertext put in place on disk.

mod header;
mod identities;
mod locked;
mod open;
mod original;
mod person;
pub mod plaintext;
mod plugin;
mod replace;
mod seal;

pub use header::{Agreement, Header, Stanza, ssh_tag};
pub use identities::Identities;
pub use open::{PLUGIN_FAILED, is_age, open, open_naming, open_unasked};
pub use original::Original;
pub use plaintext::Plaintext;
pub use replace::{Replacement, replace_all};
pub use seal::{Recipients, Sealed, seal, sha256};
