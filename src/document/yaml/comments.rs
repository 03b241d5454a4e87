//! Which comment lines above an entry are removed and moved with it.

use super::lines;
use super::tree::Tree;
use crate::document::comments::{heads_several, is_about_file, is_yaml_entry};

impl Tree<'_> {
    /// The start of the comment lines directly above an entry, in its column, that are about it: without a comment that
    /// heads the file or several entries, and without disabled entries and what is above them.
    pub(super) fn own_comments(&self, holder: usize, index: usize) -> usize {
        let text = self.text;
        let begin = self.begin(holder, index);
        let line = lines::start(text, begin);
        let first = lines::comments_above(text, line, lines::column(text, begin));
        if first == line {
            return line;
        }
        let comment = &text[first..line];
        let name = self.name(holder, index);
        let is_list = self.piece(holder).is_list();
        let is_head = self.is_head(first);
        if is_head && is_about_file(comment.trim_start_matches('\u{feff}'), name) {
            return line;
        }
        let is_apart = is_head || lines::above(text, first).is_none_or(|above| lines::is_blank(text, above));
        if !is_list && self.is_directly_above_next(holder, index) {
            let next = self.name(holder, index + 1);
            if heads_several(comment, name, next, is_apart) {
                return line;
            }
        }
        let mut own = first;
        let mut at = first;
        while at < line {
            let next = lines::next(text, at);
            let content = text[at..lines::end(text, at)].trim().trim_start_matches('#');
            own = if is_yaml_entry(content, is_list) { next } else { own };
            at = next;
        }
        own
    }

    /// Whether nothing precedes the line at `line` except what precedes all content.
    pub(super) fn is_head(&self, line: usize) -> bool {
        self.text.get(lines::prolog(self.text)..line).is_none_or(|above| above.trim_matches(lines::WHITE).is_empty())
    }

    /// Whether the next entry directly follows this one, without a comment or a blank line in between.
    fn is_directly_above_next(&self, holder: usize, index: usize) -> bool {
        let next = index + 1;
        next < self.len(holder) && {
            let below = lines::next(self.text, self.last_line_end(holder, index));
            below == lines::start(self.text, self.begin(holder, next))
        }
    }

    /// The key of an entry; empty in a list.
    fn name(&self, holder: usize, index: usize) -> &str {
        self.entry(holder, index).0.and_then(|key| self.key_text(key)).map_or("", |(name, _)| name)
    }

    /// Whether blank lines separate all entries of a block collection, so that a new one should be separated, too. A
    /// single separation between two keys is not enough.
    pub(super) fn is_separated(&self, holder: usize) -> bool {
        let count = self.len(holder);
        let least = if self.piece(holder).is_list() { 2 } else { 3 };
        count >= least
            && (1..count).all(|index| {
                let mut line = lines::next(self.text, self.end(holder, index - 1));
                let begin = lines::start(self.text, self.begin(holder, index));
                let mut blank = false;
                while line < begin {
                    blank |= lines::is_blank(self.text, line);
                    line = lines::next(self.text, line);
                }
                blank
            })
    }
}
