//! The errors for edits whose result would not be what they ask for.

use crate::document::engine::UNWRITABLE;
use crate::document::pointer::Pointer;
use crate::error::{Error, ErrorKind};

/// The error for our own text that does not parse: it must not be written. If there are anchors, the edit has separated
/// an alias from its anchor.
pub(super) fn unreadable(error: Error, anchors: bool) -> Error {
    if anchors {
        return differs(true);
    }
    error.with_kind(ErrorKind::Unsupported).context(UNWRITABLE)
}

pub(super) fn only_merged(path: &Pointer) -> Error {
    Error::new(ErrorKind::Alias, "this value comes from a merge key")
        .at_path(path)
        .hint("edit it where the merge key has it from, or set the whole of it here")
}

pub(super) fn differs(anchors: bool) -> Error {
    if anchors {
        return Error::new(ErrorKind::Alias, "the edit would change what an alias repeats")
            .hint("replace the alias with the value, then edit");
    }
    Error::new(ErrorKind::Unsupported, "the edited text would not have the intended value")
        .hint("nothing was changed; please report the edit and the style of the text around it")
}
