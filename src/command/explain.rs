//! `agepatch explain`: explains the rules of `check`.

use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::check::{Lint, explain, registry};
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{CommandLine, Shown};
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

/// The output: the rules, or the requested one.
#[derive(schemars::JsonSchema)]
#[schemars(untagged, title = "The rules; with RULE, that one")]
#[expect(dead_code, reason = "for the schema; each is printed by itself")]
pub(crate) enum Output {
    All(List),
    One(RuleOutput),
}

crate::output! {
    pub(crate) struct List {
        rules: Vec<RuleOutput>,
    }
}

crate::output! {
    #[schemars(title = "One rule")]
    pub(crate) struct RuleOutput {
        rule: &'static str,
        #[schemars(extend("enum" = ["error", "warning", "advice"]))]
        severity: &'static str,
        option: &'static str,
        /// The Authelia version
        since: &'static str,
        summary: &'static str,
        explanation: &'static str,
        example: &'static str,
        fix: &'static str,
    }
}

/// Runs the command.
#[expect(clippy::disallowed_methods, reason = "the program's own page")]
pub(crate) fn run(args: &ExplainArgs, context: &mut Context) -> Result<ExitCode> {
    match &args.rule {
        None if context.out.is_json() => {
            context.out.json(&List { rules: registry::all().map(RuleOutput::of).collect() })?;
        }
        None => {
            let width = context.out.terminal_width().unwrap_or(usize::MAX);
            context.out.result(&Shown::exact(explain::list(width)))?;
        }
        Some(id) => {
            let rule = registry::find(id).ok_or_else(|| unknown(id))?;
            if context.out.is_json() {
                context.out.json(&RuleOutput::of(rule))?;
            } else {
                context.out.prose(&Shown::exact(explain::lint(rule, width())))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn unknown(id: &str) -> Error {
    let error = Error::new(ErrorKind::Usage, shown!("there is no rule `{}`", CommandLine::shown(id)));
    match registry::nearest(id) {
        Some(nearest) => error.hint(shown!("did you mean `{}`?", nearest)),
        None => error.hint("`agepatch explain` lists all rules"),
    }
}

impl RuleOutput {
    fn of(rule: &'static Lint) -> Self {
        Self {
            rule: rule.id,
            severity: rule.severity.name(),
            option: rule.option,
            since: rule.since,
            summary: rule.summary,
            explanation: rule.explanation,
            example: rule.example,
            fix: rule.fix,
        }
    }
}

/// The width to wrap lines at: the terminal's, within readable limits.
fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).clamp(40, 96))
}
