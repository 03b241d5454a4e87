//! `agepatch trust`: gives consent to what this repository's settings run, and read outside it.

use std::process::ExitCode;

use crate::app::Context;
use crate::error::Result;
use crate::shown;
use crate::shown::{FileName, Setting, Shown};
use crate::workspace::{self, OutsideSetting, Trusted};
use clap::Args;

/// `trust`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch trust
  agepatch trust --undo
  agepatch trust --list

It applies to this repository and to the current content of its agepatch.toml
and secrets.nix, and is stored in $XDG_STATE_HOME/agepatch. Dry runs (-n),
textconv, and the merge driver never run programs, trusted or not.")]
pub(crate) struct TrustArgs {
    /// Withdraw the consent.
    #[arg(long, conflicts_with = "list")]
    pub(crate) undo: bool,
    /// List the trusted repositories.
    #[arg(long)]
    pub(crate) list: bool,
}

crate::output! {
    #[schemars(title = "Whether the settings of a repository are trusted")]
    pub(crate) struct Output {
        repository: Shown,
        trusted: bool,
        /// What was consented to
        settings: Vec<Wanted>,
    }
}

crate::output! {
    pub(crate) struct Wanted {
        setting: &'static str,
        value: Shown,
    }
}

crate::output! {
    #[schemars(title = "The repositories that are trusted")]
    pub(crate) struct List {
        trusted: Vec<Listed>,
    }
}

crate::output! {
    pub(crate) struct Listed {
        repository: Shown,
        /// Whether its settings and rules are still those of the consent
        current: bool,
    }
}

/// Gives consent, withdraws it, or lists it.
pub(crate) fn run(args: &TrustArgs, context: &mut Context) -> Result<ExitCode> {
    if args.list {
        list(&workspace::trusted()?, context)?;
    } else if args.undo {
        let removed = context.workspace.distrust()?;
        report(false, &[], if removed { "no longer trusted" } else { "was not trusted" }, context)?;
    } else {
        // Also prints what the consent covers.
        let wants = context.workspace.wants()?;
        context.workspace.trust()?;
        report(true, &wants, "trusted with its current settings", context)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn report(trusted: bool, wants: &[OutsideSetting], what: &'static str, context: &Context) -> Result<()> {
    let root = FileName::shown(context.workspace.root().display().to_string());
    if context.out.is_json() {
        let one =
            |reach: &OutsideSetting| Wanted { setting: reach.setting, value: Setting::shown(reach.value.clone()) };
        return context.out.json(&Output { repository: root, trusted, settings: wants.iter().map(one).collect() });
    }
    context.out.prose(&shown!("{}: {}", root, what))?;
    for reach in wants {
        context.out.prose(&shown!("  {}: {}", reach.setting, Setting::shown(reach.value.clone())))?;
    }
    Ok(())
}

fn list(trusted: &[Trusted], context: &Context) -> Result<()> {
    let name = |one: &Trusted| FileName::shown(one.repository.display().to_string());
    if context.out.is_json() {
        let one = |one: &Trusted| Listed { repository: name(one), current: one.current };
        return context.out.json(&List { trusted: trusted.iter().map(one).collect() });
    }
    if trusted.is_empty() {
        context.out.note(&Shown::fixed("no repository is trusted"))?;
    }
    for one in trusted {
        let note = if one.current { "" } else { " (its settings have changed since: `agepatch trust` again)" };
        context.out.listing(&shown!("{}{}", name(one), note))?;
    }
    Ok(())
}
