//! The order in which the files of a patch set are edited: a secret must be in its file before its digest can be
//! computed.

use super::document::OpenDocument;
use super::job::Draft;
use crate::app::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::patch::Patch;

/// The indices of the documents, each after those that it depends on, otherwise in the given order.
///
/// # Errors
/// `patch` if files depend on each other, or one on itself.
pub(super) fn of(documents: &[OpenDocument], drafts: &[Vec<Draft>], context: &Context) -> Result<Vec<usize>> {
    let needs: Vec<Vec<usize>> = drafts.iter().map(|drafts| dependencies(documents, drafts, context)).collect();
    let mut order: Vec<usize> = Vec::new();
    while order.len() < documents.len() {
        let ready = |index: &usize| !order.contains(index) && needs[*index].iter().all(|needed| order.contains(needed));
        match (0..documents.len()).find(ready) {
            Some(next) => order.push(next),
            None => {
                return Err(Error::new(ErrorKind::Patch, "digests and secrets of the patch depend on each other")
                    .hint("`digest_of` names another file, which has no `digest_of` of this one"));
            }
        }
    }
    Ok(order)
}

fn dependencies(documents: &[OpenDocument], drafts: &[Draft], context: &Context) -> Vec<usize> {
    let patches = drafts.iter().filter_map(|draft| match draft {
        Draft::Patch(patch) => Some(patch),
        Draft::Content(_) => None,
    });
    let files = patches.flat_map(Patch::depends_on);
    // A file that does not exist is reported when its secret is needed.
    let targets = files.filter_map(|file| context.target(file).ok());
    targets.filter_map(|target| documents.iter().position(|document| document.is(&target))).collect()
}
