//! All rules in one table.

use super::Lint;
use super::lints;
use crate::document::nearest;

/// Every rule, by family.
fn families() -> [&'static [&'static Lint]; 26] {
    use lints::{
        access, advice, authorization_policies, bearer, claims, client_keys, consent, cors, encryption, endpoint_auth,
        file, grants, identity, issuer, option_names, profile, provider, redirects, relying_party, responses, scopes,
        secrets, sector, signing, sops_nix, types,
    };
    [
        file::LINTS,
        option_names::LINTS,
        types::LINTS,
        provider::LINTS,
        issuer::LINTS,
        cors::LINTS,
        authorization_policies::LINTS,
        claims::LINTS,
        identity::LINTS,
        secrets::LINTS,
        endpoint_auth::LINTS,
        redirects::LINTS,
        scopes::LINTS,
        grants::LINTS,
        responses::LINTS,
        access::LINTS,
        consent::LINTS,
        signing::LINTS,
        encryption::LINTS,
        client_keys::LINTS,
        sector::LINTS,
        bearer::LINTS,
        advice::LINTS,
        profile::LINTS,
        relying_party::LINTS,
        sops_nix::LINTS,
    ]
}

/// Every rule: errors and warnings in Authelia's order, then agepatch's own advice.
pub fn all() -> impl Iterator<Item = &'static Lint> {
    families().into_iter().flatten().copied()
}

/// The rule of this id.
pub fn find(id: &str) -> Option<&'static Lint> {
    all().find(|lint| lint.id == id)
}

/// The id closest to a misspelled one.
pub fn nearest(id: &str) -> Option<&'static str> {
    nearest::name(all().map(|lint| lint.id), id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let mut seen = HashSet::new();
        for lint in all() {
            assert!(seen.insert(lint.id), "{} twice", lint.id);
            assert!(lint.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
            assert!(!lint.summary.ends_with('.') && !lint.summary.contains('\n'), "{}", lint.id);
            assert!(lint.explanation.len() > 80 && !lint.example.is_empty() && !lint.fix.is_empty(), "{}", lint.id);
        }
        assert!(find("token-endpoint-auth-method").is_some());
        assert_eq!(super::nearest("token-endpoint-auth"), Some("token-endpoint-auth-method"));
        assert_eq!(super::nearest("xyz"), None);
    }
}
