//! How Go reads numbers and times: Authelia and sops are written in Go and mean by a text what Go makes of it.

pub(crate) mod number;
pub(crate) mod timestamp;
