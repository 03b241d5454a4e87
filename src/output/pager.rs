//! Long differences in a pager, as git has it: `GIT_PAGER`, `core.pager`, `PAGER`, else `less`.

use std::io::{self, IsTerminal, Write};
use std::process::Stdio;

use crate::process;

/// The pager that is set; `None` if none is wanted.
fn wanted() -> Option<String> {
    let set = |name| std::env::var(name).ok();
    let configured = || {
        let asked =
            process::program("git").args(["config", "--get", "core.pager"]).stderr(Stdio::null()).output().ok()?;
        asked.status.success().then(|| String::from_utf8_lossy(&asked.stdout).trim().to_owned())
    };
    let pager = set("GIT_PAGER").or_else(configured).or_else(|| set("PAGER")).unwrap_or_else(|| "less".to_owned());
    (!pager.trim().is_empty() && pager.trim() != "cat").then_some(pager)
}

/// Gives the text to the pager, where stdout is a terminal and the text is longer than it. Whether that was done; where
/// not, the text is still to be printed.
pub(super) fn page(text: &str) -> bool {
    let height = terminal_size::terminal_size().map_or(0, |(_, height)| usize::from(height.0));
    if !io::stdout().is_terminal() || height == 0 || text.lines().count() < height {
        return false;
    }
    let Some(pager) = wanted() else { return false };
    let mut command = process::program("sh");
    command.args(["-c", &pager]).stdin(Stdio::piped());
    // As git sets them, where the user has not: quit if it fits, colours as they are, the screen left as it was.
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        // A pager that is left early has shown what was wanted.
        drop(stdin.write_all(text.as_bytes()));
    }
    child.wait().is_ok_and(|status| status.code() != Some(127))
}
