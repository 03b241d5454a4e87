//! Builtins on versions and package names.

use std::cmp::Ordering;

use super::super::thunk::Thunk;
use super::super::value::Value;
use super::{Builtin, builtin, known};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("compareVersions", 2, |e, a| {
        let (left, right) = (e.string(&a[0])?, e.string(&a[1])?);
        e.budget.spend(left.len() + right.len())?;
        Ok(Value::Int(match compare(&left, &right) {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        }))
    }),
    builtin("parseDrvName", 1, |e, a| {
        let text = e.string(&a[0])?;
        e.budget.spend_bytes(text.len())?;
        let bytes = text.as_bytes();
        // The version starts after the first dash that is not followed by a letter.
        let dash = (0..bytes.len())
            .find(|at| bytes[*at] == b'-' && bytes.get(at + 1).is_some_and(|next| !next.is_ascii_alphabetic()));
        let (name, version) = dash.map_or((&*text, ""), |at| (&text[..at], &text[at + 1..]));
        Ok(known([("name", Value::string(name)), ("version", Value::string(version))]))
    }),
    builtin("splitVersion", 1, |e, a| {
        let text = e.string(&a[0])?;
        e.budget.spend(text.len())?;
        Ok(Value::list(components(&text).map(|part| Thunk::done(Value::string(part))).collect::<Vec<_>>()))
    }),
];

/// The components of a version: runs of digits, and runs of anything else, without dots and dashes.
fn components(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(['.', '-']);
        let digits = rest.starts_with(|c: char| c.is_ascii_digit());
        let end = rest.find(|c: char| c == '.' || c == '-' || c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

fn compare(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (components(left), components(right));
    loop {
        let (one, other) = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (one, other) => (one.unwrap_or_default(), other.unwrap_or_default()),
        };
        if is_before(one, other) {
            return Ordering::Less;
        }
        if is_before(other, one) {
            return Ordering::Greater;
        }
    }
}

fn is_before(left: &str, right: &str) -> bool {
    match (left.parse::<i32>(), right.parse::<i32>()) {
        (Ok(left), Ok(right)) => left < right,
        _ if left.is_empty() && right.parse::<i32>().is_ok() => true,
        _ if left == "pre" && right != "pre" => true,
        _ if right == "pre" => false,
        (_, Ok(_)) => true,
        (Ok(_), _) => false,
        _ => left < right,
    }
}
