//! The errors for edits that the engine cannot make.

use crate::document::pointer::Pointer;
use crate::error::{Error, ErrorKind};

pub(super) fn missing(path: &Pointer) -> Error {
    Error::new(ErrorKind::Path, "no value at this path").at_path(path)
}

pub(super) fn tables_only(path: &Pointer) -> Error {
    Error::new(ErrorKind::Unsupported, "a list of `[[…]]` sections holds tables only").at_path(path)
}

pub(super) fn differs() -> Error {
    Error::new(ErrorKind::Unsupported, "the edited text would not have the intended value")
        .hint("nothing was changed; replace the complete table, or edit it by hand")
}
