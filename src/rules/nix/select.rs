//! `a.b.c`, `a.b or c`, `a ? b`, and global names.

use std::rc::Rc;

use super::eval::Evaluator;
use super::failure::{EvalResult, Failure};
use super::source::At;
use super::syntax::{AttrName, Expr};
use super::thunk::{Env, Thunk};
use super::value::Value;

/// The result of a step of a path.
enum Selected {
    Found(Thunk),
    Missing(Rc<str>),
    NoSet(&'static str),
}

impl Evaluator {
    pub(super) fn select(
        &mut self,
        base: &Expr,
        path: &[AttrName],
        default: Option<&Rc<Expr>>,
        env: &Env,
    ) -> EvalResult<Value> {
        let mut value = self.eval(base, env)?;
        for name in path {
            value = match (self.step(&value, name, env, base.at)?, default) {
                (Selected::Found(thunk), _) => self.force(&thunk).map_err(|failure| failure.or_at(base.at))?,
                (_, Some(default)) => return self.eval(default, env),
                (Selected::Missing(name), None) => {
                    return Err(
                        Failure::error(format!("attribute{} is missing", self.sources.quoted(&name))).or_at(base.at)
                    );
                }
                (Selected::NoSet(found), None) => {
                    return Err(Failure::error(format!("expected a set, found {found}")).or_at(base.at));
                }
            };
        }
        Ok(value)
    }

    pub(super) fn has_attr(&mut self, base: &Expr, path: &[AttrName], env: &Env) -> EvalResult<Value> {
        let mut value = self.eval(base, env)?;
        for (index, name) in path.iter().enumerate() {
            let Selected::Found(thunk) = self.step(&value, name, env, base.at)? else { return Ok(Value::Bool(false)) };
            if index + 1 == path.len() {
                break;
            }
            value = self.force(&thunk)?;
        }
        Ok(Value::Bool(true))
    }

    fn step(&mut self, value: &Value, name: &AttrName, env: &Env, at: At) -> EvalResult<Selected> {
        let name = match name {
            AttrName::Fixed(name) => name.clone(),
            AttrName::Computed(expr) => match self.eval(expr, env)? {
                Value::String(name) => name,
                other => {
                    let message = format!("an attribute's name must be a string, not {}", other.type_name());
                    return Err(Failure::error(message).or_at(expr.at));
                }
            },
        };
        let Value::Attrs(attrs) = value else { return Ok(Selected::NoSet(value.type_name())) };
        match attrs.map.get(&name) {
            Some(attr) => Ok(Selected::Found(attr.value.clone())),
            None if attrs.incomplete => {
                Err(Failure::needs_nix(format!("the builtin{}", self.sources.quoted(&name))).or_at(at))
            }
            None => Ok(Selected::Missing(name)),
        }
    }

    /// A global name: `true`, `map`, `builtins`, …
    pub(super) fn global(&mut self, name: &str, at: At) -> EvalResult<Value> {
        if name == "builtins" {
            return Ok(Value::Attrs(self.builtins.clone()));
        }
        let attr = self.builtins.map.get(name.strip_prefix("__").unwrap_or(name)).map(|attr| attr.value.clone());
        match attr {
            Some(thunk) => self.force(&thunk).map_err(|failure| failure.or_at(at)),
            None => Err(Failure::needs_nix(format!("the builtin `{name}`")).or_at(at)),
        }
    }
}
