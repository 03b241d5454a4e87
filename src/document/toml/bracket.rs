//! Entries between brackets: `[…]` and `{…}`, on one line or each on its own.

use std::ops::Range;

use super::Splice;

/// A collection between brackets.
pub(super) struct Bracket<'t> {
    pub(super) text: &'t str,
    /// With the brackets.
    pub(super) span: Range<usize>,
    /// The entries, without commas.
    pub(super) entries: Vec<Range<usize>>,
    /// The line end.
    pub(super) ending: &'t str,
}

impl Bracket<'_> {
    /// Puts an entry before position `index`, or at the end.
    pub(super) fn insert(&self, index: usize, entry: &str) -> Vec<Splice> {
        let text = self.text;
        let Some(last) = self.entries.last() else {
            let inside = self.span.start + 1..self.span.end - 1;
            let padded = if text[self.span.start..].starts_with('{') { format!(" {entry} ") } else { entry.to_owned() };
            let blank = text[inside.clone()].trim().is_empty();
            return vec![if blank { (inside, padded) } else { (inside.end..inside.end, padded) }];
        };
        if let Some(next) = self.entries.get(index) {
            let between = self.indent(next).map_or_else(|| " ".to_owned(), |indent| format!("{}{indent}", self.ending));
            return vec![(next.start..next.start, format!("{entry},{between}"))];
        }
        let comma = self.comma_after(last.end);
        let Some(indent) = self.indent(last) else {
            return vec![match comma {
                Some(comma) => (comma + 1..comma + 1, format!(" {entry},")),
                None => (last.end..last.end, format!(", {entry}")),
            }];
        };
        let from = comma.map_or(last.end, |comma| comma + 1);
        let line_end = line_end(text, from).min(self.span.end - 1);
        let below = format!("{}{indent}{entry}{}", self.ending, if comma.is_some() { "," } else { "" });
        match comma {
            Some(_) => vec![(line_end..line_end, below)],
            None => vec![(last.end..last.end, ",".to_owned()), (line_end..line_end, below)],
        }
    }

    /// Takes the entry at `index` out.
    pub(super) fn remove(&self, index: usize) -> Vec<Splice> {
        let text = self.text;
        let entry = self.entries[index].clone();
        let comma = self.comma_after(entry.end);
        let end = comma.map_or(entry.end, |comma| comma + 1);
        let last = index + 1 == self.entries.len();
        let own_line = self.indent(&entry).is_some()
            && text[end..line_end(text, end)].trim_start().chars().next().is_none_or(|first| first == '#');
        let mut splices = Vec::new();
        if last && comma.is_none() && index > 0 {
            let before = self.entries[index - 1].end;
            splices.extend(self.comma_after(before).map(|comma| (comma..comma + 1, String::new())));
        }
        if own_line {
            let from = super::comments_above(text, super::line_start(text, entry.start));
            splices.push((from..super::next_line(text, end), String::new()));
        } else if let Some(next) = self.entries.get(index + 1) {
            splices.push((entry.start..next.start, String::new()));
        } else if index > 0 && comma.is_none() {
            return vec![(self.entries[index - 1].end..entry.end, String::new())];
        } else {
            let inside = self.span.start + 1..self.span.end - 1;
            let alone = index == 0 && !text[inside.clone()].contains('#');
            let spaced = entry.start - (text[..entry.start].len() - text[..entry.start].trim_end_matches(' ').len());
            splices.push((if alone { inside } else { spaced..end }, String::new()));
        }
        splices
    }

    /// The indentation of an entry that is the first on its line.
    fn indent(&self, entry: &Range<usize>) -> Option<&str> {
        let lead = &self.text[super::line_start(self.text, entry.start)..entry.start];
        lead.trim().is_empty().then_some(lead)
    }

    /// The comma behind an entry, over white space and comments.
    fn comma_after(&self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while at < self.span.end {
            match bytes[at] {
                b',' => return Some(at),
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'#' => at = line_end(self.text, at),
                _ => return None,
            }
        }
        None
    }
}

/// The end of the line that holds `at`, before its line end.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |feed| at + feed);
    if end > at && text[..end].ends_with('\r') { end - 1 } else { end }
}
