//! The imports hold against the layer table; a leak is a compile error only as long as they do.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which modules each module may use besides itself and the foundation (`error`, `hex`, `memory`, `process`, `shown`).
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
    let mut command = middle.clone();
    command.push("cli");
    BTreeMap::from([
        ("shown", vec!["document"]),
        ("error", vec![]),
        ("hex", vec![]),
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
        ("container", vec!["re2"]),
        ("workspace", vec!["rules", "schema", "document"]),
        ("history", vec!["document", "diff", "schema", "patch"]),
        ("commit", vec!["diff", "redact", "schema", "document", "history"]),
        ("output", vec!["redact", "diff", "check", "document", "patch"]),
        ("cli", vec!["command", "document", "schema", "check", "output"]),
        ("command", command),
        ("lib", vec!["cli", "command", "output"]),
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
