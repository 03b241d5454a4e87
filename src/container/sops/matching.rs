//! Matches the leaves and comments of an edited view to those of the file, so that they keep their tokens.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::plain::{Plain, Type};
use super::reading;
use super::sheet::{Comment, Leaf};
use super::store::Store;
use crate::document::Text;
use crate::error::Result;

/// How long to look for the order that moves the fewest tokens; the result is right without it.
const PATIENCE: Duration = Duration::from_millis(200);

/// How a leaf or a comment is recognised: the keys on its path, its type, and its value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    aad: String,
    kind: Type,
    bytes: Text,
}

impl Identity {
    /// That of a comment.
    pub(super) fn comment(aad: String, comment: &Comment) -> Self {
        Self { aad, kind: Type::Comment, bytes: comment.text.clone() }
    }

    fn leaf(aad: String, plain: &Plain) -> Self {
        let text = plain.as_str().map_or_else(|| ["\0", &crate::hex::hex(plain.bytes())].concat(), str::to_owned);
        Self { aad, kind: plain.kind(), bytes: Text::new(text) }
    }

    /// That of a leaf by its notation alone, which does not tell every type; `None` for null and for what is empty.
    fn shown(aad: String, leaf: &Leaf, store: Store) -> Option<Self> {
        let read = match reading::as_core(leaf, store) {
            Ok(read) => read?,
            // A float may have more digits than an integer can have.
            Err(_) => Plain::string(leaf.text.as_str()),
        };
        let is_time = store == Store::Yaml && reading::as_time(leaf).is_some();
        let identity = Self::leaf(aad, &read);
        (!read.is_empty()).then_some(if is_time { Self { kind: Type::Time, ..identity } } else { identity })
    }
}

/// What a file holds.
#[derive(Default)]
pub(super) struct Known {
    marks: Vec<(usize, Identity)>,
    values: HashSet<Identity>,
    /// Values that are shown in a notation of another type, by what that says.
    shown: HashMap<Identity, Identity>,
}

impl Known {
    /// Adds the leaf `at` of the file, which `leaf` shows in the view.
    pub(super) fn add_leaf(&mut self, at: usize, aad: String, plain: &Plain, leaf: &Leaf, store: Store) {
        let identity = Identity::leaf(aad.clone(), plain);
        if let Some(shown) = Identity::shown(aad, leaf, store).filter(|shown| *shown != identity) {
            self.shown.insert(shown, identity.clone());
        }
        self.values.insert(identity.clone());
        self.marks.push((at, identity));
    }

    /// Adds the comment `at` of the file.
    pub(super) fn add_comment(&mut self, at: usize, aad: String, comment: &Comment) {
        self.marks.push((at, Identity::comment(aad, comment)));
    }

    /// The identity of a leaf of a view that would be encrypted as `plain`; `None` for null and for empty values, which are
    /// not encrypted.
    ///
    /// # Errors
    /// That of `plain`, if the file does not hold the leaf already.
    pub(super) fn leaf(
        &self,
        aad: String,
        plain: Result<Option<Plain>>,
        leaf: &Leaf,
        store: Store,
    ) -> Result<Option<Identity>> {
        let produced = match &plain {
            Ok(Some(plain)) if !plain.is_empty() => Some(Identity::leaf(aad.clone(), plain)),
            Ok(_) => return Ok(None),
            Err(_) => None,
        };
        if let Some(identity) = produced.as_ref().filter(|identity| self.values.contains(identity)) {
            return Ok(Some(identity.clone()));
        }
        let shown = Identity::shown(aad, leaf, store).and_then(|shown| self.shown.get(&shown).cloned());
        match plain {
            Err(error) if shown.is_none() => Err(error),
            _ => Ok(shown.or(produced)),
        }
    }
}

/// The tokens of a file, each to be kept by an equal mark of the view.
pub(super) struct Pool {
    /// Those that keep their order, by the mark of the view.
    aligned: HashMap<usize, usize>,
    /// The others.
    left: HashMap<Identity, VecDeque<usize>>,
}

impl Pool {
    /// Matches the marks of the file, in their order, to those of the view.
    pub(super) fn new(known: Known, view: &[Option<Identity>]) -> Self {
        let file = known.marks;
        let mut aligned = HashMap::new();
        // Where nothing occurs twice, there is no choice.
        let mut seen = HashSet::new();
        if !file.iter().all(|(_, identity)| seen.insert(identity)) {
            let mut numbers: HashMap<&Identity, usize> = HashMap::new();
            for (_, identity) in &file {
                let next = numbers.len();
                numbers.entry(identity).or_insert(next);
            }
            let old: Vec<usize> = file.iter().map(|(_, identity)| numbers[identity]).collect();
            // A new value has a number of its own, so that what is around it stays in place.
            let number = |(at, identity): (usize, &Option<Identity>)| {
                identity.as_ref().and_then(|identity| numbers.get(identity)).copied().unwrap_or(usize::MAX - at)
            };
            let new: Vec<usize> = view.iter().enumerate().map(number).collect();
            let deadline = Some(Instant::now() + PATIENCE);
            for step in capture_diff_slices_deadline(Algorithm::Myers, &old, &new, deadline) {
                if let DiffOp::Equal { old_index, new_index, len } = step {
                    aligned.extend((0..len).map(|at| (new_index + at, file[old_index + at].0)));
                }
            }
        }
        let taken: HashSet<usize> = aligned.values().copied().collect();
        let mut left: HashMap<Identity, VecDeque<usize>> = HashMap::new();
        for (at, identity) in file.into_iter().filter(|(at, _)| !taken.contains(at)) {
            left.entry(identity).or_default().push_back(at);
        }
        Self { aligned, left }
    }

    /// The mark of the file whose token the mark `at` of the view keeps.
    pub(super) fn take(&mut self, at: usize, identity: &Identity) -> Option<usize> {
        match self.aligned.remove(&at) {
            Some(old) => Some(old),
            None => self.left.get_mut(identity).and_then(VecDeque::pop_front),
        }
    }
}
