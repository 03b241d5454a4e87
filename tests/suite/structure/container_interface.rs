//! What other layers may use of `container`.

use std::fs;
use std::path::Path;

use super::sources::{module_of, sources};

/// The interface of `container` for other layers. It contains nothing specific to one kind of container.
const INTERFACE: [&str; 31] = [
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
    "lists_none",
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
