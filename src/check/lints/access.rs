//! Who may use a client, and for how long.

use super::{EffectiveClient, ProviderContext};
use crate::check::report::{Draft, Fix, Report, any_of, quoted};
use crate::check::{Lint, Severity};
use crate::document::{Value, nearest};
use crate::shown;

static AUTHORIZATION_POLICY: Lint = Lint {
    id: "authorization-policy",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].authorization_policy",
    since: "4.38",
    summary: "a client's policy is `one_factor`, `two_factor`, or a defined one",
    explanation: "The policy sets how users must log in before they may use the application: with a password \
        (`one_factor`), also with a second factor (`two_factor`, the default), or by a policy of your own under \
        `authorization_policies`. A client that logs in as itself, without a user (the grant `client_credentials`), \
        can only have `one_factor`.",
    example: "authorization_policy: 'admins'  # must be under identity_providers.oidc.authorization_policies",
    fix: "Use one of the two, or define the policy. `deny` is not possible here: to disable a client, remove it, or \
        define a policy whose `default_policy` is `deny`.",
};

static LIFESPAN: Lint = Lint {
    id: "lifespan",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].lifespan",
    since: "4.38",
    summary: "a client's lifespan is defined",
    explanation: "`identity_providers.oidc.lifespans` sets how long tokens are valid. A client can have its own set \
        of lifespans, which it names here; the set must be under `lifespans.custom`.",
    example: "lifespan: 'long'  # must be under identity_providers.oidc.lifespans.custom",
    fix: "Define the set of that name, or remove the option.",
};

static PKCE_METHOD: Lint = Lint {
    id: "pkce-challenge-method",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].pkce_challenge_method",
    since: "4.38",
    summary: "the PKCE method is `S256` or `plain`",
    explanation: "PKCE protects a login from someone who intercepts the response to the application: the application \
        first sends the hash of a random number, and later the number itself. `S256` is that hash; `plain` sends the \
        number itself, which protects from little. There are no other methods.",
    example: "pkce_challenge_method: 'SHA256'  # 'S256'",
    fix: "Write `S256`, with a capital S.",
};

static AUDIENCE_MODE: Lint = Lint {
    id: "requested-audience-mode",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].requested_audience_mode",
    since: "4.38",
    summary: "the audience mode is `explicit` or `implicit`",
    explanation: "A token names the services it is meant for: its audience. With `explicit` (the default) these are \
        the ones that the application asks for; with `implicit`, all that the client's `audience` lists, unless the \
        application asks for some of them.",
    example: "requested_audience_mode: 'auto'",
    fix: "Use `explicit`, or remove the option.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&AUTHORIZATION_POLICY, &LIFESPAN, &PKCE_METHOD, &AUDIENCE_MODE];

/// Checks the client's policy, lifespan, PKCE method, and audience mode.
pub(in crate::check) fn check(context: &ProviderContext<'_>, effective: &EffectiveClient<'_>, report: &mut Report<'_>) {
    policy(context, effective, report);
    let client = effective.client;
    if !client.lifespan.is_empty() && !context.provider.lifespans.contains(&client.lifespan) {
        let message = shown!("no lifespan {} is defined", quoted(&client.lifespan));
        report.add_unless_elsewhere(Draft::new(&LIFESPAN, effective.at("lifespan"), message));
    }
    let method = client.pkce_challenge_method.as_str();
    if !matches!(method, "" | "plain" | "S256") {
        let message = shown!("{} is not a method of PKCE: use `S256`", quoted(method));
        let at = effective.at("pkce_challenge_method");
        let mut draft = Draft::new(&PKCE_METHOD, at.clone(), message);
        if matches!(method.to_ascii_lowercase().as_str(), "s256" | "sha256" | "sha-256") {
            draft = draft.fix(Fix::Set(at, Value::string("S256")));
        }
        report.add(draft);
    }
    let mode = client.requested_audience_mode.as_str();
    if !matches!(mode, "" | "explicit" | "implicit") {
        let message = shown!("{} is not an audience mode: use `explicit` or `implicit`", quoted(mode));
        report.add(Draft::new(&AUDIENCE_MODE, effective.at("requested_audience_mode"), message));
    }
}

fn policy(context: &ProviderContext<'_>, effective: &EffectiveClient<'_>, report: &mut Report<'_>) {
    let policy = effective.client.authorization_policy.as_str();
    let at = effective.at("authorization_policy");
    if policy.is_empty() {
        return;
    }
    if effective.client_credentials {
        if policy != "one_factor" {
            let message = shown!("a client that logs in by itself must have `one_factor`, not {}", quoted(policy));
            report.add(Draft::new(&AUTHORIZATION_POLICY, at, message));
        }
    } else if !context.policies.contains(policy) {
        let mut names: Vec<&str> = context.policies.iter().copied().collect();
        names.sort_unstable();
        let message = shown!("no policy {} is defined", quoted(policy));
        let help = match nearest::name(names.iter().copied(), policy) {
            Some(near) => shown!("did you mean {}?", quoted(near)),
            None => shown!("there are {}", any_of(&names)),
        };
        let draft = Draft::new(&AUTHORIZATION_POLICY, at, message).help(help);
        if matches!(policy, "deny" | "bypass") { report.add(draft) } else { report.add_unless_elsewhere(draft) }
    }
}
