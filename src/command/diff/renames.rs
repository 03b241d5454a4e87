//! Detects files that were renamed and re-encrypted at once: git sees one file removed and an unrelated one added,
//! since ciphertexts of the same content have nothing in common.

use super::sides::{Comparison, bytes};
use crate::app::Context;
use crate::container::Plaintext;
use crate::diff::{ALIKE, likeness};
use crate::error::Result;
use crate::history::{Pair, Repository};

/// The maximum number of added and removed files to compare.
const MOST: usize = 100;

/// Joins a removed and an added file with the same or similar content.
pub(super) fn join(
    pairs: Vec<Pair>,
    comparison: &Comparison,
    repository: &Repository,
    context: &Context,
) -> Result<Vec<Pair>> {
    let removed = pairs.iter().filter(|pair| pair.after.is_none()).count();
    let new = pairs.iter().filter(|pair| pair.before.is_none()).count();
    if removed == 0 || new == 0 || removed > MOST || new > MOST {
        return Ok(pairs);
    }
    let mut texts: Vec<Option<Plaintext>> = Vec::new();
    for pair in &pairs {
        let (old, new) = bytes(pair, comparison, repository)?;
        // Only for encrypted files does git miss the similarity.
        let one_sided = match (&pair.before, &pair.after) {
            (Some(path), None) | (None, Some(path)) => old.or(new).map(|bytes| (path, bytes)),
            _ => None,
        };
        texts.push(one_sided.and_then(|(path, bytes)| {
            let target = context.workspace.named(&repository.root().join(path));
            context.keys().ok()?.hidden(&target, &bytes)
        }));
    }
    let mut candidates: Vec<(f32, usize, usize)> = Vec::new();
    for (from, old) in texts.iter().enumerate().filter(|(index, _)| pairs[*index].after.is_none()) {
        for (to, new) in texts.iter().enumerate().filter(|(index, _)| pairs[*index].before.is_none()) {
            if let (Some(old), Some(new)) = (old, new) {
                candidates.push((likeness(old.expose(), new.expose()), from, to));
            }
        }
    }
    candidates.retain(|(likeness, ..)| *likeness >= ALIKE);
    candidates.sort_by(|left, right| right.0.total_cmp(&left.0));
    let mut partner: Vec<Option<usize>> = vec![None; pairs.len()];
    let mut joined_already = vec![false; pairs.len()];
    for (_, from, to) in candidates {
        if !joined_already[from] && !joined_already[to] {
            (joined_already[from], joined_already[to]) = (true, true);
            partner[to] = Some(from);
        }
    }
    let before = |from: usize| pairs[from].before.clone();
    let joined = pairs.iter().enumerate().filter(|(index, _)| !joined_already[*index] || partner[*index].is_some());
    Ok(joined
        .map(|(index, pair)| match partner[index] {
            Some(from) => Pair { before: before(from), after: pair.after.clone() },
            None => pair.clone(),
        })
        .collect())
}
