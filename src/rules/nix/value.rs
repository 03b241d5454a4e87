//! Values, evaluated to weak head normal form.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::builtins::Builtin;
use super::source::At;
use super::syntax::Lambda;
use super::thunk::{Env, Thunk};

/// A value in weak head normal form.
#[derive(Clone)]
pub(in crate::rules) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(Rc<str>),
    Path(Rc<str>),
    List(Rc<[Thunk]>),
    Attrs(Rc<Attrs>),
    Lambda(Rc<Closure>),
    Builtin(Rc<Partial>),
}

/// An attribute set; iteration is in Nix's order, by the bytes of the names.
#[derive(Default)]
pub(in crate::rules) struct Attrs {
    pub(in crate::rules) map: BTreeMap<Rc<str>, Attr>,
    /// Set for `builtins`: a missing name may exist in the user's Nix.
    pub(super) incomplete: bool,
}

/// An attribute's value and place.
#[derive(Clone)]
pub(in crate::rules) struct Attr {
    pub(in crate::rules) value: Thunk,
    pub(in crate::rules) at: Option<At>,
}

/// A function and its scope.
pub(in crate::rules) struct Closure {
    pub(super) lambda: Rc<Lambda>,
    pub(super) env: Env,
    pub(super) at: At,
}

/// A builtin function with the arguments so far.
pub(in crate::rules) struct Partial {
    pub(super) builtin: &'static Builtin,
    pub(super) arguments: Vec<Thunk>,
}

impl Value {
    pub(super) fn string(text: impl Into<Rc<str>>) -> Self {
        Self::String(text.into())
    }

    pub(super) fn list(items: impl Into<Rc<[Thunk]>>) -> Self {
        Self::List(items.into())
    }

    pub(super) fn attrs(map: BTreeMap<Rc<str>, Attr>) -> Self {
        Self::Attrs(Rc::new(Attrs { map, incomplete: false }))
    }

    /// The type's name in messages, with its article.
    pub(in crate::rules) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a Boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a float",
            Self::String(_) => "a string",
            Self::Path(_) => "a path",
            Self::List(_) => "a list",
            Self::Attrs(_) => "a set",
            Self::Lambda(_) | Self::Builtin(_) => "a function",
        }
    }
}

impl Attr {
    /// An attribute without a place of its own.
    pub(super) fn new(value: Thunk) -> Self {
        Self { value, at: None }
    }
}
