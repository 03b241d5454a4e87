//! An HTTP exchange, and explanations of failures.

use std::io;

use crate::memory::Zeroizing;
use crate::shown;
use crate::shown::{Address, ProgramOutput, Shown};
use ureq::http::{HeaderValue, StatusCode, header};
use ureq::tls::TlsConfig;
use ureq::{Agent, Timeout};
use url::Url;

use super::{Failure, Inquiry, is_loopback};

/// The maximum length of a response; a discovery document has a few kilobytes.
const LIMIT: u64 = 1 << 20;

/// An HTTP client with the user's options.
pub(super) struct Asker {
    agent: Agent,
    seconds: u64,
}

pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) location: Option<String>,
    pub(super) body: String,
}

impl Reply {
    /// The response as a JSON object.
    pub(super) fn object(&self) -> Option<serde_json::Map<String, serde_json::Value>> {
        serde_json::from_str(&self.body).ok()
    }
}

impl Asker {
    /// Redirects are not followed, because their target identifies the cause.
    pub(super) fn new(inquiry: &Inquiry<'_>) -> Self {
        let tls = TlsConfig::builder().root_certs(inquiry.trust.roots()).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(inquiry.timeout))
            // Distinguishes an unresponsive name server from an unresponsive host.
            .timeout_resolve(Some(inquiry.timeout / 2))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("agepatch/", env!("CARGO_PKG_VERSION")));
        // A proxy would see what is sent to this machine unencrypted.
        let config = if is_loopback(inquiry.issuer) { config.proxy(None) } else { config };
        Self { agent: config.build().new_agent(), seconds: inquiry.timeout.as_secs() }
    }

    pub(super) fn get(&self, url: &Url) -> Result<Reply, Failure> {
        let call = self.agent.get(url.as_str()).header(header::ACCEPT, "application/json").call();
        self.reply(call, url)
    }

    /// POSTs a form, with an optional `Authorization` header.
    pub(super) fn post(
        &self,
        url: &Url,
        form: &Zeroizing<String>,
        authorization: Option<&Zeroizing<String>>,
    ) -> Result<Reply, Failure> {
        let mut request = self
            .agent
            .post(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            let mut value = HeaderValue::from_str(authorization)
                .map_err(|_| Failure::new("client-secret", "the secret cannot be put into a header", "rotate it"))?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        self.reply(request.send(form.as_bytes()), url)
    }

    fn reply(&self, call: Result<ureq::http::Response<ureq::Body>, ureq::Error>, url: &Url) -> Result<Reply, Failure> {
        let mut response = call.map_err(|error| self.failure(&error, url))?;
        let body = response.body_mut().with_config().limit(LIMIT).lossy_utf8(true).read_to_string();
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        Ok(Reply {
            status: response.status(),
            location: location.map(str::to_owned),
            body: body.map_err(|error| self.failure(&error, url))?,
        })
    }

    /// Explains why there was no response.
    fn failure(&self, error: &ureq::Error, url: &Url) -> Failure {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        let place = shown!("{}:{}", Address::shown(host), port);
        match error {
            ureq::Error::HostNotFound | ureq::Error::Timeout(Timeout::Resolve) => no_name(host),
            ureq::Error::Timeout(_) => Failure::new(
                "timeout",
                shown!("{} did not answer within {} s", place, self.seconds),
                "check whether a firewall is in between; --timeout waits longer",
            ),
            ureq::Error::Rustls(error) => tls(error, host),
            ureq::Error::Tls(_) => unspoken_tls(&place),
            ureq::Error::Io(error) => io_failure(error, host, &place),
            ureq::Error::ConnectionFailed => refused(&place),
            ureq::Error::BodyExceedsLimit(_) => Failure::new(
                "not-oidc",
                shown!("{} answers with more than a discovery document", place),
                "give the issuer's address: that under which users log in",
            ),
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => Failure::new(
                "not-oidc",
                shown!("the answer of {} is not HTTP", place),
                "if it speaks https, the issuer must start with https://; else another service has this port",
            ),
            other => Failure::new(
                "unreachable",
                shown!("no answer from {}: {}", place, ProgramOutput::shown(other.to_string())),
                "check the address and the network, then try again",
            ),
        }
    }
}

fn io_failure(error: &io::Error, host: &str, place: &Shown) -> Failure {
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return tls(error, host);
    }
    if error.to_string().contains("failed to lookup address") {
        return no_name(host);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => refused(place),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            Failure::new(
                "unreachable",
                shown!("{} closed the connection without an answer", place),
                "check whether http and https are mixed up, and the proxy's log",
            )
        }
        io::ErrorKind::TimedOut => Failure::new(
            "timeout",
            shown!("{} did not answer", place),
            "check whether a firewall is in between; --timeout waits longer",
        ),
        _ => Failure::new(
            "unreachable",
            shown!("no answer from {}: {}", place, error),
            "check the address and the network, then try again",
        ),
    }
}

fn refused(place: &Shown) -> Failure {
    Failure::new(
        "unreachable",
        shown!("nothing listens at {}", place),
        "check whether Authelia, or the proxy in front of it, runs: `systemctl status`",
    )
}

fn no_name(host: &str) -> Failure {
    Failure::new(
        "dns",
        shown!("the name {} cannot be resolved", Address::shown(host)),
        "check the spelling, and whether this machine uses the right name server (`getent hosts NAME`)",
    )
}

fn unspoken_tls(place: &Shown) -> Failure {
    Failure::new(
        "tls",
        shown!("{} does not speak TLS", place),
        "check the port: plain HTTP may be served there; Authelia's users connect through a proxy with TLS",
    )
}

/// Explains what is wrong with the certificate.
fn tls(error: &rustls::Error, host: &str) -> Failure {
    use rustls::CertificateError as Certificate;
    let (message, advice) = match error {
        rustls::Error::InvalidCertificate(Certificate::UnknownIssuer | Certificate::BadSignature) => (
            shown!(
                "the certificate of {} is signed by an authority that this machine does not know",
                Address::shown(host)
            ),
            "if it is your own, pass it with --ca FILE",
        ),
        rustls::Error::InvalidCertificate(Certificate::Expired | Certificate::ExpiredContext { .. }) => (
            shown!("the certificate of {} has expired", Address::shown(host)),
            "renew it, and check this machine's clock",
        ),
        rustls::Error::InvalidCertificate(Certificate::NotValidYet | Certificate::NotValidYetContext { .. }) => {
            (shown!("the certificate of {} is not valid yet", Address::shown(host)), "check this machine's clock")
        }
        rustls::Error::InvalidCertificate(
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. },
        ) => (
            shown!("the certificate is not for {}", Address::shown(host)),
            "check whether the proxy knows this host, or give the name that is in the certificate",
        ),
        rustls::Error::InvalidMessage(_) => return unspoken_tls(&Address::shown(host)),
        other => (
            shown!("no TLS with {}: {}", Address::shown(host), ProgramOutput::shown(other.to_string())),
            "check the proxy's certificate and its log",
        ),
    };
    Failure::new("tls", message, advice)
}
