//! A sops file as a container.

use super::audit::faults;
use super::create::{Indents, create};
use super::datakey::Unlocked;
use super::metadata::{Group, Metadata};
use super::open::OpenFile;
use super::sops_file::SopsFile;
use super::store::Store;
use crate::container::{
    Back, Closed, Container, ContainerKind, Fault, Identities, OpenOptions, Opened, Recipient, Recipients, Sealed,
    Sealing,
};
use crate::document::Format;
use crate::error::Result;
use crate::rules::SopsRule;

/// A sops file of any store.
struct Sops<'b> {
    bytes: &'b [u8],
    store: Store,
}

/// A new sops file, by its creation rule in `.sops.yaml`.
///
/// # Errors
/// Errors of [`Metadata::create`] and [`create`].
pub(in crate::container) fn new(name: &str, text: &[u8], rule: &SopsRule) -> Result<Sealed> {
    made(text, Store::of_name(name), rule)
}

fn made(text: &[u8], store: Store, rule: &SopsRule) -> Result<Sealed> {
    let (metadata, unlocked) = Metadata::create(rule, store == Store::Binary)?;
    let indents = Indents { yaml: rule.yaml_indent, json: rule.json_indent };
    create(text, store, &metadata, &unlocked.key, indents).map(Sealed::new)
}

/// The container of a sops file; `None` for other files.
pub(in crate::container) fn detect<'b>(name: &str, bytes: &'b [u8]) -> Option<Box<dyn Container + 'b>> {
    let store = Store::of(name, bytes)?;
    Some(Box::new(Sops { bytes, store }))
}

impl Container for Sops<'_> {
    fn kind(&self) -> ContainerKind {
        ContainerKind::Sops
    }

    fn recipients(&self) -> Result<Recipients> {
        let file = SopsFile::parse(self.bytes, self.store)?;
        let mut all = Vec::new();
        for (number, group) in file.metadata().groups.iter().enumerate() {
            let age = group.age.iter().map(|key| Recipient {
                kind: kind_of(&key.recipient),
                tag: Recipient::tag_of(&key.recipient),
                key: Some(key.recipient.clone()),
                group: number,
            });
            all.extend(age);
            let others = group.others.iter().map(|key| Recipient {
                kind: key.title().to_owned(),
                tag: None,
                key: Some(key.name.clone()),
                group: number,
            });
            all.extend(others);
        }
        Ok(Recipients { armor: None, all, needed: file.metadata().needed() })
    }

    fn open(&self, identities: &Identities, options: OpenOptions) -> Result<Opened> {
        let file = SopsFile::parse(self.bytes, self.store)?;
        let key = Unlocked::open(file.metadata(), identities, options.ask)?.key;
        let open = file.open(&key, options.ignore_mac)?;
        let damaged = open.refuse_damaged().err();
        let (view, selector, nodes) = (open.view().clone(), open.file().selector().clone(), open.nodes());
        let mut opened = Opened::new(view, open);
        opened.nodes = nodes;
        opened.damaged = damaged;
        opened.format = Some(self.store.format());
        // Comments do not reveal anything about values that do not exist yet.
        opened.selector = (!selector.reads_comments()).then_some(selector);
        Ok(opened)
    }

    fn replace(&self, text: &[u8], sealing: &Sealing<'_>) -> Result<Sealed> {
        if let Some(rule) = sealing.rule.and_then(|rule| rule.sops.as_ref()) {
            return made(text, self.store, rule);
        }
        // Keeps the readers, with a new data key, since the old one is unknown.
        let unlocked = Unlocked::generate()?;
        let file = SopsFile::parse(self.bytes, self.store)?;
        let old = file.metadata();
        let age = |group: &Group| group.age.iter().map(|key| key.recipient.clone()).collect();
        let groups: Vec<Vec<String>> = old.groups.iter().map(age).collect();
        let metadata = Metadata { groups: unlocked.seal(&groups, old.threshold)?, ..old.clone() };
        create(text, self.store, &metadata, &unlocked.key, Indents::default()).map(Sealed::new)
    }

    fn rekey(&self, sealing: &Sealing<'_>, rotate: bool) -> Result<Sealed> {
        super::rekey::rekey(self.bytes, self.store, sealing, rotate).map(Sealed::new)
    }

    fn faults(&self, identities: Option<&Identities>) -> Vec<Fault> {
        SopsFile::parse(self.bytes, self.store).map(|file| faults(&file, identities)).unwrap_or_default()
    }
}

impl Back for OpenFile {
    fn back(&self, view: &[u8], _: &Sealing<'_>) -> Result<Sealed> {
        OpenFile::back(self, view).map(Sealed::new)
    }
}

/// What a file shows without a key; `None` for other files.
pub(in crate::container) fn closed(name: &str, bytes: &[u8], tokens: bool) -> Option<Result<Closed>> {
    let store = Store::of(name, bytes)?;
    let file = match SopsFile::parse(bytes, store) {
        Ok(file) => file,
        Err(error) => return Some(Err(error)),
    };
    let selector = Some(file.selector().clone()).filter(|selector| !selector.reads_comments());
    // The envelope of the binary store is JSON.
    let format = if store == Store::Binary { Format::Json } else { store.format() };
    Some(Ok(Closed { text: file.closed(tokens), format, selector }))
}

/// The format of a file's text, if its container fixes it.
pub(in crate::container) fn format_of(name: &str, bytes: &[u8]) -> Option<Format> {
    Store::of(name, bytes).map(Store::format)
}

/// The format of a new sops file.
pub(in crate::container) fn format_of_name(name: &str) -> Format {
    Store::of_name(name).format()
}

/// The type of a recipient, as in an age header.
fn kind_of(recipient: &str) -> String {
    match recipient.split_once(' ') {
        Some((kind, _)) => kind.to_owned(),
        None => match recipient.strip_prefix("age1").and_then(|rest| rest.rsplit_once('1')) {
            Some((plugin, _)) if !plugin.is_empty() => plugin.to_owned(),
            _ => "X25519".to_owned(),
        },
    }
}
