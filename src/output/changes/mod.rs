//! Prints changes for people: grouped by entry, redacted field by field, and wrapped to the width.

mod paths;
mod values;

pub(crate) use values::fields;

use crate::diff::{Change, ChangeKind};
use crate::document::Pointer;
use crate::redact::Redactor;
use crate::shown;
use crate::shown::{KeyName, Shown};
use paths::{parent, split_after};
use values::{block, inline, length};

/// What a change or a value without a path concerns: a file, or a document inside a value, that is one value.
const ENTIRE: &str = "(entire content)";

/// The changes as lines of at most `width` characters if the values permit it: a heading for each entry, then its
/// changes with the rest of their paths, without a final line feed.
pub(crate) fn text(changes: &[Change], redactor: Redactor, width: usize) -> Shown {
    Shown::join(lines(changes, redactor, width), "\n")
}

/// The lines of [`text()`].
pub(crate) fn lines(changes: &[Change], redactor: Redactor, width: usize) -> Vec<Shown> {
    let mut lines = Vec::new();
    let mut rest = changes;
    while let Some(first) = rest.first() {
        let entry = ChangeGroup::of(&first.path, &first.pointer, redactor);
        let is_in = |change: &Change| ChangeGroup::of(&change.path, &change.pointer, redactor).path == entry.path;
        let count = rest.iter().take_while(|change| is_in(change)).count();
        let (group, after) = rest.split_at(count);
        rest = after;
        entry.lines(group, redactor, width, &mut lines);
    }
    lines
}

/// The common part of several changes.
struct ChangeGroup<'c> {
    /// The common start of their paths.
    path: &'c str,
    /// The entry in words, if it has a name: `client immich`.
    name: Option<Shown>,
}

impl<'c> ChangeGroup<'c> {
    fn of(path: &'c str, pointer: &Pointer, redactor: Redactor) -> Self {
        let named = redactor.schema().entry(pointer);
        if let Some((kind, depth)) = named
            && let Some((path, _)) = split_after(path, depth)
            && let Some(name) = path.strip_suffix(']').and_then(|path| path.rsplit_once('[')).map(|(_, name)| name)
        {
            return Self { path, name: Some(shown!("{} {}", kind, KeyName::shown(name))) };
        }
        Self { path: parent(path), name: None }
    }

    /// The path of a change without the part in the heading.
    fn rest<'p>(&self, path: &'p str) -> &'p str {
        let rest = &path[self.path.len()..];
        rest.strip_prefix('.').unwrap_or(rest)
    }

    fn lines(&self, changes: &[Change], redactor: Redactor, width: usize, lines: &mut Vec<Shown>) {
        // A heading for a single change would only move its path.
        let heading = match &self.name {
            Some(name) => Some(name.clone()),
            None if changes.len() > 1 && !self.path.is_empty() => Some(KeyName::shown(self.path)),
            None => None,
        };
        let Some(heading) = heading else {
            for change in changes {
                lines.extend(one(change, &change.path, "  ", redactor, width));
            }
            return;
        };
        let mut is_written = false;
        for change in changes {
            let rest = self.rest(&change.path);
            if rest.is_empty() {
                lines.extend(all_of(change, &heading, redactor, width));
                is_written = true;
                continue;
            }
            if !is_written {
                lines.push(shown!("  {}", &heading));
                is_written = true;
            }
            lines.extend(one(change, rest, "    ", redactor, width));
        }
    }
}

/// How the value at a path is labelled in a list: the entry that it belongs to, if that has a name (`client immich`),
/// and the rest of its path.
pub(crate) fn label(path: &str, pointer: &Pointer, redactor: Redactor) -> (Option<Shown>, Shown) {
    if path.is_empty() {
        return (None, Shown::fixed(ENTIRE));
    }
    let group = ChangeGroup::of(path, pointer, redactor);
    match group.name.is_some() {
        true => (group.name.clone(), KeyName::shown(group.rest(path))),
        false => (None, KeyName::shown(path)),
    }
}

/// A change of the complete entry: added or removed with all its fields, moved, or replaced by another kind of value.
fn all_of(change: &Change, name: &Shown, redactor: Redactor, width: usize) -> Vec<Shown> {
    let sign = sign(change.kind);
    let (value, pointer) = match change.kind {
        ChangeKind::Added => (&change.after, &change.pointer),
        ChangeKind::Removed => (&change.before, &change.pointer),
        _ => return labelled(change, name, "  ", redactor, width),
    };
    let mut lines = vec![shown!("  {} {}", sign, name)];
    if let Some(value) = value {
        let fields = fields(value, pointer, redactor, width.saturating_sub(6));
        lines.extend(fields.into_iter().map(|field| shown!("    {} {}", sign, field)));
    }
    lines
}

/// A change on one line, or on several if it does not fit.
fn one(change: &Change, path: &str, indent: &'static str, redactor: Redactor, width: usize) -> Vec<Shown> {
    let label = if path.is_empty() { Shown::fixed(ENTIRE) } else { KeyName::shown(path) };
    labelled(change, &label, indent, redactor, width)
}

fn labelled(change: &Change, label: &Shown, indent: &'static str, redactor: Redactor, width: usize) -> Vec<Shown> {
    let sign = sign(change.kind);
    let room = width.saturating_sub(indent.len() + 2);
    let from = change.from.as_ref().unwrap_or(&change.pointer);
    let signed = |sign: &'static str, line: &Shown| shown!("{}{} {}", indent, sign, line);
    match (&change.before, &change.after) {
        (None, None) => {
            if let Some([_, name]) = renamed_key(change, redactor) {
                return vec![shown!("{}{} {} → {}", indent, sign, label, name)];
            }
            let moved = if change.kind == ChangeKind::Moved { " (moved)" } else { "" };
            vec![shown!("{}{} {}{}", indent, sign, label, moved)]
        }
        (Some(only), None) => block(label, only, from, redactor, room).iter().map(|line| signed(sign, line)).collect(),
        (None, Some(only)) => {
            block(label, only, &change.pointer, redactor, room).iter().map(|line| signed(sign, line)).collect()
        }
        (Some(before), Some(after)) => {
            let sides = [(before, from), (after, &change.pointer)].map(|(value, at)| inline(value, at, redactor));
            let [old, new] = &sides;
            let line = shown!("{}: {} → {}", label, old, new);
            if length(&line) <= room || old == new {
                return vec![signed(sign, &line)];
            }
            vec![signed(sign, label), shown!("{}  - {}", indent, old), shown!("{}  + {}", indent, new)]
        }
    }
}

/// The old and the new name of a renamed key.
pub(crate) fn renamed_key(change: &Change, redactor: Redactor) -> Option<[Shown; 2]> {
    let is_key = change.kind == ChangeKind::Renamed && change.before.is_none() && change.after.is_none();
    let from = change.from.as_ref().filter(|_| is_key)?;
    let name = |pointer: &Pointer| KeyName::shown(redactor.pointer(pointer).last().unwrap_or_default().to_owned());
    Some([name(from), name(&change.pointer)])
}

fn sign(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "+",
        ChangeKind::Removed => "-",
        ChangeKind::Changed | ChangeKind::Moved | ChangeKind::Renamed => "~",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::changes;
    use crate::document::Value;
    use crate::document::{Document, Format};
    use crate::schema::Schema;

    fn read(text: &str) -> Value {
        Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").value().clone()
    }

    fn shown(before: &str, after: &str, schema: Schema, reveal: bool) -> String {
        let found = changes(&read(before), &read(after), schema);
        text(&found, Redactor::new(schema, reveal), 60).as_str().to_owned()
    }

    fn clients(text: &str) -> String {
        format!("identity_providers: {{oidc: {{clients: {text}}}}}")
    }

    #[test]
    fn an_added_client_is_shown_field_by_field_without_its_secret() {
        let client = "{client_id: a, client_secret: hunter2, scopes: [openid, profile], \
                      redirect_uris: ['https://a.example.com/auth/login', 'https://a.example.com/user-settings']}";
        insta::assert_snapshot!(shown(&clients("[]"), &clients(&format!("[{client}]")), Schema::Authelia, false), @r"
          + client a
            + client_id: a
            + client_secret: (secret)
            + scopes: [openid, profile]
            + redirect_uris:
            +   - https://a.example.com/auth/login
            +   - https://a.example.com/user-settings
        ");
    }

    #[test]
    fn changes_of_one_client_have_one_heading() {
        let before =
            clients("[{client_id: a, public: true, redirect_uris: ['https://media.example.com/api/v1/oauth']}]");
        let after =
            clients("[{client_id: a, public: false, redirect_uris: ['https://media.example.com/api/v1/auth']}]");
        insta::assert_snapshot!(shown(&before, &after, Schema::Authelia, false), @r"
          client a
            ~ public: true → false
            ~ redirect_uris[0]
              - https://media.example.com/api/v1/oauth
              + https://media.example.com/api/v1/auth
        ");
    }

    #[test]
    fn a_common_prefix_is_written_once_and_a_single_path_in_full() {
        let before = "{services: {web: {port: 1, host: a}}, x.y: {z: 1}}";
        let after = "{services: {web: {port: 2, host: b}}, x.y: {z: 2}}";
        insta::assert_snapshot!(shown(before, after, Schema::Unknown, true), @r#"
          services.web
            ~ port: 1 → 2
            ~ host: a → b
          ~ "x.y".z: 1 → 2
        "#);
    }

    #[test]
    fn every_part_of_an_added_map_is_redacted() {
        let after = "{db: {host: hunter2, list: [{a: hunter3, b: [hunter4]}], none: {}}}";
        insta::assert_snapshot!(shown("{}", after, Schema::Unknown, false), @r"
          + db:
          +   host: (secret)
          +   list:
          +     - a: (secret)
          +       b: [(secret)]
          +   none: {}
        ");
    }

    #[test]
    fn a_moved_item_says_so() {
        let [a, b] = ["{client_id: a, public: true}", "{client_id: b}"];
        let (before, after) = (clients(&format!("[{a}, {b}]")), clients(&format!("[{b}, {a}]")));
        assert_eq!(shown(&before, &after, Schema::Authelia, false), "  ~ client a (moved)");
    }

    #[test]
    fn paths_are_split_outside_quotes_and_brackets() {
        assert_eq!(parent("a.b[x.y].c"), "a.b[x.y]");
        assert_eq!(parent("a.\"b.c\""), "a");
        assert_eq!(parent("a[0]"), "");
        assert_eq!(split_after("a.b.c[x.y].d", 4), Some(("a.b.c[x.y]", ".d")));
        assert_eq!(split_after("a.b", 3), None);
    }
}
