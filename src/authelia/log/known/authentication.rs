//! Failures of the application to authenticate.

use super::super::super::cause::FaultySide::{Application, Either, Registration};
use super::KnownFailure;

pub(super) const KNOWN: &[KnownFailure] = &[
    KnownFailure::new(
        "auth-method",
        &["is configured to only support '"],
        Either,
        "the application uses another authentication method than the registered one",
        "register `{requested}`, or set the application to `{registered}`",
    )
    .option_after(&["is configured to only support '"])
    .registered(&["is configured to only support '…' method '"])
    .requested(&["request was determined to be using '…' method '", "but the method '"]),
    KnownFailure::new(
        "auth-method",
        &["is configured with a confidential client type but only"],
        Application,
        "the application sends no client secret, and the client is registered as one that has a secret",
        "give the application its client secret; `agepatch client rotate` generates a new one if it is lost",
    )
    .option_after(&["can use this '", "The '"])
    .always_requested("none"),
    KnownFailure::new(
        "auth-method",
        &["method 'none' was determined to be used, but the"],
        Application,
        "the application sends no client secret, and this endpoint requires one",
        "give the application its client secret",
    )
    .option_after(&["The '"])
    .always_requested("none"),
    // The message shown by the application or the browser, without the sentence that names the client. Authelia swaps
    // the names of method and endpoint if none was used.
    KnownFailure::new(
        "auth-method",
        &["'none_endpoint_auth_method' method '", "client registration does not allow this method"],
        Application,
        "the application sends no client secret, and the client is registered as one that has a secret",
        "give the application its client secret; `agepatch client rotate` generates a new one if it is lost",
    )
    .option("token_endpoint_auth_method")
    .always_requested("none"),
    KnownFailure::new(
        "auth-method",
        &["determined to be using '", "_endpoint_auth_method' method '", "client registration does not allow this method"],
        Either,
        "the application uses another authentication method than the registered one",
        "register `{requested}`, or set the application to the registered method",
    )
    .option_after(&["determined to be using '"])
    .requested(&["determined to be using '…' method '"]),
    KnownFailure::new(
        "auth-method",
        &["client registration does not allow this method"],
        Either,
        "the application uses another authentication method than the registered one",
        "register `{requested}`, or set the application to the registered method",
    )
    .option("token_endpoint_auth_method")
    .requested(&["_endpoint_auth_method' method '", "_endpoint_auth_method '", "determined to be using '"]),
    KnownFailure::new(
        "several-auth-methods",
        &["more than one known authentication method"],
        Application,
        "the application uses several authentication methods in one request",
        "set the application to only the registered method",
    )
    .option("token_endpoint_auth_method")
    .requested(&["determined to be used were '"]),
    KnownFailure::new(
        "client-secret-missing",
        &["has no 'client_secret' however"],
        Registration,
        "the application authenticates with a secret, and the registration has none",
        "`agepatch client rotate` gives both sides a secret, or set `public: true` if the application cannot keep one",
    )
    .option("client_secret"),
    KnownFailure::new(
        "client-secret",
        &["client secret did not match"],
        Either,
        "the application's client secret is not the one whose digest is registered, or it is encoded wrongly on the way",
        "`agepatch client verify` reports whether both halves agree, `agepatch client rotate` generates a new secret on both sides; if they agree, the application changes the secret on the way: it must be encoded as `application/x-www-form-urlencoded`, without white space around it",
    )
    .option("client_secret"),
    KnownFailure::new(
        "client-secret-encoding",
        &["client secret in the HTTP"],
        Application,
        "the application sends its client secret in a form that cannot be decoded",
        "the secret must be encoded as `application/x-www-form-urlencoded`; `agepatch client rotate` generates one that needs no encoding",
    )
    .option("client_secret"),
    KnownFailure::new(
        "client-id-encoding",
        &["client id in the HTTP"],
        Application,
        "the application sends its client id in a form that cannot be decoded",
        "the id must be encoded as `application/x-www-form-urlencoded`, without white space around it",
    ),
    KnownFailure::new(
        "client-id-encoding",
        &["client id in the request had an invalid character"],
        Application,
        "the application sends a client id with characters in it that are not permitted",
        "correct the id in the application's settings",
    ),
    KnownFailure::new(
        "unknown-client",
        &["does not appear to be a registered client"],
        Either,
        "no client with this id is registered",
        "correct the id in the application's settings, or register it: `agepatch client add {client}`",
    ),
    KnownFailure::new(
        "unknown-client",
        &["could not be processed: client was not found"],
        Either,
        "no client with this id is registered",
        "correct the id in the application's settings, or register it: `agepatch client add {client}`",
    ),
    KnownFailure::new(
        "unknown-client",
        &["No client with id '"],
        Either,
        "no client with this id is registered",
        "correct the id in the application's settings, or register it: `agepatch client add {client}`",
    ),
    KnownFailure::new(
        "unknown-client",
        &["requested OAuth 2.0 Client does not exist"],
        Either,
        "no client with this id is registered",
        "correct the id in the application's settings, or register it: `agepatch client add ID`",
    ),
    KnownFailure::new(
        "signed-otherwise",
        &["due to the client registration '", "header value '"],
        Either,
        "the application signs or encrypts differently from its registration",
        "register `{requested}`, or set the application to `{registered}`",
    )
    .option_after(&["due to the client registration '"])
    .registered(&["header value '"])
    .requested(&["due to the client registration '…header value '"]),
    KnownFailure::new(
        "signed-otherwise",
        &["only supports the '", "' algorithm"],
        Either,
        "the application signs by another algorithm than the one registered",
        "register `{requested}`, or set the application to `{registered}`",
    )
    .option("token_endpoint_auth_signing_alg")
    .registered(&["only supports the '"])
    .requested(&["_auth_signing_alg' value '"]),
    // Authelia tries assertions last, so it reports a missing one if the request has no authentication at all.
    KnownFailure::new(
        "credentials-missing",
        &["'client_assertion' must be set"],
        Application,
        "the application sends no client authentication: neither a secret nor a signed assertion",
        "give the application its client id and secret",
    ),
    KnownFailure::new(
        "credentials-missing",
        &["Unknown client_assertion_type ''"],
        Application,
        "the application sends no client authentication: neither a secret nor a signed assertion",
        "give the application its client id and secret",
    ),
    KnownFailure::new(
        "client-assertion",
        &["client assertion"],
        Application,
        "the application signs its authentication (`private_key_jwt`, `client_secret_jwt`) in a way that Authelia does not accept",
        "compare its key, algorithm, issuer, and clock with the registration",
    ),
    KnownFailure::new(
        "client-assertion",
        &["'client_assertion"],
        Application,
        "the application signs its authentication (`private_key_jwt`, `client_secret_jwt`) in a way that Authelia does not accept",
        "compare its key, algorithm, issuer, and clock with the registration",
    ),
    KnownFailure::new(
        "credentials-malformed",
        &["redentials", "HTTP authorization header"],
        Application,
        "the application sends an `Authorization` header that cannot be read",
        "it must be `Basic`, with the id and the secret, each form-encoded, in base64",
    ),
    KnownFailure::new(
        "credentials-malformed",
        &["basic scheme value was not separated by a colon"],
        Application,
        "the application sends an `Authorization` header that cannot be read",
        "it must be `Basic`, with the id and the secret, each form-encoded, in base64",
    ),
    KnownFailure::new(
        "credentials-missing",
        &["no known authentication method"],
        Application,
        "the application sends neither a client id nor a secret",
        "give the application its client id and secret",
    ),
    KnownFailure::new(
        "credentials-missing",
        &["Client ID was missing from the request"],
        Application,
        "the application sends no client id",
        "give the application its client id",
    ),
    KnownFailure::new(
        "credentials-missing",
        &["Client Credentials missing or malformed"],
        Application,
        "the application sends no client id, or no secret",
        "give the application its client id and secret",
    ),
];

/// The start of every refusal of a client, which is the least specific.
pub(super) const UNEXPLAINED: &[KnownFailure] = &[KnownFailure::new(
    "client-authentication",
    &["Client authentication failed (e.g., unknown client"],
    Either,
    "Authelia did not accept how the application authenticates; this message does not give the reason",
    "Authelia's own log does; `agepatch client verify` and `agepatch client probe` try the id, the secret, and the method",
)];
