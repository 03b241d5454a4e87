//! The layers: the diagram in `src/lib.rs` lists what each uses, and each uses only layers below it. Leaks of secrets
//! are compile errors only while that holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::sources::{code, is_test, module_of, root, sources};

/// The top-level modules in a source: `crate::a::b`, `use crate::{a, b::{c, d}}`.
fn used_modules(source: &str) -> BTreeSet<String> {
    let code = code(source);
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_').collect()
    };
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(name(rest));
            continue;
        };
        let mut depth = 0;
        let mut first = true;
        for (at, character) in group.char_indices() {
            if depth == 0 && first && !character.is_whitespace() {
                found.insert(name(&group[at..]));
                first = false;
            }
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => first = true,
                _ => {}
            }
        }
    }
    found.remove("");
    found
}

/// The top-level modules used by each top-level module.
fn graph() -> BTreeMap<String, BTreeSet<String>> {
    let root = root();
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 100, "the sources were found");
    let modules: BTreeSet<String> = files.iter().map(|file| module_of(file, &root)).collect();
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files.iter().filter(|file| !is_test(file)) {
        let module = module_of(file, &root);
        let used = used_modules(&fs::read_to_string(file).expect("a source file can be read"));
        let used = used.into_iter().filter(|used| modules.contains(used) && *used != module && used != "lib");
        graph.entry(module.clone()).or_default().extend(used);
    }
    graph.remove("main");
    graph.remove("lib");
    graph
}

/// The modules from the top down: each before all that it uses.
///
/// # Panics If modules use each other in a cycle.
fn from_the_top(graph: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    while order.len() < graph.len() {
        let rest: Vec<&String> = graph.keys().filter(|module| !order.contains(module)).collect();
        let next = rest.iter().find(|module| rest.iter().all(|user| !graph[*user].contains(**module)));
        let next = (*next.unwrap_or_else(|| panic!("these use each other in a circle: {rest:?}"))).clone();
        order.push(next);
    }
    order
}

/// The graph in the form of `src/lib.rs`.
fn drawn(graph: &BTreeMap<String, BTreeSet<String>>) -> String {
    let width = graph.keys().map(String::len).max().unwrap_or_default();
    let line = |module: &String| {
        let uses: Vec<&str> = graph[module].iter().map(String::as_str).collect();
        match uses.is_empty() {
            true => format!("//! {module}\n"),
            false => format!("//! {module:width$} → {}\n", uses.join(", ")),
        }
    };
    from_the_top(graph).iter().map(line).collect()
}

#[test]
fn the_diagram_of_the_layers_is_what_they_use() {
    let path = root().join("lib.rs");
    let text = fs::read_to_string(&path).expect("lib.rs");
    let (before, rest) = text.split_once("//! ```text\n").expect("lib.rs has a diagram");
    let (diagram, after) = rest.split_once("//! ```\n").expect("the diagram ends");
    let drawn = drawn(&graph());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{before}//! ```text\n{drawn}//! ```\n{after}")).expect("written");
        return;
    }
    assert!(diagram == drawn, "if this is meant, put it into src/lib.rs (docs/update.sh does):\n{drawn}");
}

/// Rules of the architecture beyond the diagram.
#[test]
fn layers_do_not_use_what_they_must_not() {
    let graph = graph();
    let never = [
        ("document", "container"),
        ("document", "schema"),
        ("patch", "history"),
        ("patch", "container"),
        ("check", "container"),
        ("check", "history"),
        ("container", "app"),
        ("history", "container"),
        ("redact", "output"),
        ("app", "command"),
        ("app", "cli"),
        ("command", "cli"),
    ];
    for (module, other) in never {
        assert!(!graph[module].contains(other), "{module} uses {other}");
    }
}

#[test]
fn grouped_imports_are_read() {
    let source = "use crate::{a::{x, y}, b_2, c as d};\nfn f() { crate::e::g() } // crate::comment\n";
    assert_eq!(used_modules(source).into_iter().collect::<Vec<_>>(), ["a", "b_2", "c", "e"]);
    let circle = BTreeMap::from([
        ("a".to_owned(), BTreeSet::from(["b".to_owned()])),
        ("b".to_owned(), BTreeSet::from(["a".to_owned()])),
    ]);
    assert!(std::panic::catch_unwind(|| from_the_top(&circle)).is_err());
}
