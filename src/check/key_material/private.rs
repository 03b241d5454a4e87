//! Private keys, of which only the public half is kept.

use pkcs1::UintRef;
use pkcs1::der::{Decode, Reader, SliceReader, Tag};
use rsa::BigUint;

use super::public::{Curve, Public};
use super::{KeyError, KeyMaterial};

/// Parses `RSA PRIVATE KEY`, and validates its numbers as Go does.
pub(super) fn pkcs1(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    const WRONG: KeyError = "it is not an RSA private key in PKCS #1";
    let ([modulus_bytes, exponent_bytes, private, p, q], derived) = numbers(der).map_err(|_| WRONG)?;
    let number = |value: UintRef<'_>| BigUint::from_bytes_be(value.as_bytes());
    let private = number(private);
    let (modulus, exponents) = (number(modulus_bytes), number(exponent_bytes) * &private);
    let primes = [number(p), number(q)];
    let one = BigUint::from(1u8);
    let fits = primes.iter().all(|prime| *prime > one)
        && &primes[0] * &primes[1] == modulus
        && primes.iter().all(|prime| &exponents % (prime - &one) == one);
    let fits = fits
        && derived.is_none_or(|[first, second, coefficient]| {
            let [p, q] = &primes;
            number(first) == &private % (p - &one)
                && number(second) == &private % (q - &one)
                && number(coefficient) * q % p == one
        });
    if !fits {
        return Err("the numbers of the RSA key are inconsistent");
    }
    Ok(KeyMaterial::Private(Public::Rsa {
        modulus: modulus_bytes.as_bytes().to_vec(),
        exponent: exponent_bytes.as_bytes().to_vec(),
    }))
}

/// The modulus, the exponents, the primes, and the three numbers derived from them. If one of the three is missing, Go
/// computes all three.
fn numbers(der: &[u8]) -> pkcs1::der::Result<([UintRef<'_>; 5], Option<[UintRef<'_>; 3]>)> {
    let mut reader = SliceReader::new(der)?;
    let found = reader.sequence(|reader| {
        u8::decode(reader)?;
        let mut number = || UintRef::decode(reader);
        let numbers = [number()?, number()?, number()?, number()?, number()?];
        let mut derived = Vec::new();
        while derived.len() < 3 && reader.peek_byte() == Some(u8::from(Tag::Integer)) {
            derived.push(UintRef::decode(reader)?);
        }
        let rest = reader.read_slice(reader.remaining_len())?;
        if !rest.is_empty() && !has_header(rest) {
            return Err(Tag::Integer.value_error());
        }
        Ok((numbers, <[UintRef<'_>; 3]>::try_from(derived).ok()))
    })?;
    reader.finish(found)
}

/// Whether the bytes start with a tag and a length as Go reads them.
fn has_header(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [_, 0..=0x7f, ..] | [_, 0x81, 0x80..=0xff, ..] | [_, 0x82, 1..=0xff, _, ..] | [_, 0x83, 1..=0xff, _, _, ..]
    )
}

/// Decodes the first value of `der`. Go ignores what follows it here.
fn leading<'d, T: Decode<'d>>(der: &'d [u8]) -> pkcs1::der::Result<T> {
    T::decode(&mut SliceReader::new(der)?)
}

/// Parses `EC PRIVATE KEY`.
pub(super) fn sec1(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    let key = leading::<sec1::EcPrivateKey<'_>>(der).map_err(|_| "it is not an EC private key in SEC 1")?;
    let oid = key.parameters.and_then(sec1::EcParameters::named_curve).ok_or("it names no curve")?;
    ec(Curve::of(&oid.to_string()), key.public_key)
}

/// Parses `PRIVATE KEY`.
pub(super) fn pkcs8(der: &[u8]) -> Result<KeyMaterial, KeyError> {
    const WRONG: KeyError = "it is not a private key in PKCS #8";
    let info = leading::<pkcs8::PrivateKeyInfo<'_>>(der).map_err(|_| WRONG)?;
    match info.algorithm.oid.to_string().as_str() {
        "1.2.840.113549.1.1.1" => pkcs1(info.private_key),
        "1.2.840.10045.2.1" => {
            let oid = info.algorithm.parameters_oid().map_err(|_| WRONG)?;
            let key = leading::<sec1::EcPrivateKey<'_>>(info.private_key).map_err(|_| WRONG)?;
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
