//! The recorded files of `tests/data/sops`, for the tests of this module.

use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
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
