//! Which findings are unreliable if a value could not be decoded.
//!
//! Authelia reports a value that it cannot decode, and the configuration is invalid whatever else it contains. Users
//! want to see the other findings at once, but not those that only follow from the value's absence.

use super::location::Location;
use crate::schema::authelia::{is_known, known_names};

/// Options of a client that no other finding about the client depends on.
const ALONE: [&str; 6] = [
    "client_name",
    "client_secret",
    "lifespan",
    "pre_configured_consent_duration",
    "require_pkce",
    "sector_identifier_uri",
];

/// Whether a version decodes the option: not if it was added later.
pub(super) fn is_decoded(at: &Location, minor: u8) -> bool {
    let is_later = |name: &String| !is_known(name, minor) && is_known(name, u8::MAX);
    // A map that was added later is recognised by its options.
    let is_later_map = |name: &String| {
        let below = format!("{name}.");
        let mut all = known_names(u8::MAX).filter(|known| known.starts_with(&below)).peekable();
        all.peek().is_some() && !known_names(minor).any(|known| known.starts_with(&below))
    };
    !at.names().iter().any(|name| is_later(name) || is_later_map(name))
}

/// Whether a finding may exist only because the value at `undecoded` could not be decoded.
pub(super) fn hides(undecoded: &Location, finding: &Location, rule: &str) -> bool {
    if undecoded.contains(finding) || finding.contains(undecoded) {
        return true;
    }
    if let Some(index) = undecoded.client_index() {
        let option = undecoded.key_at(4).unwrap_or_default();
        let is_alone = ALONE.contains(&option);
        return finding.client_index() == Some(index)
            && (!is_alone || option == "client_secret" && rule.contains("secret"));
    }
    let is_provider = undecoded.key_at(0) == Some("identity_providers");
    match undecoded.key_at(2) {
        // Clients refer to what the provider defines.
        _ if !is_provider => rule.starts_with("claim") && undecoded.key_at(0) == Some("definitions"),
        Some("cors" | "minimum_parameter_entropy" | "enable_client_debug_messages") => false,
        Some("lifespans") => rule.contains("lifespan"),
        Some("jwks" | "issuer_private_key" | "issuer_certificate_chain") => {
            let option = finding.key_at(4).unwrap_or_default();
            rule.starts_with("issuer") || option.ends_with("_alg") || option.ends_with("_key_id")
        }
        _ => true,
    }
}
