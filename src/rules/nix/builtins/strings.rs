//! Builtins on strings.

use super::super::failure::Failure;
use super::super::value::Value;
use super::{Builtin, builtin, count};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("concatStringsSep", 2, |e, a| {
        let separator = e.string(&a[0])?;
        let mut texts = Vec::new();
        for item in e.list(&a[1])?.iter() {
            let text = e.text(item)?;
            e.budget.spend_bytes(text.len() + separator.len() + 16)?;
            texts.push(text.to_string());
        }
        Ok(Value::string(texts.join(&separator)))
    }),
    builtin("hasContext", 1, |e, a| {
        e.string(&a[0])?;
        // Nothing evaluated here has store context.
        Ok(Value::Bool(false))
    }),
    builtin("replaceStrings", 3, |e, a| {
        let (from, to) = (e.list(&a[0])?, e.list(&a[1])?);
        if from.len() != to.len() {
            return Err(Failure::error("`replaceStrings` needs two lists of the same length"));
        }
        let (from, to) = (e.strings(&a[0])?, e.strings(&a[1])?);
        let text = e.string(&a[2])?;
        if from.iter().any(|from| from.is_empty()) && !text.is_ascii() {
            return Err(Failure::needs_nix("`replaceStrings` of an empty string, within characters"));
        }
        let (mut result, mut rest) = (String::new(), &*text);
        loop {
            e.budget.spend(1 + from.len() / 16)?;
            let found = from.iter().position(|from| rest.starts_with(&**from));
            if let Some(index) = found {
                e.budget.spend_bytes(to[index].len())?;
                result.push_str(&to[index]);
                rest = &rest[from[index].len()..];
            }
            // No match, or an empty pattern: copy the next character.
            if found.is_none_or(|index| from[index].is_empty()) {
                let Some(next) = rest.chars().next() else { break };
                result.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        Ok(Value::string(result))
    }),
    builtin("stringLength", 1, |e, a| count(e.text(&a[0])?.len())),
    builtin("substring", 3, |e, a| {
        let (start, length, text) = (e.int(&a[0])?, e.int(&a[1])?, e.text(&a[2])?);
        let start = usize::try_from(start).map_err(|_| Failure::error("`substring` begins before the string"))?;
        let start = start.min(text.len());
        let end = usize::try_from(length).map_or(text.len(), |length| start.saturating_add(length).min(text.len()));
        let part = text.get(start..end).ok_or_else(|| Failure::needs_nix("`substring` within a character"))?;
        e.budget.spend_bytes(part.len())?;
        Ok(Value::string(part))
    }),
    builtin("toString", 1, |e, a| {
        let value = e.force(&a[0])?;
        e.text_of(&value).map(Value::String)
    }),
    builtin("unsafeDiscardStringContext", 1, |e, a| e.text(&a[0]).map(Value::String)),
];
