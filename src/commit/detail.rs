//! How much a generated message says.

use super::unknown_setting;
use crate::error::Result;

/// How much detail about values a message contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    Values,
    Keys,
    None,
}

impl Detail {
    /// Parses `commit.detail` in agepatch.toml.
    ///
    /// # Errors
    /// `rules` for another word.
    pub(crate) fn read(word: Option<&str>) -> Result<Self> {
        match word {
            None | Some("values") => Ok(Self::Values),
            Some("keys") => Ok(Self::Keys),
            Some("none") => Ok(Self::None),
            Some(other) => Err(unknown_setting("commit.detail", other, "values, keys and none")),
        }
    }
}
