//! Stage 1: the files of an edit, each locked and opened once.

use super::document::{OpenDocument, RequestedDocument, from_stdin};
use super::file::{FileRequest, OpenFile};
use super::job::{Creates, Draft, Job, Work};
use crate::app::Context;
use crate::app::options::EditOptions;
use crate::app::stdin::FILTER;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;

/// The documents of an edit, their files, and the work for each document, in the order of the jobs.
pub(super) struct Opened<'a> {
    pub(super) files: Vec<OpenFile>,
    pub(super) documents: Vec<OpenDocument>,
    pub(super) work: Vec<Vec<Work<'a>>>,
}

impl<'a> Opened<'a> {
    /// Opens the files of all jobs, each once.
    ///
    /// # Errors
    /// `usage`; `changed-meanwhile` if a file is not the expected one; errors from opening files.
    pub(super) fn new(jobs: Vec<Job<'a>>, options: &EditOptions, context: &Context) -> Result<Self> {
        if options.read.ignore_mac {
            return Err(Error::new(ErrorKind::Usage, "`--ignore-mac` only works for reading")
                .hint("restore the file from git, or let sops write it again, before editing it"));
        }
        if jobs.iter().any(|job| job.file == FILTER) {
            refuse_for_filter(&jobs, options)?;
            let document = from_stdin(options, context)?;
            let work = vec![jobs.into_iter().map(|job| job.work).collect()];
            return Ok(Self { files: Vec::new(), documents: vec![document], work });
        }
        let (found, work) = find(jobs, context)?;
        if found.len() > 1 && (options.expect.is_some() || options.read.format.is_some()) {
            return Err(Error::new(
                ErrorKind::Usage,
                "`--expect` and `--format` apply to one file, but the patch changes several",
            ));
        }
        let (wanted, file_of) = files(&found);
        // Every run takes the locks in the same order, which prevents deadlocks.
        let mut places: Vec<usize> = (0..wanted.len()).collect();
        places.sort_by_key(|place| wanted[*place].target.place());
        let mut opened: Vec<Option<OpenFile>> = wanted.iter().map(|_| None).collect();
        for place in places {
            let named = |error: Error| error.in_file(&wanted[place].target);
            let file = OpenFile::open(&wanted[place], context).map_err(named)?;
            refuse_unexpected(options, &file).map_err(named)?;
            opened[place] = Some(file);
        }
        let files: Vec<OpenFile> = opened.into_iter().flatten().collect();
        let documents = found.iter().zip(file_of);
        let documents = documents.map(|(found, file)| found.document(file, &files[file], options, context));
        Ok(Self { documents: documents.collect::<Result<_>>()?, files, work })
    }
}

/// Finds the documents; two names of one document count as one.
fn find<'a>(jobs: Vec<Job<'a>>, context: &Context) -> Result<(Vec<RequestedDocument>, Vec<Vec<Work<'a>>>)> {
    let mut found: Vec<RequestedDocument> = Vec::new();
    let mut work: Vec<Vec<Work<'a>>> = Vec::new();
    for job in jobs {
        let target = context.target(&job.file)?;
        let replaces = matches!(job.work, Work::Ready(Draft::Content(_)));
        if let Some(known) = found.iter().position(|known| known.target.is_same(&target)) {
            work[known].push(job.work);
            found[known].creates = found[known].creates.max(job.creates);
            found[known].replaces &= replaces;
        } else {
            work.push(vec![job.work]);
            found.push(RequestedDocument { target, creates: job.creates, replaces });
        }
    }
    Ok((found, work))
}

/// The files of the documents, and the index of the file that each document is in. A file named twice, perhaps through
/// a symbolic link, must be locked only once.
fn files(found: &[RequestedDocument]) -> (Vec<FileRequest>, Vec<usize>) {
    let (mut files, mut file_of): (Vec<FileRequest>, Vec<usize>) = (Vec::new(), Vec::new());
    for one in found {
        let creates = one.creates != Creates::Nothing;
        let replaces = one.replaces && !one.target.is_value();
        let known = files.iter().position(|known| known.target.place() == one.target.place());
        file_of.push(known.unwrap_or(files.len()));
        match known {
            Some(known) => {
                files[known].creates |= creates;
                files[known].replaces &= replaces;
            }
            None => files.push(FileRequest { target: one.target.file(), creates, replaces }),
        }
    }
    (files, file_of)
}

/// The hash is computed only on demand, since that takes long for a large file.
fn refuse_unexpected(options: &EditOptions, file: &OpenFile) -> Result<()> {
    let Some(expected) = &options.expect else { return Ok(()) };
    if file.sha256().is_some_and(|sha256| expected.eq_ignore_ascii_case(&sha256)) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::ChangedMeanwhile, "the file does not have the hash given with `--expect`")
        .hint("read it again with `agepatch show --output json`, and retry"))
}

/// Refuses what a filter cannot do, such as naming another file or committing.
fn refuse_for_filter(jobs: &[Job<'_>], options: &EditOptions) -> Result<()> {
    let refused =
        |what: &'static str| Error::new(ErrorKind::Usage, shown!("`-` reads stdin and writes stdout: {}", what));
    if jobs.iter().any(|job| job.file != FILTER) {
        return Err(refused("it cannot be combined with other files"));
    }
    if options.commit {
        return Err(refused("there is nothing to commit"));
    }
    Ok(())
}
