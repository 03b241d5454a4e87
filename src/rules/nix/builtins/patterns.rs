//! `match` and `split`.

use super::super::eval::Evaluator;
use super::super::failure::{EvalResult, Failure};
use super::super::pattern::{Groups, Pattern};
use super::super::thunk::Thunk;
use super::super::value::Value;
use super::{Builtin, builtin};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("match", 2, |e, a| {
        let (pattern, text) = (e.string(&a[0])?, e.string(&a[1])?);
        let pattern = e.pattern(&pattern)?;
        match pattern.full_match(&text, &mut e.budget)? {
            Some(groups) => captured(&text, &groups),
            None => Ok(Value::Null),
        }
    }),
    builtin("split", 2, |e, a| {
        let (pattern, text) = (e.string(&a[0])?, e.string(&a[1])?);
        let pattern = e.pattern(&pattern)?;
        let mut parts = Vec::new();
        let mut end = 0;
        for found in pattern.all(&text, &mut e.budget)? {
            e.budget.spend(2 + found.groups.len())?;
            parts.push(Thunk::done(Value::string(cut(&text, end, found.start)?)));
            parts.push(Thunk::done(captured(&text, &found.groups)?));
            end = found.end;
        }
        parts.push(Thunk::done(Value::string(cut(&text, end, text.len())?)));
        Ok(Value::list(parts))
    }),
];

impl Evaluator {
    /// The compiled pattern, from a cache.
    fn pattern(&mut self, text: &str) -> EvalResult<std::rc::Rc<Pattern>> {
        if let Some(known) = self.patterns.get(text) {
            return Ok(known.clone());
        }
        let pattern = std::rc::Rc::new(Pattern::new(text, &mut self.budget)?);
        self.patterns.insert(text.to_owned(), pattern.clone());
        Ok(pattern)
    }
}

/// The texts of the groups, with `null` for groups that did not participate.
fn captured(text: &str, groups: &Groups) -> EvalResult<Value> {
    let group = |group: &Option<(usize, usize)>| match group {
        Some((start, end)) => cut(text, *start, *end).map(|part| Thunk::done(Value::string(part))),
        None => Ok(Thunk::done(Value::Null)),
    };
    Ok(Value::list(groups.iter().map(group).collect::<EvalResult<Vec<_>>>()?))
}

fn cut(text: &str, start: usize, end: usize) -> EvalResult<&str> {
    text.get(start..end).ok_or_else(|| Failure::needs_nix("a match within a character"))
}
