//! Lists who can read an age file, from its header and without any key (age specification, "Header").

use std::io::Read;

use age::armor::ArmoredReader;

use super::binary::{header_length, is_armored};
use crate::container::{Recipient, Recipients};
use crate::error::{Error, ErrorKind, Result};
use crate::input::Limit;

/// Whether the bytes begin like a binary age file: with a line that no text in another format begins with.
pub(in crate::container) fn is_binary(bytes: &[u8]) -> bool {
    bytes.starts_with(b"age-encryption.org/v1\n")
}

/// Whether the bytes start like an age file, binary or armored.
pub(in crate::container) fn is_age(bytes: &[u8]) -> bool {
    bytes.starts_with(b"age-encryption.org/")
        || bytes.trim_ascii_start().starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

/// Reads the header of an age file, binary or armored.
///
/// # Errors
/// `damaged` if it is missing or truncated; `io` for a header above the limit.
pub(in crate::container) fn read(bytes: &[u8]) -> Result<Recipients> {
    let damaged = |what: &'static str| Error::new(ErrorKind::Damaged, what).hint("restore it from git");
    if bytes.is_empty() {
        return Err(damaged("the file is empty"));
    }
    if !is_age(bytes) {
        return Err(damaged("this is not an age file"));
    }
    let armor = is_armored(bytes);
    let most = Limit::Header.bytes().map_err(|error| Error::io("cannot read the header", &error))?;
    let mut text = Vec::new();
    // An error later in the payload does not matter here.
    let read = ArmoredReader::new(bytes.trim_ascii_start()).take(most.saturating_add(1)).read_to_end(&mut text);
    let cut = || damaged(if read.is_err() { "the armor of the file is damaged" } else { "the header is truncated" });
    let length = header_length(&text)?.ok_or_else(cut)?;
    let header = std::str::from_utf8(&text[..length]).map_err(|_| damaged("the header is not text"))?;
    let all = header.lines().filter_map(|line| line.strip_prefix("-> ")).filter_map(|line| {
        let mut words = line.split(' ');
        let kind = words.next()?.to_owned();
        let has_tag = kind.starts_with("ssh-") || kind == "piv-p256";
        let tag = has_tag.then(|| words.next().map(str::to_owned)).flatten();
        (!kind.ends_with("-grease")).then_some(Recipient { kind, tag, key: None, group: 0 })
    });
    Ok(Recipients { armor: Some(armor), all: all.collect(), needed: 1 })
}

/// The tags of the ssh keys in an age header; empty for a damaged header.
pub(in crate::container) fn tags(bytes: &[u8]) -> Vec<String> {
    read(bytes).map(|readers| readers.all.into_iter().filter_map(|reader| reader.tag).collect()).unwrap_or_default()
}
