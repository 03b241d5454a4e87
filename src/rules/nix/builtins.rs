//! The builtin functions that secrets.nix files use; any other one needs Nix itself.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

use super::eval::Evaluator;
use super::failure::{Cause, Failure, Outcome};
use super::files;
use super::operators::arithmetic;
use super::thunk::Thunk;
use super::value::{Attr, Attrs, Partial, Value};
use rnix::ast::BinOpKind;

/// A builtin function.
pub(super) struct Builtin {
    name: &'static str,
    /// How many arguments it takes.
    pub(super) arity: usize,
    /// What it does with them.
    pub(super) run: Run,
}

type Run = fn(&mut Evaluator, &[Thunk]) -> Outcome<Value>;

const fn builtin(name: &'static str, arity: usize, run: Run) -> Builtin {
    Builtin { name, arity, run }
}

static FUNCTIONS: [Builtin; 63] = [
    builtin("abort", 1, |e, a| Err(Failure::error(format!("aborted: {}", e.string(&a[0])?)))),
    builtin("add", 2, |e, a| arithmetic(BinOpKind::Add, &e.force(&a[0])?, &e.force(&a[1])?)),
    builtin("all", 2, |e, a| e.any_item(a, false).map(|found| Value::Bool(!found))),
    builtin("any", 2, |e, a| e.any_item(a, true).map(Value::Bool)),
    builtin("attrNames", 1, |e, a| {
        let names = e.attrs(&a[0])?.map.keys().map(|name| Thunk::done(Value::String(name.clone()))).collect::<Vec<_>>();
        Ok(Value::list(names))
    }),
    builtin("attrValues", 1, |e, a| {
        Ok(Value::list(e.attrs(&a[0])?.map.values().map(|attr| attr.value.clone()).collect::<Vec<_>>()))
    }),
    builtin("baseNameOf", 1, |e, a| {
        let text = e.text_or_path(&a[0])?;
        let text = text.strip_suffix('/').unwrap_or(&text);
        Ok(Value::string(text.rsplit('/').next().unwrap_or_default()))
    }),
    builtin("catAttrs", 2, |e, a| {
        let name = e.string(&a[0])?;
        let mut found = Vec::new();
        for item in e.list(&a[1])?.iter() {
            found.extend(e.attrs(item)?.map.get(&name).map(|attr| attr.value.clone()));
        }
        Ok(Value::list(found))
    }),
    builtin("concatLists", 1, |e, a| {
        let lists = e.list(&a[0])?;
        e.concat(&lists)
    }),
    builtin("concatMap", 2, |e, a| {
        let function = e.force(&a[0])?;
        let lists: Vec<Thunk> =
            e.list(&a[1])?.iter().map(|item| Thunk::call(function.clone(), vec![item.clone()])).collect();
        e.concat(&lists)
    }),
    builtin("concatStringsSep", 2, |e, a| {
        let separator = e.string(&a[0])?;
        let mut texts = Vec::new();
        for item in e.list(&a[1])?.iter() {
            let value = e.force(item)?;
            texts.push(e.coerce_to_string(&value)?.to_string());
        }
        Ok(Value::string(texts.join(&separator)))
    }),
    builtin("deepSeq", 2, |e, a| {
        e.deep(&a[0])?;
        e.force(&a[1])
    }),
    builtin("dirOf", 1, |e, a| {
        let value = e.force(&a[0])?;
        let text = e.text_or_path(&a[0])?;
        let folder = match text.rsplit_once('/') {
            Some(("", _)) => "/",
            Some((folder, _)) => folder,
            None => ".",
        };
        Ok(if matches!(value, Value::Path(_)) { Value::Path(folder.into()) } else { Value::string(folder) })
    }),
    builtin("div", 2, |e, a| arithmetic(BinOpKind::Div, &e.force(&a[0])?, &e.force(&a[1])?)),
    builtin("elem", 2, |e, a| {
        let wanted = e.force(&a[0])?;
        for item in e.list(&a[1])?.iter() {
            let item = e.force(item)?;
            if e.equal(&wanted, &item)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
    builtin("elemAt", 2, |e, a| {
        let items = e.list(&a[0])?;
        let index = e.int(&a[1])?;
        let item = usize::try_from(index).ok().and_then(|index| items.get(index));
        let item = item.ok_or_else(|| Failure::error(format!("a list of {} has no element {index}", items.len())))?;
        e.force(item)
    }),
    builtin("filter", 2, |e, a| {
        let function = e.force(&a[0])?;
        let mut kept = Vec::new();
        for item in e.list(&a[1])?.iter() {
            if e.call_bool(&function, item)? {
                kept.push(item.clone());
            }
        }
        Ok(Value::list(kept))
    }),
    builtin("foldl'", 3, |e, a| {
        let function = e.force(&a[0])?;
        let mut result = a[1].clone();
        for item in e.list(&a[2])?.iter() {
            result = Thunk::done(e.call_all(&function, &[result, item.clone()])?);
        }
        e.force(&result)
    }),
    builtin("fromJSON", 1, |e, a| {
        let text = e.string(&a[0])?;
        let json: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| Failure::error(format!("this is no JSON: {error}")))?;
        from_json(json)
    }),
    builtin("functionArgs", 1, |e, a| match e.force(&a[0])? {
        Value::Lambda(closure) => {
            let formals = closure.lambda.pattern.iter().flat_map(|pattern| &pattern.formals);
            let attr = |default: bool| Attr::new(Thunk::done(Value::Bool(default)));
            Ok(Value::attrs(formals.map(|(name, default)| (name.clone(), attr(default.is_some()))).collect()))
        }
        _ => Err(Failure::needs_nix("`functionArgs` of a builtin")),
    }),
    builtin("genList", 2, |e, a| {
        let function = e.force(&a[0])?;
        let count = e.int(&a[1])?;
        let count = u32::try_from(count).map_err(|_| Failure::error("a list cannot have that many elements"))?;
        let call = |index: u32| Thunk::call(function.clone(), vec![Thunk::done(Value::Int(index.into()))]);
        if count > 1_000_000 {
            return Err(Failure::needs_nix("a list of more than a million elements"));
        }
        Ok(Value::list((0..count).map(call).collect::<Vec<_>>()))
    }),
    builtin("getAttr", 2, |e, a| {
        let name = e.string(&a[0])?;
        let attr = e.attrs(&a[1])?.map.get(&name).cloned();
        let attr = attr.ok_or_else(|| Failure::error(format!("attribute `{name}` is missing")))?;
        e.force(&attr.value)
    }),
    builtin("groupBy", 2, |e, a| {
        let function = e.force(&a[0])?;
        let mut groups: BTreeMap<Rc<str>, Vec<Thunk>> = BTreeMap::new();
        for item in e.list(&a[1])?.iter() {
            let name = e.string(&Thunk::call(function.clone(), vec![item.clone()]))?;
            groups.entry(name).or_default().push(item.clone());
        }
        let attr = |items: Vec<Thunk>| Attr::new(Thunk::done(Value::list(items)));
        Ok(Value::attrs(groups.into_iter().map(|(name, items)| (name, attr(items))).collect()))
    }),
    builtin("hasAttr", 2, |e, a| {
        let name = e.string(&a[0])?;
        Ok(Value::Bool(e.attrs(&a[1])?.map.contains_key(&name)))
    }),
    builtin("head", 1, |e, a| {
        let items = e.list(&a[0])?;
        let first = items.first().ok_or_else(|| Failure::error("an empty list has no head"))?;
        e.force(first)
    }),
    builtin("import", 1, |e, a| {
        let path = e.path_of(&a[0])?;
        e.import(&path)
    }),
    builtin("intersectAttrs", 2, |e, a| {
        let (left, right) = (e.attrs(&a[0])?, e.attrs(&a[1])?);
        let both = right.map.iter().filter(|(name, _)| left.map.contains_key(*name));
        Ok(Value::attrs(both.map(|(name, attr)| (name.clone(), attr.clone())).collect()))
    }),
    builtin("isAttrs", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Attrs(_))))),
    builtin("isBool", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Bool(_))))),
    builtin("isFloat", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Float(_))))),
    builtin("isFunction", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Lambda(_) | Value::Builtin(_))))),
    builtin("isInt", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Int(_))))),
    builtin("isList", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::List(_))))),
    builtin("isNull", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Null)))),
    builtin("isPath", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::Path(_))))),
    builtin("isString", 1, |e, a| Ok(Value::Bool(matches!(e.force(&a[0])?, Value::String(_))))),
    builtin("length", 1, |e, a| {
        let length = e.list(&a[0])?.len();
        i64::try_from(length).map(Value::Int).map_err(|_| Failure::error("a list of that length"))
    }),
    builtin("lessThan", 2, |e, a| {
        let (left, right) = (e.force(&a[0])?, e.force(&a[1])?);
        e.less(&left, &right).map(Value::Bool)
    }),
    builtin("listToAttrs", 1, |e, a| {
        let mut map = BTreeMap::new();
        for item in e.list(&a[0])?.iter() {
            let attrs = e.attrs(item)?;
            let member = |name: &str| {
                attrs
                    .map
                    .get(name)
                    .cloned()
                    .ok_or_else(|| Failure::error(format!("`listToAttrs`: `{name}` is missing")))
            };
            let name = e.string(&member("name")?.value)?;
            // Of two with one name the first stays.
            if let Entry::Vacant(place) = map.entry(name) {
                place.insert(member("value")?);
            }
        }
        Ok(Value::attrs(map))
    }),
    builtin("map", 2, |e, a| {
        let function = e.force(&a[0])?;
        let call = |item: &Thunk| Thunk::call(function.clone(), vec![item.clone()]);
        Ok(Value::list(e.list(&a[1])?.iter().map(call).collect::<Vec<_>>()))
    }),
    builtin("mapAttrs", 2, |e, a| {
        let function = e.force(&a[0])?;
        let call = |(name, attr): (&Rc<str>, &Attr)| {
            let arguments = vec![Thunk::done(Value::String(name.clone())), attr.value.clone()];
            (name.clone(), Attr { value: Thunk::call(function.clone(), arguments), at: attr.at })
        };
        Ok(Value::attrs(e.attrs(&a[1])?.map.iter().map(call).collect()))
    }),
    builtin("mul", 2, |e, a| arithmetic(BinOpKind::Mul, &e.force(&a[0])?, &e.force(&a[1])?)),
    builtin("partition", 2, |e, a| {
        let function = e.force(&a[0])?;
        let (mut right, mut wrong) = (Vec::new(), Vec::new());
        for item in e.list(&a[1])?.iter() {
            if e.call_bool(&function, item)? { right.push(item.clone()) } else { wrong.push(item.clone()) }
        }
        let attr = |items: Vec<Thunk>| Attr::new(Thunk::done(Value::list(items)));
        Ok(Value::attrs(BTreeMap::from([("right".into(), attr(right)), ("wrong".into(), attr(wrong))])))
    }),
    builtin("pathExists", 1, |e, a| Ok(Value::Bool(e.path_of(&a[0])?.exists()))),
    builtin("readDir", 1, |e, a| files::list(&e.path_of(&a[0])?)),
    builtin("readFile", 1, |e, a| files::read(&e.path_of(&a[0])?).map(Value::string)),
    builtin("readFileType", 1, |e, a| {
        let path = e.path_of(&a[0])?;
        let kind =
            std::fs::symlink_metadata(&path).map_err(|error| Failure::error(format!("{}: {error}", path.display())))?;
        Ok(Value::string(match kind.file_type() {
            kind if kind.is_symlink() => "symlink",
            kind if kind.is_dir() => "directory",
            kind if kind.is_file() => "regular",
            _ => "unknown",
        }))
    }),
    builtin("removeAttrs", 2, |e, a| {
        let mut map = e.attrs(&a[0])?.map.clone();
        for name in e.list(&a[1])?.iter() {
            map.remove(&e.string(name)?);
        }
        Ok(Value::attrs(map))
    }),
    builtin("replaceStrings", 3, |e, a| {
        let (from, to) = (e.strings(&a[0])?, e.strings(&a[1])?);
        let text = e.string(&a[2])?;
        if from.len() != to.len() || from.iter().any(|from| from.is_empty()) {
            return Err(Failure::needs_nix("`replaceStrings` with lists of other lengths, or of an empty string"));
        }
        let (mut result, mut rest) = (String::new(), &*text);
        while let Some(next) = rest.chars().next() {
            if let Some(index) = from.iter().position(|from| rest.starts_with(&**from)) {
                result.push_str(&to[index]);
                rest = &rest[from[index].len()..];
            } else {
                result.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        Ok(Value::string(result))
    }),
    builtin("seq", 2, |e, a| {
        e.force(&a[0])?;
        e.force(&a[1])
    }),
    builtin("sort", 2, |e, a| {
        let function = e.force(&a[0])?;
        let mut sorted: Vec<Thunk> = Vec::new();
        for item in e.list(&a[1])?.iter() {
            let mut at = sorted.len();
            while at > 0 && e.call_two_bool(&function, item, &sorted[at - 1])? {
                at -= 1;
            }
            sorted.insert(at, item.clone());
        }
        Ok(Value::list(sorted))
    }),
    builtin("split", 2, |e, a| {
        let (pattern, text) = (e.string(&a[0])?, e.string(&a[1])?);
        let pattern = literal_pattern(&pattern)?;
        let mut parts = Vec::new();
        for (index, part) in text.split(&pattern).enumerate() {
            if index > 0 {
                parts.push(Thunk::done(Value::list(Vec::new())));
            }
            parts.push(Thunk::done(Value::string(part)));
        }
        Ok(Value::list(parts))
    }),
    builtin("stringLength", 1, |e, a| {
        let length = e.string(&a[0])?.len();
        i64::try_from(length).map(Value::Int).map_err(|_| Failure::error("a string of that length"))
    }),
    builtin("sub", 2, |e, a| arithmetic(BinOpKind::Sub, &e.force(&a[0])?, &e.force(&a[1])?)),
    builtin("substring", 3, |e, a| {
        let (start, length, text) = (e.int(&a[0])?, e.int(&a[1])?, e.string(&a[2])?);
        let start = usize::try_from(start).map_err(|_| Failure::error("`substring` begins before the string"))?;
        let start = start.min(text.len());
        let end = usize::try_from(length).map_or(text.len(), |length| start.saturating_add(length).min(text.len()));
        let part = text.get(start..end).ok_or_else(|| Failure::needs_nix("`substring` within a character"))?;
        Ok(Value::string(part))
    }),
    builtin("tail", 1, |e, a| {
        let items = e.list(&a[0])?;
        let rest = items.get(1..).ok_or_else(|| Failure::error("an empty list has no tail"))?;
        Ok(Value::list(rest.to_vec()))
    }),
    builtin("throw", 1, |e, a| Err(Failure::thrown(e.string(&a[0])?.to_string()))),
    builtin("toJSON", 1, |e, a| {
        let json = e.json(&a[0])?;
        Ok(Value::string(json.to_string()))
    }),
    builtin("toPath", 1, |e, a| Ok(Value::string(e.path_of(&a[0])?.to_string_lossy().as_ref()))),
    builtin("toString", 1, |e, a| {
        let value = e.force(&a[0])?;
        e.text_of(&value).map(Value::String)
    }),
    builtin("trace", 2, |e, a| e.force(&a[1])),
    builtin("tryEval", 1, |e, a| {
        let (success, value) = match e.force(&a[0]) {
            Ok(value) => (true, value),
            Err(failure) if failure.cause == Cause::Thrown => (false, Value::Bool(false)),
            Err(failure) => return Err(failure),
        };
        let attr = |value| Attr::new(Thunk::done(value));
        Ok(Value::attrs(BTreeMap::from([
            ("success".into(), attr(Value::Bool(success))),
            ("value".into(), attr(value)),
        ])))
    }),
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

/// `builtins`, as far as it is known here.
pub(super) fn all() -> Rc<Attrs> {
    let mut map: BTreeMap<Rc<str>, Attr> = FUNCTIONS
        .iter()
        .map(|builtin| {
            let value = Value::Builtin(Rc::new(Partial { builtin, arguments: Vec::new() }));
            (builtin.name.into(), Attr::new(Thunk::done(value)))
        })
        .collect();
    for (name, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
        map.insert(name.into(), Attr::new(Thunk::done(value)));
    }
    Rc::new(Attrs { map, incomplete: true })
}

impl Evaluator {
    fn list(&mut self, thunk: &Thunk) -> Outcome<Rc<[Thunk]>> {
        match self.force(thunk)? {
            Value::List(items) => Ok(items),
            other => Err(needed("a list", &other)),
        }
    }

    fn attrs(&mut self, thunk: &Thunk) -> Outcome<Rc<Attrs>> {
        match self.force(thunk)? {
            Value::Attrs(attrs) => Ok(attrs),
            other => Err(needed("a set", &other)),
        }
    }

    fn string(&mut self, thunk: &Thunk) -> Outcome<Rc<str>> {
        match self.force(thunk)? {
            Value::String(text) => Ok(text),
            other => Err(needed("a string", &other)),
        }
    }

    fn strings(&mut self, thunk: &Thunk) -> Outcome<Vec<Rc<str>>> {
        let items = self.list(thunk)?;
        items.iter().map(|item| self.string(item)).collect()
    }

    fn int(&mut self, thunk: &Thunk) -> Outcome<i64> {
        match self.force(thunk)? {
            Value::Int(number) => Ok(number),
            other => Err(needed("an integer", &other)),
        }
    }

    fn text_or_path(&mut self, thunk: &Thunk) -> Outcome<Rc<str>> {
        match self.force(thunk)? {
            Value::String(text) | Value::Path(text) => Ok(text),
            other => self.coerce_to_string(&other),
        }
    }

    fn concat(&mut self, lists: &[Thunk]) -> Outcome<Value> {
        let mut all = Vec::new();
        for list in lists {
            all.extend(self.list(list)?.iter().cloned());
        }
        Ok(Value::list(all))
    }

    fn call_bool(&mut self, function: &Value, argument: &Thunk) -> Outcome<bool> {
        match self.call(function, argument.clone())? {
            Value::Bool(value) => Ok(value),
            other => Err(needed("a Boolean", &other)),
        }
    }

    fn call_two_bool(&mut self, function: &Value, left: &Thunk, right: &Thunk) -> Outcome<bool> {
        match self.call_all(function, &[left.clone(), right.clone()])? {
            Value::Bool(value) => Ok(value),
            other => Err(needed("a Boolean", &other)),
        }
    }

    fn any_item(&mut self, arguments: &[Thunk], wanted: bool) -> Outcome<bool> {
        let function = self.force(&arguments[0])?;
        for item in self.list(&arguments[1])?.iter() {
            if self.call_bool(&function, item)? == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn deep(&mut self, thunk: &Thunk) -> Outcome<()> {
        match self.force(thunk)? {
            Value::List(items) => items.iter().try_for_each(|item| self.deep(item)),
            Value::Attrs(attrs) => attrs.map.values().try_for_each(|attr| self.deep(&attr.value)),
            _ => Ok(()),
        }
    }

    fn json(&mut self, thunk: &Thunk) -> Outcome<serde_json::Value> {
        Ok(match self.force(thunk)? {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => value.into(),
            Value::Int(number) => number.into(),
            Value::Float(number) => number.into(),
            Value::String(text) => serde_json::Value::String(text.to_string()),
            Value::List(items) => items.iter().map(|item| self.json(item)).collect::<Outcome<Vec<_>>>()?.into(),
            Value::Attrs(attrs) if !attrs.map.contains_key("__toString") && !attrs.map.contains_key("outPath") => {
                let mut object = serde_json::Map::new();
                for (name, attr) in &attrs.map {
                    object.insert(name.to_string(), self.json(&attr.value)?);
                }
                object.into()
            }
            Value::Path(_) => return Err(Failure::needs_nix("a path in JSON (it is copied into the store)")),
            other => return Err(Failure::needs_nix(format!("{} in JSON", other.type_name()))),
        })
    }
}

fn needed(what: &str, found: &Value) -> Box<Failure> {
    Failure::error(format!("{what} is needed here, this is {}", found.type_name()))
}

/// A regular expression that matches only itself; any other one is left to Nix.
fn literal_pattern(pattern: &str) -> Outcome<String> {
    let special = |c: char| "\\^$.|?*+()[]{}".contains(c);
    if pattern.is_empty() || pattern.contains(special) {
        return Err(Failure::needs_nix("a regular expression"));
    }
    Ok(pattern.to_owned())
}

fn from_json(json: serde_json::Value) -> Outcome<Value> {
    use serde_json::Value as Json;
    let thunk = |json| from_json(json).map(Thunk::done);
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().ok_or_else(|| Failure::needs_nix("a number of that size"))?),
        },
        Json::String(text) => Value::string(text),
        Json::Array(items) => Value::list(items.into_iter().map(thunk).collect::<Outcome<Vec<_>>>()?),
        Json::Object(members) => {
            let attr = |(name, json): (String, Json)| Ok((Rc::from(name), Attr::new(thunk(json)?)));
            Value::attrs(members.into_iter().map(attr).collect::<Outcome<_>>()?)
        }
    })
}
