//! `agepatch explain`

use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::check::{Rule, explain, registry};
use crate::error::{Error, Kind, Result};
use crate::shown::{Json, Shown};
use clap::Args;

/// `explain`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch explain
  agepatch explain token-endpoint-auth-method")]
pub(crate) struct ExplainArgs {
    /// The rule [default: list all].
    #[arg(add = complete::rules())]
    pub(crate) rule: Option<String>,
}

/// Runs the command.
#[expect(clippy::disallowed_methods, reason = "the program's own page")]
pub(crate) fn run(args: &ExplainArgs, context: &mut Context) -> Result<ExitCode> {
    match &args.rule {
        None if context.out.is_json() => {
            context.out.json(&Json::object([("rules", Json::list(registry::all().map(as_json)))]))?;
        }
        None => context.out.result(&Shown::exact(explain::list()))?,
        Some(id) => {
            let rule = registry::find(id).ok_or_else(|| unknown(id))?;
            if context.out.is_json() {
                context.out.json(&as_json(rule))?;
            } else {
                context.out.result(&Shown::exact(explain::rule(rule, width())))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn unknown(id: &str) -> Error {
    let error = Error::new(Kind::Usage, format!("there is no rule `{id}`"));
    match registry::nearest(id) {
        Some(nearest) => error.hint(format!("did you mean `{nearest}`?")),
        None => error.hint("`agepatch explain` lists all rules"),
    }
}

fn as_json(rule: &'static Rule) -> Json {
    Json::object([
        ("rule", rule.id.into()),
        ("severity", rule.severity.name().into()),
        ("option", rule.option.into()),
        ("since", rule.since.into()),
        ("summary", rule.summary.into()),
        ("explanation", rule.explanation.into()),
        ("example", rule.example.into()),
        ("fix", rule.fix.into()),
    ])
}

/// The width to break lines at: the terminal's, within what reads well.
fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).clamp(40, 96))
}
