//! `agepatch log`: lists the commits that changed a file's values, or one value, newest first.

use std::collections::HashMap;
use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::app::flow::report::ChangeOutput;
use crate::app::versions::Versions;
use crate::diff::{self, Change, ChangeKind};
use crate::document::{Path, Pointer, nearest};
use crate::error::{Error, ErrorKind, Result};
use crate::history::Revision;
use crate::output::changes;
use crate::redact::Redactor;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{CommitId, CommitText, KeyName, Shown, TaskId};
use crate::workspace;
use clap::Args;

/// `log`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch log authelia-secrets
  agepatch log app-env API_TOKEN
  agepatch log authelia-secrets 'identity_providers.oidc.clients[grafana]'

Renames of the file and of list items are followed.")]
pub(crate) struct LogArgs {
    /// The file.
    #[arg(add = complete::files())]
    pub(crate) file: String,
    /// The value whose history to list.
    #[arg(add = complete::paths())]
    pub(crate) path: Option<String>,
}

crate::output! {
    #[schemars(title = "The commits that changed a file or a value")]
    pub(crate) struct Output {
        file: Shown,
        path: Option<Shown>,
        commits: Vec<CommitOutput>,
    }
}

crate::output! {
    pub(crate) struct CommitOutput {
        id: Shown,
        short: Shown,
        date: Shown,
        author: Shown,
        subject: Shown,
        tasks: Vec<Shown>,
        /// Printed instead of changes: that it was added, or cannot be read here
        note: Option<&'static str>,
        changes: Vec<ChangeOutput>,
    }
}

/// The effect of a commit.
struct LogEntry<'v> {
    revision: &'v Revision,
    what: LogDetail,
}

enum LogDetail {
    /// It changed values, of the document and of those inside its values.
    Changes(Vec<Document>),
    /// A description in words.
    Words(&'static str),
}

/// The changes of one document.
struct Document {
    /// Its place in the file: `#PATH`, or empty for the file itself.
    inside: String,
    changes: Vec<Change>,
    schema: Schema,
}

/// Lists the commits.
pub(crate) fn run(args: &LogArgs, context: &mut Context) -> Result<ExitCode> {
    let versions = match &args.path {
        Some(_) => Versions::read_guessed(&args.file, context)?,
        None => Versions::read(&args.file, context)?,
    };
    if versions.revisions.is_empty() {
        if !versions.target.path.exists() {
            return Err(context.workspace.no_such_file(workspace::file_part(&args.file)));
        }
        context.out.note(&shown!("{} is in no commit yet", &versions.target))?;
    }
    let entries = match &args.path {
        None => {
            let older = versions.revisions.iter().skip(1).map(Some).chain([None]);
            let renamed =
                |revision: &Revision, older: Option<&Revision>| older.is_some_and(|older| older.path != revision.path);
            let pairs = versions.revisions.iter().zip(older);
            pairs
                .map(|(revision, older)| revision_entry(revision, renamed(revision, older), &versions, context))
                .collect()
        }
        Some(path) => of_value(path, &versions)?,
    };
    print(&entries, args, &versions, context)?;
    Ok(ExitCode::SUCCESS)
}

/// The effect of the commit on the file; `renamed` if it had another name before.
fn revision_entry<'v>(revision: &'v Revision, renamed: bool, versions: &Versions, context: &Context) -> LogEntry<'v> {
    let old = revision.parents.first().and_then(Option::as_ref);
    let words = |words| LogEntry { revision, what: LogDetail::Words(words) };
    match (old, &revision.blob) {
        (None, _) => words("added"),
        (_, None) => words("removed"),
        (Some(old), Some(new)) if old == new => words("renamed, with the same content"),
        (old, new) => match (versions.document(old), versions.document(new.as_ref())) {
            (Some(before), Some(after))
                if before.bytes() == after.bytes()
                    && !renamed
                    && old.zip(new.as_ref()).is_some_and(|(old, new)| versions.same_ciphertexts(old, new)) =>
            {
                words("only the recipients, the MAC, or other metadata changed")
            }
            (Some(before), Some(after)) if before.bytes() == after.bytes() => match renamed {
                true => words("renamed and re-encrypted, the content is the same"),
                false => words("re-encrypted, the content is the same"),
            },
            (Some(before), Some(after)) => {
                let schema = versions.schema(after);
                let target = &versions.target;
                let changed = context.changes(target, before, after, schema).into_iter().map(|one| {
                    let inside = one.target.display.strip_prefix(&target.display).unwrap_or_default().to_owned();
                    Document { inside, changes: one.changes, schema: one.schema }
                });
                let changed: Vec<Document> = changed.collect();
                if changed.is_empty() {
                    return words("only comments or layout changed");
                }
                LogEntry { revision, what: LogDetail::Changes(changed) }
            }
            _ => words("changed (it cannot be decrypted or read here)"),
        },
    }
}

/// The commits that changed one value, followed through renames of the file and of the items that contain it.
fn of_value<'v>(path: &str, versions: &'v Versions) -> Result<Vec<LogEntry<'v>>> {
    let parsed = Path::parse(path)?;
    let find = |revision: &Revision| {
        let value = versions.document(revision.blob.as_ref())?.value();
        parsed.resolve(value).ok().filter(|pointer| pointer.get(value).is_some())
    };
    let found = versions.revisions.iter().enumerate().find_map(|(index, one)| Some((index, find(one)?)));
    let (start, pointer) = found.ok_or_else(|| {
        let newest = versions.revisions.iter().find_map(|one| versions.document(one.blob.as_ref()));
        let shown = newest.filter(|document| versions.shows_names(document));
        let wanted = shown.and_then(|document| Some((document, parsed.resolve_new(document.value()).ok()?)));
        let hint = wanted.and_then(|(document, pointer)| nearest::hint(document.value(), &pointer));
        let error = Error::new(ErrorKind::Path, "no readable version of the file has a value at this path")
            .at_path(KeyName::shown(path))
            .in_file(&versions.target);
        error.hint(
            hint.unwrap_or(Shown::fixed("`agepatch log FILE` lists the revisions, `agepatch show` what there is")),
        )
    })?;
    let newest = versions.revisions[start].blob.clone().unwrap_or_default();
    let mut entries = Vec::new();
    for revision in &versions.revisions[..start] {
        // The value is in the previous version, but not in this one.
        let readable = versions.document(revision.blob.as_ref()).is_some() || revision.blob.is_none();
        if readable && revision.parents.iter().flatten().any(|parent| *parent == newest) {
            entries.push(LogEntry { revision, what: LogDetail::Words("removed") });
        }
    }
    let mut tracked = HashMap::from([(newest, pointer)]);
    for revision in &versions.revisions[start..] {
        let Some(pointer) = revision.blob.as_ref().and_then(|blob| tracked.get(blob)).cloned() else { continue };
        if let Some(what) = step(revision, &pointer, &mut tracked, versions) {
            entries.push(LogEntry { revision, what });
        }
    }
    Ok(entries)
}

/// The effect of the commit on the value; records its places in the previous versions.
fn step(
    revision: &Revision,
    pointer: &Pointer,
    tracked: &mut HashMap<String, Pointer>,
    versions: &Versions,
) -> Option<LogDetail> {
    let parents: Vec<&String> = revision.parents.iter().flatten().collect();
    if parents.is_empty() {
        return Some(LogDetail::Words("added"));
    }
    let Some(after) = versions.document(revision.blob.as_ref()) else {
        for parent in parents {
            tracked.entry(parent.clone()).or_insert_with(|| pointer.clone());
        }
        return Some(LogDetail::Words("changed (it cannot be decrypted or read here)"));
    };
    let schema = versions.schema(after);
    let mut detail = None;
    for parent in parents {
        let Some(before) = versions.document(Some(parent)) else {
            tracked.entry(parent.clone()).or_insert_with(|| pointer.clone());
            continue;
        };
        let old = diff::counterpart(before.value(), after.value(), pointer);
        if let Some(old) = &old {
            tracked.entry(parent.clone()).or_insert_with(|| old.clone());
            if old.get(before.value()) == pointer.get(after.value()) {
                return None;
            }
        }
        let concerns = |change: &Change| match change.kind {
            ChangeKind::Removed => old.as_ref().is_some_and(|old| old.contains(&change.pointer)),
            ChangeKind::Moved => pointer.contains(&change.pointer) && change.pointer != *pointer,
            _ => pointer.contains(&change.pointer) || change.pointer.contains(pointer),
        };
        let changes = diff::changes(before.value(), after.value(), schema).into_iter().filter(concerns).collect();
        detail.get_or_insert_with(|| match [before, after].iter().all(|version| versions.shows_names(version)) {
            true => LogDetail::Changes(vec![Document { inside: String::new(), changes, schema }]),
            // The user gave the name, and the names around it may be secrets.
            false => LogDetail::Words("changed"),
        });
    }
    detail
}

fn print(entries: &[LogEntry<'_>], args: &LogArgs, versions: &Versions, context: &Context) -> Result<()> {
    let reveal = context.global.reveal;
    if context.out.is_json() {
        return context.out.json(&Output {
            file: versions.target.shown(),
            path: args.path.as_ref().map(KeyName::shown),
            commits: entries.iter().map(|entry| output(entry, reveal)).collect(),
        });
    }
    let mut entries_text = Vec::new();
    for entry in entries {
        let commit = &entry.revision.commit;
        let mut text = shown!(
            "{} {} {}  {}",
            CommitText::shown(&commit.short),
            CommitText::shown(&commit.date),
            CommitText::shown(&commit.author),
            CommitText::shown(&commit.subject)
        );
        if !commit.tasks.is_empty() {
            text.push(&shown!(" [{}]", TaskId::shown(commit.tasks.join(", "))));
        }
        match &entry.what {
            LogDetail::Words(words) => text.push(&shown!("\n  {}", *words)),
            LogDetail::Changes(changed) => {
                for document in changed {
                    if !document.inside.is_empty() {
                        text.push(&shown!("\n  {}", KeyName::shown(&document.inside)));
                    }
                    let redactor = Redactor::new(document.schema, reveal);
                    text.push_line(&Shown::default());
                    text.push(&changes::text(&document.changes, redactor, context.out.width()));
                }
            }
        }
        entries_text.push(text);
    }
    context.out.long_diff(&Shown::join(&entries_text, "\n"), reveal)
}

fn output(entry: &LogEntry<'_>, reveal: bool) -> CommitOutput {
    let commit = &entry.revision.commit;
    let (note, changes) = match &entry.what {
        LogDetail::Words(words) => (Some(*words), Vec::new()),
        LogDetail::Changes(changed) => (None, changed.iter().flat_map(|document| document.output(reveal)).collect()),
    };
    CommitOutput {
        id: CommitId::shown(&commit.id),
        short: CommitId::shown(&commit.short),
        date: CommitText::shown(&commit.date),
        author: CommitText::shown(&commit.author),
        subject: CommitText::shown(&commit.subject),
        tasks: commit.tasks.iter().map(TaskId::shown).collect(),
        note,
        changes,
    }
}

impl Document {
    /// The changes for JSON. A change inside a value is named by the value.
    fn output(&self, reveal: bool) -> Vec<ChangeOutput> {
        let redactor = Redactor::new(self.schema, reveal);
        let named = |change: &Change| match self.inside.strip_prefix('#') {
            Some(inside) => Change { path: format!("{inside}#{}", change.path), ..change.clone() },
            None => change.clone(),
        };
        self.changes.iter().map(|change| ChangeOutput::of(&named(change), self.schema, redactor)).collect()
    }
}
