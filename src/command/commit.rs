//! `agepatch commit`: commits the changes since HEAD, with a conventional message.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::app::access::Access;
use crate::app::commits::{message, report_additions, repository};
use crate::app::committed_sources::CommittedSources;
use crate::app::complete;
use crate::app::encrypted::{is_encrypted, may_be_sops};
use crate::app::locked_file::LockedFile;
use crate::app::options::CommitOptions;
use crate::app::tasks::tasks;
use crate::app::{Context, recovery};
use crate::commit::{self, ContentChange, FileChange};
use crate::container::{self, Plaintext, Recipient};
use crate::error::{Error, ErrorKind, Result};
use crate::history::Repository;
use crate::input::{self, Limit};
use crate::schema::Schema;
use crate::shown;
use crate::shown::{CommitId, CommitText, FileName, Shown};
use crate::workspace::Target;
use clap::Args;

/// `commit`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch commit -n
  agepatch commit authelia-secrets --task task-118
  agepatch commit --type fix --scope cloud -m 'correct the callback of Grafana'

Only the named files, or the secrets that changed, are committed, whatever else
is staged.")]
pub(crate) struct CommitArgs {
    /// The files [default: the secrets that changed].
    #[arg(add = complete::files())]
    pub(crate) files: Vec<String>,
    /// Show the message, commit nothing.
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Add the change to the task's implementation notes (Backlog.md).
    #[arg(long)]
    pub(crate) note: bool,
    /// The commit message.
    #[command(flatten)]
    pub(crate) message: CommitOptions,
}

crate::output! {
    #[schemars(title = "The commit that was made, or would be")]
    pub(crate) struct Output {
        /// The commit that was made, if one was
        #[schemars(regex(pattern = "^[0-9a-f]{40,64}$"))]
        commit: Option<Shown>,
        message: Option<Shown>,
    }
}

/// Commits only the files, whatever else is staged.
#[expect(clippy::disallowed_methods, reason = "the message was made by the redactor")]
pub(crate) fn run(args: &CommitArgs, context: &mut Context) -> Result<ExitCode> {
    context.rehearse(args.dry_run);
    recovery::refuse_unfinished(context)?;
    let repository = repository(context)?;
    repository.refuse_unfinished()?;
    let noted = if args.note { files_of_tasks(args, &repository, context)? } else { Vec::new() };
    let former = CommittedSources::of(&repository, context)?;
    let mut changes = Vec::new();
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut files = Vec::new();
    let targets = targets(args, &repository, context)?;
    // Held until the commit is made.
    let _locks = if args.dry_run { Vec::new() } else { locked(&targets, context)? };
    for target in targets {
        let found = if CommittedSources::is_source(&target.path, context) {
            former.described(&target.path, &Access::as_written(context))
        } else {
            let found = change(&target, &repository, &former, context);
            let found = found.map_err(|error| error.in_file(&target))?;
            files.extend(found.first().map(|one| (target.clone(), one.schema)));
            found
        };
        if !found.is_empty() {
            repository.refuse_half_staged(&target.path).map_err(|error| error.in_file(&target))?;
            changes.extend(found);
            paths.push(target.path.canonicalize().unwrap_or(target.path));
        }
    }
    let companions = if args.message.no_rules { Vec::new() } else { former.companions(&files, &paths, &repository)? };
    if changes.is_empty() {
        report(None, None, context)?;
        return Ok(ExitCode::SUCCESS);
    }
    let message = message(&changes, &paths, &args.message, &repository, context)?;
    paths.extend(companions.iter().map(|companion| companion.path.clone()));
    companions.iter().try_for_each(|companion| companion.report(context))?;
    let text = Shown::document(message.to_string());
    if args.dry_run {
        report(None, Some(&text), context)?;
        return Ok(ExitCode::SUCCESS);
    }
    let written = commit::write(&repository, &paths, &message)?;
    report_additions(&written, context)?;
    let short: String = written.id.chars().take(8).collect();
    for task in noted {
        let head = format!("- {} ({short})", message.header());
        let items = message.body.iter().map(|line| format!("  {line}"));
        commit::note(&task, &std::iter::once(head).chain(items).collect::<Vec<_>>())?;
        let file = FileName::shown(context.workspace.display(&task));
        context.out.note(&shown!("noted in {}", file))?;
    }
    report(Some(&CommitId::shown(written.id)), Some(&text), context)?;
    Ok(ExitCode::SUCCESS)
}

/// The files of the tasks to note the change in.
fn files_of_tasks(args: &CommitArgs, repository: &Repository, context: &Context) -> Result<Vec<PathBuf>> {
    if args.message.tasks.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "--note needs to know the task").hint("name it: --task ID"));
    }
    let known = tasks(repository, context)?.ok_or_else(|| {
        Error::new(ErrorKind::Task, "this repository keeps no tasks in files")
            .hint("`commit.tasks` in agepatch.toml names the folder")
    })?;
    args.message.tasks.iter().map(|task| known.file(task).map(Path::to_owned)).collect()
}

/// The named files, or else all encrypted ones that differ from HEAD.
fn targets(args: &CommitArgs, repository: &Repository, context: &Context) -> Result<Vec<Target>> {
    if !args.files.is_empty() {
        // A commit has complete files, so the message is about all of what changed in them.
        let named = |file: &String| match context.target(file) {
            // A file that cannot be created is only misspelled here.
            Err(error) if error.kind() == ErrorKind::NoRecipient => Err(context.workspace.no_such_file(file)),
            target => Ok(target?.file()),
        };
        let files: Vec<Target> = args.files.iter().map(named).collect::<Result<_>>()?;
        let mut seen = HashSet::new();
        return Ok(files.into_iter().filter(|file| seen.insert(file.place())).collect());
    }
    changed_secrets(repository, context)
}

/// The files under their locks, so that no set of files is committed in part: one that is being written is waited for, and
/// none begins before the commit is made.
///
/// # Errors
/// `changed-meanwhile`, where another run keeps a file.
fn locked(targets: &[Target], context: &Context) -> Result<Vec<LockedFile>> {
    let existing = targets.iter().filter_map(|target| Some((target.path.canonicalize().ok()?, target)));
    let by_path: BTreeMap<PathBuf, &Target> = existing.collect();
    let mut files = Vec::new();
    for target in by_path.into_values() {
        match LockedFile::read(target) {
            Ok(one) => files.push(one),
            Err(error) if error.kind() == ErrorKind::ChangedMeanwhile => return Err(error.in_file(target)),
            // A file system without locks, or a file that cannot be read: reading it says why.
            Err(_) => {}
        }
    }
    files.iter().try_for_each(|one| recovery::report(one.recovered(), context))?;
    Ok(files)
}

/// The encrypted files that differ from HEAD.
///
/// # Errors
/// `git` if they cannot be listed.
pub(super) fn changed_secrets(repository: &Repository, context: &Context) -> Result<Vec<Target>> {
    let changed = repository.changed_since_head()?;
    let targets = changed.iter().map(|path| context.workspace.named(&repository.root().join(path)));
    let is_secret = |target: &Target| {
        target.path.extension().is_some_and(|end| end == "age")
            || context.workspace.rule_for(&target.path).is_some()
            || (may_be_sops(&target.path)
                && input::read(&target.path, Limit::Secret).is_ok_and(|bytes| is_encrypted(target, &bytes)))
    };
    Ok(targets.filter(is_secret).collect())
}

/// The changes of the file, and of the documents inside its values, since HEAD; `None` if it is the same.
fn change(
    target: &Target,
    repository: &Repository,
    former: &CommittedSources<'_>,
    context: &Context,
) -> Result<Vec<FileChange>> {
    let path = repository.relative(&target.path)?;
    let before = repository.committed(&path)?;
    let after = if target.path.exists() {
        Some(input::read(&target.path, Limit::Secret).map_err(|error| Error::io("cannot read the file", &error))?)
    } else {
        None
    };
    if before == after {
        return Ok(Vec::new());
    }
    if after.as_ref().is_some_and(|bytes| !is_encrypted(target, bytes)) {
        return Err(Error::new(ErrorKind::Damaged, "this is not an age file, and its content must not be committed")
            .hint("encrypt it with `agepatch write FILE`"));
    }
    let access = access(target, before.as_deref(), after.as_deref(), former, context);
    let change = |content, schema, changes| FileChange {
        schema,
        changes,
        access: access.clone(),
        ..FileChange::bare(target.display.clone(), content)
    };
    let bare = |content| Ok(vec![change(content, Schema::Unknown, Vec::new())]);
    let (before, after) = match (&before, &after) {
        (None, _) => return bare(ContentChange::Added),
        (_, None) => return bare(ContentChange::Removed),
        (Some(before), Some(after)) => (before, after),
    };
    let open = |bytes: &[u8]| context.keys().and_then(|keys| keys.view(target, bytes));
    let (Ok(before), Ok(after)) = (open(before), open(after)) else { return bare(ContentChange::Unreadable) };
    if before.expose() == after.expose() {
        return bare(ContentChange::Equal);
    }
    let parse = |text: &Plaintext| context.parse(target, text.expose());
    let (Ok((old, _)), Ok((new, schema))) = (parse(&before), parse(&after)) else {
        return bare(ContentChange::Changed);
    };
    let changed = context.changes(target, &old, &new, schema);
    if changed.is_empty() {
        return Ok(vec![change(ContentChange::Layout, schema, Vec::new())]);
    }
    let each = changed.into_iter().map(|one| FileChange {
        schema: one.schema,
        changes: one.changes,
        ..FileChange::bare(one.target.display, ContentChange::Changed)
    });
    Ok(each.collect())
}

/// Who gained and who lost access: by the change of the rules, or else by the readers of both versions.
fn access(
    target: &Target,
    before: Option<&[u8]>,
    after: Option<&[u8]>,
    former: &CommittedSources<'_>,
    context: &Context,
) -> commit::AccessChange {
    let readers = |bytes: Option<&[u8]>| container::detect(&target.display, bytes?).recipients().ok();
    let (Some(before), Some(after)) = (readers(before), readers(after)) else { return commit::AccessChange::default() };
    let (gained, lost) = (after.beyond(&before), before.beyond(&after));
    if gained.is_empty() && lost.is_empty() {
        return commit::AccessChange::default();
    }
    let names = Access::as_written(context);
    former.access(target, &names).unwrap_or_else(|| {
        let called = |readers: Vec<Recipient>| readers.iter().map(|reader| names.name_of_reader(reader)).collect();
        commit::AccessChange { gained: called(gained), lost: called(lost) }
    })
}

fn report(id: Option<&Shown>, message: Option<&Shown>, context: &Context) -> Result<()> {
    if context.out.is_json() {
        return context.out.json(&Output { commit: id.cloned(), message: message.cloned() });
    }
    match (id, message) {
        (_, None) => context.out.report(&Shown::fixed("no secret changed since HEAD, nothing to commit")),
        (None, Some(message)) => context.out.result(message),
        (Some(id), Some(message)) => {
            let short = CommitId::shown(id.as_str().chars().take(8).collect::<String>());
            let subject = CommitText::shown(message.as_str().lines().next().unwrap_or_default());
            context.out.report(&shown!("{} {}", short, subject))
        }
    }
}
