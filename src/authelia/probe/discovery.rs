//! Reads the discovery document: whether this is the issuer, and where its token endpoint is.

use url::Url;

use super::http::{Asker, Reply};
use super::{Failure, ProbeOutcome};
use crate::shown;
use crate::shown::{Address, Shown};

/// The path of the document below the issuer (`OpenID` Connect Discovery 1.0, 4).
const PATH: &str = ".well-known/openid-configuration";

/// The token endpoint of the issuer.
pub(super) fn ask(asker: &Asker, issuer: &Url, answer: &mut ProbeOutcome) -> Result<Url, Failure> {
    let mut base = issuer.clone();
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    let place = base.join(PATH).unwrap_or(base);
    let reply = asker.get(&place)?;
    answer.reachable = true;
    if reply.status.as_u16() != 200 {
        return Err(refusal(&reply, &place));
    }
    let Some(document) = reply.object() else {
        return Err(Failure::new(
            "not-oidc",
            shown!("{} is {}, not a discovery document", place, kind_of(&reply.body)),
            "give the address under which users log in to Authelia; if it is that, the proxy sends another page here",
        ));
    };
    let harmless = |text: &&str| !text.chars().any(char::is_control);
    let text = |name: &str| document.get(name).and_then(serde_json::Value::as_str).filter(harmless);
    let (Some(named), Some(endpoint)) = (text("issuer"), text("token_endpoint")) else {
        return Err(Failure::new(
            "not-oidc",
            shown!("the document at {} has no `issuer` and `token_endpoint`", place),
            "give the address under which users log in to Authelia",
        ));
    };
    let meant = issuer.as_str().trim_end_matches('/');
    if named.trim_end_matches('/') != meant {
        return Err(Failure::new(
            "wrong-issuer",
            shown!("the issuer at {} identifies itself as {}", Address::shown(meant), Address::shown(named)),
            shown!(
                "probe {}, and give the application that address; if it is not Authelia's, check the `X-Forwarded-Host` and `X-Forwarded-Proto` that the proxy sends",
                Address::shown(named)
            ),
        ));
    }
    endpoint_of(issuer, endpoint).inspect(|endpoint| answer.token_endpoint = Some(endpoint.to_string()))
}

/// Checks the endpoint, since the secret may only be sent to the issuer's own host.
fn endpoint_of(issuer: &Url, endpoint: &str) -> Result<Url, Failure> {
    let url = Url::parse(endpoint).ok().filter(|url| url.origin() == issuer.origin());
    url.ok_or_else(|| {
        Failure::new(
            "wrong-issuer",
            shown!(
                "the token endpoint {} is not on the issuer's own host, so the secret is not sent there",
                Address::shown(endpoint)
            ),
            "check the `X-Forwarded-Host` and `X-Forwarded-Proto` that the proxy sends to Authelia",
        )
    })
}

/// Explains why the document could not be read.
fn refusal(reply: &Reply, place: &Url) -> Failure {
    let status = reply.status.as_u16();
    match (status, &reply.location) {
        (300..=399, Some(location)) => redirected(place, location),
        (401 | 403, _) => Failure::new(
            "login-page",
            shown!("{} requires a login (HTTP {})", place, status),
            "the proxy protects Authelia's own address: let it pass there without `forward_auth` or `auth_request`",
        ),
        (404 | 405 | 410, _) => Failure::new(
            "not-oidc",
            shown!("there is no discovery document at {} (HTTP {})", place, status),
            "give the address under which users log in to Authelia; if it is that, Authelia runs without `identity_providers.oidc`",
        ),
        (429, _) => Failure::new("rate-limited", "too many requests (HTTP 429)", "wait a minute, then try again"),
        (502..=504, _) => Failure::new(
            "unreachable",
            shown!("the proxy answers, but Authelia behind it does not (HTTP {})", status),
            "check whether Authelia is running, and on which port: `journalctl -u authelia`",
        ),
        _ => Failure::new(
            "not-oidc",
            shown!("{} answers with HTTP {} instead of a discovery document", place, status),
            "check the logs of Authelia and of the proxy",
        ),
    }
}

fn redirected(place: &Url, location: &str) -> Failure {
    let target = place.join(location).ok();
    let document = target.as_ref().filter(|target| target.path().ends_with(PATH));
    if let Some(target) = document {
        let issuer = target.as_str().trim_end_matches(PATH).trim_end_matches('/').to_owned();
        return Failure::new(
            "wrong-issuer",
            shown!("{} redirects to {}", place, target),
            shown!("probe {}, and give the application that address", Address::shown(issuer)),
        );
    }
    // The query of a login page may contain a session, so it is not shown.
    let page = target.map_or_else(Shown::default, |mut target| {
        target.set_query(None);
        target.set_fragment(None);
        shown!(" {}", target)
    });
    Failure::new(
        "login-page",
        shown!("{} redirects to the page{}, as if it needed a login", place, page),
        "the proxy protects Authelia's own address: let it pass there without `forward_auth` or `auth_request`",
    )
}

fn kind_of(body: &str) -> &'static str {
    let start = body.trim_start();
    if start.is_empty() {
        "empty"
    } else if start.starts_with('<') {
        "a web page"
    } else {
        "something else"
    }
}
