//! Forces expressions and thunks to values.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::budget::Budget;
use super::failure::{EvalResult, Failure};
use super::pattern::Pattern;
use super::source::{At, Sources};
use super::syntax::{AttrSet, Binding, Expr, ExprKind};
use super::thunk::{Env, State, Thunk};
use super::value::{Attr, Attrs, Closure, Value};
use crate::rules::names::Names;

/// The maximum depth of an evaluation. Nix's own limit is its stack; the evaluating thread's stack fits this many
/// levels.
const DEPTH_LIMIT: usize = 20_000;

/// Returns the text of a file of another revision, given its path (links resolved); `None` if the revision does not
/// contain it.
pub(in crate::rules) type Texts = Arc<dyn Fn(&Path) -> Option<String> + Send + Sync>;

/// The state of one evaluation.
pub(in crate::rules) struct Evaluator {
    /// The folders below which files may be read, with links resolved.
    pub(super) folders: Vec<PathBuf>,
    /// A file that is not on disk, with its text.
    pub(in crate::rules) given: Option<(PathBuf, String)>,
    /// The texts of the files, if they do not come from disk.
    pub(super) texts: Option<Texts>,
    /// The files that were read, with links resolved.
    pub(in crate::rules) read: RefCell<Vec<PathBuf>>,
    /// The parsed Nix files.
    pub(in crate::rules) sources: Sources,
    /// The names of public keys in them.
    pub(in crate::rules) names: Names,
    pub(super) imported: HashMap<PathBuf, Thunk>,
    pub(super) builtins: Rc<Attrs>,
    /// A cache of compiled regular expressions.
    pub(super) patterns: HashMap<String, Rc<Pattern>>,
    pub(super) budget: Budget,
    depth: usize,
}

impl Evaluator {
    pub(in crate::rules) fn new(folders: &[PathBuf]) -> Self {
        Self {
            folders: folders.to_vec(),
            given: None,
            texts: None,
            read: RefCell::default(),
            sources: Sources::default(),
            names: Names::default(),
            imported: HashMap::new(),
            builtins: super::builtins::all(),
            patterns: HashMap::new(),
            budget: Budget::new(),
            depth: 0,
        }
    }

    /// Reads files through `texts`, for example those of another revision.
    #[must_use]
    pub(in crate::rules) fn with_texts(self, texts: Option<Texts>) -> Self {
        Self { texts, ..self }
    }

    /// The value of `thunk`, evaluated if necessary.
    pub(in crate::rules) fn force(&mut self, thunk: &Thunk) -> EvalResult<Value> {
        let state = match &*thunk.0.borrow() {
            State::Done(value) => return Ok(value.clone()),
            State::Running(at) => {
                let mut failure = Failure::error("infinite recursion: this value is needed to compute itself");
                failure.at = *at;
                return Err(failure);
            }
            other => other.clone(),
        };
        let at = if let State::Waiting { expr, .. } = &state { Some(expr.at) } else { None };
        thunk.0.replace(State::Running(at));
        let (outcome, label) = match &state {
            State::Waiting { expr, env, label } => (self.eval(expr, env), label.clone()),
            State::Call { function, arguments } => {
                (self.deeper(None, |evaluator| evaluator.call_thunk(function, arguments)), None)
            }
            State::Done(_) | State::Running(_) => unreachable!("handled above"),
        };
        match outcome {
            Ok(value) => {
                if let (Value::String(text), Some(label)) = (&value, &label) {
                    self.names.note(text, label);
                }
                thunk.0.replace(State::Done(value.clone()));
                Ok(value)
            }
            Err(failure) => {
                // `tryEval` may have caught it: forcing it again gives the same error, not "infinite recursion".
                thunk.0.replace(state);
                Err(failure)
            }
        }
    }

    /// The value of `expr` in `env`.
    pub(super) fn eval(&mut self, expr: &Expr, env: &Env) -> EvalResult<Value> {
        self.deeper(Some(expr.at), |evaluator| evaluator.eval_kind(expr, env))
    }

    /// Runs `body` one level deeper, or fails at the maximum depth.
    pub(super) fn deeper<T>(&mut self, at: Option<At>, body: impl FnOnce(&mut Self) -> EvalResult<T>) -> EvalResult<T> {
        if self.depth >= DEPTH_LIMIT {
            let mut failure = Failure::limit(format!("recursion deeper than {DEPTH_LIMIT} levels, perhaps infinite"));
            failure.at = at;
            return Err(failure);
        }
        self.budget.spend(1).map_err(|failure| match at {
            Some(at) => failure.or_at(at),
            None => failure,
        })?;
        self.depth += 1;
        let outcome = body(self);
        self.depth -= 1;
        outcome
    }

    fn eval_kind(&mut self, expr: &Expr, env: &Env) -> EvalResult<Value> {
        match &expr.kind {
            ExprKind::Int(number) => Ok(Value::Int(*number)),
            ExprKind::Float(number) => Ok(Value::Float(*number)),
            ExprKind::Text(text) => Ok(Value::String(text.clone())),
            ExprKind::Path(path) => Ok(Value::Path(path.clone())),
            ExprKind::Interpolated(parts) => self.interpolate(parts, env),
            ExprKind::JoinedPath(parts) => self.join_path(parts, env),
            ExprKind::Local { up, slot } => self.force_local(env, *up, *slot, expr.at),
            ExprKind::FromWith { name, withs } => self.out_of_with(name, withs, env, expr.at),
            ExprKind::Global(name) => self.global(name, expr.at),
            ExprKind::Select { base, path, default } => self.select(base, path, default.as_ref(), env),
            ExprKind::HasAttr { base, path } => self.has_attr(base, path, env),
            ExprKind::Lambda(lambda) => {
                Ok(Value::Lambda(Rc::new(Closure { lambda: lambda.clone(), env: env.clone(), at: expr.at })))
            }
            ExprKind::Apply { function, argument } => {
                let function = self.eval(function, env)?;
                let argument = delay(argument, env);
                self.call(&function, argument).map_err(|failure| failure.or_at(expr.at))
            }
            ExprKind::Let { bindings, body } => {
                self.budget.spend(bindings.len()).map_err(|failure| failure.or_at(expr.at))?;
                let inner = env.with(|inner| slots(bindings, env, inner));
                self.eval(body, &inner)
            }
            ExprKind::Attrs(set) => self.attr_set(set, env),
            ExprKind::List(items) => self
                .budget
                .spend(items.len())
                .map_err(|failure| failure.or_at(expr.at))
                .map(|()| Value::list(items.iter().map(|item| delay(item, env)).collect::<Vec<_>>())),
            ExprKind::If { condition, then, otherwise } => {
                if self.condition(condition, env)? {
                    self.eval(then, env)
                } else {
                    self.eval(otherwise, env)
                }
            }
            ExprKind::Assert { condition, body } => {
                if self.condition(condition, env)? {
                    self.eval(body, env)
                } else {
                    Err(Failure::thrown("this assertion fails").or_at(condition.at))
                }
            }
            ExprKind::With { namespace, body } => {
                let inner = env.with(|_| vec![delay(namespace, env)]);
                self.eval(body, &inner)
            }
            ExprKind::Not(operand) => Ok(Value::Bool(!self.condition(operand, env)?)),
            ExprKind::Negate(operand) => self.negate(operand, env),
            ExprKind::Binary { operator, left, right } => {
                self.binary(*operator, left, right, env).map_err(|failure| failure.or_at(expr.at))
            }
            ExprKind::NeedsNix(construct) => Err(Failure::needs_nix(construct).or_at(expr.at)),
        }
    }

    fn force_local(&mut self, env: &Env, up: usize, slot: usize, at: At) -> EvalResult<Value> {
        // Distant scopes are reached one by one.
        self.budget.spend(up / 16).map_err(|failure| failure.or_at(at))?;
        let thunk = env.get(up, slot).ok_or_else(|| Failure::error("a variable has no value yet").or_at(at))?;
        self.force(&thunk.clone())
    }

    fn out_of_with(&mut self, name: &Rc<str>, withs: &[usize], env: &Env, at: At) -> EvalResult<Value> {
        for up in withs {
            let Value::Attrs(attrs) = self.force_local(env, *up, 0, at)? else {
                return Err(Failure::error("`with` needs a set").or_at(at));
            };
            if let Some(attr) = attrs.map.get(name) {
                return self.force(&attr.value).map_err(|failure| failure.or_at(at));
            }
            if attrs.incomplete {
                return Err(Failure::needs_nix(format!("the builtin{}", self.sources.quoted(name))).or_at(at));
            }
        }
        Err(Failure::error(format!("undefined variable{}", self.sources.quoted(name))).or_at(at))
    }

    /// The boolean value of `expr`.
    pub(super) fn condition(&mut self, expr: &Expr, env: &Env) -> EvalResult<bool> {
        match self.eval(expr, env)? {
            Value::Bool(value) => Ok(value),
            other => Err(Failure::error(format!("expected a Boolean, found {}", other.type_name())).or_at(expr.at)),
        }
    }

    fn attr_set(&mut self, set: &AttrSet, env: &Env) -> EvalResult<Value> {
        self.budget.spend(set.bindings.len())?;
        let (thunks, inner) = if set.recursive {
            let inner = env.with(|inner| slots(&set.bindings, env, inner));
            let thunks = (0..set.bindings.len()).filter_map(|slot| inner.get(0, slot).cloned()).collect();
            (thunks, inner)
        } else {
            (slots(&set.bindings, env, env), env.clone())
        };
        let mut map = BTreeMap::new();
        for (binding, value) in set.bindings.iter().zip(thunks) {
            map.insert(binding.name.clone(), Attr { value, at: Some(binding.at) });
        }
        for (name, value) in &set.computed {
            let text = match self.eval(name, &inner)? {
                Value::Null => continue,
                Value::String(text) => text,
                other => {
                    let message = format!("an attribute's name must be a string, not {}", other.type_name());
                    return Err(Failure::error(message).or_at(name.at));
                }
            };
            let attr = Attr { value: labelled(value, &inner, Some(text.clone())), at: Some(name.at) };
            if map.insert(text.clone(), attr).is_some() {
                return Err(
                    Failure::error(format!("attribute{} is defined twice", self.sources.quoted(&text))).or_at(name.at)
                );
            }
        }
        Ok(Value::attrs(map))
    }
}

/// The thunks of `bindings`: inherited ones are evaluated in `outer`, the others in `inner`.
fn slots(bindings: &[Binding], outer: &Env, inner: &Env) -> Vec<Thunk> {
    bindings
        .iter()
        .map(|binding| labelled(&binding.value, if binding.outer { outer } else { inner }, binding.label.clone()))
        .collect()
}

/// A thunk of `expr` in `env`.
pub(super) fn delay(expr: &Rc<Expr>, env: &Env) -> Thunk {
    labelled(expr, env, None)
}

fn labelled(expr: &Rc<Expr>, env: &Env, label: Option<Rc<str>>) -> Thunk {
    // A variable shares the thunk that it refers to, unless that scope is still being built.
    if let ExprKind::Local { up, slot } = expr.kind
        && let Some(thunk) = env.get(up, slot)
    {
        return thunk.clone();
    }
    Thunk::new(State::Waiting { expr: expr.clone(), env: env.clone(), label })
}
