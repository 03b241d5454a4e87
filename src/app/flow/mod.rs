//! What every edit goes through: read under the lock, open, edit, refuse what must be refused, seal, replace, report, commit.
//!
//! A command says what is to be done to which file ([`Job`]); several jobs are done all or none. What is done is a patch,
//! a patch that can only be made once the file is open, or a new content.

mod argument;
pub(crate) mod commit;
mod compose;
mod file;
pub(crate) mod guard;
mod order;
mod published;
pub(crate) mod report;
pub(crate) mod seal;
mod sources;
mod stdin;
mod subject;

use std::borrow::Cow;
use std::panic::resume_unwind;
use std::thread;

use crate::app::options::EditOptions;
use crate::container::{Plaintext, Sealed};
use crate::diff::{self, Change};
use crate::document::{Document, ReadBack, Text, Unread};
use crate::error::Result;
use crate::patch::Patch;
use crate::redact::schema_of;
use crate::schema::Schema;
use crate::shown::Shown;

use super::Context;
use file::OpenFile;
use sources::FlowSources;
use subject::{Opening, Subject};

pub(crate) use argument::{Argument, Destination};
pub(crate) use compose::with_inner;
pub(crate) use seal::rule;
pub(crate) use stdin::Stdin;

/// The FILE that means stdin and stdout.
pub(crate) const FILTER: &str = "-";

/// What is to be done to one file.
pub(crate) struct Job<'a> {
    /// The file as the user names it; `-` edits stdin into stdout.
    pub(crate) file: String,
    /// What is to be done.
    pub(crate) work: Work<'a>,
    /// What may be made, where it is not there yet.
    pub(crate) creates: Creates,
}

/// What a job may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Creates {
    /// Nothing: what it is about has to be there.
    Nothing,
    /// A file that the rules name. A value that is not there is more likely misspelled.
    File,
    /// A file, and a value in it.
    Value,
}

/// What is to be done to a file, or how to find out.
pub(crate) enum Work<'a> {
    /// It is known.
    Ready(Draft),
    /// It depends on what is in the file.
    Make(Box<Make<'a>>),
}

/// Finds out what is to be done to a file that is open.
pub(crate) type Make<'a> = dyn FnOnce(&View<'_>, &Context) -> Result<Draft> + 'a;

impl<'a> Work<'a> {
    /// Work that depends on what is in the file.
    pub(crate) fn make(make: impl FnOnce(&View<'_>, &Context) -> Result<Draft> + 'a) -> Self {
        Self::Make(Box::new(make))
    }
}

/// What is to be done to a file.
pub(crate) enum Draft {
    /// Operations.
    Patch(Patch),
    /// Another content.
    Content(Plaintext),
}

/// A file that has been opened.
pub(crate) struct View<'d> {
    /// Its content.
    pub(crate) document: &'d Document,
    /// What is known of its kind.
    pub(crate) schema: Schema,
}

/// What came of a flow.
pub(crate) struct Outcome {
    /// The files, in the order of the jobs.
    pub(crate) files: Vec<FileOutcome>,
    /// The commit that was made.
    pub(crate) commit: Option<Shown>,
}

/// What came of one file.
pub(crate) struct FileOutcome {
    /// Its name.
    pub(crate) name: Shown,
    /// Whether it was not there before.
    pub(crate) created: bool,
    /// Whether its text changed.
    pub(crate) changed: bool,
    /// Of the ciphertext that stands there now; `None` for a filter and a file that is not there.
    pub(crate) sha256: Option<String>,
    /// What changed.
    pub(crate) changes: Vec<Change>,
    /// By which it may be shown.
    pub(crate) schema: Schema,
}

/// A file with its new content.
struct Edited {
    subject: Subject,
    after: Unread,
    schema: Schema,
    /// Whether the file was not there before.
    created: bool,
    changed: bool,
    changes: Vec<Change>,
}

/// Does the jobs, all or none, and reports.
///
/// # Errors
/// Whatever stands in the way; then no file has been touched.
pub(crate) fn run(jobs: Vec<Job<'_>>, options: &EditOptions, context: &mut Context) -> Result<()> {
    let outcome = untold(jobs, options, context)?;
    report::print(&outcome, options, None, context)
}

/// As [`run`], for an edit that made a secret: it is shown once, if that is asked for.
///
/// # Errors
/// As [`run`].
pub(crate) fn run_with_secret(
    jobs: Vec<Job<'_>>,
    secret: &Text,
    options: &EditOptions,
    context: &mut Context,
) -> Result<()> {
    let outcome = untold(jobs, options, context)?;
    let secret = Some(secret).filter(|_| context.global.reveal && !options.dry_run);
    report::print(&outcome, options, secret, context)
}

/// As [`run`], and leaves it to the caller to say what came of it.
///
/// # Errors
/// As [`run`].
pub(crate) fn untold(jobs: Vec<Job<'_>>, options: &EditOptions, context: &mut Context) -> Result<Outcome> {
    if jobs.iter().any(|job| job.file == FILTER) {
        context.out.become_filter();
        guard::refuse_for_filter(&jobs, options)?;
    }
    perform(jobs, options, context)
}

/// Does the jobs on files, all or none, and says nothing.
///
/// # Errors
/// As [`run`].
pub(crate) fn perform(jobs: Vec<Job<'_>>, options: &EditOptions, context: &Context) -> Result<Outcome> {
    context.rehearse(options.dry_run);
    let (mut files, edited) = edit(jobs, options, context)?;
    published::refuse(&edited)?;
    context.detail(&Shown::fixed("edited in memory"))?;
    let (read, judged) = while_reading_back(&edited, || judge(&files, &edited, options, context));
    let read = edited.iter().zip(read).map(|(one, read)| read.map_err(|error| one.subject.named(error)));
    let read: Vec<ReadBack> = read.collect::<Result<_>>()?;
    let same = edited.iter().zip(&read).all(|(one, read)| one.after.agrees(read));
    let edited: Vec<Edited> = edited.into_iter().zip(read).map(|(one, read)| one.accept(read)).collect();
    let sealed = if same { judged } else { judge(&files, &edited, options, context) }?;
    context.detail(&Shown::fixed("read back, checked, encrypted, verified"))?;
    if options.dry_run { Ok(unwritten(&files, edited)) } else { write(&mut files, edited, sealed, options, context) }
}

/// Refuses what must be refused, encrypts the new contents, and verifies the ciphertexts.
fn judge(
    files: &[OpenFile],
    edited: &[Edited],
    options: &EditOptions,
    context: &Context,
) -> Result<Vec<Option<Sealed>>> {
    guard::refuse_introduced_errors(edited, options, context)?;
    seal::seal(files, edited, options.dry_run, context)
}

/// Texts of so many bytes and more are worth another thread.
const LARGE: usize = 1 << 16;

/// Reads the new texts back and does something else meanwhile.
fn while_reading_back<T>(edited: &[Edited], meanwhile: impl FnOnce() -> T) -> (Vec<Result<ReadBack>>, T) {
    let texts: Vec<&Unread> = edited.iter().map(|one| &one.after).collect();
    let read = || texts.iter().map(|text| text.read()).collect();
    let size: usize = texts.iter().map(|text| text.document().bytes().len()).sum();
    if size < LARGE {
        return (read(), meanwhile());
    }
    thread::scope(|scope| {
        let reading = scope.spawn(read);
        let done = meanwhile();
        match reading.join() {
            Ok(read) => (read, done),
            Err(panic) => resume_unwind(panic),
        }
    })
}

/// Opens every file, and makes its new content.
fn edit(jobs: Vec<Job<'_>>, options: &EditOptions, context: &Context) -> Result<(Vec<OpenFile>, Vec<Edited>)> {
    let Opening { files, subjects, work } = subject::open(jobs, options, context)?;
    let mut drafts = Vec::new();
    for (subject, work) in subjects.iter().zip(work) {
        let drafted: Result<Vec<Draft>> = work.into_iter().map(|work| subject.draft(work, context)).collect();
        drafts.push(drafted.map_err(|error| subject.named(error))?);
    }
    let mut after: Vec<Option<Unread>> = subjects.iter().map(|_| None).collect();
    for index in order::of(&subjects, &drafts, context)? {
        let subject = &subjects[index];
        let mut sources = FlowSources::new(context, &subjects, &after, options);
        let document = subject.edit(&drafts[index], &mut sources).map_err(|error| subject.named(error))?;
        guard::refuse_empty(subject, document.document(), options)?;
        after[index] = Some(document);
    }
    let pairs = subjects.into_iter().zip(after);
    let edited = pairs.zip(&drafts).filter_map(|((subject, after), drafts)| {
        let names_places = drafts.iter().all(|draft| matches!(draft, Draft::Patch(_)));
        Some(Edited::new(subject, after?, names_places))
    });
    Ok((files, edited.collect()))
}

impl Edited {
    /// `names_places` where the edit was made of places that the user named, so that their names may be printed.
    fn new(subject: Subject, unread: Unread, names_places: bool) -> Self {
        let after = unread.document();
        let schema = match subject.schema {
            // What a new file is can be told by its content only.
            Schema::Unknown if !subject.schema_is_set => schema_of(None, &subject.called(), after),
            known => schema_of(Some(known), &subject.called(), after),
        };
        let differs = subject.before.as_ref().is_none_or(|before| before.bytes() != after.bytes());
        let created = subject.is_new;
        let before = subject.before.as_ref().filter(|_| differs);
        let comparable = |document| match names_places {
            true => Cow::Borrowed(Document::value(document)),
            false => subject.comparable(document),
        };
        let changes = match before {
            Some(_) if created => diff::additions(&comparable(after), schema),
            Some(before) => diff::changes(&comparable(before), &comparable(after), schema),
            None => Vec::new(),
        };
        Self { subject, after: unread, schema, created, changed: differs, changes }
    }

    /// The same, with the text as it was read back.
    fn accept(self, read: ReadBack) -> Self {
        Self { after: self.after.accept(read).into(), ..self }
    }

    /// What came of it as long as nothing is written, the file, and the documents, before and after.
    fn into_parts(mut self) -> (FileOutcome, Subject, [Option<Unread>; 2]) {
        let outcome = FileOutcome {
            name: Shown::vouched(self.subject.name.clone()),
            created: self.created,
            changed: self.changed,
            sha256: None,
            changes: self.changes,
            schema: self.schema,
        };
        let before = self.subject.before.take().map(Unread::from);
        (outcome, self.subject, [before, Some(self.after)])
    }
}

fn unwritten(files: &[OpenFile], edited: Vec<Edited>) -> Outcome {
    let files = edited.into_iter().map(|one| {
        let (outcome, subject, _) = one.into_parts();
        FileOutcome { sha256: subject.file.and_then(|file| files[file].sha256()), ..outcome }
    });
    Outcome { files: files.collect(), commit: None }
}

fn write(
    files: &mut [OpenFile],
    edited: Vec<Edited>,
    sealed: Vec<Option<Sealed>>,
    options: &EditOptions,
    context: &Context,
) -> Result<Outcome> {
    if let [filter] = edited.as_slice()
        && filter.subject.target.is_none()
    {
        context.out.revealed(filter.after.document().bytes())?;
        return Ok(unwritten(files, edited));
    }
    let commit = commit::prepare(&edited, options, context)?;
    let is_large = edited.iter().any(|one| one.after.document().bytes().len() >= LARGE);
    let (mut file_of, mut outcomes, mut documents) = (Vec::new(), Vec::new(), Vec::new());
    for (outcome, subject, both) in edited.into_iter().map(Edited::into_parts) {
        file_of.push(subject.file);
        outcomes.push(outcome);
        documents.extend(both);
    }
    // To wipe a large document takes as long as to write one.
    let sha256 = thread::scope(|scope| {
        if is_large {
            scope.spawn(|| drop(documents));
        }
        seal::replace(files, sealed, context)
    })?;
    context.detail(&Shown::fixed("put in place"))?;
    for (outcome, file) in outcomes.iter_mut().zip(file_of) {
        outcome.sha256 = file.and_then(|file| sha256[file].clone());
    }
    let commit = commit.map(|commit| commit.make(context)).transpose()?;
    Ok(Outcome { files: outcomes, commit })
}
