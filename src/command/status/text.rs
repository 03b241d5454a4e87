//! Prints the status as text.

use anstyle::{AnsiColor, Style};

use super::{IdentityStatus, Next, SecretStatus, Status};
use crate::error::Error;
use crate::output::Output;
use crate::shown;
use crate::shown::{FileName, RecipientName, Shown};

/// Up to this number, all files are listed; beyond it, only those that need attention.
const ALL: usize = 8;
/// The maximum number of lines in a section.
const LISTED: usize = 12;
/// The width of the section names.
const NAME: usize = 10;

/// The sections, each with its name before its first line.
pub(super) fn of(status: &Status, next: &[Next], out: Output) -> Shown {
    let mut lines = Vec::new();
    for (name, section) in sections(status, next, out.width()) {
        for (index, line) in section.into_iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            let styled = out.styled(&Shown::fixed(name), Style::new().bold());
            lines.push(shown!("{}{}  {}", blank(NAME - name.len()), styled, paint(name, line, out)));
        }
    }
    Shown::join(&lines, "\n")
}

/// Highlights what needs attention.
fn paint(section: &str, line: Shown, out: Output) -> Shown {
    match section {
        "changed" | "drifted" | "git" => out.styled(&line, AnsiColor::Yellow.on_default()),
        "unfinished" | "conflicts" | "leftover" => out.styled(&line, AnsiColor::Red.on_default()),
        _ => line,
    }
}

fn sections(status: &Status, next: &[Next], width: usize) -> Vec<(&'static str, Vec<Shown>)> {
    let named = |files: &[String]| files.iter().map(FileName::shown).collect::<Vec<_>>();
    let problem = |error: &Error| match error.line_column() {
        Some((line, column)) => shown!("line {}, column {}: {}", line, column, error),
        None => error.shown().clone(),
    };
    let mut rules: Vec<Shown> = status.rules.iter().chain(&status.sops_rules).map(FileName::shown).collect();
    if rules.is_empty() {
        rules.push(Shown::fixed("none: no secrets.nix or .sops.yaml here, above, or in secrets/"));
    }
    rules.extend(status.rules_problem.as_ref().map(problem));
    let settings = status.settings.iter().map(FileName::shown);
    let settings = settings.chain(status.settings_problem.as_ref().map(problem)).collect();
    let drifted = status.secrets.iter().filter(|secret| secret.drifted);
    let drifted = drifted.map(|secret| FileName::shown(&secret.path)).collect();
    let git = match status.git_setup {
        Some(false) => vec![Shown::fixed("not set up: git diff shows ciphertext")],
        _ => Vec::new(),
    };
    let none = Shown::fixed("none: no folder above has a .git or .jj");
    let sections = [
        ("repository", vec![status.repository.as_ref().map_or(none, FileName::shown)]),
        ("rules", rules),
        ("settings", settings),
        ("identities", keys(status)),
        ("files", files(&status.secrets)),
        ("changed", limited(named(&status.changed))),
        ("drifted", limited(drifted)),
        ("unfinished", status.interrupted.clone()),
        ("conflicts", limited(status.unmerged.iter().map(|conflict| FileName::shown(&conflict.file)).collect())),
        ("leftover", limited(named(&status.temporary))),
        ("git", git),
        ("try next", commands(next, width)),
    ];
    sections.into_iter().filter(|(_, lines)| !lines.is_empty()).collect()
}

fn keys(status: &Status) -> Vec<Shown> {
    let present = status.secrets.iter().filter(|secret| !matches!(secret.state, "absent" | "damaged")).count();
    let one = |key: &IdentityStatus| {
        let path = FileName::shown(with_tilde(&key.path));
        let called = match &key.name {
            Some(name) => shown!("{} ({})", RecipientName::shown(name), path),
            None => path,
        };
        match (&key.problem, key.opens) {
            (Some(problem), _) => shown!("{}: {}", called, problem),
            (None, Some(opens)) if present > 0 => {
                shown!("{}: opens {} of {}", called, opens, counted(present, "file"))
            }
            (None, _) => called,
        }
    };
    if status.keys.is_empty() {
        return vec![Shown::fixed("none in ~/.ssh, ~/.config/age, or ~/.config/sops/age (use -i FILE)")];
    }
    status.keys.iter().map(one).collect()
}

/// A summary if there are many files; then the files, those that need attention first.
fn files(secrets: &[SecretStatus]) -> Vec<Shown> {
    let (readable, others): (Vec<&SecretStatus>, Vec<&SecretStatus>) =
        secrets.iter().partition(|secret| secret.state == "readable");
    let is_short = secrets.len() <= ALL;
    let listed: Vec<&SecretStatus> = if is_short { secrets.iter().collect() } else { others };
    let width = listed.iter().map(|secret| secret.path.chars().count()).max().unwrap_or_default();
    let line = |secret: &&SecretStatus| {
        let path = FileName::shown(&secret.path);
        match words(secret.state) {
            "" => path,
            words => shown!("{}{}  {}", path, blank(width.saturating_sub(secret.path.chars().count())), words),
        }
    };
    if let Some(words) = others_alike(secrets).filter(|_| !is_short) {
        return vec![shown!("{}, {}", secrets.len(), words)];
    }
    let summary = (!is_short).then(|| match readable.len() {
        all if all == secrets.len() => shown!("{}, all of them readable here", all),
        some => shown!("{}, {} of them readable here", secrets.len(), some),
    });
    summary.into_iter().chain(limited(listed.iter().map(line).collect())).collect()
}

/// What all files have in common, if none of them is readable and one sentence says why.
fn others_alike(secrets: &[SecretStatus]) -> Option<&'static str> {
    let first = secrets.first()?;
    let words = match first.state {
        "locked" => "perhaps readable with a key that was not tried",
        "unreadable" => "and none of the identities opens any of them",
        "absent" => "none of which exists yet",
        _ => return None,
    };
    secrets.iter().all(|secret| secret.state == first.state).then_some(words)
}

fn limited(mut lines: Vec<Shown>) -> Vec<Shown> {
    if lines.len() > LISTED {
        let more = lines.len() - LISTED;
        lines.truncate(LISTED);
        lines.push(shown!("and {} more", more));
    }
    lines
}

/// The commands with their purposes beside them, or below those that leave no room for it.
fn commands(next: &[Next], width: usize) -> Vec<Shown> {
    let length = |next: &Next| next.command.as_str().chars().count();
    let fits = |column: &usize| {
        let beside = next.iter().filter(|next| length(next) <= *column);
        beside.into_iter().all(|next| NAME + 2 + column + 2 + next.reason.chars().count() <= width)
    };
    let column = next.iter().map(length).filter(fits).max().unwrap_or_default();
    let lines = |next: &Next| match length(next) {
        short if short <= column => vec![shown!("{}{}  {}", next.command, blank(column - short), next.reason)],
        _ => vec![next.command.clone(), shown!("{}  {}", blank(column), next.reason)],
    };
    next.iter().flat_map(lines).collect()
}

fn counted(count: usize, word: &'static str) -> Shown {
    if count == 1 { shown!("1 {}", word) } else { shown!("{} {}s", count, word) }
}

/// A number of blanks.
fn blank(width: usize) -> Shown {
    Shown::join(std::iter::repeat_n(" ", width), "")
}

/// A state in words; empty for a readable file.
fn words(state: &str) -> &'static str {
    match state {
        "readable" => "",
        "absent" => "does not exist yet",
        "damaged" => "damaged, or not an encrypted file",
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
