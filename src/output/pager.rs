//! Shows long diffs in a pager, chosen like in git: `GIT_PAGER`, `core.pager`, `PAGER`, or else `less`.

use std::io::{self, IsTerminal, Write};
use std::process::Stdio;

use crate::process;

/// The configured pager; `None` if none is wanted.
fn pager_command() -> Option<String> {
    let set = |name| std::env::var(name).ok();
    let configured = || {
        let output =
            process::program("git").args(["config", "--get", "core.pager"]).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let pager = set("GIT_PAGER").or_else(configured).or_else(|| set("PAGER")).unwrap_or_else(|| "less".to_owned());
    (!pager.trim().is_empty() && pager.trim() != "cat").then_some(pager)
}

/// Passes the text to the pager if stdout is a terminal and the text is longer. Returns whether it did; if not, the
/// text must still be printed.
pub(super) fn page(text: &str) -> bool {
    let height = terminal_size::terminal_size().map_or(0, |(_, height)| usize::from(height.0));
    if !io::stdout().is_terminal() || height == 0 || text.lines().count() < height {
        return false;
    }
    let Some(pager) = pager_command() else { return false };
    let mut command = process::program("sh");
    command.args(["-c", &pager]).stdin(Stdio::piped());
    // The defaults of git: quit if it fits, keep colours, leave the screen as it was.
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        // The user may quit the pager early.
        drop(stdin.write_all(text.as_bytes()));
    }
    child.wait().is_ok_and(|status| status.code() != Some(127))
}
