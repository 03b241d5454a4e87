//! Flattened metadata, as in dotenv and ini: `age__list_0__map_enc=…`.

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};

const MAP: &str = "__map_";
const LIST: &str = "__list_";
/// The maximum nesting; metadata has six levels.
const DEEPEST: usize = 16;
/// The maximum number of list items.
const LONGEST: usize = 4096;

/// The nested metadata, with strings as values.
///
/// # Errors
/// `damaged` if a name is used twice, or a list has gaps.
pub(super) fn unflatten<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Value> {
    let mut root = Value::Object(Map::new());
    let mut entries: Vec<(Vec<Step<'_>>, &str)> = entries
        .into_iter()
        .map(|(name, value)| steps(name).map(|steps| (steps, value)))
        .collect::<Option<_>>()
        .ok_or_else(damaged)?;
    // Sort list items by number.
    entries.sort();
    for (steps, value) in entries {
        place(&mut root, &steps, value).ok_or_else(damaged)?;
    }
    Ok(root)
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

fn steps(name: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    let (mut rest, mut is_list) = (name, false);
    loop {
        let end = match (rest.find(MAP), rest.find(LIST)) {
            (Some(map), Some(list)) => Some(map.min(list)),
            (map, list) => map.or(list),
        };
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        steps.push(if is_list { Step::Index(part.parse().ok()?) } else { Step::Key(part) });
        if end.is_none() {
            return (steps.len() <= DEEPEST).then_some(steps);
        }
        is_list = after.starts_with(LIST);
        rest = after.strip_prefix(if is_list { LIST } else { MAP })?;
    }
}

fn place(root: &mut Value, steps: &[Step<'_>], value: &str) -> Option<()> {
    let mut at = root;
    for step in steps {
        at = match step {
            Step::Key(key) => {
                if at.is_null() {
                    *at = Value::Object(Map::new());
                }
                at.as_object_mut()?.entry(*key).or_insert(Value::Null)
            }
            Step::Index(index) => {
                if at.is_null() {
                    *at = Value::Array(Vec::new());
                }
                let list = at.as_array_mut()?;
                if *index == list.len() && *index < LONGEST {
                    list.push(Value::Null);
                }
                list.get_mut(*index)?
            }
        };
    }
    if !at.is_null() {
        return None;
    }
    *at = Value::String(value.to_owned());
    Some(())
}

fn damaged() -> Error {
    Error::new(ErrorKind::Damaged, "the sops metadata does not have its usual form").hint("restore the file from git")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_parsed() {
        let entries = [
            ("mac", "m"),
            ("age__list_1__map_recipient", "two"),
            ("age__list_0__map_recipient", "one"),
            ("age__list_0__map_enc", "a"),
            ("key_groups__list_0__map_age__list_0__map_enc", "x"),
        ];
        assert_eq!(
            unflatten(entries).expect("metadata"),
            json!({
                "age": [{ "enc": "a", "recipient": "one" }, { "recipient": "two" }],
                "key_groups": [{ "age": [{ "enc": "x" }] }],
                "mac": "m",
            })
        );
    }

    #[test]
    fn items_are_ordered_by_number() {
        let names: Vec<String> = (0..12).map(|index| format!("age__list_{index}__map_enc")).collect();
        let list = unflatten(names.iter().map(|name| (name.as_str(), name.as_str()))).expect("metadata");
        assert_eq!(list["age"].as_array().map(Vec::len), Some(12));
        assert_eq!(list["age"][11]["enc"], "age__list_11__map_enc");
    }

    #[test]
    fn metadata_that_cannot_be_unflattened_is_damaged() {
        let deep = "a__map_".repeat(20);
        for entries in [
            vec![("a", "1"), ("a", "2")],
            vec![("a", "1"), ("a__map_b", "2")],
            vec![("a__list_0", "1"), ("a__map_b", "2")],
            vec![("a__list_1", "1")],
            vec![("a__list_99999999999999999999", "1")],
            vec![("a__list_4000000000", "1")],
            vec![("a__list_x", "1")],
            vec![(deep.as_str(), "1")],
        ] {
            assert_eq!(unflatten(entries).expect_err("damaged").kind(), ErrorKind::Damaged);
        }
    }
}
