//! Which keys Authelia accepts: it compares every key of its configuration, as dotted text, with the names it knows.

use std::sync::OnceLock;

use super::{DEPRECATED, rows, tree};

/// Whether Authelia of minor version `minor` knows `key`: dotted, with `[]` for positions
/// (`identity_providers.oidc.clients[].scopes`, `identity_providers.oidc.scopes.my.scope.claims`).
pub fn is_known(key: &str, minor: u8) -> bool {
    static WITH_NAMES: OnceLock<Vec<(&'static str, u8)>> = OnceLock::new();
    if tree().exact(key).is_some_and(|row| row.since <= minor) {
        return true;
    }
    let with_names = WITH_NAMES.get_or_init(|| {
        rows().map(|row| (row.field.pattern, row.since)).filter(|(pattern, _)| pattern.contains(".*")).collect()
    });
    with_names.iter().any(|(pattern, since)| *since <= minor && matches(pattern, key))
        || DEPRECATED.iter().any(|old| old.old == key && old.minor() > minor)
}

/// The names that Authelia of minor version `minor` knows.
pub fn known_names(minor: u8) -> impl Iterator<Item = &'static str> {
    rows().filter(move |row| row.since <= minor).map(|row| row.field.pattern)
}

/// Whether `key` matches `pattern`, in which `*` is a name chosen by the user. Such a name may contain dots.
fn matches(pattern: &str, key: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == key };
    let Some(rest) = key.strip_prefix(before) else { return false };
    let ends = (1..=rest.len()).filter(|end| rest.is_char_boundary(*end));
    ends.into_iter().any(|end| is_name(&rest[..end]) && matches(after, &rest[end..]))
}

fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let outer = |byte: &u8| byte.is_ascii_alphanumeric();
    bytes.first().is_some_and(outer)
        && bytes.last().is_some_and(outer)
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"/_.:~-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        assert!(is_known("identity_providers.oidc.clients[].client_id", 39));
        assert!(!is_known("identity_providers.oidc.clients[].redirect_uri", 39));
        assert!(is_known("identity_providers.oidc.scopes.authelia.x.claims", 39));
        assert!(!is_known("identity_providers.oidc.scopes._x.claims", 39));
        assert!(is_known("identity_providers.oidc.lifespans.custom.a.grants.implicit.id_token", 39));
        assert!(!is_known("identity_providers", 39));
        assert!(!is_known("identity_providers.oidc.cors", 39));
    }

    #[test]
    fn keys_of_an_older_version() {
        assert!(!is_known("identity_providers.oidc.clients[].claims_policy", 38));
        assert!(is_known("identity_providers.oidc.clients[].client_id", 38));
        assert!(is_known("webauthn.user_verification", 38));
        assert!(!is_known("webauthn.user_verification", 39));
    }
}
