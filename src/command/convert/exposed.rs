//! Detects secret values that the selectors of a creation rule would leave in plaintext.

use super::plan::{Conversion, Destination};
use crate::app::Context;
use crate::container;
use crate::document::{self, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::rules::Selector;
use crate::shown;
use crate::shown::{KeyName, Shown};

/// How many places are listed.
const LISTED: usize = 5;

/// Refuses a conversion that would leave values in plaintext.
///
/// # Errors
/// `no-recipient` if no rule matches the new file; `usage`, with the places.
pub(super) fn refuse(one: &Conversion, context: &Context) -> Result<()> {
    if one.is_done {
        return Ok(());
    }
    let named = |error: Error| error.in_file(&one.target);
    let places = match &one.place {
        Destination::Value { pointer, path } if one.target.path.exists() => {
            let bytes = input::read_named(&one.target.path, Limit::Secret)
                .map_err(|error| named(Error::io("cannot read the file", &error)))?;
            let selector = context.open(&one.target, &bytes).map_err(named)?.selector;
            if encrypts(selector.as_ref(), pointer) { Vec::new() } else { vec![path.clone()] }
        }
        place => {
            let Some(rule) = context.workspace.rule(&one.target).map_err(named)? else { return Ok(()) };
            let Some(sops) = &rule.sops else { return Ok(()) };
            let selector = sops.selectors.selector().map_err(named)?;
            match place {
                Destination::Value { pointer, .. } if encrypts(Some(&selector), pointer) => Vec::new(),
                Destination::Value { path, .. } => vec![path.clone()],
                Destination::Content => {
                    let format = container::new_format(&one.target.display, &rule);
                    let document = document::read_new(&one.target.display, one.text.expose(), format).map_err(named)?;
                    let mut places = Vec::new();
                    // The binary store has no selectors.
                    if !document.format().is_opaque() {
                        collect(document.value(), &Pointer::root(), &selector, &mut places);
                    }
                    places
                }
            }
        }
    };
    if places.is_empty() {
        return Ok(());
    }
    let more = places.len().saturating_sub(LISTED);
    let listed = Shown::join(places.into_iter().take(LISTED).map(KeyName::shown), ", ");
    let more = if more > 0 { shown!(", and {} more", more) } else { Shown::default() };
    let message = shown!("the selectors of .sops.yaml would leave values in plaintext: {}{}", listed, more);
    Err(named(Error::new(ErrorKind::Usage, message)).hint("if they are not secret: --allow-plaintext"))
}

/// Whether the value at this place would be encrypted. Selection by comments is unknown until the file is written.
fn encrypts(selector: Option<&Selector>, at: &Pointer) -> bool {
    let keys: Vec<&str> = at.tokens().iter().map(AsRef::as_ref).collect();
    selector.is_some_and(|selector| !selector.reads_comments() && selector.encrypts(&keys, &[]))
}

/// Collects the places of values that would not be encrypted.
fn collect(value: &Value, at: &Pointer, selector: &Selector, found: &mut Vec<String>) {
    match value {
        Value::Map(map) => {
            map.iter().for_each(|(key, value)| collect(value, &at.child(key.text()), selector, found));
        }
        // List positions are not part of the keys.
        Value::List(items) => items.iter().for_each(|item| collect(item, at, selector, found)),
        Value::Null => {}
        Value::String(text) if text.as_str().is_empty() => {}
        _ if encrypts(Some(selector), at) => {}
        _ => found.push(at.to_string()),
    }
}
