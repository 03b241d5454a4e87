//! Finds the programs to race against, and installs those in package registries.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// Modules to install with Go, in the versions that were measured.
const GO: [&str; 3] = [
    "github.com/mikefarah/yq/v4@v4.54.2",
    "github.com/getsops/sops/v3/cmd/sops@v3.13.3",
    "github.com/homeport/dyff/cmd/dyff@v1.12.0",
];

/// Debian packages. agenix and ragenix come from Nix, and take part if they are in PATH.
const DEBIAN: [&str; 5] = ["age", "git", "jq", "nix-bin", "openssh-client"];

/// The programs that take part, with the arguments that print their versions.
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
    /// Looks for every peer. Only the `yq` written in Go counts (another program has the same name).
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

    /// Whether all of them are available.
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

/// PATH, preceded by the folder of programs installed for the race.
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
    // Ignore a closed pipe.
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// The line with the version, which may be part of a help text.
fn version(name: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(name).args(arguments).env("PATH", path()).output().ok()?;
    let text =
        String::from_utf8_lossy(if output.stdout.is_empty() { &output.stderr } else { &output.stdout }).into_owned();
    let line = text.lines().find(|line| line.contains(" version")).or_else(|| text.lines().next());
    Some(line.unwrap_or_default().trim().to_owned())
}
