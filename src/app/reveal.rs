//! Whether `--reveal` prints secrets, by the stricter of agepatch.toml and `AGEPATCH_REVEAL`.

use crate::error::{Error, ErrorKind, Result};
use crate::output::Output;
use crate::shown;
use crate::shown::Setting;
use crate::workspace::Workspace;

const VARIABLE: &str = "AGEPATCH_REVEAL";

/// When secrets may be printed, from the most permissive to the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Policy {
    #[default]
    Always,
    Terminal,
    Never,
}

impl Policy {
    /// The policy called `word`, which `source` contains.
    fn named(word: &str, source: &'static str) -> Result<Self> {
        match word {
            "always" => Ok(Self::Always),
            "terminal" => Ok(Self::Terminal),
            "never" => Ok(Self::Never),
            other => {
                let message = shown!("{} is `{}`, which is not a policy for secrets", source, Setting::shown(other));
                Err(Error::new(ErrorKind::Rules, message).hint("use always, terminal, or never"))
            }
        }
    }
}

/// Whether secrets may never be printed, not even on a terminal.
///
/// # Errors
/// See [`refuse`], for an unknown policy, or an agepatch.toml that cannot be read.
pub(crate) fn is_never(workspace: &Workspace) -> Result<bool> {
    Ok(strictest(workspace)?.0 == Policy::Never)
}

/// Refuses to print secrets if a policy forbids it.
///
/// # Errors
/// `secret-needs-reveal`, naming the policy; `rules` for an unknown policy, or an agepatch.toml that cannot be read,
/// since it may contain one.
pub(crate) fn refuse(workspace: &Workspace) -> Result<()> {
    let (policy, source) = strictest(workspace)?;
    let message = match policy {
        Policy::Always => return Ok(()),
        Policy::Terminal if Output::is_terminal() => return Ok(()),
        Policy::Terminal => shown!("secrets are printed to a terminal only ({} is `terminal`)", source),
        Policy::Never => shown!("secrets are never printed ({} is `never`)", source),
    };
    Err(Error::new(ErrorKind::SecretNeedsReveal, message)
        .hint("`agepatch show FILE` prints the file without them; `agepatch edit FILE` opens it in an editor"))
}

/// The strictest policy, and where it is set.
fn strictest(workspace: &Workspace) -> Result<(Policy, &'static str)> {
    let variable = std::env::var(VARIABLE).ok().filter(|word| !word.is_empty());
    let set = workspace.reveal_policies()?.into_iter().map(|word| (word, "`reveal` in agepatch.toml"));
    let mut strictest = (Policy::Always, "");
    for (word, source) in variable.map(|word| (word, VARIABLE)).into_iter().chain(set) {
        let policy = Policy::named(&word, source)?;
        if policy > strictest.0 {
            strictest = (policy, source);
        }
    }
    Ok(strictest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_ordered_by_strictness() {
        assert!(Policy::Always < Policy::Terminal && Policy::Terminal < Policy::Never);
        assert_eq!(Policy::named("tty", "x").expect_err("unknown").kind(), ErrorKind::Rules);
    }
}
