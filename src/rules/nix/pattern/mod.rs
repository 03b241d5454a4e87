//! POSIX extended regular expressions, as `match` and `split` take them.
//!
//! Nix hands them to C++'s `std::regex`, whose GNU implementation explores the ways to match in an order of its own:
//! a repetition is greedy and final, of alternatives the longer one wins. What groups hold, and sometimes where a match
//! ends, depends on that, so the same way is gone here.

mod states;
mod syntax;
mod walk;

use super::budget::Budget;
use super::failure::{EvalResult, Failure};
use states::State;
use walk::Walk;

/// Where the groups of a match stand, from the first; `None` for one that took no part.
pub(super) type Groups = Vec<Option<(usize, usize)>>;

/// A match within a text.
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) groups: Groups,
}

/// A pattern that was compiled.
pub(super) struct Pattern {
    states: Vec<State>,
    start: usize,
    groups: usize,
}

/// What a match must be besides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Prefix,
    NotEmpty,
    Whole,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Where it is none, or too large; needs Nix where it is of a form that is not known here.
    pub(super) fn new(text: &str, budget: &mut Budget) -> EvalResult<Self> {
        budget.spend(text.len())?;
        let (node, groups) = syntax::parse(text)?;
        let (states, start) =
            states::compile(&node).ok_or_else(|| Failure::limit("this regular expression has too many states"))?;
        budget.spend(states.len())?;
        Ok(Self { states, start, groups })
    }

    /// The groups, if the pattern matches the whole text.
    ///
    /// # Errors
    /// Where there are too many ways to match.
    pub(super) fn whole(&self, text: &str, budget: &mut Budget) -> EvalResult<Option<Groups>> {
        Ok(self.at(text, 0, Need::Whole, budget)?.map(|found| found.groups))
    }

    /// Every match, one after the other, as `std::regex_iterator` finds them.
    ///
    /// # Errors
    /// Where there are too many ways to match.
    pub(super) fn all(&self, text: &str, budget: &mut Budget) -> EvalResult<Vec<Match>> {
        let mut found: Vec<Match> = Vec::new();
        let mut from = 0;
        loop {
            if found.last().is_some_and(|last| last.start == last.end) {
                if from >= text.len() {
                    return Ok(found);
                }
                // First a match here that is not empty, else the search goes on one further.
                if let Some(next) = self.at(text, from, Need::NotEmpty, budget)? {
                    from = next.end;
                    found.push(next);
                    continue;
                }
                from += 1;
            }
            let mut next = None;
            for start in from..=text.len() {
                next = self.at(text, start, Need::Prefix, budget)?;
                if next.is_some() {
                    break;
                }
            }
            let Some(next) = next else { return Ok(found) };
            from = next.end;
            found.push(next);
        }
    }

    fn at(&self, text: &str, start: usize, need: Need, budget: &mut Budget) -> EvalResult<Option<Match>> {
        // A walk has a place for each state.
        budget.spend(1 + self.states.len() / 8)?;
        Walk::new(&self.states, self.groups, text.as_bytes(), start, need).from(self.start, budget)
    }
}
