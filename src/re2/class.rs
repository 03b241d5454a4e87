//! Character classes: brackets, and the escapes for sets of characters.

use super::Refusal;
use super::translate::{Translator, itself};

/// The general categories of Unicode that Go and the `regex` crate share by name. `C` differs: Go excludes unassigned
/// characters.
const CATEGORIES: &str = "L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs";
const NAMED: &str = "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit";

/// `[…]`.
pub(super) fn bracket(pattern: &mut Translator<'_>) -> Result<(), Refusal> {
    pattern.bump();
    let mut members = String::from(if pattern.eat("^") { "[^" } else { "[" });
    let mut first = true;
    while first || pattern.peek() != Some(']') {
        first = false;
        if let Some(name) = named(pattern)? {
            members.push_str(&name);
        } else if let Some(set) = escaped(pattern)? {
            members.push_str(&set);
        } else {
            let from = pattern.character()?;
            members.push_str(&itself(from));
            if pattern.rest().starts_with('-') && !pattern.rest().starts_with("-]") {
                pattern.bump();
                let to = pattern.character()?;
                if to < from {
                    return Err(Refusal::Invalid("a range in brackets is out of order".to_owned()));
                }
                members.push('-');
                members.push_str(&itself(to));
            }
        }
    }
    pattern.bump();
    members.push(']');
    pattern.out.push_str(&members);
    Ok(())
}

/// `[:alpha:]` within brackets.
fn named(pattern: &mut Translator<'_>) -> Result<Option<String>, String> {
    let Some(end) = pattern.rest().strip_prefix("[:").and_then(|rest| rest.find(":]")) else { return Ok(None) };
    let class = pattern.take(end + 4);
    let name = class[2..class.len() - 2].trim_start_matches('^');
    let carets = class.len() - 4 - name.len();
    match NAMED.split(' ').any(|known| known == name) && carets < 2 {
        true => Ok(Some(class.to_owned())),
        false => Err("it names an unknown class of characters".to_owned()),
    }
}

/// `\d`, `\pL`, and similar escapes, translated for use in brackets; `None` for other escapes.
pub(super) fn escaped(pattern: &mut Translator<'_>) -> Result<Option<String>, Refusal> {
    let sets = [
        ("\\d", "0-9"),
        ("\\D", "[^0-9]"),
        ("\\s", "\\t\\n\\x0C\\r\\x20"),
        ("\\S", "[^\\t\\n\\x0C\\r\\x20]"),
        ("\\w", "0-9A-Za-z_"),
        ("\\W", "[^0-9A-Za-z_]"),
    ];
    if let Some((_, members)) = sets.into_iter().find(|(escape, _)| pattern.eat(escape)) {
        return Ok(Some(members.to_owned()));
    }
    let negated = pattern.rest().starts_with("\\P");
    if !pattern.eat("\\p") && !pattern.eat("\\P") {
        return Ok(None);
    }
    let name = match pattern.rest().strip_prefix('{') {
        Some(rest) => rest.find('}').map(|end| &pattern.take(end + 2)[1..=end]),
        None => pattern.peek().map(|letter| pattern.take(letter.len_utf8())),
    };
    let (name, negated) = match name.and_then(|name| name.strip_prefix('^')) {
        Some(name) => (Some(name), !negated),
        None => (name, negated),
    };
    match name.filter(|name| CATEGORIES.split(' ').any(|known| known == *name)) {
        _ if !name.is_some_and(str::is_ascii) => Err(Refusal::Invalid("a class of Unicode has no name".to_owned())),
        Some(name) => Ok(Some(format!("\\{}{{{name}}}", if negated { 'P' } else { 'p' }))),
        None => Err(Refusal::Unsupported("it names a class of Unicode that is not supported here".to_owned())),
    }
}
