//! Within a folder, files use each other in one direction only, with the exceptions listed here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::sources::{code, is_test, root, sources};

/// The circles that are meant, by folder; what a module is made of counts as part of it.
const PERMITTED: [&str; 6] = [
    // An option lists its completions, which read files as the options say.
    "app: complete, configuration, context, options, reading",
    // Files are encrypted for keys, and a key may be in an encrypted file.
    "container: age, identities",
    // A file is written only if it is as it was read, and interrupted writing is recovered before reading.
    "container: atomic, original",
    // Values contain lists and maps, which contain values.
    "document: collection, value",
    // A class is a part of a pattern, and is translated with its parser.
    "re2: class, translate",
    // An interpreter: values contain expressions that are not evaluated yet.
    "rules/nix: builtins, eval, files, operators, thunk, value",
];

/// A module by its names from the crate down.
type Module = Vec<String>;
type Graph = BTreeMap<Module, BTreeSet<Module>>;

fn module(file: &Path, root: &Path) -> Module {
    let relative = file.strip_prefix(root).expect("below src").with_extension("");
    let mut names: Module = relative.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    names.pop_if(|last| last == "mod");
    names
}

/// The paths in a tree of imports: `a::{b, c::{d, e}}`.
fn imports(tree: &str, above: &[String], found: &mut Vec<Module>) {
    let (head, group) = tree.split_once('{').map_or((tree, None), |(head, group)| (head, Some(group)));
    let names = head.split("::").map(|name| name.split_whitespace().next().unwrap_or_default());
    let path: Module = above.iter().cloned().chain(names.filter(|name| !name.is_empty()).map(str::to_owned)).collect();
    let Some(group) = group.and_then(|group| group.rsplit_once('}')) else { return found.push(path) };
    let (mut depth, mut start) = (0, 0);
    for (at, character) in group.0.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                imports(&group.0[start..at], &path, found);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !group.0[start..].trim().is_empty() {
        imports(&group.0[start..], &path, found);
    }
}

/// The paths that a source names: those of its imports, and those in its code.
fn paths(source: &str) -> Vec<Module> {
    let mut found = Vec::new();
    let mut rest = String::new();
    for (index, part) in source.split("use ").enumerate() {
        let starts = index > 0 && (rest.is_empty() || rest.ends_with(['\n', ' ', ')']));
        match part.split_once(';').filter(|_| starts) {
            Some((tree, after)) => {
                imports(tree, &[], &mut found);
                rest.push_str(after);
            }
            None => rest.push_str(part),
        }
    }
    let is_name = |character: char| character.is_alphanumeric() || character == '_' || character == ':';
    let written = rest.split(|character| !is_name(character)).filter(|path| path.contains("::"));
    found.extend(written.map(|path| path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()));
    found
}

/// The module that a path in `here` leads to.
fn target(path: &[String], here: &Module, modules: &BTreeSet<Module>) -> Option<Module> {
    let first = path.first()?;
    let supers = path.iter().take_while(|name| *name == "super").count();
    let child = here.iter().chain([first]).cloned().collect::<Module>();
    let (mut module, rest) = match first.as_str() {
        "crate" => (Module::new(), &path[1..]),
        "self" => (here.clone(), &path[1..]),
        "super" => (here[..here.len().checked_sub(supers)?].to_vec(), &path[supers..]),
        _ if modules.contains(&child) => (here.clone(), path),
        _ => return None,
    };
    for name in rest {
        module.push(name.clone());
        if !modules.contains(&module) {
            module.pop();
            break;
        }
    }
    Some(module)
}

fn graph() -> Graph {
    let root = root();
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.retain(|file| !is_test(file));
    let modules: BTreeSet<Module> = files.iter().map(|file| module(file, &root)).collect();
    let uses = |file: &Path| {
        let here = module(file, &root);
        let text = fs::read_to_string(file).expect("a source file can be read");
        let used = paths(&code(&text)).iter().filter_map(|path| target(path, &here, &modules)).collect();
        (here, used)
    };
    files.iter().map(|file| uses(file)).collect()
}

/// What a module uses, and what that uses in turn.
fn reached<'g>(from: &'g str, uses: &BTreeMap<&'g str, BTreeSet<&'g str>>) -> BTreeSet<&'g str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(module) = next.pop() {
        let below = uses.get(module).into_iter().flatten().copied();
        next.extend(below.filter(|below| reached.insert(*below)));
    }
    reached
}

/// The modules of a folder that use each other in a circle, and the files that they consist of.
fn circles(graph: &Graph) -> Vec<String> {
    // For each folder, what each of its modules uses of the others.
    let mut folders: BTreeMap<&[String], BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for (from, used) in graph {
        for to in used {
            let common = from.iter().zip(to).take_while(|(one, other)| one == other).count();
            if let (Some(one), Some(other)) = (from.get(common), to.get(common)) {
                folders.entry(&from[..common]).or_default().entry(one).or_default().insert(other);
            }
        }
    }
    let mut found = Vec::new();
    for (folder, uses) in folders {
        let all: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|module| (*module, reached(module, &uses))).collect();
        let mut of_folder = BTreeSet::new();
        for (module, below) in &all {
            let circle: Vec<&str> = below
                .iter()
                .copied()
                .filter(|other| all.get(other).is_some_and(|back| back.contains(module)))
                .collect();
            if circle.len() > 1 {
                of_folder.insert(format!("{}: {}", folder.join("/"), circle.join(", ")));
            }
        }
        found.extend(of_folder);
    }
    found
}

#[test]
fn files_of_a_folder_use_each_other_in_one_direction() {
    let graph = graph();
    assert!(graph.len() > 300, "the sources were found");
    assert_eq!(circles(&graph), PERMITTED, "left: what is there; right: what is permitted");
}

#[test]
fn a_circle_is_found_through_every_kind_of_import() {
    let path = |text: &str| -> Module { text.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect() };
    let modules: BTreeSet<Module> = ["a", "a/one", "a/one/inner", "a/two", "a/three", "b"].map(path).into();
    for (here, source, expected) in [
        ("a/one", "use super::two;", "a/two"),
        ("a/one", "use super::{three as x, two::Thing};", "a/three a/two"),
        ("a/one/inner", "use crate::a::{self, two::{self, T}};", "a a/two a/two"),
        ("a/one", "fn f() -> super::super::b::B { crate::a::three::g() }", "b a/three"),
        ("a/one", "pub(crate) use inner::T;\nfn f() { inner::g(); std::mem::take(x) }", "a/one/inner a/one/inner"),
    ] {
        let found = paths(source).iter().filter_map(|one| target(one, &path(here), &modules)).collect::<Vec<_>>();
        assert_eq!(found.iter().map(|module| module.join("/")).collect::<Vec<_>>().join(" "), expected, "{source}");
    }
    let graph = |edges: &[(&str, &str)]| -> Graph {
        let mut graph = Graph::new();
        for (from, to) in edges {
            graph.entry(path(from)).or_default().insert(path(to));
        }
        graph
    };
    assert!(circles(&graph(&[("a/one", "a/two"), ("a/two", "a/three"), ("a/one", "a/three")])).is_empty());
    let circle = [("a/one/inner", "a/two"), ("a/two", "a/three"), ("a/three", "a/one")];
    assert_eq!(circles(&graph(&circle)), ["a: one, three, two"]);
}
