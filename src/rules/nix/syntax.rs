//! The tree that is evaluated: Nix's syntax with every variable resolved and every attribute set merged.

use std::rc::Rc;

use super::source::At;

/// An expression and where it stands.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) at: At,
}

impl Expr {
    /// Its text, if it is nothing but that.
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
    /// A string with `${}` in it.
    Interpolated(Vec<Rc<Expr>>),
    /// A path with `${}` in it; the first part is the absolute beginning.
    JoinedPath(Vec<Rc<Expr>>),
    /// A variable of an enclosing `let`, `rec` or function: how many scopes up, and which of its names.
    Local {
        up: usize,
        slot: usize,
    },
    /// A variable that an enclosing `with` may hold: how many scopes up each of them stands, innermost first.
    FromWith {
        name: Rc<str>,
        withs: Vec<usize>,
    },
    /// One of the names that are always there.
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
    /// Something that only Nix can evaluate, said in words.
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
    /// Whether the value is `inherit`ed from outside of a recursive scope.
    pub(super) outer: bool,
    pub(super) at: At,
    /// What a public key that this binding holds is called: its name, or that of the set around a mere `key = …`.
    pub(super) label: Option<Rc<str>>,
}

/// `{ … }` or `rec { … }`.
#[derive(Debug)]
pub(super) struct AttrSet {
    pub(super) recursive: bool,
    pub(super) bindings: Vec<Binding>,
    /// Names that are computed (`${host} = …`).
    pub(super) computed: Vec<(Rc<Expr>, Rc<Expr>)>,
}

/// A function: its parameter and body. Its scope's slots are the whole argument's name, if any, then the formals.
#[derive(Debug)]
pub(super) struct Lambda {
    /// The name of the whole argument (`x:` or `args@{ … }:`).
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
