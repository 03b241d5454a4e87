//! Authelia as a running program: what it logs, and what that means for a registration.

pub mod application;
mod cause;
mod contract;
pub mod digest;
mod log;
mod mend;
pub mod probe;
pub mod profile;
mod registration;
mod request;

pub use cause::{Cause, Side};
pub use contract::{Contract, Disagreement, SecretHalf};
pub use log::causes;
pub use mend::{Diagnosis, diagnose};
pub use registration::{RESPONSE_MODES, Registration, SCOPES, SECRET_METHODS, clients, clients_at};
pub use request::{Request, nearest_uri};
