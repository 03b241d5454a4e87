//! Public keys.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pkcs1::der::Decode;
use pkcs8::spki::SubjectPublicKeyInfoRef;
use sha2::{Digest, Sha256};

use super::{KeyError, KeyMaterial};
use crate::hex::hex;

/// The public half of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) enum Public {
    /// RSA: modulus and exponent, without leading zeros.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    /// ECDSA: the curve, and the uncompressed point if the key contains it.
    Ec {
        curve: Curve,
        /// `04 x y`
        point: Option<Vec<u8>>,
    },
    /// Ed25519; empty if a private key does not contain it.
    Ed25519(Vec<u8>),
}

/// An elliptic curve that Go knows by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Curve {
    /// secp224r1
    P224,
    /// prime256v1
    P256,
    /// secp384r1
    P384,
    /// secp521r1
    P521,
}

impl Curve {
    /// The curve of this object identifier.
    pub(super) fn of(oid: &str) -> Option<Self> {
        Some(match oid {
            "1.3.132.0.33" => Self::P224,
            "1.2.840.10045.3.1.7" => Self::P256,
            "1.3.132.0.34" => Self::P384,
            "1.3.132.0.35" => Self::P521,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::P224 => "P-224",
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }
}

impl Public {
    /// The size of an RSA key in bits, rounded up to bytes.
    pub(in crate::check) fn rsa_bits(&self) -> Option<usize> {
        match self {
            Self::Rsa { modulus, .. } => Some(modulus.len() * 8),
            _ => None,
        }
    }

    /// Whether both are the same key; `true` if one is incomplete.
    pub(in crate::check) fn matches(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ec { curve, point: None }, Self::Ec { curve: other, .. })
            | (Self::Ec { curve, .. }, Self::Ec { curve: other, point: None }) => curve == other,
            _ => self == other,
        }
    }

    /// The first six digits of the key's thumbprint (RFC 7638), which Authelia uses for a missing `key_id`.
    pub(in crate::check) fn thumbprint(&self) -> Option<String> {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let json = match self {
            Self::Rsa { modulus, exponent } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, encode(exponent), encode(modulus))
            }
            Self::Ec { curve, point } => {
                let point = point.as_deref().filter(|point| point.len() % 2 == 1)?;
                let (x, y) = point[1..].split_at(point.len() / 2);
                format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, curve.name(), encode(x), encode(y))
            }
            Self::Ed25519(point) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, encode(point)),
        };
        let digest = Sha256::digest(json.as_bytes());
        Some(hex(&digest[..3]))
    }
}

/// Parses `RSA PUBLIC KEY`.
pub(super) fn pkcs1(der: &[u8]) -> Result<Public, KeyError> {
    let key = pkcs1::RsaPublicKey::from_der(der).map_err(|_| "it is not an RSA public key in PKCS #1")?;
    Ok(Public::Rsa { modulus: key.modulus.as_bytes().to_vec(), exponent: key.public_exponent.as_bytes().to_vec() })
}

/// Parses `PUBLIC KEY`.
pub(super) fn spki(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    const WRONG: KeyError = "it is not a public key";
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| WRONG)?;
    let bits = info.subject_public_key.as_bytes().ok_or(WRONG)?;
    match info.algorithm.oid.to_string().as_str() {
        "1.2.840.113549.1.1.1" => pkcs1(bits).map(KeyMaterial::Public),
        "1.2.840.10045.2.1" => {
            let oid = info.algorithm.parameters_oid().map_err(|_| WRONG)?;
            let curve = Curve::of(&oid.to_string()).ok_or("its curve is not supported")?;
            Ok(KeyMaterial::Public(Public::Ec { curve, point: Some(bits.to_vec()) }))
        }
        "1.3.101.112" if bits.len() == 32 => Ok(KeyMaterial::Public(Public::Ed25519(bits.to_vec()))),
        "1.3.101.110" if bits.len() == 32 => Ok(KeyMaterial::Other("an X25519 public key")),
        "1.2.840.10040.4.1" => Ok(KeyMaterial::Other("a DSA public key")),
        _ => Err("its algorithm is not supported"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example in RFC 7638, section 3.1.
    #[test]
    fn the_thumbprint_is_that_of_the_standard() {
        let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKR\
            XjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgn\
            Yb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1j\
            F44-csFCur-kEgU8awapJzKnqDKgw";
        let key = Public::Rsa { modulus: URL_SAFE_NO_PAD.decode(modulus).unwrap(), exponent: vec![1, 0, 1] };
        assert_eq!(key.thumbprint().as_deref(), Some("3736cb"));
        assert_eq!(key.rsa_bits(), Some(2048));
    }

    #[test]
    fn a_key_without_its_point_matches_any_of_its_curve() {
        let whole = Public::Ec { curve: Curve::P256, point: Some(vec![4; 65]) };
        let bare = Public::Ec { curve: Curve::P256, point: None };
        assert!(whole.matches(&bare) && bare.matches(&whole) && bare.thumbprint().is_none());
        assert!(!whole.matches(&Public::Ec { curve: Curve::P384, point: None }));
    }
}
