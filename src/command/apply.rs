//! `agepatch apply`: applies patch documents to a file, or patch sets to the files that they name.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::app::flow::{self, Creates, Draft, FILTER, Job, Work};
use crate::app::options::{EditOptions, Relation};
use crate::app::stdin::Stdin;
use crate::container::Plaintext;
use crate::error::{Error, ErrorKind, Result};
use crate::history::Repository;
use crate::input::{self, Limit};
use crate::patch::{self, Input, Patch, PatchNotation, PatchSet, SetFile};
use crate::shown;
use crate::shown::{FileName, Setting};
use crate::workspace::OutsideSetting;
use clap::Args;

/// The name of a patch on stdin.
const STDIN: &str = "the patch on stdin";

/// `apply`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch apply authelia-secrets -p patch.json
  agepatch apply authelia-secrets --merge -p merge.yaml -n
  agepatch apply -p patch-set.yaml --commit
  jq .patch report.json | agepatch apply authelia-secrets

Patches are RFC 6902, RFC 7386 (--merge), or patch sets. An operation is { op,
path, value | value_from | from | to }; op is add, remove, replace, move, copy,
test, set, append, or rename. A patch set names its files and is applied
atomically:
  agepatch: 1
  files:
    db.age:
      - { op: set, path: password, value_from: { generate: 72 } }
    app-env.age:
      - { op: set, path: DB_HOST, value: db.lan }")]
pub(crate) struct ApplyArgs {
    /// The file to patch; a patch set names its files itself.
    #[arg(add = complete::files())]
    pub(crate) file: Option<String>,
    /// A patch (repeatable) [default: `-`, stdin, if it is not a terminal].
    #[arg(short, long = "patch", value_name = "PATCH")]
    pub(crate) patches: Vec<PathBuf>,
    /// Read the patches as RFC 7386 merge patches.
    #[arg(long)]
    pub(crate) merge: bool,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Applies the patches in order, as a single edit.
pub(crate) fn run(args: &ApplyArgs, context: &mut Context) -> Result<ExitCode> {
    let inputs = read_all(args, context)?;
    let mut set = PatchSet::default();
    for (name, input) in inputs {
        let next = match (input, &args.file) {
            (Input::Patch(mut patch), Some(file)) => {
                consent(&name, [&patch], context)?;
                patch.read_from(&name);
                PatchSet { files: vec![SetFile { name: file.clone(), patch }], ..PatchSet::default() }
            }
            (Input::Set(mut next), None) => {
                consent(&name, next.files.iter().map(|file| &file.patch), context)?;
                next.files.iter_mut().for_each(|file| file.patch.read_from(&name));
                next
            }
            (Input::Patch(_), None) => {
                return Err(Error::new(
                    ErrorKind::Usage,
                    shown!("{} does not say which file it is for", FileName::shown(&name)),
                )
                .hint("agepatch apply FILE -p PATCH; a patch set names its files itself"));
            }
            (Input::Set(_), Some(_)) => {
                return Err(Error::new(
                    ErrorKind::Usage,
                    shown!("{} is a patch set, which names its files itself", FileName::shown(&name)),
                )
                .hint("leave FILE out"));
            }
        };
        set = set.then(next);
    }
    let options = options(args, &set)?;
    let jobs = set.files.into_iter().map(job).collect();
    flow::run(jobs, &options, context)?;
    Ok(ExitCode::SUCCESS)
}

/// Fails for a patch that git tracks and that reads a value from outside the repository, unless the repository is
/// trusted: it may come from a fresh clone, and the value would be encrypted to the repository's recipients. Untracked
/// patches are the user's own.
fn consent<'p>(name: &str, patches: impl IntoIterator<Item = &'p Patch>, context: &Context) -> Result<()> {
    let workspace = &context.workspace;
    let outside = |path: &&str| workspace.is_outside(&workspace.current().join(path));
    let Some(path) = patches.into_iter().flat_map(Patch::value_files).find(outside) else { return Ok(()) };
    let document = workspace.current().join(name);
    if name == STDIN || workspace.is_outside(&document) || !is_tracked(&document, context) {
        return Ok(());
    }
    workspace.consent(&OutsideSetting::patch(path)).map_err(|error| error.in_file(FileName::shown(name)))
}

/// Whether git tracks the file, as far as that is known.
fn is_tracked(path: &Path, context: &Context) -> bool {
    let Some(root) = context.workspace.repository() else { return false };
    let repository = Repository::new(root);
    let (Ok(path), Ok(tracked)) = (repository.relative(path), repository.tracked()) else { return true };
    tracked.iter().any(|entry| entry.path == path)
}

fn job(file: SetFile) -> Job<'static> {
    Job { file: file.name, work: Work::Ready(Draft::Patch(file.patch)), creates: Creates::File }
}

/// The patch documents, with their names for display.
fn read_all(args: &ApplyArgs, context: &Context) -> Result<Vec<(String, Input)>> {
    if !args.patches.is_empty() {
        return args.patches.iter().map(|path| read(path, args, context)).collect();
    }
    if args.file.as_deref() == Some(FILTER) {
        return Err(both_on_stdin());
    }
    if Stdin::is_terminal() {
        return Err(Error::new(ErrorKind::Usage, "there is no patch").hint("pass -p PATCH, or the patch on stdin"));
    }
    Ok(vec![read(Path::new(FILTER), args, context)?])
}

fn read(path: &Path, args: &ApplyArgs, context: &Context) -> Result<(String, Input)> {
    let from_stdin = path.as_os_str() == FILTER;
    if from_stdin && args.file.as_deref() == Some(FILTER) {
        return Err(both_on_stdin());
    }
    let name = if from_stdin { STDIN.to_owned() } else { path.display().to_string() };
    let text = if from_stdin {
        context.stdin.take("the patch")?
    } else {
        let bytes = input::read_named(path, Limit::Secret)
            .map_err(|error| Error::io("cannot read the patch", &error).in_file(FileName::shown(&name)))?;
        Plaintext::new(bytes)
    };
    if text.is_blank() {
        let error = Error::new(ErrorKind::EmptyResult, shown!("{} is empty", FileName::shown(&name)));
        return match args.options.allow_empty {
            true => Ok((name, Input::Patch(Patch::Operations(Vec::new())))),
            false => Err(error.hint("a patch that does nothing is `[]`; did the command that generates it fail?")),
        };
    }
    let notation = if args.merge { PatchNotation::Merge } else { PatchNotation::Operations };
    let input = patch::read(text.expose(), notation).map_err(|error| error.in_file(FileName::shown(&name)))?;
    Ok((name, input))
}

fn both_on_stdin() -> Error {
    Error::new(ErrorKind::Usage, "stdin holds the document, and cannot hold the patch as well")
        .hint("give the patch as a file: agepatch apply - -p PATCH")
}

/// The options; the patch set provides commit options that the command line does not set.
fn options(args: &ApplyArgs, set: &PatchSet) -> Result<EditOptions> {
    let mut options = args.options.clone();
    let message = &mut options.message;
    let relation = set.relation.as_deref().map(|word| {
        <Relation as clap::ValueEnum>::from_str(&word.replace(' ', "-"), true).map_err(|_| {
            Error::new(ErrorKind::Patch, shown!("the patch set names an unknown relation `{}`", Setting::shown(word)))
                .hint("known relations: Resolves, Related, Fixes, Closes, and Part-of")
        })
    });
    let relation = relation.transpose()?;
    if !args.options.commit {
        return Ok(options);
    }
    message.relation = message.relation.or(relation);
    if message.tasks.is_empty() {
        message.tasks.clone_from(&set.tasks);
    }
    message.kind = message.kind.take().or_else(|| set.kind.clone());
    message.scope = message.scope.take().or_else(|| set.scope.clone());
    message.message = message.message.take().or_else(|| set.message.clone());
    Ok(options)
}
