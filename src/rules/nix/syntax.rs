//! The tree that is evaluated: Nix's syntax with resolved variables and merged attribute sets.

use std::rc::Rc;

use super::source::At;

/// An expression and its place.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) at: At,
}

impl Expr {
    /// The text, if it is a plain string.
    pub(super) fn text(&self) -> Option<&str> {
        if let ExprKind::Text(text) = &self.kind { Some(text) } else { None }
    }
}

#[derive(Debug)]
pub(super) enum ExprKind {
    Int(i64),
    Float(f64),
    Text(Rc<str>),
    Path(Rc<str>),
    /// A string with `${}`.
    Interpolated(Vec<Rc<Expr>>),
    /// A path with `${}`; the first part is the absolute prefix.
    JoinedPath(Vec<Rc<Expr>>),
    /// A variable of an enclosing `let`, `rec`, or function: the number of scopes up, and its slot.
    Local {
        up: usize,
        slot: usize,
    },
    /// A variable that may come from an enclosing `with`: the number of scopes up for each of them, innermost first.
    FromWith {
        name: Rc<str>,
        withs: Vec<usize>,
    },
    /// A global name.
    Global(Rc<str>),
    Select {
        base: Rc<Expr>,
        path: Vec<AttrName>,
        default: Option<Rc<Expr>>,
    },
    HasAttr {
        base: Rc<Expr>,
        path: Vec<AttrName>,
    },
    Lambda(Rc<Lambda>),
    Apply {
        function: Rc<Expr>,
        argument: Rc<Expr>,
    },
    Let {
        bindings: Vec<Binding>,
        body: Rc<Expr>,
    },
    Attrs(AttrSet),
    List(Vec<Rc<Expr>>),
    If {
        condition: Rc<Expr>,
        then: Rc<Expr>,
        otherwise: Rc<Expr>,
    },
    Assert {
        condition: Rc<Expr>,
        body: Rc<Expr>,
    },
    With {
        namespace: Rc<Expr>,
        body: Rc<Expr>,
    },
    Not(Rc<Expr>),
    Negate(Rc<Expr>),
    Binary {
        operator: rnix::ast::BinOpKind,
        left: Rc<Expr>,
        right: Rc<Expr>,
    },
    /// A construct that only Nix can evaluate, described in words.
    NeedsNix(String),
}

/// A step of `a.b.${c}`.
#[derive(Debug)]
pub(super) enum AttrName {
    Fixed(Rc<str>),
    Computed(Rc<Expr>),
}

/// `name = value` of a `let` or an attribute set.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) name: Rc<str>,
    pub(super) value: Rc<Expr>,
    /// Whether the value is `inherit`ed from outside a recursive scope.
    pub(super) outer: bool,
    pub(super) at: At,
    /// The name of a public key in this binding: that of the binding, or of the surrounding set for a generic `key =
    /// …`.
    pub(super) label: Option<Rc<str>>,
}

/// `{ … }` or `rec { … }`.
#[derive(Debug)]
pub(super) struct AttrSet {
    pub(super) recursive: bool,
    pub(super) bindings: Vec<Binding>,
    /// Computed names (`${host} = …`).
    pub(super) computed: Vec<(Rc<Expr>, Rc<Expr>)>,
}

/// A function: its parameter and body. The slots of its scope are the name of the complete argument, if any, then the
/// formals.
#[derive(Debug)]
pub(super) struct Lambda {
    /// The name of the complete argument (`x:` or `args@{ … }:`).
    pub(super) whole: Option<Rc<str>>,
    /// The pattern, if there is one.
    pub(super) pattern: Option<Pattern>,
    pub(super) body: Rc<Expr>,
}

/// `{ a, b ? 1, ... }`.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) formals: Vec<(Rc<str>, Option<Rc<Expr>>)>,
    pub(super) open: bool,
}
