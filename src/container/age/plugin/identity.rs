//! A plugin that decrypts.

use std::io;
use std::sync::{Mutex, PoisonError};

use age::DecryptError;
use age::secrecy::ExposeSecret;
use age_core::format::{FileKey, Stanza};
use sha2::{Digest, Sha256};

use super::Plugin;
use super::conversation::{Conversation, Reply, complaint};

/// An identity used through a plugin.
pub(in crate::container) struct PluginIdentity {
    plugin: Plugin,
    identity: age::plugin::Identity,
    /// Its answers, so that a hardware key is asked only once for each file.
    answers: Mutex<Vec<PluginReply>>,
}

/// A plugin's answer to the stanzas of a file.
struct PluginReply {
    /// The SHA-256 of the stanzas.
    stanzas: [u8; 32],
    /// The key of the file; `None` if the file is not for the identity.
    key: Option<FileKey>,
}

impl PluginIdentity {
    /// The identity, if its plugin is in PATH.
    pub(in crate::container) fn new(identity: age::plugin::Identity) -> Option<Self> {
        let plugin = Plugin::find(identity.plugin())?;
        Some(Self { plugin, identity, answers: Mutex::default() })
    }

    fn unwrap(&self, stanzas: &[Stanza]) -> io::Result<Option<FileKey>> {
        let mut conversation = Conversation::start(&self.plugin, "identity-v1")?;
        conversation.say("add-identity", &[&self.identity.to_string()], &[]);
        for stanza in stanzas {
            let arguments: Vec<&str> =
                ["0", &stanza.tag].into_iter().chain(stanza.args.iter().map(String::as_str)).collect();
            conversation.say("recipient-stanza", &arguments, &stanza.body);
        }
        let (mut key, mut complaints) = (None, Vec::new());
        conversation.hear(|stanza| match stanza.tag.as_str() {
            // Only one file, with index 0, and only one key is expected.
            "file-key" if key.is_none() && stanza.args == ["0"] => {
                key = FileKey::try_init_with_mut(|key| match stanza.body.len() == key.len() {
                    true => {
                        key.copy_from_slice(&stanza.body);
                        Ok(())
                    }
                    false => Err(()),
                })
                .ok();
                if key.is_some() { Reply::Ok } else { Reply::Fail }
            }
            "file-key" => Reply::Fail,
            "error" => {
                complaints.push(complaint(&self.plugin, stanza));
                Reply::Ok
            }
            _ => Reply::Unsupported,
        })?;
        match (key, complaints.is_empty()) {
            (None, false) => Err(io::Error::other(complaints.join("\n"))),
            (key, _) => Ok(key),
        }
    }
}

impl age::Identity for PluginIdentity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let copy = Stanza { tag: stanza.tag.clone(), args: stanza.args.clone(), body: stanza.body.clone() };
        self.unwrap_stanzas(&[copy])
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        let hash = hash(stanzas);
        let known = |answers: &[PluginReply]| {
            answers.iter().find(|answer| answer.stanzas == hash).map(|answer| answer.key.as_ref().map(copy))
        };
        if let Some(key) = known(&self.answers.lock().unwrap_or_else(PoisonError::into_inner)) {
            return key.map(Ok);
        }
        let key = match self.unwrap(stanzas) {
            Ok(key) => key,
            Err(error) => return Some(Err(DecryptError::Io(error))),
        };
        let answer = PluginReply { stanzas: hash, key: key.as_ref().map(copy) };
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push(answer);
        key.map(Ok)
    }
}

fn copy(key: &FileKey) -> FileKey {
    FileKey::init_with_mut(|copy| copy.copy_from_slice(key.expose_secret()))
}

/// A hash of the stanzas; each part includes its length.
fn hash(stanzas: &[Stanza]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    };
    for stanza in stanzas {
        add(stanza.tag.as_bytes());
        add(&stanza.args.len().to_le_bytes());
        stanza.args.iter().for_each(|argument| add(argument.as_bytes()));
        add(&stanza.body);
    }
    hash.finalize().into()
}
