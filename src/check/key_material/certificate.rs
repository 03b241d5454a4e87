//! Certificate chains.

use jiff::Timestamp;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::public::{self, Public};
use super::{KeyError, KeyMaterial, pem};

/// Certificates, that of the key first, each signed by the next.
#[derive(Debug, Clone, Default)]
pub(in crate::check) struct Chain(Vec<Certificate>);

#[derive(Debug, Clone)]
pub(in crate::check) struct Certificate {
    der: Vec<u8>,
    key: Option<Public>,
    not_before: i64,
    /// When it expires, in seconds since 1970.
    pub(in crate::check) not_after: i64,
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
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| "it contains a damaged certificate")?;
        if !rest.is_empty() {
            return Err("it contains a certificate with something after it");
        }
        let key = public::spki(certificate.public_key().raw).ok().and_then(|key| key.public().cloned());
        Ok(Self {
            der: der.to_vec(),
            key,
            not_before: certificate.validity().not_before.timestamp(),
            not_after: certificate.validity().not_after.timestamp(),
        })
    }

    fn check_signature(&self, issuer: &Self) -> Result<(), KeyError> {
        const DAMAGED: KeyError = "it contains a damaged certificate";
        let (_, certificate) = X509Certificate::from_der(&self.der).map_err(|_| DAMAGED)?;
        let (_, issuer) = X509Certificate::from_der(&issuer.der).map_err(|_| DAMAGED)?;
        let may_sign = issuer.key_usage().ok().flatten().is_none_or(|usage| usage.value.key_cert_sign());
        if !issuer.is_ca() || !may_sign {
            return Err("a certificate in it is followed by one that may not sign certificates");
        }
        certificate
            .verify_signature(Some(issuer.public_key()))
            .map_err(|_| "a certificate in it is not signed by the one that follows")
    }
}
