//! Collects the status: the rules, the keys, the files, git.

use std::path::{Path, PathBuf};

use super::{IdentityStatus, SecretStatus, Status};
use crate::app::Context;
use crate::app::access::Access;
use crate::app::context::{sops_key_files, usual_identities};
use crate::app::encrypted::is_encrypted;
use crate::app::opening::KeyFile;
use crate::app::{parallel, recovery, unmerged};
use crate::command::{commit, git};
use crate::error::{ErrorKind, Result};
use crate::history::Repository;
use crate::input::{self, Limit};
use crate::rules::SopsRules;
use crate::shown::{Showable, Shown};
use crate::workspace::Target;

/// A file of the rules with its bytes, if it can be read.
struct RuledFile {
    target: Target,
    bytes: Option<Vec<u8>>,
    is_opened: bool,
    /// Whether a key opens it, but its content is damaged.
    is_damaged: bool,
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
    let mut files: Vec<RuledFile> = targets
        .iter()
        .map(|target| RuledFile {
            target: target.clone(),
            bytes: input::read(&target.path, Limit::Secret).ok(),
            is_opened: false,
            is_damaged: false,
        })
        .collect();
    let access = Access::as_written(context);
    let mut may_open = false;
    let mut keys = Vec::new();
    // If the settings cannot be read, try the usual places.
    let mut paths = context.identity_paths().unwrap_or_else(|_| usual_identities());
    if !matches!(sops, Ok(None)) {
        paths.extend(sops_key_files().into_iter().filter(|path| !paths.contains(path)).collect::<Vec<_>>());
    }
    for path in paths {
        keys.push(try_key(&path, &mut files, &mut may_open, &access));
    }
    // Keys in the variables of sops have no file.
    let variables = KeyFile::none();
    for file in files.iter_mut().filter(|file| !file.is_opened) {
        let bytes = file.bytes.as_ref();
        file.is_opened = bytes.is_some_and(|bytes| variables.keys().open(&file.target, bytes).is_ok());
    }
    let secret = |file: &RuledFile| SecretStatus {
        path: file.target.display.clone(),
        state: match &file.bytes {
            None => "absent",
            Some(bytes) if !is_encrypted(&file.target, bytes) => "damaged",
            Some(_) if file.is_opened => "readable",
            Some(_) if file.is_damaged => "damaged",
            Some(_) if may_open => "locked",
            Some(_) => "unreadable",
        },
        drifted: has_drifted(file, context),
    };
    let settings = workspace.settings_path();
    let repository = workspace.repository().map(Repository::new);
    Ok(Status {
        directory: workspace.current().display().to_string(),
        repository: workspace.top().map(|path| path.display().to_string()),
        rules: workspace.rules_path().map(|path| workspace.display(path)),
        sops_rules: SopsRules::find(workspace.current(), workspace.top()).map(|path| workspace.display(&path)),
        rules_problem,
        settings: settings.is_file().then(|| workspace.display(&settings)),
        settings_problem: workspace.config().err(),
        secrets: files.iter().map(secret).collect(),
        keys,
        changed: repository.as_ref().map(|repository| changed(repository, context)).unwrap_or_default(),
        git_setup: repository.as_ref().and_then(|repository| git::is_set_up(repository, context)),
        interrupted,
        unmerged: unmerged::conflicts(&targets, context),
        temporary: recovery::leftovers(&targets, context).iter().map(|one| workspace.display(&one.path)).collect(),
    })
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
    context.agreement(&file.target, bytes, &rule, None).is_ok_and(|agreement| agreement.drifted())
}

/// Tests an identity file, unless it would prompt.
fn try_key(path: &Path, files: &mut [RuledFile], may_open: &mut bool, access: &Access<'_>) -> IdentityStatus {
    let name = public_key(path).and_then(|key| access.known_name(&key));
    let key = |opens, problem: Option<Shown>| IdentityStatus {
        path: path.display().to_string(),
        name: name.clone(),
        opens,
        problem,
    };
    let loaded = match KeyFile::load(PathBuf::from(path)) {
        Ok(loaded) if loaded.may_ask() => {
            *may_open = true;
            return key(None, Some(Shown::fixed("not tried, because it asks for a passphrase or a touch")));
        }
        Ok(loaded) => loaded,
        Err(error) => return key(None, Some(error.into_shown())),
    };
    let mut opens = 0;
    let keys = loaded.keys();
    let outcomes = parallel::map(files.iter_mut().collect(), |file: &mut RuledFile| {
        let opened = keys.open(&file.target, file.bytes.as_ref()?);
        Some((file, opened.map(drop).map_err(|error| error.kind())))
    });
    for (file, outcome) in outcomes.into_iter().flatten() {
        file.is_opened |= outcome.is_ok();
        file.is_damaged |= outcome == Err(ErrorKind::Damaged);
        opens += usize::from(outcome.is_ok());
    }
    key(Some(opens), None)
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
