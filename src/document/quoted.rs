//! Text in double quotes, as in YAML, JSON, and TOML.

use crate::memory::Zeroizing;

/// The text in double quotes, with control characters and `hidden` characters escaped.
pub(super) fn double(text: &str, hidden: impl Fn(char) -> bool) -> Zeroizing<String> {
    let escaped = |c: char| matches!(c, '"' | '\\') || c.is_control() || hidden(c);
    // The buffer never grows, since that would leave copies in memory.
    let room = text.len() + 5 * text.chars().filter(|c| escaped(*c)).count() + 2;
    let mut quoted = Zeroizing::new(String::with_capacity(room));
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if escaped(c) => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
