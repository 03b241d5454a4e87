//! Builtins that test the type of a value.

use super::super::value::Value;
use super::{Builtin, builtin};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("isAttrs", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Attrs(_))))),
    builtin("isBool", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Bool(_))))),
    builtin("isFloat", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Float(_))))),
    builtin("isFunction", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Lambda(_) | Value::Builtin(_))))),
    builtin("isInt", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Int(_))))),
    builtin("isList", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::List(_))))),
    builtin("isNull", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Null)))),
    builtin("isPath", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Path(_))))),
    builtin("isString", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::String(_))))),
    builtin("typeOf", 1, |e, a| {
        Ok(Value::string(match e.force(&a[0])? {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::String(_) => "string",
            Value::Path(_) => "path",
            Value::List(_) => "list",
            Value::Attrs(_) => "set",
            Value::Lambda(_) | Value::Builtin(_) => "lambda",
        }))
    }),
];
