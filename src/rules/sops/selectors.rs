//! Decides which values of a file are encrypted, by their keys or by the comments before them.

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::re2::Pattern;
use crate::shown;
use crate::shown::{Setting, Shown};

/// The default of sops for a file without a selector.
const DEFAULT_SUFFIX: &str = "_unencrypted";

/// The selector of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// Values below a key with this suffix are plaintext, all others are encrypted.
    UnencryptedSuffix(String),
    /// Values below a key with this suffix are encrypted, all others are plaintext.
    EncryptedSuffix(String),
    /// Like the suffix, with a pattern for the key.
    UnencryptedRegex(Pattern),
    /// Like the suffix, with a pattern for the key.
    EncryptedRegex(Pattern),
    /// Values below a matching comment are plaintext.
    UnencryptedCommentRegex(Pattern),
    /// Values below a matching comment are encrypted.
    EncryptedCommentRegex(Pattern),
}

/// The selectors as they are written, in the metadata of a file or in a creation rule. Empty texts count as missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Selectors {
    /// `unencrypted_suffix`
    pub unencrypted_suffix: Option<String>,
    /// `encrypted_suffix`
    pub encrypted_suffix: Option<String>,
    /// `unencrypted_regex`
    pub unencrypted_regex: Option<String>,
    /// `encrypted_regex`
    pub encrypted_regex: Option<String>,
    /// `unencrypted_comment_regex`
    pub unencrypted_comment_regex: Option<String>,
    /// `encrypted_comment_regex`
    pub encrypted_comment_regex: Option<String>,
}

impl Selectors {
    /// The selectors that are set, with their names.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("unencrypted_suffix", &self.unencrypted_suffix),
            ("encrypted_suffix", &self.encrypted_suffix),
            ("unencrypted_regex", &self.unencrypted_regex),
            ("encrypted_regex", &self.encrypted_regex),
            ("unencrypted_comment_regex", &self.unencrypted_comment_regex),
            ("encrypted_comment_regex", &self.encrypted_comment_regex),
        ];
        all.into_iter().filter_map(|(name, text)| Some((name, text.as_deref().filter(|text| !text.is_empty())?)))
    }

    /// These selectors, or the one that sops writes into a new file if there are none.
    #[must_use]
    pub fn or_default(self) -> Self {
        let is_set = self.named().next().is_some();
        if is_set { self } else { Self { unencrypted_suffix: Some(DEFAULT_SUFFIX.to_owned()), ..Self::default() } }
    }

    /// Fails for two selectors.
    ///
    /// # Errors
    /// Their names.
    pub(super) fn refuse_several(&self) -> Result<(), Shown> {
        let mut named = self.named();
        match (named.next(), named.next()) {
            (Some((first, _)), Some((second, _))) => {
                Err(shown!("`{}` and `{}` are both set; sops allows only one selector", first, second))
            }
            _ => Ok(()),
        }
    }

    /// The selector to use; without any, values below keys that end with `_unencrypted` are plaintext.
    ///
    /// # Errors
    /// `unsupported` if there are two, or if a pattern is invalid or cannot be matched exactly like in sops.
    pub fn selector(&self) -> Result<Selector> {
        self.refuse_several().map_err(|message| Error::new(ErrorKind::Unsupported, message))?;
        let Some((name, text)) = self.named().next() else {
            return Ok(Selector::UnencryptedSuffix(DEFAULT_SUFFIX.to_owned()));
        };
        let pattern = || {
            Pattern::new(text).map_err(|why| {
                Error::new(
                    ErrorKind::Unsupported,
                    shown!("the pattern of `{}` cannot be used: {}", name, Setting::shown(why)),
                )
            })
        };
        Ok(match name {
            "unencrypted_suffix" => Selector::UnencryptedSuffix(text.to_owned()),
            "encrypted_suffix" => Selector::EncryptedSuffix(text.to_owned()),
            "unencrypted_regex" => Selector::UnencryptedRegex(pattern()?),
            "encrypted_regex" => Selector::EncryptedRegex(pattern()?),
            "unencrypted_comment_regex" => Selector::UnencryptedCommentRegex(pattern()?),
            _ => Selector::EncryptedCommentRegex(pattern()?),
        })
    }
}

/// The comments that apply to a value: one list for each map and list around it, outermost first, with the comments
/// since the last item that was not a comment. Their text is as in the file, so encrypted comments are tokens.
pub type Comments = [Vec<String>];

impl Selector {
    /// Whether the value below these keys is encrypted. List positions are not part of the keys.
    pub fn encrypts<K: AsRef<str>>(&self, keys: &[K], comments: &Comments) -> bool {
        self.applies(keys, comments, false)
    }

    /// Whether a comment in the collection with these keys is encrypted. The comment itself is the last of `comments`.
    pub fn encrypts_comment<K: AsRef<str>>(&self, keys: &[K], comments: &Comments) -> bool {
        self.applies(keys, comments, true)
    }

    /// Whether comments decide, so that the caller must collect them.
    pub fn reads_comments(&self) -> bool {
        matches!(self, Self::UnencryptedCommentRegex(_) | Self::EncryptedCommentRegex(_))
    }

    /// Whether a token could be mistaken for a matching comment, which would make the file unreadable. sops refuses to
    /// write those.
    pub fn matches_comment(&self, text: &str) -> bool {
        matches!(self, Self::UnencryptedCommentRegex(pattern) if pattern.is_match(text))
    }

    fn applies<K: AsRef<str>>(&self, keys: &[K], comments: &Comments, is_comment: bool) -> bool {
        let any = |fits: &dyn Fn(&str) -> bool| keys.iter().any(|key| fits(key.as_ref()));
        match self {
            Self::UnencryptedSuffix(suffix) => !any(&|key| key.ends_with(suffix.as_str())),
            Self::EncryptedSuffix(suffix) => any(&|key| key.ends_with(suffix.as_str())),
            Self::UnencryptedRegex(pattern) => !any(&|key| pattern.is_match(key)),
            Self::EncryptedRegex(pattern) => any(&|key| pattern.is_match(key)),
            Self::UnencryptedCommentRegex(pattern) => !comments.iter().flatten().any(|text| pattern.is_match(text)),
            Self::EncryptedCommentRegex(pattern) => {
                let mut comments: Vec<&str> = comments.iter().flatten().map(String::as_str).collect();
                // The comment that selects encryption stays readable.
                if is_comment {
                    comments.pop();
                }
                comments.into_iter().any(|text| pattern.is_match(text))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selector(name: &str, text: &str) -> Selector {
        let json = serde_json::json!({ name: text });
        serde_json::from_value::<Selectors>(json).expect("selectors").selector().expect("a selector")
    }

    #[test]
    fn every_key_on_the_path_decides() {
        for (name, text, keys, encrypted) in [
            ("unencrypted_suffix", "_plain", &["a", "b"][..], true),
            ("unencrypted_suffix", "_plain", &["a_plain", "b"], false),
            ("encrypted_suffix", "_enc", &["a", "b"], false),
            ("encrypted_suffix", "_enc", &["a_enc", "b"], true),
            ("unencrypted_regex", "^token$", &["token", "x"], false),
            ("unencrypted_regex", "^token$", &["mytoken", "x"], true),
            ("encrypted_regex", "^(data|stringData)$", &["data", "x"], true),
            ("encrypted_regex", "^(data|stringData)$", &["kind"], false),
            ("encrypted_regex", "a", &[], false),
            ("unencrypted_regex", "a", &[], true),
        ] {
            assert_eq!(selector(name, text).encrypts(keys, &[]), encrypted, "{name} {text} {keys:?}");
        }
    }

    #[test]
    fn without_a_selector_the_suffix_of_sops_counts() {
        let selector = Selectors { encrypted_regex: Some(String::new()), ..Selectors::default() }.selector();
        assert!(!selector.clone().expect("the default").encrypts(&["a_unencrypted", "b"], &[]));
        assert!(selector.expect("the default").encrypts(&["a"], &[]));
    }

    #[test]
    fn comments_before_the_value_or_its_parents_decide() {
        let comments = |texts: &[&[&str]]| -> Vec<Vec<String>> {
            texts.iter().map(|texts| texts.iter().map(|text| (*text).to_owned()).collect()).collect()
        };
        let plain = selector("unencrypted_comment_regex", "plain");
        assert!(plain.reads_comments() && plain.encrypts(&["a"], &comments(&[&[" other"]])));
        assert!(!plain.encrypts(&["a"], &comments(&[&[" plain"], &[]])));
        assert!(!plain.encrypts_comment(&["a"], &comments(&[&[" plain"]])));
        let secret = selector("encrypted_comment_regex", "secret");
        assert!(secret.encrypts(&["a"], &comments(&[&[" secret"]])));
        assert!(!secret.encrypts(&["a"], &comments(&[&[], &[]])));
        assert!(!secret.encrypts_comment(&["a"], &comments(&[&[" secret"]])), "the comment itself stays readable");
        assert!(secret.encrypts_comment(&["a"], &comments(&[&[" secret", " more"]])));
    }

    #[test]
    fn two_selectors_and_invalid_patterns_are_refused() {
        let two = Selectors {
            encrypted_regex: Some("a".to_owned()),
            unencrypted_suffix: Some("b".to_owned()),
            ..Selectors::default()
        };
        let pattern = Selectors { encrypted_regex: Some("(?!a)".to_owned()), ..Selectors::default() };
        for (selectors, says) in [(two, "only one"), (pattern, "the pattern of `encrypted_regex`")] {
            let error = selectors.selector().expect_err("refused");
            assert!(error.kind() == ErrorKind::Unsupported && error.message().contains(says), "{error}");
        }
    }
}
