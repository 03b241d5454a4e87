//! Private keys, of which only the public half is kept.

use pkcs1::der::Decode;
use rsa::BigUint;

use super::public::{Curve, Public};
use super::{KeyError, KeyMaterial};

/// Parses `RSA PRIVATE KEY`, and validates its numbers as Go does.
pub(super) fn pkcs1(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    let key = pkcs1::RsaPrivateKey::from_der(der).map_err(|_| "it is not an RSA private key in PKCS #1")?;
    let number = |value: &pkcs1::UintRef<'_>| BigUint::from_bytes_be(value.as_bytes());
    let (modulus, exponents) = (number(&key.modulus), number(&key.public_exponent) * number(&key.private_exponent));
    let primes = [number(&key.prime1), number(&key.prime2)];
    let one = BigUint::from(1u8);
    let fits = primes.iter().all(|prime| *prime > one)
        && &primes[0] * &primes[1] == modulus
        && primes.iter().all(|prime| &exponents % (prime - &one) == one);
    if !fits {
        return Err("the numbers of the RSA key do not fit each other");
    }
    Ok(KeyMaterial::Private(Public::Rsa {
        modulus: key.modulus.as_bytes().to_vec(),
        exponent: key.public_exponent.as_bytes().to_vec(),
    }))
}

/// Parses `EC PRIVATE KEY`.
pub(super) fn sec1(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    let key = sec1::EcPrivateKey::from_der(der).map_err(|_| "it is not an EC private key in SEC 1")?;
    let oid = key.parameters.and_then(sec1::EcParameters::named_curve).ok_or("it names no curve")?;
    ec(Curve::of(&oid.to_string()), key.public_key)
}

/// Parses `PRIVATE KEY`.
pub(super) fn pkcs8(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    const WRONG: KeyError = "it is not a private key in PKCS #8";
    let info = pkcs8::PrivateKeyInfo::from_der(der).map_err(|_| WRONG)?;
    match info.algorithm.oid.to_string().as_str() {
        "1.2.840.113549.1.1.1" => pkcs1(info.private_key),
        "1.2.840.10045.2.1" => {
            let oid = info.algorithm.parameters_oid().map_err(|_| WRONG)?;
            let key = sec1::EcPrivateKey::from_der(info.private_key).map_err(|_| WRONG)?;
            ec(Curve::of(&oid.to_string()), key.public_key)
        }
        "1.3.101.112" => Ok(KeyMaterial::Private(Public::Ed25519(info.public_key.unwrap_or_default().to_vec()))),
        "1.3.101.110" => Ok(KeyMaterial::Other("an X25519 private key")),
        _ => Err("its algorithm is not supported"),
    }
}

fn ec(curve: Option<Curve>, point: Option<&[u8]>) -> Result<KeyMaterial, KeyError> {
    let curve = curve.ok_or("its curve is not supported")?;
    Ok(KeyMaterial::Private(Public::Ec { curve, point: point.map(<[u8]>::to_vec) }))
}
