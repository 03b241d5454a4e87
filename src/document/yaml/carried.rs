//! A value's own text, to be written at another place: quotes, comments, and inner layout are kept.

use std::ops::Range;

use super::flow;
use super::lines;
use super::manner::Manner;
use super::scalar;
use super::splice::{Rewrite, Splice, Touched};
use super::tree::Tree;
use super::write::{Position, ValueText};
use crate::memory::{Buffer, Zeroizing};

/// A value's original text.
pub(super) struct Carried {
    /// The comment lines above its entry, without their indentation.
    comments: Vec<Zeroizing<String>>,
    pub(super) key: Option<String>,
    /// The text on the line of the indicator: the scalar, or a header, with anchor, tag, and comment.
    inline: Zeroizing<String>,
    /// The value's text without its comment, unless it is a block, and the indentation of its first line.
    flow: Option<(Zeroizing<String>, String)>,
    /// The lines below, the last without its line end.
    below: Option<Zeroizing<String>>,
    /// The column of its old entry.
    from: usize,
    /// The column of its entries and whether it is a map, for a block collection.
    entries: Option<(usize, bool)>,
    /// Whether its first entry is on the line of the dash.
    compact: bool,
}

impl Carried {
    /// Takes the text of the entry at `index`; for a move, with its comments.
    pub(super) fn take(tree: Tree<'_>, holder: usize, index: usize, comments: bool) -> Self {
        let text = tree.text;
        let (key, node) = tree.entry(holder, index);
        let begin = tree.begin(holder, index);
        let from = lines::column(text, begin);
        let above = lines::start(text, begin);
        let first = if comments && !tree.is_flow(holder) && lines::is_first(text, begin) {
            tree.own_comments(holder, index)
        } else {
            above
        };
        let (after, end) = (tree.piece(node).after(), tree.value_end(node));
        let block = tree.is_block_collection(node) && tree.len(node) > 0;
        let last = if tree.is_flow(holder) || !(comments || block || tree.is_block_scalar(node)) {
            end
        } else {
            tree.last_line_end(holder, index).max(end)
        };
        let begins = tree.value_begin(node);
        let compact = block && lines::start(text, begins) <= after;
        let split = if compact { lines::end(text, begins) } else { lines::end(text, after) }.min(last);
        let trimmed = |range: Range<usize>| Zeroizing::new(text[range].trim_matches(lines::WHITE).to_owned());
        let mut inline = trimmed(after..split);
        if !comments && block && !compact {
            inline = trimmed(after..tree.piece(node).bare());
        }
        let mut own = trimmed(after.min(end)..end);
        if flow::is_pair(tree, node) {
            own = Zeroizing::new(["{", &own, "}"].concat());
            inline.clone_from(&own);
        }
        if !comments {
            let properties = text[after..tree.piece(node).bare()].trim_matches(lines::WHITE);
            (inline, own) = (without_anchor(&inline, properties), without_anchor(&own, properties));
        }
        let no_block = !block && !tree.is_block_scalar(node) && !tree.is_absent(node);
        let comment =
            |line: &str| Zeroizing::new(line.trim_start_matches('\u{feff}').trim_matches(lines::WHITE).to_owned());
        Self {
            flow: no_block.then(|| (own, lines::indentation(text, begins).to_owned())),
            comments: text[first..above].lines().map(comment).collect(),
            key: key.map(|key| text[tree.piece(key).span()].to_owned()),
            inline,
            below: (last > split).then(|| Zeroizing::new(text[lines::next(text, split).min(last)..last].to_owned())),
            from,
            entries: block.then(|| (tree.column(node), tree.piece(node).is_map())),
            compact,
        }
    }

    /// The text for a flow collection, without its comment; further lines keep their indentation relative to the first,
    /// which gets this indentation.
    pub(super) fn as_flow(&self, indent: &str, manner: &Manner) -> Option<Zeroizing<String>> {
        let (text, old) = self.flow.as_ref().filter(|(text, _)| !text.is_empty())?;
        let mut flow = Buffer::default();
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                flow.push_str(manner.ending);
                flow.push_str(if line.trim_matches(lines::WHITE).is_empty() { "" } else { indent });
            }
            flow.push_str(line.strip_prefix(old.as_str()).unwrap_or_else(|| line.trim_start_matches(lines::WHITE)));
        }
        Some(flow.into_text())
    }

    /// The comment lines of a moved entry are placed above it, or above the line of the dash for the first entry of a
    /// compact collection.
    pub(super) fn comments_above(&self, text: &str, change: &mut Rewrite, column: usize, ending: &str) {
        let Touched::Inserted { range, splice, .. } = &mut change.touched else { return };
        if self.comments.is_empty() {
            return;
        }
        let written = |column: usize| {
            let indent = " ".repeat(column);
            self.comments.iter().flat_map(|line| [&indent, line.as_str(), ending]).collect::<Vec<_>>().concat()
        };
        let at = change.splices[*splice].range.start;
        let line = lines::start(text, at);
        if range.start == 0 && at > line && text.len() > at {
            let outer = text[line..].len() - text[line..].trim_start_matches(' ').len();
            change.splices.insert(*splice, Splice::insert(line, written(outer)));
            *splice += 1;
        } else {
            let lines = Zeroizing::new(written(column));
            let text = &change.splices[*splice].text;
            let text = Zeroizing::new([&text[..range.start], &lines, &text[range.start..]].concat());
            change.splices[*splice].text = text;
            *range = range.start + lines.len()..range.end + lines.len();
        }
    }

    /// The text for another position.
    pub(super) fn written(&self, position: Position, manner: &Manner) -> ValueText {
        let column = match position {
            Position::Root => 0,
            Position::Key(column) | Position::Dash(column, _) => column,
        };
        let (old, new) = match self.entries {
            None => (self.from, column),
            Some((entries, _)) if !self.compact && matches!(position, Position::Key(_)) => {
                (entries, entries + column - self.from.min(entries + column))
            }
            Some((entries, is_map)) => (entries, position.entries(manner, is_map)),
        };
        let below = self.below.as_deref().map(|lines| shifted(lines, old, new, manner)).unwrap_or_default();
        match position {
            Position::Key(_) if self.compact => {
                let lines = [&" ".repeat(new), self.inline.as_str(), manner.ending, &below].concat();
                ValueText { below: Zeroizing::new(lines), collection: true, ..ValueText::default() }
            }
            Position::Dash(..) | Position::Root
                if self.entries.is_some() && !self.compact && self.inline.is_empty() =>
            {
                let (first, rest) = below.split_at(below.find('\n').map_or(below.len(), |feed| feed + 1));
                ValueText {
                    inline: Zeroizing::new(first.trim_matches(lines::WHITE).to_owned()),
                    below: Zeroizing::new(rest.to_owned()),
                    collection: true,
                }
            }
            _ => ValueText { inline: self.inline.clone(), below, collection: self.entries.is_some() },
        }
    }
}

/// The text of a copy, without its anchor. `properties` are the anchor and the tag at its start.
fn without_anchor(text: &str, properties: &str) -> Zeroizing<String> {
    let Some(value) = text.strip_prefix(properties) else { return Zeroizing::new(text.to_owned()) };
    let kept = properties.split_whitespace().filter(|word| !word.starts_with('&'));
    let words: Vec<&str> =
        kept.chain([value.trim_start_matches(lines::WHITE)]).filter(|word| !word.is_empty()).collect();
    Zeroizing::new(words.join(" "))
}

/// The lines moved from column `old` to column `new`, each with its line end.
fn shifted(lines: &str, old: usize, new: usize, manner: &Manner) -> Zeroizing<String> {
    let mut text = Buffer::default();
    for line in lines.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let content = line.trim_start_matches(' ');
        // Spaces beyond the indentation of a blank line may be content.
        if !content.is_empty() || line.len() > old {
            text.push_str(&" ".repeat((line.len() - content.len() + new).saturating_sub(old)));
            text.push_str(content);
        }
        text.push_str(manner.ending);
    }
    text.into_text()
}

/// Whether the source text of a key is this key.
pub(super) fn is_key(written: &str, key: &str) -> bool {
    let quoted = [format!("'{}'", key.replace('\'', "''")), format!("\"{key}\"")];
    written == key && scalar::is_string(key) || quoted.iter().any(|text| text == written)
}

/// Whether the text may be used in a flow collection.
pub(super) fn fits_flow(text: &str, json: bool) -> bool {
    let quoted = text.starts_with(if json { &['"', '[', '{'][..] } else { &['"', '\'', '[', '{'][..] });
    let fits = if json {
        scalar::plain(text).as_str().is_none()
    } else {
        !text.contains([',', '[', ']', '{', '}', '#']) && !text.starts_with(':') && !text.contains('?')
    };
    quoted || fits
}
