//! Authelia's options: which there are, of what type, and which of them may be shown.
//!
//! The tables say what Authelia 4.39 knows by name; everything they do not name is secret.

use std::collections::{HashMap, HashSet};
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

/// The option at `pointer`, or its item where the pointer goes into a list of scalars. Old names count as the new ones.
pub fn field(pointer: &Pointer) -> Option<&'static Field> {
    tree().find(pointer.tokens())
}

/// The option of this pattern (`identity_providers.oidc.clients[].scopes`).
pub fn option(pattern: &str) -> Option<&'static Field> {
    static INDEX: OnceLock<HashMap<&'static str, &'static Field>> = OnceLock::new();
    INDEX.get_or_init(|| rows().map(|row| (row.field.pattern, &row.field)).collect()).get(pattern).copied()
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

/// The keys that may stand at the top.
pub fn sections() -> &'static HashSet<&'static str> {
    static SECTIONS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    SECTIONS.get_or_init(|| {
        rows().map(|row| row.field.pattern.split(['.', '[']).next().unwrap_or(row.field.pattern)).collect()
    })
}

/// The options by their steps, so that a lookup takes as long as the pointer has tokens. The steps are sorted: every
/// start of the program makes the tree anew, and hashing them all would be a good part of it.
#[derive(Default)]
struct Tree {
    steps: Vec<(&'static str, Tree)>,
    row: Option<&'static Row>,
}

fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| {
        let mut root = Tree::default();
        let by_name: HashMap<_, _> = rows().map(|row| (row.field.pattern, row)).collect();
        for row in rows() {
            root.insert(row.field.pattern, row);
        }
        for old in DEPRECATED {
            if let Some(row) = by_name.get(old.new).filter(|_| !by_name.contains_key(old.old)) {
                root.insert(old.old, row);
            }
        }
        root
    })
}

/// `a.b[].*` as `a`, `b`, `[]`, `*`.
fn steps(pattern: &'static str) -> impl Iterator<Item = &'static str> {
    pattern.split('.').flat_map(|part| {
        let name = part.trim_end_matches("[]");
        let lists = (part.len() - name.len()) / 2;
        std::iter::once(name).filter(|name| !name.is_empty()).chain(std::iter::repeat_n("[]", lists))
    })
}

impl Tree {
    fn insert(&mut self, pattern: &'static str, row: &'static Row) {
        let leaf = steps(pattern).fold(self, |tree, step| {
            let at = tree.search(step).unwrap_or_else(|at| {
                tree.steps.insert(at, (step, Self::default()));
                at
            });
            &mut tree.steps[at].1
        });
        leaf.row = Some(row);
    }

    fn search(&self, step: &str) -> Result<usize, usize> {
        self.steps.binary_search_by(|(name, _)| (*name).cmp(step))
    }

    fn step(&self, step: &str) -> Option<&Self> {
        self.search(step).ok().map(|at| &self.steps[at].1)
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
        tree.row.map(|row| &row.field)
    }

    /// The item of a list of scalars, or of a list of such lists.
    fn item(&self, rest: &[String]) -> Option<&'static Field> {
        let row = self.row?;
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
    fn what_may_be_shown() {
        assert!(public("/identity_providers/oidc/clients/0/client_id"));
        assert!(public("/identity_providers/oidc/clients/12/redirect_uris/3"));
        assert!(public("/identity_providers/oidc/clients/0/id"), "the old name of client_id");
        assert!(public("/identity_providers/oidc/authorization_policies/mine/rules/0/subject/1/0"));
        assert!(public("/identity_providers/oidc/lifespans/custom/long/grants/implicit/id_token"));
        assert!(public("/session/cookies/0/domain"));
    }

    #[test]
    fn what_may_not_be_shown() {
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
    fn an_item_of_a_list_has_the_type_of_an_item() {
        assert_eq!(at("/identity_providers/oidc/clients/0/scopes").map(|field| field.kind), Some(Type::StringList));
        assert_eq!(at("/identity_providers/oidc/clients/0/scopes/-").map(|field| field.kind), Some(Type::String));
        assert_eq!(at("/identity_providers/oidc/clients/0").map(|field| field.kind), Some(Type::Map));
    }
}
