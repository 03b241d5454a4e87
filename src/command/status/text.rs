//! Prints the status as text.

use anstyle::{AnsiColor, Style};

use super::{IdentityStatus, Next, SecretStatus, Status};
use crate::error::Error;
use crate::output::Output;
use crate::shown;
use crate::shown::{Sentence, Shown};

/// Up to this number, all files are listed; beyond it, only those that need attention.
const ALL: usize = 8;
/// The maximum number of lines in a section.
const LISTED: usize = 12;
/// The width of the section names.
const NAME: usize = 10;

/// The sections, each with its name before its first line.
pub(super) fn of(status: &Status, next: &[Next], out: Output) -> Shown {
    let mut lines = Vec::new();
    for (name, section) in sections(status, next) {
        for (index, line) in section.into_iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            let gap = Sentence::shown(" ".repeat(NAME - name.len()));
            lines.push(shown!(
                "{}{}  {}",
                gap,
                out.styled(&Shown::fixed(name), Style::new().bold()),
                paint(name, &line, out)
            ));
        }
    }
    Shown::join(&lines, "\n")
}

/// Highlights what needs attention.
fn paint(section: &str, line: &str, out: Output) -> Shown {
    let line = Sentence::shown(line);
    match section {
        "changed" | "drifted" | "git" => out.styled(&line, AnsiColor::Yellow.on_default()),
        "unfinished" | "conflicts" | "leftover" => out.styled(&line, AnsiColor::Red.on_default()),
        _ => line,
    }
}

fn sections(status: &Status, next: &[Next]) -> Vec<(&'static str, Vec<String>)> {
    let or = |found: &Option<String>, none: &str| found.clone().unwrap_or_else(|| none.to_owned());
    let problem = |error: &Error| match error.line_column() {
        Some((line, column)) => format!("line {line}, column {column}: {}", error.message()),
        None => error.message().to_owned(),
    };
    let mut rules: Vec<String> = status.rules.iter().chain(&status.sops_rules).cloned().collect();
    if rules.is_empty() {
        rules.push("none: no secrets.nix or .sops.yaml here, above, or in secrets/".to_owned());
    }
    rules.extend(status.rules_problem.as_ref().map(problem));
    let settings = status.settings.iter().cloned().chain(status.settings_problem.as_ref().map(problem)).collect();
    let drifted = status.secrets.iter().filter(|secret| secret.drifted).map(|secret| secret.path.clone()).collect();
    let git =
        if status.git_setup == Some(false) { vec!["not set up: git diff shows ciphertext".to_owned()] } else { vec![] };
    let interrupted = status.interrupted.iter().map(ToString::to_string).collect();
    let sections = [
        ("repository", vec![or(&status.repository, "none: no folder above has a .git or .jj")]),
        ("rules", rules),
        ("settings", settings),
        ("identities", keys(status)),
        ("files", files(&status.secrets)),
        ("changed", limited(status.changed.clone())),
        ("drifted", limited(drifted)),
        ("unfinished", interrupted),
        ("conflicts", limited(status.unmerged.clone())),
        ("leftover", limited(status.temporary.clone())),
        ("git", git),
        ("try next", commands(next)),
    ];
    sections.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

fn keys(status: &Status) -> Vec<String> {
    let present = status.secrets.iter().filter(|secret| !matches!(secret.state, "absent" | "damaged")).count();
    let one = |key: &IdentityStatus| {
        let called = match &key.name {
            Some(name) => format!("{name} ({})", with_tilde(&key.path)),
            None => with_tilde(&key.path),
        };
        match (&key.problem, key.opens) {
            (Some(problem), _) => format!("{called}: {problem}"),
            (None, Some(opens)) if present > 0 => {
                format!("{called}: opens {opens} of {}", counted(present, "file"))
            }
            (None, _) => called,
        }
    };
    if status.keys.is_empty() {
        return vec!["none: no ssh key in ~/.ssh and no ~/.config/age/keys.txt (use -i FILE)".to_owned()];
    }
    status.keys.iter().map(one).collect()
}

/// A summary if there are many files; then the files, those that need attention first.
fn files(secrets: &[SecretStatus]) -> Vec<String> {
    let (readable, others): (Vec<&SecretStatus>, Vec<&SecretStatus>) =
        secrets.iter().partition(|secret| secret.state == "readable");
    let is_short = secrets.len() <= ALL;
    let listed: Vec<&SecretStatus> = if is_short { secrets.iter().collect() } else { others };
    let width = listed.iter().map(|secret| secret.path.chars().count()).max().unwrap_or_default();
    let line = |secret: &&SecretStatus| match words(secret.state) {
        "" => secret.path.clone(),
        words => format!("{:width$}  {words}", secret.path),
    };
    let summary = (!is_short).then(|| match readable.len() {
        all if all == secrets.len() => format!("{all}, all of them readable here"),
        some => format!("{}, {some} of them readable here", secrets.len()),
    });
    summary.into_iter().chain(limited(listed.iter().map(line).collect())).collect()
}

fn limited(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > LISTED {
        let more = lines.len() - LISTED;
        lines.truncate(LISTED);
        lines.push(format!("and {more} more"));
    }
    lines
}

/// The commands with their purposes beside them.
fn commands(next: &[Next]) -> Vec<String> {
    let width = next.iter().map(|next| next.command.chars().count()).max().unwrap_or_default();
    next.iter().map(|next| format!("{:width$}  {}", next.command, next.reason)).collect()
}

fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// A state in words; empty for a readable file.
fn words(state: &str) -> &'static str {
    match state {
        "readable" => "",
        "absent" => "does not exist yet",
        "damaged" => "not an encrypted file",
        "locked" => "perhaps readable with a key that was not tried",
        _ => "none of the identities opens it",
    }
}

/// The path with `~` for the home folder.
fn with_tilde(path: &str) -> String {
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    let rest = home.and_then(|home| std::path::Path::new(path).strip_prefix(home).ok().map(std::path::Path::to_owned));
    rest.map_or_else(|| path.to_owned(), |rest| format!("~/{}", rest.display()))
}
