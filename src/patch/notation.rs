//! Writes edits as a patch, for fixes of findings, diagnoses, and differences.

use crate::document::{Edit, MapKey, Pointer, Value, to_json};

/// The edits as a patch document: a list of operations, as parsed by [`read`](super::read()).
pub fn to_value(edits: &[Edit]) -> Value {
    Value::List(edits.iter().map(operation).collect())
}

/// The edits as YAML, one operation per line. The values are included, so callers must only show them if they are
/// public.
pub fn to_yaml(edits: &[Edit]) -> String {
    let line = |edit: &Edit| {
        let members: Vec<String> = members(edit)
            .into_iter()
            .map(|(name, value)| match name {
                "op" => format!("op: {}", value.as_str().unwrap_or_default()),
                // JSON text is valid as a YAML flow node.
                _ => format!("{name}: {}", to_json(&value)),
            })
            .collect();
        format!("- {{ {} }}\n", members.join(", "))
    };
    edits.iter().map(line).collect()
}

fn operation(edit: &Edit) -> Value {
    Value::Map(members(edit).into_iter().map(|(name, value)| (MapKey::string(name), value)).collect())
}

fn members(edit: &Edit) -> Vec<(&'static str, Value)> {
    let at = |name: &'static str, path: &Pointer| (name, Value::string(path.to_string()));
    let op = |name: &'static str| ("op", Value::string(name));
    let valued = |name, path, value: &Value| vec![op(name), at("path", path), ("value", value.clone())];
    match edit {
        Edit::Add { path, value } => valued("add", path, value),
        Edit::Replace { path, value } => valued("replace", path, value),
        Edit::Test { path, value } => valued("test", path, value),
        Edit::Set { path, value } => valued("set", path, value),
        Edit::Append { path, value } => valued("append", path, value),
        Edit::Remove { path } => vec![op("remove"), at("path", path)],
        Edit::Move { from, path } => vec![op("move"), at("from", from), at("path", path)],
        Edit::Copy { from, path } => vec![op("copy"), at("from", from), at("path", path)],
        Edit::Rename { path, to } => vec![op("rename"), at("path", path), ("to", Value::string(to))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Number;
    use crate::patch::{Input, Patch, PatchNotation, read};

    fn all() -> Vec<Edit> {
        let at = |text: &str| Pointer::parse(text).expect("a pointer");
        let value = || Value::list(vec![Value::string("a: \"b\"\n"), Value::Number(Number::new("1.5")), Value::Null]);
        vec![
            Edit::Add { path: at("/a/-"), value: value() },
            Edit::Remove { path: at("/a~1b") },
            Edit::Replace { path: at(""), value: Value::Bool(true) },
            Edit::Move { from: at("/a"), path: at("/b") },
            Edit::Copy { from: at("/a"), path: at("/b") },
            Edit::Test { path: at("/a"), value: value() },
            Edit::Set { path: at("/a"), value: Value::string("123") },
            Edit::Append { path: at("/a"), value: value() },
            Edit::Rename { path: at("/a"), to: "yes".to_owned() },
        ]
    }

    #[test]
    fn every_edit_reads_back_from_both_notations() {
        let expected = Input::Patch(Patch::from(all()));
        for text in [to_json(&to_value(&all())).to_string(), to_yaml(&all())] {
            assert!(read(text.as_bytes(), PatchNotation::Operations).expect("a patch").is_like(&expected), "{text}");
        }
    }

    #[test]
    fn yaml_has_one_operation_per_line() {
        insta::assert_snapshot!(to_yaml(&all()[..2]), @r#"
        - { op: add, path: "/a/-", value: ["a: \"b\"\n",1.5,null] }
        - { op: remove, path: "/a~1b" }
        "#);
    }
}
