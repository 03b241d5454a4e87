//! Counts the parsed bytes, to test the cost of patches with many operations without a clock.

use std::cell::Cell;

use super::{Document, Edit, Format, Pointer, Value};

thread_local! {
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

/// Counts bytes passed to a parser.
pub(super) fn count(bytes: usize) {
    BYTES.with(|all| all.set(all.get() + bytes));
}

fn counted<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = BYTES.with(Cell::get);
    let done = run();
    (done, BYTES.with(Cell::get) - before)
}

/// Edits of entries 0, 5, 10… at `place`: replacements, removals, renames, copies, and moves.
fn edits(place: impl Fn(usize) -> Pointer, deep: bool) -> Vec<Edit> {
    let leaf = |number: usize| if deep { place(number).child("name") } else { place(number) };
    (0..100)
        .map(|step| match (step % 5, step * 5) {
            (0, number) => Edit::Set { path: leaf(number), value: Value::string("other") },
            (1, number) => Edit::Remove { path: place(number) },
            (2, number) => Edit::Rename { path: place(number), to: format!("renamed_{number}") },
            (3, number) => Edit::Copy { from: leaf(number), path: leaf(number + 1) },
            (_, number) => Edit::Move { from: place(number), path: Pointer::new([format!("moved_{number}")]) },
        })
        .collect()
}

#[test]
fn a_patch_of_many_operations_parses_the_text_once_at_each_end() {
    let entry = |line: fn(usize) -> String| (0..1_000).map(line).collect::<String>();
    let cases = [
        (Format::Yaml, entry(|number| format!("# c\nkey_{number}:\n  name: v\n  list: [1, 2]\n")), true),
        (Format::Dotenv, entry(|number| format!("# c\nkey_{number}=v\n")), false),
        (Format::Toml, entry(|number| format!("# c\nkey_{number} = 'v'\n")), false),
        (Format::Toml, entry(|number| format!("# c\n[key_{number}]\nname = 'v'\nlist = [1, 2]\n\n")), true),
        (Format::Toml, entry(|number| format!("key_{number}.name = 'v' # c\nkey_{number}.list = [1, 2]\n")), true),
    ];
    for (format, text, deep) in cases {
        let (document, read) = counted(|| Document::parse(text.as_bytes(), format).expect("it parses"));
        assert_eq!(read, text.len(), "{}: the count", format.name());
        let edits = edits(|number| Pointer::new([format!("key_{number}")]), deep);
        let mut session = document.edit();
        let ((), read) = counted(|| edits.iter().for_each(|edit| session.apply(edit).expect("it fits")));
        assert!(read < 100 * 100, "{}: {read} bytes for 100 operations on {}", format.name(), text.len());
        let (new, read) = counted(|| session.finish().expect("it reads back"));
        assert_eq!(read, new.bytes().len(), "{}: parsed again completely", format.name());
    }
}

#[test]
fn an_item_of_a_long_list_is_read_alone() {
    let items = |line: fn(usize) -> String, between: &str| (0..1_000).map(line).collect::<Vec<_>>().join(between);
    let cases = [
        (Format::Yaml, items(|number| format!("  - a{number}"), "\n"), "l:\n", "\n"),
        (Format::Yaml, items(|number| format!("a{number}"), ", "), "l: [", "]\n"),
        (Format::Toml, items(|number| format!("  'a{number}'"), ",\n"), "l = [\n", ",\n]\n"),
        (Format::Toml, items(|number| format!("[[l]]\nn = {number}\n"), "\n"), "", ""),
    ];
    for (format, items, before, after) in cases {
        let text = [before, &items, after].concat();
        let tables = items.starts_with("[[");
        let new = if tables {
            Value::Map([(super::MapKey::string("n"), Value::Bool(true))].into_iter().collect())
        } else {
            Value::string("new")
        };
        let mut session = Document::parse(text.as_bytes(), format).expect("it parses").edit();
        let ((), read) = counted(|| {
            for step in 0..50 {
                let path = Pointer::new(["l".to_owned(), (step * 7).to_string()]);
                session.apply(&Edit::Remove { path: path.clone() }).expect("it fits");
                session.apply(&Edit::Add { path, value: new.clone() }).expect("it fits");
                session.apply(&Edit::Add { path: Pointer::new(["l", "-"]), value: new.clone() }).expect("it fits");
            }
        });
        assert!(read < 150 * 50, "{}: {read} bytes for 150 operations on {}", format.name(), text.len());
        session.finish().expect("it reads back");
    }
}
