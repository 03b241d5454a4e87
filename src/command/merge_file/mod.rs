//! `agepatch merge-file`: three versions of an encrypted file merged by meaning, as git's merge driver or by hand.

mod place;
mod report;
mod side;

use std::process::ExitCode;

use super::Context;
use super::flow::{guard, seal};
use crate::cli::{Favor, MergeFileArgs};
use crate::container::{self, Header, Original, Plaintext, Recipients, Replacement};
use crate::diff::Side;
use crate::document::Document;
use crate::error::Result;
use crate::history::merge::{self, Outcome, Versions};
use crate::schema::Schema;
use crate::shown;
use crate::shown::Shown;
use crate::workspace::Target;
use report::Report;

/// Merges into OURS; in a conflict OURS stays as it is.
pub(crate) fn run(args: &MergeFileArgs, context: &mut Context) -> Result<ExitCode> {
    let target = place::target(args, context);
    let named = |error: crate::Error| error.in_file(&args.path);
    let original = Original::read(&place::ours(args, context)).map_err(named)?;
    let base = place::bytes(&args.base, context).map_err(named)?;
    let theirs = place::bytes(&args.theirs, context).map_err(named)?;
    if theirs == original.bytes() || base == theirs {
        return Report::of(args, context).merged(false);
    }
    let identities = context.load_identities()?;
    let identities = if args.driver { identities.silent() } else { identities };
    let sides = side::Sides::open(args, [&base, original.bytes(), &theirs], &identities).map_err(named)?;
    let report = Report::of(args, context);
    let text = match sides.alike() {
        Some(text) => text.clone(),
        None => match text(&sides, &target, args, &report, context).map_err(named)? {
            Ok(text) => text,
            Err(conflicts) => {
                report.conflicts(&conflicts, [original.bytes(), &theirs])?;
                return Ok(ExitCode::from(1));
            }
        },
    };
    let rule = seal::rule(&target, context).map_err(named)?;
    // A ciphertext of the same text for the same readers is as good as a new one, and git sees that nothing changed.
    let drifted = |bytes: &[u8]| Header::read(bytes).map_or(true, |header| header.agreement(&rule.keys).drifted());
    if text == sides.ours && !drifted(original.bytes()) {
        return report.merged(false);
    }
    report.tell_drift([original.bytes(), &theirs].map(drifted))?;
    let recipients = Recipients::parse(&rule.keys).map_err(named)?;
    let sealed = container::seal(text.expose(), &recipients, original.armor(), Some(&identities)).map_err(named)?;
    container::replace_all(vec![Replacement { original, sealed }])?;
    report.merged(true)
}

/// The merged text, or the conflicts.
fn text(
    sides: &side::Sides,
    target: &Target,
    args: &MergeFileArgs,
    report: &Report<'_>,
    context: &Context,
) -> Result<Result<Plaintext, Vec<crate::diff::Conflict>>> {
    let (ours, schema) = side::parse(&sides.ours, target, args.format, context)?;
    let read = |text: &Plaintext, side: &'static str| {
        Document::parse(text.expose(), ours.format()).map_err(|error| error.context(side))
    };
    let theirs = read(&sides.theirs, "theirs")?;
    let base = sides.base.as_ref().map(|text| read(text, "the base")).transpose()?;
    let favored = args.favor.map(|favor| match favor {
        Favor::Ours => Side::Ours,
        Favor::Theirs => Side::Theirs,
    });
    let versions = Versions { base: base.as_ref(), ours: &ours, theirs: &theirs };
    match merge::merge(versions, schema, favored)? {
        Outcome::Conflicts(conflicts) => Ok(Err(conflicts)),
        Outcome::Merged { document, decided, lost_comments } => {
            if schema == Schema::Authelia {
                let name = target.rule.as_deref().unwrap_or(&args.path);
                guard::refuse_merged_errors(name, [&ours, &theirs], &document, context)?;
            }
            report.decided(&decided)?;
            if lost_comments {
                let file = Shown::vouched(args.path.clone());
                context.out.warn(&shown!("{}: both sides changed the same comments; ours stand", file))?;
            }
            Ok(Ok(Plaintext::new(document.bytes().to_vec())))
        }
    }
}
