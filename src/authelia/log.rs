//! Log lines → causes. Lines may be Authelia's text or JSON, with whatever a journal or a container puts before them.

use super::cause::{Cause, Side};

/// A kind of failure: by which words it is known, and what it means.
struct Known {
    name: &'static str,
    /// All of these stand in the line.
    words: &'static [&'static str],
    /// The option of the registration; empty where there is none, `?` where the line names it.
    option: &'static str,
    /// What stands before what was requested, in quotes.
    requested: &'static str,
    message: &'static str,
    side: Side,
}

/// The failures, the more telling ones first.
const KNOWN: [Known; 21] = [
    Known {
        name: "auth-method",
        words: &["request was determined to be using '", "is configured to only support '"],
        option: "?",
        requested: "' method '",
        message: "the application authenticates by another method than the one registered",
        side: Side::Either,
    },
    Known {
        name: "client-secret",
        words: &["client secret did not match"],
        option: "client_secret",
        requested: "",
        message: "the application's client secret is not the one whose digest is registered (or it is encoded wrongly on the way)",
        side: Side::Either,
    },
    Known {
        name: "unknown-client",
        words: &["does not appear to be a registered client"],
        option: "",
        requested: "",
        message: "no client with this id is registered",
        side: Side::Either,
    },
    Known {
        name: "grant-type",
        words: &["not allowed to use authorization grant '"],
        option: "grant_types",
        requested: "authorization grant '",
        message: "the client may not use this grant",
        side: Side::Either,
    },
    Known {
        name: "redirect-uri",
        words: &["did not match 'redirect_uri' value '"],
        option: "redirect_uris",
        requested: "'redirect_uri' value '",
        message: "the application's redirect URI is not among those registered; they are compared character by character",
        side: Side::Either,
    },
    Known {
        name: "redirect-uri-missing",
        words: &["'redirect_uri' parameter is required"],
        option: "redirect_uris",
        requested: "",
        message: "the application sends no redirect URI, and OpenID Connect demands one",
        side: Side::Application,
    },
    Known {
        name: "redirect-uri-changed",
        words: &["'redirect_uri' from this request does not match the one from the authorize request"],
        option: "redirect_uris",
        requested: "",
        message: "the application sends another redirect URI for the token than it sent for the login",
        side: Side::Application,
    },
    Known {
        name: "scope",
        words: &["not allowed to request scope '"],
        option: "scopes",
        requested: "request scope '",
        message: "the application asks for a scope that is not registered",
        side: Side::Either,
    },
    Known {
        name: "response-type",
        words: &["not allowed to request response_type '"],
        option: "response_types",
        requested: "response_type '",
        message: "the application asks for a response type that is not registered",
        side: Side::Either,
    },
    Known {
        name: "response-mode",
        words: &["'response_mode' requested was '"],
        option: "response_modes",
        requested: "requested was '",
        message: "the application asks for a response mode that is not registered",
        side: Side::Either,
    },
    Known {
        name: "response-mode-unknown",
        words: &["unsupported response_mode '"],
        option: "response_modes",
        requested: "response_mode '",
        message: "the application asks for a response mode that does not exist",
        side: Side::Application,
    },
    Known {
        name: "pkce-missing",
        words: &["must include a 'code_challenge'"],
        option: "require_pkce",
        requested: "",
        message: "PKCE is demanded, and the application does not use it",
        side: Side::Either,
    },
    Known {
        name: "pkce-method",
        words: &["'code_challenge_method' value '"],
        option: "pkce_challenge_method",
        requested: "'code_challenge_method' value '",
        message: "the application uses another PKCE challenge method than the one demanded",
        side: Side::Either,
    },
    Known {
        name: "pkce-verifier",
        words: &["PKCE code verifier"],
        option: "",
        requested: "",
        message: "the application's PKCE code verifier is missing, too short, or another than at the login",
        side: Side::Application,
    },
    Known {
        name: "state-too-short",
        words: &["'state' must be at least"],
        option: "",
        requested: "",
        message: "the application's `state` parameter is shorter than `minimum_parameter_entropy` demands",
        side: Side::Application,
    },
    Known {
        name: "nonce-too-short",
        words: &["'nonce' must be at least"],
        option: "",
        requested: "",
        message: "the application's `nonce` parameter is shorter than `minimum_parameter_entropy` demands",
        side: Side::Application,
    },
    Known {
        name: "code-used-twice",
        words: &["authorization code has already been used"],
        option: "",
        requested: "",
        message: "the application redeems an authorization code a second time",
        side: Side::Application,
    },
    Known {
        name: "code-of-another-client",
        words: &["Client ID from this request does not match the one from the authorize request"],
        option: "",
        requested: "",
        message: "the authorization code was issued to another client",
        side: Side::Application,
    },
    Known {
        name: "code-unknown",
        words: &["authorization code session for the given authorization code was not found"],
        option: "",
        requested: "",
        message: "Authelia does not know the authorization code: it has expired, or its storage was lost",
        side: Side::Application,
    },
    Known {
        name: "refresh-token-unknown",
        words: &["refresh token has not been found"],
        option: "",
        requested: "",
        message: "Authelia does not know the refresh token: it has expired or was revoked; a new login gives another",
        side: Side::Application,
    },
    Known {
        name: "access-token-unknown",
        words: &["User Info Request", "could not be authorized"],
        option: "",
        requested: "",
        message: "the application asks for user information with an access token that is not valid",
        side: Side::Application,
    },
];

/// The causes that the lines of a log tell, each once, in their order.
pub fn causes(log: &str) -> Vec<Cause> {
    let mut found: Vec<Cause> = Vec::new();
    for cause in log.lines().filter_map(cause) {
        if !found.contains(&cause) {
            found.push(cause);
        }
    }
    found
}

fn cause(line: &str) -> Option<Cause> {
    let known = KNOWN.iter().find(|known| known.words.iter().all(|words| line.contains(words)))?;
    let option = match known.option {
        "" => None,
        "?" => quoted(line, "determined to be using '"),
        option => Some(option),
    };
    let registered = line.split_once("only support '").and_then(|(_, rest)| quoted(rest, "' method '"));
    let requested = (!known.requested.is_empty()).then(|| quoted(line, known.requested)).flatten();
    Some(Cause {
        name: known.name,
        client: client(line).map(str::to_owned),
        option: option.map(str::to_owned),
        registered: registered.map(str::to_owned),
        requested: requested.map(str::to_owned),
        message: known.message,
        side: known.side,
    })
}

/// The client that the line names; the last one named, since a request's id stands before it.
fn client(line: &str) -> Option<&str> {
    ["client with id '", "Client with id '"].iter().filter_map(|words| quoted(line, words)).next_back()
}

/// What stands between `before` and the next quote.
fn quoted<'l>(line: &'l str, before: &str) -> Option<&'l str> {
    let (_, rest) = line.split_once(before)?;
    rest.split_once('\'').map(|(text, _)| text)
}
