//! Encrypts and decrypts single values with a file's data key (AES-256-GCM with 32-byte nonces).

use std::fmt;

use aes_gcm::aead::consts::{U12, U16, U32};
use aes_gcm::aead::generic_array::{ArrayLength, GenericArray};
use aes_gcm::aes::Aes256;
use aes_gcm::{AeadInPlace, AesGcm, KeyInit};

use super::plain::{Plain, Type};
use super::token::Token;
use crate::container::Plaintext;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;
use crate::shown;
use crate::shown::Showable;

/// The length of a data key.
pub const KEY_LENGTH: usize = 32;
const IV_LENGTH: usize = 32;
const TAG_LENGTH: usize = 16;

/// The key that encrypts the values of one file. It is wiped on drop and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct DataKey(Zeroizing<[u8; KEY_LENGTH]>);

impl DataKey {
    /// A new random key.
    ///
    /// # Errors
    /// `io` if the operating system provides no randomness.
    pub fn generate() -> Result<Self> {
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        fill(&mut *key)?;
        Ok(Self(key))
    }

    /// The key with these bytes; `None` if there are not 32 of them.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let key: [u8; KEY_LENGTH] = bytes.try_into().ok()?;
        Some(Self(Zeroizing::new(key)))
    }

    /// The bytes, to encrypt them to recipients.
    pub fn expose(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey")
    }
}

/// A data key prepared for repeated use.
#[derive(Clone)]
pub struct Cipher {
    aes: Aes256,
    gcm: AesGcm<Aes256, U32>,
}

impl Cipher {
    /// Prepares the key.
    pub fn new(key: &DataKey) -> Self {
        let aes = Aes256::new(GenericArray::from_slice(&key.0[..]));
        Self { gcm: AesGcm::from(aes.clone()), aes }
    }

    /// Decrypts the text of a leaf. An empty text is an empty string, as in sops.
    ///
    /// # Errors
    /// `damaged` if the text is not a token, does not authenticate at this place, or does not fit its type. The caller
    /// adds the place to the error.
    pub fn decrypt(&self, text: &str, aad: &str) -> Result<Plain> {
        if text.is_empty() {
            return Ok(Plain::string(Vec::new()));
        }
        let token = Token::parse(text)?;
        let kind = token.kind;
        let bytes = self.open(token, aad)?;
        Plain::parse(kind, bytes).ok_or_else(|| damaged(shown!("the value does not fit its type, {}", kind.name())))
    }

    /// Encrypts a value with a new random nonce. Empty strings and comments become an empty text, as in sops.
    ///
    /// # Errors
    /// `io` if the operating system provides no randomness; `unsupported` for a value that is too long for AES-GCM.
    pub fn encrypt(&self, plain: &Plain, aad: &str) -> Result<String> {
        if plain.is_empty() {
            return Ok(String::new());
        }
        let mut iv = GenericArray::<u8, U32>::default();
        fill(&mut iv)?;
        let mut data = plain.bytes().to_vec();
        let tag = self.gcm.encrypt_in_place_detached(&iv, aad.as_bytes(), &mut data);
        let Ok(tag) = tag else {
            drop(Plaintext::new(data));
            return Err(Error::new(ErrorKind::Unsupported, "the value is too long to be encrypted"));
        };
        // sops reads bytes, but writes them as strings.
        let kind = if plain.kind() == Type::Bytes { Type::Str } else { plain.kind() };
        Ok(Token { data, iv: iv.to_vec(), tag: tag.to_vec(), kind }.to_string())
    }

    fn open(&self, token: Token, aad: &str) -> Result<Plaintext> {
        match token.iv.len() {
            IV_LENGTH => open_with(&self.gcm, token, aad),
            // Only hand-made files have these lengths, but sops reads any.
            12 => open_with(&AesGcm::<Aes256, U12>::from(self.aes.clone()), token, aad),
            16 => open_with(&AesGcm::<Aes256, U16>::from(self.aes.clone()), token, aad),
            length => Err(damaged(shown!("the value has a nonce of {} bytes, not {}", length, IV_LENGTH))),
        }
    }
}

fn open_with<N: ArrayLength<u8>>(gcm: &AesGcm<Aes256, N>, token: Token, aad: &str) -> Result<Plaintext> {
    let Token { mut data, iv, tag, .. } = token;
    if tag.len() != TAG_LENGTH {
        return Err(damaged(shown!("the value has a tag of {} bytes, not {}", tag.len(), TAG_LENGTH)));
    }
    let (iv, tag) = (GenericArray::<u8, N>::from_slice(&iv), GenericArray::from_slice(&tag));
    gcm.decrypt_in_place_detached(iv, aad.as_bytes(), &mut data, tag)
        .map_err(|_| damaged("the value does not authenticate: it was changed, or moved here from another place"))?;
    Ok(Plaintext::new(data))
}

/// The additional data of a leaf: the keys on its path, each followed by a colon. List positions are left out.
pub fn additional_data<'a>(keys: impl IntoIterator<Item = &'a str>) -> String {
    let mut aad = String::new();
    for key in keys {
        aad.push_str(key);
        aad.push(':');
    }
    // At the top level, as for a comment there, it is a single colon.
    if aad.is_empty() { ":".to_owned() } else { aad }
}

pub(super) fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes)
        .map_err(|error| Error::new(ErrorKind::Io, shown!("the system's random number generator failed: {}", error)))
}

fn damaged(what: impl Showable) -> Error {
    Error::new(ErrorKind::Damaged, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher() -> Cipher {
        Cipher::new(&DataKey::from_bytes(&[7; KEY_LENGTH]).expect("32 bytes"))
    }

    #[test]
    fn a_value_decrypts_only_where_it_was_encrypted() {
        let (cipher, aad) = (cipher(), additional_data(["a", "b"]));
        assert_eq!(aad, "a:b:");
        for plain in [Plain::string("x"), Plain::int(-7), Plain::float(1.5), Plain::bool(true), Plain::comment(" c")] {
            let token = cipher.encrypt(&plain, &aad).expect("encrypted");
            assert!(cipher.decrypt(&token, &aad).expect("it opens") == plain);
            let error = cipher.decrypt(&token, "a:c:").expect_err("another place");
            assert_eq!(error.kind(), ErrorKind::Damaged);
            let other = Cipher::new(&DataKey::generate().expect("random"));
            assert_eq!(other.decrypt(&token, &aad).expect_err("another key").kind(), ErrorKind::Damaged);
        }
    }

    #[test]
    fn every_token_has_a_new_nonce() {
        let cipher = cipher();
        let token =
            |_| Token::parse(&cipher.encrypt(&Plain::string("x"), "a:").expect("encrypted")).expect("a token").iv;
        let ivs: std::collections::HashSet<Vec<u8>> = (0..100).map(token).collect();
        assert!(ivs.len() == 100 && ivs.iter().all(|iv| iv.len() == IV_LENGTH));
    }

    #[test]
    fn each_changed_part_is_detected() {
        let cipher = cipher();
        let token = Token::parse(&cipher.encrypt(&Plain::string("hello"), "a:").expect("encrypted")).expect("a token");
        let flip = |part: &[u8]| part.iter().enumerate().map(|(at, byte)| byte ^ u8::from(at == 0)).collect::<Vec<_>>();
        for changed in [
            Token { data: flip(&token.data), ..token.clone() },
            Token { iv: flip(&token.iv), ..token.clone() },
            Token { tag: flip(&token.tag), ..token.clone() },
            Token { tag: token.tag[..12].to_vec(), ..token.clone() },
            Token { iv: token.iv[..12].to_vec(), ..token.clone() },
            Token { iv: token.iv[..16].to_vec(), ..token.clone() },
            Token { iv: Vec::new(), ..token.clone() },
            Token { kind: Type::Int, ..token.clone() },
        ] {
            assert_eq!(cipher.decrypt(&changed.to_string(), "a:").expect_err("noticed").kind(), ErrorKind::Damaged);
        }
    }

    #[test]
    fn empty_texts_are_left_as_they_are() {
        let cipher = cipher();
        assert_eq!(cipher.encrypt(&Plain::string(""), "a:").expect("left"), "");
        assert_eq!(cipher.encrypt(&Plain::comment(""), "a:").expect("left"), "");
        assert!(cipher.decrypt("", "a:").expect("left").is_empty());
        assert_eq!(additional_data([]), ":");
    }
}
