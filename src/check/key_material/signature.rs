//! Signatures of certificates.

use pkcs1::RsaPssParams;
use pkcs8::spki::AlgorithmIdentifierRef;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ED25519,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_2048_8192_SHA384, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};

use super::KeyError;
use super::public::{Curve, Public};

/// How a certificate is signed, as far as Go's `crypto/x509` accepts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Pkcs1(Hash),
    Pss(Hash),
    Ecdsa(Hash),
    Ed25519,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// A signature is of another key or other bytes.
pub(super) struct Mismatch;

impl Scheme {
    /// # Errors
    /// Why Go refuses every such signature.
    pub(super) fn of(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<Self, KeyError> {
        const UNSUPPORTED: KeyError = "a certificate in it is signed by an algorithm that Authelia does not support";
        Ok(match algorithm.oid.to_string().as_str() {
            "1.2.840.113549.1.1.11" => Self::Pkcs1(Hash::Sha256),
            "1.2.840.113549.1.1.12" => Self::Pkcs1(Hash::Sha384),
            "1.2.840.113549.1.1.13" => Self::Pkcs1(Hash::Sha512),
            "1.2.840.113549.1.1.10" => Self::Pss(hash_of_pss(algorithm).ok_or(UNSUPPORTED)?),
            "1.2.840.10045.4.3.2" => Self::Ecdsa(Hash::Sha256),
            "1.2.840.10045.4.3.3" => Self::Ecdsa(Hash::Sha384),
            "1.2.840.10045.4.3.4" => Self::Ecdsa(Hash::Sha512),
            "1.3.101.112" => Self::Ed25519,
            "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" | "1.2.840.10045.4.1" | "1.2.840.113549.1.1.4" => {
                return Err("a certificate in it is signed with SHA-1 or MD5, which Authelia refuses as insecure");
            }
            _ => return Err(UNSUPPORTED),
        })
    }

    /// Verifies a signature. Keys that only Go can compute with, such as P-521, count as those that signed.
    pub(super) fn verify(self, key: &Public, signed: &[u8], signature: &[u8]) -> Result<(), Mismatch> {
        let with = |algorithm: &'static dyn VerificationAlgorithm, key: &[u8]| {
            UnparsedPublicKey::new(algorithm, key).verify(signed, signature).map_err(|_| Mismatch)
        };
        match (self, key) {
            (Self::Pkcs1(_) | Self::Pss(_), Public::Rsa { modulus, exponent }) => match self.rsa(modulus.len() * 8) {
                Some(parameters) => RsaPublicKeyComponents { n: modulus, e: exponent }
                    .verify(parameters, signed, signature)
                    .map_err(|_| Mismatch),
                None => Ok(()),
            },
            (Self::Ecdsa(hash), Public::Ec { curve, point: Some(point) }) => match ecdsa(*curve, hash) {
                Some(algorithm) => with(algorithm, point),
                None => Ok(()),
            },
            (Self::Ed25519, Public::Ed25519(point)) => with(&ED25519, point),
            _ => Err(Mismatch),
        }
    }

    /// What verifies signatures of RSA keys of this size.
    fn rsa(self, bits: usize) -> Option<&'static RsaParameters> {
        let (least, parameters) = match self {
            Self::Pkcs1(Hash::Sha256) => (1024, &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
            Self::Pkcs1(Hash::Sha384) => (2048, &RSA_PKCS1_2048_8192_SHA384),
            Self::Pkcs1(Hash::Sha512) => (1024, &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
            Self::Pss(Hash::Sha256) => (2048, &RSA_PSS_2048_8192_SHA256),
            Self::Pss(Hash::Sha384) => (2048, &RSA_PSS_2048_8192_SHA384),
            Self::Pss(Hash::Sha512) => (2048, &RSA_PSS_2048_8192_SHA512),
            Self::Ecdsa(_) | Self::Ed25519 => return None,
        };
        (least..=8192).contains(&bits).then_some(parameters)
    }
}

/// What verifies signatures of this curve.
fn ecdsa(curve: Curve, hash: Hash) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match (curve, hash) {
        (Curve::P256, Hash::Sha256) => &ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Hash::Sha384) => &ECDSA_P256_SHA384_ASN1,
        (Curve::P384, Hash::Sha256) => &ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Hash::Sha384) => &ECDSA_P384_SHA384_ASN1,
        _ => return None,
    })
}

/// The hash of a PSS signature. Go accepts one hash for all its parts, and a salt of the same length.
fn hash_of_pss(algorithm: &AlgorithmIdentifierRef<'_>) -> Option<Hash> {
    let parameters: RsaPssParams<'_> = algorithm.parameters?.decode_as().ok()?;
    let mask = parameters.mask_gen.parameters?;
    let (hash, length) = match parameters.hash.oid.to_string().as_str() {
        "2.16.840.1.101.3.4.2.1" => (Hash::Sha256, 32),
        "2.16.840.1.101.3.4.2.2" => (Hash::Sha384, 48),
        "2.16.840.1.101.3.4.2.3" => (Hash::Sha512, 64),
        _ => return None,
    };
    let is_mgf1 = parameters.mask_gen.oid.to_string() == "1.2.840.113549.1.1.8";
    (is_mgf1 && mask.oid == parameters.hash.oid && parameters.salt_len == length).then_some(hash)
}
