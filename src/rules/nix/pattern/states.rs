//! Compiles a pattern to states, each leading to the next.

use super::syntax::{Node, Set};

/// The maximum number of states.
const MOST: usize = 20_000;

pub(super) enum State {
    /// The pattern has matched.
    Accept,
    Byte {
        set: Box<Set>,
        next: usize,
    },
    /// The beginning of the text.
    Begin {
        next: usize,
    },
    End {
        next: usize,
    },
    Open {
        group: usize,
        next: usize,
    },
    Close {
        group: usize,
        next: usize,
    },
    /// Repeat, or continue.
    Repeat {
        more: usize,
        next: usize,
    },
    /// One alternative, or the other.
    Either {
        left: usize,
        right: usize,
    },
}

/// The states, and the first of them; `None` if there are too many.
pub(super) fn compile(node: &Node) -> Option<(Vec<State>, usize)> {
    let mut builder = Builder { states: vec![State::Accept], calls: 0 };
    let start = builder.add(node, 0)?;
    Some((builder.states, start))
}

struct Builder {
    states: Vec<State>,
    /// The number of calls so far: repeated parts may have no states of their own.
    calls: usize,
}

impl Builder {
    fn push(&mut self, state: State) -> Option<usize> {
        if self.states.len() >= MOST {
            return None;
        }
        self.states.push(state);
        Some(self.states.len() - 1)
    }

    /// Adds the states of `node`, which lead to `next`; returns the first of them.
    fn add(&mut self, node: &Node, next: usize) -> Option<usize> {
        self.calls += 1;
        if self.calls > 4 * MOST {
            return None;
        }
        match node {
            Node::Sequence(nodes) => nodes.iter().rev().try_fold(next, |next, node| self.add(node, next)),
            Node::Byte(set) => self.push(State::Byte { set: set.clone(), next }),
            Node::Begin => self.push(State::Begin { next }),
            Node::End => self.push(State::End { next }),
            Node::Group(group, inner) => {
                let close = self.push(State::Close { group: *group, next })?;
                let inner = self.add(inner, close)?;
                self.push(State::Open { group: *group, next: inner })
            }
            Node::Either(left, right) => {
                let left = self.add(left, next)?;
                let right = self.add(right, next)?;
                self.push(State::Either { left, right })
            }
            Node::More(inner) => {
                let repeat = self.push(State::Repeat { more: next, next })?;
                let first = self.add(inner, repeat)?;
                self.states[repeat] = State::Repeat { more: first, next };
                Some(first)
            }
            Node::Times(inner, least, None) => {
                let repeat = self.push(State::Repeat { more: next, next })?;
                let more = self.add(inner, repeat)?;
                self.states[repeat] = State::Repeat { more, next };
                (0..*least).try_fold(repeat, |next, _| self.add(inner, next))
            }
            Node::Times(inner, least, Some(most)) => {
                let optional = (*least..*most).try_fold(next, |after, _| {
                    let more = self.add(inner, after)?;
                    self.push(State::Repeat { more, next })
                })?;
                (0..*least).try_fold(optional, |next, _| self.add(inner, next))
            }
        }
    }
}
