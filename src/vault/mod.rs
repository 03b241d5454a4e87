//! age: identities, and decrypting in memory.

mod identities;
mod open;
pub mod plaintext;

pub use identities::Identities;
pub use open::{is_age, open};
pub use plaintext::Plaintext;
