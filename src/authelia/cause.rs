//! Why a login fails, as a line of Authelia's log tells it.

/// Whose settings are to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The client's registration at Authelia.
    Registration,
    /// The application.
    Application,
    /// One of the two.
    Either,
}

impl Side {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Application => "application",
            Self::Either => "either",
        }
    }
}

/// A cause, with what the line says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Its name: `auth-method`, `redirect-uri`, …
    pub name: &'static str,
    /// The client, where the line names it.
    pub client: Option<String>,
    /// The option of the registration.
    pub option: Option<String>,
    /// What is registered, where the line says it.
    pub registered: Option<String>,
    /// What the application asked for.
    pub requested: Option<String>,
    /// What happened, and what to do.
    pub message: &'static str,
    /// Whose settings are to be changed.
    pub side: Side,
}
