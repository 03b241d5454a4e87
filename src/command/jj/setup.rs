//! `agepatch jj setup`: configures jj's merge and diff tools.

use std::process::ExitCode;

use crate::app::Context;
use crate::command::git::program;
use crate::error::{Error, ErrorKind, Result};
use crate::history::Jujutsu;
use crate::shown;
use crate::shown::{Setting, Shown};
use clap::Args;

/// `jj setup`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch jj setup             # print what to add to jj's configuration
  agepatch jj setup --write     # set it in this repository

Then `jj diff --tool agepatch` and `jj resolve FILE --tool agepatch` work. The
tools `agepatch-ours` and `agepatch-theirs` take one side where both changed the
same value, and merge the rest. The diff tool shows encrypted files only, so it
is not a default for `ui.diff-formatter`.")]
pub(crate) struct JjSetupArgs {
    /// Set it in this repository's own jj configuration; jj is run.
    #[arg(long)]
    pub(crate) write: bool,
}

crate::output! {
    #[schemars(title = "Jujutsu's merge and diff tools")]
    pub(crate) struct Output {
        /// Whether they were set in the repository's jj configuration
        written: bool,
        settings: Vec<Pair>,
    }
}

crate::output! {
    pub(crate) struct Pair {
        key: Shown,
        /// As TOML
        value: Shown,
    }
}

/// The tools, and the side that each prefers in a conflict.
const TOOLS: [(&str, Option<&str>); 3] =
    [("agepatch", None), ("agepatch-ours", Some("ours")), ("agepatch-theirs", Some("theirs"))];

/// Prints the settings, or sets them.
pub(crate) fn run(args: &JjSetupArgs, context: &Context) -> Result<ExitCode> {
    let settings = settings(&program::path()?);
    if args.write {
        let root = context.workspace.jujutsu().ok_or_else(|| {
            Error::new(ErrorKind::Git, "there is no Jujutsu repository here")
                .hint("run `jj git init` first, or go there with -C DIR; without --write, the configuration is printed")
        })?;
        let jj = Jujutsu::new(root);
        settings.iter().try_for_each(|(key, value)| jj.set(key, value))?;
    }
    if context.out.is_json() {
        let settings = settings
            .iter()
            .map(|(key, value)| Pair { key: Setting::shown(key.clone()), value: Setting::shown(value.clone()) });
        context.out.json(&Output { written: args.write, settings: settings.collect() })?;
        return Ok(ExitCode::SUCCESS);
    }
    if !args.write {
        context
            .out
            .note(&Shown::fixed("add this to jj's configuration (`jj config edit --repo`), or pass --write:"))?;
    }
    for (key, value) in &settings {
        let line = Setting::shown(format!("{key} = {value}"));
        context.out.result(&if args.write { shown!("set  {}", line) } else { line })?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Keys of jj's configuration with their values as TOML.
fn settings(program: &str) -> Vec<(String, String)> {
    let mut settings = Vec::new();
    for (tool, favor) in TOOLS {
        let mut merge = vec!["merge-file", "$base", "$left", "$right", "$path", "-o", "$output"];
        merge.extend(favor.into_iter().flat_map(|side| ["--favor", side]));
        let mut add = |key: &str, value: String| settings.push((format!("merge-tools.{tool}.{key}"), value));
        add("program", string(program));
        add("merge-args", list(&merge));
        if favor.is_none() {
            add("diff-args", list(&["diff", "--no-index", "$left", "$right"]));
        }
        // It cannot edit diffs.
        add("edit-args", list(&[]));
    }
    settings
}

fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

fn list(items: &[&str]) -> String {
    let items: Vec<String> = items.iter().map(|item| string(item)).collect();
    format!("[{}]", items.join(", "))
}
