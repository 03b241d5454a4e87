//! The commit that follows an edit.

use super::Edited;
use crate::cli::EditOptions;
use crate::command::Context;
use crate::error::{Error, Kind, Result};
use crate::shown::Shown;

/// A commit that nothing stands in the way of.
pub(super) struct Prepared;

/// Looks, before anything is written, whether the commit can be made; `None` where none is asked for or nothing changed.
pub(super) fn prepare(edited: &[Edited], options: &EditOptions, _context: &Context) -> Result<Option<Prepared>> {
    if !options.commit || edited.iter().all(|one| !one.changed) {
        return Ok(None);
    }
    Err(Error::new(Kind::Unsupported, "`--commit` is not built yet"))
}

impl Prepared {
    /// Makes the commit, and gives its id.
    #[allow(clippy::unused_self)]
    pub(super) fn make(self, _context: &Context) -> Result<Shown> {
        Err(Error::new(Kind::Unsupported, "`--commit` is not built yet"))
    }
}
