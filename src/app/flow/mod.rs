//! The stages of every edit, each consuming the one before: `Opened → Drafted → Edited → Verified → Sealed → Written →
//! Committed`.
//!
//! A command describes its edits as [`Job`]s, which are performed atomically. A job holds a patch, a patch that is
//! computed once the file is open, or a new content.

mod argument;
mod commit;
mod committed;
mod compose;
mod document;
mod drafted;
mod edited;
mod edited_document;
mod file;
mod job;
mod near_names;
mod opened;
mod order;
mod published;
pub(crate) mod report;
mod sealed;
mod sources;
mod verified;
mod written;

use super::Context;
use crate::app::options::EditOptions;
use crate::document::Text;
use crate::error::Result;
use drafted::Drafted;
use edited::Edited;
use opened::Opened;
use sealed::Sealed;
use verified::Verified;
use written::Written;

pub(crate) use crate::app::stdin::FILTER;
pub(crate) use argument::{Argument, Destination};
pub(crate) use committed::Committed;
pub(crate) use compose::with_inner;
pub(crate) use job::{Creates, Draft, Job, View, Work};

/// Performs the jobs atomically and prints a report.
///
/// # Errors
/// Any error of the edit; no file is changed in that case.
pub(crate) fn run(jobs: Vec<Job<'_>>, options: &EditOptions, context: &mut Context) -> Result<()> {
    let done = run_quiet(jobs, options, context)?;
    report::print(&done, options, None, context)
}

/// Like [`run`], for an edit that generated a secret, which is printed once with `--reveal`.
///
/// # Errors
/// See [`run`].
pub(crate) fn run_with_secret(
    jobs: Vec<Job<'_>>,
    secret: &Text,
    options: &EditOptions,
    context: &mut Context,
) -> Result<()> {
    let done = run_quiet(jobs, options, context)?;
    let secret = Some(secret).filter(|_| context.global.reveal && !options.dry_run);
    report::print(&done, options, secret, context)
}

/// Like [`run`], without a report.
///
/// # Errors
/// See [`run`].
pub(crate) fn run_quiet(jobs: Vec<Job<'_>>, options: &EditOptions, context: &mut Context) -> Result<Committed> {
    options.message.refuse_without_commit(options.commit)?;
    if jobs.iter().any(|job| job.file == FILTER) {
        context.out.become_filter();
    }
    perform(jobs, options, context)
}

/// Performs the jobs atomically on files and prints nothing.
///
/// # Errors
/// See [`run`].
pub(crate) fn perform(jobs: Vec<Job<'_>>, options: &EditOptions, context: &Context) -> Result<Committed> {
    context.rehearse(options.dry_run);
    let opened = Opened::new(jobs, options, context)?;
    let drafted = Drafted::new(opened, context)?;
    let edited = Edited::new(drafted, options, context)?;
    let verified = Verified::new(edited, options, context)?;
    let sealed = Sealed::new(verified, options, context)?;
    let written = Written::new(sealed, options, context)?;
    Committed::new(written, context)
}
