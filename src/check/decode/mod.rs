//! Decodes the configuration into Authelia's types, with the same weak conversions: a number becomes a string, a string
//! a list, and so on.

use std::collections::HashSet;

use super::go::GoValue;
use super::location::{Location, LocationStep};
use crate::shown::{Showable, Shown};

mod client;
mod jwk;
mod mail_address;
mod networks;
mod notation;
mod provider;
mod rest;
#[cfg(test)]
mod tests;
mod weak;

pub(super) use client::{Client, ENDPOINTS, EncryptedResponse, ListedClient, RESPONSES, ResponseOptions, Secret};
pub(super) use jwk::Jwk;
pub(super) use provider::{AuthorizationPolicy, ClaimsPolicy, PolicyRule, Provider};
pub(super) use rest::Attributes;

/// The decoded configuration.
#[derive(Debug)]
pub(super) struct DecodedConfig {
    pub(super) provider: Option<Provider>,
    /// The user attributes that exist.
    pub(super) attributes: Attributes,
}

/// A value that cannot be converted. Authelia stops reading there.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) at: Location,
    pub(super) kind: Mistake,
    /// A description of the problem, without the value.
    pub(super) message: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistake {
    /// A value of another type.
    Type,
    /// A text that is not a boolean or a number.
    Word,
    Duration,
    Url,
    Network,
    /// The digest of a client secret.
    Digest,
    Key,
    Certificates,
}

pub(super) fn decode(root: &GoValue<'_>) -> (DecodedConfig, Vec<Problem>) {
    let mut decoder = Decoder { at: Location::default(), problems: Vec::new(), networks: rest::network_names(root) };
    rest::check_types(root, &mut decoder);
    let provider = decoder.provider_of(root);
    (DecodedConfig { provider, attributes: rest::attributes(root) }, decoder.problems)
}

/// The current place, and the problems found so far.
struct Decoder {
    at: Location,
    problems: Vec<Problem>,
    /// Names defined for networks.
    networks: HashSet<String>,
}

impl Decoder {
    fn problem(&mut self, kind: Mistake, message: impl Showable) {
        self.problems.push(Problem { at: self.at.clone(), kind, message: message.into_shown() });
    }

    /// Runs `read` one step deeper.
    fn within<T>(&mut self, step: LocationStep, read: impl FnOnce(&mut Self) -> T) -> T {
        self.at.push(step);
        let result = read(self);
        self.at.pop();
        result
    }
}

/// A scalar as a string, converted as for a string option.
pub(super) fn as_string(value: &GoValue<'_>) -> Option<String> {
    let mut decoder = Decoder { at: Location::default(), problems: Vec::new(), networks: HashSet::new() };
    let text = decoder.string(value);
    decoder.problems.is_empty().then_some(text)
}
