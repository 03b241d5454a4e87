//! Certificate chains.

use jiff::Timestamp;
use jiff::civil::DateTime;
use pkcs8::der::asn1::{AnyRef, BitStringRef, ContextSpecific, ObjectIdentifier, OctetStringRef, UintRef};
use pkcs8::der::{self, Decode, ErrorKind, Reader, SliceReader, Tag, TagMode, TagNumber, Tagged};
use pkcs8::spki::AlgorithmIdentifierRef;

use super::public::{self, Public};
use super::signature::Scheme;
use super::{KeyError, KeyMaterial, pem};

/// Certificates, that of the key first, each signed by the next.
#[derive(Debug, Clone, Default)]
pub(in crate::check) struct Chain(Vec<Certificate>);

#[derive(Debug, Clone)]
pub(in crate::check) struct Certificate {
    key: Option<Public>,
    /// Whether its key may sign other certificates.
    may_sign: bool,
    not_before: i64,
    /// When it expires, in seconds since 1970.
    pub(in crate::check) not_after: i64,
    /// The bytes that its issuer signed.
    signed: Vec<u8>,
    scheme: Result<Scheme, KeyError>,
    signature: Vec<u8>,
}

impl Chain {
    /// Parses PEM blocks of certificates; only a line end may follow each.
    ///
    /// # Errors
    /// What is wrong, in a few words.
    pub(in crate::check) fn parse(text: &str) -> Result<Self, KeyError> {
        let mut certificates = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (block, after) = pem::first(rest).ok_or("it contains something other than complete PEM blocks")?;
            if block.label != "CERTIFICATE" {
                return Err("it contains a PEM block that is not a certificate");
            }
            certificates.push(Certificate::parse(&block.der)?);
            rest = after;
        }
        Ok(Self(certificates))
    }

    /// Whether it holds no certificate.
    pub(in crate::check) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::check) fn certificates(&self) -> &[Certificate] {
        &self.0
    }

    /// Whether the first certificate belongs to `key`.
    pub(in crate::check) fn is_for(&self, key: &KeyMaterial) -> bool {
        let certified = self.0.first().and_then(|certificate| certificate.key.as_ref());
        certified.zip(key.public()).is_some_and(|(certified, public)| public.matches(certified))
    }

    /// Whether every certificate is valid now and signed by the next one.
    ///
    /// # Errors
    /// What is wrong, in a few words.
    pub(in crate::check) fn validate(&self, now: Timestamp) -> Result<(), KeyError> {
        for (at, certificate) in self.0.iter().enumerate() {
            if certificate.not_before > now.as_second() {
                return Err("a certificate in it is not valid yet");
            }
            if certificate.not_after < now.as_second() {
                return Err("a certificate in it has expired");
            }
            if let Some(issuer) = self.0.get(at + 1) {
                certificate.check_signature(issuer)?;
            }
        }
        Ok(())
    }
}

impl Certificate {
    /// Parses one certificate.
    ///
    /// # Errors
    /// What is wrong, in a few words.
    pub(super) fn parse(der: &[u8]) -> Result<Self, KeyError> {
        decode(der).map_err(|error| match error.kind() {
            ErrorKind::TrailingData { .. } if is_followed(der) => "it contains a certificate with something after it",
            _ => "it contains a damaged certificate",
        })
    }

    fn check_signature(&self, issuer: &Self) -> Result<(), KeyError> {
        const NOT_SIGNED: KeyError = "a certificate in it is not signed by the one that follows";
        if !issuer.may_sign {
            return Err("a certificate in it is followed by one that may not sign certificates");
        }
        let key = issuer.key.as_ref().ok_or(NOT_SIGNED)?;
        self.scheme?.verify(key, &self.signed, &self.signature).map_err(|_| NOT_SIGNED)
    }
}

/// Whether bytes follow the first value.
fn is_followed(der: &[u8]) -> bool {
    SliceReader::new(der).is_ok_and(|mut reader| reader.tlv_bytes().is_ok() && !reader.is_finished())
}

/// `Certificate` of RFC 5280, 4.1.
fn decode(der: &[u8]) -> der::Result<Certificate> {
    let mut reader = SliceReader::new(der)?;
    let (signed, algorithm, signature) = reader.sequence(|reader| {
        Ok((reader.tlv_bytes()?, AlgorithmIdentifierRef::decode(reader)?, BitStringRef::decode(reader)?))
    })?;
    reader.finish(())?;
    let mut content = SliceReader::new(signed)?;
    let certificate = content.sequence(|content| {
        let version = content.context_specific::<u8>(TagNumber::N0, TagMode::Explicit)?.unwrap_or_default();
        UintRef::decode(content)?;
        if version > 2 || AlgorithmIdentifierRef::decode(content)? != algorithm {
            return Err(Tag::Sequence.value_error());
        }
        name(content)?;
        let (not_before, not_after) = content.sequence(|validity| Ok((time(validity)?, time(validity)?)))?;
        name(content)?;
        let key = public::spki(content.tlv_bytes()?).ok().and_then(|key| key.public().cloned());
        let may_sign = match version {
            2 => extensions(content)?.allow_signing(),
            _ => true,
        };
        content.read_slice(content.remaining_len())?;
        let scheme = Scheme::of(&algorithm);
        let [signed, signature] = [signed, signature.raw_bytes()].map(<[u8]>::to_vec);
        Ok(Certificate { key, may_sign, not_before, not_after, signed, scheme, signature })
    })?;
    content.finish(certificate)
}

/// Skips `Name`.
fn name<'d>(reader: &mut impl Reader<'d>) -> der::Result<()> {
    AnyRef::decode(reader)?.tag().assert_eq(Tag::Sequence).map(|_| ())
}

/// `Time`, in seconds since 1970.
fn time<'d>(reader: &mut impl Reader<'d>) -> der::Result<i64> {
    let time = AnyRef::decode(reader)?;
    let seconds = || {
        let digits = std::str::from_utf8(time.value()).ok()?.strip_suffix('Z')?;
        let parts: Vec<i8> = digits
            .as_bytes()
            .chunks(2)
            .map(|pair| match pair {
                [tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
                    i8::try_from((tens - b'0') * 10 + ones - b'0').ok()
                }
                _ => None,
            })
            .collect::<Option<_>>()?;
        let (century, parts) = match (time.tag(), parts.as_slice()) {
            (Tag::UtcTime, [year, ..]) => (if *year < 50 { 20 } else { 19 }, parts.as_slice()),
            (Tag::GeneralizedTime, [century, parts @ ..]) => (*century, parts),
            _ => return None,
        };
        let (year, month, day, hour, minute, second) = match *parts {
            [year, month, day, hour, minute, second] => (year, month, day, hour, minute, second),
            // Old certificates leave the seconds out.
            [year, month, day, hour, minute] if time.tag() == Tag::UtcTime => (year, month, day, hour, minute, 0),
            _ => return None,
        };
        let year = i16::from(century) * 100 + i16::from(year);
        // A certificate without an end has one at the last second of 9999, which a `Timestamp` does not reach.
        let time = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
        Some(time.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_secs())
    };
    seconds().ok_or_else(|| time.tag().value_error())
}

/// The extensions that decide what a key may be used for.
#[derive(Default)]
struct Extensions {
    is_authority: Option<bool>,
    /// Whether the key may sign certificates, if its uses are listed.
    signs: Option<bool>,
}

impl Extensions {
    fn allow_signing(&self) -> bool {
        self.is_authority == Some(true) && self.signs != Some(false)
    }
}

/// The extensions of version 3, after two identifiers that nobody uses.
fn extensions<'d>(reader: &mut impl Reader<'d>) -> der::Result<Extensions> {
    reader.context_specific::<BitStringRef<'_>>(TagNumber::N1, TagMode::Implicit)?;
    reader.context_specific::<BitStringRef<'_>>(TagNumber::N2, TagMode::Implicit)?;
    let mut found = Extensions::default();
    let Some(list) = ContextSpecific::<AnyRef<'_>>::decode_explicit(reader, TagNumber::N3)? else { return Ok(found) };
    list.value.tag().assert_eq(Tag::Sequence)?;
    let mut list = SliceReader::new(list.value.value())?;
    while !list.is_finished() {
        list.sequence(|extension| {
            let name = ObjectIdentifier::decode(extension)?;
            let _critical = Option::<bool>::decode(extension)?;
            let content = OctetStringRef::decode(extension)?.as_bytes();
            let is_first = match name.to_string().as_str() {
                "2.5.29.19" => found.is_authority.replace(is_authority(content)?).is_none(),
                "2.5.29.15" => {
                    let uses = BitStringRef::from_der(content)?;
                    // Go ignores a list of no uses.
                    let lists_some = uses.bits().any(|is_set| is_set);
                    let signs = !lists_some || uses.bits().nth(5) == Some(true);
                    found.signs.replace(signs).is_none()
                }
                _ => true,
            };
            if is_first { Ok(()) } else { Err(Tag::Sequence.value_error()) }
        })?;
    }
    Ok(found)
}

/// `BasicConstraints`.
fn is_authority(der: &[u8]) -> der::Result<bool> {
    let mut reader = SliceReader::new(der)?;
    let is_authority = reader.sequence(|reader| {
        let is_authority = Option::<bool>::decode(reader)?.unwrap_or_default();
        Option::<UintRef<'_>>::decode(reader)?;
        Ok(is_authority)
    })?;
    reader.finish(is_authority)
}
