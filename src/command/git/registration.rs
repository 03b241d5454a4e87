//! The two places where git is told: the attribute of the files, and the commands behind it in the repository's configuration.

use std::fs;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::history::{Repository, expect, run};

/// Where the attribute stands, in the repository's root.
pub(super) const ATTRIBUTES: &str = ".gitattributes";
/// Encrypted files are shown and merged by the driver `agepatch`.
pub(super) const LINE: &str = "*.age diff=agepatch merge=agepatch";

/// Keys of git's configuration and their values.
pub(super) fn settings(program: &str) -> [(&'static str, String); 3] {
    [
        ("diff.agepatch.textconv", format!("{program} textconv")),
        ("merge.agepatch.name", "encrypted files, merged by meaning".to_owned()),
        ("merge.agepatch.driver", format!("{program} merge-file --driver %O %A %B %P")),
    ]
}

/// The value of a key in the repository's own configuration.
pub(super) fn setting(key: &str, repository: &Repository) -> Result<Option<String>> {
    let output = run(&mut repository.command(&["config", "--local", "--get", key]))?;
    let value = String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned();
    Ok(output.status.success().then_some(value))
}

/// Sets the key; `None` takes it out.
pub(super) fn set(key: &str, value: Option<&str>, repository: &Repository) -> Result<()> {
    let arguments = match value {
        Some(value) => vec!["config", "--local", "--replace-all", key, value],
        None => vec!["config", "--local", "--unset-all", key],
    };
    expect("git config", &run(&mut repository.command(&arguments))?)
}

/// Whether git would use the driver for a file of this path (below the root), wherever the attribute comes from.
pub(super) fn applies(path: &str, repository: &Repository) -> Result<bool> {
    let told = repository.text(&["check-attr", "-z", "diff", "merge", "--", path])?;
    let values: Vec<&str> = told.split('\0').skip(2).step_by(3).collect();
    Ok(values == ["agepatch", "agepatch"])
}

/// Adds the line at the end, where the last attribute of a path wins; the rest of the file stays to the byte.
pub(super) fn add_line(repository: &Repository) -> Result<()> {
    let mut text = read(repository)?.unwrap_or_default();
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(end);
    }
    text.push_str(LINE);
    text.push_str(end);
    write(repository, &text)
}

/// Takes the line out; a file that held nothing else goes with it. Whether it was there.
pub(super) fn remove_line(repository: &Repository) -> Result<bool> {
    let Some(text) = read(repository)? else { return Ok(false) };
    let kept: String = text.split_inclusive('\n').filter(|line| line.trim() != LINE).collect();
    if kept == text {
        return Ok(false);
    }
    if kept.is_empty() {
        fs::remove_file(path(repository))
            .map_err(|error| Error::io("cannot remove the file", &error).in_file(ATTRIBUTES))?;
    } else {
        write(repository, &kept)?;
    }
    Ok(true)
}

fn path(repository: &Repository) -> PathBuf {
    repository.root().join(ATTRIBUTES)
}

fn read(repository: &Repository) -> Result<Option<String>> {
    match fs::read_to_string(path(repository)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("cannot read the file", &error).in_file(ATTRIBUTES)),
    }
}

fn write(repository: &Repository, text: &str) -> Result<()> {
    fs::write(path(repository), text).map_err(|error| Error::io("cannot write the file", &error).in_file(ATTRIBUTES))
}
