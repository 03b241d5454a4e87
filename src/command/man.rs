//! `agepatch man`: manual pages, made from the command line's own definition.

use std::fs;
use std::process::ExitCode;

use clap::CommandFactory;

use super::Context;
use crate::cli::{Cli, ManArgs};
use crate::error::{Error, Result};
use crate::shown;
use crate::shown::Shown;

/// Prints the page of the program, or writes a page for each command into a folder.
pub(crate) fn run(args: &ManArgs, context: &mut Context) -> Result<ExitCode> {
    let command = Cli::command();
    let Some(folder) = &args.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).map_err(|error| Error::io("cannot make the page", &error))?;
        context.out.result(&Shown::vouched(String::from_utf8_lossy(&page).trim_end()))?;
        return Ok(ExitCode::SUCCESS);
    };
    let failed = |error: std::io::Error| Error::io(format!("cannot write to {}", folder.display()), &error);
    fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(command, folder).map_err(failed)?;
    let pages = fs::read_dir(folder).map_err(failed)?.count();
    context.out.note(&shown!("{} pages in {}", pages, Shown::vouched(folder.display().to_string())))?;
    Ok(ExitCode::SUCCESS)
}
