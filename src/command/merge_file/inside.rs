//! Merges documents inside values that both sides changed.

use super::report::MergeReport;
use crate::app::Context;
use crate::diff::{Conflict, Side, name};
use crate::document::Document;
use crate::error::Result;
use crate::history::merge::{self, MergeOutcome, MergeVersions};
use crate::workspace::Target;

/// The sides `[base, ours, theirs]`, each with the merge of what both changed inside a value, unless that has
/// conflicts.
pub(super) fn merge(
    [base, ours, theirs]: [&Document; 3],
    target: &Target,
    favored: Option<Side>,
    report: &MergeReport<'_>,
    context: &Context,
) -> Result<Result<(Document, Document), Vec<Conflict>>> {
    let (mut merged, mut conflicts) = (Vec::new(), Vec::new());
    for before in context.inner_documents(target, base) {
        let inside = |side: &Document| {
            let text = before.pointer.get(side.value())?.as_str()?;
            let inner = context.inner_document(before.target.clone(), &before.pointer, text)?;
            (inner.document.format() == before.document.format()).then_some(inner.document)
        };
        let (Some(mine), Some(other)) = (inside(ours), inside(theirs)) else { continue };
        let same = |left: &Document, right: &Document| left.bytes() == right.bytes();
        if same(&mine, &before.document) || same(&other, &before.document) || same(&mine, &other) {
            continue;
        }
        let versions = MergeVersions { base: Some(&before.document), ours: &mine, theirs: &other };
        let inner = before.target.display.strip_prefix(&target.display).unwrap_or_default().trim_start_matches('#');
        match merge::merge(versions, before.schema, favored)? {
            MergeOutcome::Conflicts(found) => {
                conflicts
                    .extend(found.into_iter().map(|one| Conflict { path: format!("{inner}#{}", one.path), ..one }));
            }
            MergeOutcome::Merged { document, lost_comments, .. } => {
                let path = |at| format!("{inner}#{}", name::path(at, document.value(), before.schema));
                report.lose(lost_comments.iter().map(path));
                let text = String::from_utf8_lossy(document.bytes()).into_owned();
                merged.push((before.pointer, text));
            }
        }
    }
    if !conflicts.is_empty() {
        return Ok(Err(conflicts));
    }
    let with = |side: &Document| {
        let mut session = side.edit();
        merged.iter().try_for_each(|(pointer, text)| session.revise(pointer, text))?;
        session.finish()
    };
    Ok(Ok((with(ours)?, with(theirs)?)))
}
