//! Reports the result of the merge, as text and JSON.

use std::cell::RefCell;
use std::env;
use std::process::ExitCode;

use super::args::{Favor, MergeFileArgs};
use super::side::command;
use crate::app::Context;
use crate::command::git::program::quoted;
use crate::diff::{Conflict, SideChange};
use crate::error::{Error, Result};
use crate::history::{Commit, Repository};
use crate::shown;
use crate::shown::{CommandLine, CommitText, FileName, KeyName, Shown};

/// Prints the report.
pub(super) struct MergeReport<'c> {
    args: &'c MergeFileArgs,
    context: &'c Context,
    file: Shown,
    /// The entries at which a side wrote comments that were lost.
    lost: RefCell<Vec<String>>,
}

crate::output! {
    #[schemars(title = "A semantic three-way merge")]
    pub(crate) struct Output {
        path: Shown,
        merged: bool,
        /// Whether OURS was written
        written: bool,
        conflicts: Vec<ConflictOutput>,
        /// The entries at which a side wrote a comment that is not in the merge: both sides changed it, or the entry is gone
        lost_comments: Vec<Shown>,
    }
}

crate::output! {
    pub(crate) struct ConflictOutput {
        path: Shown,
        ours: SideOutput,
        theirs: SideOutput,
        /// Commands that settle it
        commands: Vec<Shown>,
    }
}

crate::output! {
    pub(crate) struct SideOutput {
        /// What this side did: `added`, `removed`, `changed`, …
        deed: &'static str,
        commit: Option<Shown>,
        subject: Option<Shown>,
    }
}

impl<'c> MergeReport<'c> {
    pub(super) fn of(args: &'c MergeFileArgs, context: &'c Context) -> Self {
        Self { args, context, file: FileName::shown(args.path.clone()), lost: RefCell::default() }
    }

    /// Records the entries at which a side wrote comments that were lost.
    pub(super) fn lose(&self, places: impl Iterator<Item = String>) {
        self.lost.borrow_mut().extend(places);
    }

    /// Reports a merge without conflicts.
    pub(super) fn merged(&self, written: bool) -> Result<ExitCode> {
        let out = &self.context.out;
        for place in self.lost.borrow().iter().filter(|_| !out.is_json()) {
            let place = if place.is_empty() { Shown::fixed("the end") } else { KeyName::shown(place.clone()) };
            out.warn(&shown!("{}: a comment at {} was lost: ours was kept, or the entry is gone", &self.file, place))?;
        }
        if out.is_json() {
            out.json(&self.output(true, written, Vec::new()))?;
        } else if !self.args.driver {
            let what = if written { "merged" } else { "nothing to merge, nothing written" };
            out.report(&shown!("{}: {}", &self.file, what))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Reports conflicts in which one side was favoured.
    pub(super) fn decided(&self, conflicts: &[Conflict]) -> Result<()> {
        let side = if self.args.favor == Some(Favor::Theirs) { "theirs" } else { "ours" };
        conflicts.iter().try_for_each(|conflict| {
            self.context.out.note(&shown!("{}: both sides changed it, kept {}", place(conflict), side))
        })
    }

    /// Reports that a side was encrypted for other recipients than the rules list now.
    pub(super) fn report_drift(&self, [ours, theirs]: [bool; 2]) -> Result<()> {
        let side = match (ours, theirs) {
            (false, false) => return Ok(()),
            (true, true) => "both sides were",
            (true, false) => "ours was",
            (false, true) => "theirs was",
        };
        self.context.out.note(&shown!(
            "{}: {} encrypted for other recipients than the rules list here; if the merge also changes the rules, run `agepatch rekey` after it",
            &self.file,
            side
        ))
    }

    /// Reports that the result keeps the readers of ours, and why it is not encrypted for those in the rules.
    pub(super) fn keeps_recipients(&self, why: &Error) -> Result<()> {
        let why = why.shown().clone();
        self.context.out.warn(&shown!("{}: merged, but its recipients are still those of ours: {}", &self.file, why))
    }

    /// Reports conflicts, which leave OURS unchanged: their places, their commits, and how to resolve them.
    pub(super) fn conflicts(&self, conflicts: &[Conflict], sides: [&[u8]; 2]) -> Result<()> {
        let root = self.context.workspace.repository().unwrap_or(self.context.workspace.current());
        let repository = Repository::new(root);
        let commits = sides.map(|bytes| {
            let blob = repository.blob_id(bytes).ok()?;
            repository.origin(&blob, &self.args.path)
        });
        let source = source(commits[1].as_ref());
        if self.context.out.is_json() {
            let conflicts = conflicts.iter().map(|conflict| ConflictOutput {
                path: KeyName::shown(conflict.path.clone()),
                ours: side_output(conflict.ours, commits[0].as_ref()),
                theirs: side_output(conflict.theirs, commits[1].as_ref()),
                commands: self.commands(conflict, source.as_deref()).map(CommandLine::shown).collect(),
            });
            return self.context.out.json(&self.output(false, false, conflicts.collect()));
        }
        let say = |text: &Shown| self.context.out.conflict(text);
        say(&shown!("agepatch: {}: both sides changed the same place; the file is unchanged (ours)", &self.file))?;
        for conflict in conflicts {
            say(&shown!("  {}", place(conflict)))?;
            for (name, deed, commit) in [("ours", conflict.ours, &commits[0]), ("theirs", conflict.theirs, &commits[1])]
            {
                let by = commit.as_ref().map(|commit| shown!(" in {}", described(commit))).unwrap_or_default();
                say(&shown!("    {}: {}{}", name, deed.name(), by))?;
            }
        }
        if self.args.output_file.is_some() {
            let path = CommandLine::shown(quoted(&self.args.path));
            return say(&shown!(
                "Nothing was written. To take one side in these places and merge the rest, for example with jj:\n  jj resolve --tool agepatch-ours {}\n  jj resolve --tool agepatch-theirs {}",
                &path,
                &path
            ));
        }
        say(&Shown::fixed("To resolve it, first merge everything else, with ours in these places:"))?;
        say(&CommandLine::shown(format!("  {}", command(self.args, "--favor ours "))))?;
        for conflict in conflicts {
            say(&shown!("Then, unless ours is right for {}, run one of:", place(conflict)))?;
            for command in self.commands(conflict, source.as_deref()) {
                say(&CommandLine::shown(format!("  {command}")))?;
            }
        }
        say(&shown!("Then mark it as resolved:\n  git add {}", CommandLine::shown(quoted(&self.args.path))))
    }

    /// The commands that resolve a conflict in the file.
    fn commands(&self, conflict: &Conflict, source: Option<&str>) -> impl Iterator<Item = String> {
        // A conflict inside a value is resolved in its own document.
        let (file, path) = match conflict.path.rsplit_once('#') {
            Some((inner, path)) => (format!("{}#{inner}", self.args.path), path),
            None => (self.args.path.clone(), conflict.path.as_str()),
        };
        let (file, path, whole) = (quoted(&file), quoted(path), path.is_empty());
        let restore = source.map(|source| match whole {
            true => format!("agepatch restore {file} --source {source}"),
            false => format!("agepatch restore {file} {path} --source {source}"),
        });
        let set = if whole { format!("agepatch edit {file}") } else { format!("agepatch set {file} {path}") };
        restore.into_iter().chain([set])
    }

    fn output(&self, merged: bool, written: bool, conflicts: Vec<ConflictOutput>) -> Output {
        let lost_comments = self.lost.borrow().iter().map(|place| KeyName::shown(place.clone())).collect();
        Output { path: self.file.clone(), merged, written, conflicts, lost_comments }
    }
}

/// The revision with theirs: `MERGE_HEAD` in a merge; in a rebase and similar operations a commit.
fn source(commit: Option<&Commit>) -> Option<String> {
    let merges = env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("GITHEAD_"));
    if merges { Some("MERGE_HEAD".to_owned()) } else { commit.map(|commit| commit.short.clone()) }
}

fn place(conflict: &Conflict) -> Shown {
    if conflict.path.is_empty() { Shown::fixed("the complete content") } else { KeyName::shown(conflict.path.clone()) }
}

fn described(commit: &Commit) -> Shown {
    CommitText::shown(format!("{} {} ({}, {})", commit.short, commit.subject, commit.author, commit.date))
}

fn side_output(deed: SideChange, commit: Option<&Commit>) -> SideOutput {
    let text = |get: fn(&Commit) -> &String| commit.map(|commit| CommitText::shown(get(commit).clone()));
    SideOutput { deed: deed.name(), commit: text(|commit| &commit.id), subject: text(|commit| &commit.subject) }
}
