//! Builtins for JSON and TOML.

use std::rc::Rc;

use serde_json::Value as Json;

use super::super::eval::Evaluator;
use super::super::failure::{EvalResult, Failure};
use super::super::thunk::Thunk;
use super::super::value::{Attr, Value};
use super::{Builtin, builtin};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("fromJSON", 1, |e, a| {
        let text = e.string(&a[0])?;
        // A value may be as short as two bytes.
        e.budget.spend(text.len() / 2)?;
        let json = serde_json::from_str(&text).map_err(|_| Failure::error("the text for `fromJSON` is not JSON"))?;
        from_json(json)
    }),
    builtin("fromTOML", 1, |e, a| {
        let text = e.string(&a[0])?;
        e.budget.spend(text.len() / 2)?;
        // TOML parsers differ in details: Nix may accept what this one rejects.
        let table = text.parse().map_err(|_| Failure::needs_nix("TOML of this form"))?;
        from_toml(toml::Value::Table(table))
    }),
    builtin("toJSON", 1, |e, a| {
        let json = e.json(&a[0])?;
        Ok(Value::string(json.to_string()))
    }),
];

impl Evaluator {
    /// The value as JSON, forced completely.
    pub(in crate::rules) fn json(&mut self, thunk: &Thunk) -> EvalResult<Json> {
        self.deeper(None, |evaluator| {
            evaluator.budget.spend(3)?;
            let value = evaluator.force(thunk)?;
            evaluator.json_of(&value)
        })
    }

    fn json_of(&mut self, value: &Value) -> EvalResult<Json> {
        Ok(match value {
            Value::Null => Json::Null,
            Value::Bool(value) => (*value).into(),
            Value::Int(number) => (*number).into(),
            Value::Float(number) => float(*number)?,
            Value::String(text) if text.contains(['\u{8}', '\u{c}']) => {
                return Err(Failure::needs_nix("control characters in JSON"));
            }
            Value::String(text) => {
                self.budget.spend_bytes(text.len())?;
                Json::String(text.to_string())
            }
            Value::List(items) => items.iter().map(|item| self.json(item)).collect::<EvalResult<Vec<_>>>()?.into(),
            Value::Attrs(attrs) => match (attrs.map.get("__toString"), attrs.map.get("outPath")) {
                (Some(_), _) => Json::String(self.coerce_to_string(value)?.to_string()),
                (None, Some(path)) => self.json(&path.value)?,
                (None, None) => {
                    let mut object = serde_json::Map::new();
                    for (name, attr) in &attrs.map {
                        self.budget.spend_bytes(name.len())?;
                        object.insert(name.to_string(), self.json(&attr.value)?);
                    }
                    object.into()
                }
            },
            Value::Path(_) => return Err(Failure::needs_nix("a path in JSON (it is copied into the store)")),
            other @ (Value::Lambda(_) | Value::Builtin(_)) => {
                return Err(Failure::error(format!("{} cannot be turned into JSON", other.type_name())));
            }
        })
    }
}

/// A float in the notation that every version of Nix uses. They differ for integral values, exponents, and beyond six
/// digits.
fn float(number: f64) -> EvalResult<Json> {
    let digits = format!("{number}").bytes().filter(u8::is_ascii_digit).count();
    let plain = number.fract() != 0.0 && number.abs() >= 1e-3 && digits <= 6;
    if plain { Ok(number.into()) } else { Err(Failure::needs_nix("a float in JSON")) }
}

fn from_json(json: Json) -> EvalResult<Value> {
    let thunk = |json| from_json(json).map(Thunk::done);
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Value::Int(number),
            (None, Some(float)) if number.is_f64() => Value::Float(float),
            _ => return Err(Failure::needs_nix("a number of that size")),
        },
        Json::String(text) => Value::string(text),
        Json::Array(items) => Value::list(items.into_iter().map(thunk).collect::<EvalResult<Vec<_>>>()?),
        Json::Object(members) => {
            let attr = |(name, json): (String, Json)| Ok((Rc::from(name), Attr::new(thunk(json)?)));
            Value::attrs(members.into_iter().map(attr).collect::<EvalResult<_>>()?)
        }
    })
}

fn from_toml(toml: toml::Value) -> EvalResult<Value> {
    use toml::Value as Toml;
    let thunk = |toml| from_toml(toml).map(Thunk::done);
    Ok(match toml {
        Toml::String(text) => Value::string(text),
        Toml::Integer(number) => Value::Int(number),
        Toml::Float(number) => Value::Float(number),
        Toml::Boolean(value) => Value::Bool(value),
        Toml::Datetime(_) => return Err(Failure::needs_nix("a date in TOML")),
        Toml::Array(items) => Value::list(items.into_iter().map(thunk).collect::<EvalResult<Vec<_>>>()?),
        Toml::Table(members) => {
            let attr = |(name, toml): (String, Toml)| Ok((Rc::from(name), Attr::new(thunk(toml)?)));
            Value::attrs(members.into_iter().map(attr).collect::<EvalResult<_>>()?)
        }
    })
}
