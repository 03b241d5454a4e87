//! `agepatch check`

mod fix;
mod installed;
mod parties;

use std::collections::{HashMap, HashSet};
use std::process::ExitCode;

use crate::app::Context;
use crate::app::output_format::{self, FindingsFormat};
use crate::check::{self, Filters, Finding, Options, Severity};
use crate::error::Result;
use crate::output::findings;
use crate::shown::{Json, Shown};

use crate::app::complete;
use crate::app::configuration::{self, CheckInputs, Configuration};
use crate::app::options::ReadOptions;
use clap::Args;
use std::path::PathBuf;

/// `check`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch check
  agepatch check authelia-secrets --with configuration.yml
  agepatch check --fix -n
  agepatch check --output sarif > findings.sarif
  agepatch check - --as authelia.yml < configuration.yml

Exit 1 if Authelia would reject the configuration. `agepatch explain RULE`
explains a finding.")]
#[command(mut_arg(output_format::ID, output_format::of::<FindingsFormat>))]
pub(crate) struct CheckArgs {
    /// The files [default: every file with a schema].
    #[arg(add = complete::files())]
    pub(crate) files: Vec<String>,
    /// More configuration files, in Authelia's order.
    #[arg(long, value_name = "FILE")]
    pub(crate) with: Vec<PathBuf>,
    /// The version of Authelia to check for.
    #[arg(long, value_name = "VERSION", add = complete::one_of(versions))]
    pub(crate) authelia: Option<String>,
    /// Authelia's filters: template, expand-env.
    #[arg(long, value_name = "FILTERS", value_delimiter = ',', add = complete::some_of(filters))]
    pub(crate) filters: Option<Vec<String>>,
    /// Do not report missing options, because they are set elsewhere.
    #[arg(long)]
    pub(crate) part: bool,
    /// Apply the fixes that are safe.
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix: show what would change, write nothing.
    #[arg(short = 'n', long, requires = "fix")]
    pub(crate) dry_run: bool,
    /// The lowest severity to report.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) min_severity: Option<Severity>,
    /// How the files are read.
    #[command(flatten)]
    pub(crate) read: ReadOptions,
}

/// The versions that `--authelia` completes.
fn versions() -> Vec<String> {
    check::VERSIONS.map(str::to_owned).to_vec()
}

/// The filters that `--filters` completes.
fn filters() -> Vec<String> {
    Filters::NAMES.map(str::to_owned).to_vec()
}

/// Runs the command.
pub(crate) fn run(args: &CheckArgs, context: &mut Context) -> Result<ExitCode> {
    context.ignore_mac(args.read.ignore_mac);
    context.rehearse(args.dry_run);
    let options = options(args, context)?;
    let wanted = CheckInputs { files: &args.files, with: &args.with, read: &args.read };
    // The names in a sops file are public, unless it is read as Authelia's.
    let installed = installed::findings(&args.files, context);
    let mut configurations = configuration::all(&wanted, options.filters, context)?;
    if args.fix {
        for configuration in &mut configurations {
            fix::apply(configuration, &options, args.dry_run, context)?;
        }
    }
    let mut found: Vec<Finding> = installed;
    for configuration in &configurations {
        let relying_parties = match configuration.clients() {
            Some(document) => parties::all(document, context)?,
            None => Vec::new(),
        };
        found.extend(configuration.check(&Options { relying_parties, ..options.clone() }));
    }
    // A file that comes before several others is checked with each of them.
    let mut seen = HashSet::new();
    found.retain(|finding| seen.insert((finding.rule, finding.file.clone(), finding.path.clone(), finding.line)));
    let least = args.min_severity.unwrap_or(Severity::Advice);
    found.retain(|finding| finding.severity >= least);
    print(&found, &configurations, context)?;
    let is_text = context.global.format::<FindingsFormat>() == FindingsFormat::Text;
    if is_text && configurations.iter().any(Configuration::has_other_options) {
        context.out.note(&Shown::fixed("outside of OpenID Connect, only names and types of options were checked"))?;
    }
    let failed = found.iter().any(|finding| finding.severity == Severity::Error);
    Ok(ExitCode::from(u8::from(failed)))
}

fn print(found: &[Finding], configurations: &[Configuration], context: &Context) -> Result<()> {
    let text = || {
        if found.is_empty() && context.global.quiet {
            return Shown::default();
        }
        if found.is_empty() && configurations.is_empty() {
            return Shown::fixed("nothing to check: no Authelia configuration found here");
        }
        let excerpts: HashMap<&Shown, _> = configurations.iter().flat_map(Configuration::excerpts).collect();
        let lines = |file: &Shown, line, column| Some(excerpts.get(file)?.line(line, column));
        let found: Vec<Finding> = found.iter().cloned().map(with_offer).collect();
        findings::text(&found, &lines, context.out.colors_stdout())
    };
    let json = || Json::of(&findings::json(found));
    context.global.format::<FindingsFormat>().print(found, text, json, context.out)
}

/// Adds an offer to the findings that `--fix` can fix.
fn with_offer(mut finding: Finding) -> Finding {
    if finding.fix.is_some() {
        let offer = Shown::fixed("`--fix` fixes this");
        finding.help = Some(finding.help.map_or(offer.clone(), |help| Shown::join(&[help, offer], "; ")));
    }
    finding
}

fn options(args: &CheckArgs, context: &Context) -> Result<Options> {
    let known = context.check_options(args.authelia.as_ref())?;
    let filters = match &args.filters {
        Some(names) => Filters::named(names.iter().map(String::as_str))?,
        None => known.filters,
    };
    Ok(Options { part: args.part, filters, ..known })
}
