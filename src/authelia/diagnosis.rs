//! A cause of a failed login, together with the registration that it is about.

use super::cause::Cause;
use crate::document::{Edit, Pointer, Value};
use crate::shown::Shown;

/// A cause, together with the registration that it is about.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    /// The cause.
    pub cause: Cause,
    pub client: Option<String>,
    /// The place of its option in the document.
    pub pointer: Option<Pointer>,
    /// The option's value, or Authelia's default.
    pub registered: Option<Value>,
    /// The edits that fix the registration.
    pub patch: Option<Vec<Edit>>,
    /// Whether the patch makes Authelia accept more than before. An anonymous request can cause the line, so such a
    /// patch is applied only if the client and the cause are named.
    pub widens: bool,
    /// What to do, if the cause's own advice does not apply here.
    pub(super) instead: Option<&'static str>,
    /// The clients that may be meant, if the line names none.
    pub candidates: Vec<String>,
    /// Remarks about the registrations.
    pub notes: Vec<Shown>,
}

impl Diagnosis {
    /// What to do.
    pub fn advice(&self) -> String {
        let registered = self.registered.as_ref().and_then(Value::as_str);
        self.instead.map_or_else(|| self.cause.advice(registered), str::to_owned)
    }
}
