//! Converts values to strings: interpolation, `+`, `toString`.

use std::rc::Rc;

use super::eval::Evaluator;
use super::failure::{EvalResult, Failure};
use super::paths;
use super::syntax::Expr;
use super::thunk::{Env, Thunk};
use super::value::Value;

impl Evaluator {
    /// `"…${…}…"`.
    pub(super) fn interpolate(&mut self, parts: &[Rc<Expr>], env: &Env) -> EvalResult<Value> {
        let mut text = String::new();
        for part in parts {
            let value = self.eval(part, env)?;
            let piece = self.coerce_to_string(&value).map_err(|failure| failure.or_at(part.at))?;
            self.budget.spend_bytes(piece.len()).map_err(|failure| failure.or_at(part.at))?;
            text.push_str(&piece);
        }
        Ok(Value::string(text))
    }

    /// `./…${…}…`.
    pub(super) fn join_path(&mut self, parts: &[Rc<Expr>], env: &Env) -> EvalResult<Value> {
        let mut text = String::new();
        for part in parts {
            let piece = match self.eval(part, env)? {
                Value::Path(path) => path,
                value => self.coerce_to_string(&value).map_err(|failure| failure.or_at(part.at))?,
            };
            self.budget.spend_bytes(piece.len()).map_err(|failure| failure.or_at(part.at))?;
            text.push_str(&piece);
        }
        Ok(Value::Path(paths::canonical(&text).into()))
    }

    /// The string for interpolation and `+`. A path would be copied to the store, which only Nix can do.
    pub(super) fn coerce_to_string(&mut self, value: &Value) -> EvalResult<Rc<str>> {
        match value {
            Value::String(text) => Ok(text.clone()),
            other => self.deeper(None, |evaluator| evaluator.coerced(other)),
        }
    }

    fn coerced(&mut self, value: &Value) -> EvalResult<Rc<str>> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Path(_) => Err(Failure::needs_nix("a path in a string (it is copied into the store)")),
            Value::Attrs(attrs) => {
                if let Some(attr) = attrs.map.get("__toString") {
                    let function = self.force(&attr.value)?;
                    let result = self.call(&function, Thunk::done(value.clone()))?;
                    self.coerce_to_string(&result)
                } else if let Some(attr) = attrs.map.get("outPath") {
                    let path = self.force(&attr.value)?;
                    self.coerce_to_string(&path)
                } else {
                    Err(Failure::error("a set cannot be turned into a string"))
                }
            }
            other => Err(Failure::error(format!("{} cannot be turned into a string", other.type_name()))),
        }
    }

    /// `toString`.
    pub(super) fn text_of(&mut self, value: &Value) -> EvalResult<Rc<str>> {
        self.deeper(None, |evaluator| evaluator.text_of_parts(value))
    }

    fn text_of_parts(&mut self, value: &Value) -> EvalResult<Rc<str>> {
        Ok(match value {
            Value::Null | Value::Bool(false) => "".into(),
            Value::Bool(true) => "1".into(),
            Value::Int(number) => number.to_string().into(),
            Value::Float(number) => format!("{number:.6}").into(),
            Value::String(text) | Value::Path(text) => text.clone(),
            Value::List(items) => {
                let mut text = String::new();
                for (index, item) in items.iter().enumerate() {
                    let value = self.force(item)?;
                    let piece = self.text_of(&value)?;
                    self.budget.spend_bytes(piece.len())?;
                    text.push_str(&piece);
                    let empty = matches!(&value, Value::List(items) if items.is_empty());
                    if index + 1 < items.len() && !empty {
                        text.push(' ');
                    }
                }
                text.into()
            }
            Value::Attrs(attrs) => {
                let (name, call) =
                    if attrs.map.contains_key("__toString") { ("__toString", true) } else { ("outPath", false) };
                let Some(attr) = attrs.map.get(name) else {
                    return Err(Failure::error("a set cannot be turned into a string"));
                };
                let mut result = self.force(&attr.value)?;
                if call {
                    result = self.call(&result, Thunk::done(value.clone()))?;
                }
                self.text_of(&result)?
            }
            Value::Lambda(_) | Value::Builtin(_) => {
                return Err(Failure::error("a function cannot be turned into a string"));
            }
        })
    }
}
