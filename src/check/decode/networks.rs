//! Networks: addresses, ranges, and names defined for them.

use std::net::IpAddr;

use super::{Decoder, Mistake};
use crate::check::go::number::print_float;
use crate::check::go::{GoData, GoValue};
use crate::check::location::LocationStep;

impl Decoder {
    /// Whether the rule lists any network. A mistake in an item counts for the list.
    pub(super) fn has_networks(&mut self, value: &GoValue<'_>) -> bool {
        let items = match &value.data {
            GoData::List(items) => items.as_slice(),
            GoData::Map(map) if map.is_empty() => &[],
            GoData::Text(_) => std::slice::from_ref(value),
            // A map is accepted as a network without addresses.
            GoData::Map(_) | GoData::Time => return true,
            _ => return self.within(LocationStep::Index(0), |decoder| decoder.wrong_type("a network", value)),
        };
        for item in items {
            let known = |text: &str| self.networks.contains(text) || is_network(text);
            // A value that is not a string is converted to one, which can be a name but not an address.
            let is_known = match &item.data {
                GoData::Text(text) => known(text),
                GoData::Int(number) => known(&number.to_string()),
                GoData::Float(number) => known(&print_float(*number)),
                GoData::Bool(value) => known(&value.to_string()),
                GoData::Null => known("<nil>"),
                GoData::Time | GoData::List(_) | GoData::Map(_) => false,
            };
            if !is_known {
                self.problem(
                    Mistake::Network,
                    "an item is neither an address, nor a range of addresses, nor the name of a defined network",
                );
                return false;
            }
        }
        !items.is_empty()
    }
}

/// `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`
fn is_network(text: &str) -> bool {
    match text.split_once('/') {
        None => text.parse::<IpAddr>().is_ok(),
        Some((address, bits)) => {
            let most = match address.parse::<IpAddr>() {
                Ok(IpAddr::V4(_)) => 32,
                Ok(IpAddr::V6(_)) => 128,
                Err(_) => return false,
            };
            !bits.starts_with('+') && bits.parse::<u32>().is_ok_and(|bits| bits <= most)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_network;

    #[test]
    fn networks() {
        for good in ["10.0.0.1", "10.0.0.0/8", "10.0.0.0/32", "10.0.0.0/0008", "fe80::/10", "::1", "::1/128"] {
            assert!(is_network(good), "{good}");
        }
        for bad in [
            "",
            "10.0.0",
            "10.0.0.0/33",
            "::1/129",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            "internal",
            "10.0.0.0/",
            "10.0.0.0/x",
            "x/8",
            "010.0.0.1",
        ] {
            assert!(!is_network(bad), "{bad}");
        }
    }
}
