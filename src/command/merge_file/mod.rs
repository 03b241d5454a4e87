//! `agepatch merge-file`: merges three versions of an encrypted file semantically, as git's merge driver or by hand.

mod args;
mod inputs;
mod inside;
pub(crate) mod report;
mod side;

use std::process::ExitCode;

use crate::app::Context;
use crate::app::access::rule;
use crate::app::introduced;
use crate::app::locked_file::{LockedFile, Replacements, Sealed};
use crate::container::{self, Evidence, Plaintext};
use crate::diff::{Side, name};
use crate::document::Document;
use crate::error::{ErrorKind, Result};
use crate::history::merge::{self, MergeOutcome, MergeVersions};
use crate::rules::Rule;
use crate::schema::Schema;
use crate::shown::FileName;
use crate::workspace::Target;
use args::Favor;
pub(crate) use args::MergeFileArgs;
use report::MergeReport;

/// Merges into OURS or OUTPUT; in a conflict both are left as they are.
pub(crate) fn run(args: &MergeFileArgs, context: &mut Context) -> Result<ExitCode> {
    let target = inputs::target(args, context);
    context.rehearse(args.driver);
    let named = |error: crate::Error| error.in_file(FileName::shown(&args.path));
    let locked = LockedFile::read_at(&target, &inputs::ours(args, context)).map_err(named)?;
    let base = inputs::bytes(&args.base, context).map_err(named)?;
    let theirs = inputs::bytes(&args.theirs, context).map_err(named)?;
    if theirs == locked.bytes() || base == theirs {
        return unchanged(&MergeReport::of(args, context), &locked, &target, args, context);
    }
    let keys = if args.driver { context.keys()?.silent() } else { context.keys()? };
    let sides = side::Sides::open(args, &target, [&base, locked.bytes(), &theirs], keys).map_err(named)?;
    let report = MergeReport::of(args, context);
    let text = match sides.alike() {
        Some(text) => text.clone(),
        None => match text(&sides, &target, args, &report, context).map_err(named)? {
            Ok(text) => text,
            Err(conflicts) => {
                report.conflicts(&conflicts, [locked.bytes(), &theirs])?;
                return Ok(ExitCode::from(1));
            }
        },
    };
    let drift = Drift::of(&target, &locked, context).map_err(named)?;
    // A ciphertext of the same text for the same readers is as good as a new one, and git sees no change.
    if text == sides.ours.text && !drift.is_in(locked.bytes()) {
        return unchanged(&report, &locked, &target, args, context);
    }
    report.report_drift([locked.bytes(), &theirs].map(|bytes| drift.is_in(bytes)))?;
    let seal = || sides.ours.back(text.expose(), &context.sealing(drift.rule.as_ref())).map_err(named);
    let sealed = match &drift.rule {
        Some(rule) if locked.container().kind().keeps_recipients() => match context.for_rule(&target, seal()?, rule) {
            Ok(sealed) => sealed,
            // The content can be merged anyway.
            Err(error) if matches!(error.kind(), ErrorKind::NoRecipient | ErrorKind::Unsupported) => {
                report.keeps_recipients(&error)?;
                seal()?
            }
            Err(error) => return Err(named(error)),
        },
        _ => seal()?,
    };
    if sealed.sha256() == locked.sha256() {
        return unchanged(&report, &locked, &target, args, context);
    }
    let locked = match &args.output_file {
        Some(output) => LockedFile::at(&target, output).map_err(named)?,
        None => locked,
    };
    put(locked, sealed, context)?;
    report.merged(true)
}

/// OURS is the merge: it is written to OUTPUT as it is.
fn unchanged(
    report: &MergeReport<'_>,
    locked: &LockedFile,
    target: &Target,
    args: &MergeFileArgs,
    context: &Context,
) -> Result<ExitCode> {
    if let Some(output) = &args.output_file {
        let named = |error: crate::Error| error.in_file(output.display());
        put(LockedFile::at(target, output).map_err(named)?, locked.as_it_is().map_err(named)?, context)?;
    }
    report.merged(args.output_file.is_some())
}

fn put(locked: LockedFile, sealed: Sealed, context: &Context) -> Result<()> {
    let mut replacements = Replacements::default();
    replacements.push(locked, sealed);
    replacements.put(context)
}

/// Determines whether a version is encrypted for other readers than the rules list.
struct Drift<'t> {
    target: &'t Target,
    /// `None` if the file itself lists its readers and no rule does.
    rule: Option<Rule>,
}

impl<'t> Drift<'t> {
    fn of(target: &'t Target, locked: &LockedFile, context: &Context) -> Result<Self> {
        let rule = match locked.container().kind().keeps_recipients() {
            // Without readable rules, the readers of ours stay.
            true => context.workspace.rule(target).ok().flatten().filter(|rule| rule.sops.is_some()),
            false => Some(rule(target, context)?),
        };
        Ok(Self { target, rule })
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        let Some(rule) = &self.rule else { return false };
        let readers = container::detect(&self.target.display, bytes).recipients();
        readers.map_or(true, |readers| readers.agreement(rule, &Evidence::default()).drifted())
    }
}

/// The merged text, or the conflicts.
fn text(
    sides: &side::Sides,
    target: &Target,
    args: &MergeFileArgs,
    report: &MergeReport<'_>,
    context: &Context,
) -> Result<Result<Plaintext, Vec<crate::diff::Conflict>>> {
    let (ours, schema) = side::parse(&sides.ours.text, target, args.format, context)?;
    let read = |text: &Plaintext, side: &'static str| {
        Document::parse(text.expose(), ours.format()).map_err(|error| error.context(side))
    };
    let theirs = read(&sides.theirs, "theirs")?;
    let base = sides.base.as_ref().map(|text| read(text, "the base")).transpose()?;
    let favored = args.favor.map(|favor| match favor {
        Favor::Ours => Side::Ours,
        Favor::Theirs => Side::Theirs,
    });
    let inside = |base| inside::merge([base, &ours, &theirs], target, favored, report, context);
    let (ours, theirs) = match base.as_ref().map(inside) {
        Some(merged) => match merged? {
            Ok(sides) => sides,
            Err(conflicts) => return Ok(Err(conflicts)),
        },
        None => (ours, theirs),
    };
    let versions = MergeVersions { base: base.as_ref(), ours: &ours, theirs: &theirs };
    match merge::merge(versions, schema, favored)? {
        MergeOutcome::Conflicts(conflicts) => Ok(Err(conflicts)),
        MergeOutcome::Merged { document, decided, lost_comments } => {
            if schema == Schema::Authelia {
                introduced::refuse_merge_errors(target, [&ours, &theirs], &document, context)?;
            }
            report.decided(&decided)?;
            report.lose(lost_comments.iter().map(|at| name::path(at, document.value(), schema)));
            Ok(Ok(Plaintext::new(document.bytes().to_vec())))
        }
    }
}
