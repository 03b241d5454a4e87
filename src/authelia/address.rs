//! Whether an address in a log or a URL belongs to a client.
//!
//! Anybody can ask Authelia for an authorization with any `redirect_uri`, and Authelia logs it. So the address alone
//! proves nothing: it counts as the client's only at a scheme, host, and port that the owner has already written down.

use url::Url;

use super::registration::Registration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// Scheme, host, and port match an address of the client.
    Known,
    /// The host matches an address of the client, but with `http` instead of `https`.
    Downgrade,
    /// The client has no address at this scheme, host, and port.
    Unknown,
    /// Not an address that can be registered.
    Malformed,
}

/// Compares the address with the client's registered redirect URIs and with the `url` of its relying party.
pub(super) fn of(requested: &str, client: Registration<'_>, party_url: Option<&str>) -> Address {
    let Some(uri) = plain(requested) else { return Address::Malformed };
    let registered = client.written("redirect_uris");
    let known: Vec<Url> =
        registered.iter().copied().chain(party_url).filter_map(|known| Url::parse(known).ok()).collect();
    let host = |known: &&Url| known.host() == uri.host();
    if uri.scheme() == "http" && known.iter().filter(host).any(|known| known.scheme() == "https") {
        return Address::Downgrade;
    }
    let same = |known: &Url| {
        known.scheme() == uri.scheme()
            && known.host() == uri.host()
            && known.port_or_known_default() == uri.port_or_known_default()
    };
    if known.iter().any(same) { Address::Known } else { Address::Unknown }
}

/// The address, unless two programs may parse it differently: with a user, a fragment, a backslash, white space, or
/// `..` steps.
fn plain(text: &str) -> Option<Url> {
    let odd = |character: char| character.is_control() || character.is_whitespace() || character == '\\';
    let uri = Url::parse(text).ok()?;
    let steps = text.split(['/', '?']).map(|step| step.to_ascii_lowercase().replace("%2e", "."));
    let is_plain = !text.contains(odd)
        && !text.contains('#')
        && uri.username().is_empty()
        && uri.password().is_none()
        && !steps.into_iter().any(|step| step == "." || step == "..");
    is_plain.then_some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    const CLIENT: &[u8] = b"redirect_uris: ['https://media.example.com/cb', 'http://lan:8080/cb', 'app.media:///cb']\n";

    #[test]
    fn an_address_is_known_by_scheme_host_and_port() {
        let document = Document::parse(CLIENT, Format::Yaml).expect("YAML");
        let cases = [
            ("https://media.example.com/other", Address::Known),
            ("https://media.example.com:443/other", Address::Known),
            ("HTTPS://MEDIA.EXAMPLE.COM/CB", Address::Known),
            ("https://party.example.com/cb", Address::Known),
            ("http://lan:8080/other", Address::Known),
            ("app.media:///other", Address::Known),
            ("http://media.example.com/cb", Address::Downgrade),
            ("http://media.example.com:8080/cb", Address::Downgrade),
            ("http://party.example.com/cb", Address::Downgrade),
            ("https://media.example.com:8443/cb", Address::Unknown),
            ("https://evil.example.net/x", Address::Unknown),
            ("https://media.example.com.evil.net/cb", Address::Unknown),
            ("https://evil.net/https://media.example.com/cb", Address::Unknown),
            ("https://xn--mdia-9oa.example.com/cb", Address::Unknown),
            ("http://lan/cb", Address::Unknown),
            ("http://127.0.0.1/cb", Address::Unknown),
            ("javascript:alert(1)", Address::Unknown),
            ("https://media.example.com@evil.net/cb", Address::Malformed),
            ("https://user@media.example.com/cb", Address::Malformed),
            ("https://media.example.com\\@evil.net/cb", Address::Malformed),
            ("https://media.example.com/a/../b", Address::Malformed),
            ("https://media.example.com/a/%2E%2e/b", Address::Malformed),
            ("https://media.example.com/cb#x", Address::Malformed),
            ("https://media.example.com/a b", Address::Malformed),
            ("/cb", Address::Malformed),
            ("", Address::Malformed),
        ];
        for (uri, expected) in cases {
            let found = of(uri, Registration(document.value()), Some("https://party.example.com"));
            assert_eq!(found, expected, "{uri}");
        }
    }

    #[test]
    fn a_client_without_addresses_knows_none() {
        let document = Document::parse(b"client_id: a\n", Format::Yaml).expect("YAML");
        assert_eq!(of("https://a.example.com/", Registration(document.value()), None), Address::Unknown);
    }
}
