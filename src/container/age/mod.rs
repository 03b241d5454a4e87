//! age files: headers, recipients, plugins; decrypting and encrypting in memory.

mod header;
mod open;
pub(super) mod plugin;
mod seal;

pub use header::{Agreement, Header, Stanza, ssh_tag};
pub use open::{PLUGIN_FAILED, is_age, open, open_naming, open_unasked};
pub use seal::{Recipients, Sealed, seal, sha256};
