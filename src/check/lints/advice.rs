//! agepatch's own advice about settings that Authelia accepts but that are a bad idea.

use std::collections::HashMap;

use super::ProviderContext;
use super::redirects::OUT_OF_BAND;
use crate::check::decode::{Client, Secret};
use crate::check::go::url::{self, Url};
use crate::check::key_material::Chain;
use crate::check::location::Location;
use crate::check::report::{Draft, Report, quoted};
use crate::check::{Lint, Severity};
use crate::shown;
use crate::shown::Shown;

static INSECURE: Lint = Lint {
    id: "redirect-uri-insecure",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].redirect_uris",
    since: "0.1",
    summary: "redirect URIs use `https`, except on the same machine",
    explanation: "The code with which an application gets its tokens is sent to the redirect URI. Over `http`, \
        everyone on the way can read it. Only an address of the user's own machine (`localhost`, `127.0.0.1`, \
        `[::1]`) is safe without `https`, since nothing leaves the machine.",
    example: "redirect_uris: ['http://media.example.com/callback']",
    fix: "Serve the application over `https` and register that address.",
};

static WILDCARD: Lint = Lint {
    id: "redirect-uri-wildcard",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].redirect_uris",
    since: "0.1",
    summary: "redirect URIs contain no `*`",
    explanation: "Authelia compares redirect URIs character by character. A `*` matches only itself, so logins from \
        the addresses it was meant for fail.",
    example: "redirect_uris: ['https://*.example.com/callback']",
    fix: "Register each address.",
};

static PKCE: Lint = Lint {
    id: "pkce-public-client",
    severity: Severity::Advice,
    option: "identity_providers.oidc.enforce_pkce",
    since: "0.1",
    summary: "public clients must use PKCE",
    explanation: "A public client has no secret, so anyone who intercepts its code can use it, unless PKCE ties the \
        code to whichever client asked for it. Authelia requires PKCE for public clients unless `enforce_pkce` is \
        `never`.",
    example: "enforce_pkce: 'never'\nclients:\n  - client_id: 'app'\n    public: true",
    fix: "Set `require_pkce: true` for the client, or remove `enforce_pkce`.",
};

static PLAIN_CHALLENGE: Lint = Lint {
    id: "pkce-plain-challenge",
    severity: Severity::Advice,
    option: "identity_providers.oidc.enable_pkce_plain_challenge",
    since: "0.1",
    summary: "PKCE challenges are hashes (`S256`)",
    explanation: "PKCE protects a login even if someone reads the request: the challenge in it is a hash of the value \
        with which the application later redeems its code. A `plain` challenge is that value itself, so it protects \
        nothing from those who see the request. Authelia's documentation discourages `enable_pkce_plain_challenge`. It \
        does not matter if every client has `pkce_challenge_method: 'S256'`.",
    example: "enable_pkce_plain_challenge: true",
    fix: "Remove the option, and set applications to `S256`.",
};

static SHARED_URI: Lint = Lint {
    id: "redirect-uri-shared",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].redirect_uris",
    since: "0.1",
    summary: "no two clients share a redirect URI",
    explanation: "Two registrations with the same redirect URI usually belong to the same application, and one of \
        them was forgotten. If they are two applications, each can receive the other's logins.",
    example: "clients:\n  - client_id: 'a'\n    redirect_uris: ['https://a.example.com/cb']\n  - client_id: 'b'\n    redirect_uris: ['https://a.example.com/cb']",
    fix: "Remove the registration that is not used, or correct the address.",
};

static SHARED_SECRET: Lint = Lint {
    id: "client-secret-shared",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].client_secret",
    since: "0.1",
    summary: "no two clients share a secret",
    explanation: "If two applications share a secret, each can impersonate the other, and a leaked secret must be \
        changed in both.",
    example: "clients:\n  - client_id: 'a'\n    client_secret: '$pbkdf2-sha512$…'  # the same\n  - client_id: 'b'\n    client_secret: '$pbkdf2-sha512$…'  # as here",
    fix: "`agepatch client rotate ID` generates a new secret for one of them.",
};

static PLAIN: Lint = Lint {
    id: "client-secret-in-the-clear",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].client_secret",
    since: "0.1",
    summary: "a secret in plain text can be avoided",
    explanation: "Authelia needs a client's secret itself if it signs with it (`client_secret_jwt`, `HS256`, and \
        similar). The registration is valid, but anyone who reads the configuration can act as the application.",
    example: "id_token_signed_response_alg: 'HS256'\nclient_secret: 'insecure_secret'",
    fix: "If the application supports `client_secret_basic` and `RS256`, use those and a digest.",
};

static EXPIRY: Lint = Lint {
    id: "certificate-expiry",
    severity: Severity::Advice,
    option: "identity_providers.oidc.jwks[].certificate_chain",
    since: "0.1",
    summary: "certificates of keys do not expire within 30 days",
    explanation: "Authelia does not start with an expired certificate under `jwks`. A running Authelia does not \
        notice, so the failure comes with some later restart, when nobody expects it.",
    example: "jwks:\n  - key_id: 'main'\n    certificate_chain: |  # valid for another week",
    fix: "Renew the certificate, or remove `certificate_chain`: signatures do not need it.",
};

static NAME: Lint = Lint {
    id: "client-name-missing",
    severity: Severity::Advice,
    option: "identity_providers.oidc.clients[].client_name",
    since: "0.1",
    summary: "a client has a name that users see",
    explanation: "When Authelia asks a user for consent, it calls the application by its `client_name`. Without one, \
        users see the id.",
    example: "clients:\n  - client_id: 'media'  # and no client_name",
    fix: "Set `client_name` to what users call the application.",
};

static HMAC: Lint = Lint {
    id: "hmac-secret",
    severity: Severity::Advice,
    option: "identity_providers.oidc.hmac_secret",
    since: "0.1",
    summary: "the provider has a secret for the tokens that it issues",
    explanation: "Authelia protects the tokens that it issues with `hmac_secret`. It starts without one, but then \
        tokens are not protected as they should be. When the value changes, all tokens become invalid.",
    example: "identity_providers:\n  oidc:\n    clients: []  # and no hmac_secret",
    fix: "Set it to a random value: `agepatch set FILE identity_providers.oidc.hmac_secret --generate 64`.",
};

pub(in crate::check) static LINTS: &[&Lint] =
    &[&INSECURE, &WILDCARD, &PKCE, &PLAIN_CHALLENGE, &SHARED_URI, &SHARED_SECRET, &PLAIN, &EXPIRY, &NAME, &HMAC];

const SOON: i64 = 30 * 24 * 3600;

pub(super) fn check(context: &ProviderContext<'_>, report: &mut Report<'_>) {
    let provider = context.provider;
    if !provider.has_hmac_secret && report.is_complete() {
        let at = Location::provider().key("hmac_secret");
        report.add(Draft::new(&HMAC, at, Shown::fixed("the provider has no `hmac_secret`")));
    }
    if provider.enable_pkce_plain_challenge
        && provider.clients.iter().any(|client| client.pkce_challenge_method != "S256")
    {
        let message = Shown::fixed("applications may send the PKCE verifier itself as its challenge");
        report.add(Draft::new(&PLAIN_CHALLENGE, Location::provider().key("enable_pkce_plain_challenge"), message));
    }
    let expiry = |chain: &Chain, at: Location, report: &mut Report<'_>| {
        let left = |until: i64| until - context.options.now.as_second();
        if chain.certificates().iter().any(|one| (0..SOON).contains(&left(one.not_after))) {
            report.add(Draft::new(&EXPIRY, at, Shown::fixed("a certificate expires within 30 days")));
        }
    };
    expiry(&provider.issuer_certificate_chain, Location::provider().key("issuer_certificate_chain"), report);
    for (index, jwk) in provider.jwks.iter().enumerate() {
        expiry(&jwk.chain, Location::provider().key("jwks").index(index).key("certificate_chain"), report);
    }
    let mut shared = Shared::default();
    for (index, client) in provider.clients.iter().enumerate() {
        if !report.looks_at(index) {
            continue;
        }
        check_client(context, index, client, report);
        for (key, jwk) in client.jwks.iter().enumerate() {
            expiry(&jwk.chain, Location::client(index).key("jwks").index(key).key("certificate_chain"), report);
        }
        shared.check(index, client, report);
    }
}

fn check_client(context: &ProviderContext<'_>, index: usize, client: &Client, report: &mut Report<'_>) {
    let at = |key: &'static str| Location::client(index).key(key);
    if !client.has_name {
        let message = Shown::fixed("users see the client's id instead of a name");
        report.add(Draft::new(&NAME, at("client_name"), message));
    }
    if client.public && context.provider.enforce_pkce == "never" && !client.require_pkce {
        let message =
            Shown::fixed("this public client need not use PKCE: anyone who intercepts a login can take it over");
        report.add(Draft::new(&PKCE, at("require_pkce"), message));
    }
    if client.secret.is_plain() && needs_plain(client) {
        let message = Shown::fixed("the secret must be here in plain text as long as Authelia signs with it");
        report.add(Draft::new(&PLAIN, at("client_secret"), message));
    }
    for (position, uri) in client.redirect_uris.iter().enumerate().filter(|(_, uri)| *uri != OUT_OF_BAND) {
        let at = at("redirect_uris").index(position);
        if uri.contains('*') {
            let message = shown!("the `*` in {} is not a wildcard: it matches only itself", quoted(uri));
            report.add(Draft::new(&WILDCARD, at.clone(), message));
        }
        if url::parse(uri).is_ok_and(|url| url.scheme == "http" && !is_loopback(&url)) {
            let message = shown!("anyone on the network can read the logins sent to {}", quoted(uri));
            report.add(Draft::new(&INSECURE, at, message));
        }
    }
}

/// Whether Authelia signs something with the client's secret.
fn needs_plain(client: &Client) -> bool {
    client.endpoints.iter().any(|endpoint| endpoint.method == "client_secret_jwt")
        || client.signed.iter().any(|signed| signed.kid.is_empty() && signed.alg.starts_with("HS"))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_name();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[derive(Default)]
struct Shared {
    uris: HashMap<String, usize>,
    secrets: HashMap<[u8; 32], usize>,
}

impl Shared {
    fn check(&mut self, index: usize, client: &Client, report: &mut Report<'_>) {
        // A client that is registered twice is reported as that.
        let is_other =
            |first: usize, report: &Report<'_>| first != index && report.client(first) != report.client(index);
        for (position, uri) in client.redirect_uris.iter().enumerate() {
            let first = *self.uris.entry(uri.clone()).or_insert(index);
            if is_other(first, report) && uri != OUT_OF_BAND {
                let message = shown!("the client {} also has {}", report.client(first), quoted(uri));
                let at = Location::client(index).key("redirect_uris").index(position);
                report.add(Draft::new(&SHARED_URI, at, message));
            }
        }
        if let Secret::Plain(hash) | Secret::Digest(hash) = client.secret {
            let first = *self.secrets.entry(hash).or_insert(index);
            if is_other(first, report) {
                let message = shown!("the client {} has the same secret", report.client(first));
                report.add(Draft::new(&SHARED_SECRET, Location::client(index).key("client_secret"), message));
            }
        }
    }
}
