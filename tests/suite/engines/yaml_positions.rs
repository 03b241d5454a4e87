//! The same edit has the same result in every setting: with other line ends, after a byte order mark, without a final
//! line end, a level deeper, between document markers, and below a comment.

use agepatch::document::{Document, Edit, Format, Map, MapKey, Number, Pointer, Value};

use crate::engines::yaml_edits;
use crate::random_edits::places;

/// A text in another setting, with the same place.
struct Setting {
    name: &'static str,
    /// The text in this setting; `None` if there is none.
    text: fn(&str) -> Option<String>,
    /// The prefix of a pointer in this setting.
    prefix: &'static str,
}

const SETTINGS: [Setting; 8] = [
    Setting { name: "CRLF", text: with_carriage_returns, prefix: "" },
    Setting { name: "byte order mark", text: behind_mark, prefix: "" },
    Setting { name: "no final line end", text: unended, prefix: "" },
    Setting { name: "one level deeper", text: deeper, prefix: "/0" },
    Setting { name: "behind a dash", text: behind_dash, prefix: "/0" },
    Setting { name: "below a start mark", text: below_start, prefix: "" },
    Setting { name: "above an end mark", text: above_end, prefix: "" },
    Setting { name: "below a comment", text: below_comment, prefix: "" },
];

/// Whether it has document markers, or line ends that an edit may remove entirely.
fn is_marked(text: &str) -> bool {
    let mark = |line: &str| ["---", "...", "%"].iter().any(|mark| line.starts_with(mark));
    text.starts_with('\u{feff}') || text.contains('\r') || text.lines().any(mark)
}

fn below_start(text: &str) -> Option<String> {
    (!is_marked(text)).then(|| format!("---\n{text}"))
}

/// Not for a text that ends in blank lines, whose place at the end of a file is not defined.
fn above_end(text: &str) -> Option<String> {
    let last = text.lines().last()?;
    (!is_marked(text) && text.ends_with('\n') && !last.trim().is_empty()).then(|| format!("{text}...\n"))
}

/// Not for a text that starts with blank lines, one of which would be removed.
fn below_comment(text: &str) -> Option<String> {
    let first = text.lines().next()?;
    (!is_marked(text) && !first.trim().is_empty()).then(|| format!("# head\n\n{text}"))
}

fn with_carriage_returns(text: &str) -> Option<String> {
    (!text.contains('\r') && text.contains('\n')).then(|| text.replace('\n', "\r\n"))
}

fn behind_mark(text: &str) -> Option<String> {
    (!text.starts_with('\u{feff}')).then(|| format!("\u{feff}{text}"))
}

/// Not for a text that ends in blank lines, or in a block scalar, which needs its line end.
fn unended(text: &str) -> Option<String> {
    let shorter = text.strip_suffix('\n')?;
    let shorter = shorter.strip_suffix('\r').unwrap_or(shorter);
    let last = shorter.lines().last()?;
    let scalar = Document::parse(text.as_bytes(), Format::Yaml).ok()?.value()
        != Document::parse(shorter.as_bytes(), Format::Yaml).ok()?.value();
    (!last.trim().is_empty() && !scalar && !text.contains(['|', '>'])).then(|| shorter.to_owned())
}

/// As a list item; not for syntax that is only valid at the top.
fn deeper(text: &str) -> Option<String> {
    let top = text.starts_with(['\u{feff}', '%', '{', '[', '\'', '"', '|', '>', '!', '&'])
        || text.lines().any(|line| {
            line.starts_with("---") || line.starts_with("...") || (line.trim().is_empty() && !line.is_empty())
        });
    if top || text.contains('\r') || !text.ends_with('\n') || text.ends_with("\n\n") || text.trim().is_empty() {
        return None;
    }
    let indented: String = text
        .split_inclusive('\n')
        .map(|line| if line.trim().is_empty() { line.to_owned() } else { format!("  {line}") })
        .collect();
    Some(format!("-\n{indented}- end\n"))
}

/// With its first entry on the line of the dash.
fn behind_dash(text: &str) -> Option<String> {
    let deeper = deeper(text)?;
    let first = deeper.strip_prefix("-\n  ")?;
    (!first.starts_with(['#', ' ', '\n'])).then(|| format!("- {first}"))
}

/// Whether another entry becomes the first one, which has special rules after a dash.
fn changes_first(before: &str, after: &str) -> bool {
    let first = |text: &str| text.split([' ', ':', '\n']).next().map(str::to_owned);
    first(before) != first(after) || before.starts_with('-')
}

/// Whether a comment at the top of the file in either text is above the edited entry: it stays at the top.
fn concerns_head(text: &str, edit: &Edit, setting: &str) -> bool {
    let moves_head = ["one level deeper", "behind a dash", "below a comment"].contains(&setting);
    let is_top = |path: &Pointer| path.tokens().len() == 1;
    let concerns = match edit {
        Edit::Move { from, path } => is_top(from) || is_top(path),
        Edit::Add { path, .. } | Edit::Remove { path } | Edit::Copy { path, .. } => is_top(path),
        _ => false,
    };
    moves_head && concerns && text.trim_start_matches(['\u{feff}', '\n']).starts_with('#')
}

/// The edits to try at a place; `other` is another place.
fn edits(path: &Pointer, value: &Value, other: &Pointer) -> Vec<Edit> {
    let string = |text: &str| Value::string(text);
    let map = |value: Value| Value::Map(Map::from_iter([(MapKey::string("k"), value)]));
    let list = Value::list(vec![string("p"), map(string("q")), Value::list(vec![string("r")])]);
    let replace = |value: Value| Edit::Replace { path: path.clone(), value };
    let inside = |token: &str| path.child(token);
    let number = Value::Number(Number::new("5"));
    let mut edits: Vec<Edit> = [
        string("word"),
        string("yes: #"),
        string("two\nlines\n"),
        string("t\t"),
        number,
        list.clone(),
        map(list.clone()),
        Value::list(Vec::new()),
    ]
    .map(replace)
    .into();
    edits.push(Edit::Remove { path: path.clone() });
    match value {
        Value::List(items) => {
            for token in ["0", "1", "-"] {
                for value in [string("word"), string("two\nlines\n"), map(list.clone()), list.clone()] {
                    edits.push(Edit::Add { path: inside(token), value });
                }
            }
            for token in ["0", "-"] {
                edits.push(Edit::Move { from: other.clone(), path: inside(token) });
                edits.push(Edit::Copy { from: other.clone(), path: inside(token) });
            }
            for index in 1..items.len() {
                edits.push(Edit::Move { from: inside(&index.to_string()), path: inside("0") });
                edits.push(Edit::Move { from: inside("0"), path: inside(&index.to_string()) });
            }
        }
        Value::Map(map_here) => {
            for value in [string("word"), string("two\nlines"), map(list.clone()), list.clone()] {
                edits.push(Edit::Add { path: inside("new"), value });
            }
            edits.push(Edit::Set { path: inside("new").child("er"), value: list.clone() });
            edits.push(Edit::Move { from: other.clone(), path: inside("moved") });
            edits.push(Edit::Copy { from: other.clone(), path: inside("copied") });
            for (key, _) in map_here.iter() {
                edits.push(Edit::Rename { path: inside(key.text()), to: "re: named".to_owned() });
                edits.push(Edit::Move { from: inside(key.text()), path: inside("moved") });
            }
        }
        _ => {}
    }
    edits
}

fn below(prefix: &str, edit: &Edit) -> Edit {
    let at = |path: &Pointer| Pointer::parse(&format!("{prefix}{path}")).expect("a pointer");
    let mut edit = edit.clone();
    match &mut edit {
        Edit::Move { from, path } | Edit::Copy { from, path } => (*from, *path) = (at(from), at(path)),
        Edit::Add { path, .. }
        | Edit::Remove { path }
        | Edit::Replace { path, .. }
        | Edit::Test { path, .. }
        | Edit::Set { path, .. }
        | Edit::Append { path, .. }
        | Edit::Rename { path, .. } => *path = at(path),
    }
    edit
}

/// The text after the edit, or the class of the error.
fn edited(document: &Document, edit: &Edit) -> Result<String, &'static str> {
    let mut session = document.edit();
    let done = session.apply(edit).and_then(|()| session.finish());
    done.map(|new| String::from_utf8(new.bytes().to_vec()).expect("text")).map_err(|error| error.kind().name())
}

#[test]
fn the_same_edit_gives_the_same_text_in_every_setting() {
    // Only every n-th; all of them with EVERY_EDIT=1.
    let stride = std::env::var("EVERY_EDIT").ok().and_then(|stride| stride.parse().ok()).unwrap_or(19);
    let (mut tried, mut number) = (0, 0);
    let mut wrong = Vec::new();
    for text in yaml_edits::documents() {
        let document = Document::parse(text.as_bytes(), Format::Yaml).expect("it was read before");
        // An empty document has no manner.
        if matches!(document.value(), Value::Null) {
            continue;
        }
        let settings = SETTINGS.iter().filter_map(|setting| {
            let there = (setting.text)(&text)?;
            Some((setting, Document::parse(there.as_bytes(), Format::Yaml).ok()?))
        });
        let settings: Vec<_> = settings.collect();
        let mut all = Vec::new();
        places(document.value(), &Pointer::root(), &mut all);
        for (index, path) in all.iter().enumerate() {
            let other = &all[(index * 7 + 3) % all.len()];
            for edit in edits(path, path.get(document.value()).expect("it is there"), other) {
                number += 1;
                if number % stride != 0 {
                    continue;
                }
                let here = edited(&document, &edit);
                for (setting, there) in &settings {
                    let root = !setting.prefix.is_empty()
                        && (matches!(&edit, Edit::Copy { from, .. } if from.is_root())
                            || path.is_root() && matches!(edit, Edit::Replace { .. } | Edit::Remove { .. })
                            || here.as_ref().is_ok_and(|text| {
                                text.trim_end().ends_with(['}', ']']) || text.starts_with(['{', '['])
                            }));
                    let first =
                        setting.name == "behind a dash" && here.as_ref().is_ok_and(|after| changes_first(&text, after));
                    if root || first || concerns_head(&text, &edit, setting.name) {
                        continue;
                    }
                    let expected = match &here {
                        Ok(text) => match (setting.text)(text) {
                            Some(text) => Ok(text),
                            None => continue,
                        },
                        Err(class) => Err(*class),
                    };
                    // No blank line remains at the end of a document, but one may remain above what follows.
                    let found = edited(there, &below(setting.prefix, &edit));
                    let found =
                        found.map(|text| match expected.as_ref().is_ok_and(|text| text.ends_with("\n\n- end\n")) {
                            true => text,
                            false => text.replace("\n\n- end\n", "\n- end\n"),
                        });
                    tried += 1;
                    if found != expected {
                        wrong.push(format!(
                            "{}: {edit:?}\nin\n{text}\nexpected {expected:?}\nfound    {found:?}",
                            setting.name
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong[..wrong.len().min(10)].join("\n----\n"));
    assert!(tried > 4_000, "only {tried} could be tried");
}
