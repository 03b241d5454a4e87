//! `==` and `<`.

use super::eval::Evaluator;
use super::failure::{EvalResult, Failure};
use super::value::Value;

impl Evaluator {
    /// Whether both are equal, by the rules of `==`.
    pub(super) fn equal(&mut self, left: &Value, right: &Value) -> EvalResult<bool> {
        self.deeper(None, |evaluator| evaluator.equal_parts(left, right))
    }

    fn equal_parts(&mut self, left: &Value, right: &Value) -> EvalResult<bool> {
        #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "as Nix does it")]
        Ok(match (left, right) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(left), Value::Bool(right)) => left == right,
            (Value::Int(left), Value::Int(right)) => left == right,
            (Value::Float(left), Value::Float(right)) => left == right,
            (Value::Int(left), Value::Float(right)) | (Value::Float(right), Value::Int(left)) => *left as f64 == *right,
            (Value::String(left), Value::String(right)) | (Value::Path(left), Value::Path(right)) => {
                self.budget.spend_bytes(left.len().min(right.len()))?;
                left == right
            }
            (Value::List(left), Value::List(right)) => {
                if left.len() != right.len() {
                    return Ok(false);
                }
                for (left, right) in left.iter().zip(&**right) {
                    if left.is(right) && self.is_function_free(left)? {
                        continue;
                    }
                    let (left, right) = (self.force(left)?, self.force(right)?);
                    if !self.equal(&left, &right)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Attrs(left), Value::Attrs(right)) => {
                if left.map.contains_key("outPath") || right.map.contains_key("outPath") {
                    return Err(Failure::needs_nix("a comparison of derivations"));
                }
                self.budget.spend(left.map.len())?;
                if left.map.len() != right.map.len() || !left.map.keys().eq(right.map.keys()) {
                    return Ok(false);
                }
                for (left, right) in left.map.values().zip(right.map.values()) {
                    let (left, right) = (self.force(&left.value)?, self.force(&right.value)?);
                    if !self.equal(&left, &right)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Lambda(_) | Value::Builtin(_), Value::Lambda(_) | Value::Builtin(_)) => {
                // Whether a function equals itself depends on Nix's memory layout.
                return Err(Failure::needs_nix("a comparison of functions"));
            }
            _ => false,
        })
    }

    fn is_function_free(&mut self, thunk: &super::thunk::Thunk) -> EvalResult<bool> {
        Ok(!matches!(self.force(thunk)?, Value::Lambda(_) | Value::Builtin(_) | Value::List(_) | Value::Attrs(_)))
    }

    /// Whether `left` is less than `right`, by the rules of `<`.
    pub(super) fn less(&mut self, left: &Value, right: &Value) -> EvalResult<bool> {
        self.deeper(None, |evaluator| evaluator.less_parts(left, right))
    }

    fn less_parts(&mut self, left: &Value, right: &Value) -> EvalResult<bool> {
        #[expect(clippy::cast_precision_loss, reason = "as Nix does it")]
        match (left, right) {
            (Value::Int(left), Value::Int(right)) => Ok(left < right),
            (Value::Float(left), Value::Float(right)) => Ok(left < right),
            (Value::Int(left), Value::Float(right)) => Ok((*left as f64) < *right),
            (Value::Float(left), Value::Int(right)) => Ok(*left < *right as f64),
            (Value::String(left), Value::String(right)) | (Value::Path(left), Value::Path(right)) => {
                self.budget.spend_bytes(left.len().min(right.len()))?;
                Ok(left < right)
            }
            (Value::List(left), Value::List(right)) => {
                for (left, right) in left.iter().zip(&**right) {
                    let (left, right) = (self.force(left)?, self.force(right)?);
                    if !self.equal(&left, &right)? {
                        return self.less(&left, &right);
                    }
                }
                Ok(left.len() < right.len())
            }
            (left, right) => {
                let message = format!("{} cannot be compared with {}", left.type_name(), right.type_name());
                Err(Failure::error(message))
            }
        }
    }
}
