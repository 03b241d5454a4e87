//! Collects the status: the rules, the keys, the files, git.

use std::path::{Path, PathBuf};

use super::{IdentityStatus, SecretStatus, Status};
use crate::app::Context;
use crate::app::access::Access;
use crate::app::context::{sops_key_files, usual_identities};
use crate::app::encrypted::is_encrypted;
use crate::app::opening::KeyFile;
use crate::app::unmerged::{Conflict, Merger};
use crate::app::{recovery, unmerged};
use crate::command::{commit, git};
use crate::container::Evidence;
use crate::error::{ErrorKind, Result};
use crate::history::Repository;
use crate::input::{self, Limit};
use crate::parallel;
use crate::rules::SopsRules;
use crate::shown::Shown;
use crate::workspace::Target;

/// A file of the rules with its bytes, if it can be read.
struct RuledFile {
    target: Target,
    bytes: Option<Vec<u8>>,
}

/// The outcome of trying the keys on a file.
#[derive(Default)]
struct Trial {
    /// Whether each identity file opens it.
    opening: Vec<bool>,
    is_opened: bool,
    /// Whether a key opens it, but its content is damaged.
    is_damaged: bool,
}

/// How the files compare with the rules and with git.
struct Comparison {
    /// Whether each file has drifted.
    drifted: Vec<bool>,
    changed: Vec<String>,
    git_setup: Option<bool>,
    unmerged: Vec<Conflict>,
}

pub(super) fn status(context: &Context) -> Result<Status> {
    let workspace = &context.workspace;
    workspace.refuse_missing_rules()?;
    let interrupted = match recovery::settle(context) {
        Ok(recovered) => recovered.iter().map(|one| recovery::describe(one, context)).collect(),
        Err(error) => vec![error.shown().clone()],
    };
    let sops = workspace.sops_rules();
    let has_rules = workspace.rules_path().is_some() || !matches!(sops, Ok(None));
    let targets = if has_rules { workspace.targets() } else { Ok(Vec::new()) };
    let (targets, rules_problem) = targets.map_or_else(|error| (Vec::new(), Some(error)), |targets| (targets, None));
    let _snapshot = recovery::snapshot(context).ok();
    let read =
        |target: &Target| RuledFile { target: target.clone(), bytes: input::read(&target.path, Limit::Secret).ok() };
    let files: Vec<RuledFile> = targets.iter().map(read).collect();
    // If the settings cannot be read, try the usual places.
    let mut paths = context.identity_paths().unwrap_or_else(|_| usual_identities());
    if !matches!(sops, Ok(None)) {
        paths.extend(sops_key_files().into_iter().filter(|path| !paths.contains(path)).collect::<Vec<_>>());
    }
    let loaded: Vec<Result<KeyFile>> = paths.iter().map(|path| KeyFile::load(path.clone())).collect();
    let keys: Vec<Option<&KeyFile>> = loaded.iter().map(|key| key.as_ref().ok().filter(|key| !key.may_ask())).collect();
    let may_open = loaded.iter().flatten().any(KeyFile::may_ask);
    let variables = KeyFile::none();
    // Decrypting takes most of the time.
    let beside = || (compare(&files, context), Access::as_written(context));
    let (trials, (compared, access)) =
        parallel::map_beside(files.iter().collect(), |file| tried(file, &keys, &variables), beside);
    let state = |file: &RuledFile, trial: &Trial| match &file.bytes {
        None => "absent",
        Some(bytes) if !is_encrypted(&file.target, bytes) => "damaged",
        Some(_) if trial.is_opened => "readable",
        Some(_) if trial.is_damaged => "damaged",
        Some(_) if may_open => "locked",
        Some(_) => "unreadable",
    };
    let secret = |((file, trial), drifted): ((&RuledFile, &Trial), &bool)| SecretStatus {
        path: file.target.display.clone(),
        state: state(file, trial),
        drifted: *drifted,
    };
    let identity = |(at, (path, key)): (usize, (&PathBuf, &Result<KeyFile>))| IdentityStatus {
        path: path.display().to_string(),
        name: public_key(path).and_then(|key| access.known_name(&key)),
        opens: keys[at].is_some().then(|| trials.iter().filter(|trial| trial.opening[at]).count()),
        problem: match key {
            Ok(key) if key.may_ask() => Some(Shown::fixed("not tried, because it asks for a passphrase or a touch")),
            Ok(_) => None,
            Err(error) => Some(error.shown().clone()),
        },
    };
    let settings = workspace.settings_path();
    Ok(Status {
        directory: workspace.current().display().to_string(),
        repository: workspace.top().map(|path| path.display().to_string()),
        rules: workspace.rules_path().map(|path| workspace.display(path)),
        sops_rules: SopsRules::find(workspace.current(), workspace.top()).map(|path| workspace.display(&path)),
        rules_problem,
        settings: settings.is_file().then(|| workspace.display(&settings)),
        settings_problem: workspace.config().err(),
        keys: paths.iter().zip(&loaded).enumerate().map(identity).collect(),
        secrets: files.iter().zip(&trials).zip(&compared.drifted).map(secret).collect(),
        changed: compared.changed,
        git_setup: compared.git_setup,
        interrupted,
        unmerged: compared.unmerged,
        temporary: recovery::leftovers(&targets, context).iter().map(|one| workspace.display(&one.path)).collect(),
    })
}

/// Tries every key on a file. Keys in the variables of sops, which have no file, are tried if no other opens it.
fn tried(file: &RuledFile, keys: &[Option<&KeyFile>], variables: &KeyFile) -> Trial {
    let mut trial = Trial { opening: vec![false; keys.len()], ..Trial::default() };
    let Some(bytes) = &file.bytes else { return trial };
    let open = |key: &KeyFile| key.keys().open(&file.target, bytes).map(drop).map_err(|error| error.kind());
    for (key, opening) in keys.iter().zip(&mut trial.opening) {
        let Some(outcome) = key.map(open) else { continue };
        *opening = outcome.is_ok();
        trial.is_damaged |= outcome == Err(ErrorKind::Damaged);
    }
    trial.is_opened = trial.opening.contains(&true) || open(variables).is_ok();
    trial
}

fn compare(files: &[RuledFile], context: &Context) -> Comparison {
    let repository = context.workspace.repository().map(Repository::new);
    let marked = files.iter().map(|file| (&file.target, file.bytes.as_deref().and_then(Merger::of)));
    Comparison {
        drifted: files.iter().map(|file| has_drifted(file, context)).collect(),
        changed: repository.as_ref().map(|repository| changed(repository, context)).unwrap_or_default(),
        git_setup: repository.as_ref().and_then(|repository| git::is_set_up(repository, context)),
        unmerged: unmerged::conflicts(marked, repository.as_ref()),
    }
}

/// The encrypted files that differ from HEAD; empty if git does not answer.
fn changed(repository: &Repository, context: &Context) -> Vec<String> {
    let changed = commit::changed_secrets(repository, context).unwrap_or_default();
    changed.into_iter().map(|target| target.display).collect()
}

/// Whether the readers in the file's header differ from the recipients in the rules.
fn has_drifted(file: &RuledFile, context: &Context) -> bool {
    let Some(bytes) = &file.bytes else { return false };
    let Ok(Some(rule)) = context.workspace.rule(&file.target) else { return false };
    context.agreement(&file.target, bytes, &rule, Evidence::default).is_ok_and(|agreement| agreement.drifted())
}

/// The public key of an identity file, from the file beside it or a comment in it.
fn public_key(path: &Path) -> Option<String> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".pub");
    if let Ok(text) = input::read_text(Path::new(&beside), Limit::Settings) {
        return text.lines().next().map(str::to_owned);
    }
    let text = input::read_text(path, Limit::Settings).ok()?;
    let comment = text.lines().find_map(|line| line.strip_prefix("# public key: "))?;
    Some(comment.trim().to_owned())
}
