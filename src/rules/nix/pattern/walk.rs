//! Walks the states in the order of GNU's `std::regex` (`regex_executor.tcc`, depth first, POSIX grammar).

use super::found::{Groups, Match, Need};
use super::states::State;
use crate::rules::nix::budget::Budget;
use crate::rules::nix::failure::{EvalResult, Failure};

/// The maximum depth: each byte of a text that a repetition consumes adds to it.
const DEEPEST: usize = 250_000;

/// A walk from one place of a text.
pub(super) struct Walk<'w> {
    states: &'w [State],
    text: &'w [u8],
    start: usize,
    need: Need,
    current: usize,
    depth: usize,
    groups: Groups,
    /// The start of each open group.
    opened: Vec<usize>,
    /// For each repetition, the last place where it was entered, and how often it was entered there.
    rounds: Vec<(usize, u8)>,
    /// Whether the current way has led to a match.
    matched: bool,
    best: Option<Match>,
}

impl<'w> Walk<'w> {
    pub(super) fn new(states: &'w [State], groups: usize, text: &'w [u8], start: usize, need: Need) -> Self {
        Self {
            states,
            text,
            start,
            need,
            current: start,
            depth: 0,
            groups: vec![None; groups],
            opened: vec![0; groups],
            rounds: vec![(0, 0); states.len()],
            matched: false,
            best: None,
        }
    }

    /// The match, if there is one.
    ///
    /// # Errors
    /// If there are too many ways, or too long ones.
    pub(super) fn from(mut self, state: usize, budget: &mut Budget) -> EvalResult<Option<Match>> {
        self.go(state, budget)?;
        Ok(self.best)
    }

    fn go(&mut self, index: usize, budget: &mut Budget) -> EvalResult<()> {
        budget.spend(1)?;
        if self.depth >= DEEPEST {
            return Err(Failure::limit("the text is too long for this regular expression"));
        }
        self.depth += 1;
        self.step(index, budget)?;
        self.depth -= 1;
        Ok(())
    }

    fn step(&mut self, index: usize, budget: &mut Budget) -> EvalResult<()> {
        let states = self.states;
        match &states[index] {
            State::Accept => self.accept(),
            State::Byte { set, next } => {
                if self.text.get(self.current).is_some_and(|byte| set[usize::from(*byte)]) {
                    self.current += 1;
                    self.go(*next, budget)?;
                    self.current -= 1;
                }
            }
            State::Begin { next } if self.current == 0 => self.go(*next, budget)?,
            State::End { next } if self.current == self.text.len() => self.go(*next, budget)?,
            State::Begin { .. } | State::End { .. } => {}
            State::Open { group, next } => {
                let before = std::mem::replace(&mut self.opened[*group], self.current);
                self.go(*next, budget)?;
                self.opened[*group] = before;
            }
            State::Close { group, next } => {
                let closed = Some((self.opened[*group], self.current));
                let before = std::mem::replace(&mut self.groups[*group], closed);
                self.go(*next, budget)?;
                self.groups[*group] = before;
            }
            State::Repeat { more, next } => {
                self.once_more(index, *more, budget)?;
                if !self.matched {
                    self.go(*next, budget)?;
                }
            }
            State::Either { left, right } => {
                self.go(*left, budget)?;
                let matched = std::mem::take(&mut self.matched);
                self.go(*right, budget)?;
                self.matched |= matched;
            }
        }
        Ok(())
    }

    /// Another round, with at most two at the same place.
    fn once_more(&mut self, index: usize, more: usize, budget: &mut Budget) -> EvalResult<()> {
        let before = self.rounds[index];
        match before {
            (place, count) if count > 0 && place == self.current => {
                if count < 2 {
                    self.rounds[index].1 += 1;
                    self.go(more, budget)?;
                    self.rounds[index].1 -= 1;
                }
            }
            _ => {
                self.rounds[index] = (self.current, 1);
                self.go(more, budget)?;
                self.rounds[index] = before;
            }
        }
        Ok(())
    }

    fn accept(&mut self) {
        self.matched = match self.need {
            Need::Prefix => true,
            Need::NotEmpty => self.current > self.start,
            Need::Whole => self.current == self.text.len(),
        };
        // The first of two matches with the same length wins.
        if self.matched && self.best.as_ref().is_none_or(|best| best.end < self.current) {
            self.best = Some(Match { start: self.start, end: self.current, groups: self.groups.clone() });
        }
    }
}
