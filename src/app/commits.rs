//! What every commit of agepatch needs: the repository, its tasks, and the message.

use std::path::{Path, PathBuf};

use super::Context;
use super::committed_sources::Companion;
use super::options::CommitOptions;
use super::tasks::tasks;
use crate::commit::{self, ContentChange, Detail, FileChange, Given, Message, MessageRequest};
use crate::error::{Error, ErrorKind, Result};
use crate::history::Repository;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{CommitId, CommitText, FileName, Shown};

/// A commit that was made.
pub(crate) struct MadeCommit {
    pub(crate) id: Shown,
    subject: Shown,
}

impl MadeCommit {
    /// The short id and the subject, as git prints a commit.
    pub(crate) fn line(&self) -> Shown {
        let short = CommitId::shown(self.id.as_str().chars().take(8).collect::<String>());
        shown!("{} {}", short, &self.subject)
    }
}

/// A commit that has passed every check and is ready to be created.
pub(crate) struct Prepared {
    pub(crate) repository: Repository,
    pub(crate) paths: Vec<PathBuf>,
    /// The changed rules and settings to include.
    pub(crate) companions: Vec<Companion>,
    pub(crate) message: Message,
    /// What is already done if the commit fails: `x.age is edited`.
    pub(crate) done: Shown,
}

impl Prepared {
    /// Creates the commit, limited to these files.
    ///
    /// # Errors
    /// `git`, with the output of git or a hook; the files are already written.
    pub(crate) fn make(mut self, context: &Context) -> Result<MadeCommit> {
        self.paths.extend(self.companions.iter().map(|companion| companion.path.clone()));
        let written = commit::write(&self.repository, &self.paths, &self.message)
            .map_err(|error| error.context(shown!("{}, and not committed", self.done)))?;
        self.companions.iter().try_for_each(|companion| companion.report(context))?;
        report_additions(&written, context)?;
        Ok(MadeCommit { id: CommitId::shown(written.id), subject: CommitText::shown(self.message.header()) })
    }
}

/// The repository to commit to.
///
/// # Errors
/// `git` outside a repository.
pub(crate) fn repository(context: &Context) -> Result<Repository> {
    context.workspace.repository().map(Repository::new).ok_or_else(|| match context.workspace.jujutsu() {
        Some(_) => Error::new(
            ErrorKind::Git,
            "this Jujutsu repository has no .git, which this command reads or commits to",
        )
        .hint("colocate it (`jj git colocation enable`); `agepatch jj setup` lets jj itself show and merge its files"),
        None => {
            Error::new(ErrorKind::Git, "there is no git repository here").hint("run `git init`, or leave out --commit")
        }
    })
}

/// The commit message for these changes, from options, settings, and history.
///
/// # Errors
/// `task` if a task does not exist; `rules` and `usage` for invalid settings and options.
pub(crate) fn message(
    changes: &[FileChange],
    paths: &[PathBuf],
    options: &CommitOptions,
    repository: &Repository,
    context: &Context,
) -> Result<Message> {
    let config = context.workspace.config()?;
    let settings = &config.commit;
    // Everyone who can read the commit can read its message, so only values that may be committed are named.
    let changes: Vec<FileChange> =
        changes.iter().map(|one| FileChange { schema: context.committed_schema(one.schema), ..one.clone() }).collect();
    let changes = changes.as_slice();
    let known = if options.tasks.is_empty() { None } else { tasks(repository, context)? };
    let tasks = match known {
        Some(known) => options.tasks.iter().map(|task| known.find(task)).collect::<Result<_>>()?,
        None => options.tasks.clone(),
    };
    let relation = options.relation.as_ref().and_then(clap::ValueEnum::to_possible_value);
    let given = options.message.as_ref().map(|text| Given::read(text, repository.trailers(text)?)).transpose()?;
    let request = MessageRequest {
        given,
        kind: options.kind.clone(),
        scope: options
            .scope
            .clone()
            .or_else(|| settings.scope.clone())
            .or_else(|| repository.usual_scope(paths))
            .or_else(|| scope_of(changes)),
        scope_is_explicit: options.scope.is_some(),
        tasks,
        relation: relation.map(|value| value.get_name().to_owned()).or_else(|| settings.relation.clone()),
        breaking: options.breaking,
        template: settings.template.clone(),
    };
    Message::new(changes, Detail::read(settings.detail.as_deref())?, request)
}

/// The scope if neither settings nor history suggest one: `secrets` for changes of access, `authelia` for values of
/// Authelia files, or else the name of the only file without folder and extension.
fn scope_of(changes: &[FileChange]) -> Option<String> {
    let is_rule = |change: &FileChange| {
        matches!(change.content, ContentChange::Rules | ContentChange::RuleAdded | ContentChange::RuleRemoved)
            || !change.access.is_empty()
    };
    if changes.iter().all(is_rule) {
        return Some("secrets".to_owned());
    }
    if changes.iter().all(|change| change.changes.is_empty()) {
        return None;
    }
    let file = |change: &FileChange| change.name.split('#').next().unwrap_or_default().to_owned();
    let first = file(changes.first()?);
    let same = changes.iter().all(|change| file(change) == first);
    let inside = same && changes.iter().all(|change| change.name.contains('#'));
    if !inside && changes.iter().any(|change| change.schema == Schema::Authelia) {
        return Some("authelia".to_owned());
    }
    let stem = Path::new(&first).file_name()?.to_str()?.split('.').next()?.to_owned();
    let word = !stem.is_empty() && stem.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    (word && same).then_some(stem)
}

/// Reports which files a hook added to a commit.
pub(crate) fn report_additions(written: &commit::NewCommit, context: &Context) -> Result<()> {
    if written.also.is_empty() {
        return Ok(());
    }
    let files = FileName::shown(written.also.join(", "));
    context.out.warn(&shown!("a hook has added to the commit: {}", files))
}
