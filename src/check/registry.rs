//! All rules in one table.

use super::Rule;
use super::rules;
use crate::document::nearest;

/// Every rule, by family.
fn families() -> [&'static [&'static Rule]; 26] {
    use rules::{
        access, advice, authorization_policies, bearer, claims, client_keys, consent, cors, encryption, endpoint_auth,
        file, grants, identity, issuer, keys, profile, provider, redirects, relying_party, responses, scopes, secrets,
        sector, signing, sops_nix, types,
    };
    [
        file::RULES,
        keys::RULES,
        types::RULES,
        provider::RULES,
        issuer::RULES,
        cors::RULES,
        authorization_policies::RULES,
        claims::RULES,
        identity::RULES,
        secrets::RULES,
        endpoint_auth::RULES,
        redirects::RULES,
        scopes::RULES,
        grants::RULES,
        responses::RULES,
        access::RULES,
        consent::RULES,
        signing::RULES,
        encryption::RULES,
        client_keys::RULES,
        sector::RULES,
        bearer::RULES,
        advice::RULES,
        profile::RULES,
        relying_party::RULES,
        sops_nix::RULES,
    ]
}

/// Every rule: errors and warnings in Authelia's order, then agepatch's own advice.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    families().into_iter().flatten().copied()
}

/// The rule of this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// The id closest to a misspelled one.
pub fn nearest(id: &str) -> Option<&'static str> {
    nearest::name(all().map(|rule| rule.id), id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let mut seen = HashSet::new();
        for rule in all() {
            assert!(seen.insert(rule.id), "{} twice", rule.id);
            assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
            assert!(!rule.summary.ends_with('.') && !rule.summary.contains('\n'), "{}", rule.id);
            assert!(rule.explanation.len() > 80 && !rule.example.is_empty() && !rule.fix.is_empty(), "{}", rule.id);
        }
        assert!(find("token-endpoint-auth-method").is_some());
        assert_eq!(super::nearest("token-endpoint-auth"), Some("token-endpoint-auth-method"));
        assert_eq!(super::nearest("xyz"), None);
    }
}
