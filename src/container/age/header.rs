//! Who can read an age file, as its header tells without any key (age specification, "Header").

use std::io::Read;

use age::armor::ArmoredReader;

use super::open::is_age;
use crate::container::{Reader, Readers};
use crate::error::{Error, Kind, Result};

/// More than any header is long: the text before the payload.
const MOST: u64 = 1 << 20;

/// Reads the header of an age file, binary or armored.
///
/// # Errors
/// `damaged`, where it is none or is cut.
pub(in crate::container) fn read(bytes: &[u8]) -> Result<Readers> {
    let damaged = |what: &str| Error::new(Kind::Damaged, what.to_owned()).hint("restore it from git");
    if bytes.is_empty() {
        return Err(damaged("the file is empty"));
    }
    if !is_age(bytes) {
        return Err(damaged("this is no age file"));
    }
    let armor = bytes.starts_with(b"-----BEGIN");
    let mut text = Vec::new();
    // A fault further on, in the payload, does not matter here.
    let read = ArmoredReader::new(bytes).take(MOST).read_to_end(&mut text);
    let header = header_text(&text).ok_or_else(|| damaged("the header of the file is cut"));
    let header = if read.is_err() { header.map_err(|_| damaged("the armor of the file is damaged"))? } else { header? };
    let all = header.iter().filter_map(|line| line.strip_prefix("-> ")).filter_map(|line| {
        let mut words = line.split(' ');
        let kind = words.next()?.to_owned();
        let tag = kind.starts_with("ssh-").then(|| words.next().map(str::to_owned)).flatten();
        (!kind.ends_with("-grease")).then_some(Reader { kind, tag, key: None })
    });
    Ok(Readers { armor: Some(armor), all: all.collect() })
}

/// The lines up to the one with the header's authentication code; `None` where that is not there.
fn header_text(bytes: &[u8]) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(line).ok()?.to_owned();
        let last = line.starts_with("---");
        lines.push(line);
        if last {
            return Some(lines);
        }
    }
    None
}
