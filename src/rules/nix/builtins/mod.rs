//! The builtin functions that secrets.nix files use; all others need Nix.

mod attrs;
mod control;
mod files;
mod json;
mod lists;
mod numbers;
mod patterns;
mod strings;
mod types;
mod versions;

use std::collections::BTreeMap;
use std::rc::Rc;

use super::eval::Evaluator;
use super::failure::{EvalResult, Failure};
use super::thunk::Thunk;
use super::value::{Attr, Attrs, Partial, Value};

pub(super) struct Builtin {
    name: &'static str,
    /// How many arguments it takes.
    pub(super) arity: usize,
    pub(super) run: Run,
}

type Run = fn(&mut Evaluator, &[Thunk]) -> EvalResult<Value>;

const fn builtin(name: &'static str, arity: usize, run: Run) -> Builtin {
    Builtin { name, arity, run }
}

/// All functions, by subject.
const SUBJECTS: [&[Builtin]; 10] = [
    attrs::FUNCTIONS,
    control::FUNCTIONS,
    files::FUNCTIONS,
    json::FUNCTIONS,
    lists::FUNCTIONS,
    numbers::FUNCTIONS,
    patterns::FUNCTIONS,
    strings::FUNCTIONS,
    types::FUNCTIONS,
    versions::FUNCTIONS,
];

/// The set `builtins`, as far as it is supported.
pub(super) fn all() -> Rc<Attrs> {
    let value = |builtin| Attr::new(Thunk::done(Value::Builtin(Rc::new(Partial { builtin, arguments: Vec::new() }))));
    let functions = SUBJECTS.iter().copied().flatten();
    let mut map: BTreeMap<Rc<str>, Attr> = functions.map(|builtin| (builtin.name.into(), value(builtin))).collect();
    for (name, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
        map.insert(name.into(), Attr::new(Thunk::done(value)));
    }
    Rc::new(Attrs { map, incomplete: true })
}

/// Converts the arguments of builtins.
impl Evaluator {
    fn list(&mut self, thunk: &Thunk) -> EvalResult<Rc<[Thunk]>> {
        match self.force(thunk)? {
            Value::List(items) => Ok(items),
            other => Err(needed("a list", &other)),
        }
    }

    fn attrs(&mut self, thunk: &Thunk) -> EvalResult<Rc<Attrs>> {
        match self.force(thunk)? {
            Value::Attrs(attrs) => Ok(attrs),
            other => Err(needed("a set", &other)),
        }
    }

    fn string(&mut self, thunk: &Thunk) -> EvalResult<Rc<str>> {
        match self.force(thunk)? {
            Value::String(text) => Ok(text),
            other => Err(needed("a string", &other)),
        }
    }

    fn strings(&mut self, thunk: &Thunk) -> EvalResult<Vec<Rc<str>>> {
        let items = self.list(thunk)?;
        self.budget.spend(items.len())?;
        items.iter().map(|item| self.string(item)).collect()
    }

    fn int(&mut self, thunk: &Thunk) -> EvalResult<i64> {
        match self.force(thunk)? {
            Value::Int(number) => Ok(number),
            other => Err(needed("an integer", &other)),
        }
    }

    /// A string, or a set that can be converted to one.
    fn text(&mut self, thunk: &Thunk) -> EvalResult<Rc<str>> {
        let value = self.force(thunk)?;
        self.coerce_to_string(&value)
    }

    fn text_or_path(&mut self, thunk: &Thunk) -> EvalResult<Rc<str>> {
        match self.force(thunk)? {
            Value::String(text) | Value::Path(text) => Ok(text),
            other => self.coerce_to_string(&other),
        }
    }

    /// Something that can be called.
    fn function(&mut self, thunk: &Thunk) -> EvalResult<Value> {
        match self.force(thunk)? {
            function @ (Value::Lambda(_) | Value::Builtin(_)) => Ok(function),
            Value::Attrs(attrs) if attrs.map.contains_key("__functor") => Ok(Value::Attrs(attrs)),
            other => Err(needed("a function", &other)),
        }
    }

    fn call_bool(&mut self, function: &Value, arguments: &[Thunk]) -> EvalResult<bool> {
        match self.call_all(function, arguments)? {
            Value::Bool(value) => Ok(value),
            other => Err(needed("a Boolean", &other)),
        }
    }
}

fn needed(what: &str, found: &Value) -> Box<Failure> {
    Failure::error(format!("expected {what}, found {}", found.type_name()))
}

/// A length as a Nix integer.
fn count(length: usize) -> EvalResult<Value> {
    i64::try_from(length).map(Value::Int).map_err(|_| Failure::error("more than Nix can count"))
}

/// A set of known values.
fn known<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::attrs(members.into_iter().map(|(name, value)| (name.into(), Attr::new(Thunk::done(value)))).collect())
}
