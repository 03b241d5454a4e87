//! Random edits, and a runner that generates the same ones in every run.

use agepatch::document::{Edit, Pointer, Value};
use proptest::prelude::ProptestConfig;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// The numbers that determine an edit.
pub(crate) type Made = (u8, usize, usize, Value);

/// The names that edits bring in.
pub(crate) struct Names {
    pub(crate) new: [&'static str; 5],
    /// What a `set` adds below those.
    pub(crate) below: &'static [&'static str],
    /// The new names of renamed keys.
    pub(crate) other: [&'static str; 4],
}

/// Every place in the value.
pub(crate) fn places(value: &Value, here: &Pointer, found: &mut Vec<Pointer>) {
    found.push(here.clone());
    match value {
        Value::List(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &here.child(index.to_string()), found));
        }
        Value::Map(map) => map.iter().for_each(|(key, value)| places(value, &here.child(key.text()), found)),
        _ => {}
    }
}

/// An edit somewhere in the document.
pub(crate) fn edit_at(value: &Value, (kind, at, other, new): &Made, names: &Names) -> Edit {
    let mut all = Vec::new();
    places(value, &Pointer::root(), &mut all);
    let path = all[at % all.len()].clone();
    let from = all[(other % all.len()).max(1) % all.len()].clone();
    let inside = match path.get(value) {
        Some(Value::List(items)) if other.is_multiple_of(2) => path.child((other % (items.len() + 1)).to_string()),
        Some(Value::List(_)) => path.child("-"),
        _ => path.child(names.new[other % 5]),
    };
    let new = new.clone();
    match kind % 8 {
        0 => Edit::Replace { path, value: new },
        1 => Edit::Remove { path },
        2 => Edit::Add { path: inside, value: new },
        3 => Edit::Set { path: names.below.iter().fold(inside, |path, name| path.child(*name)), value: new },
        4 => Edit::Move { from, path: inside },
        5 => Edit::Copy { from, path: inside },
        6 => Edit::Append { path, value: new },
        _ => Edit::Rename { path, to: names.other[other % 4].to_owned() },
    }
}

/// A runner with the same cases in every run, or with `PROPTEST_CASES` other cases.
pub(crate) fn deterministic(cases: u32) -> TestRunner {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config =
        ProptestConfig { cases: asked.unwrap_or(cases), failure_persistence: None, ..ProptestConfig::default() };
    match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    }
}
