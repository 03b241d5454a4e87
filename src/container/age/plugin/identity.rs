//! A plugin that decrypts.

use std::io;

use age::DecryptError;
use age_core::format::{FileKey, Stanza};

use super::Plugin;
use super::conversation::{Conversation, Reply, complaint};

/// An identity that a plugin uses.
pub(in crate::container) struct PluginIdentity {
    plugin: Plugin,
    identity: age::plugin::Identity,
}

impl PluginIdentity {
    /// The identity, if its plugin is on the PATH.
    pub(in crate::container) fn new(identity: age::plugin::Identity) -> Option<Self> {
        let plugin = Plugin::find(identity.plugin())?;
        Some(Self { plugin, identity })
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
            // There is one file, of which one key is wanted.
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
        self.unwrap(stanzas).map_err(DecryptError::Io).transpose()
    }
}
