//! `agepatch convert`: converts files to the other kind, or to values of one sops file.
//!
//! The old file is removed only after the new one is on disk, can be opened, and has the same content: a run that dies
//! in between leaves both, and the next run continues.

mod args;
mod exposed;
mod nix;
mod plan;

use std::process::ExitCode;

use crate::app::Context;
use crate::app::flow::{self, Creates, Draft, Job, Work};
use crate::app::locked_file::LockedFile;
use crate::app::options::EditOptions;
use crate::document::{Text, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::patch::{Action, Operation, Patch, ValueSource};
use crate::shown;
use crate::shown::{FileName, Setting, Shown};
pub(crate) use args::ConvertArgs;

use plan::{Conversion, Destination};

crate::output! {
    #[schemars(title = "Files converted between age and sops")]
    pub(crate) struct Output {
        files: Vec<Converted>,
    }
}

crate::output! {
    pub(crate) struct Converted {
        /// The old file, or value (FILE#PATH)
        source: Shown,
        /// The new file, or value (FILE#PATH)
        target: Shown,
        /// false in a dry run, and where the new file holds the same already
        written: bool,
        removed: bool,
        /// What to change in the NixOS configuration, line by line
        nix: Vec<Shown>,
    }
}

/// Creates the new files, compares, and removes the old ones if requested.
pub(crate) fn run(args: &ConvertArgs, context: &mut Context) -> Result<ExitCode> {
    context.rehearse(args.dry_run);
    let conversions = plan::of(args, context)?;
    if !args.allow_plaintext {
        conversions.iter().try_for_each(|one| exposed::refuse(one, context))?;
    }
    let jobs = jobs(&conversions);
    // The content was checked when the old file was written.
    let options = EditOptions { dry_run: args.dry_run, no_check: true, ..EditOptions::default() };
    if !jobs.is_empty() {
        flow::run_quiet(jobs, &options, context)?;
    }
    if !args.dry_run {
        conversions.iter().try_for_each(|one| one.verify(context))?;
        if args.remove {
            conversions.iter().try_for_each(|one| remove(one, context))?;
        }
    }
    report(&conversions, args, context)?;
    Ok(ExitCode::SUCCESS)
}

/// The jobs: one for each new file, however many values it receives.
fn jobs(conversions: &[Conversion]) -> Vec<Job<'static>> {
    let mut jobs: Vec<Job<'static>> = Vec::new();
    let mut values: Vec<(String, Vec<Operation>)> = Vec::new();
    for one in conversions.iter().filter(|one| !one.is_done) {
        let file = one.target.display.clone();
        match &one.place {
            Destination::Content => {
                let work = Work::Ready(Draft::Content(one.text.clone()));
                jobs.push(Job { file, work, creates: Creates::File });
            }
            Destination::Value { pointer, .. } => {
                let text = String::from_utf8_lossy(one.text.expose()).into_owned();
                let value = Value::String(Text::new(text));
                let operation = Operation::new(pointer.to_string(), Action::Set(ValueSource::Given(value)));
                match values.iter_mut().find(|(known, _)| *known == file) {
                    Some((_, operations)) => operations.push(operation),
                    None => values.push((file, vec![operation])),
                }
            }
        }
    }
    jobs.extend(values.into_iter().map(|(file, operations)| {
        let work = Work::Ready(Draft::Patch(Patch::Operations(operations)));
        Job { file, work, creates: Creates::File }
    }));
    jobs
}

/// Removes the converted file or value.
fn remove(one: &Conversion, context: &mut Context) -> Result<()> {
    let source = &one.source;
    let Some(path) = source.inner.last().map(|inner| inner.path.clone()) else {
        let locked = LockedFile::read(source).map_err(|error| error.in_file(source))?;
        if locked.sha256() != one.sha256 {
            return Err(Error::new(ErrorKind::ChangedMeanwhile, "the file has changed since it was converted")
                .in_file(source)
                .hint("both files are there; compare them with `agepatch diff`, or convert it again"));
        }
        return locked.remove();
    };
    let outer = source.file();
    let outer = source.inner[..source.inner.len() - 1].iter().fold(outer, |outer, inner| outer.within(&inner.path));
    let work = Work::Ready(Draft::Patch(Patch::one(path, Action::Remove)));
    let options = EditOptions { no_check: true, ..EditOptions::default() };
    flow::run_quiet(vec![Job { file: outer.display, work, creates: Creates::Nothing }], &options, context).map(drop)
}

impl Conversion {
    /// Opens the new file from disk, and compares.
    ///
    /// # Errors
    /// `damaged` if it does not have the same content; errors from opening it.
    fn verify(&self, context: &Context) -> Result<()> {
        let target = match &self.place {
            Destination::Content => self.target.clone(),
            Destination::Value { path, .. } => self.target.clone().within(path),
        };
        let same = match context.read(&target) {
            Ok(text) => text == self.text,
            // The new file may be for other recipients only; it was verified when it was encrypted.
            Err(error) if matches!(error.kind(), ErrorKind::NoIdentity | ErrorKind::PassphraseNeeded) => {
                context.out.warn(&shown!(
                    "{}: none of your identities opens it, so {} is not removed",
                    target.shown(),
                    self.source.shown()
                ))?;
                return Err(error.in_file(&self.target));
            }
            Err(error) => return Err(error),
        };
        if same {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Damaged, "the new file's content differs from the old one")
            .in_file(&self.target)
            .hint("the old file is unchanged; please report this, with the layout of the file"))
    }
}

fn report(conversions: &[Conversion], args: &ConvertArgs, context: &Context) -> Result<()> {
    let lines = |one: &Conversion| nix::lines(one, args.to, context);
    if context.out.is_json() {
        let files = conversions.iter().map(|one| Converted {
            source: one.source.shown(),
            target: FileName::shown(one.called()),
            written: !one.is_done && !args.dry_run,
            removed: args.remove && !args.dry_run,
            nix: lines(one).into_iter().map(Setting::shown).collect(),
        });
        return context.out.json(&Output { files: files.collect() });
    }
    for one in conversions {
        let (source, target) = (one.source.shown(), FileName::shown(one.called()));
        let what = match (args.dry_run, one.is_done, args.remove) {
            (true, ..) => "dry run, nothing written",
            (_, true, false) => "it already has the same content",
            (.., false) => "both have the same content; --remove removes the old one",
            (.., true) => "the old one is removed",
        };
        let text = shown!("{} -> {} ({})", source, target, what);
        if args.dry_run { context.out.diff(&text)? } else { context.out.report(&text)? }
    }
    context.out.result(&Shown::fixed("\nIn the NixOS configuration:"))?;
    for line in conversions.iter().flat_map(lines) {
        context.out.result(&shown!("  {}", Setting::shown(line)))?;
    }
    Ok(())
}
