//! Three-way merge of documents: the values semantically, the text of both sides as it is.
//!
//! `diff::merge` decides the resulting value. The text is first merged line by line, like git does, and by words where
//! both sides changed a line, which preserves comments, quotes, and layout of both sides. If that text has the right
//! value, it is the result. Otherwise our text is edited, operation by operation, until it does.

mod comments;

use crate::diff::lines::{self, Both, Merge};
use crate::diff::{self, Conflict, Side, SideChange};
use crate::document::{Document, Edit, Format, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Schema;

const NO_TEXT: &str = "the merged text would not have the merged value";

#[derive(Clone, Copy)]
pub(crate) struct MergeVersions<'d> {
    /// The common ancestor; `None` if each side created the file.
    pub base: Option<&'d Document>,
    /// Ours.
    pub ours: &'d Document,
    /// Theirs.
    pub theirs: &'d Document,
}

pub(crate) enum MergeOutcome {
    /// A document, with conflicts resolved in favour of one side.
    Merged {
        document: Document,
        /// The conflicts that were resolved by favour.
        decided: Vec<Conflict>,
        /// The entries for which a side wrote comments that were lost: both sides changed the same ones, or the entry
        /// is gone.
        lost_comments: Vec<Pointer>,
    },
    /// Conflicts that need a decision.
    Conflicts(Vec<Conflict>),
}

/// Merges the versions; `favored` wins in conflicts.
///
/// # Errors
/// `unsupported` and `alias` if our text cannot be edited to the merged value.
pub(crate) fn merge(versions: MergeVersions<'_>, schema: Schema, favored: Option<Side>) -> Result<MergeOutcome> {
    let MergeVersions { base, ours, theirs } = versions;
    if ours.format().is_opaque() {
        return raw(versions, favored);
    }
    let side = favored.unwrap_or(Side::Ours);
    let merged = diff::merge(base.map(Document::value), ours.value(), theirs.value(), schema, side);
    if !merged.conflicts.is_empty() && favored.is_none() {
        return Ok(MergeOutcome::Conflicts(merged.conflicts));
    }
    let texts = Texts::of(versions)?;
    let sides = [ours, theirs];
    // The first text with every comment at its entry, or else the one with the most.
    let mut best: Option<(usize, Document)> = None;
    for manner in [Both::OneAfterTheOther, Both::Joined, Both::TheOtherFirst].into_iter().flat_map(manners) {
        let text = texts.merge(manner);
        let read = Document::parse(text.as_bytes(), ours.format()).ok();
        let Some(document) = read.filter(|document| *document.value() == merged.value) else { continue };
        let faults = comments::faults(base, sides, &document);
        if best.as_ref().is_none_or(|(fewest, _)| faults < *fewest) {
            best = Some((faults, document));
        }
        if faults == 0 {
            break;
        }
    }
    let mut best = best.map(|(_, document)| comments::restored(base, sides, document));
    if best.as_ref().is_none_or(|document| comments::faults(base, sides, document) > 0) {
        match edited(&texts, versions, &merged.value) {
            Ok((faults, document)) => {
                if best.as_ref().is_none_or(|best| faults < comments::faults(base, sides, best)) {
                    best = Some(document);
                }
            }
            Err(_) if best.is_some() => {}
            // An anchor that one side added may block the other side's change, which is a conflict for the user.
            Err(error) if favored.is_none() && matches!(error.kind(), ErrorKind::Alias | ErrorKind::Unsupported) => {
                let path = error.path().unwrap_or_default().to_owned();
                let conflict = Conflict { path, ours: SideChange::Changed, theirs: SideChange::Changed };
                return Ok(MergeOutcome::Conflicts(vec![conflict]));
            }
            Err(error) => return Err(error),
        }
    }
    let Some(document) = best else { return Err(Error::new(ErrorKind::Unsupported, NO_TEXT)) };
    let lost_comments = comments::missing(base, sides, &document);
    Ok(MergeOutcome::Merged { document, decided: merged.conflicts, lost_comments })
}

/// Merges raw contents by lines, only if the sides changed lines that do not touch.
fn raw(versions: MergeVersions<'_>, favored: Option<Side>) -> Result<MergeOutcome> {
    let MergeVersions { base, ours, theirs } = versions;
    let whole = |document: &Document| Document::parse(document.bytes(), Format::Raw);
    let done = |document, decided| Ok(MergeOutcome::Merged { document, decided, lost_comments: Vec::new() });
    if base.is_some_and(|base| base.bytes() == theirs.bytes()) || ours.bytes() == theirs.bytes() {
        return done(whole(ours)?, Vec::new());
    }
    if base.is_some_and(|base| base.bytes() == ours.bytes()) {
        return done(whole(theirs)?, Vec::new());
    }
    if let (Some(_), Ok(texts)) = (base, Texts::of(versions))
        && let Some(text) = texts.merge_apart()
    {
        return done(Document::parse(text.as_bytes(), Format::Raw)?, Vec::new());
    }
    let deed = if base.is_some() { SideChange::Changed } else { SideChange::Added };
    let conflicts = vec![Conflict { path: String::new(), ours: deed, theirs: deed }];
    match favored {
        None => Ok(MergeOutcome::Conflicts(conflicts)),
        Some(Side::Ours) => done(whole(ours)?, conflicts),
        Some(Side::Theirs) => done(whole(theirs)?, conflicts),
    }
}

/// Edits our text, with or without what can be merged from theirs, until it has `value`. Returns the first result with
/// the most comments in place, and the number of misplaced ones.
fn edited(texts: &Texts<'_>, versions: MergeVersions<'_>, value: &Value) -> Result<(usize, Document)> {
    let MergeVersions { base, ours, theirs } = versions;
    let begin = |document: &Document| -> Result<(usize, Document)> {
        let mut session = document.edit();
        for edit in diff::as_patch(document.value(), value) {
            session.apply(&in_place(edit, session.value()))?;
        }
        let document = session.finish()?;
        if document.value() != value {
            return Err(Error::new(ErrorKind::Unsupported, NO_TEXT));
        }
        let document = comments::restored(base, [ours, theirs], document);
        Ok((comments::faults(base, [ours, theirs], &document), document))
    };
    let mut best: Option<(usize, Document)> = None;
    for manner in manners(Both::Ours) {
        let near = Document::parse(texts.merge(manner).as_bytes(), ours.format());
        if let Ok(found) = near.and_then(|near| begin(&near))
            && best.as_ref().is_none_or(|(fewest, _)| found.0 < *fewest)
        {
            best = Some(found);
        }
    }
    match best {
        Some(best) if best.0 == 0 => Ok(best),
        Some(best) => Ok(begin(ours).ok().filter(|found| found.0 < best.0).unwrap_or(best)),
        None => begin(ours),
    }
}

/// A renamed key keeps its position, which JSON Patch cannot express.
fn in_place(edit: Edit, value: &Value) -> Edit {
    match &edit {
        Edit::Move { from, path } if from.parent() == path.parent() && is_new_key(path, value) => {
            Edit::Rename { path: from.clone(), to: path.last().unwrap_or_default().to_owned() }
        }
        _ => edit,
    }
}

fn is_new_key(path: &Pointer, value: &Value) -> bool {
    path.get(value).is_none()
        && path.parent().is_some_and(|above| above.get(value).is_some_and(|map| map.as_map().is_some()))
}

/// The strategies with this answer: line by line, and adjacent lines together.
fn manners(both: Both) -> [Merge; 2] {
    [false, true].map(|together| Merge { both, together })
}

struct Texts<'d> {
    base: &'d str,
    ours: &'d str,
    theirs: &'d str,
}

impl<'d> Texts<'d> {
    fn of(versions: MergeVersions<'d>) -> Result<Self> {
        let text = |document: &'d Document| {
            std::str::from_utf8(document.bytes())
                .map_err(|_| Error::new(ErrorKind::Unsupported, "the content is not text"))
        };
        Ok(Self {
            base: versions.base.map(text).transpose()?.unwrap_or_default(),
            ours: text(versions.ours)?,
            theirs: text(versions.theirs)?,
        })
    }

    fn merge(&self, manner: Merge) -> crate::memory::Zeroizing<String> {
        manner.lines([self.base, self.ours, self.theirs])
    }

    fn merge_apart(&self) -> Option<crate::memory::Zeroizing<String>> {
        lines::apart([self.base, self.ours, self.theirs])
    }
}

#[cfg(test)]
mod tests;
