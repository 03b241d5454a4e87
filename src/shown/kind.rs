//! Converts outside text to [`Shown`], by its kind. Each constructor escapes control characters and removes what must
//! not be printed. Other ways ([`Shown::exact`] and similar) are exceptions, listed in `clippy.toml`.

use std::borrow::Cow;

use super::{Shown, printable, visible};

/// The text as one line without control characters.
fn line(text: String) -> Shown {
    let text = printable(text);
    match visible::line(&text) {
        Cow::Borrowed(_) => Shown::unescaped(text),
        Cow::Owned(escaped) => Shown { text: Cow::Owned(escaped), raw: Some(text.into_boxed_str()) },
    }
}

/// The text without control characters but line feeds and tabs.
fn lines(text: String) -> Shown {
    let text = printable(text);
    match visible::lines(&text) {
        Cow::Borrowed(_) => Shown::unescaped(text),
        Cow::Owned(escaped) => Shown { text: Cow::Owned(escaped), raw: Some(text.into_boxed_str()) },
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
    /// The name of a type or an algorithm in a file's format.
    TypeName;
    /// Authelia's log of a request.
    LogText;
    /// A sentence of the program that contains names of these kinds, from a layer that does not print.
    Sentence;
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

/// The message of an [`Error`](crate::Error), which may have several lines.
#[derive(Debug)]
pub enum ErrorText {}

impl ErrorText {
    /// The text without control characters but line feeds.
    pub fn shown(text: impl Into<String>) -> Shown {
        lines(text.into())
    }
}

impl Shown {
    /// A value that the file's schema declares public. Only for the redactor, and for values that it has allowed.
    pub fn public(text: impl Into<String>) -> Self {
        line(text.into())
    }
}
