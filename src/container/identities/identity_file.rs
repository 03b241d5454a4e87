//! age identity files, with one identity per line.

use std::path::Path;

use super::refusal::refused;
use super::usable::Usable;
use crate::container::age::plugin::PluginIdentity;
use crate::error::Result;
use crate::shown;
use crate::shown::{FileName, RecipientName, Shown, TypeName};

/// The identities in an age identity file, and why others in it are unusable. Without `plugins`, those of plugins are.
///
/// # Errors
/// `no-identity` for a line that is not an identity, and for a file without any.
pub(super) fn read(path: &Path, bytes: &[u8], plugins: bool) -> Result<(Vec<Usable>, Vec<Shown>)> {
    let wrong = || refused(path, "the file contains no readable age identity");
    let text = std::str::from_utf8(bytes).map_err(|_| wrong())?;
    let (mut keys, mut unusable): (Vec<Usable>, Vec<Shown>) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Ok(identity) = line.parse::<age::x25519::Identity>() {
            keys.push(Usable::native(path, identity));
        } else if let Ok(identity) = line.parse::<age::plugin::Identity>() {
            let plugin = RecipientName::shown(identity.plugin());
            if !plugins {
                unusable.push(shown!(
                    "{}: the repository is not trusted to start age-plugin-{}",
                    path.display(),
                    plugin
                ));
                continue;
            }
            match PluginIdentity::new(identity) {
                Some(identity) => keys.push(Usable::plugin(path, Box::new(identity))),
                None => unusable.push(shown!("{}: age-plugin-{} is not in PATH", path.display(), plugin)),
            }
        } else if let Some(kind) = unknown_kind(line) {
            unusable.push(shown!("{}: line {}: {}", path.display(), index + 1, TypeName::shown(kind)));
        } else if is_public(line) {
            return Err(public(path).at(index + 1, 1));
        } else {
            return Err(wrong().at(index + 1, 1));
        }
    }
    if keys.is_empty() && unusable.is_empty() { Err(wrong()) } else { Ok((keys, unusable)) }
}

/// Whether the line is a public key of any kind.
fn is_public(line: &str) -> bool {
    ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "age1"].iter().any(|start| line.starts_with(start))
}

/// The error for a public key.
fn public(path: &Path) -> crate::error::Error {
    let name = path.display().to_string();
    let private = name.strip_suffix(".pub").filter(|private| Path::new(private).exists());
    let error = refused(path, shown!("{} is a public key, but decrypting needs the private one", path.display()));
    match private {
        Some(private) => error.hint(shown!("-i {}", FileName::shown(private))),
        None => error,
    }
}

/// The kind of an unsupported identity; `None` for a line that is not an identity, or a damaged one of a known kind.
/// The key is not repeated.
fn unknown_kind(line: &str) -> Option<String> {
    let (kind, key) = line.rsplit_once('1')?;
    let name = kind.to_ascii_uppercase().strip_prefix("AGE-SECRET-KEY-")?.strip_suffix('-')?.to_owned();
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if name.is_empty() || name.len() > 16 || key.is_empty() || !is_word(&name) || !is_word(key) {
        return None;
    }
    Some(match name.as_str() {
        "PQ" => "a post-quantum key (AGE-SECRET-KEY-PQ-…), which agepatch cannot use; age-plugin-pq \
            can convert it to an identity of its own (AGE-PLUGIN-PQ-…)"
            .to_owned(),
        other => format!("a key of an unknown kind (AGE-SECRET-KEY-{other}-…)"),
    })
}
