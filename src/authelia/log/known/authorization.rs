//! Login requests that the registration or Authelia does not permit.

use super::super::super::cause::FaultySide::{Application, Either, Registration};
use super::KnownFailure;

pub(super) const KNOWN: &[KnownFailure] = &[
    KnownFailure::new(
        "grant-type",
        &["not allowed to use", "authorization grant '"],
        Either,
        "the client may not use this grant",
        "register it, or set the application to another flow",
    )
    .option("grant_types")
    .requested(&["authorization grant '"]),
    KnownFailure::new(
        "grant-type",
        &["Client does not have the '", "' grant"],
        Either,
        "the client may not use this grant",
        "register it, or set the application to another flow",
    )
    .option("grant_types")
    .requested(&["does not have the '"]),
    KnownFailure::new(
        "grant-type-unknown",
        &["requested grant type '"],
        Application,
        "the application asks for a grant that Authelia does not know",
        "set the application to the authorization code flow",
    )
    .option("grant_types")
    .requested(&["requested grant type '"]),
    KnownFailure::new(
        "grant-type-unknown",
        &["authorization grant type is not supported"],
        Application,
        "the application asks for a grant that Authelia does not know",
        "set the application to the authorization code flow",
    ),
    KnownFailure::new(
        "redirect-uri",
        &["did not match 'redirect_uri' value '"],
        Either,
        "the application's redirect URI is not among those registered; they are compared character by character",
        "register `{requested}`, or correct the address in the application's settings (often its own base URL)",
    )
    .option("redirect_uris")
    .requested(&["'redirect_uri' value '"]),
    KnownFailure::new(
        "redirect-uri-missing",
        &["'redirect_uri'", "is required when"],
        Application,
        "the application sends no redirect URI, but OpenID Connect requires one",
        "set the application's redirect URI (often its own base URL) to one that is registered",
    )
    .option("redirect_uris"),
    KnownFailure::new(
        "redirect-uri-changed",
        &["'redirect_uri' from this request does not match the one from the authorize request"],
        Application,
        "the application sends another redirect URI for the token than it sent for the login",
        "the login was asked for with `{clue}`: set the application's own base URL, and the scheme and host that a proxy in front of it reports, so that both are the same",
    )
    .option("redirect_uris")
    .clue(&["original 'redirect_uri' parameter value '"]),
    KnownFailure::new(
        "redirect-uri-insecure",
        &["Redirect URL is using an insecure protocol"],
        Either,
        "the application's redirect URI begins with `http://`, and is not on the same machine",
        "serve the application over https, and register that address",
    )
    .option("redirect_uris"),
    KnownFailure::new(
        "redirect-uri-malformed",
        &["redirect URI '", "contains an illegal character"],
        Application,
        "the application's redirect URI is invalid: it has a `#`, or no scheme and host",
        "correct the address in the application's settings",
    )
    .option("redirect_uris")
    .requested(&["redirect URI '"]),
    KnownFailure::new(
        "scope",
        &["not allowed to request scope '"],
        Either,
        "the application asks for a scope that is not registered",
        "register `{requested}`, or configure the application not to ask for it",
    )
    .option("scopes")
    .requested(&["request scope '"]),
    KnownFailure::new(
        "scope",
        &["must only be requested by itself"],
        Application,
        "the application asks for a scope that must be alone, together with others",
        "configure the application to ask for it alone",
    )
    .option("scopes")
    .requested(&["The scope '"]),
    KnownFailure::new(
        "scope-not-granted",
        &["request scope '", "has not been granted"],
        Application,
        "the application asks for a scope that was not granted at the login",
        "configure the application to ask for it at the login, and log in again",
    )
    .option("scopes")
    .requested(&["request scope '"]),
    KnownFailure::new(
        "scope-not-granted",
        &["requested scope '", "was not originally granted"],
        Application,
        "the application asks for a scope that was not granted at the login",
        "configure the application to ask for it at the login, and log in again",
    )
    .option("scopes")
    .requested(&["requested scope '"]),
    KnownFailure::new(
        "audience",
        &["Requested audience '"],
        Either,
        "the application asks for an audience that is not registered",
        "register `{requested}` under `audience`, or configure the application not to ask for it",
    )
    .option("audience")
    .requested(&["Requested audience '"]),
    KnownFailure::new(
        "response-type",
        &["not allowed to request response_type '"],
        Either,
        "the application asks for a response type that is not registered",
        "set the application to `code`, the authorization code flow, or register `{requested}`",
    )
    .option("response_types")
    .requested(&["response_type '"]),
    KnownFailure::new(
        "response-type-missing",
        &["missing the 'response_type' parameter"],
        Application,
        "the application does not say which response type it wants",
        "set the application to `code`, the authorization code flow",
    )
    .option("response_types"),
    KnownFailure::new(
        "response-mode",
        &["'response_mode' requested was '"],
        Either,
        "the application asks for a response mode that is not registered",
        "register `{requested}`, or configure the application not to ask for a response mode",
    )
    .option("response_modes")
    .requested(&["requested was '"]),
    KnownFailure::new(
        "response-mode",
        &["omitted the response_mode", "default response_mode"],
        Registration,
        "the application asks for no response mode, and the usual one is not registered",
        "register `{requested}`",
    )
    .option("response_modes")
    .requested(&["default response_mode \""]),
    KnownFailure::new(
        "response-mode-unknown",
        &["unsupported response_mode '"],
        Application,
        "the application asks for a response mode that does not exist",
        "configure the application to ask for no response mode, or for `query` or `form_post`",
    )
    .option("response_modes")
    .requested(&["response_mode '"]),
    KnownFailure::new(
        "response-mode-insecure",
        &["Insecure response_mode '"],
        Application,
        "the application asks for tokens in the address bar, where others can read them",
        "configure the application to ask for no response mode, or for `fragment` or `form_post`",
    )
    .option("response_modes")
    .requested(&["response_mode '"]),
    KnownFailure::new(
        "pkce-missing",
        &["must include a 'code_challenge"],
        Either,
        "PKCE is required, but the application does not use it",
        "turn on PKCE with S256 in the application; if it does not support PKCE, set `require_pkce: false` (for a public client also another `enforce_pkce`)",
    )
    .option("require_pkce"),
    KnownFailure::new(
        "pkce-method",
        &["enforces the 'S256' PKCE", "'code_challenge_method' value '"],
        Application,
        "the application uses the PKCE challenge method `plain`, and Authelia permits S256 only",
        "set the application's PKCE method to S256; `enable_pkce_plain_challenge` would weaken every client",
    )
    .option("pkce_challenge_method")
    .requested(&["'code_challenge_method' value '"]),
    KnownFailure::new(
        "pkce-method",
        &["'code_challenge_method' value '", "doesn't know how to handle"],
        Application,
        "the application uses a PKCE challenge method that does not exist",
        "set the application's PKCE method to S256",
    )
    .option("pkce_challenge_method")
    .requested(&["'code_challenge_method' value '"]),
    KnownFailure::new(
        "pkce-method",
        &["'code_challenge_method' value '"],
        Either,
        "the application uses another PKCE challenge method than the required one",
        "set the application's PKCE method to `{registered}`",
    )
    .option("pkce_challenge_method")
    .registered(&["and requires method '"])
    .requested(&["'code_challenge_method' value '"]),
    KnownFailure::new(
        "state-too-short",
        &["'state' must be at least"],
        Application,
        "the application's `state` parameter is shorter than `minimum_parameter_entropy` requires",
        "update the application: its `state` must have 8 characters or more; lowering `minimum_parameter_entropy` would weaken every client",
    ),
    KnownFailure::new(
        "nonce-too-short",
        &["'nonce' ", "minimum entropy"],
        Application,
        "the application's `nonce` parameter is shorter than `minimum_parameter_entropy` requires",
        "update the application: its `nonce` must have 8 characters or more",
    ),
    KnownFailure::new(
        "nonce-too-short",
        &["'nonce' must be at least"],
        Application,
        "the application's `nonce` parameter is shorter than `minimum_parameter_entropy` requires",
        "update the application: its `nonce` must have 8 characters or more",
    ),
    KnownFailure::new(
        "nonce-missing",
        &["'nonce' must be set"],
        Application,
        "the application sends no `nonce`, but the implicit and hybrid flows require one",
        "set the application to `code`, the authorization code flow",
    ),
    KnownFailure::new(
        "pushed-request-required",
        &["Pushed Authorization Requests", "require"],
        Either,
        "pushed authorization requests (PAR) are required, but the application does not use them",
        "turn on pushed authorization requests in the application; if it cannot, remove `require_pushed_authorization_requests`",
    )
    .option("require_pushed_authorization_requests"),
    KnownFailure::new(
        "pushed-request-unknown",
        &["'request_uri' provided is invalid"],
        Application,
        "the pushed login request (PAR) has expired, was used already, or never existed",
        "start the login again in the application; if it happens each time, check its clock and caches",
    ),
    KnownFailure::new(
        "pushed-request-unknown",
        &["requested PAR session was not found"],
        Application,
        "the pushed login request (PAR) has expired, was used already, or never existed",
        "start the login again in the application; if it happens each time, check its clock and caches",
    ),
    KnownFailure::new(
        "request-uri",
        &["'request_uri' parameter with value '", "not whitelisted"],
        Either,
        "the application refers to a request object at an address that is not registered",
        "register `{requested}` under `request_uris`",
    )
    .option("request_uris")
    .requested(&["'request_uri' parameter with value '"]),
    KnownFailure::new(
        "request-object",
        &["equest object"],
        Application,
        "the application sends a signed request that Authelia cannot accept",
        "compare the application's key and algorithm with `request_object_signing_alg` and the client's `jwks`, or configure it to send plain requests",
    )
    .option("request_object_signing_alg"),
    KnownFailure::new(
        "request-object",
        &["'request_object_signing_alg' value"],
        Registration,
        "the application sends a signed request, and the registration has no matching key",
        "give the client `jwks` or `jwks_uri`, or configure the application to send plain requests",
    )
    .option("request_object_signing_alg"),
    KnownFailure::new(
        "redirect-uri",
        &["does not match any of the OAuth 2.0 Client's pre-registered"],
        Either,
        "the redirect URI that the application sends is not registered; this message does not contain it",
        "`agepatch diagnose --url` with the address from the browser's address bar, before the login, names it",
    )
    .option("redirect_uris"),
];
