//! Adds a rule to the text of secrets.nix, in the style of the existing rules.

use crate::lines;
use std::ops::Range;

use rnix::ast::{Attr, AttrSet, AttrpathValue, Expr, HasEntry, LetIn};
use rowan::ast::AstNode;

/// The text with a rule for the file `name`, copied from the one for `template`; `recipients` replaces its list. `None`
/// if the rule of `template` is not written out and cannot be copied.
pub(super) fn with_rule(text: &str, name: &str, template: &str, recipients: Option<&str>) -> Option<String> {
    let parsed = rnix::Root::parse(text);
    if !parsed.errors().is_empty() {
        return None;
    }
    let entries: Vec<AttrpathValue> = parsed.tree().syntax().descendants().filter_map(AttrpathValue::cast).collect();
    let mut copied: Vec<&AttrpathValue> =
        entries.iter().filter(|entry| first_name(entry).as_deref() == Some(template)).collect();
    if recipients.is_some() {
        copied.retain(|entry| recipients_of(entry).is_some());
        copied.truncate(1);
    }
    let last = copied.last()?;
    let quoted = format!("\"{name}\"");
    let mut rule = String::new();
    for (index, entry) in copied.iter().enumerate() {
        if index > 0 {
            rule.push_str(&separator(text, start(entry)));
        }
        rule.push_str(&copy(text, entry, &quoted, recipients)?);
    }
    let at = end_of_line(text, range(last).end);
    Some(format!("{}{}{rule}{}", &text[..at], separator(text, start(copied[0])), &text[at..]))
}

/// The files whose rules are written out in the text, in its order.
pub(super) fn written_out(text: &str) -> Vec<String> {
    let parsed = rnix::Root::parse(text);
    let entries = parsed
        .tree()
        .syntax()
        .descendants()
        .filter_map(AttrpathValue::cast)
        .filter(|entry| recipients_of(entry).is_some());
    entries.filter_map(|entry| first_name(&entry)).collect()
}

/// The expressions for the key called `name`: its variable, or the attribute of a variable.
pub(super) fn ways_to_name(text: &str, name: &str) -> Vec<String> {
    let parsed = rnix::Root::parse(text);
    let is_named = |entry: &AttrpathValue| {
        entry.attrpath().and_then(|path| path.attrs().last()).is_some_and(|attr| attr.syntax().text() == name)
    };
    let entries = parsed.tree().syntax().descendants().filter_map(AttrpathValue::cast).filter(is_named);
    let mut ways = vec![name.to_owned()];
    ways.extend(entries.filter_map(|entry| way_to(&entry)));
    ways.dedup();
    ways
}

/// The attribute path to an entry of a set from the surrounding `let`.
fn way_to(entry: &AttrpathValue) -> Option<String> {
    let mut way = entry.attrpath()?.syntax().text().to_string();
    let mut holder = entry.syntax().parent()?;
    while AttrSet::can_cast(holder.kind()) {
        let above = AttrpathValue::cast(holder.parent()?)?;
        way = format!("{}.{way}", above.attrpath()?.syntax().text());
        holder = above.syntax().parent()?;
    }
    LetIn::can_cast(holder.kind()).then_some(way)
}

/// The first name on the left side of an entry, if it is written out.
fn first_name(entry: &AttrpathValue) -> Option<String> {
    let first = entry.attrpath()?.attrs().next()?;
    let Attr::Str(text) = first else { return None };
    let text = text.syntax().text().to_string();
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains(['"', '\\', '$'])).then(|| inner.to_owned())
}

/// The place of a rule's list of recipients: after `publicKeys`, in the path or in a set.
fn recipients_of(entry: &AttrpathValue) -> Option<Range<usize>> {
    let names: Vec<String> = entry.attrpath()?.attrs().map(|attr| attr.syntax().text().to_string()).collect();
    match (names.len(), entry.value()?) {
        (2, value) if names[1] == "publicKeys" => Some(span(&value)),
        (1, Expr::AttrSet(set)) => set.attrpath_values().find_map(|inner| {
            let path = inner.attrpath()?.syntax().text().to_string();
            (path == "publicKeys").then(|| inner.value().map(|value| span(&value))).flatten()
        }),
        _ => None,
    }
}

/// The entry for another file.
fn copy(text: &str, entry: &AttrpathValue, quoted: &str, recipients: Option<&str>) -> Option<String> {
    let whole = range(entry);
    let name = entry.attrpath()?.attrs().next()?.syntax().text_range();
    let name = usize::from(name.start())..usize::from(name.end());
    let Some(recipients) = recipients else {
        return Some(format!("{}{quoted}{}", &text[whole.start..name.start], &text[name.end..whole.end]));
    };
    let list = recipients_of(entry)?;
    Some(format!(
        "{}{quoted}{}{recipients}{}",
        &text[whole.start..name.start],
        &text[name.end..list.start],
        &text[list.end..whole.end]
    ))
}

fn start(entry: &AttrpathValue) -> usize {
    range(entry).start
}

fn range(entry: &AttrpathValue) -> Range<usize> {
    let range = entry.syntax().text_range();
    range.start().into()..range.end().into()
}

fn span(value: &Expr) -> Range<usize> {
    let range = value.syntax().text_range();
    range.start().into()..range.end().into()
}

/// The separator before an entry: a line break and its indentation, or a space on the same line.
fn separator(text: &str, start: usize) -> String {
    let line = lines::start(text, start);
    let before = &text[line..start];
    if line > 0 && before.trim().is_empty() { format!("\n{before}") } else { " ".to_owned() }
}

/// The end of the line if only a comment follows, or else the place itself.
fn end_of_line(text: &str, at: usize) -> usize {
    let rest = text[at..].split('\n').next().unwrap_or_default();
    let trimmed = rest.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') { at + rest.trim_end().len() } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_copied_with_its_style() {
        let text = "let\n  a = \"k\";\nin\n{\n  # first\n  \"x.age\".publicKeys = [ a ]; # who\n  \"x.age\".armor = true;\n\n  \"y.age\" = {\n    publicKeys = [ a ];\n  };\n}\n";
        let like_x = with_rule(text, "n.age", "x.age", None).expect("written");
        assert!(
            like_x.contains("armor = true;\n  \"n.age\".publicKeys = [ a ];\n  \"n.age\".armor = true;\n\n"),
            "{like_x}"
        );
        let like_y = with_rule(text, "n.age", "y.age", Some("[ a b ]")).expect("written");
        assert!(like_y.ends_with("  };\n  \"n.age\" = {\n    publicKeys = [ a b ];\n  };\n}\n"), "{like_y}");
        let listed = with_rule(text, "n.age", "x.age", Some("[ b ]")).expect("written");
        assert!(listed.contains("[ a ]; # who\n  \"n.age\".publicKeys = [ b ];\n  \"x.age\".armor"), "{listed}");
        assert_eq!(with_rule(text, "n.age", "z.age", None), None);
        assert_eq!(written_out(text), ["x.age", "y.age"]);
    }

    #[test]
    fn a_set_on_one_line_stays_on_one_line() {
        let text = "{ \"a.age\".publicKeys = [ \"k\" ]; }";
        let added = with_rule(text, "b.age", "a.age", None).expect("written");
        assert_eq!(added, "{ \"a.age\".publicKeys = [ \"k\" ]; \"b.age\".publicKeys = [ \"k\" ]; }");
    }

    #[test]
    fn a_key_is_named_by_its_path() {
        let text = "let users = { alice = \"k\"; hosts.nas = \"l\"; }; bob = \"m\"; in { }";
        assert_eq!(ways_to_name(text, "alice"), ["alice", "users.alice"]);
        assert_eq!(ways_to_name(text, "nas"), ["nas", "users.hosts.nas"]);
        assert_eq!(ways_to_name(text, "bob"), ["bob"]);
    }
}
