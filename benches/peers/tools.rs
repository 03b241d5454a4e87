//! The programs to race against: found on the machine, or installed where a package registry has them.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// What Go installs, with the versions that were measured.
const GO: [&str; 3] = [
    "github.com/mikefarah/yq/v4@v4.54.2",
    "github.com/getsops/sops/v3/cmd/sops@v3.13.3",
    "github.com/homeport/dyff/cmd/dyff@v1.12.0",
];

/// What Debian has. agenix and ragenix come from Nix: where they are on the PATH they are raced.
const DEBIAN: [&str; 5] = ["age", "git", "jq", "nix-bin", "openssh-client"];

/// The programs that take part, with what their versions were seen to be.
const PEERS: [(&str, &[&str]); 7] = [
    ("age", &["--version"]),
    ("yq", &["--version"]),
    ("sops", &["--version", "--disable-version-check"]),
    ("agenix", &["-h"]),
    ("ragenix", &["--version"]),
    ("dyff", &["version"]),
    ("nix-instantiate", &["--version"]),
];

/// The machine's programs.
pub(crate) struct Tools {
    found: Vec<(&'static str, String)>,
    missing: Vec<&'static str>,
}

impl Tools {
    /// Looks for every peer. A `yq` that is not the one in Go (another program has the same name) does not count.
    pub(crate) fn find() -> Self {
        let mut tools = Self { found: Vec::new(), missing: Vec::new() };
        for (name, arguments) in PEERS {
            match version(name, arguments) {
                Some(version) if name != "yq" || version.contains("mikefarah") => tools.found.push((name, version)),
                _ => tools.missing.push(name),
            }
        }
        tools
    }

    /// Whether all of them are there.
    pub(crate) fn have(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.found.iter().any(|(found, _)| found == name))
    }

    /// The programs found, with their versions.
    pub(crate) fn found(&self) -> &[(&'static str, String)] {
        &self.found
    }

    /// The programs that are not there.
    pub(crate) fn missing(&self) -> &[&'static str] {
        &self.missing
    }
}

/// The PATH with the folder of what was installed for the race in front.
pub(crate) fn path() -> OsString {
    let rest = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder()).chain(env::split_paths(&rest));
    env::join_paths(folders).unwrap_or(rest)
}

fn folder() -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    here.join("target/peers/bin")
}

/// Installs what Go and Debian have.
pub(crate) fn install() {
    for module in GO {
        let done = Command::new("go").args(["install", module]).env("GOBIN", folder()).status();
        if !done.is_ok_and(|status| status.success()) {
            eprint(&format!("go could not install {module}: it is left out"));
        }
    }
    let done = Command::new("apt-get").args(["install", "-y", "-qq", "--no-install-recommends"]).args(DEBIAN).status();
    if !done.is_ok_and(|status| status.success()) {
        eprint("apt-get could not install its part: what is missing is left out");
    }
}

fn eprint(message: &str) {
    use std::io::Write;
    // Where nobody listens there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// The line that tells the version: of a help text the one that speaks of it.
fn version(name: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(name).args(arguments).env("PATH", path()).output().ok()?;
    let text =
        String::from_utf8_lossy(if output.stdout.is_empty() { &output.stderr } else { &output.stdout }).into_owned();
    let line = text.lines().find(|line| line.contains(" version")).or_else(|| text.lines().next());
    Some(line.unwrap_or_default().trim().to_owned())
}
