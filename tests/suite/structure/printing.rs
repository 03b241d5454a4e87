//! What may be printed: the files and types that make text printable, and the modules that print.

use std::fs;
use std::path::{Path, PathBuf};

use super::sources::{code, module_of, root, sources};

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
