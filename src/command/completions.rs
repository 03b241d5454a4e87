//! `agepatch completions`: scripts that have the shell ask agepatch itself, so that it can offer files, paths and clients.

use std::process::ExitCode;

use clap_complete::env::Shells;

use crate::app::Context;
use crate::error::{Error, Result};
use crate::shown::Shown;
use clap::Args;

/// `completions`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch completions bash > agepatch.bash
  agepatch completions zsh > ~/.zfunc/_agepatch
  agepatch completions fish > ~/.config/fish/completions/agepatch.fish
  agepatch completions elvish >> ~/.config/elvish/rc.elv
  agepatch completions nushell > ~/.config/nushell/autoload/agepatch.nu

Completion offers files, paths, and clients: the shell asks agepatch, which decrypts
the file in memory with a key that needs no passphrase, and offers names only.")]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

crate::output! {
    #[schemars(title = "A completion script")]
    pub(crate) struct Output {
        #[schemars(extend("enum" = ["bash", "zsh", "fish", "elvish", "nushell"]))]
        shell: &'static str,
        script: Shown,
    }
}

/// A shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Shell {
    /// GNU bash.
    Bash,
    /// zsh.
    Zsh,
    /// fish.
    Fish,
    /// Elvish.
    Elvish,
    /// Nushell.
    Nushell,
    /// `PowerShell`.
    Powershell,
}

impl Shell {
    /// As `clap_complete` calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Elvish => "elvish",
            Self::Nushell => "nushell",
            Self::Powershell => "powershell",
        }
    }
}

/// Set by the scripts: the shell that asks.
pub(crate) const ASKED: &str = "AGEPATCH_COMPLETE";
/// The program's name, by which the scripts call it.
const NAME: &str = "agepatch";
/// How nushell asks: words in, one candidate a line out, as fish has it.
const NUSHELL: &str = r#"
  # Asks agepatch for what may come next: files, paths, clients.
  def "nu-complete agepatch" [context: string] {
    let words = ($context | split row --regex '\s+')
    with-env { AGEPATCH_COMPLETE: "fish" } { ^agepatch -- ...$words }
    | lines
    | each { |line|
      let parts = ($line | split row "\t")
      { value: ($parts | first), description: ($parts | skip 1 | str join) }
    }
  }
"#;

/// Prints the script.
#[expect(clippy::disallowed_methods, reason = "the program's own script")]
pub(crate) fn run(args: &CompletionsArgs, command: clap::Command, context: &mut Context) -> Result<ExitCode> {
    let script = match args.shell {
        Shell::Nushell => nushell(command),
        shell => registration(shell)?,
    };
    let script = Shown::exact(script.trim_end());
    if context.out.is_json() {
        context.out.json(&Output { shell: args.shell.name(), script })?;
    } else {
        context.out.result(&script)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn registration(shell: Shell) -> Result<String> {
    let failed = |error: &std::io::Error| Error::io("cannot make the script", error);
    let shells = Shells::builtins();
    let mut script = Vec::new();
    if let Some(completer) = shells.completer(shell.name()) {
        completer.write_registration(ASKED, NAME, NAME, NAME, &mut script).map_err(|error| failed(&error))?;
    }
    let mut script = String::from_utf8_lossy(&script).trim_end().to_owned();
    if shell == Shell::Zsh {
        // Where zsh loads the file at the first press of the key, it is to answer that one too.
        script += "\nif [ \"$funcstack[1]\" = \"_agepatch\" ]; then _clap_dynamic_completer_agepatch \"$@\"; fi";
    }
    Ok(script)
}

/// The definitions that clap makes, with agepatch asked for each word that is not an option.
fn nushell(mut command: clap::Command) -> String {
    let mut script = Vec::new();
    clap_complete::generate(clap_complete_nushell::Nushell, &mut command, NAME, &mut script);
    let asks = |line: &str| {
        let trimmed = line.trim_start();
        let positional = !trimmed.starts_with('-') && !trimmed.starts_with("export") && line.starts_with("    ");
        match (positional, line.contains(": string@"), line.find(": string").or_else(|| line.find(": path"))) {
            (true, false, Some(place)) => {
                let end = line[place + 2..].find([' ', '\t']).map_or(line.len(), |length| place + 2 + length);
                format!("{}: string@\"nu-complete agepatch\"{}", &line[..place], &line[end..])
            }
            _ => line.to_owned(),
        }
    };
    let script = String::from_utf8_lossy(&script).lines().map(asks).collect::<Vec<_>>().join("\n");
    script.replacen("module completions {\n", &format!("module completions {{\n{NUSHELL}"), 1)
}
