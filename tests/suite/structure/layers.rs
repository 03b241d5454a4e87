//! The imports hold against the layer table; a leak is a compile error only as long as they do.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which modules each module may use besides itself and the foundation (`error`, `hex`, `input`, `memory`, `process`, `shown`).
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let middle = vec![
        "authelia",
        "check",
        "commit",
        "diff",
        "document",
        "history",
        "output",
        "patch",
        "redact",
        "rules",
        "schema",
        "container",
        "workspace",
    ];
    let command: Vec<&str> = middle.iter().copied().chain(["app"]).collect();
    BTreeMap::from([
        ("shown", vec!["document"]),
        ("error", vec![]),
        ("hex", vec![]),
        ("input", vec![]),
        ("memory", vec![]),
        ("re2", vec![]),
        ("process", vec![]),
        ("document", vec![]),
        ("schema", vec!["document"]),
        ("patch", vec!["document"]),
        ("diff", vec!["document", "schema"]),
        ("redact", vec!["document", "schema", "diff"]),
        ("check", vec!["document", "schema", "redact", "authelia"]),
        ("authelia", vec!["document", "schema", "redact", "patch"]),
        ("rules", vec!["re2"]),
        ("container", vec!["document", "rules", "re2"]),
        ("workspace", vec!["rules", "schema", "document"]),
        ("history", vec!["document", "diff", "schema", "patch"]),
        ("commit", vec!["diff", "redact", "schema", "document", "history"]),
        ("output", vec!["redact", "diff", "check", "document", "patch", "schema"]),
        ("app", middle),
        ("command", command),
        ("cli", vec!["command", "app", "output"]),
        ("lib", vec!["cli"]),
        ("main", vec![]),
    ])
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

fn used_modules(source: &str) -> impl Iterator<Item = String> + '_ {
    source.split("crate::").skip(1).filter_map(|rest| {
        let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        (!name.is_empty()).then_some(name)
    })
}

#[test]
fn imports_follow_the_layer_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let table = allowed();
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 20, "the sources were found");
    let mut wrong = Vec::new();
    for file in files {
        let module = module_of(&file, &root);
        let text = fs::read_to_string(&file).expect("a source file can be read");
        let allowed = table.get(module.as_str()).unwrap_or_else(|| panic!("{module} is missing in the layer table"));
        for used in used_modules(&text) {
            let known = table.contains_key(used.as_str());
            let fine = used == module
                || used == "error"
                || used == "hex"
                || used == "input"
                || used == "memory"
                || used == "process"
                || used == "shown"
                || allowed.contains(&used.as_str());
            if known && !fine {
                wrong.push(format!("{} uses {used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that go up:\n{}", wrong.join("\n"));
}

/// Text from outside is escaped by every way to `Shown` but one, so that one is for colours, for what was escaped before,
/// for the program's own pages, and for what `--reveal` asks for.
#[test]
fn only_a_few_files_pass_control_characters_on() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut found: Vec<String> = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file can be read");
        if text.contains("Shown::exact") {
            found.push(file.strip_prefix(&root).expect("below src").display().to_string());
        }
    }
    found.sort();
    assert_eq!(
        found,
        [
            "command/completions.rs",
            "command/demo/stage.rs",
            "command/explain.rs",
            "command/man.rs",
            "command/schema.rs",
            "output/findings/sarif.rs",
            "output/findings/text.rs",
            "output/writer.rs",
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

/// What of `container` the other layers may name: its interface. What only one kind of container has is not in it.
const INTERFACE: [&str; 25] = [
    "self",
    "Agreement",
    "Closed",
    "Container",
    "Fault",
    "FaultKind",
    "GroupAgreement",
    "Kind",
    "OpenOptions",
    "Opened",
    "PLUGIN_FAILED",
    "Plaintext",
    "Reader",
    "Readers",
    "create",
    "detect",
    "is_recipient",
    "printable",
    "refuse_nobody",
    "same_ciphertexts",
    "sha256",
    "plaintext",
    "closed",
    "format_of",
    "new_format",
];
/// What of it is handed through by `app` alone: the keys to open with, a file under its lock, and what is to be written.
const HANDED_THROUGH: [&str; 14] = [
    "Identities",
    "InnerValue",
    "Leftover",
    "Original",
    "Outcome",
    "Recovered",
    "Replacement",
    "Sealed",
    "Sealing",
    "descend",
    "for_rule",
    "leftovers",
    "recover",
    "replace_all",
];

/// What a source names of `container`: `container::x` and `container::{x, y}`.
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
    assert!(wrong.is_empty(), "these know what only a container should:\n{}", wrong.join("\n"));
}
