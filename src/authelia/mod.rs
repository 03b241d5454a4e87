//! Authelia's clients: their registrations and secrets, and what a running Authelia says of them, in its log or when asked.

mod address;
pub mod application;
mod cause;
mod contract;
mod diagnose;
mod diagnosis;
pub mod digest;
mod fix;
mod log;
#[cfg(feature = "probe")]
pub mod probe;
pub mod profile;
mod registration;
mod request;

pub use cause::{Cause, FaultySide, Seen};
pub use contract::{Contract, Disagreement, SecretHalf};
pub use diagnose::diagnose;
pub use diagnosis::Diagnosis;
pub use log::{causes, names as cause_names};
pub use registration::{RESPONSE_MODES, Registration, SCOPES, SECRET_METHODS, clients, clients_at};
pub use request::{Request, nearest_uri};
