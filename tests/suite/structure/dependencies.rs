//! `docs/dependencies.md` gives a reason for every dependency, and lists nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The first column of the table under a heading; each row has a reason.
fn explained(page: &str, heading: &str) -> BTreeSet<String> {
    let section = page.split("\n## ").find(|section| section.starts_with(heading)).expect("the heading");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let names = rows.map(|row| {
        let (name, reason) = row.split_once("` | ").expect("two columns");
        assert!(reason.trim_end_matches(" |").len() > 3, "{name} has no reason");
        name.to_owned()
    });
    names.collect()
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest: toml_edit::DocumentMut = read("Cargo.toml").parse().expect("TOML");
    let page = read("docs/dependencies.md");
    for (table, heading) in [("dependencies", "In the program"), ("dev-dependencies", "In the tests")] {
        let named: BTreeSet<String> =
            manifest[table].as_table().expect("a table").iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(named, explained(&page, heading), "{table}");
    }
}
