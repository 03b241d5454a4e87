//! Keys and certificates in the configuration: their kind and size, and whether they belong together.
//!
//! Of a private key, only the numbers of its public half are kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

pub(super) mod certificate;
mod pem;
mod private;
mod public;
mod signature;
#[cfg(test)]
mod tests;

pub(super) use certificate::Chain;
pub(super) use public::{Curve, Public};

/// The value of the option `key` of a JSON Web Key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyMaterial {
    /// A private key, represented by its public half.
    Private(Public),
    Public(Public),
    /// A symmetric key with its length in bytes.
    Symmetric(usize),
    /// Something else, described in words.
    Other(&'static str),
}

/// Why a text is not a key, in a few words.
pub(super) type KeyError = &'static str;

impl KeyMaterial {
    /// Its kind, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Private(Public::Rsa { .. }) => "an RSA private key",
            Self::Private(Public::Ec { .. }) => "an ECDSA private key",
            Self::Private(Public::Ed25519(_)) => "an Ed25519 private key",
            Self::Public(Public::Rsa { .. }) => "an RSA public key",
            Self::Public(Public::Ec { .. }) => "an ECDSA public key",
            Self::Public(Public::Ed25519(_)) => "an Ed25519 public key",
            Self::Symmetric(_) => "a symmetric key",
            Self::Other(kind) => kind,
        }
    }

    pub(super) fn public(&self) -> Option<&Public> {
        match self {
            Self::Private(public) | Self::Public(public) => Some(public),
            Self::Symmetric(_) | Self::Other(_) => None,
        }
    }
}

/// Parses a key: one PEM block, or a symmetric key in URL-safe base64 on one line.
///
/// # Errors
/// What is wrong, in a few words.
pub(super) fn parse(text: &str) -> Result<KeyMaterial, KeyError> {
    let refusal = match parse_pem(text) {
        Ok(key) => return Ok(key),
        Err(refusal) => refusal,
    };
    if text.contains('\n') || text.starts_with("-----") {
        return Err(refusal);
    }
    let stripped = text.replace('\r', "");
    URL_SAFE
        .decode(stripped.as_bytes())
        .map(|bytes| KeyMaterial::Symmetric(bytes.len()))
        .map_err(|_| "it is neither a PEM block nor base64")
}

/// Parses a key in exactly one PEM block.
///
/// # Errors
/// What is wrong, in a few words.
pub(super) fn parse_pem(text: &str) -> Result<KeyMaterial, KeyError> {
    let (block, rest) = pem::first(text).ok_or("it holds no whole PEM block")?;
    if !rest.is_empty() {
        return Err("something follows the PEM block");
    }
    let der = block.der.as_slice();
    match block.label {
        "RSA PRIVATE KEY" => private::pkcs1(der),
        "EC PRIVATE KEY" => private::sec1(der),
        "RSA PUBLIC KEY" => public::pkcs1(der).map(KeyMaterial::Public),
        "CERTIFICATE" => certificate::Certificate::parse(der).map(|_| KeyMaterial::Other("a certificate")),
        "CERTIFICATE REQUEST" => Ok(KeyMaterial::Other("a certificate request")),
        "X509 CRL" => Ok(KeyMaterial::Other("a revocation list")),
        label if label.contains("PRIVATE KEY") => private::pkcs8(der),
        label if label.contains("PUBLIC KEY") => public::spki(der),
        _ => Err("the PEM block is of an unknown kind"),
    }
}
