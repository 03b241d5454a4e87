//! Detects secrets that an edit would move to where they may be shown.

use std::collections::HashSet;

use super::edited_document::EditedDocument;
use crate::app::{Context, reveal};
use crate::document::{Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Schema;

/// A shorter text may be equal by chance.
const SHORTEST: usize = 4;

/// If the policy forbids revealing secrets, refuses an edit that makes a secret text public: a copied, moved, or
/// renamed value could be read with the next `show`.
///
/// # Errors
/// `secret-needs-reveal`, with the place; errors of [`reveal::is_never`].
pub(super) fn refuse(edited: &[EditedDocument], context: &Context) -> Result<()> {
    if !reveal::is_never(&context.workspace)? {
        return Ok(());
    }
    let mut secrets = HashSet::new();
    for one in edited {
        if let Some(before) = &one.open.before {
            let schema = one.open.schema;
            scalars(before.value(), &Pointer::root(), &mut |pointer, text| {
                if text.len() >= SHORTEST && !schema.is_public(pointer) {
                    secrets.insert(text);
                }
            });
        }
    }
    for one in edited.iter().filter(|one| one.changed) {
        let before = one.open.before.as_ref().map(|before| public(before.value(), one.open.schema));
        let before = before.unwrap_or_default();
        let mut published = None;
        scalars(one.after.document().value(), &Pointer::root(), &mut |pointer, text| {
            if one.schema.is_public(pointer) && secrets.contains(text) && !before.contains(text) {
                published.get_or_insert_with(|| pointer.clone());
            }
        });
        if let Some(pointer) = published {
            let error = Error::new(ErrorKind::SecretNeedsReveal, "the edit would put a secret where it may be shown");
            let hint = "the policy `never` (and `agepatch mcp`) refuses that; set a separate value there";
            return Err(one.open.named(error.at_path(&pointer).hint(hint)));
        }
    }
    Ok(())
}

/// The public texts of a document.
fn public(value: &Value, schema: Schema) -> HashSet<&str> {
    let mut found = HashSet::new();
    scalars(value, &Pointer::root(), &mut |pointer, text| {
        if schema.is_public(pointer) {
            found.insert(text);
        }
    });
    found
}

fn scalars<'v>(value: &'v Value, at: &Pointer, visit: &mut dyn FnMut(&Pointer, &'v str)) {
    match value {
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                scalars(item, &at.child(index.to_string()), visit);
            }
        }
        Value::Map(map) => {
            for (key, value) in map.iter() {
                scalars(value, &at.child(key.text()), visit);
            }
        }
        // Booleans are not secret, and equal each other too easily.
        Value::Null | Value::Bool(_) => {}
        scalar => {
            if let Some(text) = scalar.scalar_str().filter(|text| !matches!(*text, "true" | "false")) {
                visit(at, text);
            }
        }
    }
}
