//! Keys and chains of every kind, compared with Go's `crypto/x509`.

use std::path::Path;

use jiff::Timestamp;
use pkcs1::der::Encode;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd};

use super::{Chain, Curve, KeyMaterial, Public, parse, parse_pem};

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys").join(format!("{name}.pem"));
    std::fs::read_to_string(path).expect("the key is there")
}

fn read(name: &str) -> Result<KeyMaterial, super::KeyError> {
    parse_pem(&file(name))
}

#[test]
fn keys_have_the_same_kind_as_in_go() {
    for (name, kind) in [
        ("rsa2048.pkcs1", "an RSA private key"),
        ("rsa2048.pkcs8", "an RSA private key"),
        ("rsa2048.public", "an RSA public key"),
        ("rsa2048.public.pkcs1", "an RSA public key"),
        ("rsa1024.public", "an RSA public key"),
        ("secp224r1.sec1", "an ECDSA private key"),
        ("secp224r1.pkcs8", "an ECDSA private key"),
        ("secp224r1.public", "an ECDSA public key"),
        ("prime256v1.sec1", "an ECDSA private key"),
        ("prime256v1.pkcs8", "an ECDSA private key"),
        ("prime256v1.public", "an ECDSA public key"),
        ("secp384r1.sec1", "an ECDSA private key"),
        ("secp521r1.pkcs8", "an ECDSA private key"),
        ("secp521r1.public", "an ECDSA public key"),
        ("ed25519.pkcs8", "an Ed25519 private key"),
        ("ed25519.public", "an Ed25519 public key"),
        ("x25519.pkcs8", "an X25519 private key"),
        ("x25519.public", "an X25519 public key"),
        ("dsa.public", "a DSA public key"),
        ("certificate", "a certificate"),
        ("request", "a certificate request"),
        ("revocations", "a revocation list"),
    ] {
        assert_eq!(read(name).as_ref().map(KeyMaterial::kind), Ok(kind), "{name}");
    }
    for name in ["ed448.pkcs8", "ed448.public", "secp256k1.sec1", "secp256k1.pkcs8", "secp256k1.public"] {
        assert!(read(name).is_err(), "{name}");
    }
    assert_eq!(KeyMaterial::Symmetric(32).kind(), "a symmetric key");
}

#[test]
fn the_label_decides_the_format() {
    let relabelled = |name: &str, from: &str, to: &str| parse_pem(&file(name).replace(from, to)).map(|key| key.kind());
    assert_eq!(relabelled("rsa2048.pkcs8", "PRIVATE", "OWN PRIVATE"), Ok("an RSA private key"));
    assert_eq!(relabelled("rsa2048.public", "PUBLIC", "OWN PUBLIC"), Ok("an RSA public key"));
    for (name, from, to) in [
        ("rsa2048.public", "PUBLIC KEY", "OWN"),
        ("rsa2048.public", "PUBLIC", "RSA PUBLIC"),
        ("rsa2048.pkcs8", "PRIVATE", "RSA PRIVATE"),
        ("prime256v1.pkcs8", "PRIVATE", "EC PRIVATE"),
        ("certificate", "CERTIFICATE", "PUBLIC KEY"),
    ] {
        assert!(relabelled(name, from, to).is_err(), "{name} as {to}");
    }
}

#[test]
fn keys_of_one_length_have_it() {
    for kind in [0x70, 0x6e] {
        for (length, fits) in [(31_u8, false), (32, true), (33, false)] {
            let header = [0x30, length + 10, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, kind, 0x03, length + 1, 0x00];
            let der = [&header[..], &vec![7; usize::from(length)]].concat();
            assert_eq!(super::public::spki(&der).is_ok(), fits, "{kind:x} {length}");
        }
    }
}

#[test]
fn both_halves_of_a_pair_match_only_each_other() {
    for (private, public, fits) in [
        ("rsa2048.pkcs1", "rsa2048.public", true),
        ("rsa2048.pkcs8", "rsa2048.public.pkcs1", true),
        ("rsa2048.pkcs8", "rsa1024.public", false),
        ("secp224r1.sec1", "secp224r1.public", true),
        ("prime256v1.pkcs8", "prime256v1.public", true),
        ("secp384r1.sec1", "secp384r1.public", true),
        ("secp521r1.sec1", "secp521r1.public", true),
        ("secp521r1.sec1", "secp384r1.public", false),
    ] {
        let (private, other) = (read(private).unwrap(), read(public).unwrap());
        assert_eq!(private.public().unwrap().matches(other.public().unwrap()), fits, "{public}");
    }
    let bits = |name: &str| read(name).unwrap().public().unwrap().rsa_bits();
    assert_eq!(
        (bits("rsa2048.public"), bits("rsa1024.public"), bits("prime256v1.public")),
        (Some(2048), Some(1024), None)
    );
}

#[test]
fn keys_that_are_not_pem_may_be_base64_on_one_line() {
    for (text, expected) in [
        ("aGVsbG8=", Some(KeyMaterial::Symmetric(5))),
        ("aGVs\rbG8=", Some(KeyMaterial::Symmetric(5))),
        ("aGVs\nbG8=", None),
        ("-----aGVsbG8=", None),
        ("-----abc", None),
        ("not base64", None),
    ] {
        assert_eq!(parse(text).ok(), expected, "{text:?}");
    }
    assert!(parse(&file("rsa2048.public")).is_ok());
    assert!(parse_pem(&format!("{}x", file("rsa2048.public"))).is_err());
}

/// RFC 7638, computed by another program.
#[test]
fn thumbprints_of_elliptic_keys() {
    let point = |x: u8, y: u8, length: usize| [vec![4], vec![x; length], vec![y; length]].concat();
    for (key, expected) in [
        (Public::Ec { curve: Curve::P224, point: Some(point(1, 2, 28)) }, "f69a27"),
        (Public::Ec { curve: Curve::P256, point: Some(point(1, 2, 32)) }, "90e14a"),
        (Public::Ec { curve: Curve::P384, point: Some(point(1, 2, 48)) }, "ebf5a3"),
        (Public::Ec { curve: Curve::P521, point: Some(point(1, 2, 66)) }, "91ea1e"),
        (Public::Ed25519(vec![1; 32]), "ffdb04"),
    ] {
        assert_eq!(key.thumbprint().as_deref(), Some(expected), "{key:?}");
    }
    let halved = Public::Ec { curve: Curve::P256, point: Some(vec![4; 64]) };
    assert_eq!(halved.thumbprint(), None);
}

#[test]
fn the_numbers_of_an_rsa_key_must_fit() {
    let text = file("rsa2048.pkcs1");
    let (block, _) = super::pem::first(&text).unwrap();
    let with = |change: &dyn Fn(&mut [&'static [u8]; 3])| {
        let mut changed: [&'static [u8]; 3] = [&[]; 3];
        change(&mut changed);
        let mut key = pkcs1::RsaPrivateKey::try_from(block.der.as_slice()).unwrap();
        let [modulus, first, second] =
            changed.map(|bytes| (!bytes.is_empty()).then(|| pkcs1::UintRef::new(bytes).unwrap()));
        key.modulus = modulus.unwrap_or(key.modulus);
        key.prime1 = first.unwrap_or(key.prime1);
        key.prime2 = second.unwrap_or(key.prime2);
        super::private::pkcs1(&key.to_der().unwrap()).is_ok()
    };
    assert!(with(&|_| {}));
    // Another modulus, another prime, and a factor that is too small to be prime.
    assert!(!with(&|key| key[0] = &[0x7f; 256]));
    assert!(!with(&|key| key[1] = &[11]));
    assert!(!with(&|key| key[2] = &[1]));
    // A correct product of primes for which the exponents are wrong.
    assert!(!with(&|key| *key = [&[11 * 17], &[11], &[17]]));
    assert!(!with(&|key| *key = [&[2 * 13], &[2], &[13]]));
    assert!(!with(&|key| *key = [&[13], &[1], &[13]]));
}

fn certificate(
    key: &KeyPair,
    change: impl FnOnce(&mut CertificateParams),
    issuer: Option<&CertifiedIssuer<'_, KeyPair>>,
) -> String {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    change(&mut params);
    match issuer {
        Some(issuer) => params.signed_by(key, issuer).unwrap().pem(),
        None => params.self_signed(key).unwrap().pem(),
    }
}

fn authority(usages: &[KeyUsagePurpose], ca: IsCa) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    params.is_ca = ca;
    params.key_usages = usages.to_vec();
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

#[test]
fn each_certificate_is_signed_by_the_next() {
    let ca = || IsCa::Ca(BasicConstraints::Unconstrained);
    let now: Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
    let key = KeyPair::generate().unwrap();
    let [good, other] = [authority(&[], ca()), authority(&[KeyUsagePurpose::KeyCertSign], ca())];
    let [no_authority, no_signer] =
        [authority(&[], IsCa::ExplicitNoCa), authority(&[KeyUsagePurpose::DigitalSignature], ca())];
    for (signer, next, holds) in [
        (&good, &good, true),
        (&other, &other, true),
        (&good, &other, false),
        (&no_authority, &no_authority, false),
        (&no_signer, &no_signer, false),
    ] {
        let text = certificate(&key, |_| {}, Some(signer)) + &next.pem();
        let chain = Chain::parse(&text).unwrap();
        assert_eq!(chain.certificates().len(), 2);
        assert_eq!(chain.validate(now).is_ok(), holds, "{:?}", chain.validate(now));
        let own = parse_pem(&key.serialize_pem()).unwrap();
        assert!(chain.is_for(&own) && !chain.is_for(&read("prime256v1.sec1").unwrap()));
    }
}

#[test]
fn a_certificate_is_valid_from_its_first_second_to_its_last() {
    let text = certificate(&KeyPair::generate().unwrap(), |_| {}, None);
    let chain = Chain::parse(&text).unwrap();
    for (now, holds) in [
        ("2019-12-31T23:59:59Z", false),
        ("2020-01-01T00:00:00Z", true),
        ("2025-01-01T00:00:00Z", true),
        ("2030-01-01T00:00:00Z", true),
        ("2030-01-01T00:00:01Z", false),
    ] {
        assert_eq!(chain.validate(now.parse().unwrap()).is_ok(), holds, "{now}");
    }
}
