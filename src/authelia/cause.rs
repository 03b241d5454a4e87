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
    /// What else the line tells that narrows down which client is meant.
    pub clue: Option<String>,
    /// What happened.
    pub message: &'static str,
    /// What to do; see [`Cause::advice`].
    pub(super) advice: &'static str,
    /// Whose settings are to be changed.
    pub side: Side,
}

impl Cause {
    /// What to do, in words, with what the line tells in its places; `registered` where the line does not say it.
    pub fn advice(&self, registered: Option<&str>) -> String {
        let told = [
            ("{requested}", self.requested.as_deref(), "what it asks for"),
            ("{registered}", self.registered.as_deref().or(registered), "what is registered"),
            ("{client}", self.client.as_deref(), "ID"),
            ("{clue}", self.clue.as_deref(), "another"),
        ];
        told.iter().fold(self.advice.to_owned(), |text, (place, value, otherwise)| match value {
            Some(value) => text.replace(place, value),
            None => text.replace(&format!("`{place}`"), otherwise).replace(place, otherwise),
        })
    }
}
