//! `agepatch doctor`: examines every file of the rules (secrets.nix and `.sops.yaml`), and the files beside them.

mod faults;
mod file;
mod finding;
mod interrupted;
mod recipients;
mod surroundings;

use std::process::ExitCode;

use crate::app::access::Access;
use crate::app::opening::Decryptor;
use crate::app::output_format::{self, FindingsFormat};
use crate::app::{Context, recovery};
use crate::check::{Finding, Severity};
use crate::error::{ErrorKind, Result};
use crate::output::Progress;
use crate::parallel;
use crate::shown;
use crate::shown::{FileName, Json, Shown};

use clap::Args;
use file::Patient;
use finding::finding;

/// `doctor`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch doctor
  agepatch doctor --fix
  agepatch doctor --no-decrypt --output github   # in CI, without any key

Exit 1 if there is an error.")]
#[command(mut_arg(output_format::ID, output_format::of::<FindingsFormat>))]
pub(crate) struct DoctorArgs {
    /// Read headers and metadata only, without any key.
    #[arg(long)]
    pub(crate) no_decrypt: bool,
    /// Remove temporary files of runs that were killed.
    #[arg(long)]
    pub(crate) fix: bool,
}

crate::output! {
    #[schemars(title = "The state of every file of the rules")]
    pub(crate) struct Output {
        files: Vec<Examined>,
        /// Encrypted files that no rule names
        orphans: Vec<Shown>,
    }
}

crate::output! {
    pub(crate) struct Examined {
        path: Shown,
        findings: Vec<Fault>,
    }
}

crate::output! {
    pub(crate) struct Fault {
        rule: &'static str,
        #[schemars(extend("enum" = ["error", "warning", "advice"]))]
        severity: &'static str,
        message: Shown,
    }
}

/// Examines everything; exits with 1 if there are problems.
pub(crate) fn run(args: &DoctorArgs, context: &mut Context) -> Result<ExitCode> {
    let targets = context.workspace.targets()?;
    let settled = recovery::settle(context);
    let snapshot = recovery::snapshot(context).ok();
    let keys = if args.no_decrypt { None } else { keys(context)? };
    let mut jobs = Vec::new();
    for target in &targets {
        let rule = match context.workspace.rule(target) {
            Err(error) if error.kind() != ErrorKind::Rules => return Err(error),
            rule => rule.map(Option::unwrap_or_default),
        };
        jobs.push((target, rule, context.settings(target)?));
    }
    let in_git = context.workspace.repository().is_some();
    let progress = Progress::new("checking the files", jobs.len(), &context.out);
    let patients: Vec<Patient> = parallel::map(jobs.iter().collect(), |(target, _, settings)| {
        let patient = Patient::examine(target, settings, keys, in_git);
        progress.step();
        patient
    });
    drop(progress);
    drop(snapshot);
    let options = context.check_options(None)?;
    let mut others = interrupted::changes(settled, context);
    others.extend(interrupted::unmerged(&patients, context));
    others.extend(interrupted::driver(context));
    others.extend(interrupted::temporary(&targets, args.fix, context)?);
    let access = Access::new(context)?;
    others.extend(surroundings::leftovers(&targets, &patients, context));
    others.extend(surroundings::plaintext(context)?);
    others.extend(surroundings::rules_without_age(context)?);
    let mut counted = 0;
    let mut prepared = Vec::new();
    for (patient, (_, rule, _)) in patients.iter().zip(&jobs) {
        let mut found = recipients::findings(&patient.name, rule, patient.target(), context);
        let (drift, verifiable) = recipients::drift(patient, rule.as_ref().ok(), &access, context);
        counted += usize::from(!verifiable);
        found.extend(drift);
        prepared.push((found, patient.dependencies(&options, context)?));
    }
    let examined = patients.into_iter().zip(prepared).collect();
    let mut all: Vec<(String, Vec<Finding>)> = parallel::map(examined, |(patient, (mut found, dependencies))| {
        let name = patient.name.clone();
        found.extend(patient.checked(&dependencies, &options));
        (name, found)
    });
    others.extend(recipients::others(context));
    let orphans = surroundings::orphans(&targets, context);
    all.extend(others.into_iter().map(|other| (other.file.as_str().to_owned(), vec![other])));
    report(&all, &orphans, (targets.len(), counted), context)?;
    let failed = all.iter().flat_map(|(_, found)| found).any(|finding| finding.severity == Severity::Error);
    Ok(ExitCode::from(u8::from(failed)))
}

/// From this number of files on, one line reports the same finding for all of them.
const GROUPED: usize = 4;
/// How many of them are named.
const NAMED: usize = 5;

/// The available keys; without any, only headers are examined.
fn keys(context: &Context) -> Result<Option<Decryptor<'_>>> {
    match context.keys() {
        Ok(keys) => Ok(Some(keys)),
        Err(error) if error.kind() == ErrorKind::NoIdentity => {
            context.out.warn(&shown!("{}: only headers are checked", error))?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn report(
    all: &[(String, Vec<Finding>)],
    orphans: &[String],
    (count, counted): (usize, usize),
    context: &Context,
) -> Result<()> {
    let orphan = |name: &String| {
        let mut found = finding("orphan", Severity::Warning, name, "the rules do not list this file");
        found.help = Some(Shown::fixed("add it to secrets.nix or .sops.yaml, or remove it"));
        found
    };
    let flat: Vec<Finding> =
        all.iter().flat_map(|(_, found)| found.clone()).chain(orphans.iter().map(orphan)).collect();
    let json = || {
        let one = |finding: &Finding| Fault {
            rule: finding.rule,
            severity: finding.severity.name(),
            message: finding.message.clone(),
        };
        let file = |(name, found): &(String, Vec<Finding>)| Examined {
            path: FileName::shown(name.clone()),
            findings: found.iter().map(one).collect(),
        };
        Json::of(&Output {
            files: all.iter().map(file).collect(),
            orphans: orphans.iter().map(|name| FileName::shown(name.clone())).collect(),
        })
    };
    context.global.format::<FindingsFormat>().print(&flat, || text(&flat, count, counted), json, context.out)
}

fn text(found: &[Finding], count: usize, counted: usize) -> Shown {
    let mut text = Shown::default();
    for (index, finding) in found.iter().enumerate() {
        let is_same = |other: &&Finding| other.rule == finding.rule && other.message == finding.message;
        let same: Vec<&Finding> = found.iter().filter(is_same).collect();
        let is_grouped = same.len() >= GROUPED;
        if is_grouped && found[..index].iter().any(|other| is_same(&other)) {
            continue;
        }
        let what = if is_grouped { shown!("{} files", same.len()) } else { finding.file.clone() };
        text.push_line(&shown!("{}[{}]: {}: {}", finding.severity.name(), finding.rule, what, &finding.message));
        if is_grouped {
            let named: Vec<Shown> = same.iter().take(NAMED).map(|finding| finding.file.clone()).collect();
            let more = if same.len() > NAMED { shown!(", and {} more", same.len() - NAMED) } else { Shown::default() };
            text.push_line(&shown!("  files: {}{}", Shown::join(&named, ", "), more));
        }
        if let Some(help) = &finding.help {
            text.push_line(&shown!("  help: {}", help));
        }
    }
    let number = |severity| found.iter().filter(|finding| finding.severity == severity).count();
    let files = if count == 1 { Shown::fixed("1 file") } else { shown!("{} files", count) };
    let plural = |count: usize, word: &'static str| shown!("{} {}{}", count, word, if count == 1 { "" } else { "s" });
    let summary = match (number(Severity::Error), number(Severity::Warning)) {
        (0, 0) if counted > 0 => shown!(
            "{}, no problems found; the recipients of {} were counted, not verified: age does not say which X25519 or plugin keys a file is for",
            files,
            counted
        ),
        (0, 0) => shown!("{}, no problems found", files),
        (errors, warnings) => shown!("{}: {}, {}", files, plural(errors, "error"), plural(warnings, "warning")),
    };
    text.push(&summary);
    text
}
