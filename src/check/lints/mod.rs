//! The rules, one file for each family. A family defines its rules (`LINTS`) and checks them.

use foldhash::{HashSet, HashSetExt};

use super::decode::{Client, DecodedConfig, Provider};
use super::report::Report;
use super::{Options, Severity};

pub(super) mod access;
pub(super) mod advice;
pub(super) mod authorization_policies;
pub(super) mod bearer;
pub(super) mod claims;
pub(super) mod client_keys;
pub(super) mod consent;
pub(super) mod cors;
pub(super) mod encryption;
pub(super) mod endpoint_auth;
pub(super) mod file;
pub(super) mod grants;
pub(super) mod identity;
pub(super) mod issuer;
pub(super) mod option_names;
pub(super) mod profile;
pub(super) mod provider;
pub(super) mod redirects;
pub(super) mod relying_party;
pub(super) mod responses;
pub(super) mod scopes;
pub(super) mod secrets;
pub(super) mod sector;
pub(super) mod signing;
pub(super) mod sops_nix;
pub(super) mod types;

/// What the rules about clients need to know about the provider.
pub(super) struct ProviderContext<'c> {
    pub(super) provider: &'c Provider,
    /// The keys, with the ids and algorithms that Authelia assigns to them.
    pub(super) issuer: issuer::IssuerKeys,
    /// The names of the authorization policies.
    pub(super) policies: HashSet<&'c str>,
    pub(super) scopes: HashSet<&'c str>,
    pub(super) options: &'c Options,
}

/// A client, with Authelia's defaults for missing options.
pub(super) struct EffectiveClient<'c> {
    pub(super) index: usize,
    pub(super) client: &'c Client,
    /// Whether it may use the client credentials grant.
    pub(super) client_credentials: bool,
    /// Whether missing options get defaults; the bearer scope requires that every option is set.
    pub(super) defaults: bool,
    pub(super) scopes: Vec<&'c str>,
    pub(super) response_types: Vec<&'c str>,
    pub(super) grant_types: Vec<&'c str>,
    /// The algorithms of its keys.
    pub(super) key_algorithms: Vec<String>,
    /// Whether something needs its secret in plain text.
    pub(super) needs_plain_secret: bool,
}

/// Checks a configuration that could be decoded.
pub(super) fn check(config: &DecodedConfig, options: &Options, report: &mut Report<'_>) {
    let Some(provider) = &config.provider else { return };
    let issuer = issuer::check(provider, options, report);
    authorization_policies::check(provider, options, report);
    if options.minor >= 39 {
        claims::check(provider, &config.attributes, report);
    }
    provider::check(provider, report);
    cors::check(provider, options, report);
    let context = ProviderContext {
        provider,
        issuer,
        policies: authorization_policies::names(provider),
        scopes: scopes::known(provider, options.minor),
        options,
    };
    identity::check_all(&provider.clients, report);
    for (index, client) in provider.clients.iter().enumerate() {
        if report.looks_at(index) {
            check_client(&context, index, client, report);
        }
    }
    if report.wants(Severity::Advice) {
        advice::check(&context, report);
    }
}

fn check_client(context: &ProviderContext<'_>, index: usize, client: &Client, report: &mut Report<'_>) {
    let mut effective = EffectiveClient::new(index, client);
    identity::check(&effective, report);
    access::check(context, &effective, report);
    effective.defaults = !bearer::check(&effective, report);
    effective.fill_in();
    consent::check(&effective, report);
    scopes::check(context, &effective, report);
    responses::check(&effective, report);
    grants::check(context, &effective, report);
    redirects::check(&effective, report);
    signing::check(context, &mut effective, report);
    encryption::check(context, &effective, report);
    sector::check(&effective, report);
    client_keys::check(context, &mut effective, report);
    let secret = endpoint_auth::check(context, &mut effective, report);
    secrets::check(&effective, secret, report);
}

impl<'c> EffectiveClient<'c> {
    fn new(index: usize, client: &'c Client) -> Self {
        let strings = |list: &'c [String]| list.iter().map(String::as_str).collect();
        Self {
            index,
            client,
            client_credentials: client.grant_types.iter().any(|grant| grant == "client_credentials"),
            defaults: true,
            scopes: strings(&client.scopes),
            response_types: strings(&client.response_types),
            grant_types: strings(&client.grant_types),
            key_algorithms: Vec::new(),
            needs_plain_secret: false,
        }
    }

    /// Fills in Authelia's defaults. They also include scopes and grants, with which nothing can be wrong.
    fn fill_in(&mut self) {
        if self.defaults && self.response_types.is_empty() {
            self.response_types = vec!["code"];
        }
    }

    /// The place of the client's option `key`.
    pub(super) fn at(&self, key: &'static str) -> super::location::Location {
        super::location::Location::client(self.index).key(key)
    }
}

/// The mistakes in the items of a list.
pub(super) struct Faults<'l> {
    /// Items that are not permitted.
    pub(super) unknown: Vec<&'l str>,
    /// Permitted items that occur more than once.
    pub(super) repeated: Vec<&'l str>,
    /// The indices of the repetitions, in descending order.
    pub(super) positions: Vec<usize>,
}

impl<'l> Faults<'l> {
    pub(super) fn of(items: &[&'l str], permitted: impl Fn(&str) -> bool) -> Self {
        let mut faults = Self { unknown: Vec::new(), repeated: Vec::new(), positions: Vec::new() };
        let mut seen = HashSet::new();
        for (at, item) in items.iter().enumerate() {
            if !permitted(item) {
                faults.unknown.push(item);
            } else if !seen.insert(*item) {
                faults.positions.insert(0, at);
                if !faults.repeated.contains(item) {
                    faults.repeated.push(item);
                }
            }
        }
        faults
    }
}
