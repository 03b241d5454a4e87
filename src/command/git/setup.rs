//! `agepatch git setup`: registers the textconv and merge drivers, removes them, or reports whether they are
//! registered.

use std::path::Path;
use std::process::ExitCode;

use super::registration::{
    ATTRIBUTES, LINE, add_line, line_for, line_of, lock, not_covered, remove_lines, set, settings,
};
use super::{marks, program};
use crate::app::Context;
use crate::app::commits::repository;
use crate::error::Result;
use crate::history::Repository;
use crate::shown;
use crate::shown::{Setting, Shown};
use crate::workspace;
use clap::Args;

/// `git setup`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch git setup
  agepatch git setup --check
  agepatch git setup --undo

.gitattributes is committed with the repository. Run this once in each clone,
because git takes no commands from a repository.")]
pub(crate) struct GitSetupArgs {
    /// Remove what setup wrote.
    #[arg(long, conflicts_with = "check")]
    pub(crate) undo: bool,
    /// Report whether it is set up (exit 1 if not), write nothing.
    #[arg(long)]
    pub(crate) check: bool,
}

crate::output! {
    #[schemars(title = "Whether git shows and merges encrypted files semantically")]
    pub(crate) struct Output {
        set_up: bool,
        changes: Vec<SetupChange>,
    }
}

crate::output! {
    pub(crate) struct SetupChange {
        #[schemars(extend("enum" = ["added", "removed", "missing"]))]
        action: &'static str,
        file: &'static str,
        text: Shown,
    }
}

/// A line or setting that is present, or should be.
struct SetupLine {
    /// `added`, `removed`, `missing`.
    action: &'static str,
    /// Which file.
    file: &'static str,
    /// What.
    text: String,
}

/// Where git stores the repository's own configuration.
const CONFIGURATION: &str = "git config";
/// A name that represents any encrypted file.
const ANY: &str = "any.age";

/// Sets up what is missing, undoes it, or only checks it.
pub(crate) fn run(args: &GitSetupArgs, context: &mut Context) -> Result<ExitCode> {
    let repository =
        repository(context).map_err(|error| error.hint("run `git init` first, or go there with -C DIR"))?;
    // A concurrent run waits, and then finds what this one wrote.
    let _lock = if args.check { None } else { Some(lock(&repository)?) };
    if args.undo {
        let removed = undo(&repository)?;
        let words = Shown::fixed("it is not set up here, nothing was removed");
        report_done(&removed, &words, false, context)?;
        return Ok(ExitCode::SUCCESS);
    }
    let missing = missing(&repository, context)?;
    if args.check {
        report(
            &missing,
            &Shown::fixed("set up: git shows encrypted files redacted, and merges them semantically"),
            missing.is_empty(),
            context,
        )?;
        if !missing.is_empty() {
            context.out.note(&Shown::fixed("`agepatch git setup` adds it"))?;
        }
        return Ok(ExitCode::from(u8::from(!missing.is_empty())));
    }
    let added = missing.into_iter().map(|entry| add(entry, &repository)).collect::<Result<Vec<_>>>()?;
    marks::key(&repository)?;
    report_done(&added, &Shown::fixed("it is set up already, nothing was written"), true, context)?;
    report_unexpressed(&repository, context)?;
    if added.iter().any(|entry| entry.file == ATTRIBUTES) {
        context.out.note(&Shown::fixed(
            "commit .gitattributes; run `agepatch git setup` once in each clone, since git takes no commands from others",
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether git shows and merges encrypted files here; `None` if git does not answer.
pub(crate) fn is_set_up(repository: &Repository, context: &Context) -> Option<bool> {
    missing(repository, context).ok().map(|missing| missing.is_empty())
}

/// What is missing.
fn missing(repository: &Repository, context: &Context) -> Result<Vec<SetupLine>> {
    let mut paths = vec![ANY.to_owned()];
    if context.workspace.rules_path().is_some() {
        let targets = context.workspace.targets().unwrap_or_default();
        paths.extend(targets.iter().filter_map(|target| repository.relative(&target.path).ok()));
    }
    let sops = context.workspace.sops_attributes(repository.root())?;
    let mut lines: Vec<String> = Vec::new();
    // A pattern is registered if git uses the driver for a path that it matches.
    let samples: Vec<String> = sops.patterns.iter().map(|pattern| sample(pattern)).collect();
    let unregistered = not_covered(&samples, repository)?;
    let patterns = sops.patterns.iter().zip(&samples).filter(|(_, sample)| unregistered.contains(&sample.as_str()));
    let patterns: Vec<&String> = patterns.map(|(pattern, _)| pattern).collect();
    let is_new = |path: &String| patterns.iter().any(|pattern| workspace::covers(pattern, path));
    paths.retain(|path| !is_new(path));
    paths.extend(sops.files);
    for path in not_covered(&paths, repository)? {
        let common = Path::new(path).extension().is_some_and(|end| end == "age");
        let line = if common { LINE.to_owned() } else { line_for(path) };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.extend(patterns.into_iter().map(|pattern| line_of(pattern)));
    let entry = |text| SetupLine { action: "missing", file: ATTRIBUTES, text };
    let mut missing: Vec<SetupLine> = lines.into_iter().map(entry).collect();
    for (key, value) in settings(&program::command()?) {
        if repository.local_setting(key)?.as_ref() != Some(&value) {
            missing.push(SetupLine { action: "missing", file: CONFIGURATION, text: format!("{key} = {value}") });
        }
    }
    Ok(missing)
}

/// A path that the pattern matches.
fn sample(pattern: &str) -> String {
    let pattern = pattern.trim_start_matches('/').replace("**/", "");
    let mut sample = String::new();
    let mut chars = pattern.chars();
    while let Some(next) = chars.next() {
        match next {
            '\\' => sample.extend(chars.next()),
            '*' | '?' => sample.push('x'),
            other => sample.push(other),
        }
    }
    sample
}

/// Reports creation rules of `.sops.yaml` that `.gitattributes` cannot express.
fn report_unexpressed(repository: &Repository, context: &Context) -> Result<()> {
    for what in context.workspace.sops_attributes(repository.root())?.unexpressed {
        context.out.note(&shown!(
            "{}: the sops files that are there are registered by name; run `agepatch git setup` again after adding one",
            what
        ))?;
    }
    Ok(())
}

fn add(entry: SetupLine, repository: &Repository) -> Result<SetupLine> {
    match entry.text.split_once(" = ").filter(|_| entry.file == CONFIGURATION) {
        Some((key, value)) => set(key, Some(value), repository)?,
        None => add_line(&entry.text, repository)?,
    }
    Ok(SetupLine { action: "added", ..entry })
}

fn undo(repository: &Repository) -> Result<Vec<SetupLine>> {
    let mut removed = Vec::new();
    let mut note = |file, text| removed.push(SetupLine { action: "removed", file, text });
    remove_lines(repository)?.into_iter().for_each(|line| note(ATTRIBUTES, line));
    for (key, _) in settings("") {
        if let Some(value) = repository.local_setting(key)? {
            set(key, None, repository)?;
            note(CONFIGURATION, format!("{key} = {value}"));
        }
    }
    if marks::forget(repository)? {
        note("the git folder", "the key of the marks".to_owned());
    }
    Ok(removed)
}

/// Reports what was done, unless `--quiet` is set.
fn report_done(entries: &[SetupLine], nothing: &Shown, set_up: bool, context: &Context) -> Result<()> {
    match context.out.is_quiet() && !context.out.is_json() {
        true => Ok(()),
        false => report(entries, nothing, set_up, context),
    }
}

fn report(entries: &[SetupLine], nothing: &Shown, set_up: bool, context: &Context) -> Result<()> {
    if context.out.is_json() {
        let changes = entries.iter().map(|entry| SetupChange {
            action: entry.action,
            file: entry.file,
            text: Setting::shown(entry.text.clone()),
        });
        return context.out.json(&Output { set_up, changes: changes.collect() });
    }
    if entries.is_empty() {
        return context.out.prose(nothing);
    }
    for entry in entries {
        let text = Setting::shown(entry.text.clone());
        context.out.prose(&shown!("{}  {}: {}", entry.action, entry.file, text))?;
    }
    Ok(())
}
