//! Outside text by what it is: the only ways from a `String` to a [`Shown`]. Each escapes control characters and removes what
//! is held back, and none of them checks the content: who calls one states that the text is what the name says, and not a
//! value of a file. The other ways ([`Shown::exact`] and its like) are exceptions, listed in `clippy.toml`.

use std::borrow::Cow;

use super::{Shown, boxed, printable, visible};

/// The text as one line without control characters.
fn line(text: String) -> Shown {
    let text = printable(text);
    match visible::line(&text) {
        Cow::Borrowed(_) => Shown::unescaped(text),
        Cow::Owned(escaped) => Shown { text: Cow::Owned(escaped), raw: Some(boxed(text)) },
    }
}

/// The text without control characters but line feeds and tabs.
fn lines(text: String) -> Shown {
    let text = printable(text);
    match visible::lines(&text) {
        Cow::Borrowed(_) => Shown::unescaped(text),
        Cow::Owned(escaped) => Shown { text: Cow::Owned(escaped), raw: Some(boxed(text)) },
    }
}

macro_rules! kinds {
    ($($(#[$about:meta])* $name:ident;)*) => {$(
        $(#[$about])*
        #[derive(Debug)]
        pub enum $name {}

        impl $name {
            /// The text as one line without control characters.
            pub fn shown(text: impl Into<String>) -> Shown {
                line(text.into())
            }
        }
    )*};
}

kinds! {
    /// The name of a file or folder, as the user knows it.
    FileName;
    /// A key or a path that may be printed: the schema knows it, the user wrote it, or the redactor allowed it.
    KeyName;
    /// The id of a commit.
    CommitId;
    /// The author, date, or subject of a commit.
    CommitText;
    /// The ID of a task.
    TaskId;
    /// A public key, its name in the rules, or its description in a header.
    RecipientName;
    /// The id of an OIDC client, or the name of an application.
    ClientName;
    /// The address of a server, without credentials.
    Address;
    /// The SHA-256 of a ciphertext, in hex.
    Digest;
    /// A setting of agepatch.toml or git, which is public.
    Setting;
    /// A command line to run.
    CommandLine;
    /// What a plugin of age says.
    PluginMessage;
    /// The name of a type or an algorithm in a file's format.
    TypeName;
    /// Authelia's log of a request.
    LogText;
}

/// What another program printed, or a library says of its failure: lines, which stay lines.
#[derive(Debug)]
pub enum ProgramOutput {}

impl ProgramOutput {
    /// The text with control characters escaped, except line feeds.
    pub fn shown(text: impl Into<String>) -> Shown {
        lines(text.into())
    }
}

/// What a library says of data that it cannot read. Text that it quotes is left out: it may be a value.
#[derive(Debug)]
pub enum DataError {}

impl DataError {
    /// The text as one line, without what serde quotes of the data.
    pub fn shown(text: impl AsRef<str>) -> Shown {
        line(without_quotes(text.as_ref()))
    }
}

/// The text without the values in it, which serde writes as `string "…"`, or in backticks behind the name of their type.
fn without_quotes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let quoted = |text: &str| {
        QUOTING.iter().filter_map(|(before, quote)| Some((text.find(before)? + before.len(), *quote))).min()
    };
    while let Some((at, quote)) = quoted(rest) {
        let (before, value) = rest.split_at(at);
        out.push_str(before.trim_end_matches([' ', '"', '`']));
        // What is quoted may hold the quote itself: what serde expected follows the last one.
        let end = value.rfind(", expected").filter(|end| value[..*end].ends_with(quote));
        rest = &value[end.or_else(|| value.rfind(quote).map(|end| end + 1)).unwrap_or(value.len())..];
    }
    out + rest
}

/// How serde begins a value that it quotes, and what ends it.
const QUOTING: [(&str, char); 6] = [
    ("string \"", '"'),
    ("character `", '`'),
    ("integer `", '`'),
    ("floating point `", '`'),
    ("boolean `", '`'),
    ("unknown variant `", '`'),
];

impl Shown {
    /// A value that the file's schema declares public. Only for the redactor, and for values that it has allowed.
    pub fn public(text: impl Into<String>) -> Self {
        line(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_serde_quotes_are_left_out() {
        for (text, expected) in [
            (
                "creation_rules: invalid type: string \"a\", expected a sequence",
                "creation_rules: invalid type: string, expected a sequence",
            ),
            ("invalid type: string \"a\\\", expected x\", expected a map", "invalid type: string, expected a map"),
            (
                "invalid value: integer `7`, expected u8 at line 1 column 2",
                "invalid value: integer, expected u8 at line 1 column 2",
            ),
            ("invalid value: character `x`, expected a map", "invalid value: character, expected a map"),
            ("unknown variant `hunter2`, expected `a` or `b`", "unknown variant, expected `a` or `b`"),
            ("invalid type: string \"a\"", "invalid type: string"),
            ("unknown field `agee`, expected `age`", "unknown field `agee`, expected `age`"),
            ("missing field `age`", "missing field `age`"),
        ] {
            assert_eq!(DataError::shown(text).as_str(), expected);
        }
    }
}
