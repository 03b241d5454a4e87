//! Finds the collection that contains a comment: the comment's token is authenticated with its keys. sops follows its YAML
//! library here, which attaches comments to what is before or after them.

use std::ops::Range;

use super::sheet::{Comment, CommentForm, Mark, MarkKind, PathId};
use super::yaml::{Reading, column};
use crate::document::Text;
use crate::document::outline::{Part, PartContent};
use crate::lines;

/// Whether a document begins or ends in a text.
pub(super) fn has_marker(text: &str) -> bool {
    ["\n---", "\n..."].iter().any(|marker| text.contains(marker))
}

impl Reading<'_> {
    /// Adds the comments outside the metadata.
    pub(super) fn comments(&mut self, comments: &[Range<usize>]) {
        let mut place = 0;
        // The comments between two parts that are on lines of their own.
        let mut between: Option<(usize, Vec<Option<PathId>>)> = None;
        for (number, range) in comments.iter().enumerate() {
            if self.sheet.blocks.iter().any(|block| block.range.contains(&range.start)) {
                continue;
            }
            while self.parts.get(place).is_some_and(|part| part.entry < range.start) {
                place += 1;
            }
            let (mut form, mut holders) = self.holders(place, range.start);
            if self.is_alone(range.start) {
                if between.as_ref().is_none_or(|(next, left)| *next != place || left.is_empty()) {
                    let end = self.parts.get(place).map_or(self.text.len(), |part| part.entry);
                    let group = comments[number..].iter().map(|comment| comment.start);
                    let is_here = |start: &usize| *start < end && !has_marker(&self.text[range.start..*start]);
                    let group: Vec<usize> = group.take_while(is_here).collect();
                    let mut scanned = self.scanned(&group, place);
                    scanned.reverse();
                    between = Some((place, scanned));
                }
                let likely = between.as_mut().and_then(|(_, left)| left.pop()).flatten();
                if let Some(likely) = likely {
                    holders.retain(|holder| *holder != likely);
                    holders.insert(0, likely);
                    form = self.form_in(likely, column(self.text, range.start));
                }
            }
            let Some((path, others)) = holders.split_first() else { continue };
            let text = Text::new(&self.text[range.start + 1..range.end]);
            let about = self.about(*path, form, place, range.start);
            let what = MarkKind::Comment(Comment { text, form, others: others.to_vec(), about });
            self.sheet.marks.push(Mark { range: range.clone(), path: *path, what });
        }
    }

    /// Whether nothing is before the comment at `at` on its line.
    fn is_alone(&self, at: usize) -> bool {
        let before = &self.text[lines::start(self.text, at)..at];
        before.trim_start_matches('\u{feff}').trim_matches([' ', '\t']).is_empty()
    }

    /// The entry that a comment at `at` in the collection `holder` is about; `next` is the first part after it.
    fn about(&self, holder: PathId, form: CommentForm, next: usize, at: usize) -> Option<PathId> {
        let held = |place: &usize| {
            let above = self.parts[*place].holder;
            above.is_some_and(|above| self.path_of[above] == Some(holder)) && self.path_of[*place].is_some()
        };
        let place = match form {
            // After a collection in brackets it counts as if it was before its first item.
            CommentForm::Inline if self.closed(next, at).is_some() => (0..next).find(held),
            CommentForm::Inline => (0..next).rev().find(held),
            _ => (next..self.parts.len()).find(held),
        };
        place.and_then(|place| self.path_of[place])
    }

    /// The collections that may contain the comment at `at`, the most likely first; `next` is the first part after it.
    fn holders(&self, next: usize, at: usize) -> (CommentForm, Vec<PathId>) {
        let document = |part: &&Part<'_>| self.path_of_part(part).is_some();
        let before = self.parts[..next].iter().enumerate().rev().find(|(_, part)| document(part));
        let after = self.parts[next..].iter().enumerate().map(|(offset, part)| (next + offset, part));
        let after = after.take(1).next();
        let is_first = self.is_alone(at);
        let mut chain = Vec::new();
        let mut add = |place: Option<usize>| {
            let mut place = place;
            while let Some(here) = place {
                if let Some(path) = self.path_of[here].filter(|path| !chain.contains(path)) {
                    chain.push(path);
                }
                place = self.parts[here].holder;
            }
        };
        let around = std::iter::successors(next.checked_sub(1), |place| self.parts[*place].holder);
        add(around.into_iter().find(|place| self.is_around(*place, at)));
        if !is_first {
            add(self.closed(next, at));
            // A collection that starts on this line is followed by the comment, and does not contain it.
            add(before.and_then(|(_, part)| part.holder));
            add(before.map(|(place, _)| place).filter(|place| self.is_collection(*place)));
            return (CommentForm::Inline, chain);
        }
        let here = column(self.text, at);
        add(before.and_then(|(place, _)| self.list_above(place, at, here)));
        let column_of = |place: usize| column(self.text, self.parts[place].entry);
        let same_document =
            |place: usize| before.is_none_or(|(earlier, _)| self.parts[earlier].document == self.parts[place].document);
        let following = after.map(|(place, _)| place).filter(|place| same_document(*place));
        match following {
            Some(place)
                if self.path_of[place].is_none()
                    && self.parts[place].holder.is_none_or(|holder| self.path_of[holder].is_none()) => {}
            Some(place) if column_of(place) >= here => add(self.parts[place].holder),
            _ => {}
        }
        // If the comment is deeper than what follows: the innermost collection so far that is not deeper than the
        // comment.
        let mut place = before.map(|(place, _)| place);
        while let Some(inner) = place {
            let holder = self.parts[inner].holder;
            if holder.is_some() && column_of(inner) <= here {
                add(holder);
                break;
            }
            place = holder;
        }
        add(following.and_then(|place| self.parts[place].holder));
        add(before.and_then(|(_, part)| part.holder));
        if chain.is_empty() {
            let document = before.map(|(_, part)| part.document).or(after.map(|(_, part)| part.document)).unwrap_or(0);
            chain.push(document);
        }
        (chain.first().map_or(CommentForm::Line, |path| self.form_in(*path, here)), chain)
    }

    /// The form of a comment in this column of a collection.
    fn form_in(&self, holder: PathId, column: usize) -> CommentForm {
        if self.dashes.get(&holder) == Some(&column) { CommentForm::BesideItems } else { CommentForm::Line }
    }

    fn path_of_part(&self, part: &Part<'_>) -> Option<PathId> {
        match part.holder {
            Some(holder) => self.path_of[holder],
            None => Some(part.document),
        }
    }

    fn is_collection(&self, place: usize) -> bool {
        matches!(self.parts[place].content, PartContent::List(_) | PartContent::Map(_))
    }

    /// Whether a collection in brackets contains the comment.
    fn is_around(&self, place: usize, at: usize) -> bool {
        let part = &self.parts[place];
        let is_flow = matches!(part.content, PartContent::List(true) | PartContent::Map(true));
        is_flow && part.span.start < at && at < self.ends[place]
    }

    /// The collection in brackets that ends right before the comment: sops moves such a comment into it.
    fn closed(&self, next: usize, at: usize) -> Option<usize> {
        let end = self.text[..at].trim_end_matches([' ', '\t']).len();
        if !self.text[..end].ends_with([']', '}']) {
            return None;
        }
        let is_flow = |place: &usize| {
            let part = &self.parts[*place];
            matches!(part.content, PartContent::List(true) | PartContent::Map(true)) && !part.in_flow
        };
        let place = (0..next).rev().find(is_flow)?;
        (self.ends[place] == end && self.path_of[place].is_some()).then_some(place)
    }

    /// The list whose last item is directly above the comment, if its dashes are in the comment's column and no entry follows
    /// the comment directly.
    fn list_above(&self, before: usize, at: usize, here: usize) -> Option<usize> {
        let part = &self.parts[before];
        let list = part.holder.filter(|_| part.key.is_none() && !part.in_flow)?;
        let is_block = matches!(part.content, PartContent::List(false) | PartContent::Map(false));
        let dashes = self.path_of[list].and_then(|path| self.dashes.get(&path));
        if is_block || dashes != Some(&here) {
            return None;
        }
        let is_comment = |line: &str| line.trim_start_matches([' ', '\t']).starts_with('#');
        let line = lines::start(self.text, at);
        let above = self.text[..line].lines().rev().find(|line| !is_comment(line))?;
        let mut end = lines::next(self.text, at);
        while end < self.text.len() && is_comment(&self.text[end..lines::next(self.text, end)]) {
            end = lines::next(self.text, end);
        }
        let below = &self.text[end..lines::next(self.text, end)];
        let is_apart = below.trim().is_empty() || below.len() - below.trim_start_matches(' ').len() < here;
        (!above.trim().is_empty() && is_apart).then_some(list)
    }
}
