//! How a text is encrypted: identities and recipients, decrypting and encrypting in memory, and replacing files on disk.

mod age;
mod identities;
mod original;
pub mod plaintext;
mod replace;
pub mod sops;

pub use age::{
    Agreement, Header, PLUGIN_FAILED, Recipients, Sealed, Stanza, is_age, open, open_naming, open_unasked, seal,
    sha256, ssh_tag,
};
pub use identities::Identities;
pub use original::Original;
pub use plaintext::Plaintext;
pub use replace::{Replacement, replace_all};
