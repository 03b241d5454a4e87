//! Values that are not evaluated yet, and their scopes.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::source::At;
use super::syntax::Expr;
use super::value::Value;

/// A value that is evaluated at most once, on demand.
#[derive(Clone)]
pub(in crate::rules) struct Thunk(pub(super) Rc<RefCell<State>>);

/// The progress of a thunk.
#[derive(Clone)]
pub(in crate::rules) enum State {
    Done(Value),
    /// An expression in its scope.
    Waiting {
        expr: Rc<Expr>,
        env: Env,
        label: Option<Rc<str>>,
    },
    /// A function applied to arguments.
    Call {
        function: Thunk,
        arguments: Vec<Thunk>,
    },
    /// Being evaluated right now; needing it again is infinite recursion.
    Running(Option<At>),
}

impl Thunk {
    pub(super) fn new(state: State) -> Self {
        Self(Rc::new(RefCell::new(state)))
    }

    /// A known value.
    pub(in crate::rules) fn done(value: Value) -> Self {
        Self::new(State::Done(value))
    }

    /// A lazy application of `function` to `arguments`.
    pub(super) fn call(function: Self, arguments: Vec<Self>) -> Self {
        Self::new(State::Call { function, arguments })
    }

    /// Whether both are the same thunk.
    pub(super) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// A scope: its variables, and the enclosing scope.
#[derive(Clone)]
pub(super) struct Env(Rc<Frame>);

struct Frame {
    /// Filled after the frame is created, because the thunks of a recursive scope refer to it.
    slots: OnceCell<Vec<Thunk>>,
    parent: Option<Env>,
}

impl Env {
    pub(super) fn root() -> Self {
        Self(Rc::new(Frame { slots: OnceCell::new(), parent: None }))
    }

    /// A scope within this one, with variables from `fill`, which gets the new scope.
    pub(super) fn with(&self, fill: impl FnOnce(&Self) -> Vec<Thunk>) -> Self {
        let inner = Self(Rc::new(Frame { slots: OnceCell::new(), parent: Some(self.clone()) }));
        let slots = fill(&inner);
        inner.0.slots.get_or_init(|| slots);
        inner
    }

    /// The variable `slot` of the scope `up` levels out.
    pub(super) fn get(&self, up: usize, slot: usize) -> Option<&Thunk> {
        let mut env = self;
        for _ in 0..up {
            env = env.0.parent.as_ref()?;
        }
        env.0.slots.get()?.get(slot)
    }
}
