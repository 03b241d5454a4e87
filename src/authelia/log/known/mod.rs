//! The known failures: the words that identify each in a line, and their meaning.
//!
//! The words are those of Authelia 4.38 and 4.39 and of its OAuth 2.0 library; the explanations are ours.

mod authentication;
mod authorization;
mod configuration;
mod consent;
mod tokens;

use super::super::cause::FaultySide;

pub(super) struct KnownFailure {
    pub(super) name: &'static str,
    /// Words that all occur in the line.
    pub(super) words: &'static [&'static str],
    /// The option of the registration.
    pub(super) option: FieldPattern,
    pub(super) registered: FieldPattern,
    pub(super) requested: FieldPattern,
    /// Another detail that helps to identify the client.
    pub(super) clue: FieldPattern,
    pub(super) message: &'static str,
    /// What to do; `{requested}`, `{registered}`, `{client}`, and `{clue}` are filled in from the line.
    pub(super) advice: &'static str,
    /// Whose settings must change.
    pub(super) side: FaultySide,
}

/// How to find a detail in a line.
#[derive(Debug, Clone, Copy)]
pub(super) enum FieldPattern {
    /// The line does not contain it.
    Nothing,
    Always(&'static str),
    /// In quotes after the first of these words that the line contains; `…` in them matches anything.
    After(&'static [&'static str]),
}

impl KnownFailure {
    const fn new(
        name: &'static str,
        words: &'static [&'static str],
        side: FaultySide,
        message: &'static str,
        advice: &'static str,
    ) -> Self {
        let nothing = FieldPattern::Nothing;
        let (option, registered, requested, clue) = (nothing, nothing, nothing, nothing);
        Self { name, words, option, registered, requested, clue, message, advice, side }
    }

    const fn option(mut self, option: &'static str) -> Self {
        self.option = FieldPattern::Always(option);
        self
    }

    const fn option_after(mut self, words: &'static [&'static str]) -> Self {
        self.option = FieldPattern::After(words);
        self
    }

    const fn registered(mut self, words: &'static [&'static str]) -> Self {
        self.registered = FieldPattern::After(words);
        self
    }

    const fn clue(mut self, words: &'static [&'static str]) -> Self {
        self.clue = FieldPattern::After(words);
        self
    }

    const fn requested(mut self, words: &'static [&'static str]) -> Self {
        self.requested = FieldPattern::After(words);
        self
    }

    const fn always_requested(mut self, value: &'static str) -> Self {
        self.requested = FieldPattern::Always(value);
        self
    }
}

/// All failures, the more specific ones first.
pub(super) fn all() -> impl Iterator<Item = &'static KnownFailure> {
    let last = [configuration::KNOWN, authentication::UNEXPLAINED];
    let all = [authentication::KNOWN, authorization::KNOWN, consent::KNOWN, tokens::KNOWN].into_iter().chain(last);
    all.flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_reported_in_full() {
        for known in all() {
            assert!(known.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", known.name);
            assert!(!known.words.is_empty() && known.words.iter().all(|words| words.len() > 4), "{}", known.name);
            for text in [known.message, known.advice] {
                assert!(text.len() > 20 && !text.ends_with('.'), "{}: {text}", known.name);
            }
        }
    }
}
