//! How a Go program reads its configuration: YAML scalars, URLs, durations, conversions between types.
//!
//! Authelia is written in Go, so these rules decide what a document means to it, not YAML 1.2.

pub(super) mod duration;
mod layout;
mod refusal;
pub(super) mod scalar;
pub(super) mod strictness;
pub(super) mod text;
pub(super) mod tree;
pub(super) mod url;
mod value;

pub(super) use crate::document::go::number;
use crate::document::go::timestamp;
pub(super) use tree::merge;
pub(super) use value::{DecodedEntry, GoData, GoValue, Map, WrittenAs};
