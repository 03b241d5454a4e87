//! Registers agepatch with git: the attribute of the files, and the commands in the repository's configuration.

use std::fs;
use std::path::PathBuf;

use crate::error::{Error, ErrorKind, Result};
use crate::history::{Repository, expect, run};
use crate::input::{self, Limit};
use crate::textfile;
use crate::workspace::escaped;

/// The file with the attribute, in the repository's root.
pub(super) const ATTRIBUTES: &str = ".gitattributes";
/// Selects the driver `agepatch` for diffs and merges of encrypted files.
pub(super) const LINE: &str = "*.age diff=agepatch merge=agepatch";
/// The text after the pattern in our lines.
const DRIVERS: &str = " diff=agepatch merge=agepatch";

/// The line for one file (by its path below the root) with another extension.
pub(super) fn line_for(path: &str) -> String {
    line_of(&format!("/{}", escaped(path)))
}

/// The line for a pattern. One with a space or control characters is quoted like a C string.
pub(super) fn line_of(pattern: &str) -> String {
    let special = |c: char| c == ' ' || c == '"' || c.is_control();
    if !pattern.contains(special) {
        return format!("{pattern}{DRIVERS}");
    }
    let quoted: String = pattern
        .chars()
        .map(|c| match c {
            '\\' | '"' => format!("\\{c}"),
            c if c.is_ascii_control() => format!("\\{:03o}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{quoted}\"{DRIVERS}")
}

/// Keys of git's configuration and their values.
pub(super) fn settings(program: &str) -> [(&'static str, String); 3] {
    [
        ("diff.agepatch.textconv", format!("{program} textconv")),
        ("merge.agepatch.name", "encrypted files, merged semantically".to_owned()),
        ("merge.agepatch.driver", format!("{program} merge-file --driver %O %A %B %P")),
    ]
}

/// Sets the key; `None` removes it.
pub(super) fn set(key: &str, value: Option<&str>, repository: &Repository) -> Result<()> {
    let arguments = match value {
        Some(value) => vec!["config", "--local", "--replace-all", key, value],
        None => vec!["config", "--local", "--unset-all", key],
    };
    expect("git config", &run(&mut repository.command(&arguments))?)
}

/// The files (by their paths below the root) for which git would not use the driver, wherever the attribute comes from.
pub(super) fn not_covered<'p>(paths: &'p [String], repository: &Repository) -> Result<Vec<&'p str>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let values = repository.attributes(&["diff", "merge"], paths)?;
    let uncovered = paths.iter().zip(values).filter(|(_, values)| *values != ["agepatch", "agepatch"]);
    Ok(uncovered.map(|(path, _)| path.as_str()).collect())
}

/// Appends a line, since the last attribute of a path wins; the rest of the file is preserved byte for byte.
pub(super) fn add_line(line: &str, repository: &Repository) -> Result<()> {
    let mut text = read(repository)?.unwrap_or_default();
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(end);
    }
    text.push_str(line);
    text.push_str(end);
    write(repository, &text)
}

/// Removes our lines, and the file if nothing else is left; returns the lines.
pub(super) fn remove_lines(repository: &Repository) -> Result<Vec<String>> {
    let Some(text) = read(repository)? else { return Ok(Vec::new()) };
    let is_ours = |line: &&str| line.trim_end().ends_with(DRIVERS) && !line.starts_with('#');
    let (ours, kept): (Vec<&str>, Vec<&str>) = text.split_inclusive('\n').partition(is_ours);
    if ours.is_empty() {
        return Ok(Vec::new());
    }
    let kept = kept.concat();
    if kept.is_empty() {
        fs::remove_file(path(repository))
            .map_err(|error| Error::io("cannot remove the file", &error).in_file(ATTRIBUTES))?;
    } else {
        write(repository, &kept)?;
    }
    Ok(ours.into_iter().map(|line| line.trim().to_owned()).collect())
}

/// Prevents other runs from registering at the same time, until it is dropped.
///
/// # Errors
/// `io` if the repository's folder cannot be locked.
pub(super) fn lock(repository: &Repository) -> Result<fs::File> {
    let failed =
        |error: std::io::Error| Error::io("cannot lock the repository", &error).in_file(repository.root().display());
    let folder = fs::File::open(repository.root()).map_err(failed)?;
    folder.lock().map_err(failed)?;
    Ok(folder)
}

/// Fails for a link, which may lead outside the repository; git does not read such a file either.
fn refuse_link(repository: &Repository) -> Result<()> {
    match fs::symlink_metadata(path(repository)) {
        Ok(about) if about.is_symlink() => Err(Error::new(
            ErrorKind::Io,
            "the file is a symbolic link, and git reads attributes from a regular file only",
        )
        .in_file(ATTRIBUTES)
        .hint("check where it leads, and replace it with a file")),
        _ => Ok(()),
    }
}

fn path(repository: &Repository) -> PathBuf {
    repository.root().join(ATTRIBUTES)
}

fn read(repository: &Repository) -> Result<Option<String>> {
    refuse_link(repository)?;
    match input::read_text(path(repository), Limit::Settings) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("cannot read the file", &error).in_file(ATTRIBUTES)),
    }
}

fn write(repository: &Repository, text: &str) -> Result<()> {
    refuse_link(repository)?;
    textfile::replace(&path(repository), text.as_bytes())
        .map_err(|error| Error::io("cannot write the file", &error).in_file(ATTRIBUTES))
}
