//! rnix's syntax tree → the tree that is evaluated: variables resolved, nested attribute paths merged.

use std::path::Path;
use std::rc::Rc;

use rnix::ast::{self, AstToken, Attr, Entry, Expr as Ast, HasEntry, InterpolPart, LiteralKind, Param, UnaryOpKind};
use rowan::ast::AstNode;

use super::failure::{Failure, Outcome};
use super::files;
use super::source::At;
use super::syntax::{AttrName, AttrSet, Binding, Expr, ExprKind, Lambda, Pattern};

/// The names that no scope binds.
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

/// Reads the text of a file that stands in `folder`.
pub(super) fn file(text: &str, file: usize, folder: &Path) -> Outcome<Rc<Expr>> {
    let parsed = rnix::Root::parse(text);
    if let Some(error) = parsed.errors().first() {
        let offset = offset_of(error).unwrap_or(text.len());
        return Err(Failure::syntax(format!("this is no Nix: {error}")).or_at(At { file, offset }));
    }
    let mut lowering = Lowering { file, folder: &folder.to_string_lossy(), scopes: Vec::new() };
    let root =
        parsed.tree().expr().ok_or_else(|| Failure::syntax("the file is empty").or_at(At { file, offset: 0 }))?;
    lowering.expr(&root)
}

fn offset_of(error: &rnix::ParseError) -> Option<usize> {
    use rnix::ParseError as Error;
    match error {
        Error::Unexpected(range) | Error::UnexpectedExtra(range) | Error::UnexpectedWanted(_, range, _) => {
            Some(range.start().into())
        }
        Error::UnexpectedDoubleBind(range) | Error::DuplicatedArgs(range, _) => Some(range.start().into()),
        _ => None,
    }
}

/// A scope while reading: its names, or a `with`, of which nothing is known yet.
enum Scope {
    Names(Vec<Rc<str>>),
    With,
}

struct Lowering<'f> {
    file: usize,
    folder: &'f str,
    scopes: Vec<Scope>,
}

/// What an attribute path leads to, before it is lowered.
enum Member {
    Value(Ast),
    Inherited(ast::Ident, Option<Ast>),
    Set(Members),
}

/// The members of a set, merged by name.
#[derive(Default)]
struct Members {
    recursive: bool,
    named: Vec<(Rc<str>, Member, At)>,
    computed: Vec<(Ast, Member)>,
}

impl Lowering<'_> {
    fn at(&self, node: &impl AstNode<Language = rnix::NixLanguage>) -> At {
        At { file: self.file, offset: node.syntax().text_range().start().into() }
    }

    fn missing(&self, node: &impl AstNode<Language = rnix::NixLanguage>) -> Box<Failure> {
        Failure::syntax("a part is missing here").or_at(self.at(node))
    }

    fn child(&mut self, of: &impl AstNode<Language = rnix::NixLanguage>, node: Option<Ast>) -> Outcome<Rc<Expr>> {
        let node = node.ok_or_else(|| self.missing(of))?;
        self.expr(&node)
    }

    fn within<T>(&mut self, scope: Scope, body: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        self.scopes.push(scope);
        let result = body(self);
        self.scopes.pop();
        result
    }

    fn expr(&mut self, node: &Ast) -> Outcome<Rc<Expr>> {
        let at = self.at(node);
        Ok(Rc::new(Expr { kind: self.kind(node)?, at }))
    }

    fn kind(&mut self, node: &Ast) -> Outcome<ExprKind> {
        Ok(match node {
            Ast::Literal(literal) => self.literal(literal)?,
            Ast::Str(text) => self.text(text)?,
            Ast::PathAbs(path) => self.path(path.parts())?,
            Ast::PathRel(path) => self.path(path.parts())?,
            Ast::PathHome(_) => ExprKind::NeedsNix("a path in the home folder".to_owned()),
            Ast::PathSearch(path) => ExprKind::NeedsNix(format!("the search path {}", path.syntax().text())),
            Ast::Ident(ident) => self.variable(ident)?,
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
            Ast::List(list) => ExprKind::List(list.items().map(|item| self.expr(&item)).collect::<Outcome<_>>()?),
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
            Ast::LegacyLet(_) => ExprKind::NeedsNix("the old form `let { … }`".to_owned()),
            Ast::CurPos(_) => ExprKind::NeedsNix("`__curPos`".to_owned()),
            Ast::Error(error) => return Err(self.missing(error)),
        })
    }

    fn literal(&self, literal: &ast::Literal) -> Outcome<ExprKind> {
        let too_large = || Failure::syntax("a number that does not fit").or_at(self.at(literal));
        Ok(match literal.kind() {
            LiteralKind::Integer(number) => ExprKind::Int(number.value().map_err(|_| too_large())?),
            LiteralKind::Float(number) => ExprKind::Float(number.value().map_err(|_| too_large())?),
            LiteralKind::Uri(uri) => ExprKind::Text(uri.syntax().text().into()),
        })
    }

    fn text(&mut self, text: &ast::Str) -> Outcome<ExprKind> {
        let at = self.at(text);
        let mut parts = Vec::new();
        for part in text.normalized_parts() {
            parts.push(match part {
                InterpolPart::Literal(text) => Rc::new(Expr { kind: ExprKind::Text(text.into()), at }),
                InterpolPart::Interpolation(inner) => self.child(&inner, inner.expr())?,
            });
        }
        Ok(match parts.as_slice() {
            [] => ExprKind::Text("".into()),
            [only] if matches!(only.kind, ExprKind::Text(_)) && text.normalized_parts().len() == 1 => {
                let ExprKind::Text(text) = &only.kind else { return Err(self.missing(text)) };
                ExprKind::Text(text.clone())
            }
            _ => ExprKind::Interpolated(parts),
        })
    }

    fn path(&mut self, parts: Vec<InterpolPart<ast::PathContent>>) -> Outcome<ExprKind> {
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
                ExprKind::Text(text) => ExprKind::Path(files::canonical(text).into()),
                _ => ExprKind::JoinedPath(pieces),
            },
            _ => ExprKind::JoinedPath(pieces),
        })
    }

    fn variable(&self, ident: &ast::Ident) -> Outcome<ExprKind> {
        let name: Rc<str> = ident.syntax().text().to_string().into();
        let mut withs = Vec::new();
        for (up, scope) in self.scopes.iter().rev().enumerate() {
            match scope {
                Scope::With => withs.push(up),
                Scope::Names(names) => {
                    if let Some(slot) = names.iter().position(|known| *known == name) {
                        return Ok(ExprKind::Local { up, slot });
                    }
                }
            }
        }
        if GLOBALS.contains(&&*name) || name.starts_with("__") {
            return Ok(ExprKind::Global(name));
        }
        if withs.is_empty() {
            return Err(Failure::error(format!("undefined variable `{name}`")).or_at(self.at(ident)));
        }
        Ok(ExprKind::FromWith { name, withs })
    }

    fn names(&mut self, path: Option<ast::Attrpath>) -> Outcome<Vec<AttrName>> {
        let attrs = path.into_iter().flat_map(|path| path.attrs());
        attrs
            .map(|attr| match static_name(&attr) {
                Some(name) => Ok(AttrName::Fixed(name)),
                None => self.computed_name(&attr).map(AttrName::Computed),
            })
            .collect()
    }

    fn computed_name(&mut self, attr: &Attr) -> Outcome<Rc<Expr>> {
        let node = name_expr(attr).ok_or_else(|| self.missing(attr))?;
        self.expr(&node)
    }

    fn lambda(&mut self, lambda: &ast::Lambda) -> Outcome<Lambda> {
        let ident = |ident: Option<ast::Ident>| ident.map(|ident| Rc::<str>::from(ident.syntax().text().to_string()));
        let param = lambda.param().ok_or_else(|| self.missing(lambda))?;
        match param {
            Param::IdentParam(param) => {
                let name = ident(param.ident()).ok_or_else(|| self.missing(lambda))?;
                let body = self.within(Scope::Names(vec![name.clone()]), |inner| inner.child(lambda, lambda.body()))?;
                Ok(Lambda { whole: Some(name), pattern: None, body })
            }
            Param::Pattern(pattern) => {
                let whole = pattern.pat_bind().and_then(|bind| ident(bind.ident()));
                let mut names: Vec<Rc<str>> = whole.iter().cloned().collect();
                names.extend(pattern.pat_entries().filter_map(|entry| ident(entry.ident())));
                self.within(Scope::Names(names), |inner| {
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

    fn let_in(&mut self, scope: &ast::LetIn) -> Outcome<ExprKind> {
        let members = self.members(scope, true)?;
        if !members.computed.is_empty() {
            return Err(Failure::syntax("`let` binds no computed names").or_at(self.at(scope)));
        }
        let names: Vec<Rc<str>> = members.named.iter().map(|(name, ..)| name.clone()).collect();
        let body = scope.body();
        let mut bindings = Vec::new();
        for (name, member, at) in members.named {
            bindings.push(self.binding(&name, member, at, &names)?);
        }
        let body = self.within(Scope::Names(names), |inner| inner.child(scope, body))?;
        Ok(ExprKind::Let { bindings, body })
    }

    fn set(&mut self, members: Members) -> Outcome<AttrSet> {
        let names: Vec<Rc<str>> = members.named.iter().map(|(name, ..)| name.clone()).collect();
        let recursive = members.recursive;
        let mut bindings = Vec::new();
        for (name, member, at) in members.named {
            bindings.push(if recursive {
                self.binding(&name, member, at, &names)?
            } else {
                let value = self.member(&name, member, at)?;
                Binding { label: Some(name.clone()), name, value, outer: false, at }
            });
        }
        let mut computed = Vec::new();
        for (name, member) in members.computed {
            let lowered = |inner: &mut Self| {
                let at = inner.at(&name);
                Ok((inner.expr(&name)?, inner.member("", member, at)?))
            };
            computed.push(if recursive { self.within(Scope::Names(names.clone()), lowered)? } else { lowered(self)? });
        }
        Ok(AttrSet { recursive, bindings, computed })
    }

    /// A binding of a scope whose names see one another; what is inherited from around it does not.
    fn binding(&mut self, name: &Rc<str>, member: Member, at: At, names: &[Rc<str>]) -> Outcome<Binding> {
        let outer = matches!(member, Member::Inherited(_, None));
        let value = if outer {
            self.member(name, member, at)?
        } else {
            self.within(Scope::Names(names.to_vec()), |inner| inner.member(name, member, at))?
        };
        Ok(Binding { name: name.clone(), value, outer, at, label: Some(name.clone()) })
    }

    fn member(&mut self, name: &str, member: Member, at: At) -> Outcome<Rc<Expr>> {
        match member {
            Member::Value(value) => self.expr(&value),
            Member::Inherited(ident, None) => Ok(Rc::new(Expr { kind: self.variable(&ident)?, at })),
            Member::Inherited(_, Some(from)) => {
                let base = self.expr(&from)?;
                let path = vec![AttrName::Fixed(name.into())];
                Ok(Rc::new(Expr { kind: ExprKind::Select { base, path, default: None }, at }))
            }
            Member::Set(members) => Ok(Rc::new(Expr { kind: ExprKind::Attrs(self.set(members)?), at })),
        }
    }

    fn members(&self, set: &impl HasEntry<Language = rnix::NixLanguage>, recursive: bool) -> Outcome<Members> {
        let mut members = Members { recursive, ..Members::default() };
        for entry in set.entries() {
            match entry {
                Entry::Inherit(inherit) => {
                    let from = inherit.from().and_then(|from| from.expr());
                    for attr in inherit.attrs() {
                        let Attr::Ident(ident) = &attr else {
                            return Err(Failure::needs_nix("`inherit` of a quoted name").or_at(self.at(&attr)));
                        };
                        let name = ident.syntax().text().to_string().into();
                        let member = Member::Inherited(ident.clone(), from.clone());
                        put(&mut members, name, member, self.at(ident))?;
                    }
                }
                Entry::AttrpathValue(entry) => {
                    let path: Vec<Attr> = entry.attrpath().into_iter().flat_map(|path| path.attrs()).collect();
                    let value = entry.value().ok_or_else(|| self.missing(&entry))?;
                    self.put_path(&mut members, &path, value)?;
                }
            }
        }
        Ok(members)
    }

    fn put_path(&self, members: &mut Members, path: &[Attr], value: Ast) -> Outcome<()> {
        let [first, rest @ ..] = path else { return Ok(()) };
        let member = if rest.is_empty() {
            match value {
                Ast::AttrSet(set) => Member::Set(self.members(&set, set.rec_token().is_some())?),
                value => Member::Value(value),
            }
        } else {
            let mut inner = Members::default();
            self.put_path(&mut inner, rest, value)?;
            Member::Set(inner)
        };
        if let Some(name) = static_name(first) {
            return put(members, name, member, self.at(first));
        }
        let name = name_expr(first).ok_or_else(|| self.missing(first))?;
        members.computed.push((name, member));
        Ok(())
    }
}

/// Adds a member; two sets under one name become one.
fn put(members: &mut Members, name: Rc<str>, member: Member, at: At) -> Outcome<()> {
    let Some((_, old, _)) = members.named.iter_mut().find(|(known, ..)| *known == name) else {
        members.named.push((name, member, at));
        return Ok(());
    };
    match (old, member) {
        (Member::Set(old), Member::Set(new)) => {
            for (name, member, at) in new.named {
                put(old, name, member, at)?;
            }
            old.computed.extend(new.computed);
            Ok(())
        }
        _ => Err(Failure::error(format!("attribute `{name}` is defined twice")).or_at(at)),
    }
}
/// The name of an attribute, if it is not computed.
fn static_name(attr: &Attr) -> Option<Rc<str>> {
    match attr {
        Attr::Ident(ident) => Some(ident.syntax().text().to_string().into()),
        Attr::Str(text) => match text.normalized_parts().as_slice() {
            [] => Some("".into()),
            [InterpolPart::Literal(text)] => Some(text.as_str().into()),
            _ => None,
        },
        Attr::Dynamic(_) => None,
    }
}

fn name_expr(attr: &Attr) -> Option<Ast> {
    match attr {
        Attr::Dynamic(dynamic) => dynamic.expr(),
        Attr::Str(text) => Some(Ast::Str(text.clone())),
        Attr::Ident(ident) => Some(Ast::Ident(ident.clone())),
    }
}
