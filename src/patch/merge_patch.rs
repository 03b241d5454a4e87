//! JSON Merge Patch (RFC 7386): a map whose members replace those of the document.

use crate::document::{Edit, Map, Pointer, Value};

/// The edits that the merge patch describes; empty if `target` matches it already.
pub(super) fn edits(target: &Value, patch: &Value) -> Vec<Edit> {
    let mut edits = Vec::new();
    collect(Some(target), patch, &Pointer::root(), &mut edits);
    edits
}

fn collect(target: Option<&Value>, patch: &Value, at: &Pointer, edits: &mut Vec<Edit>) {
    let (Some(Value::Map(here)), Value::Map(members)) = (target, patch) else {
        let value = without_nulls(patch);
        if target != Some(&value) {
            edits.push(Edit::Set { path: at.clone(), value });
        }
        return;
    };
    for (key, member) in members.iter() {
        let place = at.child(key.text());
        match (here.get(key.text()), member) {
            (Some(_), Value::Null) => edits.push(Edit::Remove { path: place }),
            (None, Value::Null) => {}
            (old, new) => collect(old, new, &place, edits),
        }
    }
}

/// The value that a merge patch creates where nothing exists: its nulls mean "absent". Nulls in lists are kept.
fn without_nulls(patch: &Value) -> Value {
    match patch {
        Value::Map(map) => {
            let kept = map.iter().filter(|(_, value)| !matches!(value, Value::Null));
            Value::Map(kept.map(|(key, value)| (key.clone(), without_nulls(value))).collect::<Map>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::document::{Document, Format, to_json};

    fn value(json: &str) -> Value {
        Document::parse(json.as_bytes(), Format::Json).expect("JSON").value().clone()
    }

    /// The definition in RFC 7386, section 2, implemented separately.
    pub(in crate::patch) fn defined(target: Option<&Value>, patch: &Value) -> Value {
        let Value::Map(members) = patch else { return patch.clone() };
        let mut result = target.and_then(Value::as_map).cloned().unwrap_or_default();
        for (key, member) in members.iter() {
            if matches!(member, Value::Null) {
                result.remove(key.text());
            } else {
                let merged = defined(result.get(key.text()), member);
                result.insert(key.clone(), merged);
            }
        }
        Value::Map(result)
    }

    fn perform(target: &Value, edits: &[Edit]) -> Value {
        let text = to_json(target).to_string();
        let mut session = Document::parse(text.as_bytes(), Format::Json).expect("JSON").edit();
        for edit in edits {
            session.apply(edit).expect("it fits");
        }
        session.value().clone()
    }

    #[test]
    fn scalars_are_replaced_in_place() {
        let target = value(r#"{"a":"b","c":{"d":"e","f":"g"},"l":[1,null]}"#);
        let patch = value(r#"{"a":"z","c":{"d":"y"},"l":[1,null],"x":null}"#);
        let edits = edits(&target, &patch);
        assert_eq!(edits.len(), 2, "an equal value needs no edit");
        assert_eq!(perform(&target, &edits), defined(Some(&target), &patch));
    }

    #[test]
    fn the_cases_of_the_standard_give_the_defined_edits() {
        let cases = [
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, vec!["set /b"]),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, vec!["remove /a"]),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, vec!["set /a"]),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, vec!["set /a/b"]),
            (r#"["a","b"]"#, r#"["c","d"]"#, vec!["set "]),
            (r#"{"e":null}"#, r#"{"a":1}"#, vec!["set /a"]),
            (r"[1,2]", r#"{"a":"b","c":null}"#, vec!["set "]),
            (r"{}", r#"{"a":{"bb":{"ccc":null}}}"#, vec!["set /a"]),
        ];
        for (target, patch, expected) in cases {
            let edits = edits(&value(target), &value(patch));
            let names: Vec<String> = edits
                .iter()
                .map(|edit| match edit {
                    Edit::Set { path, .. } => format!("set {path}"),
                    Edit::Remove { path } => format!("remove {path}"),
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(names, expected, "{target} {patch}");
            for edit in &edits {
                if let Edit::Set { path, value: made } = edit {
                    let whole = defined(Some(&value(target)), &value(patch));
                    assert_eq!(Some(made), path.get(&whole), "{target} {patch}");
                }
            }
        }
    }
}
