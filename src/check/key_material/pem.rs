//! PEM blocks as found by Go's `encoding/pem`: text before a block and damaged blocks are skipped.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// The text between the dashes (`PRIVATE KEY`).
    pub(super) label: &'a str,
    pub(super) der: crate::memory::Zeroizing<Vec<u8>>,
}

/// The first block of `text`, and the text after it.
pub(super) fn first(text: &str) -> Option<(Block<'_>, &str)> {
    let mut rest = text;
    loop {
        let begin = find_line(rest, "-----BEGIN ")?;
        rest = &rest[begin + "-----BEGIN ".len()..];
        let (line, below) = split_line(rest);
        let Some(label) = line.strip_suffix("-----") else { continue };
        // Without this, many first lines alone would each be searched to the end.
        find_line(below, "-----END ")?;
        let mark = format!("-----END {label}-----");
        let Some(end) = find_line(below, &mark) else { continue };
        let (tail, after) = split_line(&below[end + mark.len()..]);
        if !tail.is_empty() {
            continue;
        }
        let body: String = without_headers(&below[..end]).chars().filter(|c| !" \t\r\n".contains(*c)).collect();
        let body = crate::memory::Zeroizing::new(body);
        if let Ok(der) = STANDARD.decode(body.as_bytes()) {
            return Some((Block { label, der: der.into() }, after));
        }
    }
}

/// The offset of the first line that starts with `start`.
fn find_line(text: &str, start: &str) -> Option<usize> {
    let begins = |at: usize| at == 0 || text.as_bytes()[at - 1] == b'\n';
    text.match_indices(start).map(|(at, _)| at).find(|at| begins(*at))
}

/// The first line without trailing white space, and the text after it.
fn split_line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.trim_end_matches([' ', '\t', '\r']), rest)
}

/// `Proc-Type: …` lines may precede the content.
fn without_headers(body: &str) -> &str {
    let mut rest = body;
    while let Some((line, below)) = rest.split_once('\n').filter(|(line, _)| line.contains(':')) {
        let _ = line;
        rest = below;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks() {
        let text = "junk\n-----BEGIN A-----\nAAEC\n-----END A-----\n-----BEGIN B-----\nAw==\n-----END B-----\n";
        let (block, rest) = first(text).unwrap();
        assert_eq!((block.label, block.der.as_slice()), ("A", &[0, 1, 2][..]));
        let (block, rest) = first(rest).unwrap();
        assert_eq!((block.label, block.der.as_slice(), rest), ("B", &[3][..], ""));
    }

    #[test]
    fn no_block() {
        for text in ["", "x", "-----BEGIN A-----\nAAEC\n", "-----BEGIN A-----\n!\n-----END A-----\n"] {
            assert!(first(text).is_none(), "{text}");
        }
    }
}
