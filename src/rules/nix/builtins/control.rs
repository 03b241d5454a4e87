//! Builtins for control flow: errors, evaluation order, other files.

use std::collections::HashSet;
use std::rc::Rc;

use super::super::eval::Evaluator;
use super::super::failure::{Cause, EvalResult, Failure};
use super::super::thunk::Thunk;
use super::super::value::Value;
use super::{Builtin, builtin, known};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("abort", 1, |e, a| {
        let text = e.text(&a[0])?;
        Err(Failure::error(format!("the rules stop with `abort`{}", e.sources.quoted(&text))))
    }),
    builtin("addErrorContext", 2, |e, a| e.force(&a[1])),
    builtin("deepSeq", 2, |e, a| {
        e.deep(&a[0], &mut HashSet::new())?;
        e.force(&a[1])
    }),
    builtin("import", 1, |e, a| {
        let path = e.path_of(&a[0])?;
        e.import(&path)
    }),
    builtin("seq", 2, |e, a| {
        e.force(&a[0])?;
        e.force(&a[1])
    }),
    builtin("throw", 1, |e, a| {
        let text = e.text(&a[0])?;
        Err(Failure::thrown(format!("the rules stop with `throw`{}", e.sources.quoted(&text))))
    }),
    builtin("trace", 2, |e, a| {
        e.force(&a[0])?;
        e.force(&a[1])
    }),
    builtin("tryEval", 1, |e, a| {
        let (success, value) = match e.force(&a[0]) {
            Ok(value) => (true, value),
            Err(failure) if failure.cause == Cause::Thrown => (false, Value::Bool(false)),
            Err(failure) => return Err(failure),
        };
        Ok(known([("success", Value::Bool(success)), ("value", value)]))
    }),
];

impl Evaluator {
    /// Forces everything recursively; cycles are visited once.
    fn deep(&mut self, thunk: &Thunk, seen: &mut HashSet<*const ()>) -> EvalResult<()> {
        match self.force(thunk)? {
            Value::List(items) if seen.insert(Rc::as_ptr(&items).cast()) => {
                items.iter().try_for_each(|item| self.deep_inner(item, seen))
            }
            Value::Attrs(attrs) if seen.insert(Rc::as_ptr(&attrs).cast()) => {
                attrs.map.values().try_for_each(|attr| self.deep_inner(&attr.value, seen))
            }
            _ => Ok(()),
        }
    }

    fn deep_inner(&mut self, thunk: &Thunk, seen: &mut HashSet<*const ()>) -> EvalResult<()> {
        self.deeper(None, |evaluator| evaluator.deep(thunk, seen))
    }
}
