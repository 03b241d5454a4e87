//! Encrypting in memory, for those whom the rules name.

use std::collections::HashSet;
use std::io::Write;

use age::EncryptError;
use age::armor::{ArmoredWriter, Format};
use age::plugin::Recipient as PluginRecipient;

use super::open::holds;
use super::plugin::PluginRecipients;
use crate::container::{Identities, Sealed};
use crate::error::{Error, Kind, Result};

/// Those who may read a file.
pub(in crate::container) struct Recipients(Vec<Box<dyn age::Recipient>>);

/// A key of the rules.
enum Key {
    /// One that age itself knows.
    Known(Box<dyn age::Recipient>),
    /// One for a plugin.
    Plugin(PluginRecipient),
}

impl Recipients {
    /// Reads the keys as the rules have them; one that is named twice counts once.
    ///
    /// # Errors
    /// `no-recipient`, naming the key that cannot be read by its number, or the plugin that is missing.
    pub(in crate::container) fn parse(keys: &[String]) -> Result<Self> {
        let mut recipients = Vec::new();
        let mut plugins: Vec<PluginRecipient> = Vec::new();
        let mut seen = HashSet::new();
        for (index, text) in each(keys) {
            let text = text.as_str();
            let unreadable = || Error::new(Kind::NoRecipient, format!("key {} of the rules cannot be read", index + 1));
            let key = key(text).ok_or_else(unreadable)?;
            if !seen.insert(without_comment(text)) {
                continue;
            }
            match key {
                Key::Known(recipient) => recipients.push(recipient),
                Key::Plugin(recipient) => plugins.push(recipient),
            }
        }
        if recipients.is_empty() && plugins.is_empty() {
            return Err(Error::new(Kind::NoRecipient, "the rules name nobody who could read the file"));
        }
        let names: HashSet<&str> = plugins.iter().map(PluginRecipient::plugin).collect();
        for name in names {
            let plugin = PluginRecipients::new(name, &plugins).ok_or_else(|| {
                let what = if name == "pq" { "a post-quantum key (age1pq1…)" } else { "a key" };
                let message = format!("{what} of the rules needs age-plugin-{name}, which is not on the PATH");
                Error::new(Kind::NoRecipient, message).hint(match name {
                    "pq" => "install age-plugin-pq (it comes with age 1.3 and later), so that it is on the PATH",
                    _ => "install the plugin, so that it is on the PATH",
                })
            })?;
            recipients.push(Box::new(plugin));
        }
        Ok(Self(recipients))
    }

    /// Whether a key can be read; a plugin that it needs may be missing.
    pub(in crate::container) fn is_key(text: &str) -> bool {
        key(text).is_some()
    }
}

/// The keys of the rules as agenix takes them, each with the position of its text: a text may hold several lines, as a
/// file of authorized keys does; an empty one is skipped, and so is a comment. Words are separated by one space.
pub(in crate::container) fn each(keys: &[String]) -> impl Iterator<Item = (usize, String)> + '_ {
    let lines = keys.iter().enumerate().flat_map(|(index, text)| text.lines().map(move |line| (index, line)));
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    lines.map(move |(index, line)| (index, words(line))).filter(|(_, key)| !key.is_empty() && !key.starts_with('#'))
}

fn key(text: &str) -> Option<Key> {
    // A key read from a file has its end of line. Of several lines only the first would be taken, so they are none.
    let text = text.trim();
    if text.contains('\n') {
        return None;
    }
    if let Ok(recipient) = text.parse::<age::ssh::Recipient>() {
        return Some(Key::Known(Box::new(recipient)));
    }
    if let Ok(recipient) = text.parse::<age::x25519::Recipient>() {
        return Some(Key::Known(Box::new(recipient)));
    }
    if let Ok(recipient) = text.parse::<age::tag::Recipient>() {
        return Some(Key::Known(Box::new(recipient)));
    }
    if let Ok(recipient) = text.parse::<age::tagpq::Recipient>() {
        return Some(Key::Known(Box::new(recipient)));
    }
    // A damaged key of a kind that age itself knows is none of a plugin called `tag`.
    let damaged = ["age1tag1", "age1tagpq1"].iter().any(|native| text.to_ascii_lowercase().starts_with(native));
    text.parse().ok().filter(|_| !damaged).map(Key::Plugin)
}

/// The key itself: what an ssh key says after it is only a name.
pub(in crate::container) fn without_comment(key: &str) -> String {
    key.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// Encrypts the text, and decrypts the ciphertext in memory, where one of the `identities` can.
///
/// # Errors
/// `no-recipient`, where there is none, they exclude each other, or a plugin refuses; `damaged`, where the ciphertext does
/// not decrypt to the text.
pub(in crate::container) fn seal(
    text: &[u8],
    recipients: &Recipients,
    armor: bool,
    identities: Option<&Identities>,
) -> Result<Sealed> {
    let sealed = encrypt(text, recipients, armor)?;
    match identities.map(|identities| holds(sealed.bytes(), text, identities)) {
        None | Some(Ok(true)) => Ok(sealed),
        Some(Err(error)) if matches!(error.kind(), Kind::NoIdentity | Kind::PassphraseNeeded) => Ok(sealed),
        _ => Err(Error::new(Kind::Damaged, "the new ciphertext does not decrypt to the new text; nothing is written")),
    }
}

fn encrypt(text: &[u8], recipients: &Recipients, armor: bool) -> Result<Sealed> {
    let encryptor =
        age::Encryptor::with_recipients(recipients.0.iter().map(|recipient| &**recipient)).map_err(|error| {
            let message = match error {
                EncryptError::MissingRecipients => "the rules name nobody who could read the file".to_owned(),
                EncryptError::IncompatibleRecipients { .. } => "the keys of the rules exclude each other: a file for post-quantum keys (age1pq1…, age1tagpq1…) can be for no \
                     others".to_owned(),
                EncryptError::Io(error) => format!("a plugin did not encrypt: {error}"),
                error => format!("the file cannot be encrypted: {error}"),
            };
            Error::new(Kind::NoRecipient, message)
        })?;
    let format = if armor { Format::AsciiArmor } else { Format::Binary };
    // Each 64 KiB get 16 bytes more, the recipients a few lines, and armor a third.
    let binary = text.len() + text.len() / 4096 + 1024;
    let mut out = Vec::with_capacity(if armor { binary / 2 * 3 } else { binary });
    ArmoredWriter::wrap_output(&mut out, format)
        .and_then(|armored| encryptor.wrap_output(armored))
        .and_then(|mut writer| writer.write_all(text).and_then(|()| writer.finish()))
        .and_then(ArmoredWriter::finish)
        .map_err(|error| Error::io("cannot encrypt", &error))?;
    Ok(Sealed::new(out))
}

/// Whether the key is one that age itself encrypts for, by X25519.
pub(in crate::container) fn is_native(key: &str) -> bool {
    key.trim().parse::<age::x25519::Recipient>().is_ok()
}
