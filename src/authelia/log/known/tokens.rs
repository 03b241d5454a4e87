//! Failures after a successful login.

use super::super::super::cause::FaultySide::{Application, Registration};
use super::KnownFailure;

pub(super) const KNOWN: &[KnownFailure] = &[
    KnownFailure::new(
        "pkce-verifier",
        &["PKCE code verifier"],
        Application,
        "the application's PKCE code verifier is missing, too short, or another than at the login",
        "update the application, and let it keep its session between login and return: cookies, and one instance only",
    ),
    KnownFailure::new(
        "pkce-verifier",
        &["PKCE code challenge did not match"],
        Application,
        "the application's PKCE code verifier is missing, too short, or another than at the login",
        "let the application keep its session between login and return: cookies, and one instance only",
    ),
    KnownFailure::new(
        "pkce-verifier",
        &["Unable to find initial PKCE data"],
        Application,
        "the application sends a PKCE code verifier for a login that had none, or that Authelia no longer knows",
        "start the login again in the application",
    ),
    KnownFailure::new(
        "code-used-twice",
        &["authorization code has already been used"],
        Application,
        "the application redeems an authorization code a second time",
        "do not reload the page after the login; if it happens each time, the application or a proxy before it repeats requests",
    ),
    KnownFailure::new(
        "code-of-another-client",
        &["Client ID from this request does not match the one from the authorize request"],
        Application,
        "the authorization code was issued to another client",
        "the application has two client ids in its settings, or two applications share a redirect URI",
    ),
    KnownFailure::new(
        "code-unknown",
        &["authorization code session for the given authorization code was not found"],
        Application,
        "Authelia does not know the authorization code: it has expired, or its storage was lost",
        "log in again; if it happens each time, check Authelia's storage and the clocks of both machines",
    ),
    KnownFailure::new(
        "code-expired",
        &["Authorize Code expired at"],
        Application,
        "the application redeems an authorization code after it has expired",
        "log in again; if it happens each time, check the clocks of both machines, and `lifespans.authorize_code`",
    ),
    KnownFailure::new(
        "refresh-token-unknown",
        &["refresh token has not been found"],
        Application,
        "Authelia does not know the refresh token: it has expired or was revoked",
        "log in again: that gives the application another",
    ),
    KnownFailure::new(
        "refresh-token-expired",
        &["Refresh Token expired at"],
        Application,
        "the application uses a refresh token after it has expired",
        "log in again; `lifespans.refresh_token` sets how long they last",
    ),
    KnownFailure::new(
        "refresh-token-of-another-client",
        &["does not match the ID during the initial token issuance"],
        Application,
        "the refresh token was issued to another client",
        "log in again in the application after its client id was changed",
    ),
    KnownFailure::new(
        "refresh-token-raced",
        &["multiple concurrent requests using the same token"],
        Application,
        "the application refreshes one token several times at once",
        "run one instance of the application only, or let them share their sessions",
    ),
    without_openid(&["Access Token was not granted the appropriate scope"]),
    without_openid(&["granted scope was missing the 'openid' scope"]),
    KnownFailure::new(
        "access-token-kind",
        &["token is not an Access Token"],
        Application,
        "the application asks for user information with a token that is not an access token",
        "set the application to send the access token, not the ID token",
    ),
    KnownFailure::new(
        "access-token-expired",
        &["Access Token expired at"],
        Application,
        "the application uses an access token after it has expired",
        "log in again; `lifespans.access_token` sets how long they last",
    ),
    KnownFailure::new(
        "client-gone",
        &["access token was issued to is no longer registered"],
        Registration,
        "the client that the token was issued to is no longer registered",
        "register it again, or log in again under the client's new id",
    ),
    KnownFailure::new(
        "client-gone",
        &["User Info Request", "failed to retrieve client configuration"],
        Registration,
        "the client that the token was issued to is no longer registered",
        "register it again, or log in again under the client's new id",
    ),
    KnownFailure::new(
        "issuer-changed",
        &["effective issuer did not match"],
        Application,
        "the application talks to Authelia under two addresses",
        "let the application reach Authelia under one address, the one that users see, for every endpoint",
    ),
    KnownFailure::new(
        "device-code",
        &["user_code is"],
        Application,
        "the code that the user typed in is wrong or has expired",
        "start the login on the device again",
    ),
    KnownFailure::new(
        "device-code",
        &["Code expired at"],
        Application,
        "the code that the device showed has expired",
        "start the login on the device again",
    ),
    KnownFailure::new(
        "access-token-unknown",
        &["User Info Request", "could not be authorized"],
        Application,
        "the application asks for user information with an access token that is not valid",
        "log in again; if it happens each time, check whether a proxy removes the `Authorization` header",
    ),
    KnownFailure::new(
        "access-token-unknown",
        &["Introspection Request", "could not be authorized"],
        Application,
        "the application asks about a token, and its own token or authentication is not valid",
        "give the application its client id and secret for the introspection endpoint",
    ),
    KnownFailure::new(
        "request-malformed",
        &["expected 'POST'"],
        Application,
        "the application asks the token endpoint in a way that the protocol does not define",
        "it must be POST; a redirect from http to https turns it into a GET: set Authelia's address with https in the application",
    ),
    KnownFailure::new(
        "request-malformed",
        &["POST body can not be empty"],
        Application,
        "the application sends an empty request to the token endpoint",
        "a redirect or a proxy removes the body: set Authelia's address with https in the application",
    ),
    KnownFailure::new(
        "request-malformed",
        &["parameter 'grant_type' is missing"],
        Application,
        "the application asks the token endpoint without a grant type",
        "update the application; a proxy may remove the request's body",
    ),
];

/// User information was requested with a token without the required scope; Authelia has two messages for it.
const fn without_openid(words: &'static [&'static str]) -> KnownFailure {
    KnownFailure::new(
        "access-token-scope",
        words,
        Application,
        "the application asks for user information, and did not ask for the scope `openid` at the login",
        "configure the application to ask for `openid`",
    )
    .option("scopes")
    .always_requested("openid")
}
