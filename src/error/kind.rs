//! The kinds of errors, with their names and exit codes.

/// The kind of an error. The names are part of the command line's contract (`--output json`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The command line itself is wrong.
    Usage,
    /// None of the identities available opens the file.
    NoIdentity,
    /// The rules list no recipient for the file, or one that cannot be used.
    NoRecipient,
    /// The file is truncated or corrupted.
    Damaged,
    /// A passphrase is needed, but there is no terminal to ask on.
    PassphraseNeeded,
    /// `secrets.nix`, `.sops.yaml`, or `agepatch.toml` cannot be read or is invalid.
    Rules,
    /// A `test` operation failed.
    Test,
    /// The file on disk changed since it was read.
    ChangedMeanwhile,
    /// The result would be empty.
    EmptyResult,
    /// The edit introduces a finding of severity error.
    Check,
    /// The git index or repository state does not allow the commit.
    Index,
    /// A setting of the repository needs consent.
    Untrusted,
    /// A task ID does not exist.
    Task,
    /// A secret value was given as an argument.
    SecretOnCommandLine,
    /// A secret was requested without `--reveal`.
    SecretNeedsReveal,
    /// The path does not fit the document.
    Path,
    /// The path fits more than one place.
    Ambiguous,
    /// The path goes through an alias or a merge key.
    Alias,
    /// The document has a duplicate key.
    DuplicateKey,
    /// The document cannot be parsed.
    Syntax,
    /// The file contains more than one YAML document.
    MultiDocument,
    /// The document uses something that cannot be edited safely.
    Unsupported,
    /// The patch itself is malformed.
    Patch,
    Io,
    /// git failed.
    Git,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 25] = [
        Self::Usage,
        Self::NoIdentity,
        Self::NoRecipient,
        Self::Damaged,
        Self::PassphraseNeeded,
        Self::Rules,
        Self::Test,
        Self::ChangedMeanwhile,
        Self::EmptyResult,
        Self::Check,
        Self::Index,
        Self::Untrusted,
        Self::Task,
        Self::SecretOnCommandLine,
        Self::SecretNeedsReveal,
        Self::Path,
        Self::Ambiguous,
        Self::Alias,
        Self::DuplicateKey,
        Self::Syntax,
        Self::MultiDocument,
        Self::Unsupported,
        Self::Patch,
        Self::Io,
        Self::Git,
    ];

    /// The name in JSON output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::NoIdentity => "no-identity",
            Self::NoRecipient => "no-recipient",
            Self::Damaged => "damaged",
            Self::PassphraseNeeded => "passphrase-needed",
            Self::Rules => "rules",
            Self::Test => "test",
            Self::ChangedMeanwhile => "changed-meanwhile",
            Self::EmptyResult => "empty-result",
            Self::Check => "check",
            Self::Index => "index",
            Self::Untrusted => "untrusted",
            Self::Task => "task",
            Self::SecretOnCommandLine => "secret-on-command-line",
            Self::SecretNeedsReveal => "secret-needs-reveal",
            Self::Path => "path",
            Self::Ambiguous => "ambiguous",
            Self::Alias => "alias",
            Self::DuplicateKey => "duplicate-key",
            Self::Syntax => "syntax",
            Self::MultiDocument => "multi-document",
            Self::Unsupported => "unsupported",
            Self::Patch => "patch",
            Self::Io => "io",
            Self::Git => "git",
        }
    }

    /// The exit code (in the contract: 2 usage, 3 age, 4 refused, 5 path or patch, 6 the rest).
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Usage | Self::SecretOnCommandLine => 2,
            Self::NoIdentity | Self::NoRecipient | Self::Damaged | Self::PassphraseNeeded => 3,
            Self::Test
            | Self::ChangedMeanwhile
            | Self::EmptyResult
            | Self::Check
            | Self::Index
            | Self::Untrusted
            | Self::Task
            | Self::SecretNeedsReveal => 4,
            Self::Path
            | Self::Ambiguous
            | Self::Alias
            | Self::DuplicateKey
            | Self::Syntax
            | Self::MultiDocument
            | Self::Unsupported
            | Self::Patch => 5,
            Self::Rules | Self::Io | Self::Git => 6,
        }
    }
}
