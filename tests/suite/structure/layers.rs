//! The layers: the diagram in `src/lib.rs` lists what each uses, and each uses only layers below it. Leaks of secrets
//! are compile errors only while that holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be listed").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn module_of(path: &Path, root: &Path) -> String {
    let relative = path.strip_prefix(root).expect("below src");
    let first = relative.components().next().expect("not empty").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The source without comments and test code.
fn code(source: &str) -> String {
    let end = source.find("#[cfg(test)]\nmod ").unwrap_or(source.len());
    let lines = source[..end].lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

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

fn is_test(file: &Path) -> bool {
    let name = file.file_stem().unwrap_or_default();
    name == "tests"
        || name == "properties"
        || name == "recorded"
        || name == "vectors"
        || file.components().any(|part| part.as_os_str() == "tests")
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

/// The files that make errors of what another program or a library says; none of them has the plaintext of a file.
#[test]
fn only_a_few_files_print_what_programs_and_libraries_say() {
    let root = root();
    let mut files = Vec::new();
    sources(&root, &mut files);
    let prints = |file: &PathBuf| {
        let text = code(&fs::read_to_string(file).expect("a source file can be read"));
        ["ProgramOutput::shown(", "DataError::shown("].iter().any(|call| text.contains(call))
    };
    let name = |file: PathBuf| file.strip_prefix(&root).expect("below src").display().to_string();
    let mut found: Vec<String> = files.into_iter().filter(prints).map(name).collect();
    found.sort();
    assert_eq!(
        found,
        [
            "authelia/probe/http.rs",
            "command/demo/stage.rs",
            "command/mcp/mod.rs",
            "command/mcp/tools.rs",
            "command/schema.rs",
            "container/age/seal.rs",
            "container/atomic/journal.rs",
            "history/jujutsu.rs",
            "history/libgit2/mod.rs",
            "history/run.rs",
            "rules/evaluate.rs",
            "rules/program.rs",
            "rules/sops/config.rs",
            "shown/showable.rs",
            "workspace/trust.rs",
        ]
    );
}

/// What the macro `shown!` calls would take any text, so nothing else calls it.
#[test]
fn only_the_macro_joins_text() {
    let root = root();
    let mut files = Vec::new();
    sources(&root, &mut files);
    let calls = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("a source file can be read");
        ["Shown::written(", "Rendering::"].iter().any(|call| text.contains(call))
    };
    let found: Vec<PathBuf> = files.into_iter().filter(calls).collect();
    assert_eq!(found, [root.join("shown/showable.rs")]);
}

/// The types that say what they are. Another one may be printed everywhere as soon as it is in here.
#[test]
fn only_a_few_types_may_be_part_of_a_text() {
    let root = root();
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file can be read");
        for line in
            text.lines().filter(|line| line.starts_with("impl") || line.trim_start().starts_with("impl Showable"))
        {
            if let Some((_, name)) = line.split_once("Showable for ") {
                let name = name.trim_end_matches(" {").to_owned();
                found.push(format!("{}: {name}", file.strip_prefix(&root).expect("below src").display()));
            }
        }
    }
    found.sort();
    assert_eq!(
        found,
        [
            "container/age/recipient.rs: Unusable",
            "document/pointer.rs: Pointer",
            "error.rs: Error",
            "rules/sops/keys.rs: ServiceKey",
            "shown/showable.rs: $number",
            "shown/showable.rs: &'static str",
            "shown/showable.rs: &T",
            "shown/showable.rs: ExitStatus",
            "shown/showable.rs: Shown",
            "shown/showable.rs: getrandom::Error",
            "shown/showable.rs: io::Error",
            "shown/showable.rs: path::Display<'_>",
            "shown/showable.rs: url::Url",
            "workspace/target.rs: Target",
        ]
    );
}

/// The exceptions to `clippy.toml`: the only files that create printable text without naming its kind.
#[test]
fn only_a_few_files_make_text_printable_by_exception() {
    let root = root();
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut found: Vec<String> = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file can be read");
        assert!(!text.contains("allow(clippy::disallowed_methods"), "{}: `expect` it, with a reason", file.display());
        if code(&text).contains("expect(clippy::disallowed_methods") {
            found.push(file.strip_prefix(&root).expect("below src").display().to_string());
        }
    }
    found.sort();
    assert_eq!(
        found,
        [
            "app/flow/report.rs",
            "app/introduced.rs",
            "check/report.rs",
            "command/client/list.rs",
            "command/commit.rs",
            "command/completions.rs",
            "command/demo/stage.rs",
            "command/diagnose/print.rs",
            "command/diff/print.rs",
            "command/explain.rs",
            "command/man.rs",
            "command/schema.rs",
            "command/show.rs",
            "command/textconv.rs",
            "document/json.rs",
            "output/findings/github.rs",
            "output/findings/json.rs",
            "output/findings/sarif.rs",
            "output/findings/text.rs",
            "output/writer.rs",
            "redact/document.rs",
            "redact/excerpt.rs",
            "redact/value.rs",
            "shown/json.rs",
        ]
    );
}

#[test]
fn only_output_and_main_print() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for file in files {
        let module = module_of(&file, &root);
        let text = fs::read_to_string(&file).expect("a source file can be read");
        let prints = ["println!(", "eprintln!(", "print!(", "io::stdout()", "io::stderr()"];
        if module != "output" && module != "main" {
            for print in prints {
                assert!(!text.contains(print), "{} uses {print}", file.display());
            }
        }
    }
}

/// The interface of `container` for other layers. It contains nothing specific to one kind of container.
const INTERFACE: [&str; 30] = [
    "self",
    "Agreement",
    "Closed",
    "Container",
    "Evidence",
    "Fault",
    "FaultKind",
    "GroupAgreement",
    "ContainerKind",
    "OpenOptions",
    "Opened",
    "PLUGIN_FAILED",
    "Plaintext",
    "Recipient",
    "Recipients",
    "RefusedRecipient",
    "Unusable",
    "ask_secret",
    "create",
    "detect",
    "is_recipient",
    "printable",
    "refusals",
    "require_recipients",
    "same_ciphertexts",
    "sha256",
    "plaintext",
    "closed",
    "format_of",
    "new_format",
];
/// The part that only `app` may use: the keys, locked files, and bytes to be written.
const HANDED_THROUGH: [&str; 24] = [
    "sops_key_files",
    "FILE_IS_FOR",
    "as_it_is",
    "Identities",
    "InnerValue",
    "Leftover",
    "Original",
    "RecoveryOutcome",
    "Recovered",
    "Replacement",
    "STDIN",
    "Sealed",
    "Sealing",
    "descend",
    "for_rule",
    "leftovers",
    "native",
    "recover",
    "remove",
    "replace_all",
    "tried",
    "Signals",
    "snapshot",
    "verified",
];

/// The names that a source uses from `container`: `container::x` and `container::{x, y}`.
fn named_of_container(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in source.split("container::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(grouped) => grouped.split('}').next().unwrap_or_default(),
            None => rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default(),
        };
        let first =
            |path: &str| path.trim().split("::").next().unwrap_or_default().split(' ').next().map(str::to_owned);
        found.extend(names.split(',').filter_map(first).filter(|name| !name.is_empty()));
    }
    found
}

#[test]
fn the_other_layers_see_a_file_through_the_interface_of_containers() {
    assert_eq!(
        named_of_container("use crate::container::{self, Opened};\ncontainer::detect(x)"),
        ["self", "Opened", "detect"]
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| module_of(file, &root) != "container") {
        let text = fs::read_to_string(file).expect("a source file can be read");
        for name in named_of_container(&text) {
            let handed = module_of(file, &root) == "app" && HANDED_THROUGH.contains(&name.as_str());
            if !handed && !INTERFACE.contains(&name.as_str()) {
                wrong.push(format!("{} names container::{name}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "these use names that belong to containers:\n{}", wrong.join("\n"));
}
