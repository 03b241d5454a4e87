//! The documentation is generated or run, so it is true.

mod documents;
mod guide;
mod manual;
mod picture;
mod rules_reference;
