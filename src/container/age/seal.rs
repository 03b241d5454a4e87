//! Encrypts in memory for the recipients in the rules.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::io::Write;

use age::armor::{ArmoredWriter, Format};
use age::plugin::Recipient as PluginRecipient;
use age::secrecy::ExposeSecret;
use age::{DecryptError, EncryptError};
use age_core::format::{FileKey, Stanza};

use super::open::{holds, holds_by};
use super::plugin::PluginRecipients;
use super::recipient::{AgeRecipient, each, is_post_quantum, parse, refusals, short, without_comment};
use crate::container::{Identities, Sealed};
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{ProgramOutput, RecipientName, Shown};

/// The recipients of a file.
pub(in crate::container) struct AgeRecipients {
    all: Vec<Box<dyn age::Recipient>>,
    /// Their keys, for messages.
    keys: Vec<String>,
}

impl AgeRecipients {
    /// Parses the keys from the rules, without duplicates.
    ///
    /// # Errors
    /// `no-recipient` for the first text that is not a key, with its position, and for a missing plugin.
    pub(in crate::container) fn parse(keys: &[String]) -> Result<Self> {
        if let Some(refusal) = refusals(keys).first() {
            let message = shown!("recipient {} of the file is {}", refusal.position, refusal.why);
            return Err(Error::new(ErrorKind::NoRecipient, message).hint(refusal.why.hint()));
        }
        let mut recipients = Self { all: Vec::new(), keys: Vec::new() };
        let mut plugins: Vec<PluginRecipient> = Vec::new();
        let mut seen = HashSet::new();
        for (_, text) in each(keys).filter(|(_, text)| seen.insert(without_comment(text))) {
            match parse(&text) {
                Ok(AgeRecipient::Known(recipient)) => recipients.all.push(recipient),
                Ok(AgeRecipient::Plugin(recipient)) => plugins.push(recipient),
                Err(_) => continue,
            }
            recipients.keys.push(text);
        }
        if recipients.keys.is_empty() {
            return Err(no_recipients());
        }
        let names: HashSet<&str> = plugins.iter().map(PluginRecipient::plugin).collect();
        for name in names {
            let plugin = PluginRecipients::new(name, &plugins).ok_or_else(|| {
                let what = if name == "pq" { "a post-quantum key (age1pq1…)" } else { "a key" };
                let message = shown!(
                    "{} of the rules needs age-plugin-{}, which is not in PATH",
                    what,
                    RecipientName::shown(name)
                );
                Error::new(ErrorKind::NoRecipient, message).hint(match name {
                    "pq" => "install age-plugin-pq (it comes with age 1.3 and later), so that it is in PATH",
                    _ => "install the plugin, so that it is in PATH",
                })
            })?;
            recipients.all.push(Box::new(plugin));
        }
        Ok(recipients)
    }

    /// The error for recipients that exclude each other.
    fn incompatible(&self) -> Error {
        let listed = |wanted: bool| {
            let keys = self.keys.iter().filter(|key| is_post_quantum(key) == wanted);
            Shown::join(keys.map(|key| short(key)), ", ")
        };
        let message = shown!(
            "the recipients exclude each other: {} can only share a file with post-quantum keys, and {} cannot be one of them",
            listed(true),
            listed(false)
        );
        Error::new(ErrorKind::NoRecipient, message).hint(
            "a key of the older kind would let an attacker with a quantum computer read the file after all; use one kind for the file",
        )
    }
}

/// The error for rules without recipients.
fn no_recipients() -> Error {
    Error::new(ErrorKind::NoRecipient, "the rules list no recipients for the file")
        .hint("list its keys: \"NAME\".publicKeys = [ … ];")
}

/// A recipient that records the file key.
struct Recorder<'r> {
    recipient: &'r dyn age::Recipient,
    key: &'r OnceCell<FileKey>,
}

impl age::Recipient for Recorder<'_> {
    fn wrap_file_key(&self, key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        self.key.get_or_init(|| copy(key));
        self.recipient.wrap_file_key(key)
    }
}

/// An identity that knows the file key of one file.
struct Recorded<'k>(&'k FileKey);

impl age::Identity for Recorded<'_> {
    fn unwrap_stanza(&self, _: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        Some(Ok(copy(self.0)))
    }
}

fn copy(key: &FileKey) -> FileKey {
    FileKey::init_with_mut(|copy| copy.copy_from_slice(key.expose_secret()))
}

/// Encrypts the text, and verifies the ciphertext by decrypting it in memory: with one of the `identities` that needs
/// no user interaction, or else with the recorded file key. So a hardware key that opened the old file is not needed
/// again.
///
/// # Errors
/// `no-recipient` if there is none, they exclude each other, or a plugin fails; `damaged` if the ciphertext does not
/// decrypt to the text.
pub(in crate::container) fn seal(
    text: &[u8],
    recipients: &AgeRecipients,
    armor: bool,
    identities: Option<&Identities>,
) -> Result<Sealed> {
    let (sealed, key) = encrypt(text, recipients, armor)?;
    let by_identity = identities.map(|identities| holds(sealed.bytes(), text, identities));
    let holds = match by_identity {
        None => holds_by(sealed.bytes(), text, &Recorded(&key)),
        Some(Err(error)) if matches!(error.kind(), ErrorKind::NoIdentity | ErrorKind::PassphraseNeeded) => {
            holds_by(sealed.bytes(), text, &Recorded(&key))
        }
        Some(holds) => holds,
    };
    match holds {
        Ok(true) => Ok(sealed),
        _ => Err(Error::new(
            ErrorKind::Damaged,
            "the new ciphertext does not decrypt to the new text; nothing was written",
        )),
    }
}

/// The ciphertext and the file key.
fn encrypt(text: &[u8], recipients: &AgeRecipients, armor: bool) -> Result<(Sealed, FileKey)> {
    let (first, others) = recipients.all.split_first().ok_or_else(no_recipients)?;
    let key = OnceCell::new();
    let recorder = Recorder { recipient: &**first, key: &key };
    let all = std::iter::once(&recorder as &dyn age::Recipient).chain(others.iter().map(|recipient| &**recipient));
    let encryptor = age::Encryptor::with_recipients(all).map_err(|error| {
        let message = match error {
            EncryptError::MissingRecipients => return no_recipients(),
            EncryptError::IncompatibleRecipients { .. } => return recipients.incompatible(),
            EncryptError::Io(error) => shown!("a plugin did not encrypt: {}", error),
            error => shown!("the file cannot be encrypted: {}", ProgramOutput::shown(error.to_string())),
        };
        Error::new(ErrorKind::NoRecipient, message)
    })?;
    let format = if armor { Format::AsciiArmor } else { Format::Binary };
    // Every 64 KiB grow by 16 bytes, recipients take a few lines, and armor adds a third.
    let binary = text.len() + text.len() / 4096 + 1024;
    let mut out = Vec::with_capacity(if armor { binary / 2 * 3 } else { binary });
    ArmoredWriter::wrap_output(&mut out, format)
        .and_then(|armored| encryptor.wrap_output(armored))
        .and_then(|mut writer| writer.write_all(text).and_then(|()| writer.finish()))
        .and_then(ArmoredWriter::finish)
        .map_err(|error| Error::io("cannot encrypt", &error))?;
    let key = key.into_inner().ok_or_else(no_recipients)?;
    Ok((Sealed::new(out), key))
}
