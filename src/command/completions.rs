//! `agepatch completions`: scripts that have the shell ask agepatch itself, so that it can offer files, paths and clients.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::env::Shells;

use super::Context;
use crate::cli::{Cli, CompletionsArgs, Shell};
use crate::error::{Error, Result};
use crate::output::Output;
use crate::shown::{Json, Shown};

/// Set by the scripts: the shell that asks.
const ASKED: &str = "AGEPATCH_COMPLETE";
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
pub(crate) fn run(args: &CompletionsArgs, context: &mut Context) -> Result<ExitCode> {
    let script = match args.shell {
        Shell::Nushell => nushell(),
        shell => registration(shell)?,
    };
    let script = Shown::exact(script.trim_end());
    if context.out.is_json() {
        context.out.json(&Json::object([("shell", args.shell.name().into()), ("script", script.into())]))?;
    } else {
        context.out.result(&script)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Answers a shell that asks what may come next; `None` where this is a run like any other.
pub(super) fn answer(arguments: &[OsString], out: Output) -> Option<ExitCode> {
    let shell = std::env::var(ASKED).ok().filter(|shell| !shell.is_empty())?;
    let words = arguments.iter().position(|word| word == "--").map(|place| arguments[place + 1..].to_vec());
    let shells = Shells::builtins();
    let (Some(completer), Some(words)) = (shells.completer(&shell), words) else {
        return Some(ExitCode::SUCCESS);
    };
    let mut offered = Vec::new();
    let mut command = Cli::command();
    command.build();
    let current = std::env::current_dir().ok();
    // A person who presses the key twice wants no error message between the words.
    if completer.write_complete(&mut command, words, current.as_deref(), &mut offered).is_ok() {
        drop(out.revealed(&offered));
    }
    Some(ExitCode::SUCCESS)
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

/// The definitions that clap makes, with agepatch asked for each word that is no option.
fn nushell() -> String {
    let mut script = Vec::new();
    clap_complete::generate(clap_complete_nushell::Nushell, &mut Cli::command(), NAME, &mut script);
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
