//! Which types may be printed as JSON.

use serde::Serialize;

use super::Shown;

/// Types that may be printed as JSON: they consist of [`Shown`], [`Json`](super::Json), numbers, and booleans.
/// [`output!`](crate::output!) implements it for types whose fields are all [`Printable`].
pub trait Printable: Serialize {}

impl Printable for Shown {}
impl Printable for &'static str {}
impl Printable for bool {}
impl Printable for usize {}
impl Printable for i32 {}
impl<T: Printable> Printable for Option<T> {}
impl<T: Printable> Printable for Vec<T> {}
