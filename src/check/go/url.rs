//! URLs, split and rejected as by Go's `net/url` (of Go 1.26, with which Authelia 4.39.20 is built).

use std::borrow::Cow;
use std::net::Ipv6Addr;

/// A parsed URL with the parts that rules use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::check) struct Url {
    /// The scheme in lower case; empty for a relative reference.
    pub(in crate::check) scheme: String,
    pub(in crate::check) user: Option<User>,
    /// Host and port, unescaped.
    pub(in crate::check) host: String,
    /// The path, unescaped; empty for an opaque URL.
    pub(in crate::check) path: String,
    /// What follows the scheme if that does not start with `/`.
    pub(in crate::check) opaque: String,
    /// What follows `?`.
    pub(in crate::check) query: String,
    /// Whether it ends with a `?`.
    pub(in crate::check) bare_query: bool,
    /// What follows `#`.
    pub(in crate::check) fragment: String,
}

/// The part before `@`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) struct User {
    /// Whether there is a name.
    pub(in crate::check) has_name: bool,
    /// Whether there is a password, even an empty one.
    pub(in crate::check) has_password: bool,
}

impl Url {
    /// Whether it has a scheme.
    pub(in crate::check) fn is_absolute(&self) -> bool {
        !self.scheme.is_empty()
    }

    /// The host without its port and brackets.
    pub(in crate::check) fn host_name(&self) -> &str {
        let host = self.host.rsplit_once(':').filter(|(_, port)| is_digits(port)).map_or(&*self.host, |(host, _)| host);
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }
}

/// Why a text is not a URL, in a few words.
pub(in crate::check) type UrlError = &'static str;

/// Splits `text`.
///
/// # Errors
/// The reason why Go rejects it, in a few words.
pub(in crate::check) fn parse(text: &str) -> Result<Url, UrlError> {
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    let mut url = parse_without_fragment(text)?;
    url.fragment = unescape(fragment, UrlPart::Other)?.into_owned();
    Ok(url)
}

fn parse_without_fragment(text: &str) -> Result<Url, UrlError> {
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Err("it contains a control character");
    }
    if text == "*" {
        return Ok(Url { path: "*".to_owned(), ..Url::default() });
    }
    let (scheme, rest) = split_scheme(text)?;
    let bare_query = rest.find('?').is_some_and(|at| at + 1 == rest.len());
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let scheme = scheme.to_ascii_lowercase();
    let mut url = Url { scheme, query: query.to_owned(), bare_query, ..Url::default() };
    if !rest.starts_with('/') {
        if url.is_absolute() {
            rest.clone_into(&mut url.opaque);
            return Ok(url);
        }
        if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
            return Err("a colon is before the first slash and what precedes it is not a scheme");
        }
    }
    let mut path = rest;
    if let Some(after) = rest.strip_prefix("//").filter(|_| url.is_absolute() || !rest.starts_with("///")) {
        let (authority, below) = after.find('/').map_or((after, ""), |at| after.split_at(at));
        (url.user, url.host) = parse_authority(&url.scheme, authority)?;
        path = below;
    }
    url.path = unescape(path, UrlPart::Other)?.into_owned();
    Ok(url)
}

/// Scheme and rest; no scheme if a character before the colon cannot be part of one.
fn split_scheme(text: &str) -> Result<(&str, &str), UrlError> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("it starts with a colon"),
            ':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok(("", text))
}

fn parse_authority(scheme: &str, authority: &str) -> Result<(Option<User>, String), UrlError> {
    let Some((user, host)) = authority.rsplit_once('@') else {
        return Ok((None, parse_host(scheme, authority)?));
    };
    let host = parse_host(scheme, host)?;
    let permitted = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    if !user.chars().all(permitted) {
        return Err("the user name contains a character that must be escaped");
    }
    unescape(user, UrlPart::Other)?;
    let (name, password) = user.split_once(':').map_or((user, None), |(name, password)| (name, Some(password)));
    Ok((Some(User { has_name: !name.is_empty(), has_password: password.is_some() }), host))
}

fn parse_host(scheme: &str, host: &str) -> Result<String, UrlError> {
    match host.rfind('[') {
        Some(0) => return parse_address(host),
        Some(_) => return Err("the bracket of an IPv6 address is not at the start of the host"),
        None => {}
    }
    if let Some(first) = host.find(':') {
        let strict = scheme == "http" || scheme == "https";
        let colon = if strict { first } else { host.rfind(':').unwrap_or(first) };
        check_port(&host[colon..])?;
    }
    Ok(unescape(host, UrlPart::Host)?.into_owned())
}

/// `[fe80::1%25en0]:80`
fn parse_address(host: &str) -> Result<String, UrlError> {
    let close = host.rfind(']').ok_or("the bracket of an IPv6 address is not closed")?;
    let (address, port) = (&host[1..close], &host[close + 1..]);
    check_port(port)?;
    let address = match address.find("%25") {
        Some(zone) => {
            let (before, zone) = address.split_at(zone);
            unescape(before, UrlPart::Host)?.into_owned() + &unescape(zone, UrlPart::Zone)?
        }
        None => unescape(address, UrlPart::Host)?.into_owned(),
    };
    let (number, zone) = address.split_once('%').map_or((&*address, None), |(number, zone)| (number, Some(zone)));
    if number.parse::<Ipv6Addr>().is_err() || zone == Some("") {
        return Err("what is in brackets is not an IPv6 address");
    }
    Ok(format!("[{address}]{port}"))
}

fn check_port(port: &str) -> Result<(), UrlError> {
    match port.strip_prefix(':') {
        Some(digits) if is_digits(digits) => Ok(()),
        None if port.is_empty() => Ok(()),
        _ => Err("the port is not a number"),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A part of a URL, which decides the allowed escapes and characters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UrlPart {
    Host,
    Zone,
    Other,
}

fn unescape(text: &str, part: UrlPart) -> Result<Cow<'_, str>, UrlError> {
    const INCOMPLETE: UrlError = "a percent sign is not followed by two hexadecimal digits";
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'%' {
            if part != UrlPart::Other && byte < 0x80 && !may_stand_in_host(byte) {
                return Err("the host contains an invalid character");
            }
            out.push(byte);
            at += 1;
            continue;
        }
        let digits = text.get(at + 1..at + 3).ok_or(INCOMPLETE)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(INCOMPLETE);
        }
        let value = u8::from_str_radix(digits, 16).map_err(|_| INCOMPLETE)?;
        let refused = match part {
            UrlPart::Host => value < 0x80 && digits != "25",
            UrlPart::Zone => digits != "25" && value != b' ' && !may_stand_in_host(value),
            UrlPart::Other => false,
        };
        if refused {
            return Err("the host contains an invalid escaped character");
        }
        out.push(value);
        at += 3;
    }
    Ok(if out == bytes { Cow::Borrowed(text) } else { Cow::Owned(String::from_utf8_lossy(&out).into_owned()) })
}

fn may_stand_in_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!\"$&'()*+,-.:;<=>[]_~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_go_accepts() {
        for text in [
            "https://media.example.com/cb",
            "",
            "*",
            "/relative",
            "media.example.com/cb",
            "app:/cb",
            "app.immich:///oauth-callback",
            "urn:ietf:wg:oauth:2.0:oob",
            "javascript:alert(1)",
            "https://[::1]:8080/",
            "https://[fe80::1%25en0]/",
            "https://exämple.com/",
            "https://À.example.com/",
            "https://ex%C3%A4mple.com/",
            "https://%80/",
            "https://a%25b/",
            "https://[fe80::1%25en%200]/",
            "https://[fe80::1%25en%41]/",
            "https://[fe80::1%25a%25b]/",
            "https://[fe80::1%25a%7E]/",
            "https://[fe80::1%25À]/",
            "https://a b.example.com:80/".replace(' ', "").as_str(),
            "https://user:p@ss@example.com/",
            "https://example.com:/",
            "https://example.com/a b?c d#e f",
            "postgres://a:1,b:2/x",
            "https:example.com",
            "https://",
            "http:///path",
            "///x:y",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn values_that_go_rejects() {
        for text in [
            "https://example.com/%zz",
            "https://example.com/%4",
            "https://example.com/#%zz",
            "https://example.com:port/",
            "https://[::1",
            "https://[::1]x/",
            "https://[::1]:x/",
            "https://[1.2.3.4]/",
            "https://a[::1]/",
            "https://::1/",
            "https://a:80:80/",
            "https://exa mple.com/",
            "https://example.com/\u{7f}",
            "https://example.com/\n",
            ":foo",
            "1http://example.com",
            "a b:c",
            "https://a\\b/",
            "https://user name@example.com/",
            "https://example.com%20/",
            "https://a%7Fb/",
            "https://a%41b/",
            "https://[fe80::1%25a%5Cb]/",
            "https://[fe80::1%25a%C3%A4]/",
            "https://[fe80::1%25a%80]/",
            "https://[fe80::1%25a%2Fb]/",
            "https://[fe80::1%25a b]/",
            "https://[fe80::1%25]/",
        ] {
            assert!(parse(text).is_err(), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn parts() {
        let url = parse("HTTPS://user:pw@[::1]:8080/a%20b?c=d#e").unwrap();
        assert_eq!(url.scheme, "https");
        assert_eq!(url.host, "[::1]:8080");
        assert_eq!(url.host_name(), "::1");
        assert_eq!(url.path, "/a b");
        assert_eq!(url.query, "c=d");
        assert_eq!(url.fragment, "e");
        assert_eq!(url.user, Some(User { has_name: true, has_password: true }));
        assert_eq!(parse("localhost:3000/cb").unwrap().scheme, "localhost");
        assert_eq!(parse("https://example.com:443/").unwrap().host_name(), "example.com");
        assert!(!parse("//example.com/x").unwrap().is_absolute());
        let empty = |text| parse(text).unwrap() == Url::default();
        assert!(empty("") && empty("#") && empty("//") && !empty("?") && !empty("//@"));
    }
}
