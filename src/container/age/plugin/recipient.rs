//! A plugin that encrypts.

use std::collections::HashSet;
use std::io;

use age::EncryptError;
use age::secrecy::ExposeSecret;
use age_core::format::{FileKey, Stanza};

use super::Plugin;
use super::conversation::{Conversation, Reply, complaint};

/// The recipients of one plugin.
pub(in crate::container) struct PluginRecipients {
    plugin: Plugin,
    recipients: Vec<String>,
}

impl PluginRecipients {
    /// The recipients for the plugin of this kind, if it is in PATH.
    pub(in crate::container) fn new(kind: &str, recipients: &[age::plugin::Recipient]) -> Option<Self> {
        let plugin = Plugin::find(kind)?;
        let recipients = recipients.iter().filter(|recipient| recipient.plugin() == kind);
        Some(Self { plugin, recipients: recipients.map(ToString::to_string).collect() })
    }

    fn wrap(&self, key: &FileKey) -> io::Result<(Vec<Stanza>, HashSet<String>)> {
        let mut conversation = Conversation::start(&self.plugin, "recipient-v1")?;
        for recipient in &self.recipients {
            conversation.say("add-recipient", &[recipient], &[]);
        }
        conversation.say("extension-labels", &[], &[]);
        conversation.say("wrap-file-key", &[], key.expose_secret());
        let (mut stanzas, mut labels, mut complaints) = (Vec::new(), None, Vec::new());
        let mut wrong = |what: &str| {
            complaints.push(format!("{}: {what}", self.plugin.name));
            Reply::Ok
        };
        let mut messages = Vec::new();
        conversation.hear(|stanza| match stanza.tag.as_str() {
            // There is only one file, with index 0; the rest is the stanza for its header.
            "recipient-stanza" if stanza.args.len() >= 2 && stanza.args[0] == "0" => {
                let mut args = std::mem::take(&mut stanza.args);
                let tag = args.remove(1);
                args.remove(0);
                stanzas.push(Stanza { tag, args, body: std::mem::take(&mut stanza.body) });
                Reply::Ok
            }
            "recipient-stanza" => wrong("it encrypted a file that it was not given"),
            "labels" if labels.is_none() => {
                let set: HashSet<String> = stanza.args.iter().cloned().collect();
                let unique = set.len() == stanza.args.len();
                labels = Some(set);
                if unique { Reply::Ok } else { wrong("it sent a label twice") }
            }
            "labels" => wrong("it sent labels twice"),
            "error" => {
                messages.push(complaint(&self.plugin, stanza));
                Reply::Ok
            }
            _ => Reply::Unsupported,
        })?;
        complaints.extend(messages);
        if complaints.is_empty() && stanzas.is_empty() {
            complaints.push(format!("{} encrypted for no recipient, without a reason", self.plugin.name));
        }
        match complaints.is_empty() {
            true => Ok((stanzas, labels.unwrap_or_default())),
            false => Err(io::Error::other(complaints.join("\n"))),
        }
    }
}

impl age::Recipient for PluginRecipients {
    fn wrap_file_key(&self, key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        self.wrap(key).map_err(EncryptError::Io)
    }
}
