//! Who reads the text, where that decides what a line means.

use std::borrow::Cow;

use crate::error::{Error, Kind, Result};
use crate::memory::Zeroizing;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) enum Dialect {
    /// A value is the rest of its line (`GKeyFile`, systemd.syntax(7), Python's configparser).
    Ini,
    /// A `#` begins a comment anywhere (wg(8)). Chosen by the names of the sections.
    WireGuard,
    /// sops' ini store, read by gopkg.in/ini.v1: comments behind values, and quotes.
    SopsIni,
    /// sops' dotenv store: no sections and no quotes; `\n` is an escaped line feed.
    SopsDotenv,
}

impl Dialect {
    /// The rules for this text: a text with the sections of `WireGuard` and no others is read as it reads it.
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

    /// The rules before the text was looked at.
    pub(super) fn as_given(self) -> Self {
        if self == Self::WireGuard { Self::Ini } else { self }
    }

    /// What is between a name and its value where no sibling shows it.
    pub(super) fn separator(self) -> &'static str {
        if self == Self::SopsDotenv { "=" } else { " = " }
    }

    /// A value as it is written.
    ///
    /// # Errors
    /// `unsupported` if no line can hold it.
    pub(super) fn written(self, value: &str) -> Result<Zeroizing<String>> {
        let refused = |message: &str| Err(Error::new(Kind::Unsupported, message.to_owned()));
        match self {
            Self::SopsDotenv if value.contains("\\n") => {
                refused("sops reads `\\n` in a .env file as a line feed, so this value cannot be stored")
            }
            Self::SopsDotenv => Ok(Zeroizing::new(value.replace('\n', "\\n"))),
            Self::SopsIni => quoted(value)
                .map_or_else(|| refused("an ini file of sops cannot hold a value with both ` and \"\"\""), Ok),
            Self::WireGuard if value.contains('#') => {
                refused("in a WireGuard file `#` begins a comment, so a value cannot contain it")
            }
            Self::Ini | Self::WireGuard if value.contains(['\n', '\r']) => {
                refused("a value in an ini file is one line, and this one has several")
            }
            Self::Ini | Self::WireGuard if value.trim() != value || value.ends_with('\\') => {
                refused("a value in an ini file cannot begin or end with a blank, or end with a backslash")
            }
            Self::Ini | Self::WireGuard => Ok(Zeroizing::new(value.to_owned())),
        }
    }
}

/// The value as ini.v1 writes one: bare where it reads back, else in `` ` `` or in `"""`.
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

/// The content of what is written on one line, by ini.v1's rules, and how long its notation is; `None` if it goes on
/// over the following lines in a way that is not read here.
pub(super) fn unquoted(line: &str) -> Option<(usize, Cow<'_, str>)> {
    let line = line.trim_end();
    for quote in ["\"\"\"", "`"] {
        let Some(rest) = line.strip_prefix(quote) else { continue };
        if quote == "`" || line.len() > quote.len() {
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
