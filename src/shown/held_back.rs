//! Texts that are never printed although they are part of printable text: texts that a file also uses as a secret, and
//! credentials in URLs.
//!
//! A secret can be the text of a public option through an alias, a key through a typo, or part of a server's answer. So
//! its text is registered here when the file is read, and removed from all outside text before that becomes printable.
//! This is the second line of defence: `redact` does not show such values in the first place.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::texts::Texts;
use crate::memory::Zeroizing;

static TEXTS: Mutex<Option<Texts>> = Mutex::new(None);
/// Arguments that may be a secret in the wrong place, which errors do not repeat.
static ARGUMENTS: Mutex<Option<Texts>> = Mutex::new(None);
/// Whether there are any, which is false for most runs.
static ANY: AtomicBool = AtomicBool::new(false);
/// Whether the user asked for secrets.
static REVEALED: AtomicBool = AtomicBool::new(false);

/// Replaces removed texts.
const MARK: &str = "…";

/// Stops removing texts, since the user asked for secrets (`--reveal`).
pub fn reveal() {
    REVEALED.store(true, Ordering::Relaxed);
}

/// Registers texts that must not be printed.
pub fn hold_back<T: Into<String>>(texts: impl IntoIterator<Item = T>) {
    let mut known = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    for text in texts {
        let mut text = Zeroizing::new(text.into());
        if !text.trim().is_empty() {
            known.insert(std::mem::take(&mut *text));
        }
    }
    ANY.store(!known.is_empty(), Ordering::Relaxed);
}

/// Registers arguments that errors do not repeat. Results name them: what was meant as a name is one.
pub fn hold_back_in_errors(arguments: Vec<String>) {
    let mut known = ARGUMENTS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    for argument in arguments {
        known.insert(argument);
    }
}

/// The text as an error prints it, without arguments that may be a secret, even with `--reveal`.
pub fn in_error(text: &str) -> Cow<'_, str> {
    let arguments = ARGUMENTS.lock().unwrap_or_else(PoisonError::into_inner);
    let text = printable(text);
    match arguments.as_ref().and_then(|arguments| without(arguments, &text)) {
        Some(shorter) => Cow::Owned(shorter),
        None => text,
    }
}

/// Forgets and overwrites the texts before the program ends.
pub fn forget() {
    *ARGUMENTS.lock().unwrap_or_else(PoisonError::into_inner) = None;
    let mut known = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    ANY.store(false, Ordering::Relaxed);
    *known = None;
}

/// Whether the text is one that must not be printed.
pub fn is_held_back(text: &str) -> bool {
    ANY.load(Ordering::Relaxed)
        && TEXTS.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|known| known.contains(text))
}

/// The text without what must not be printed, unless the user asked for secrets.
pub fn printable(text: &str) -> Cow<'_, str> {
    if REVEALED.load(Ordering::Relaxed) { Cow::Borrowed(text) } else { without_secrets(text) }
}

/// The text without what must not be printed, even with `--reveal`, for text that is stored, like commits.
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    let text = without_texts(text);
    match without_credentials(&text) {
        Some(shorter) => Cow::Owned(shorter),
        None => text,
    }
}

fn without_texts(text: &str) -> Cow<'_, str> {
    if !ANY.load(Ordering::Relaxed) {
        return Cow::Borrowed(text);
    }
    let known = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    known.as_ref().and_then(|known| without(known, text)).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The text with a mark in place of the `known` ones; `None` if it contains none of them.
fn without(known: &Texts, text: &str) -> Option<String> {
    let places = known.places(text);
    let mut end = places.first()?.start;
    let mut out = String::with_capacity(text.len() + places.len() * MARK.len());
    out.push_str(&text[..end]);
    for place in places {
        out.push_str(&text[end..place.start]);
        out.push_str(MARK);
        end = place.end;
    }
    out.push_str(&text[end..]);
    Some(out)
}

/// The text with `…` instead of user information, query values, and fragment in each URL (RFC 3986); `None` if no URL
/// has any.
pub fn without_credentials(text: &str) -> Option<String> {
    // Only after one of these there is something to remove.
    if !text.contains("://") || !text.bytes().any(|byte| matches!(byte, b'@' | b'?' | b'#')) {
        return None;
    }
    // Enough capacity that it never grows and leaves no copy behind; a mark is at most twice as long as what it
    // replaces.
    let mut out = Zeroizing::new(String::with_capacity(2 * text.len() + MARK.len()));
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + "://".len());
        out.push_str(before);
        let end = after.find(|c: char| c.is_whitespace() || "\"'`<>".contains(c)).unwrap_or(after.len());
        // A URL ends where the next one starts: `https://a,https://b`.
        let end = after[..end].find("://").map_or(end, |next| after[..next].rfind([',', ';', ' ']).unwrap_or(end));
        let (url, following) = after.split_at(end);
        changed |= push_url(url, &mut out);
        rest = following;
    }
    out.push_str(rest);
    changed.then(|| std::mem::take(&mut *out))
}

/// Adds the part after the scheme; returns whether something was removed.
fn push_url(url: &str, out: &mut String) -> bool {
    let authority = url.find(['/', '?', '#', '\\']).unwrap_or(url.len());
    let (authority, rest) = url.split_at(authority);
    let mut changed = false;
    match authority.rsplit_once('@') {
        Some((user, host)) if !user.is_empty() => {
            out.push_str(MARK);
            out.push('@');
            out.push_str(host);
            changed = true;
        }
        _ => out.push_str(authority),
    }
    let (path, tail) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    out.push_str(path);
    let (query, fragment) = tail.split_at(tail.find('#').unwrap_or(tail.len()));
    for (index, part) in query.split_inclusive(['?', '&', ';']).enumerate() {
        let (part, separator) = match part.char_indices().last() {
            Some((at, '?' | '&' | ';')) => part.split_at(at),
            _ => (part, ""),
        };
        // A part without `=` may be a token.
        let (name, value) = part.split_once('=').map_or(("", part), |(name, value)| (name, value));
        if index == 0 || value.is_empty() {
            out.push_str(part);
        } else {
            out.push_str(name);
            out.push_str(if name.is_empty() { "" } else { "=" });
            out.push_str(MARK);
            changed = true;
        }
        out.push_str(separator);
    }
    if fragment.len() > 1 {
        out.push('#');
        out.push_str(MARK);
        changed = true;
    } else {
        out.push_str(fragment);
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lose_their_credentials() {
        for (text, expected) in [
            ("https://u:p@a.example.com/x", "https://…@a.example.com/x"),
            ("https://token@a.example.com", "https://…@a.example.com"),
            ("https://a@b:p@c.example.com:8443/@x", "https://…@c.example.com:8443/@x"),
            ("https://a.example.com/x?token=t&b=&c=1;d=2", "https://a.example.com/x?token=…&b=&c=…;d=…"),
            ("https://a.example.com?secret", "https://a.example.com?…"),
            ("https://a.example.com/#access_token=t", "https://a.example.com/#…"),
            ("tcp://u:p@[::1]:9091/?umask=0022", "tcp://…@[::1]:9091/?umask=…"),
            ("see `https://u:p@a/x` and https://b?c=d.", "see `https://…@a/x` and https://b?c=…"),
            ("[\"https://u:p@a\",\"b\"]", "[\"https://…@a\",\"b\"]"),
            ("https://a.example.com,https://u:p@b", "https://a.example.com,https://…@b"),
            ("a?redirect=https://u:p@b", "a?redirect=https://…@b"),
            ("https://a/?next=https://u:p@b/?x=y", "https://a/?next=…?x=…"),
        ] {
            assert_eq!(without_credentials(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["https://a.example.com:443/x/@y", "a@b", "x://", "", "https://a?", "https://a/#", "tcp://:9091"] {
            assert_eq!(without_credentials(text), None, "{text}");
        }
    }
}
