//! Lowers rnix's syntax tree to the tree that is evaluated: resolves variables, and merges nested attribute paths.

mod sets;
mod strings;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::rc::Rc;

use rnix::ast::{self, AstToken, Attr, Expr as Ast, InterpolPart, LiteralKind, Param, UnaryOpKind};
use rowan::ast::AstNode;

use super::budget::Budget;
use super::failure::{EvalResult, Failure};
use super::fault;
use super::nesting;
use super::paths;
use super::source::At;
use super::syntax::{AttrName, Expr, ExprKind, Lambda, Pattern};
use crate::rules::names::Names;
use sets::{name_expr, static_name};

/// The global names. All other builtins are global with the prefix `__`.
const GLOBALS: [&str; 22] = [
    "true",
    "false",
    "null",
    "builtins",
    "map",
    "toString",
    "import",
    "throw",
    "abort",
    "removeAttrs",
    "isNull",
    "baseNameOf",
    "dirOf",
    "fromTOML",
    "derivation",
    "derivationStrict",
    "fetchTarball",
    "fetchGit",
    "fetchTree",
    "fetchMercurial",
    "placeholder",
    "scopedImport",
];

/// The names of the keys in a text, as far as it can be parsed.
pub(in crate::rules) fn names(text: &str) -> Names {
    let mut names = Names::default();
    // Names before a syntax error are found anyway.
    drop(file(text, 0, Path::new("/"), &mut names, &mut Budget::new()));
    names
}

/// Parses the text of a file in `folder`, and records the names of its keys.
pub(super) fn file(
    text: &str,
    file: usize,
    folder: &Path,
    names: &mut Names,
    budget: &mut Budget,
) -> EvalResult<Rc<Expr>> {
    nesting::refuse_deep(text, file)?;
    let parsed = rnix::Root::parse(text);
    if let Some(error) = parsed.errors().first() {
        let (message, offset) = fault::describe(error, text);
        return Err(Failure::syntax(message).or_at(At { file, offset }));
    }
    let folder = folder.to_string_lossy();
    let mut lowering = Lowering { file, folder: &folder, scopes: Vec::new(), around: Vec::new(), names, budget };
    let root =
        parsed.tree().expr().ok_or_else(|| Failure::syntax("the file is empty").or_at(At { file, offset: 0 }))?;
    lowering.expr(&root)
}

/// A scope during lowering: its names, or a `with`, whose names are unknown.
enum Scope {
    /// The parameter of a function.
    Name(Rc<str>),
    Names(Slots),
    With,
}

/// The names of a scope with their slots.
type Slots = Rc<HashMap<Rc<str>, usize>>;

fn slots<'n>(names: impl IntoIterator<Item = &'n Rc<str>>) -> Slots {
    Rc::new(names.into_iter().enumerate().map(|(slot, name)| (name.clone(), slot)).collect())
}

struct Lowering<'f> {
    file: usize,
    folder: &'f str,
    scopes: Vec<Scope>,
    /// The enclosing attributes, outermost first.
    around: Vec<Rc<str>>,
    /// The names of keys.
    names: &'f mut Names,
    budget: &'f mut Budget,
}

impl Lowering<'_> {
    fn at(&self, node: &impl AstNode<Language = rnix::NixLanguage>) -> At {
        At { file: self.file, offset: node.syntax().text_range().start().into() }
    }

    fn missing(&self, node: &impl AstNode<Language = rnix::NixLanguage>) -> Box<Failure> {
        Failure::syntax("something is missing here").or_at(self.at(node))
    }

    fn child(&mut self, of: &impl AstNode<Language = rnix::NixLanguage>, node: Option<Ast>) -> EvalResult<Rc<Expr>> {
        let node = node.ok_or_else(|| self.missing(of))?;
        self.expr(&node)
    }

    fn within<T>(&mut self, scope: Scope, body: impl FnOnce(&mut Self) -> EvalResult<T>) -> EvalResult<T> {
        self.scopes.push(scope);
        let result = body(self);
        self.scopes.pop();
        result
    }

    fn expr(&mut self, node: &Ast) -> EvalResult<Rc<Expr>> {
        let at = self.at(node);
        self.budget.spend(1).map_err(|failure| failure.or_at(at))?;
        Ok(Rc::new(Expr { kind: self.kind(node)?, at }))
    }

    fn kind(&mut self, node: &Ast) -> EvalResult<ExprKind> {
        Ok(match node {
            Ast::Literal(literal) => self.literal(literal)?,
            Ast::Str(text) => self.text(text)?,
            Ast::PathAbs(path) => self.path(path.parts())?,
            Ast::PathRel(path) => self.path(path.parts())?,
            Ast::PathHome(path) => self.home(path)?,
            Ast::PathSearch(path) => ExprKind::NeedsNix(format!("the search path {}", path.syntax().text())),
            Ast::Ident(ident) => self.variable(&ident.syntax().text().to_string(), self.at(ident))?,
            Ast::Paren(paren) => {
                let inner = paren.expr().ok_or_else(|| self.missing(paren))?;
                self.kind(&inner)?
            }
            Ast::Root(root) => {
                let inner = root.expr().ok_or_else(|| self.missing(root))?;
                self.kind(&inner)?
            }
            Ast::Apply(apply) => ExprKind::Apply {
                function: self.child(apply, apply.lambda())?,
                argument: self.child(apply, apply.argument())?,
            },
            Ast::Assert(assert) => ExprKind::Assert {
                condition: self.child(assert, assert.condition())?,
                body: self.child(assert, assert.body())?,
            },
            Ast::IfElse(choice) => ExprKind::If {
                condition: self.child(choice, choice.condition())?,
                then: self.child(choice, choice.body())?,
                otherwise: self.child(choice, choice.else_body())?,
            },
            Ast::Select(select) => ExprKind::Select {
                base: self.child(select, select.expr())?,
                path: self.names(select.attrpath())?,
                default: select.default_expr().map(|default| self.expr(&default)).transpose()?,
            },
            Ast::HasAttr(has) => {
                ExprKind::HasAttr { base: self.child(has, has.expr())?, path: self.names(has.attrpath())? }
            }
            Ast::Lambda(lambda) => ExprKind::Lambda(Rc::new(self.lambda(lambda)?)),
            Ast::LetIn(scope) => self.let_in(scope)?,
            Ast::AttrSet(set) => {
                let members = self.members(set, set.rec_token().is_some())?;
                ExprKind::Attrs(self.set(members)?)
            }
            Ast::List(list) => ExprKind::List(list.items().map(|item| self.expr(&item)).collect::<EvalResult<_>>()?),
            Ast::With(with) => {
                let namespace = self.child(with, with.namespace())?;
                let body = with.body();
                ExprKind::With { namespace, body: self.within(Scope::With, |inner| inner.child(with, body))? }
            }
            Ast::UnaryOp(unary) => {
                let operand = self.child(unary, unary.expr())?;
                match unary.operator() {
                    Some(UnaryOpKind::Invert) => ExprKind::Not(operand),
                    _ => ExprKind::Negate(operand),
                }
            }
            Ast::BinOp(binary) => ExprKind::Binary {
                operator: binary.operator().ok_or_else(|| self.missing(binary))?,
                left: self.child(binary, binary.lhs())?,
                right: self.child(binary, binary.rhs())?,
            },
            Ast::LegacyLet(set) => self.legacy_let(set)?,
            Ast::CurPos(_) => ExprKind::NeedsNix("`__curPos`".to_owned()),
            Ast::Error(error) => return Err(self.missing(error)),
        })
    }

    fn literal(&self, literal: &ast::Literal) -> EvalResult<ExprKind> {
        let too_large = || Failure::syntax("a number that does not fit").or_at(self.at(literal));
        Ok(match literal.kind() {
            LiteralKind::Integer(number) => ExprKind::Int(number.value().map_err(|_| too_large())?),
            LiteralKind::Float(number) => ExprKind::Float(number.value().map_err(|_| too_large())?),
            LiteralKind::Uri(uri) => ExprKind::Text(uri.syntax().text().into()),
        })
    }

    /// `let { …; body = …; }`, the old form of `let`.
    fn legacy_let(&mut self, set: &ast::LegacyLet) -> EvalResult<ExprKind> {
        let members = self.members(set, true)?;
        let base = Rc::new(Expr { kind: ExprKind::Attrs(self.set(members)?), at: self.at(set) });
        Ok(ExprKind::Select { base, path: vec![AttrName::Fixed("body".into())], default: None })
    }

    /// `~/x`.
    fn home(&self, path: &ast::PathHome) -> EvalResult<ExprKind> {
        let text = path.syntax().text().to_string();
        let home = std::env::home_dir().filter(|_| !text.contains("${"));
        let home = home.ok_or_else(|| Failure::needs_nix("a path in the home folder").or_at(self.at(path)))?;
        Ok(ExprKind::Path(paths::canonical(&format!("{}{}", home.display(), &text[1..])).into()))
    }

    fn path(&mut self, parts: Vec<InterpolPart<ast::PathContent>>) -> EvalResult<ExprKind> {
        let mut pieces = Vec::new();
        for (index, part) in parts.into_iter().enumerate() {
            pieces.push(match part {
                InterpolPart::Literal(content) => {
                    let text = content.syntax().text();
                    let absolute = index > 0 || text.starts_with('/');
                    let text = if absolute { text.to_owned() } else { format!("{}/{text}", self.folder) };
                    let offset = content.syntax().text_range().start().into();
                    Rc::new(Expr { kind: ExprKind::Text(text.into()), at: At { file: self.file, offset } })
                }
                InterpolPart::Interpolation(inner) => self.child(&inner, inner.expr())?,
            });
        }
        Ok(match pieces.as_slice() {
            [only] => match &only.kind {
                ExprKind::Text(text) => ExprKind::Path(paths::canonical(text).into()),
                _ => ExprKind::JoinedPath(pieces),
            },
            _ => ExprKind::JoinedPath(pieces),
        })
    }

    fn variable(&mut self, name: &str, at: At) -> EvalResult<ExprKind> {
        let mut withs = Vec::new();
        for (up, scope) in self.scopes.iter().rev().enumerate() {
            let slot = match scope {
                Scope::With => {
                    withs.push(up);
                    None
                }
                Scope::Name(known) => (**known == *name).then_some(0),
                Scope::Names(names) => names.get(name).copied(),
            };
            if let Some(slot) = slot {
                self.budget.spend(up / 4).map_err(|failure| failure.or_at(at))?;
                return Ok(ExprKind::Local { up, slot });
            }
        }
        self.budget.spend(self.scopes.len() / 4).map_err(|failure| failure.or_at(at))?;
        let hidden = name.strip_prefix("__").filter(|name| !GLOBALS.contains(name));
        if GLOBALS.contains(&name) || hidden.is_some() {
            return Ok(ExprKind::Global(name.into()));
        }
        if withs.is_empty() {
            return Err(Failure::error(format!("undefined variable `{name}`")).or_at(at));
        }
        Ok(ExprKind::FromWith { name: name.into(), withs })
    }

    fn names(&mut self, path: Option<ast::Attrpath>) -> EvalResult<Vec<AttrName>> {
        let attrs = path.into_iter().flat_map(|path| path.attrs());
        attrs
            .map(|attr| match static_name(&attr) {
                Some(name) => Ok(AttrName::Fixed(name)),
                None => self.computed_name(&attr).map(AttrName::Computed),
            })
            .collect()
    }

    fn computed_name(&mut self, attr: &Attr) -> EvalResult<Rc<Expr>> {
        let node = name_expr(attr).ok_or_else(|| self.missing(attr))?;
        self.expr(&node)
    }

    fn lambda(&mut self, lambda: &ast::Lambda) -> EvalResult<Lambda> {
        let ident = |ident: Option<ast::Ident>| ident.map(|ident| Rc::<str>::from(ident.syntax().text().to_string()));
        let param = lambda.param().ok_or_else(|| self.missing(lambda))?;
        match param {
            Param::IdentParam(param) => {
                let name = ident(param.ident()).ok_or_else(|| self.missing(lambda))?;
                let body = self.within(Scope::Name(name.clone()), |inner| inner.child(lambda, lambda.body()))?;
                Ok(Lambda { whole: Some(name), pattern: None, body })
            }
            Param::Pattern(pattern) => {
                let whole = pattern.pat_bind().and_then(|bind| ident(bind.ident()));
                let mut names: Vec<Rc<str>> = whole.iter().cloned().collect();
                names.extend(pattern.pat_entries().filter_map(|entry| ident(entry.ident())));
                let mut seen = HashSet::new();
                if let Some(name) = names.iter().find(|name| !seen.insert(*name)) {
                    return Err(Failure::syntax(format!("the argument `{name}` occurs twice")).or_at(self.at(lambda)));
                }
                self.within(Scope::Names(slots(&names)), |inner| {
                    let mut formals = Vec::new();
                    for entry in pattern.pat_entries() {
                        let name = ident(entry.ident()).ok_or_else(|| inner.missing(lambda))?;
                        formals.push((name, entry.default().map(|default| inner.expr(&default)).transpose()?));
                    }
                    let body = inner.child(lambda, lambda.body())?;
                    let pattern = Pattern { formals, open: pattern.ellipsis_token().is_some() };
                    Ok(Lambda { whole: whole.clone(), pattern: Some(pattern), body })
                })
            }
        }
    }
}
