//! The error for a file that is not a usable private key.

use std::path::Path;

use crate::error::{Error, ErrorKind};
use crate::shown::Showable;

pub(super) fn refused(path: &Path, what: impl Showable) -> Error {
    Error::new(ErrorKind::NoIdentity, what)
        .in_file(path.display())
        .hint("pass a private key with -i: an ssh key or an age identity file")
}
