//! Authelia's options: their names, their types, and which may be shown.
//!
//! The tables list the names that Authelia 4.39 knows; everything else is secret.

use std::collections::HashSet;
use std::sync::OnceLock;

use self::table::Row;
use super::{Field, Type};
use crate::document::{Pointer, Value};

mod access;
mod authentication;
mod client;
pub mod deprecated;
mod factors;
mod general;
mod known;
mod lifespans;
mod notifier;
mod provider;
mod server;
mod session;
mod storage;
mod table;
mod vocabulary;

pub use deprecated::{DEPRECATED, Deprecated, Fate};
pub use known::{is_known, known_names};

const TABLES: [&[Row]; 11] = [
    access::OPTIONS,
    authentication::OPTIONS,
    client::OPTIONS,
    factors::OPTIONS,
    general::OPTIONS,
    lifespans::OPTIONS,
    notifier::OPTIONS,
    provider::OPTIONS,
    server::OPTIONS,
    session::OPTIONS,
    storage::OPTIONS,
];

fn rows() -> impl Iterator<Item = &'static Row> {
    TABLES.into_iter().flatten()
}

/// The option at `pointer`, or its item if the pointer leads into a list of scalars. Old names count as the new ones.
pub fn field(pointer: &Pointer) -> Option<&'static Field> {
    tree().find(pointer.tokens())
}

/// Whether there is an option at `pointer`, or one below it.
pub fn knows(pointer: &Pointer) -> bool {
    subtree(pointer).is_some() || field(pointer).is_some()
}

fn subtree(pointer: &Pointer) -> Option<&'static Tree> {
    pointer.tokens().iter().try_fold(tree(), |tree, token| {
        let item = || tree.step("[]").filter(|_| is_position(token));
        tree.step(token).or_else(|| tree.step("*")).or_else(item)
    })
}

/// The names of the options in the map at `pointer`, without old names.
pub fn options_of(pointer: &Pointer) -> Vec<&'static str> {
    let names = subtree(pointer).into_iter().flat_map(Tree::steps).filter(|(_, below)| below.old.is_none());
    names.map(|(name, _)| *name).filter(|name| !matches!(*name, "*" | "[]")).collect()
}

/// Which keys on the way to `pointer` may be printed: those that Authelia knows at their place, those that users
/// choose, and those that consist only of words from known keys. Any other key may be a value that a typo turned into a
/// key.
pub fn shown_keys(pointer: &Pointer) -> Vec<bool> {
    let mut here = Some(tree());
    let mut shown = Vec::new();
    for token in pointer.tokens() {
        let known = here.and_then(|tree| tree.step(token));
        let chosen = here.and_then(|tree| tree.step("*")).filter(|_| known.is_none());
        let item = here.and_then(|tree| tree.step("[]")).filter(|_| is_position(token));
        shown.push(
            known.is_some()
                || is_position(token)
                || (chosen.is_some() && vocabulary::is_name(token))
                || vocabulary::is_of_known_words(token),
        );
        here = known.or(chosen).or(item);
    }
    shown
}

/// The option of this pattern (`identity_providers.oidc.clients[].scopes`).
pub fn option(pattern: &str) -> Option<&'static Field> {
    tree().exact(pattern).map(|row| &row.field)
}

/// Whether a document looks like Authelia's configuration: by a section that only Authelia has, or by its name and any
/// section that Authelia knows.
pub fn is_likely(name: &str, value: &Value) -> bool {
    const OWN: [&str; 4] = ["identity_providers", "authentication_backend", "access_control", "identity_validation"];
    let named = name.to_ascii_lowercase().contains("authelia");
    let Some(map) = value.as_map() else { return false };
    let has = |section: &str| map.get(section).is_some();
    OWN.into_iter().any(has) || (named && map.iter().any(|(key, _)| sections().contains(key.text())))
}

/// The options of a client.
pub fn client_options() -> impl Iterator<Item = &'static str> {
    let below = rows().filter_map(|row| row.field.pattern.strip_prefix("identity_providers.oidc.clients[]."));
    below.filter(|option| !option.contains(['.', '[']))
}

/// The keys that may occur at the top.
pub fn sections() -> &'static HashSet<&'static str> {
    static SECTIONS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    SECTIONS.get_or_init(|| {
        rows().map(|row| row.field.pattern.split(['.', '[']).next().unwrap_or(row.field.pattern)).collect()
    })
}

/// The options by path, so that a lookup takes as many steps as the pointer has tokens. Every start of the program
/// builds the tree, so the steps of a subtree are split only when they are needed.
#[derive(Default)]
struct Tree {
    /// The option that ends here, with this name.
    row: Option<&'static Row>,
    /// The old name that ends here.
    old: Option<&'static Deprecated>,
    /// The subtree: the rest of each name, and what ends there.
    below: Vec<(&'static str, End)>,
    /// The subtree by its next step, in order.
    steps: OnceLock<Vec<(&'static str, Tree)>>,
}

/// The meaning of a name.
#[derive(Clone, Copy)]
enum End {
    Row(&'static Row),
    Old(&'static Deprecated),
}

fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        let rows = rows().map(|row| (row.field.pattern, End::Row(row)));
        let below = rows.chain(DEPRECATED.iter().map(|old| (old.old, End::Old(old)))).collect();
        Tree { below, ..Tree::default() }
    })
}

/// Splits `a.b[].*` into `a` and `b[].*`, `[].*` into `[]` and `*`.
fn first_step(pattern: &str) -> (&str, &str) {
    let end = if pattern.starts_with("[]") { 2 } else { pattern.find(['.', '[']).unwrap_or(pattern.len()) };
    let (step, rest) = pattern.split_at(end);
    (step, rest.strip_prefix('.').unwrap_or(rest))
}

impl Tree {
    fn add(&mut self, rest: &'static str, end: End) {
        match end {
            _ if !rest.is_empty() => self.below.push((rest, end)),
            End::Row(row) => self.row = Some(row),
            End::Old(old) => self.old = Some(old),
        }
    }

    fn steps(&self) -> &[(&'static str, Self)] {
        self.steps.get_or_init(|| {
            let mut steps: Vec<(&'static str, Self)> = Vec::new();
            for (pattern, end) in &self.below {
                let (step, rest) = first_step(pattern);
                // Names with the same start are mostly adjacent.
                let at = steps.iter().rposition(|(known, _)| *known == step).unwrap_or_else(|| {
                    steps.push((step, Self::default()));
                    steps.len() - 1
                });
                steps[at].1.add(rest, *end);
            }
            steps.sort_unstable_by_key(|(step, _)| *step);
            steps
        })
    }

    fn step(&self, step: &str) -> Option<&Self> {
        let steps = self.steps();
        steps.binary_search_by(|(known, _)| (*known).cmp(step)).ok().map(|at| &steps[at].1)
    }

    /// The row of this pattern, not of an old name for it.
    fn exact(&self, pattern: &str) -> Option<&'static Row> {
        let (mut tree, mut rest) = (self, pattern);
        while !rest.is_empty() {
            let (step, after) = first_step(rest);
            tree = tree.step(step)?;
            rest = after;
        }
        tree.row.filter(|row| row.field.pattern == pattern)
    }

    /// The option that ends here, even by its old name.
    fn row(&self) -> Option<&'static Row> {
        self.row.or_else(|| tree().exact(self.old?.new))
    }

    fn find(&self, tokens: &[String]) -> Option<&'static Field> {
        let mut tree = self;
        for (at, token) in tokens.iter().enumerate() {
            if let Some(next) = tree.step(token).or_else(|| tree.step("*")) {
                tree = next;
                continue;
            }
            let number = is_position(token);
            match tree.step("[]").filter(|_| number) {
                Some(next) => tree = next,
                None => return tree.item(&tokens[at..]),
            }
        }
        tree.row().map(|row| &row.field)
    }

    /// The item of a list of scalars, or of a list of such lists.
    fn item(&self, rest: &[String]) -> Option<&'static Field> {
        let row = self.row()?;
        let depth = match row.field.kind {
            Type::StringList => 1,
            Type::Any => usize::MAX,
            _ => 0,
        };
        (rest.len() <= depth && rest.iter().all(|token| is_position(token))).then_some(&row.item)
    }
}

fn is_position(token: &str) -> bool {
    token == "-" || (!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(pointer: &str) -> Option<&'static Field> {
        field(&Pointer::parse(pointer).unwrap())
    }

    fn public(pointer: &str) -> bool {
        at(pointer).is_some_and(|field| field.public)
    }

    #[test]
    fn values_that_may_be_shown() {
        assert!(public("/identity_providers/oidc/clients/0/client_id"));
        assert!(public("/identity_providers/oidc/clients/12/redirect_uris/3"));
        assert!(public("/identity_providers/oidc/clients/0/id"), "the old name of client_id");
        assert!(public("/identity_providers/oidc/authorization_policies/mine/rules/0/subject/1/0"));
        assert!(public("/identity_providers/oidc/lifespans/custom/long/grants/implicit/id_token"));
        assert!(public("/session/cookies/0/domain"));
    }

    #[test]
    fn values_that_may_not_be_shown() {
        for secret in [
            "/identity_providers/oidc/clients/0/client_secret",
            "/identity_providers/oidc/clients/0/secret",
            "/identity_providers/oidc/clients/0/jwks/0/key",
            "/identity_providers/oidc/hmac_secret",
            "/identity_providers/oidc/jwks/0/key",
            "/identity_providers/oidc/jwks/0/certificate_chain",
            "/identity_providers/oidc/issuer_private_key",
            "/session/secret",
            "/session/redis/password",
            "/storage/encryption_key",
            "/storage/postgres/password",
            "/authentication_backend/ldap/password",
            "/notifier/smtp/password",
            "/identity_validation/reset_password/jwt_secret",
            "/jwt_secret",
            "/duo_api/secret_key",
            "/duo_api/integration_key",
            "/anything/else",
            "/identity_providers/oidc/clients",
            "/identity_providers/oidc/clients/0/client_id/0",
            "/identity_providers/oidc/clients/0/redirect_uris/0/x",
            "",
        ] {
            assert!(!public(secret), "{secret}");
        }
    }

    #[test]
    fn which_keys_may_be_shown() {
        let hidden = |pointer: &str| shown_keys(&Pointer::parse(pointer).expect("a pointer")).contains(&false);
        for shown in [
            "",
            "/identity_providers/oidc/clients/0/client_id",
            "/identity_providers/oidc/clients/0/redirect_uri",
            "/identity_providers/oidc/clients/0/clientsecret",
            "/identity_providers/oidc/clients/0/id_token_signing_alg",
            "/identity_providers/oidc/cors_endpoints",
            "/identity_providers/oidc/authorization_policies/my.policy/rules",
            "/identity_providers/oidc/clients/secret",
            "/jwt_secret",
        ] {
            assert!(!hidden(shown), "{shown}");
        }
        for secret in [
            "/hunter2",
            "/identity_providers/oidc/clients/0/password:'hunter2'",
            "/identity_providers/oidc/clients/0/hunter2/x",
            "/identity_providers/oidc/clients/0/redirect_uri=hunter2",
            "/identity_providers/oidc/authorization_policies/a 'b'/rules",
            "/session/secret hunter",
            "/session/s3cretx",
        ] {
            assert!(hidden(secret), "{secret}");
        }
    }

    #[test]
    fn every_option_is_found_by_its_names() {
        for row in rows() {
            assert_eq!(option(row.field.pattern), Some(&row.field), "{}", row.field.pattern);
        }
        for old in DEPRECATED {
            let at = at(&format!("/{}", old.old.replace("[]", "/0").replace('.', "/")));
            assert_eq!(at, option(old.old).or_else(|| option(old.new)), "{}", old.old);
        }
        for nothing in ["", "[]", ".", "[", "identity_providers", "identity_providers.oidc.clients.client_id", "a[b"] {
            assert_eq!(option(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn an_item_of_a_list_has_the_type_of_an_item() {
        assert_eq!(at("/identity_providers/oidc/clients/0/scopes").map(|field| field.kind), Some(Type::StringList));
        assert_eq!(at("/identity_providers/oidc/clients/0/scopes/-").map(|field| field.kind), Some(Type::String));
        assert_eq!(at("/identity_providers/oidc/clients/0").map(|field| field.kind), Some(Type::Map));
    }
}
