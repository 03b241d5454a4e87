//! Shamir's secret sharing over GF(2^8), for data keys that are split between several key groups.
//!
//! Each byte of the secret is the value at zero of its own random polynomial. A share consists of the polynomials'
//! values at one point, followed by that point as its last byte (the format of `HashiCorp` Vault, which sops uses).

use super::cipher::fill;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;
use crate::shown;

/// A share of a secret.
pub(super) type Share = Zeroizing<Vec<u8>>;

/// The maximum number of shares: points are single bytes, and zero is the secret itself.
const MOST: usize = 255;

/// Splits a secret into `count` shares, any `threshold` of which recover it. Their points are 1, 2, 3, …
///
/// # Errors
/// `no-recipient` for a threshold below 2 or above the number of shares; `io` if the system provides no randomness.
pub(super) fn split(secret: &[u8], count: usize, threshold: usize) -> Result<Vec<Share>> {
    if threshold < 2 || threshold > count || count > MOST {
        let message =
            shown!("`shamir_threshold` is {}, but must be from 2 to the number of key groups, {}", threshold, count);
        return Err(Error::new(ErrorKind::NoRecipient, message));
    }
    let mut coefficients = Zeroizing::new(vec![0; secret.len() * (threshold - 1)]);
    fill(&mut coefficients)?;
    let share = |point: u8| {
        let mut share = Vec::with_capacity(secret.len() + 1);
        for (at, byte) in secret.iter().enumerate() {
            let higher = &coefficients[at * (threshold - 1)..][..threshold - 1];
            share.push(higher.iter().fold(0, |sum, factor| multiply(sum ^ factor, point)) ^ byte);
        }
        share.push(point);
        Zeroizing::new(share)
    };
    Ok((1..=MOST).take(count).filter_map(|point| u8::try_from(point).ok()).map(share).collect())
}

/// The secret recovered from the shares, provided that they are enough and belong together, which cannot be verified
/// here. `None` if they are not shares, or two have the same point.
pub(super) fn combine(shares: &[&Share]) -> Option<Zeroizing<Vec<u8>>> {
    at(0, shares)
}

/// The share at another point, from enough shares to recover the secret.
pub(super) fn share_at(point: u8, shares: &[&Share]) -> Option<Share> {
    let mut share = at(point, shares)?;
    share.push(point);
    Some(share)
}

/// The values of the polynomials at `x`, by Lagrange interpolation.
fn at(x: u8, shares: &[&Share]) -> Option<Zeroizing<Vec<u8>>> {
    let length = shares.first()?.len().checked_sub(1).filter(|length| *length > 0)?;
    let points: Vec<u8> = shares.iter().filter_map(|share| share.last().copied()).collect();
    let distinct = points.iter().enumerate().all(|(at, point)| *point != 0 && !points[..at].contains(point));
    if !distinct || shares.iter().any(|share| share.len() != length + 1) {
        return None;
    }
    // One more byte of capacity, so that a point can be appended without moving the values.
    let mut values = Zeroizing::new(Vec::with_capacity(length + 1));
    values.resize(length, 0);
    for (share, point) in shares.iter().zip(&points) {
        let others = points.iter().filter(|other| *other != point);
        let weight = others.fold(1, |product, other| multiply(product, multiply(x ^ other, inverse(point ^ other))));
        for (value, byte) in values.iter_mut().zip(share.iter()) {
            *value ^= multiply(*byte, weight);
        }
    }
    Some(values)
}

/// The product in the field of AES, modulo x⁸ + x⁴ + x³ + x + 1, in constant time.
fn multiply(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |product: u8, bit| {
        let reduced = (product << 1) ^ ((product >> 7).wrapping_neg() & 0x1b);
        reduced ^ ((b >> bit & 1).wrapping_neg() & a)
    })
}

/// The inverse: the 254th power, since the 255th power is one.
fn inverse(a: u8) -> u8 {
    // 254 is 2 + 4 + … + 128.
    let mut square = a;
    (1..8).fold(1, |product, _| {
        square = multiply(square, square);
        multiply(product, square)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_field_is_that_of_aes() {
        // FIPS 197, section 4.2.
        assert_eq!((multiply(0x57, 0x83), multiply(0x57, 0x13)), (0xc1, 0xfe));
        for a in 1..=255 {
            assert_eq!(multiply(a, inverse(a)), 1, "{a}");
            assert_eq!(multiply(a, 1), a);
        }
    }

    #[test]
    fn a_share_of_vault_is_understood() {
        // Two points of 5 + 7x per byte, computed by hand: at 1 it is 2, at 2 it is 5 ^ 14 = 11.
        let (one, two) = (Zeroizing::new(vec![2, 1]), Zeroizing::new(vec![11, 2]));
        assert_eq!(combine(&[&one, &two]).expect("combined")[..], [5]);
        assert_eq!(share_at(3, &[&two, &one]).expect("a share")[..], [0x5 ^ 0x7 ^ 0xe, 3]);
    }

    #[test]
    fn invalid_shares_are_refused() {
        let share = |bytes: &[u8]| Zeroizing::new(bytes.to_vec());
        let (one, same, zero, longer, short) =
            (share(&[1, 2, 1]), share(&[3, 4, 1]), share(&[1, 2, 0]), share(&[1, 2, 3, 2]), share(&[1]));
        assert!(combine(&[&one, &same]).is_none() && combine(&[&one, &zero]).is_none());
        assert!(combine(&[&one, &longer]).is_none() && combine(&[&short]).is_none() && combine(&[]).is_none());
        for (count, threshold) in [(2, 0), (2, 1), (2, 3), (0, 0), (256, 2)] {
            assert_eq!(split(b"secret", count, threshold).expect_err("refused").kind(), ErrorKind::NoRecipient);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_threshold_of_the_shares_recovers_the_secret(
            secret in prop::collection::vec(any::<u8>(), 1..40),
            count in 2_usize..12,
            fewer in 0_usize..10,
            order in any::<prop::sample::Index>(),
        ) {
            let threshold = count.saturating_sub(fewer).max(2);
            let shares = split(&secret, count, threshold).expect("split");
            let mut chosen: Vec<&Share> = shares.iter().collect();
            chosen.rotate_left(order.index(count));
            let left_out = chosen[threshold..].iter().map(|share| share[secret.len()]).collect::<Vec<_>>();
            chosen.truncate(threshold);
            prop_assert_eq!(&combine(&chosen).expect("combined")[..], &secret[..]);
            for point in left_out {
                let share = share_at(point, &chosen).expect("a share");
                prop_assert_eq!(&share[..], &shares[usize::from(point) - 1][..]);
            }
            if threshold > 2 {
                chosen.truncate(threshold - 1);
                let wrong = combine(&chosen).expect("combined");
                // A byte is equal by chance once in 256 times.
                prop_assert!(secret.len() < 4 || wrong[..] != secret[..]);
            }
        }
    }
}
