//! The operators.

use std::rc::Rc;

use rnix::ast::BinOpKind;

use super::eval::Evaluator;
use super::failure::{EvalResult, Failure};
use super::paths;
use super::syntax::Expr;
use super::thunk::Env;
use super::value::{Attrs, Value};

impl Evaluator {
    pub(super) fn binary(&mut self, operator: BinOpKind, left: &Expr, right: &Expr, env: &Env) -> EvalResult<Value> {
        match operator {
            BinOpKind::And => Ok(Value::Bool(self.condition(left, env)? && self.condition(right, env)?)),
            BinOpKind::Or => Ok(Value::Bool(self.condition(left, env)? || self.condition(right, env)?)),
            BinOpKind::Implication => Ok(Value::Bool(!self.condition(left, env)? || self.condition(right, env)?)),
            BinOpKind::PipeLeft | BinOpKind::PipeRight => Err(Failure::needs_nix("a pipe operator")),
            _ => {
                let left = self.eval(left, env)?;
                let right = self.eval(right, env)?;
                self.strict(operator, &left, &right)
            }
        }
    }

    /// The operators that evaluate both sides.
    fn strict(&mut self, operator: BinOpKind, left: &Value, right: &Value) -> EvalResult<Value> {
        let compared = match operator {
            BinOpKind::Add => return self.add(left, right),
            BinOpKind::Sub | BinOpKind::Mul | BinOpKind::Div => return arithmetic(operator, left, right),
            BinOpKind::Concat => {
                self.budget.spend(size(left) + size(right))?;
                return concat(left, right);
            }
            BinOpKind::Update => {
                self.budget.spend(size(left) + size(right))?;
                return update(left, right);
            }
            BinOpKind::Equal => self.equal(left, right)?,
            BinOpKind::NotEqual => !self.equal(left, right)?,
            BinOpKind::Less => self.less(left, right)?,
            BinOpKind::More => self.less(right, left)?,
            BinOpKind::LessOrEq => !self.less(right, left)?,
            BinOpKind::MoreOrEq => !self.less(left, right)?,
            _ => return Err(Failure::needs_nix("an unknown operator")),
        };
        Ok(Value::Bool(compared))
    }

    /// `+` for numbers, strings, and paths; the left side decides.
    fn add(&mut self, left: &Value, right: &Value) -> EvalResult<Value> {
        match left {
            Value::Int(_) | Value::Float(_) => arithmetic(BinOpKind::Add, left, right),
            Value::Path(path) => {
                let text = match right {
                    Value::Path(other) => other.clone(),
                    other => self.coerce_to_string(other)?,
                };
                // The path is normalized part by part.
                self.budget.spend(path.len() + text.len())?;
                Ok(Value::Path(paths::canonical(&format!("{path}{text}")).into()))
            }
            _ => {
                let (left, right) = (self.coerce_to_string(left)?, self.coerce_to_string(right)?);
                self.budget.spend_bytes(left.len() + right.len())?;
                Ok(Value::string(format!("{left}{right}")))
            }
        }
    }

    pub(super) fn negate(&mut self, operand: &Expr, env: &Env) -> EvalResult<Value> {
        let value = self.eval(operand, env)?;
        arithmetic(BinOpKind::Sub, &Value::Int(0), &value).map_err(|failure| failure.or_at(operand.at))
    }
}

/// `+`, `-`, `*`, and `/` for numbers.
pub(super) fn arithmetic(operator: BinOpKind, left: &Value, right: &Value) -> EvalResult<Value> {
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        let result = match operator {
            BinOpKind::Add => left.checked_add(*right),
            BinOpKind::Sub => left.checked_sub(*right),
            BinOpKind::Mul => left.checked_mul(*right),
            _ if *right == 0 => return Err(Failure::error("division by zero")),
            _ => left.checked_div(*right),
        };
        // Older versions of Nix wrap around, newer ones fail.
        return result.map(Value::Int).ok_or_else(|| Failure::needs_nix("arithmetic beyond 64 bits"));
    }
    let (left, right) = (float(left)?, float(right)?);
    Ok(Value::Float(match operator {
        BinOpKind::Add => left + right,
        BinOpKind::Sub => left - right,
        BinOpKind::Mul => left * right,
        _ if right == 0.0 => return Err(Failure::error("division by zero")),
        _ => left / right,
    }))
}

fn float(value: &Value) -> EvalResult<f64> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "as Nix does it")]
        Value::Int(number) => Ok(*number as f64),
        Value::Float(number) => Ok(*number),
        other => Err(Failure::error(format!("expected a number, found {}", other.type_name()))),
    }
}

/// The number of elements in a list or set.
fn size(value: &Value) -> usize {
    match value {
        Value::List(items) => items.len(),
        Value::Attrs(attrs) => attrs.map.len(),
        _ => 0,
    }
}

fn concat(left: &Value, right: &Value) -> EvalResult<Value> {
    match (left, right) {
        (Value::List(left), Value::List(right)) => {
            Ok(Value::list(left.iter().chain(&**right).cloned().collect::<Vec<_>>()))
        }
        (Value::List(_), other) | (other, _) => {
            Err(Failure::error(format!("`++` joins lists, not {}", other.type_name())))
        }
    }
}

fn update(left: &Value, right: &Value) -> EvalResult<Value> {
    match (left, right) {
        (Value::Attrs(left), Value::Attrs(right)) => {
            let mut map = left.map.clone();
            map.extend(right.map.iter().map(|(name, attr)| (name.clone(), attr.clone())));
            Ok(Value::Attrs(Rc::new(Attrs { map, incomplete: left.incomplete || right.incomplete })))
        }
        (Value::Attrs(_), other) | (other, _) => {
            Err(Failure::error(format!("`//` joins sets, not {}", other.type_name())))
        }
    }
}
