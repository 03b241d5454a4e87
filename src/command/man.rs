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
pub(crate) fn run(args: &ManArgs, command: clap::Command, context: &mut Context) -> Result<ExitCode> {
    let Some(folder) = &args.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map_err(|error| Error::io("cannot create the page", &error))?;
        let page = Shown::exact(String::from_utf8_lossy(&page).trim_end());
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
    clap_mangen::generate_to(command, folder).map_err(failed)?;
    let mut names: Vec<String> = fs::read_dir(folder)
        .map_err(failed)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".1"))
        .collect();
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
