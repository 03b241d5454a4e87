//! Builtins on numbers.

use rnix::ast::BinOpKind;

use super::super::failure::{EvalResult, Failure};
use super::super::operators::arithmetic;
use super::super::value::Value;
use super::{Builtin, builtin};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("add", 2, |e, a| arithmetic(BinOpKind::Add, &e.force(&a[0])?, &e.force(&a[1])?)),
    builtin("bitAnd", 2, |e, a| Ok(Value::Int(e.int(&a[0])? & e.int(&a[1])?))),
    builtin("bitOr", 2, |e, a| Ok(Value::Int(e.int(&a[0])? | e.int(&a[1])?))),
    builtin("bitXor", 2, |e, a| Ok(Value::Int(e.int(&a[0])? ^ e.int(&a[1])?))),
    builtin("ceil", 1, |e, a| rounded(&e.force(&a[0])?, f64::ceil)),
    builtin("div", 2, |e, a| arithmetic(BinOpKind::Div, &e.force(&a[0])?, &e.force(&a[1])?)),
    builtin("floor", 1, |e, a| rounded(&e.force(&a[0])?, f64::floor)),
    builtin("lessThan", 2, |e, a| {
        let (left, right) = (e.force(&a[0])?, e.force(&a[1])?);
        e.less(&left, &right).map(Value::Bool)
    }),
    builtin("mul", 2, |e, a| arithmetic(BinOpKind::Mul, &e.force(&a[0])?, &e.force(&a[1])?)),
    builtin("sub", 2, |e, a| arithmetic(BinOpKind::Sub, &e.force(&a[0])?, &e.force(&a[1])?)),
];

fn rounded(value: &Value, round: fn(f64) -> f64) -> EvalResult<Value> {
    match value {
        Value::Int(number) => Ok(Value::Int(*number)),
        #[expect(clippy::cast_possible_truncation, reason = "numbers of that size were sent away")]
        Value::Float(number) if number.abs() < 1e15 => Ok(Value::Int(round(*number) as i64)),
        Value::Float(_) => Err(Failure::needs_nix("rounding a number of that size")),
        other => Err(super::needed("a number", other)),
    }
}
