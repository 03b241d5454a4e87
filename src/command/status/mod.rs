//! `agepatch status`, or `agepatch` alone: shows what is here, what changed, and what to do next.

mod look;
mod text;

use std::process::ExitCode;

use crate::app::Context;
use crate::app::unmerged::{Conflict, Merger};
use crate::document::Format;
use crate::error::{Error, Result};
use crate::shown::{CommandLine, FileName, Shown, shell_word};
use clap::Args;

/// `status`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch status
  agepatch status --output json

It asks for no passphrase. `agepatch` without a command is the same.")]
pub(crate) struct StatusArgs {}

/// An identity file, and what it opens.
struct IdentityStatus {
    path: String,
    /// The name of its public key in the rules, or that key's comment.
    name: Option<String>,
    /// How many of the files it opens; `None` if it was not tested.
    opens: Option<usize>,
    /// Why it cannot be used, or was not tested.
    problem: Option<Shown>,
}

/// A file of the rules.
struct SecretStatus {
    path: String,
    state: &'static str,
    /// Whether its readers differ from the recipients in the rules.
    drifted: bool,
}

/// The collected status.
struct Status {
    directory: String,
    repository: Option<String>,
    rules: Option<String>,
    /// `.sops.yaml`
    sops_rules: Option<String>,
    rules_problem: Option<Error>,
    settings: Option<String>,
    settings_problem: Option<Error>,
    keys: Vec<IdentityStatus>,
    secrets: Vec<SecretStatus>,
    /// Encrypted files that differ from HEAD.
    changed: Vec<String>,
    /// Whether git shows and merges encrypted files in this clone; `None` outside a repository.
    git_setup: Option<bool>,
    /// The outcomes of interrupted changes, or why one could not be finished.
    interrupted: Vec<Shown>,
    /// The files in conflict.
    unmerged: Vec<Conflict>,
    /// Temporary files of killed runs.
    temporary: Vec<String>,
}

/// A command to try next, and its purpose.
struct Next {
    command: Shown,
    reason: &'static str,
}

crate::output! {
    #[schemars(title = "What is here (`agepatch status`, or `agepatch` alone)")]
    pub(crate) struct Output {
        directory: Shown,
        /// The root of the git repository
        repository: Option<Shown>,
        /// The secrets.nix that is used
        rules: Option<Shown>,
        /// The .sops.yaml that is used
        sops_rules: Option<Shown>,
        /// Why it cannot be used
        rules_problem: Option<Shown>,
        /// The agepatch.toml that is used
        settings: Option<Shown>,
        /// Why it cannot be read
        settings_problem: Option<Shown>,
        identities: Vec<Identity>,
        files: Vec<FileStatus>,
        /// Encrypted files that are not as HEAD has them
        changed: Vec<Shown>,
        /// Whether git shows and merges encrypted files in this clone; null outside of a repository
        git_setup: Option<bool>,
        /// What became of changes that an earlier run left unfinished
        interrupted: Vec<Shown>,
        /// Files in conflict
        unmerged: Vec<Shown>,
        /// Temporary files that a killed run left behind
        temporary: Vec<Shown>,
        /// Commands to try next
        next: Vec<Shown>,
    }
}

crate::output! {
    pub(crate) struct Identity {
        path: Shown,
        /// What the rules call the key, else its comment
        name: Option<Shown>,
        /// How many of the files it opens; null where that was not tried
        opens: Option<usize>,
        /// Why it cannot be used, or was not tried
        problem: Option<Shown>,
    }
}

crate::output! {
    pub(crate) struct FileStatus {
        path: Shown,
        /// `locked`: perhaps by a key with a passphrase, or one of a plugin
        #[schemars(extend("enum" = ["readable", "unreadable", "locked", "absent", "damaged"]))]
        state: &'static str,
        /// Whether its recipients are not those of the rules
        drifted: bool,
    }
}

/// Prints the repository, the rules, the identities, the files, and what to do next. It never prompts, and it reports
/// problems instead of failing.
pub(crate) fn run(context: &mut Context) -> Result<ExitCode> {
    let status = look::status(context)?;
    let next = status.next();
    if context.out.is_json() {
        context.out.json(&status.output(&next))?;
        return Ok(ExitCode::SUCCESS);
    }
    context.out.listing(&text::of(&status, &next, context.out))?;
    context.out.note(&Shown::fixed("\n`agepatch help` lists the commands"))?;
    Ok(ExitCode::SUCCESS)
}

impl Status {
    /// What to do next: urgent problems first, then changes, then first steps for a newcomer.
    fn next(&self) -> Vec<Next> {
        let mut next: Vec<Next> = Vec::new();
        let mut add =
            |words: &str, reason| next.push(Next { command: CommandLine::shown(format!("agepatch {words}")), reason });
        if self.rules.is_none() && self.sops_rules.is_none() {
            add("-C DIR", "go to the folder of your secrets.nix or .sops.yaml");
            add("demo", "see a complete example in a throwaway repository");
            return next;
        }
        if self.rules_problem.is_some() {
            add("recipients", "report what is wrong with the rules");
            return next;
        }
        let name = |secret: &SecretStatus| secret.path.trim_end_matches(".age").to_owned();
        let authelia = |secret: &&SecretStatus| secret.path.to_lowercase().contains("authelia");
        let readable = || self.secrets.iter().filter(|secret| secret.state == "readable");
        if !self.temporary.is_empty() || !self.interrupted.is_empty() {
            add("doctor --fix", "clean up after the interrupted run");
        }
        if !self.unmerged.is_empty() {
            if self.unmerged.iter().any(|conflict| conflict.merger == Merger::Git) {
                add("git setup", "let git merge encrypted files by value");
            }
            if self.unmerged.iter().any(|conflict| conflict.merger == Merger::Jujutsu) {
                add("jj setup --write", "let jj merge encrypted files by value");
            }
            let again = |conflict: &Conflict| Next {
                command: CommandLine::shown(format!("{} {}", conflict.merger.command(), shell_word(&conflict.file))),
                reason: "merge the file in conflict again",
            };
            next.extend(self.unmerged.iter().map(again));
        }
        let mut add =
            |words: &str, reason| next.push(Next { command: CommandLine::shown(format!("agepatch {words}")), reason });
        if !self.changed.is_empty() {
            add("diff", "show changes since the last commit");
            add("commit -n", "preview its commit message");
        }
        if self.secrets.iter().any(|secret| secret.drifted) {
            add("rekey -n", "list the files to re-encrypt");
        }
        // A file that is one value has nothing to show.
        let has_names =
            |secret: &&SecretStatus| Format::of_name(&secret.path).is_some_and(|format| !format.is_opaque());
        if let Some(secret) = readable().find(authelia).or_else(|| readable().find(has_names).or(readable().next())) {
            add(&format!("show {}", name(secret)), "show a file, its secrets hidden");
        } else if let Some(secret) = self.secrets.iter().find(|secret| secret.state == "locked") {
            add(&format!("show {}", name(secret)), "show a file; asks for the passphrase or a touch");
        } else if self.secrets.iter().any(|secret| secret.state == "unreadable") {
            add("-i FILE", "use another private key");
            add("recipients", "list who can read which file");
        }
        if self.git_setup == Some(false) {
            add("git setup", "let git diff and merge these files");
        }
        if readable().any(|secret| authelia(&secret)) {
            add("check", "report what Authelia would reject");
        }
        if let Some(secret) = self.secrets.iter().find(|secret| secret.state == "absent") {
            add(&format!("edit {}", name(secret)), "create the file");
        }
        add("doctor", "check every file");
        let mut seen = std::collections::HashSet::new();
        next.retain(|next| seen.insert(next.command.clone()));
        next
    }

    fn output(&self, next: &[Next]) -> Output {
        let text = |text: &String| FileName::shown(text);
        let maybe = |found: &Option<String>| found.as_ref().map(text);
        let all = |texts: &[String]| texts.iter().map(text).collect();
        let key = |key: &IdentityStatus| Identity {
            path: text(&key.path),
            name: maybe(&key.name),
            opens: key.opens,
            problem: key.problem.clone(),
        };
        let secret = |secret: &SecretStatus| FileStatus {
            path: text(&secret.path),
            state: secret.state,
            drifted: secret.drifted,
        };
        let problem = |error: &Option<Error>| error.as_ref().map(|error| error.shown().clone());
        Output {
            directory: text(&self.directory),
            repository: maybe(&self.repository),
            rules: maybe(&self.rules),
            sops_rules: maybe(&self.sops_rules),
            rules_problem: problem(&self.rules_problem),
            settings: maybe(&self.settings),
            settings_problem: problem(&self.settings_problem),
            identities: self.keys.iter().map(key).collect(),
            files: self.secrets.iter().map(secret).collect(),
            changed: all(&self.changed),
            git_setup: self.git_setup,
            interrupted: self.interrupted.clone(),
            unmerged: self.unmerged.iter().map(|conflict| FileName::shown(&conflict.file)).collect(),
            temporary: all(&self.temporary),
            next: next.iter().map(|next| next.command.clone()).collect(),
        }
    }
}
