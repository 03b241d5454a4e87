//! Logins refused by a policy, by the user, or because of the requested claims.

use super::super::super::cause::FaultySide::{Application, Either, Registration};
use super::KnownFailure;

pub(super) const KNOWN: &[KnownFailure] = &[
    KnownFailure::new(
        "authorization-policy",
        &["is not authorized to use this client"],
        Registration,
        "the user may not use this client: the authorization policy denies it",
        "compare the user's groups with the client's `authorization_policy`; Authelia takes them from the users' file or LDAP",
    )
    .option("authorization_policy")
    .registered(&["using policy '"]),
    KnownFailure::new(
        "authorization-policy",
        &["user was denied access to this client"],
        Registration,
        "the user may not use this client: the authorization policy denies it",
        "compare the user's groups with the client's `authorization_policy`; Authelia takes them from the users' file or LDAP",
    )
    .option("authorization_policy"),
    KnownFailure::new(
        "authorization-policy",
        &["did not satisfy the client authorization policy"],
        Registration,
        "the user may not use this client: the authorization policy denies it",
        "compare the user's groups with the client's `authorization_policy`; Authelia takes them from the users' file or LDAP",
    )
    .option("authorization_policy"),
    KnownFailure::new(
        "consent-needed",
        &["'prompt' type of 'none' was requested but client is configured to require consent"],
        Either,
        "the application wants to log in without asking the user, but the client requires consent",
        "set `consent_mode` to `implicit` or `pre-configured`, or configure the application not to send `prompt=none`",
    )
    .option("consent_mode"),
    KnownFailure::new(
        "login-needed",
        &["'prompt' type of 'none' was requested but the user is not logged in"],
        Application,
        "the application wants to log in without asking the user, and the user has no session",
        "log in once by hand; if it happens each time, configure the application not to send `prompt=none`",
    ),
    KnownFailure::new(
        "login-needed",
        &["Failed to validate OpenID Connect request because"],
        Application,
        "the application requires a fresh login (`prompt`, `max_age`, `id_token_hint`), which the session does not satisfy",
        "log out of Authelia and in again; if it happens each time, remove those parameters from the application's settings",
    ),
    KnownFailure::new(
        "prompt",
        &["prompt value", "prohibited prompt values"],
        Application,
        "the application sends a `prompt` that is not permitted",
        "configure the application to send `login`, `consent`, `none`, or no `prompt`",
    )
    .requested(&["requested prompt value '"]),
    KnownFailure::new(
        "prompt",
        &["'prompt' was set to 'none', but contains other values"],
        Application,
        "the application sends a `prompt` that is not permitted",
        "configure the application to send `login`, `consent`, `none`, or no `prompt`",
    ),
    KnownFailure::new(
        "claims",
        &["laims", "not permitted"],
        Either,
        "the application asks for claims that none of its scopes includes",
        "register the scopes that include them, or configure the application not to ask for those claims",
    )
    .option("scopes"),
    KnownFailure::new(
        "claims",
        &["'claims' parameter"],
        Application,
        "the application sends a `claims` parameter that is not JSON of the right shape",
        "configure the application not to send `claims`",
    ),
    KnownFailure::new(
        "consent-denied",
        &["user has denied the request"],
        Application,
        "the user denied the request on Authelia's consent page",
        "log in again and accept, if that was a mistake",
    ),
];
