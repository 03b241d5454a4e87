//! Applies functions.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::eval::{Evaluator, delay};
use super::failure::{EvalResult, Failure};
use super::syntax::{Lambda, Pattern};
use super::thunk::{Env, Thunk};
use super::value::{Attrs, Closure, Partial, Value};

impl Evaluator {
    /// Applies `function` to one argument.
    pub(super) fn call(&mut self, function: &Value, argument: Thunk) -> EvalResult<Value> {
        match function {
            Value::Lambda(closure) => self.call_lambda(closure, argument),
            Value::Builtin(partial) => {
                let mut arguments = partial.arguments.clone();
                arguments.push(argument);
                if arguments.len() < partial.builtin.arity {
                    return Ok(Value::Builtin(Rc::new(Partial { builtin: partial.builtin, arguments })));
                }
                self.deeper(None, |evaluator| (partial.builtin.run)(evaluator, &arguments))
            }
            Value::Attrs(attrs) => {
                let Some(functor) = attrs.map.get("__functor") else {
                    return Err(Failure::error("a set is called as if it were a function"));
                };
                let functor = self.force(&functor.value)?;
                let bound = self.call(&functor, Thunk::done(function.clone()))?;
                self.deeper(None, |evaluator| evaluator.call(&bound, argument))
            }
            other => Err(Failure::error(format!("{} is called as if it were a function", other.type_name()))),
        }
    }

    /// Applies `function` to several arguments.
    pub(super) fn call_all(&mut self, function: &Value, arguments: &[Thunk]) -> EvalResult<Value> {
        let mut value = function.clone();
        for argument in arguments {
            value = self.call(&value, argument.clone())?;
        }
        Ok(value)
    }

    /// Applies the function in a thunk to `arguments`.
    pub(super) fn call_thunk(&mut self, function: &Thunk, arguments: &[Thunk]) -> EvalResult<Value> {
        let function = self.force(function)?;
        self.call_all(&function, arguments)
    }

    fn call_lambda(&mut self, closure: &Closure, argument: Thunk) -> EvalResult<Value> {
        let lambda = &closure.lambda;
        let env = match &lambda.pattern {
            None => closure.env.with(|_| vec![argument]),
            Some(pattern) => {
                let Value::Attrs(attrs) = self.force(&argument)? else {
                    let Ok(value) = self.force(&argument) else { return Err(Failure::error("no argument")) };
                    return Err(Failure::error(format!("this function takes a set and got {}", value.type_name())));
                };
                self.budget.spend(pattern.formals.len())?;
                check_arguments(pattern, &attrs).map_err(|failure| failure.or_at(closure.at))?;
                bind(lambda, pattern, &attrs, argument, &closure.env)
            }
        };
        self.eval(&lambda.body, &env)
    }
}

/// Fails for a missing argument, and for one that the pattern does not contain.
fn check_arguments(pattern: &Pattern, attrs: &Attrs) -> EvalResult<()> {
    for (name, default) in &pattern.formals {
        if default.is_none() && !attrs.map.contains_key(name) {
            return Err(Failure::error(format!("this function is called without its argument `{name}`")));
        }
    }
    if pattern.open {
        return Ok(());
    }
    let known: BTreeSet<&str> = pattern.formals.iter().map(|(name, _)| &**name).collect();
    match attrs.map.keys().find(|name| !known.contains(&***name)) {
        Some(_) => Err(Failure::error("this function is called with an argument that it does not take")),
        None => Ok(()),
    }
}

fn bind(lambda: &Lambda, pattern: &Pattern, attrs: &Attrs, argument: Thunk, env: &Env) -> Env {
    env.with(|inner| {
        let whole = lambda.whole.is_some().then_some(argument);
        let formals = pattern.formals.iter().filter_map(|(name, default)| match (attrs.map.get(name), default) {
            (Some(attr), _) => Some(attr.value.clone()),
            (None, Some(default)) => Some(delay(default, inner)),
            (None, None) => None,
        });
        whole.into_iter().chain(formals).collect()
    })
}
