//! Attribute sets and `let`: merges nested paths, and determines which bindings see each other.

use std::rc::Rc;

use indexmap::IndexMap;
use indexmap::map::Entry;
use rnix::ast::{self, Attr, Entry as AstEntry, Expr as Ast, HasEntry};
use rowan::ast::AstNode;

use super::{Lowering, Scope, Slots, slots, strings};
use crate::rules::nix::failure::{EvalResult, Failure};
use crate::rules::nix::source::At;
use crate::rules::nix::syntax::{AttrName, AttrSet, Binding, Expr, ExprKind};

/// Names that do not identify a key.
const GENERAL: [&str; 8] = ["key", "publicKey", "pubkey", "pubKey", "ssh", "sshKey", "age", "recipient"];

/// The value of an attribute path before it is lowered.
enum Member {
    Value(Ast),
    Inherited(Option<Ast>),
    Set(Members),
}

/// The members of a set, merged by name.
#[derive(Default)]
pub(super) struct Members {
    recursive: bool,
    /// Whether it was written as a set, instead of a path `a.b = …`.
    written: bool,
    named: IndexMap<Rc<str>, (Member, At)>,
    computed: Vec<(Ast, Member)>,
}

impl Lowering<'_> {
    pub(super) fn let_in(&mut self, scope: &ast::LetIn) -> EvalResult<ExprKind> {
        let members = self.members(scope, true)?;
        if !members.computed.is_empty() {
            return Err(Failure::syntax("`let` binds no computed names").or_at(self.at(scope)));
        }
        let names = slots(members.named.keys());
        let body = scope.body();
        let mut bindings = Vec::new();
        for (name, (member, at)) in members.named {
            bindings.push(self.binding(&name, member, at, &names)?);
        }
        let body = self.within(Scope::Names(names), |inner| inner.child(scope, body))?;
        Ok(ExprKind::Let { bindings, body })
    }

    pub(super) fn set(&mut self, members: Members) -> EvalResult<AttrSet> {
        let names = slots(members.named.keys());
        let recursive = members.recursive;
        let mut bindings = Vec::new();
        for (name, (member, at)) in members.named {
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

    /// A binding of a scope whose names see each other; inherited names are looked up outside.
    fn binding(&mut self, name: &Rc<str>, member: Member, at: At, names: &Slots) -> EvalResult<Binding> {
        let outer = matches!(member, Member::Inherited(None));
        let value = if outer {
            self.member(name, member, at)?
        } else {
            self.within(Scope::Names(names.clone()), |inner| inner.member(name, member, at))?
        };
        Ok(Binding { name: name.clone(), value, outer, at, label: Some(name.clone()) })
    }

    fn member(&mut self, name: &str, member: Member, at: At) -> EvalResult<Rc<Expr>> {
        self.around.push(name.into());
        let value = self.member_value(name, member, at);
        self.around.pop();
        if let Some(key) = value.as_ref().ok().and_then(|value| value.text()) {
            // `ada.key = …` belongs to ada.
            let owner = self.around.last().filter(|_| GENERAL.contains(&name));
            self.names.note(key, owner.map_or(name, |owner| &**owner));
        }
        value
    }

    fn member_value(&mut self, name: &str, member: Member, at: At) -> EvalResult<Rc<Expr>> {
        match member {
            Member::Value(value) => self.expr(&value),
            Member::Inherited(None) => Ok(Rc::new(Expr { kind: self.variable(name, at)?, at })),
            Member::Inherited(Some(from)) => {
                let base = self.expr(&from)?;
                let path = vec![AttrName::Fixed(name.into())];
                Ok(Rc::new(Expr { kind: ExprKind::Select { base, path, default: None }, at }))
            }
            Member::Set(members) => Ok(Rc::new(Expr { kind: ExprKind::Attrs(self.set(members)?), at })),
        }
    }

    pub(super) fn members(
        &self,
        set: &impl HasEntry<Language = rnix::NixLanguage>,
        recursive: bool,
    ) -> EvalResult<Members> {
        let mut members = Members { recursive, written: true, ..Members::default() };
        for entry in set.entries() {
            match entry {
                AstEntry::Inherit(inherit) => {
                    let from = inherit.from().and_then(|from| from.expr());
                    for attr in inherit.attrs() {
                        let computed = || Failure::syntax("`inherit` takes no computed names").or_at(self.at(&attr));
                        let name = static_name(&attr).ok_or_else(computed)?;
                        put(&mut members, &name, Member::Inherited(from.clone()), self.at(&attr))?;
                    }
                }
                AstEntry::AttrpathValue(entry) => {
                    let path: Vec<Attr> = entry.attrpath().into_iter().flat_map(|path| path.attrs()).collect();
                    let value = entry.value().ok_or_else(|| self.missing(&entry))?;
                    self.put_path(&mut members, &path, value)?;
                }
            }
        }
        Ok(members)
    }

    fn put_path(&self, members: &mut Members, path: &[Attr], value: Ast) -> EvalResult<()> {
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
            return put(members, &name, member, self.at(first));
        }
        let name = name_expr(first).ok_or_else(|| self.missing(first))?;
        members.computed.push((name, member));
        Ok(())
    }
}

/// Adds a member; two sets with the same name are merged.
fn put(members: &mut Members, name: &Rc<str>, member: Member, at: At) -> EvalResult<()> {
    let old = match members.named.entry(name.clone()) {
        Entry::Vacant(place) => {
            place.insert((member, at));
            return Ok(());
        }
        Entry::Occupied(place) => place.into_mut(),
    };
    match (&mut old.0, member) {
        (Member::Set(_), Member::Set(new)) if new.written && !new.computed.is_empty() => {
            // Older versions of Nix lose these names.
            Err(Failure::needs_nix(format!("a second set `{name}` with computed names")).or_at(at))
        }
        (Member::Set(old), Member::Set(new)) => {
            for (name, (member, at)) in new.named {
                put(old, &name, member, at)?;
            }
            old.computed.extend(new.computed);
            Ok(())
        }
        _ => Err(Failure::error(format!("attribute `{name}` is defined twice")).or_at(at)),
    }
}

/// The name of an attribute, unless it is computed. A plain string in `${}` is not.
pub(super) fn static_name(attr: &Attr) -> Option<Rc<str>> {
    match attr {
        Attr::Ident(ident) => Some(ident.syntax().text().to_string().into()),
        Attr::Str(text) => strings::constant(text).map(Into::into),
        Attr::Dynamic(dynamic) => match without_parentheses(dynamic.expr()?)? {
            Ast::Str(text) => strings::constant(&text).map(Into::into),
            _ => None,
        },
    }
}

fn without_parentheses(expr: Ast) -> Option<Ast> {
    match expr {
        Ast::Paren(paren) => without_parentheses(paren.expr()?),
        other => Some(other),
    }
}

pub(super) fn name_expr(attr: &Attr) -> Option<Ast> {
    match attr {
        Attr::Dynamic(dynamic) => dynamic.expr(),
        Attr::Str(text) => Some(Ast::Str(text.clone())),
        Attr::Ident(ident) => Some(Ast::Ident(ident.clone())),
    }
}
