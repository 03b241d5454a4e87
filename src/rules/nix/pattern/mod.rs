//! POSIX extended regular expressions for `match` and `split`.
//!
//! Nix uses C++'s `std::regex`, whose GNU implementation explores matches in a special order: a repetition is greedy
//! and final, and the longer alternative wins. The content of groups, and sometimes the end of a match, depends on
//! that, so this implementation uses the same order.

mod found;
mod states;
mod syntax;
mod walk;

use super::budget::Budget;
use super::failure::{EvalResult, Failure};
use found::Need;
pub(super) use found::{Groups, Match};
use states::State;
use walk::Walk;

/// A compiled pattern.
pub(super) struct Pattern {
    states: Vec<State>,
    start: usize,
    groups: usize,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// If it is invalid, or too large; needs Nix for an unsupported form.
    pub(super) fn new(text: &str, budget: &mut Budget) -> EvalResult<Self> {
        budget.spend(text.len())?;
        let (node, groups) = syntax::parse(text)?;
        let (states, start) =
            states::compile(&node).ok_or_else(|| Failure::limit("this regular expression has too many states"))?;
        budget.spend(states.len())?;
        Ok(Self { states, start, groups })
    }

    /// The groups, if the pattern matches the complete text.
    ///
    /// # Errors
    /// If there are too many ways to match.
    pub(super) fn full_match(&self, text: &str, budget: &mut Budget) -> EvalResult<Option<Groups>> {
        Ok(self.at(text, 0, Need::Whole, budget)?.map(|found| found.groups))
    }

    /// Every match, in the order of `std::regex_iterator`.
    ///
    /// # Errors
    /// If there are too many ways to match.
    pub(super) fn all(&self, text: &str, budget: &mut Budget) -> EvalResult<Vec<Match>> {
        let mut found: Vec<Match> = Vec::new();
        let mut from = 0;
        loop {
            if found.last().is_some_and(|last| last.start == last.end) {
                if from >= text.len() {
                    return Ok(found);
                }
                // First look for a non-empty match here, then continue one byte further.
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
        // A walk allocates a slot for each state.
        budget.spend(1 + self.states.len() / 8)?;
        Walk::new(&self.states, self.groups, text.as_bytes(), start, need).from(self.start, budget)
    }
}
