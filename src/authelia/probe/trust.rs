//! The trusted certificate authorities: those of this machine, and one that the user adds.

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::error::{Error, ErrorKind, Result};

/// Certificate authorities beyond those of this machine.
#[derive(Debug, Clone, Default)]
pub struct Trust(Vec<Certificate<'static>>);

impl Trust {
    /// Parses PEM text.
    ///
    /// # Errors
    /// `usage` if it is damaged or contains no certificate.
    pub fn from_pem(pem: &[u8]) -> Result<Self> {
        let items: std::result::Result<Vec<PemItem<'_>>, _> = parse_pem(pem).collect();
        let items = items.map_err(|_| Error::new(ErrorKind::Usage, "the certificate authority is not valid PEM"))?;
        let certificates: Vec<_> = items
            .into_iter()
            .filter_map(|item| match item {
                PemItem::Certificate(certificate) => Some(certificate),
                _ => None,
            })
            .collect();
        if certificates.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "it contains no certificate")
                .hint("--ca takes PEM: -----BEGIN CERTIFICATE-----"));
        }
        Ok(Self(certificates))
    }

    /// These and those of this machine, or Mozilla's if this machine has none.
    pub(super) fn roots(&self) -> RootCerts {
        let own = rustls_native_certs::load_native_certs().certs;
        if own.is_empty() && self.0.is_empty() {
            return RootCerts::WebPki;
        }
        let own = own.iter().map(|certificate| Certificate::from_der(certificate).to_owned());
        own.chain(self.0.iter().cloned()).collect::<Vec<_>>().into()
    }
}
