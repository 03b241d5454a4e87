//! The formats of `agepatch diff`.

/// What `diff` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum DiffFormat {
    /// For people.
    #[default]
    Text,
    /// JSON for programs.
    Json,
    /// RFC 6902.
    JsonPatch,
    /// For a pull request's description.
    Markdown,
    /// A line diff of the redacted text.
    Unified,
}
