//! `agepatch man`: prints manual pages, generated from the command line's definition.

use std::fs;
use std::process::ExitCode;

use crate::app::Context;
use crate::error::{Error, Result};
use crate::shown;
use crate::shown::{FileName, Shown};
use clap::Args;
use std::path::PathBuf;

/// `man`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch man | man -l -
  agepatch man ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Where to write all pages [default: print the main page].
    pub(crate) dir: Option<PathBuf>,
}

crate::output! {
    #[schemars(title = "The manual pages")]
    pub(crate) struct Output {
        pages: Vec<Page>,
    }
}

crate::output! {
    pub(crate) struct Page {
        name: Shown,
        /// Where it was written; null where no folder was named
        path: Option<Shown>,
        /// The page in roff; null where it was written into a folder
        text: Option<Shown>,
    }
}

/// Prints the page of the program, or writes a page for each command to a folder.
#[expect(clippy::disallowed_methods, reason = "the program's own page")]
pub(crate) fn run(args: &ManArgs, command: &clap::Command, context: &mut Context) -> Result<ExitCode> {
    let Some(folder) = &args.dir else {
        let page = Shown::exact(page(command)?.trim_end());
        if context.out.is_json() {
            let page = Page { name: Shown::fixed("agepatch.1"), path: None, text: Some(page) };
            context.out.json(&Output { pages: vec![page] })?;
        } else {
            context.out.result(&page)?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let failed = |error: std::io::Error| Error::io(shown!("cannot write to {}", folder.display()), &error);
    fs::create_dir_all(folder).map_err(failed)?;
    let mut commands = Vec::new();
    collect(command, &mut commands);
    let mut names = Vec::new();
    for command in commands {
        let name = format!("{}.1", display_name(command));
        fs::write(folder.join(&name), page(command)?).map_err(failed)?;
        names.push(name);
    }
    names.sort_unstable();
    if context.out.is_json() {
        let page = |name: &String| Page {
            name: FileName::shown(name.clone()),
            path: Some(FileName::shown(folder.join(name).display().to_string())),
            text: None,
        };
        return context.out.json(&Output { pages: names.iter().map(page).collect() }).map(|()| ExitCode::SUCCESS);
    }
    context.out.note(&shown!("{} pages in {}", names.len(), FileName::shown(folder.display().to_string())))?;
    Ok(ExitCode::SUCCESS)
}

/// The command and all below it.
fn collect<'c>(command: &'c clap::Command, found: &mut Vec<&'c clap::Command>) {
    found.push(command);
    command.get_subcommands().filter(|command| !command.is_hide_set()).for_each(|command| collect(command, found));
}

/// `agepatch-client-add`
fn display_name(command: &clap::Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// The page of a command in roff. The synopsis is the usage line: clap's own repeats every option.
fn page(command: &clap::Command) -> Result<String> {
    let mut page = Vec::new();
    let name = display_name(command).to_owned();
    clap_mangen::Man::new(command.clone())
        .title(name)
        .source(concat!("agepatch ", env!("CARGO_PKG_VERSION")))
        .manual("agepatch manual")
        .render(&mut page)
        .map_err(|error| Error::io("cannot create the page", &error))?;
    let page = String::from_utf8_lossy(&page).replace(".SH EXTRA\nExamples:\n", ".SH EXAMPLES\n");
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().replace('\\', "\\\\").replace('-', "\\-");
    let usage = usage.lines().map(str::trim).collect::<Vec<_>>().join("\n.br\n");
    let (before, after) = page.split_once(".SH SYNOPSIS\n").unwrap_or((&page, ""));
    let rest = after.split_once("\n.SH ").map_or("", |(_, rest)| rest);
    Ok(format!("{before}.SH SYNOPSIS\n{usage}\n.SH {rest}"))
}
