//! The recorded files in `tests/data/sops`, for the tests of this module.

use std::fs;
use std::path::{Path, PathBuf};

use super::metadata::Metadata;
use crate::container::identities::Identities;
use crate::error::Result;

/// The folder of the recorded files.
pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sops")
}

/// The recorded files, each with its edit.
pub(super) fn cases() -> Vec<serde_json::Value> {
    lines("cases.jsonl")
}

/// The lines of one of the files.
pub(super) fn lines(name: &str) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(folder().join(name)).expect("recorded");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The recorded private keys with these names.
pub(super) fn identities(names: &[&str]) -> Identities {
    let paths: Vec<PathBuf> = names.iter().map(|name| folder().join("keys").join(name)).collect();
    Identities::load(&paths).expect("recorded keys").without_sops()
}

/// The metadata of a recorded file, by its name.
pub(super) fn metadata(name: &str, text: &str) -> Option<Result<Metadata>> {
    let text = text.trim_start_matches('\u{feff}');
    Some(match name.rsplit('.').next() {
        Some("yaml" | "yml") => Metadata::from_yaml(text),
        Some("env") => Metadata::from_flat(
            text.lines().filter_map(|line| line.strip_prefix("sops_")).filter_map(|line| line.split_once('=')),
        ),
        Some("ini") => {
            let lines = text.split_once("[sops]")?.1.lines().filter_map(|line| line.split_once('='));
            Metadata::from_flat(lines.map(|(name, value)| (name.trim(), value.trim())))
        }
        _ => Metadata::from_json(serde_json::from_str::<serde_json::Value>(text).ok()?["sops"].take()),
    })
}
