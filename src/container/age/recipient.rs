//! Public keys in the rules: which of them age supports as recipients, and why it rejects others.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::shown;
use crate::shown::{Part, RecipientName, Showable, Shown, TypeName};
use age::ssh::ParseRecipientKeyError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::{BigUint, RsaPublicKey};

/// The maximum length of an RSA key in bits. age has no limit of its own; its Rust library stops at 4096.
const LONGEST_RSA: usize = 16384;
/// The types of ssh keys that age supports.
const SSH: [&str; 2] = ["ssh-ed25519", "ssh-rsa"];
/// The types of ssh keys that it does not support.
const OTHER_SSH: [&str; 9] = [
    "ssh-dss",
    "ssh-ed448",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];

/// A key of the rules.
pub(super) enum AgeRecipient {
    /// A key that age itself supports.
    Known(Box<dyn age::Recipient>),
    /// A key that a plugin supports.
    Plugin(age::plugin::Recipient),
}

/// Why a text in the rules is not a usable recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    Private,
    /// An ssh key of a type that age does not support.
    SshType(String),
    /// An RSA key of fewer than 2048 bits.
    ShortRsa,
    /// An RSA key longer than the limit.
    LongRsa,
    /// A key of a known type with an error in it.
    Damaged(String),
    /// The path of a file that contains a key.
    Path,
    /// A placeholder of a template.
    Placeholder,
    Unknown,
}

impl Unusable {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Private => {
                "treat the key as leaked: generate a new one, put its public key here (`age-keygen -y FILE` prints \
                 it), rekey, and change every secret that it could read"
            }
            Self::SshType(_) => "use an ssh-ed25519 or ssh-rsa key, an age key, or one of an age plugin",
            Self::ShortRsa | Self::LongRsa => "use an ssh-ed25519 key, or an RSA key of 3072 bits",
            Self::Damaged(_) => "copy the key again",
            Self::Path => "read the key from the file: `builtins.readFile ./key.pub`",
            Self::Placeholder | Self::Unknown => "put a public key here: ssh-ed25519 …, ssh-rsa …, or age1…",
        }
    }
}

/// Why it is unusable; nothing of the text itself but the name of its type.
impl Showable for Unusable {
    fn part(&self) -> Part<'_> {
        let why = match self {
            Self::Private => {
                Shown::fixed("a private key; everyone who has this repository can read what is encrypted for it")
            }
            Self::SshType(kind) => {
                let name = TypeName::shown(kind);
                match kind {
                    kind if kind.starts_with("ecdsa-") => {
                        shown!("an ECDSA key ({}), which age does not support", name)
                    }
                    kind if kind.starts_with("sk-") => {
                        shown!("the key of an ssh security key ({}), which age does not support", name)
                    }
                    _ => shown!("an ssh key of the type {}, which age does not support", name),
                }
            }
            Self::ShortRsa => Shown::fixed("an ssh-rsa key of fewer than 2048 bits, which age refuses"),
            Self::LongRsa => shown!("an ssh-rsa key of more than {} bits", LONGEST_RSA),
            Self::Damaged(kind) => {
                shown!("a damaged {} key: a character is missing or wrong", TypeName::shown(kind))
            }
            Self::Path => Shown::fixed("a path, not a key"),
            Self::Placeholder => Shown::fixed("a placeholder, not a key"),
            Self::Unknown => Shown::fixed("not a public key"),
        };
        why.into()
    }
}

/// A text of the rules that is not a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRecipient {
    /// Its one-based position among the recipients of the file.
    pub position: usize,
    /// The text, used to find the line. It may be secret, so it is not printed.
    pub text: String,
    /// Why it is refused.
    pub why: Unusable,
}

/// The texts that were found to be keys: the files of a repository share them, and `doctor` looks at each several times.
static VALID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The texts that are not keys.
pub(in crate::container) fn refusals(keys: &[String]) -> Vec<RefusedRecipient> {
    let mut valid = VALID.lock().unwrap_or_else(PoisonError::into_inner);
    let refusal = |(index, text): (usize, String)| {
        if valid.contains(&text) {
            return None;
        }
        match parse(&text) {
            Ok(_) => {
                valid.insert(text);
                None
            }
            Err(why) => Some(RefusedRecipient { position: index + 1, text, why }),
        }
    };
    let mut all: Vec<RefusedRecipient> = each(keys).filter_map(refusal).collect();
    // For a text of several lines, one refusal is enough.
    all.dedup_by_key(|refusal| refusal.position);
    all
}

/// The keys in the rules as agenix reads them, each with the position of its text. A text may have several lines, like
/// an authorized keys file; empty lines and comments are skipped, and words are separated by one space.
pub(in crate::container) fn each(keys: &[String]) -> impl Iterator<Item = (usize, String)> + '_ {
    let lines = keys.iter().enumerate().flat_map(|(index, text)| text.lines().map(move |line| (index, line)));
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    lines.map(move |(index, line)| (index, words(line))).filter(|(_, key)| !key.is_empty() && !key.starts_with('#'))
}

/// The key without the comment of an ssh key.
pub(in crate::container) fn without_comment(key: &str) -> String {
    key.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// Whether it is an X25519 key.
pub(in crate::container) fn is_native(key: &str) -> bool {
    key.trim().parse::<age::x25519::Recipient>().is_ok()
}

/// Whether it is a post-quantum key, which cannot be mixed with others.
pub(super) fn is_post_quantum(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["age1pq1", "age1tagpq1"].iter().any(|start| key.starts_with(start))
}

/// A key for messages: its start and its end.
pub(super) fn short(key: &str) -> Shown {
    let mut words = key.split(' ');
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    let body = second.unwrap_or(first);
    let tail: String = body.chars().skip(body.chars().count().saturating_sub(6)).collect();
    match second {
        Some(_) => RecipientName::shown(format!("{first} …{tail}")),
        None => RecipientName::shown(format!("{}…{tail}", first.chars().take(12).collect::<String>())),
    }
}

/// Parses one line.
///
/// # Errors
/// Why it is not a usable recipient.
pub(super) fn parse(text: &str) -> Result<AgeRecipient, Unusable> {
    let text = text.trim();
    if is_private(text) {
        return Err(Unusable::Private);
    }
    let kind = text.split_whitespace().next().unwrap_or_default();
    if SSH.contains(&kind) {
        return ssh(text, kind);
    }
    if is_ssh_type(kind) {
        return Err(Unusable::SshType(kind.to_owned()));
    }
    if let Ok(recipient) = text.parse::<age::x25519::Recipient>() {
        return Ok(AgeRecipient::Known(Box::new(recipient)));
    }
    if let Ok(recipient) = text.parse::<age::tag::Recipient>() {
        return Ok(AgeRecipient::Known(Box::new(recipient)));
    }
    if let Ok(recipient) = text.parse::<age::tagpq::Recipient>() {
        return Ok(AgeRecipient::Known(Box::new(recipient)));
    }
    // A damaged native key must not be mistaken for the key of a plugin called `tag`.
    let damaged = ["age1tag1", "age1tagpq1"].iter().any(|native| text.to_ascii_lowercase().starts_with(native));
    match text.parse().ok().filter(|_| !damaged) {
        Some(plugin) => Ok(AgeRecipient::Plugin(plugin)),
        None => Err(unknown(text)),
    }
}

/// Parses an ssh key of a type that age supports.
fn ssh(text: &str, kind: &str) -> Result<AgeRecipient, Unusable> {
    match text.parse::<age::ssh::Recipient>() {
        Ok(recipient) => Ok(AgeRecipient::Known(Box::new(recipient))),
        Err(ParseRecipientKeyError::RsaModulusTooSmall) => Err(Unusable::ShortRsa),
        Err(ParseRecipientKeyError::RsaModulusTooLarge) => {
            long_rsa(text).map(|recipient| AgeRecipient::Known(Box::new(recipient))).ok_or(Unusable::LongRsa)
        }
        Err(_) if is_placeholder(text) || text == kind => Err(Unusable::Placeholder),
        Err(_) => Err(Unusable::Damaged(kind.to_owned())),
    }
}

/// An RSA key that is longer than the age library accepts.
fn long_rsa(text: &str) -> Option<age::ssh::Recipient> {
    let wire = STANDARD.decode(text.split_whitespace().nth(1)?).ok()?;
    // RFC 4253, section 6.6: `ssh-rsa`, the exponent, the modulus.
    let (_, rest) = string(&wire)?;
    let (exponent, rest) = string(rest)?;
    let (modulus, rest) = string(rest)?;
    let number = BigUint::from_bytes_be;
    let key = RsaPublicKey::new_with_max_size(number(modulus), number(exponent), LONGEST_RSA).ok()?;
    rest.is_empty().then(|| age::ssh::Recipient::SshRsa(wire.clone(), key))
}

/// A string of the ssh protocol, and the rest.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

/// Whether the word is a type of ssh keys, or of ssh certificates.
fn is_ssh_type(kind: &str) -> bool {
    SSH.contains(&kind)
        || OTHER_SSH.contains(&kind)
        || kind.strip_suffix("-cert-v01@openssh.com").is_some_and(is_ssh_type)
}

fn is_private(text: &str) -> bool {
    text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-")
        || (text.starts_with("-----BEGIN") && text.contains("PRIVATE KEY"))
}

fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let marks = ["<", "…", "...", "xxx", "your", "changeme", "change-me", "todo", "placeholder", "replace", "example"];
    marks.iter().any(|mark| lower.contains(mark))
}

/// Classifies a text that is not a key.
fn unknown(text: &str) -> Unusable {
    let is_path = ["/", "./", "../", "~/"].iter().any(|start| text.starts_with(start))
        || std::path::Path::new(text).extension().is_some_and(|ending| ending == "pub");
    match text {
        _ if is_placeholder(text) => Unusable::Placeholder,
        _ if is_path => Unusable::Path,
        _ if text.to_ascii_lowercase().starts_with("age1") => Unusable::Damaged("age".to_owned()),
        _ => Unusable::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_not_keys_are_classified() {
        for (text, expected) in [
            ("AGE-SECRET-KEY-1QQQQ", "a private key"),
            ("age-secret-key-1qqqq", "a private key"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
            ("ecdsa-sha2-nistp256 AAAA ada", "an ECDSA key (ecdsa-sha2-nistp256)"),
            ("sk-ssh-ed25519@openssh.com AAAA", "the key of an ssh security key (sk-ssh-ed25519@openssh.com)"),
            ("ssh-dss AAAA", "an ssh key of the type ssh-dss"),
            ("/etc/ssh/ssh_host_ed25519_key.pub", "a path"),
            ("keys/ada.pub", "a path"),
            ("ssh-ed25519 AAAA...", "a placeholder"),
            ("ssh-ed25519", "a placeholder"),
            ("<your key>", "a placeholder"),
            ("age1xxxxxxxx", "a placeholder"),
            (
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA4oOfq00Gf5fZdZRuu/txqX80pSqbt4GWZcGH90to0",
                "a damaged ssh-ed25519",
            ),
            ("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q", "a damaged age key"),
            ("hunter2", "not a public key"),
        ] {
            let why = parse(text).err().unwrap_or_else(|| panic!("{text} is a key")).into_shown();
            assert!(why.as_str().starts_with(expected), "{text}: {why}");
        }
    }
}
