//! Dialects, for texts whose meaning depends on the program that reads them.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) enum Dialect {
    /// A value is the rest of its line (`GKeyFile`, systemd.syntax(7), Python's configparser).
    Ini,
    /// A `#` starts a comment anywhere (wg(8)). Recognised by the names of the sections.
    WireGuard,
    /// sops' ini store, as parsed by gopkg.in/ini.v1: comments after values, and quotes.
    SopsIni,
    /// sops' dotenv store: no sections and no quotes; `\n` is an escaped line feed.
    SopsDotenv,
}

impl Dialect {
    /// The dialect of this text: one with only `WireGuard`'s sections is read by its rules.
    pub(super) fn of_text(self, text: &str) -> Self {
        let mut sections = text.lines().map(str::trim).filter_map(|line| line.strip_prefix('[')).peekable();
        let is_known = |section: &str| {
            let name = section.split(']').next().unwrap_or_default();
            ["interface", "peer"].iter().any(|known| name.eq_ignore_ascii_case(known))
        };
        match self {
            Self::Ini if sections.peek().is_some() && sections.all(is_known) => Self::WireGuard,
            other => other,
        }
    }

    /// The dialect before the text was examined.
    pub(super) fn as_given(self) -> Self {
        if self == Self::WireGuard { Self::Ini } else { self }
    }

    /// The separator between name and value if no other entry shows one.
    pub(super) fn separator(self) -> &'static str {
        if self == Self::SopsDotenv { "=" } else { " = " }
    }

    /// A value as it is written.
    ///
    /// # Errors
    /// `unsupported` if no line can hold it.
    pub(super) fn written(self, value: &str) -> Result<Zeroizing<String>> {
        let refused = |message: &'static str| Err(Error::new(ErrorKind::Unsupported, message));
        match self {
            Self::SopsDotenv if value.contains("\\n") => {
                refused("sops reads `\\n` in a .env file as a line feed, so this value cannot be stored")
            }
            Self::SopsDotenv => Ok(Zeroizing::new(value.replace('\n', "\\n"))),
            Self::SopsIni => quoted(value)
                .map_or_else(|| refused("an ini file of sops cannot hold a value with both ` and \"\"\""), Ok),
            Self::WireGuard if value.contains('#') => {
                refused("in a WireGuard file `#` starts a comment, so a value cannot contain it")
            }
            Self::Ini | Self::WireGuard if value.contains(['\n', '\r']) => {
                refused("a value in an ini file is one line, and this one has several")
            }
            Self::Ini | Self::WireGuard if value.trim() != value || value.ends_with('\\') => {
                refused("a value in an ini file cannot start or end with a space, or end with a backslash")
            }
            Self::Ini | Self::WireGuard => Ok(Zeroizing::new(value.to_owned())),
        }
    }
}

/// The value as ini.v1 writes it: unquoted if that parses to the same value, or else in `` ` `` or `"""`.
fn quoted(value: &str) -> Option<Zeroizing<String>> {
    let surrounded = ['"', '\''].iter().any(|quote| is_surrounded(value, *quote));
    let bare = value.trim() == value
        && !value.contains(['#', ';', '\n', '\r'])
        && !value.starts_with('`')
        && !value.starts_with("\"\"\"")
        && !value.ends_with('\\');
    let quote = match value {
        _ if bare && !surrounded => "",
        _ if !value.contains('`') => "`",
        _ if !value.contains("\"\"\"") => "\"\"\"",
        _ => return None,
    };
    Some(Zeroizing::new([quote, value, quote].concat()))
}

/// Whether the text has this quote at both ends and nowhere else.
pub(super) fn is_surrounded(text: &str, quote: char) -> bool {
    let inner = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner.is_some_and(|inner| !inner.contains(quote))
}

/// The content of a value on one line by ini.v1's rules, and the length of its notation; `None` if it continues on the
/// next lines in an unsupported way.
pub(super) fn unquoted(line: &str) -> Option<(usize, Cow<'_, str>)> {
    // The line end counts here.
    let length = line.len();
    let line = line.trim_end();
    for quote in ["\"\"\"", "`"] {
        let Some(rest) = line.strip_prefix(quote) else { continue };
        if quote == "`" || length > quote.len() {
            let end = rest.rfind(quote)?;
            return Some((end + 2 * quote.len(), Cow::Borrowed(&rest[..end])));
        }
    }
    if line.ends_with('\\') {
        return None;
    }
    let bare = line.find(['#', ';']).map_or(line, |comment| line[..comment].trim_end());
    let is_quoted = ['"', '\''].iter().any(|quote| is_surrounded(bare, *quote));
    let content = if is_quoted { &bare[1..bare.len() - 1] } else { bare };
    Some((bare.len(), Cow::Borrowed(content)))
}
