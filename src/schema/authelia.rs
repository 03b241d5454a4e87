//! Authelia's options.

use super::Field;
use crate::document::Pointer;

/// The option at `pointer`.
pub fn field(_pointer: &Pointer) -> Option<&'static Field> {
    None
}
