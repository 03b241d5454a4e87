//! How a client authenticates at Authelia's endpoints.

use super::secrets::{SECRET_OR_PUBLIC, SecretNeeds};
use super::{EffectiveClient, ProviderContext, responses};
use crate::check::decode::{ENDPOINTS, Secret};
use crate::check::lints::issuer::SIGNING;
use crate::check::lints::secrets;
use crate::check::report::{Draft, Fix, Report, any_of, quoted};
use crate::check::{Lint, Severity};
use crate::document::Value;
use crate::shown;
use crate::shown::Shown;

static TOKEN: Lint = Lint {
    id: "token-endpoint-auth-method",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].token_endpoint_auth_method",
    since: "4.38",
    summary: "how an application authenticates when it gets a token",
    explanation: "When you log in to an application through Authelia, two exchanges take place. In the first, your \
        browser is sent to Authelia and back, and brings the application a short-lived code. In the second, which you \
        do not see, the application asks Authelia directly and trades that code for what it wants to know about you. \
        Here it must prove that it is the application it claims to be, or anyone who intercepts the code could use \
        it. The proof is its client secret, a password of its own, and this option sets how that is \
        sent.\n\n`client_secret_basic` (the default) sends it in the header of the request, `client_secret_post` in \
        its body. Both are equally safe, but the application and Authelia must agree: if the application sends it one \
        way and this option names the other, every login fails with the error `invalid_client`. `client_secret_jwt` \
        and `private_key_jwt` do not send a secret but sign something with it, or with a private key. `none` is for \
        applications that cannot keep a secret, such as those that run in a browser or on a phone: such a client is \
        registered with `public: true` and no secret.",
    example: "clients:\n  - client_id: 'media'\n    public: false\n    token_endpoint_auth_method: 'none'  # but it is not a public client",
    fix: "Look up what the application uses in its manual. If it does not say, leave the option out, try a login, and \
        give the log to `agepatch diagnose`: it names the method that the application used. For an application that \
        keeps a secret, use `client_secret_basic` or `client_secret_post`; for one that cannot, set `public: true`, \
        remove the secret, and use `none`.",
};

static REVOCATION: Lint = Lint {
    id: "revocation-endpoint-auth-method",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].revocation_endpoint_auth_method",
    since: "4.39",
    summary: "how an application authenticates when it revokes a token",
    explanation: "When a user logs out, an application can tell Authelia to forget its tokens. It authenticates there \
        as it does when it gets them, with one of the same methods (see `token-endpoint-auth-method`). The default is \
        `client_secret_basic`, and `none` for public clients.",
    example: "revocation_endpoint_auth_method: 'basic'  # 'client_secret_basic'",
    fix: "Remove the option unless the application's manual asks for another method.",
};

static INTROSPECTION: Lint = Lint {
    id: "introspection-endpoint-auth-method",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].introspection_endpoint_auth_method",
    since: "4.39",
    summary: "how an application authenticates when it asks about a token",
    explanation: "An application that receives a token can ask Authelia whether it is valid. It authenticates there \
        with one of the methods for getting tokens (see `token-endpoint-auth-method`). The default is \
        `client_secret_basic`, and `none` for public clients.",
    example: "introspection_endpoint_auth_method: 'basic'  # 'client_secret_basic'",
    fix: "Remove the option unless the application's manual asks for another method.",
};

static PUSHED: Lint = Lint {
    id: "pushed-authorization-request-endpoint-auth-method",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].pushed_authorization_request_endpoint_auth_method",
    since: "4.39",
    summary: "how an application authenticates when it announces a login",
    explanation: "An application can tell Authelia in advance what it will ask for, instead of sending it through the \
        browser. It authenticates there with one of the methods for getting tokens (see \
        `token-endpoint-auth-method`). The default is `client_secret_basic`, and `none` for public clients.",
    example: "pushed_authorization_request_endpoint_auth_method: 'basic'  # 'client_secret_basic'",
    fix: "Remove the option unless the application's manual asks for another method.",
};

static ALGORITHM: Lint = Lint {
    id: "endpoint-auth-signing-alg",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].token_endpoint_auth_signing_alg",
    since: "4.38",
    summary: "a client that authenticates by a signature uses an algorithm that fits its method",
    explanation: "With `client_secret_jwt`, an application signs with its secret, so the algorithm is `HS256` (the \
        default), `HS384` or `HS512`. With `private_key_jwt`, it signs with a private key, and the algorithm must be \
        set: `RS256`, `PS256`, `ES256`, or one of their longer variants, and one of the client's keys must be for it.",
    example: "token_endpoint_auth_method: 'private_key_jwt'\ntoken_endpoint_auth_signing_alg: 'HS256'",
    fix: "Use the algorithm that the application signs with.",
};

static KEYS: Lint = Lint {
    id: "private-key-jwt-keys",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].jwks_uri",
    since: "4.38",
    summary: "with `private_key_jwt` Authelia needs the client's public key",
    explanation: "With `private_key_jwt`, an application authenticates by a signature. To verify it, Authelia needs \
        the application's public key: under the client's `jwks`, or at the address `jwks_uri`.",
    example: "token_endpoint_auth_method: 'private_key_jwt'  # and neither jwks nor jwks_uri",
    fix: "Set `jwks_uri` to the address at which the application publishes its keys, or put the public key under `jwks`.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&TOKEN, &REVOCATION, &INTROSPECTION, &PUSHED, &ALGORITHM, &KEYS];

static METHOD_LINTS: [&Lint; 4] = [&TOKEN, &REVOCATION, &INTROSPECTION, &PUSHED];

const METHODS: [&str; 5] =
    ["none", "client_secret_post", "client_secret_basic", "private_key_jwt", "client_secret_jwt"];
const OF_SECRETS: [&str; 3] = ["HS256", "HS384", "HS512"];

/// Checks how the client authenticates at the four endpoints.
pub(in crate::check) fn check(
    context: &ProviderContext<'_>,
    effective: &mut EffectiveClient<'_>,
    report: &mut Report<'_>,
) -> SecretNeeds {
    let mut needs = SecretNeeds::default();
    let endpoints = if context.options.minor < 39 { 1 } else { ENDPOINTS.len() };
    for endpoint in 0..endpoints {
        check_endpoint(endpoint, effective, &mut needs, report);
    }
    needs
}

fn check_endpoint(
    endpoint: usize,
    effective: &mut EffectiveClient<'_>,
    needs: &mut SecretNeeds,
    report: &mut Report<'_>,
) {
    let client = effective.client;
    let (option, alg_option) = ENDPOINTS[endpoint];
    let lint = METHOD_LINTS[endpoint];
    let written = client.endpoints[endpoint].method.as_str();
    let alg = client.endpoints[endpoint].alg.as_str();
    let implicit = !effective.response_types.is_empty()
        && effective.response_types.iter().all(|kind| responses::is_implicit(kind));
    let method = match written {
        "" if client.public => "none",
        "" => "client_secret_basic",
        method => method,
    };
    if !METHODS.contains(&method) {
        let message = shown!("{} is not such a method: use {}", quoted(method), any_of(&METHODS));
        let mut draft = Draft::new(lint, effective.at(option), message);
        let set = |answer| Fix::Set(effective.at(option), Value::string(answer));
        // Either the client is not public, or the secret is superfluous: no fix is safe.
        draft = match (client.public, client.secret) {
            (true, Secret::Missing) => draft.fix(set("none")),
            (true, _) => draft.help(Shown::fixed(SECRET_OR_PUBLIC)),
            (false, _) => match intended(method) {
                Some(meant) => draft.fix(set(meant)),
                None => draft,
            },
        };
        return report.add(draft);
    }
    if method == "none" && !client.public && !implicit {
        let message = Shown::fixed("`none` is for public clients, and this one is not public");
        let help = Shown::fixed("use `client_secret_basic` or `client_secret_post`, or set `public: true`");
        report.add(Draft::new(lint, effective.at(option), message).help(help));
    } else if method != "none" && client.public {
        let message = shown!("a public client has no secret, so only `none` is possible, not {}", quoted(method));
        let draft = Draft::new(lint, effective.at(option), message);
        report.add(match client.secret {
            Secret::Missing => draft.fix(Fix::Set(effective.at(option), Value::string("none"))),
            _ => draft.help(Shown::fixed(SECRET_OR_PUBLIC)),
        });
    }
    match method {
        "client_secret_jwt" if !alg.is_empty() && !OF_SECRETS.contains(&alg) => {
            let message =
                shown!("with `client_secret_jwt` only {} are possible, not {}", any_of(&OF_SECRETS), quoted(alg));
            report.add(Draft::new(&ALGORITHM, effective.at(alg_option), message));
        }
        "private_key_jwt" => check_private_key(effective, alg, alg_option, report),
        _ => {}
    }
    if method.starts_with("client_secret_") {
        if client.public {
            return;
        }
        if !client.secret.is_valid() {
            needs.missing = true;
        } else if method == "client_secret_jwt" {
            effective.needs_plain_secret = true;
            secrets::must_be_plain(effective, option, method, report);
        }
    } else if client.secret != Secret::Missing {
        if client.public {
            needs.superfluous = true;
        } else {
            secrets::must_be_missing(effective, option, method, report);
        }
    }
}

fn check_private_key(effective: &EffectiveClient<'_>, alg: &str, alg_option: &'static str, report: &mut Report<'_>) {
    let client = effective.client;
    if alg.is_empty() {
        // Authelia names the option of the token endpoint, whichever endpoint it is about.
        let message = Shown::fixed("with `private_key_jwt` the algorithm must be set");
        report.add(Draft::new(&ALGORITHM, effective.at(ENDPOINTS[0].1), message));
    } else if !SIGNING.contains(&alg) {
        let message = shown!("with `private_key_jwt` only {} are possible, not {}", any_of(&SIGNING), quoted(alg));
        report.add(Draft::new(&ALGORITHM, effective.at(alg_option), message));
    }
    if client.jwks_uri.is_some() {
        return;
    }
    if client.jwks.is_empty() {
        let message = Shown::fixed("with `private_key_jwt` the client's public key is needed");
        report.add(Draft::new(&KEYS, effective.at("jwks_uri"), message));
    } else if !effective.key_algorithms.is_empty() && !effective.key_algorithms.iter().any(|known| known == alg) {
        let message = shown!(
            "none of the client's keys is for this algorithm: they are for {}",
            any_of(&effective.key_algorithms)
        );
        report.add(Draft::new(&ALGORITHM, effective.at(ENDPOINTS[0].1), message));
    }
}

/// The method that a misspelled one unambiguously means.
fn intended(method: &str) -> Option<&'static str> {
    let plain = method.to_ascii_lowercase().replace('-', "_");
    let named = |known: &&&str| **known == plain || known.strip_prefix("client_secret_") == Some(&plain);
    METHODS.iter().filter(|known| **known != "none").find(named).copied()
}
