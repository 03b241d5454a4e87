//! Decides which marks of a sheet are encrypted.

use super::sheet::{Comment, CommentForm, MarkKind, PathId, Paths, Sheet};
use crate::rules::Selector;

/// For each mark, whether the selector selects it for encryption.
pub(super) fn selected(sheet: &Sheet, selector: &Selector) -> Vec<bool> {
    if selector.reads_comments() {
        return by_comments(sheet, selector);
    }
    let otherwise = selector.encrypts::<&str>(&[], &[]);
    let mut encrypts: Vec<bool> = Vec::new();
    for (parent, key) in sheet.paths.all() {
        // One key on the path decides for everything below it.
        let above = encrypts.get(parent).copied().unwrap_or(otherwise);
        encrypts.push(match key {
            Some(key) if above == otherwise => selector.encrypts(&[key], &[]),
            _ => above,
        });
    }
    sheet.marks.iter().map(|mark| encrypts[mark.path]).collect()
}

/// A comment that applies at present.
struct Active {
    holder: PathId,
    text: String,
    /// The entry that it is about, if that is known.
    about: Option<PathId>,
    /// The item after it, once it was reached: the comment stops applying at its end.
    item: Option<PathId>,
}

/// By comments: those directly before a leaf, and before each collection that contains it.
fn by_comments(sheet: &Sheet, selector: &Selector) -> Vec<bool> {
    let mut selected = vec![false; sheet.marks.len()];
    let mut active: Vec<Active> = Vec::new();
    for at in order(sheet) {
        let mark = &sheet.marks[at];
        let chain = ancestors(&sheet.paths, mark.path);
        // The item of `holder` that leads to this mark; `None` if the mark is a comment between its items.
        let item = |holder: PathId| chain.windows(2).find(|pair| pair[1] == holder).map(|pair| pair[0]);
        let between = matches!(mark.what, MarkKind::Comment(_));
        active.retain_mut(|comment| {
            let here = item(comment.holder);
            if comment.about.is_some() {
                return match &mark.what {
                    MarkKind::Comment(other) if chain[0] == comment.holder => other.about == comment.about,
                    _ => here == comment.about,
                };
            }
            let within = here.is_some() || (between && chain[0] == comment.holder);
            let same = comment.item.is_none() || comment.item == here;
            comment.item = here;
            within && same
        });
        if let MarkKind::Comment(comment) = &mark.what {
            let text = comment.text.as_str().to_owned();
            active.push(Active { holder: mark.path, text, about: comment.about, item: None });
        }
        // They all apply alike, whichever collection they precede.
        let comments: Vec<String> = active.iter().map(|comment| comment.text.clone()).collect();
        let keys = sheet.paths.keys(mark.path);
        selected[at] = match &mark.what {
            MarkKind::Leaf(_) => selector.encrypts(&keys, &[comments]),
            MarkKind::Comment(_) => selector.encrypts_comment(&keys, &[comments]),
        };
    }
    selected
}

/// The marks in sops' order: a comment after a value comes before it.
fn order(sheet: &Sheet) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(sheet.marks.len());
    for (at, mark) in sheet.marks.iter().enumerate() {
        let place = match &mark.what {
            MarkKind::Comment(Comment { form: CommentForm::Inline, about: None, .. }) => order.len().saturating_sub(1),
            MarkKind::Comment(Comment { form: CommentForm::Inline, about: Some(about), .. }) => {
                let within = |other: &&usize| ancestors(&sheet.paths, sheet.marks[**other].path).contains(about);
                order.len() - order.iter().rev().take_while(within).count()
            }
            _ => order.len(),
        };
        order.insert(place, at);
    }
    order
}

/// A path and all its parents, innermost first.
fn ancestors(paths: &Paths, path: PathId) -> Vec<PathId> {
    let mut chain = vec![path];
    let mut here = path;
    while !paths.is_root(here) {
        here = paths.parent(here);
        chain.push(here);
    }
    chain
}
