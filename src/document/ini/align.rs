//! Aligns the old and the new occurrences of a name.

use crate::document::same_ends;
use crate::document::value::Value;

/// A step for one occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AlignStep {
    /// The old one becomes the new one.
    Change(usize, usize),
    Delete(usize),
    /// The new one is inserted before the old one at this position, or at the end.
    Insert(usize, usize),
}

/// The steps from `old` to `new`: equal values stay (longest common subsequence), and what is between them is paired in
/// order.
pub(super) fn steps(old: &[Value], new: &[Value]) -> Vec<AlignStep> {
    let (same_start, same_end) = same_ends(old, new);
    let (old_mid, new_mid) = (&old[same_start..old.len() - same_end], &new[same_start..new.len() - same_end]);
    let mut steps = Vec::new();
    let (mut from, mut to) = (0, 0);
    let ends = std::iter::once((old_mid.len(), new_mid.len()));
    for (old_at, new_at) in common(old_mid, new_mid).into_iter().chain(ends) {
        while from < old_at && to < new_at && old_mid[from].is_collection() == new_mid[to].is_collection() {
            steps.push(AlignStep::Change(same_start + from, same_start + to));
            (from, to) = (from + 1, to + 1);
        }
        steps.extend((from..old_at).map(|old| AlignStep::Delete(same_start + old)));
        steps.extend((to..new_at).map(|new| AlignStep::Insert(same_start + old_at, same_start + new)));
        (from, to) = (old_at + 1, new_at + 1);
    }
    steps
}

/// The positions of a longest common subsequence.
fn common(old: &[Value], new: &[Value]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut lengths = vec![0_usize; (old.len() + 1) * width];
    for (at, old) in old.iter().enumerate().rev() {
        for (to, new) in new.iter().enumerate().rev() {
            lengths[at * width + to] = if old == new {
                lengths[(at + 1) * width + to + 1] + 1
            } else {
                lengths[(at + 1) * width + to].max(lengths[at * width + to + 1])
            };
        }
    }
    let (mut at, mut to, mut pairs) = (0, 0, Vec::new());
    while at < old.len() && to < new.len() {
        if old[at] == new[to] {
            pairs.push((at, to));
            (at, to) = (at + 1, to + 1);
        } else if lengths[(at + 1) * width + to] >= lengths[at * width + to + 1] {
            at += 1;
        } else {
            to += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::AlignStep::{Change, Delete, Insert};
    use super::*;

    #[test]
    fn equal_occurrences_stay() {
        let values = |text: &str| text.chars().map(Value::string).collect::<Vec<_>>();
        for (old, new, expected) in [
            ("abc", "abc", vec![]),
            ("abc", "ac", vec![Delete(1)]),
            ("ac", "abc", vec![Insert(1, 1)]),
            ("ac", "acd", vec![Insert(2, 2)]),
            ("abc", "axc", vec![Change(1, 1)]),
            ("abcd", "bxd", vec![Delete(0), Change(2, 1)]),
            ("", "a", vec![Insert(0, 0)]),
        ] {
            assert_eq!(steps(&values(old), &values(new)), expected, "{old} {new}");
        }
    }
}
