//! Keys of the provider and of clients.

use super::Decoder;
use crate::check::go::GoValue;
use crate::check::key_material::{Chain, KeyMaterial};

#[derive(Debug, Default)]
pub(in crate::check) struct Jwk {
    pub(in crate::check) key_id: String,
    /// `sig` or `enc`.
    pub(in crate::check) usage: String,
    pub(in crate::check) algorithm: String,
    pub(in crate::check) key: Option<KeyMaterial>,
    pub(in crate::check) chain: Chain,
}

impl Decoder {
    pub(super) fn jwk(&mut self, value: &GoValue<'_>) -> Jwk {
        let Some(map) = self.structure(value) else { return Jwk::default() };
        Jwk {
            key_id: self.option(map, "key_id", Self::string),
            usage: self.option(map, "use", Self::string),
            algorithm: self.option(map, "algorithm", Self::string),
            key: self.option(map, "key", Self::key),
            chain: self.option(map, "certificate_chain", Self::chain),
        }
    }
}
