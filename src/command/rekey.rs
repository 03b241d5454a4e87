//! `agepatch rekey`: re-encrypts files whose recipients drifted from the rules, atomically. The content is preserved
//! byte for byte.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::app::access::{self, Access, Stanza};
use crate::app::commits::{self, MadeCommit, Prepared, repository};
use crate::app::committed_sources::CommittedSources;
use crate::app::complete;
use crate::app::locked_file::{LockedFile, Replacements};
use crate::app::options::CommitOptions;
use crate::app::{Context, recovery, refusal};
use crate::commit::{self, ContentChange, FileChange};
use crate::container::Agreement;
use crate::error::{Error, ErrorKind, Result};
use crate::output::Progress;
use crate::rules::Names;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, RecipientName, Shown};
use crate::workspace::Target;
use clap::Args;

/// `rekey`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch rekey -n
  agepatch rekey --commit
  agepatch rekey --all
  agepatch rekey authelia-secrets
  agepatch rekey --rotate secrets/galactica.yaml

All files are decrypted and re-encrypted before the first is replaced, so a
damaged file stops the run before anything is written. In sops files, recipients
that stay keep their encrypted data key; --rotate generates a new one.")]
pub(crate) struct RekeyArgs {
    /// The files [default: those that drifted].
    #[arg(add = complete::files())]
    pub(crate) files: Vec<String>,
    /// Re-encrypt everything, drifted or not.
    #[arg(long)]
    pub(crate) all: bool,
    /// Generate a new data key for sops files and encrypt every value again.
    #[arg(long)]
    pub(crate) rotate: bool,
    /// Show what would be done, write nothing.
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Commit the result.
    #[arg(long)]
    pub(crate) commit: bool,
    /// The commit message.
    #[command(flatten)]
    pub(crate) message: CommitOptions,
}

crate::output! {
    #[schemars(title = "Who gained and who lost access")]
    pub(crate) struct Output {
        files: Vec<RekeyedFile>,
        /// The commit that was made, if one was
        #[schemars(regex(pattern = "^[0-9a-f]{40,64}$"))]
        commit: Option<Shown>,
    }
}

crate::output! {
    pub(crate) struct RekeyedFile {
        path: Shown,
        /// Keys, as the rules have them
        gained: Vec<Shown>,
        lost: Vec<Stanza>,
    }
}

/// A re-encrypted file.
struct Rekeyed {
    target: Target,
    agreement: Agreement,
    /// Whether the data key stays the same, so that readers who lost access could still use it.
    keeps_key: bool,
    /// Whether it is a sops file that got a new data key.
    rotated: bool,
}

impl Rekeyed {
    /// Who gains and who loses access, according to the readers in the file.
    fn access(&self, names: &Access<'_>) -> commit::AccessChange {
        commit::AccessChange {
            gained: self.agreement.missing.iter().map(|key| names.name(key, &Names::default())).collect(),
            lost: self.agreement.extra.iter().map(|reader| names.name_of_reader(reader)).collect(),
        }
    }
}

/// Re-encrypts the named files, or else all existing files in the rules; only those that drifted, unless `--all` is
/// set.
pub(crate) fn run(args: &RekeyArgs, context: &mut Context) -> Result<ExitCode> {
    context.rehearse(args.dry_run);
    args.message.refuse_without_commit(args.commit)?;
    let mut broken = Vec::new();
    let targets = match args.files.as_slice() {
        [] => listed(&mut broken, context)?,
        files => files.iter().map(|file| context.known(file)).collect::<Result<Vec<_>>>()?,
    };
    let (looked_at, mut counted) = (targets.len(), 0);
    let mut rekeyed = Vec::new();
    let mut replacements = Replacements::default();
    let targets = in_place_order(targets);
    let progress = Progress::new("checking the files", targets.len(), &context.out);
    for target in targets {
        progress.step();
        let named = |error: Error| error.in_file(&target);
        let rule = context.workspace.rule(&target)?.ok_or_else(|| {
            named(Error::new(ErrorKind::NoRecipient, "the rules do not list this file"))
                .hint("add it to secrets.nix or .sops.yaml")
        })?;
        let locked = LockedFile::read(&target).map_err(named)?;
        recovery::report(locked.recovered(), context)?;
        let tried = || context.keys().map(|keys| keys.tried(locked.bytes())).unwrap_or_default();
        let agreement = context.agreement(&target, locked.bytes(), &rule, tried).map_err(named)?;
        counted += usize::from(!agreement.verifiable);
        if !args.all && !args.rotate && !agreement.drifted() {
            continue;
        }
        refusal::refuse(&rule, &target, context)?;
        // Everything is opened and encrypted before the first file is written, so one damaged file stops them all.
        let sealed = context.rekeyed(&locked, &rule, args.rotate);
        let sealed = sealed.map_err(|error| named(context.naming_readers(error, &target, locked.bytes())))?;
        // A sops file that already has the recipients in the rules.
        if sealed.sha256() == locked.sha256() {
            continue;
        }
        let has_key = locked.container().kind().keeps_recipients();
        let (keeps_key, rotated) = (has_key && !args.rotate, has_key && args.rotate);
        replacements.push(locked, sealed);
        rekeyed.push(Rekeyed { target, agreement, keeps_key, rotated });
    }
    drop(progress);
    let commit = if args.commit && !args.dry_run { prepare(&rekeyed, args, context)? } else { None };
    if !args.dry_run {
        replacements.put(context)?;
    }
    let commit = commit.map(|prepared| prepared.make(context)).transpose()?;
    report(&rekeyed, (looked_at, counted), args, commit.as_ref(), context)?;
    match broken.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// The existing files of the rules. Broken rules of other files are added to `broken`.
///
/// # Errors
/// `io` if none of them exists; `untrusted` for one outside the repository; `rules` if there are none.
fn listed(broken: &mut Vec<Error>, context: &Context) -> Result<Vec<Target>> {
    let workspace = &context.workspace;
    let all = workspace.targets()?;
    let count = all.len();
    let (present, missing): (Vec<Target>, Vec<Target>) = all.into_iter().partition(|target| target.path.exists());
    if present.is_empty() {
        return Err(none_exists(count, context));
    }
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|target| target.display.as_str()).collect();
        context.out.warn(&FileName::shown(format!("listed in the rules, but missing: {}", names.join(", "))))?;
    }
    let mut targets = Vec::new();
    for target in present {
        workspace.consent_to_secret(&target)?;
        match workspace.rule(&target) {
            Err(error) if error.kind() == ErrorKind::Rules => broken.push(error),
            _ => targets.push(target),
        }
    }
    Ok(targets)
}

/// The error if no file exists; most likely the rules are relative to another folder.
fn none_exists(count: usize, context: &Context) -> Error {
    let workspace = &context.workspace;
    let folder = workspace.names_folder().unwrap_or(workspace.current());
    let message = match count {
        0 => Shown::fixed("the rules list no files"),
        1 => Shown::fixed("the file that the rules list does not exist"),
        count => shown!("none of the {} files that the rules list exists", count),
    };
    let error = Error::new(ErrorKind::Io, message).hint(shown!(
        "the names in the rules are relative to {}; -C DIR or --rules FILE sets where to look",
        folder.display()
    ));
    match workspace.rules_path() {
        Some(rules) => error.in_file(FileName::shown(workspace.display(rules))),
        None => error,
    }
}

/// Sorted by path, since every run must take the locks in the same order to avoid deadlocks. A file with two names, one
/// of them a symbolic link, is included once.
fn in_place_order(targets: Vec<Target>) -> Vec<Target> {
    let mut placed: Vec<(PathBuf, Target)> = targets.into_iter().map(|target| (target.place(), target)).collect();
    placed.sort_by(|left, right| left.0.cmp(&right.0));
    placed.dedup_by(|later, first| later.0 == first.0);
    placed.into_iter().map(|(_, target)| target).collect()
}

/// Checks before anything is written that the commit can be created.
fn prepare(rekeyed: &[Rekeyed], args: &RekeyArgs, context: &Context) -> Result<Option<Prepared>> {
    if rekeyed.is_empty() {
        return Ok(None);
    }
    let repository = repository(context)?;
    repository.refuse_unfinished()?;
    let paths: Vec<PathBuf> = rekeyed.iter().map(|one| one.target.path.clone()).collect();
    for path in &paths {
        repository.refuse_staged(path)?;
    }
    let former = CommittedSources::of(&repository, context)?;
    let names = Access::new(context)?;
    let change = |one: &Rekeyed| FileChange {
        access: former.access(&one.target, &names).unwrap_or_else(|| one.access(&names)),
        ..FileChange::bare(one.target.display.clone(), ContentChange::Equal)
    };
    let changes: Vec<FileChange> = rekeyed.iter().map(change).collect();
    let files: Vec<(Target, Schema)> = rekeyed.iter().map(|one| (one.target.clone(), Schema::Unknown)).collect();
    let companions = if args.message.no_rules { Vec::new() } else { former.companions(&files, &paths, &repository)? };
    let mut options = args.message.clone();
    options.kind = options.kind.or_else(|| Some("chore".to_owned()));
    options.scope = options.scope.or_else(|| Some("secrets".to_owned()));
    // Changes of access are more informative.
    if changes.iter().any(|change| change.access.is_empty()) {
        options.message = options.message.or_else(|| {
            Some(match rekeyed {
                [one] => format!("rekey {}", one.target.display),
                many => format!("rekey {} files", many.len()),
            })
        });
    }
    let message = commits::message(&changes, &paths, &options, &repository, context)?;
    let done = match rekeyed {
        [one] => shown!("{} is encrypted again", one.target),
        many => shown!("{} files are encrypted again", many.len()),
    };
    Ok(Some(Prepared { repository, paths, companions, message, done }))
}

/// From this number of files on, what is the same for all of them is printed once.
const GROUPED: usize = 3;

/// Who gains and who loses access to a file, a line each.
fn described(one: &Rekeyed, access: &Access<'_>) -> Vec<Shown> {
    let agreement = &one.agreement;
    let mut lines: Vec<Shown> =
        agreement.missing.iter().map(|key| shown!("  + {} gains access", access.key(key))).collect();
    if let Some((rules, file)) = agreement.needed {
        let [rules, file] = [rules, file].map(|needed| RecipientName::shown(access::groups(needed)));
        lines.push(shown!("  it now takes {} to open it, not {}", rules, file));
    } else if agreement.missing.is_empty() && agreement.extra.is_empty() && agreement.regrouped() {
        lines.push(Shown::fixed("  its keys are now in the key groups of the rules"));
    }
    lines.extend(agreement.extra.iter().map(|reader| shown!("  - {} loses access", access.reader(reader))));
    if one.rotated {
        lines.push(Shown::fixed("  a new data key, and every value encrypted with it"));
    }
    lines
}

/// Reports what was re-encrypted, and for which files the keys could only be counted, so that drift is not excluded.
fn report(
    rekeyed: &[Rekeyed],
    (looked_at, counted): (usize, usize),
    args: &RekeyArgs,
    commit: Option<&MadeCommit>,
    context: &Context,
) -> Result<()> {
    if context.out.is_json() {
        let file = |one: &Rekeyed| RekeyedFile {
            path: one.target.shown(),
            gained: one.agreement.missing.iter().map(|key| RecipientName::shown(key.clone())).collect(),
            lost: one.agreement.extra.iter().map(Stanza::of).collect(),
        };
        let files = rekeyed.iter().map(file).collect();
        return context.out.json(&Output { files, commit: commit.map(|commit| commit.id.clone()) });
    }
    if rekeyed.is_empty() {
        let files = if looked_at == 1 { Shown::fixed("1 file") } else { shown!("{} files", looked_at) };
        let unverified = match counted {
            0 => Shown::default(),
            counted => {
                shown!("; {} of them counted, not verified: age does not say which X25519 keys a file is for", counted)
            }
        };
        let text = shown!("{}: nothing drifted from the rules, nothing written{}", files, unverified);
        return context.out.report(&text);
    }
    let access = Access::new(context)?;
    let mut lost = false;
    let described: Vec<Vec<Shown>> = rekeyed.iter().map(|one| described(one, &access)).collect();
    for (at, (one, lines)) in rekeyed.iter().zip(&described).enumerate() {
        lost |= !one.agreement.extra.is_empty();
        let same: Vec<&Rekeyed> =
            rekeyed.iter().zip(&described).filter(|(_, other)| *other == lines).map(|(one, _)| one).collect();
        let is_grouped = same.len() >= GROUPED;
        if is_grouped && described[..at].contains(lines) {
            continue;
        }
        let head = if is_grouped { shown!("{} files", same.len()) } else { FileName::shown(&one.target.display) };
        let mut text = if args.dry_run { shown!("{} (dry run, nothing written)", head) } else { head };
        let names =
            same.iter().filter(|_| is_grouped).map(|one| shown!("    {}", FileName::shown(&one.target.display)));
        for line in lines.iter().cloned().chain(names) {
            text.push_line(&Shown::default());
            text.push(&line);
        }
        if args.dry_run { context.out.diff(&text)? } else { context.out.report(&text)? }
    }
    if let Some(commit) = commit {
        context.out.report(&commit.line())?;
    }
    let verb = if args.dry_run { "lose" } else { "lost" };
    let kept = |one: &&Rekeyed| one.keeps_key && !one.agreement.extra.is_empty();
    let kept: Vec<&Target> = rekeyed.iter().filter(kept).map(|one| &one.target).collect();
    if !kept.is_empty() {
        context.out.warn(&shown!(
            "those who {} access still have the data key, which also decrypts later values; generate a new one: agepatch rekey --rotate {}",
            verb,
            Shown::join(kept, " ")
        ))?;
    }
    if lost {
        context.out.warn(&shown!(
            "those who {} access may know the old content, and git keeps the old files: change the secrets themselves",
            verb
        ))?;
    }
    Ok(())
}
