//! Options outside the provider that have a special notation or nest lists: addresses, URLs, TLS versions, keys.

use super::mail_address::is_mail_address;
use super::{Decoder, Mistake};
use crate::check::go::url::{self, Url};
use crate::check::go::{GoData, GoValue};
use crate::check::key_material::{self, KeyMaterial};
use crate::memory::Zeroizing;
use crate::re2;
use crate::shown;
use crate::shown::Setting;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OptionNotation {
    /// `[scheme://]host[:port]`, or the path of a socket.
    Address,
    Url,
    /// `TLS1.2`
    TlsVersion,
    /// A private key in PEM.
    PrivateKey,
    Certificates,
    /// Addresses and ranges of addresses.
    Networks,
    /// Regular expressions in Go's syntax.
    Expressions,
    /// `Authelia <admin@example.com>`
    Mail,
    Uuids,
    Integers,
    /// Lists of subjects, of which all must match.
    Subjects,
    /// Lists of conditions on the query, of which all must match.
    Query,
}

impl OptionNotation {
    /// The notation of the option of this name.
    fn of(pattern: &str) -> Option<Self> {
        match pattern {
            "server.address"
            | "telemetry.metrics.address"
            | "ntp.address"
            | "authentication_backend.ldap.address"
            | "storage.mysql.address"
            | "storage.postgres.address"
            | "storage.postgres.servers[].address"
            | "notifier.smtp.address" => Some(Self::Address),
            "authentication_backend.password_reset.custom_url"
            | "session.cookies[].authelia_url"
            | "session.cookies[].default_redirection_url"
            | "privacy_policy.policy_url"
            | "default_redirection_url" => Some(Self::Url),
            "access_control.networks[].networks" | "access_control.rules[].networks" | "definitions.network.*" => {
                Some(Self::Networks)
            }
            "access_control.rules[].domain_regex" | "access_control.rules[].resources" => Some(Self::Expressions),
            "access_control.rules[].subject" => Some(Self::Subjects),
            "access_control.rules[].query" => Some(Self::Query),
            "notifier.smtp.sender" | "notifier.smtp.startup_check_address" => Some(Self::Mail),
            "webauthn.filtering.permitted_aaguids" | "webauthn.filtering.prohibited_aaguids" => Some(Self::Uuids),
            "totp.allowed_digits" | "totp.allowed_periods" => Some(Self::Integers),
            _ => match pattern.split_once(".tls.")?.1 {
                "minimum_version" | "maximum_version" => Some(Self::TlsVersion),
                "private_key" => Some(Self::PrivateKey),
                "certificate_chain" => Some(Self::Certificates),
                _ => None,
            },
        }
    }
}

impl Decoder {
    /// Reads the option of this name if its strings have a special notation; returns whether it did.
    pub(super) fn noted(&mut self, pattern: &str, value: &GoValue<'_>) -> bool {
        let Some(notation) = OptionNotation::of(pattern) else { return false };
        match (notation, &value.data) {
            (OptionNotation::Certificates, _) => drop(self.chain(value)),
            (OptionNotation::Url, _) => drop(self.url(value)),
            (OptionNotation::Networks, _) => drop(self.has_networks(value)),
            (OptionNotation::Expressions, _) => drop(self.list(value, Self::expression)),
            (OptionNotation::Uuids, _) => drop(self.list(value, Self::uuid)),
            (OptionNotation::Integers, _) => drop(self.list(value, Self::integer)),
            (OptionNotation::Query, _) => {
                drop(self.list(value, |decoder, all| drop(decoder.list(all, Self::query_condition))));
            }
            (OptionNotation::Subjects, GoData::Text(_))
            | (
                OptionNotation::Address | OptionNotation::TlsVersion | OptionNotation::Mail,
                GoData::Map(_) | GoData::Time,
            ) => {}
            (OptionNotation::Subjects, _) => drop(self.list(value, Self::strings)),
            (OptionNotation::Mail, GoData::Text(text)) => {
                if !text.is_empty() && !is_mail_address(text) {
                    self.problem(
                        Mistake::Word,
                        "this is not an e-mail address: write `name@example.com` or `Name <name@example.com>`",
                    );
                }
            }
            (OptionNotation::PrivateKey, GoData::Text(text)) => {
                if !matches!(key_material::parse_pem(text), Ok(KeyMaterial::Private(_))) {
                    self.problem(Mistake::Key, "this is not a private key in PEM that Authelia can read");
                }
            }
            (OptionNotation::Address, GoData::Text(text)) => {
                if let Err(refusal) = address(text) {
                    self.problem(Mistake::Url, shown!("this is not an address: {}", refusal));
                }
            }
            (OptionNotation::TlsVersion, GoData::Text(text)) => {
                if !is_tls_version(text) {
                    self.problem(Mistake::Word, "this is not a version of TLS: use `TLS1.2` or `TLS1.3`");
                }
            }
            _ => self.wrong_type("a string", value),
        }
        true
    }

    fn expression(&mut self, value: &GoValue<'_>) {
        match &value.data {
            GoData::Text(text) if text.is_empty() => {
                self.problem(Mistake::Word, "an empty string is not a regular expression here");
            }
            GoData::Text(text) => {
                if let Some(refusal) = re2::refusal(text) {
                    self.problem(
                        Mistake::Word,
                        shown!("this is not a regular expression in Go's syntax: {}", Setting::shown(refusal)),
                    );
                }
            }
            GoData::Map(_) | GoData::Time => {}
            _ => self.wrong_type("a regular expression", value),
        }
    }

    fn query_condition(&mut self, value: &GoValue<'_>) {
        let Some(map) = self.structure(value) else { return };
        for key in ["operator", "key"] {
            drop(Zeroizing::new(self.option(map, key, Self::string)));
        }
    }

    /// A UUID, also as a list of its bytes.
    fn uuid(&mut self, value: &GoValue<'_>) {
        match &value.data {
            GoData::Text(text) if is_uuid(text) => {}
            GoData::Text(_) => {
                self.problem(Mistake::Word, "this is not a UUID (`b84e4048-15dc-4dd0-8640-f4f60813c8af`)");
            }
            GoData::List(bytes) if bytes.len() > 16 => self.wrong_type("a UUID", value),
            GoData::Map(map) if !map.is_empty() => self.wrong_type("a UUID", value),
            _ => drop(self.list(value, Self::integer)),
        }
    }
}

/// Whether it is a UUID, with or without hyphens, braces, or `urn:uuid:`.
fn is_uuid(text: &str) -> bool {
    let inner = match text.len() {
        // Go looks at the braces' places, not at what is in them.
        38 => text.get(1..37),
        45 => text.get(..9).filter(|prefix| prefix.eq_ignore_ascii_case("urn:uuid:")).and_then(|_| text.get(9..)),
        _ => Some(text),
    };
    inner.is_some_and(|inner| match inner.len() {
        32 => inner.bytes().all(|byte| byte.is_ascii_hexdigit()),
        36 => inner.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        }),
        _ => false,
    })
}

/// Checks `text` against Authelia's notation of addresses.
fn address(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Ok(());
    }
    let url = match has_scheme(text) {
        true => url::parse(text),
        false if text.starts_with('/') => url::parse(&format!("unix://{text}")),
        false => url::parse(&format!("tcp://{text}")),
    }?;
    let scheme = url.scheme.as_str();
    if !url.query.is_empty() && !matches!(scheme, "unix" | "fd") {
        return Err("it has a query (`?…`)");
    }
    if !url.fragment.is_empty() {
        return Err("it has a fragment (`#…`)");
    }
    if url.user.as_ref().is_some_and(|user| scheme != "unix" || user.has_name) {
        return Err("it has a user");
    }
    match scheme {
        "unix" | "ldapi" => {
            if url.path.is_empty() && scheme == "unix" && url.user.is_none() {
                return Err("the socket's path is missing");
            }
            if !url.host_name().is_empty() && url.user.is_none() {
                return Err("a socket has no host: its path begins with a slash, so three slashes follow the scheme");
            }
            umask(&url).and_then(|()| port(&url))
        }
        "fd" if url.host.starts_with('+') || url.host.parse::<u64>().is_err() => {
            Err("the number of the file descriptor is missing")
        }
        "fd" => umask(&url),
        "tcp" | "tcp4" | "tcp6" | "udp" | "udp4" | "udp6" | "ldap" | "ldaps" | "smtp" | "submission"
        | "submissions" => port(&url),
        _ => Ok(()),
    }
}

/// `^[-+.a-zA-Z\d]*(://|:$)`
fn has_scheme(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-+.".contains(c));
    rest.starts_with("://") || rest == ":"
}

fn port(url: &Url) -> Result<(), &'static str> {
    let Some((_, port)) = url.host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
    else {
        return Ok(());
    };
    if port.is_empty() || port.parse::<u16>().is_ok() { Ok(()) } else { Err("a port is at most 65535") }
}

fn umask(url: &Url) -> Result<(), &'static str> {
    let mut pairs = url.query.split('&').filter(|pair| !pair.contains(';'));
    let value = pairs.find_map(|pair| match pair.split_once('=') {
        Some(("umask", value)) => Some(value),
        None if pair == "umask" => Some(""),
        _ => None,
    });
    let is_octal =
        |value: &str| matches!(value.len(), 3 | 4) && value.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    if value.is_none_or(is_octal) { Ok(()) } else { Err("the umask is not an octal number of three or four digits") }
}

/// `TLS1.2`, `TLS 1.2`, `1.2`
fn is_tls_version(text: &str) -> bool {
    let plain = text.to_uppercase().replace(' ', "");
    let number = plain.strip_prefix("TLS").unwrap_or(&plain);
    matches!(number, "1.0" | "1.1" | "1.2" | "1.3") || matches!(plain.as_str(), "SSL3.0" | "SSLV3")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in [
            "",
            "tcp://127.0.0.1:9091/",
            "127.0.0.1:9091",
            ":9091",
            "unix:///run/authelia.sock?umask=0117",
            "/run/authelia.sock",
            "ldaps://ldap.example.com",
            "ldapi://",
            "fd://3",
            "tcp://[::1]:80",
            "fd://3?umask=077",
            "unix://:key@/run/authelia.sock",
            "unix://:@host/run/authelia.sock",
            "unix:///run/authelia.sock?path=x&umask=077",
            "unix:///run/authelia.sock?umask=077;x",
            "/run/authelia.sock?umask=077",
            "tcp://x:65535",
            "tcp://x:",
            "other://x",
        ] {
            assert_eq!(address(good), Ok(()), "{good}");
        }
        for bad in [
            "tcp://x:65536",
            "tcp://x?y",
            "tcp://x#y",
            "tcp://u@x",
            "unix://run/authelia.sock",
            "unix://",
            "unix:///x?umask=9",
            "unix:///x?umask",
            "unix:///x?umask=77",
            "unix:///x?umask=00777",
            "unix:///x?umask=088",
            "unix:///x?path=x&umask=9",
            "unix://u@/x",
            "ldapi://host/x",
            "ldapi://u@/x",
            "fd://x",
            "fd://+3",
            "fd://3?umask=9",
            "tcp://x y",
            "x:y",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn versions_of_tls() {
        for good in ["TLS1.2", "TLS 1.3", "tls1.2", "1.3", "SSL3.0"] {
            assert!(is_tls_version(good), "{good}");
        }
        for bad in ["", "TLS1.4", "1", "TLSv1.2"] {
            assert!(!is_tls_version(bad), "{bad}");
        }
    }
}
