//! The configuration as Authelia's own types, converted as weakly as Authelia converts: a number becomes a string, a
//! string a list, and so on.

use super::go::Value;
use super::place::{At, Step};

mod client;
mod networks;
mod notation;
mod provider;
mod rest;
#[cfg(test)]
mod tests;
mod weak;

pub(super) use client::{Client, ENDPOINTS, EncryptedResponse, RESPONSES, ResponseOptions, Secret};
pub(super) use provider::{AuthorizationPolicy, ClaimsPolicy, Jwk, PolicyRule, Provider};
pub(super) use rest::Attributes;

/// What Authelia makes of the configuration.
#[derive(Debug)]
pub(super) struct Config {
    /// The provider, if there is one.
    pub(super) provider: Option<Provider>,
    /// Which user attributes there are.
    pub(super) attributes: Attributes,
}

/// A value that cannot be converted. Authelia reads no further then.
#[derive(Debug)]
pub(super) struct Problem {
    /// Where.
    pub(super) at: At,
    /// Of what kind.
    pub(super) kind: Mistake,
    /// What is wrong, in words without the value.
    pub(super) message: String,
}

/// What cannot be converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistake {
    /// A value of another type.
    Type,
    /// A text that is no truth value or number.
    Word,
    /// A length of time.
    Duration,
    /// A URL.
    Url,
    /// A network.
    Network,
    /// The digest of a client secret.
    Digest,
    /// A key.
    Key,
    /// A chain of certificates.
    Certificates,
}

/// Decodes the whole configuration.
pub(super) fn decode(root: &Value<'_>) -> (Config, Vec<Problem>) {
    let mut decoder = Decoder { at: At::default(), problems: Vec::new(), networks: rest::network_names(root) };
    rest::check_types(root, &mut decoder);
    let provider = decoder.provider_of(root);
    (Config { provider, attributes: rest::attributes(root) }, decoder.problems)
}

/// Where the decoding stands, and what went wrong so far.
struct Decoder {
    at: At,
    problems: Vec<Problem>,
    /// Names that stand for networks.
    networks: Vec<String>,
}

impl Decoder {
    fn problem(&mut self, kind: Mistake, message: impl Into<String>) {
        self.problems.push(Problem { at: self.at.clone(), kind, message: message.into() });
    }

    /// Does `read` one step further.
    fn within<T>(&mut self, step: Step, read: impl FnOnce(&mut Self) -> T) -> T {
        self.at.push(step);
        let result = read(self);
        self.at.pop();
        result
    }
}

/// A scalar as a string, as an option that takes one gets it.
pub(super) fn as_string(value: &Value<'_>) -> Option<String> {
    let mut decoder = Decoder { at: At::default(), problems: Vec::new(), networks: Vec::new() };
    let text = decoder.string(value);
    decoder.problems.is_empty().then_some(text)
}
