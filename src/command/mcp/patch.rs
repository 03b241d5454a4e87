//! What a patch from an agent may do: only changes with literal values, in files of the repository.

use serde_json::Value;

use super::names::FileName;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::Setting;

/// Rejects a patch that reads a value from a file, a variable, or stdin, or that names a file outside the server's
/// directory.
///
/// A value from elsewhere could be shown afterwards if its new place is public, so a patch could read any file.
///
/// # Errors
/// `patch`.
pub(super) fn refuse_outside(patch: &Value) -> Result<()> {
    if let Some(files) = patch.get("agepatch").and(patch.get("files")).and_then(Value::as_object) {
        files.keys().try_for_each(|name| inside(name))?;
    }
    refuse_sources(patch)
}

fn refuse_sources(value: &Value) -> Result<()> {
    match value {
        Value::Array(items) => items.iter().try_for_each(refuse_sources),
        Value::Object(members) => {
            if let Some(Value::Object(source)) = members.get("value_from") {
                if let Some(name) = ["env", "file", "stdin"].into_iter().find(|name| source.contains_key(*name)) {
                    let what = shown!("`value_from` cannot be `{}` here: it could read what is not in the patch", name);
                    return Err(Error::new(ErrorKind::Patch, what).hint("use `generate`, `digest_of`, or `value`"));
                }
                if let Some(name) = source.get("digest_of").and_then(|of| of.get("file")).and_then(Value::as_str) {
                    inside(name)?;
                }
            }
            members.values().try_for_each(refuse_sources)
        }
        _ => Ok(()),
    }
}

fn inside(name: &str) -> Result<()> {
    FileName::try_from(name.to_owned()).map(drop).map_err(|what| Error::new(ErrorKind::Patch, Setting::shown(what)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_from_elsewhere_are_refused() {
        let operation = |source: Value| json!([{"op": "set", "path": "/a", "value_from": source}]);
        for fine in [json!({"generate": 64}), json!({"digest_of": {"file": "a.age", "path": "A"}})] {
            refuse_outside(&operation(fine.clone())).expect("accepted");
            let set = json!({"agepatch": 1, "files": {"b.age": operation(fine)}});
            refuse_outside(&set).expect("accepted");
        }
        for wrong in [
            json!({"env": "HOME"}),
            json!({"file": "/etc/shadow"}),
            json!({"stdin": true}),
            json!({"digest_of": {"file": "../a.age", "path": "A"}}),
        ] {
            assert!(refuse_outside(&operation(wrong.clone())).is_err(), "{wrong}");
            let set = json!({"agepatch": 1, "files": {"b.age": operation(wrong.clone())}});
            assert!(refuse_outside(&set).is_err(), "{wrong}");
        }
    }

    #[test]
    fn files_outside_are_refused() {
        let set = |name: &str| json!({"agepatch": 1, "files": {name: []}});
        refuse_outside(&set("secrets/a.age")).expect("accepted");
        assert!(refuse_outside(&set("/home/me/other.age")).is_err());
        assert!(refuse_outside(&set("-")).is_err());
        // In a merge patch these are names of values.
        refuse_outside(&json!({"files": {"/a": 1}})).expect("accepted");
    }
}
