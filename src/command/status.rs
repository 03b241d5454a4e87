//! `agepatch` without a command: tells where one stands.

use std::process::ExitCode;

use super::Context;
use crate::error::Result;
use crate::shown::Shown;

/// Names the repository, the rules and the identities that would be used, and what to try next.
pub(crate) fn run(context: &mut Context) -> Result<ExitCode> {
    let workspace = &context.workspace;
    let repository = workspace.repository().map(|path| path.display().to_string());
    let rules = workspace.rules_path().map(|path| workspace.display(path));
    let identities: Vec<String> = context.identity_paths()?.iter().map(|path| path.display().to_string()).collect();
    let lines = [
        ("repository", repository.unwrap_or_else(|| "none: no folder above has a .git".to_owned())),
        ("rules", rules.unwrap_or_else(|| "none: no secrets.nix here or above (--rules FILE names it)".to_owned())),
        (
            "identities",
            if identities.is_empty() { "none (-i FILE names one)".to_owned() } else { identities.join(", ") },
        ),
        ("next", "`agepatch check FILE`, `agepatch explain`, `agepatch help`".to_owned()),
    ];
    for (name, text) in lines {
        context.out.result(&Shown::vouched(format!("{name:>10}  {text}")))?;
    }
    Ok(ExitCode::SUCCESS)
}
