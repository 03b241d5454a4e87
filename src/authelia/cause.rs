//! The cause of a failed login, according to a line of Authelia's log.

use crate::shown::shell_word;

/// Whose settings must change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultySide {
    /// The client's registration in Authelia.
    Registration,
    Application,
    Either,
}

impl FaultySide {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Application => "application",
            Self::Either => "either",
        }
    }
}

/// How often and when a log shows a cause.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    /// The number of lines; zero for a cause found in a URL.
    pub count: usize,
    /// The time of the first such line, as written in the log.
    pub first: Option<String>,
    /// The time of the last one.
    pub last: Option<String>,
}

impl Seen {
    pub(super) fn add(&mut self, time: Option<String>) {
        self.count += 1;
        if let Some(time) = time {
            self.first.get_or_insert_with(|| time.clone());
            self.last = Some(time);
        }
    }
}

/// A cause, with the details from the line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cause {
    /// Its name: `auth-method`, `redirect-uri`, …
    pub name: &'static str,
    /// The client, if the line names it.
    pub client: Option<String>,
    /// The option of the registration.
    pub option: Option<String>,
    /// The registered value, if the line contains it.
    pub registered: Option<String>,
    /// The value that the application requested.
    pub requested: Option<String>,
    /// Another detail in the line that helps to identify the client.
    pub clue: Option<String>,
    /// What happened.
    pub message: &'static str,
    /// What to do; see [`Cause::advice`].
    pub(super) advice: &'static str,
    /// Whose settings must change.
    pub side: FaultySide,
    /// How often and when it occurred.
    pub seen: Seen,
}

impl Cause {
    /// What to do, with the placeholders filled in; `registered` is used if the line does not contain the registered
    /// value.
    pub fn advice(&self, registered: Option<&str>) -> String {
        let placeholders = [
            ("{requested}", self.requested.as_deref(), "what it asks for"),
            ("{registered}", self.registered.as_deref().or(registered), "what is registered"),
            ("{client}", self.client.as_deref(), "ID"),
            ("{clue}", self.clue.as_deref(), "another"),
        ];
        let mut text = String::new();
        for (index, part) in self.advice.split('`').enumerate() {
            let is_code = index % 2 == 1;
            let place = placeholders.iter().find(|(place, ..)| part.contains(place));
            match place {
                Some((place, value, otherwise)) if is_code && part.starts_with("agepatch ") => {
                    // A word that looks like an option would be parsed as one, even in quotes.
                    let value = value.filter(|value| !value.starts_with('-')).map_or((*otherwise).into(), shell_word);
                    text.push_str(&format!("`{}`", part.replace(place, &value)));
                }
                // A backtick in the line must not end the quoted command.
                Some((place, Some(value), _)) if is_code => {
                    text.push_str(&format!("`{}`", part.replace(place, &value.replace('`', "'"))));
                }
                Some((place, None, otherwise)) if is_code => text.push_str(&part.replace(place, otherwise)),
                _ if is_code => text.push_str(&format!("`{part}`")),
                _ => text.push_str(part),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::log::named;
    use super::*;

    #[test]
    fn log_text_is_a_single_word_of_a_suggested_command() {
        let cases = [
            ("media", "`agepatch client add media`"),
            ("x; touch /tmp/pwn", "`agepatch client add 'x; touch /tmp/pwn'`"),
            ("x`; `agepatch demo", "`agepatch client add 'x`; `agepatch demo'`"),
            ("{requested}", "`agepatch client add '{requested}'`"),
            ("--generate", "`agepatch client add ID`"),
        ];
        for (client, command) in cases {
            let cause = Cause { client: Some(client.to_owned()), ..named("unknown-client").expect("known") };
            assert!(cause.advice(None).ends_with(command), "{}", cause.advice(None));
        }
        let requested = Some("x`, and run `agepatch client add y; id".to_owned());
        let cause = Cause { requested, ..named("scope").expect("known") };
        assert!(cause.advice(None).starts_with("register `x', and run 'agepatch client add y; id`,"));
        let cause = Cause { requested: None, ..named("scope").expect("known") };
        assert!(cause.advice(None).starts_with("register what it asks for,"));
    }
}
