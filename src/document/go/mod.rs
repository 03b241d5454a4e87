//! How Go parses numbers and times, since Authelia and sops are written in Go.

pub(crate) mod number;
pub(crate) mod timestamp;
