//! A lazy evaluator of the part of the Nix language that secrets.nix files use.
//!
//! `lower` turns rnix's syntax tree into a tree with resolved variables; `eval` forces values from it. Anything outside
//! the supported part (derivations, fetching, search paths, copying to the store) is not an error of the file: it fails
//! with [`Cause::NeedsNix`], and the caller runs Nix. Nothing is ever guessed.

#![expect(clippy::unnecessary_box_returns, reason = "a failure goes into a boxed `Outcome`")]

mod budget;
mod builtins;
mod call;
mod coerce;
mod compare;
mod eval;
mod failure;
mod fault;
mod files;
mod lower;
mod nesting;
mod operators;
mod paths;
mod pattern;
mod select;
mod source;
mod syntax;
mod thunk;
mod value;

pub(super) use eval::{Evaluator, Texts};
pub(super) use failure::{Cause, Failure};
pub(super) use lower::names;
pub(super) use thunk::Thunk;
pub(super) use value::{Attrs, Value};
