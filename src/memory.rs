//! Memory for secrets, which is wiped when it is freed, also when a buffer grows.

use std::fmt;
use std::io::{self, Read, Write};
use std::ops::{Deref, DerefMut};

use zeroize::Zeroize;

/// How much to read at once if the length is unknown.
const CHUNK: usize = 1 << 16;

/// Wipes its content on drop. Unlike `zeroize::Zeroizing`, which wipes a `Vec` and a `String` byte by byte, it does not
/// take as long as decrypting for a large document.
#[derive(Default, Clone, PartialEq, Eq)]
pub struct Zeroizing<T: Wipe>(T);

/// Types that [`Zeroizing`] can wipe.
pub trait Wipe {
    /// Overwrites the content and the spare capacity with zeros.
    fn wipe(&mut self);
}

impl Wipe for Vec<u8> {
    fn wipe(&mut self) {
        self.as_mut_slice().zeroize();
        self.clear();
        self.spare_capacity_mut().zeroize();
    }
}

impl Wipe for String {
    fn wipe(&mut self) {
        std::mem::take(self).into_bytes().wipe();
    }
}

impl Wipe for Vec<String> {
    fn wipe(&mut self) {
        self.iter_mut().for_each(Wipe::wipe);
    }
}

impl<const LENGTH: usize> Wipe for [u8; LENGTH] {
    fn wipe(&mut self) {
        self.as_mut_slice().zeroize();
    }
}

impl<T: Wipe> Zeroizing<T> {
    pub fn new(held: T) -> Self {
        Self(held)
    }
}

impl<T: Wipe> From<T> for Zeroizing<T> {
    fn from(held: T) -> Self {
        Self(held)
    }
}

/// Prints nothing of its content.
impl<T: Wipe> fmt::Debug for Zeroizing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Zeroizing")
    }
}

impl<T: Wipe> Deref for Zeroizing<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Wipe> DerefMut for Zeroizing<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Wipe> Drop for Zeroizing<T> {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

/// A growable buffer of bytes. Unlike a `Vec`, it leaves no copies behind when it grows.
#[derive(Default)]
pub(crate) struct Buffer(Zeroizing<Vec<u8>>);

impl Buffer {
    /// An empty buffer with capacity for this many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(bytes)))
    }

    /// Reserves capacity for more bytes.
    fn reserve(&mut self, more: usize) {
        let (length, capacity) = (self.0.len(), self.0.capacity());
        if length + more > capacity {
            let mut larger = Zeroizing::new(Vec::with_capacity((length + more).max(2 * capacity)));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
    }

    /// Adds text at the end.
    pub(crate) fn push_str(&mut self, text: &str) {
        self.push(text.as_bytes());
    }

    /// The content as text.
    pub(crate) fn into_text(self) -> Zeroizing<String> {
        Zeroizing::new(String::from_utf8(self.into_bytes()).unwrap_or_default())
    }

    /// Adds bytes at the end.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The bytes.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// Returns the bytes; the caller must wipe them.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.0)
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// Like `format!`, without leaving copies behind.
pub(crate) fn written(text: fmt::Arguments<'_>) -> Zeroizing<String> {
    let mut buffer = Buffer::default();
    // Writing to a buffer cannot fail.
    let _taken = fmt::write(&mut buffer, text);
    buffer.into_text()
}

/// Returns the text; the caller must wipe it.
pub(crate) fn into_string(mut text: Zeroizing<String>) -> String {
    std::mem::take(&mut *text)
}

/// The text with every `from` replaced.
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> Zeroizing<String> {
    Zeroizing::new(text.split(from).collect::<Vec<_>>().join(to))
}

/// Reads to the end.
///
/// # Errors
/// Errors of the reader.
pub(crate) fn read(reader: &mut dyn Read, expected: usize) -> io::Result<Vec<u8>> {
    let mut buffer = Buffer::default();
    // One byte more than expected, to see the end without growing.
    buffer.reserve(expected + 1);
    let mut length = 0;
    loop {
        if length == buffer.0.len() {
            buffer.reserve(if length < buffer.0.capacity() { 1 } else { CHUNK });
            let room = buffer.0.capacity();
            buffer.0.resize(room, 0);
        }
        match reader.read(&mut buffer.0[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.0.truncate(length);
    Ok(buffer.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_complete_at_any_length() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 7] {
            let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).expect("small")).collect();
            for expected in [0, 1, length, length + 10] {
                assert!(read(&mut &bytes[..], expected).expect("it is read") == bytes, "{length} bytes, {expected}");
            }
        }
    }

    #[test]
    fn wiped_memory_is_empty_and_debug_shows_nothing() {
        let (mut text, mut bytes, mut array) = ("secret".to_owned(), b"secret".to_vec(), *b"secret");
        let mut list = vec![text.clone()];
        text.wipe();
        bytes.wipe();
        array.wipe();
        list.wipe();
        assert!(text.is_empty() && bytes.is_empty() && array == [0; 6] && list == [""]);
        assert_eq!(format!("{:?}", Zeroizing::new("secret".to_owned())), "Zeroizing");
    }

    #[test]
    fn pushed_bytes_are_kept_in_order() {
        let mut buffer = Buffer::default();
        for number in 0..1_000 {
            buffer.push(format!("{number} ").as_bytes());
        }
        let whole: String = (0..1_000).map(|number| format!("{number} ")).collect();
        assert!(buffer.as_slice() == whole.as_bytes() && buffer.into_bytes() == whole.as_bytes());
    }
}
