//! Builtins on lists.

use super::super::eval::Evaluator;
use super::super::failure::{EvalResult, Failure};
use super::super::thunk::Thunk;
use super::super::value::Value;
use super::{Builtin, builtin, count, known};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("all", 2, |e, a| e.any_item(a, false).map(|found| Value::Bool(!found))),
    builtin("any", 2, |e, a| e.any_item(a, true).map(Value::Bool)),
    builtin("concatLists", 1, |e, a| {
        let mut all = Vec::new();
        for list in e.list(&a[0])?.iter() {
            let items = e.list(list)?;
            e.budget.spend(items.len() + 1)?;
            all.extend(items.iter().cloned());
        }
        Ok(Value::list(all))
    }),
    builtin("concatMap", 2, |e, a| {
        let function = e.function(&a[0])?;
        let mut all = Vec::new();
        for item in e.list(&a[1])?.iter() {
            match e.call(&function, item.clone())? {
                Value::List(items) => {
                    e.budget.spend(items.len())?;
                    all.extend(items.iter().cloned());
                }
                other => return Err(super::needed("a list", &other)),
            }
        }
        Ok(Value::list(all))
    }),
    builtin("elem", 2, |e, a| {
        for item in e.list(&a[1])?.iter() {
            let (wanted, item) = (e.force(&a[0])?, e.force(item)?);
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
        let items = e.list(&a[1])?;
        let function = e.function(&a[0])?;
        let mut kept = Vec::new();
        for item in items.iter() {
            if e.call_bool(&function, std::slice::from_ref(item))? {
                kept.push(item.clone());
            }
        }
        Ok(Value::list(kept))
    }),
    builtin("foldl'", 3, |e, a| {
        let function = e.function(&a[0])?;
        let mut result = a[1].clone();
        for item in e.list(&a[2])?.iter() {
            result = Thunk::done(e.call_all(&function, &[result, item.clone()])?);
        }
        e.force(&result)
    }),
    builtin("genList", 2, |e, a| {
        let number = e.int(&a[1])?;
        if number < 0 {
            return Err(Failure::error("a list cannot have a negative length"));
        }
        // Each element is a call with its argument.
        e.budget.spend(usize::try_from(number).unwrap_or(usize::MAX).saturating_mul(2))?;
        let call = |index: i64| Thunk::call(a[0].clone(), vec![Thunk::done(Value::Int(index))]);
        Ok(Value::list((0..number).map(call).collect::<Vec<_>>()))
    }),
    builtin("genericClosure", 1, |e, a| e.closure(&a[0])),
    builtin("head", 1, |e, a| {
        let items = e.list(&a[0])?;
        let first = items.first().ok_or_else(|| Failure::error("an empty list has no head"))?;
        e.force(first)
    }),
    builtin("length", 1, |e, a| count(e.list(&a[0])?.len())),
    builtin("map", 2, |e, a| {
        let items = e.list(&a[1])?;
        e.budget.spend(items.len())?;
        let call = |item: &Thunk| Thunk::call(a[0].clone(), vec![item.clone()]);
        Ok(Value::list(items.iter().map(call).collect::<Vec<_>>()))
    }),
    builtin("partition", 2, |e, a| {
        let function = e.function(&a[0])?;
        let (mut right, mut wrong) = (Vec::new(), Vec::new());
        for item in e.list(&a[1])?.iter() {
            let kept = e.call_bool(&function, std::slice::from_ref(item))?;
            if kept { right.push(item.clone()) } else { wrong.push(item.clone()) }
        }
        Ok(known([("right", Value::list(right)), ("wrong", Value::list(wrong))]))
    }),
    builtin("sort", 2, |e, a| {
        let items = e.list(&a[1])?;
        let function = e.function(&a[0])?;
        let mut sorted: Vec<Thunk> = Vec::new();
        for item in items.iter() {
            // Insert after everything that it does not precede, which makes the sort stable.
            let (mut at, mut end) = (0, sorted.len());
            while at < end {
                let middle = at + (end - at) / 2;
                match e.call_bool(&function, &[item.clone(), sorted[middle].clone()])? {
                    true => end = middle,
                    false => at = middle + 1,
                }
            }
            e.budget.spend(1 + (sorted.len() - at) / 64)?;
            sorted.insert(at, item.clone());
        }
        Ok(Value::list(sorted))
    }),
    builtin("tail", 1, |e, a| {
        let items = e.list(&a[0])?;
        let rest = items.get(1..).ok_or_else(|| Failure::error("an empty list has no tail"))?;
        e.budget.spend(rest.len())?;
        Ok(Value::list(rest.to_vec()))
    }),
];

impl Evaluator {
    fn any_item(&mut self, arguments: &[Thunk], wanted: bool) -> EvalResult<bool> {
        let function = self.function(&arguments[0])?;
        for item in self.list(&arguments[1])?.iter() {
            if self.call_bool(&function, std::slice::from_ref(item))? == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `genericClosure`: everything reachable from `startSet` by `operator`, with unique `key`s.
    fn closure(&mut self, argument: &Thunk) -> EvalResult<Value> {
        let attrs = self.attrs(argument)?;
        let member = |name: &str| {
            let missing = || Failure::error(format!("`genericClosure`: `{name}` is missing"));
            attrs.map.get(name).map(|attr| attr.value.clone()).ok_or_else(missing)
        };
        let mut waiting: std::collections::VecDeque<Thunk> = self.list(&member("startSet")?)?.iter().cloned().collect();
        let operator = member("operator")?;
        let (mut keys, mut found): (Vec<Value>, Vec<Thunk>) = (Vec::new(), Vec::new());
        while let Some(item) = waiting.pop_front() {
            let key = self.attrs(&item)?.map.get("key").cloned();
            let key = key.ok_or_else(|| Failure::error("`genericClosure`: `key` is missing"))?;
            let key = self.force(&key.value)?;
            if self.is_known(&key, &keys)? {
                continue;
            }
            keys.push(key);
            found.push(item.clone());
            let function = self.function(&operator)?;
            match self.call(&function, item)? {
                Value::List(next) => {
                    self.budget.spend(next.len())?;
                    waiting.extend(next.iter().cloned());
                }
                other => return Err(super::needed("a list", &other)),
            }
        }
        Ok(Value::list(found))
    }

    fn is_known(&mut self, key: &Value, keys: &[Value]) -> EvalResult<bool> {
        for known in keys {
            if !self.less(key, known)? && !self.less(known, key)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
