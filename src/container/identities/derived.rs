//! Derives an age key from an ssh-ed25519 key, like `ssh-to-age` does for sops-nix.

use bech32::{Bech32, Hrp};
use rsa::BigUint;
use sha2::{Digest, Sha512};
use ssh_key::PrivateKey;
use ssh_key::private::KeypairData;
use zeroize::Zeroize;

use crate::memory::{Buffer, Zeroizing};

/// The X25519 key derived from an ed25519 key in OpenSSH's format: its secret is the first half of the SHA-512 of the
/// seed, like the ed25519 key's own scalar (RFC 8032, section 5.1.5). `None` for other keys, and for a key with a
/// passphrase that is not given.
pub(super) fn key(file: &[u8], passphrase: Option<&str>) -> Option<age::x25519::Identity> {
    let mut key = PrivateKey::from_openssh(file.trim_ascii()).ok()?;
    if !key.algorithm().is_ed25519() {
        return None;
    }
    if key.is_encrypted() {
        key = key.decrypt(passphrase?).ok()?;
    }
    let KeypairData::Ed25519(pair) = key.key_data() else { return None };
    let seed = Zeroizing::new(pair.private.to_bytes());
    let mut digest = Sha512::digest(&seed[..]);
    let secret = digest.first_chunk::<32>().map(|half| Zeroizing::new(*half));
    digest.as_mut_slice().zeroize();
    // The age crate only parses keys from text, and clamps them when it uses them.
    let mut text = Buffer::default();
    bech32::encode_upper_to_fmt::<Bech32, _>(&mut text, Hrp::parse("AGE-SECRET-KEY-").ok()?, &secret?[..]).ok()?;
    text.into_text().parse().ok()
}

/// The recipient of the key derived from the ed25519 key with this public half: the same point on the curve's other
/// form (RFC 7748, section 4.1). The arithmetic uses only public values, so it need not take constant time.
pub(super) fn recipient(public: &[u8; 32]) -> Option<String> {
    let one = BigUint::from(1u8);
    let prime = (&one << 255) - BigUint::from(19u8);
    let mut point = *public;
    // The top bit is the sign of the other coordinate.
    point[31] &= 0x7f;
    let y = BigUint::from_bytes_le(&point) % &prime;
    // The inverse, by Fermat's little theorem.
    let inverse = (&prime + &one - &y).modpow(&(&prime - BigUint::from(2u8)), &prime);
    let mut u = ((&one + &y) * inverse % &prime).to_bytes_le();
    u.resize(32, 0);
    bech32::encode_lower::<Bech32>(Hrp::parse("age").ok()?, &u).ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::container::age::{AgeRecipients, open, seal};
    use crate::container::identities::Identities;

    /// A recorded host key and the output of `ssh-to-age` for it.
    const HOST: &str = "tests/data/sops/keys/host_ed25519";
    const ORACLE: &str = "tests/data/sops/keys/oracle/host_ed25519.txt";

    #[test]
    fn an_ed25519_key_opens_what_is_for_the_age_key_derived_from_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let oracle = std::fs::read_to_string(folder.join(ORACLE)).expect("recorded");
        let oracle: age::x25519::Identity = oracle.trim().parse().expect("an identity");
        let recipients = AgeRecipients::parse(&[oracle.to_public().to_string()]).expect("a recipient");
        let sealed = seal(b"a: 1\n", &recipients, false, None).expect("sealed");
        let open_with = |name: &str| {
            let identities = Identities::load(&[folder.join(name)]).expect("a key");
            open(sealed.bytes(), &identities, false).map(|(text, _)| text.expose().to_vec())
        };
        assert_eq!(open_with(HOST).expect("it opens"), b"a: 1\n");
        let public = std::fs::read_to_string(folder.join(format!("{HOST}.pub"))).expect("recorded");
        let public = ssh_key::PublicKey::from_openssh(&public).expect("a key");
        let public = public.key_data().ed25519().expect("an ed25519 key").0;
        assert_eq!(super::recipient(&public), Some(oracle.to_public().to_string()), "by the public half alone");
        assert!(open_with("tests/data/sops/keys/other_ed25519").is_err(), "another ed25519 key");
        assert!(open_with("tests/data/sops/keys/ssh_rsa").is_err(), "an RSA key has no such key");
    }

    #[test]
    fn a_key_with_a_passphrase_derives_it_once_it_is_unlocked() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{HOST}_locked"));
        let file = std::fs::read(path).expect("recorded");
        assert!(key(&file, Some("a passphrase")).is_some());
        assert!(key(&file, Some("another")).is_none() && key(&file, None).is_none());
        assert!(key(b"no key", None).is_none());
    }
}
