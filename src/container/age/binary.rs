//! Splits an age file into header and payload in one pass, after removing the armor.
//!
//! The age crate reads a header of unknown length in small steps and parses it again at each, which takes time
//! quadratic in its length. Here the end of the header is found first, so that the crate gets all of it at once.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use age::Decryptor;
use age::armor::ArmoredReader;

use crate::error::{Error, ErrorKind, Result};
use crate::input::Limit;
use crate::shown;
use crate::shown::Setting;

/// The length of each line of a stanza's body except the last.
const BODY_LINE: usize = 64;

/// The bytes of an age file, binary.
pub(in crate::container) struct Binary<'b> {
    bytes: Cow<'b, [u8]>,
    /// The length of the header, including the line of its authentication code.
    header: usize,
}

impl<'b> Binary<'b> {
    /// Removes the armor, if there is one, and finds the end of the header.
    ///
    /// # Errors
    /// `damaged` if it is not an age file; `io` for a header above the limit.
    pub(in crate::container) fn read(bytes: &'b [u8]) -> Result<Self> {
        let bytes = if is_armored(bytes) {
            let mut binary = Vec::with_capacity(bytes.len());
            ArmoredReader::new(bytes.trim_ascii_start()).read_to_end(&mut binary).map_err(|_| damaged())?;
            Cow::Owned(binary)
        } else {
            Cow::Borrowed(bytes)
        };
        let header = header_length(&bytes)?.ok_or_else(damaged)?;
        Ok(Self { bytes, header })
    }

    /// The file, ready to be decrypted.
    ///
    /// # Errors
    /// `damaged` if the header is malformed.
    pub(in crate::container) fn decryptor(&self) -> Result<Decryptor<impl BufRead + '_>> {
        let (header, payload) = self.bytes.split_at(self.header);
        Decryptor::new_buffered(Parts { header, payload }).map_err(|_| damaged())
    }
}

/// Whether the file is armored. age allows blank space before the armor.
pub(in crate::container) fn is_armored(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"-----BEGIN")
}

/// The length of the header; `None` if the header or a stanza does not end: the age crate accepts a stanza without a
/// last line, which the specification forbids.
///
/// # Errors
/// `io` for a header above the limit.
pub(super) fn header_length(bytes: &[u8]) -> Result<Option<usize>> {
    let cannot = |error: &io::Error| Error::io("cannot read the header", error);
    let limit = Limit::Header.bytes().map_err(|error| cannot(&error))?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut length, mut in_body) = (0, false);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        length += line.len();
        if length > limit {
            let what = Limit::Header.exceeded().map_err(|error| cannot(&error))?;
            return Err(Error::new(ErrorKind::Io, shown!("the header of the file is {}", Setting::shown(what))));
        }
        let (end, stanza) = (line.starts_with(b"---"), line.starts_with(b"-> "));
        if in_body && (end || stanza) {
            return Ok(None);
        }
        if end {
            return Ok(line.ends_with(b"\n").then_some(length));
        }
        // The last line of a body is shorter than the others, which have 64 characters.
        in_body = stanza || (in_body && line.trim_ascii_end().len() == BODY_LINE);
    }
    Ok(None)
}

pub(super) fn damaged() -> Error {
    Error::new(ErrorKind::Damaged, "not a valid age file: truncated or corrupted")
        .hint("restore it from git; nothing in it can be trusted")
}

/// Header and payload; the first line that is read is the complete header.
struct Parts<'b> {
    header: &'b [u8],
    payload: &'b [u8],
}

impl Read for Parts<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Parts<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(if self.header.is_empty() { self.payload } else { self.header })
    }

    fn consume(&mut self, amount: usize) {
        let part = if self.header.is_empty() { &mut self.payload } else { &mut self.header };
        *part = part.get(amount..).unwrap_or_default();
    }

    fn read_until(&mut self, _end: u8, into: &mut Vec<u8>) -> io::Result<usize> {
        let header = std::mem::take(&mut self.header);
        into.extend_from_slice(header);
        Ok(header.len())
    }
}
