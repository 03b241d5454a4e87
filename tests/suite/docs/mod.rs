//! The documentation is generated or run, which keeps it correct.

mod documents;
mod guide;
mod manual;
mod picture;
mod rules_reference;
