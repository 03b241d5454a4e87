//! Operations in a patch document.

use super::members::{Members, PatchReader};
use crate::document::{Pointer, Value, nearest};
use crate::error::Result;
use crate::patch::operation::{Action, Operation, Origin, Patch};
use crate::patch::source::ValueSource;
use crate::shown;
use crate::shown::{KeyName, Shown};

/// Every member that an operation can have.
const MEMBERS: [&str; 6] = ["op", "path", "value", "value_from", "from", "to"];
/// Every place that a value can come from.
const SOURCES: [&str; 5] = ["env", "file", "stdin", "generate", "digest_of"];

/// The list of operations at `at`.
pub(super) fn list(reader: &PatchReader<'_>, at: &Pointer) -> Result<Patch> {
    let items = reader.items(at, "a list of operations")?;
    items.iter().enumerate().map(|(index, at)| one(reader, at, index + 1)).collect::<Result<_>>().map(Patch::Operations)
}

fn one(reader: &PatchReader<'_>, at: &Pointer, number: usize) -> Result<Operation> {
    let members = reader.members(at, "an operation", &MEMBERS)?;
    let name = members.required("op", &Shown::fixed("an operation"))?;
    let of = shown!("the operation `{}`", KeyName::shown(&name));
    let action = action(reader, &members, &name, &of)?;
    let path = members.required("path", &of)?;
    Ok(Operation { path, action, origin: Some(Origin { number, line: reader.line(at), document: None }) })
}

fn action(reader: &PatchReader<'_>, members: &Members<'_>, name: &str, of: &Shown) -> Result<Action> {
    let only = |allowed: &[&str]| {
        let odd = MEMBERS[2..].iter().find(|member| members.has(member) && !allowed.contains(member));
        odd.map_or(Ok(()), |member| {
            Err(reader.wrong(&members.place(member), shown!("`{}` has no effect in {}", *member, of)))
        })
    };
    let value = || {
        only(&["value", "value_from"])?;
        source(reader, members, of)
    };
    let from = || {
        only(&["from"])?;
        members.required("from", of)
    };
    match name {
        "add" => value().map(Action::Add),
        "replace" => value().map(Action::Replace),
        "test" => value().map(Action::Test),
        "set" => value().map(Action::Set),
        "append" => value().map(Action::Append),
        "remove" => only(&[]).map(|()| Action::Remove),
        "move" => from().map(Action::Move),
        "copy" => from().map(Action::Copy),
        "rename" => {
            only(&["to"])?;
            members.required("to", of).map(Action::Rename)
        }
        unknown => {
            let error =
                reader.wrong(&members.place("op"), shown!("there is no operation `{}`", KeyName::shown(unknown)));
            let listed = Shown::join(Action::NAMES, ", ");
            Err(error.hint(match nearest::name(Action::NAMES, unknown) {
                Some(nearest) => shown!("did you mean `{}`? there are {}", KeyName::shown(nearest), listed),
                None => shown!("there are {}", listed),
            }))
        }
    }
}

fn source(reader: &PatchReader<'_>, members: &Members<'_>, of: &Shown) -> Result<ValueSource> {
    match (members.value("value"), members.value("value_from")) {
        (Some(value), None) => Ok(ValueSource::Given(value.clone())),
        (None, Some(_)) => from_elsewhere(reader, &members.place("value_from")),
        (None, None) => Err(members.missing("value", of).hint("or `value_from`, which describes where it comes from")),
        (Some(_), Some(_)) => {
            Err(reader.wrong(&members.place("value_from"), "`value` and `value_from` exclude each other"))
        }
    }
}

fn from_elsewhere(reader: &PatchReader<'_>, at: &Pointer) -> Result<ValueSource> {
    let members = reader.members(at, "`value_from`", &SOURCES)?;
    let (this, digest) = (Shown::fixed("`value_from`"), Shown::fixed("`digest_of`"));
    let given: Vec<&'static str> = SOURCES.into_iter().filter(|name| members.has(name)).collect();
    let [name] = given.as_slice() else {
        return Err(reader.wrong(at, "`value_from` takes exactly one source").hint(
            "{ env: NAME }, { file: PATH }, { stdin: true }, { generate: 72 } or { digest_of: { file: …, path: … } }",
        ));
    };
    let place = members.place(name);
    match *name {
        "env" => Ok(ValueSource::Environment(members.required(name, &this)?)),
        "file" => Ok(ValueSource::File(members.required(name, &this)?)),
        "stdin" => match members.value(name) {
            Some(Value::Bool(true)) => Ok(ValueSource::Stdin),
            _ => Err(reader.wrong(&place, "`stdin` can only be `true`")),
        },
        "generate" => {
            let length = match members.value(name) {
                Some(Value::Number(number)) => number.as_str().parse().ok(),
                _ => None,
            };
            length.map(ValueSource::Generate).ok_or_else(|| reader.not(&place, "the number of characters"))
        }
        _ => {
            let secret = reader.members(&place, "`digest_of`", &["file", "path"])?;
            let (file, path) = (secret.required("file", &digest)?, secret.required("path", &digest)?);
            Ok(ValueSource::DigestOf { file, path })
        }
    }
}
