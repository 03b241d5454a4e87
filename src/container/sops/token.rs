//! Tokens: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]` is how sops writes an encrypted value.

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::plain::Type;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::Showable;

/// The prefix of every token.
pub const PREFIX: &str = "ENC[AES256_GCM,";

/// Go's standard encoding: padded, and lenient about unused bits of the last character.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// A parsed token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The ciphertext, as long as the plaintext.
    pub data: Vec<u8>,
    /// The nonce; sops writes 32 bytes.
    pub iv: Vec<u8>,
    /// The authentication tag.
    pub tag: Vec<u8>,
    /// The type of the value. It is not authenticated.
    pub kind: Type,
}

impl Token {
    /// Whether a text looks like a token.
    pub fn is_token(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// Parses a token. As in sops, text after its last bracket is ignored.
    ///
    /// # Errors
    /// `damaged` if a part is missing, is not base64, or the type is unknown.
    pub fn parse(text: &str) -> Result<Self> {
        let parts = Self::split(text).ok_or_else(|| damaged("the value is not an encrypted sops value"))?;
        let [data, iv, tag] = parts.0.map(|part| BASE64.decode(part));
        let part = |part: Result<Vec<u8>, _>, name: &'static str| {
            part.map_err(|_| damaged(shown!("`{}` is not base64", name)))
        };
        let (data, iv, tag) = (part(data, "data")?, part(iv, "iv")?, part(tag, "tag")?);
        let kind = Type::from_name(parts.1).ok_or_else(|| damaged("the value has an unknown type"))?;
        Ok(Self { data, iv, tag, kind })
    }

    /// The type, which is readable without a key; `None` for a text that is not a token.
    pub fn kind_of(text: &str) -> Option<Type> {
        Self::split(text).and_then(|(_, kind)| Type::from_name(kind))
    }

    /// The length of the value in bytes, which is readable without a key; `None` for a text that is not a token.
    pub fn length_of(text: &str) -> Option<usize> {
        let ([data, ..], _) = Self::split(text)?;
        Some(data.trim_end_matches('=').len() * 3 / 4)
    }

    fn split(text: &str) -> Option<([&str; 3], &str)> {
        let rest = text.strip_prefix(PREFIX)?.strip_prefix("data:")?;
        // sops ignores everything after a line break.
        let rest = rest.lines().next()?;
        let rest = &rest[..rest.rfind(']')?];
        let (rest, kind) = rest.rsplit_once(",type:")?;
        let (rest, tag) = rest.rsplit_once(",tag:")?;
        let (data, iv) = rest.rsplit_once(",iv:")?;
        let filled = [data, iv, tag, kind].iter().all(|part| !part.is_empty());
        filled.then_some(([data, iv, tag], kind))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [data, iv, tag] = [&self.data, &self.iv, &self.tag].map(|part| BASE64.encode(part));
        write!(f, "{PREFIX}data:{data},iv:{iv},tag:{tag},type:{}]", self.kind)
    }
}

fn damaged(what: impl Showable) -> Error {
    Error::new(ErrorKind::Damaged, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "ENC[AES256_GCM,data:aGk=,iv:AAAA,tag:AQID,type:str]";

    #[test]
    fn a_token_is_parsed_and_written_again() {
        let token = Token::parse(TOKEN).expect("a token");
        assert_eq!((&token.data[..], &token.iv[..], &token.tag[..]), (&b"hi"[..], &[0, 0, 0][..], &[1, 2, 3][..]));
        assert_eq!(token.to_string(), TOKEN);
        assert_eq!(Token::parse(&format!("{TOKEN} # trailing")).expect("as sops reads it"), token);
        assert_eq!((Token::kind_of(TOKEN), Token::length_of(TOKEN)), (Some(Type::Str), Some(2)));
        assert_eq!(Token::parse(&TOKEN.replace("aGk=", "aGl=")).expect("as Go reads it").data, b"hi");
    }

    #[test]
    fn anything_else_is_damaged() {
        for text in [
            "",
            "hello",
            "ENC[AES256_GCM,data:,iv:AAAA,tag:AQID,type:str]",
            "ENC[AES256_GCM,data:aGk=,iv:AAAA,tag:AQID]",
            "ENC[AES256_GCM,data:aGk=,tag:AQID,iv:AAAA,type:str]",
            "ENC[AES256_GCM,data:aGk,iv:AAAA,tag:AQID,type:str]",
            "ENC[AES256_GCM,data:a k=,iv:AAAA,tag:AQID,type:str]",
            "ENC[AES256_GCM,data:aGk=,iv:AAAA,tag:AQID,type:strange]",
            "ENC[AES256_GCM,data:aGk=,iv:AAAA,tag:AQID,type:str",
            "ENC[AES256_GCM,data:aGk=,iv:AA\nAA,tag:AQID,type:str]",
            "xENC[AES256_GCM,data:aGk=,iv:AAAA,tag:AQID,type:str]",
        ] {
            let error = Token::parse(text).expect_err("not a token");
            assert_eq!(error.kind(), ErrorKind::Damaged, "{text}");
        }
    }
}
