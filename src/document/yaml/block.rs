//! Inserts, removes, and replaces entries of block collections.

use crate::memory::Zeroizing;

use super::lines;
use super::manner::Manner;
use super::splice::{Rewrite, Splice, Touched};
use super::tree::Tree;
use super::write::{self, Position, ValueText};

/// Creates the text of a value for its position.
pub(super) type Make<'m> = &'m dyn Fn(Position) -> ValueText;

/// Inserts an entry before position `index`, or at the end. `key` is the key's text, for a map.
pub(super) fn insert(
    tree: Tree<'_>,
    manner: &Manner,
    holder: usize,
    index: usize,
    key: Option<&str>,
    make: Make<'_>,
) -> Rewrite {
    let text = tree.text;
    let count = tree.len(holder);
    let column = tree.column(holder);
    let (head, gap, written) = if let Some(key) = key {
        let head = format!("{key}:");
        let gap = tree.aligned(holder).and_then(|values| values.checked_sub(column + head.chars().count()));
        (head, gap.filter(|gap| *gap > 0).unwrap_or(1), make(Position::Key(column)))
    } else {
        let gap = tree.gap(holder, index.min(count - 1));
        ("-".to_owned(), gap, make(Position::Dash(column, gap)))
    };
    let entry = write::entry(column, &head, gap, &written, manner);
    let inserted = |splice: Splice, range| Rewrite {
        splices: vec![splice],
        touched: Touched::Inserted { holder, index, splice: 0, range },
    };
    let separation = if tree.is_separated(holder) { manner.ending } else { "" };
    if index < count {
        let before = tree.begin(holder, index);
        if lines::is_first(text, before) {
            let mut line = lines::comments_above(text, lines::start(text, before), column);
            if tree.is_head(line) {
                // The comment at the top of the file stays there.
                line = tree.own_comments(holder, index);
            }
            let range = 0..entry.len();
            // After a block scalar that keeps its blank lines, another one would become part of it.
            let separation =
                if written.below.ends_with([manner.ending; 2].concat().as_str()) { "" } else { separation };
            return inserted(Splice::insert(after_mark(text, line), [&entry, separation].concat()), range);
        }
        // The first entry of a compact collection: the new one takes its place after the dash.
        let moved = [&entry[column..], &" ".repeat(column)].concat();
        let range = 0..entry.len() - column;
        return inserted(Splice::insert(before, moved), range);
    }
    let end = tree.belonging(lines::end(text, tree.end(holder, count - 1)), column);
    let line = lines::next(text, end);
    let separation = if tree.keeps_blank_lines(tree.entry(holder, count - 1).1) { "" } else { separation };
    if text[..line].ends_with('\n') {
        let range = separation.len()..separation.len() + entry.len();
        return inserted(Splice::insert(line, [separation, &entry].concat()), range);
    }
    // Readers differ about a last line of white space without a line end.
    let open = entry.trim_end_matches(['\n', '\r']);
    let open = if lines::is_open(open) { open } else { entry.as_str() };
    let entry = [manner.ending, separation, open].concat();
    let range = manner.ending.len() + separation.len()..entry.len();
    let mut change = inserted(Splice::insert(line, entry), range);
    if let Some(header) = tree.closed(holder) {
        change.splices.insert(0, header);
        if let Touched::Inserted { splice, .. } = &mut change.touched {
            *splice = 1;
        }
    }
    change
}

/// A byte order mark stays first.
fn after_mark(text: &str, line: usize) -> usize {
    if text[line..].starts_with('\u{feff}') { line + '\u{feff}'.len_utf8() } else { line }
}

/// Replaces the text of the value `node` at `position`; `drop_tag` removes its tag.
pub(super) fn replace(
    tree: Tree<'_>,
    manner: &Manner,
    node: usize,
    position: Position,
    new: &ValueText,
    drop_tag: bool,
) -> Vec<Splice> {
    let text = tree.text;
    let piece = tree.piece(node);
    let (mut begin, end) = (tree.value_begin(node), tree.value_end(node));
    let apart = new.collection && !new.inline.is_empty() && has_properties(text, piece.after(), piece.bare(), drop_tag);
    let below_properties = apart.then(|| new.below_properties(position, manner));
    let new = below_properties.as_ref().unwrap_or(new);
    let root = matches!(position, Position::Root) && !apart;
    if root && new.collection && lines::is_first(text, begin) {
        // All its lines start at the margin, including the first.
        begin = text[..begin].trim_end_matches(' ').len();
    }
    let mut splices = Vec::new();
    let mut bare = piece.bare();
    if let Some(range) = tag(text, piece.after(), bare).filter(|_| drop_tag) {
        bare = if range.end == bare { range.start } else { bare };
        splices.push(Splice::delete(range));
    }
    let below = |new: &ValueText| {
        let lines = new.below.trim_end_matches(['\n', '\r']);
        if new.below.is_empty() {
            Zeroizing::default()
        } else {
            Zeroizing::new([manner.ending, lines, kept_end(&new.below[lines.len()..], manner)].concat())
        }
    };
    // A block collection cannot start on the line of `---`.
    let marked = root && new.collection && !lines::is_first(text, begin);
    // Nor after a tab.
    let tab = matches!(position, Position::Dash(..)) && new.collection && text[bare.min(begin)..begin].contains('\t');
    let (inline, below_line) = match position {
        _ if marked => {
            (Zeroizing::default(), Zeroizing::new([manner.ending, &new.inline, below(new).as_str()].concat()))
        }
        Position::Dash(_, gap) if tab => (Zeroizing::new([&" ".repeat(gap), new.inline.as_str()].concat()), below(new)),
        _ => (new.inline.clone(), below(new)),
    };
    let from = if new.inline.is_empty() && !root || marked || tab { bare.min(begin) } else { begin };
    let spaced = |inline: &str| [if inline.is_empty() { "" } else { " " }, inline].concat();
    if tree.is_absent(node) {
        let line_end = lines::end(text, piece.bare());
        splices.push(Splice::insert(piece.bare(), spaced(&new.inline)));
        if !new.below.is_empty() {
            splices.push(Splice { range: line_end..line_end, text: below(new) });
        }
    } else if tree.is_block_collection(node) {
        // A literal block would absorb the collection's own comments below.
        let literal = new.inline.starts_with('|');
        let end = if literal { tree.belonging(lines::end(text, end), tree.column(node)) } else { end };
        let compact = root || lines::start(text, begin) == lines::start(text, piece.bare());
        let last = lines::end(text, end);
        if compact {
            splices.push(Splice::replace(begin..last, [new.inline.as_str(), &below(new)].concat()));
        } else {
            // The key's line keeps its comment; the value's lines are removed, with the comments in between.
            splices.push(Splice::insert(piece.bare(), spaced(&new.inline)));
            let line_end = lines::end(text, piece.bare());
            let from = if new.below.is_empty() || !new.inline.is_empty() {
                line_end
            } else {
                line_end.max(first_line_end(tree, node))
            };
            splices.push(Splice { range: from..last, text: below(new) });
        }
    } else if tree.is_block_scalar(node) {
        let header = tree.header_end(node);
        let line_end = lines::end(text, header);
        splices.push(Splice { range: from..header, text: inline });
        splices.push(Splice { range: line_end..end.max(line_end), text: below_line });
    } else {
        let line_end = lines::end(text, end);
        splices.push(Splice { range: from..end, text: inline });
        splices.push(Splice { range: line_end..line_end, text: below_line });
    }
    if let [tag, value, ..] = &splices[..]
        && value.range.start < tag.range.end
    {
        splices.remove(0);
    }
    splices.retain(|splice| !splice.range.is_empty() || !splice.text.is_empty());
    splices
}

/// The line end before the first entry of a collection and the comments directly above it.
fn first_line_end(tree: Tree<'_>, node: usize) -> usize {
    let begin = tree.begin(node, 0);
    let column = lines::column(tree.text, begin);
    let line = lines::comments_above(tree.text, lines::start(tree.text, begin), column);
    lines::above(tree.text, line).map_or(0, |above| lines::end(tree.text, above))
}

/// Trailing blank lines belong to a literal that keeps them (`|+`); only the last line end belongs to the old text.
fn kept_end<'t>(rest: &'t str, manner: &Manner) -> &'t str {
    rest.strip_suffix(manner.ending).unwrap_or(rest)
}

/// The tag between an indicator and a value, with the space before it.
pub(super) fn tag(text: &str, after: usize, bare: usize) -> Option<std::ops::Range<usize>> {
    let mut at = after;
    while at < bare {
        let begin = lines::skip(text, at);
        let end = lines::end_of_word(text, begin);
        if text[begin..].starts_with('!') {
            return Some(at..end);
        }
        at = end;
    }
    None
}

/// Whether an anchor or a tag stays before the value. Text after it on its line would take it over: the anchor in `- &a
/// k: v` is the key's.
fn has_properties(text: &str, after: usize, bare: usize, drop_tag: bool) -> bool {
    let dropped = tag(text, after, bare).filter(|_| drop_tag);
    let kept =
        |range: std::ops::Range<usize>| !text[lines::skip(text, range.start).min(range.end)..range.end].is_empty();
    match dropped {
        Some(tag) => kept(after..tag.start) || kept(tag.end..bare),
        None => kept(after..bare),
    }
}

/// Removes the entry at `index` from a collection that has others.
pub(super) fn remove(tree: Tree<'_>, holder: usize, index: usize) -> Rewrite {
    let text = tree.text;
    let begin = tree.begin(holder, index);
    let touched = Touched::Removed { holder, index };
    if !lines::is_first(text, begin) {
        // The first entry of a compact collection: the next one, or its comment, moves to the dash.
        let mut next = lines::next(text, tree.last_line_end(holder, index));
        while lines::is_blank(text, next) {
            next = lines::next(text, next);
        }
        next += text[next..].len() - text[next..].trim_start_matches(' ').len();
        return Rewrite { splices: vec![Splice::delete(begin..next)], touched };
    }
    let from = after_mark(text, tree.own_comments(holder, index));
    let range = whole_lines(tree, (holder, index), from);
    let mut splices = vec![Splice::delete(range)];
    splices.extend(below_block_scalar(tree, (holder, index), from, splices[0].range.end));
    Rewrite { splices, touched }
}

/// The lines of an entry starting at `from`, with one of the blank separations around it: of two separations one stays,
/// none stays at either end of the collection, and a missing final line end stays missing.
fn whole_lines(tree: Tree<'_>, (holder, index): (usize, usize), from: usize) -> std::ops::Range<usize> {
    let text = tree.text;
    let mut next = lines::next(text, tree.last_line_end(holder, index));
    let previous = index.checked_sub(1).map(|previous| tree.end(holder, previous));
    let is_last = index + 1 == tree.len(holder);
    let at_end = !text[..next].ends_with('\n');
    let above = lines::above(text, from);
    let separated = above.is_some_and(|above| lines::is_blank(text, above));
    let mut from = from;
    if separated && lines::is_blank(text, next)
        || index == 0 && above.is_none_or(|above| is_indicator_line(text, above))
    {
        while lines::is_blank(text, next) {
            next = lines::next(text, next);
        }
    }
    let ends = next == text.len() || ["...", "---"].iter().any(|marker| text[next..].starts_with(marker));
    if separated && is_last && (ends || tree.is_separated(holder)) && !lines::is_blank(text, next) {
        // Trailing blank lines of a block scalar that keeps them belong to it.
        let floor = previous.map_or(0, |end| lines::next(text, end));
        while let Some(above) =
            lines::above(text, from).filter(|above| *above >= floor && lines::is_blank(text, *above))
        {
            from = above;
        }
    }
    if at_end {
        from = text[..from].strip_suffix('\n').map_or(from, |rest| rest.strip_suffix('\r').unwrap_or(rest).len());
    }
    from..next
}

/// Whether the line at `line` is that of the key or the dash of a collection, not a comment.
fn is_indicator_line(text: &str, line: usize) -> bool {
    !lines::is_blank(text, line) && lines::comment(text, line).is_none()
}

/// The lines below an entry that moves from `from` to `to`, which would be absorbed by the block scalar above: comments
/// move to the column of the entry, lines of white space lose it.
fn below_block_scalar(tree: Tree<'_>, (holder, index): (usize, usize), from: usize, to: usize) -> Vec<Splice> {
    let text = tree.text;
    let Some(previous) = index.checked_sub(1) else { return Vec::new() };
    let Some(column) = tree.block_scalar_column(tree.entry(holder, previous).1) else { return Vec::new() };
    let end = lines::next(text, tree.end(holder, previous));
    if text.get(end..from).is_none_or(|between| !between.trim_matches(lines::WHITE).is_empty()) {
        return Vec::new();
    }
    let keeps = tree.keeps_blank_lines(tree.entry(holder, previous).1);
    let outer = lines::next_content(text, to).unwrap_or_default().min(tree.column(holder));
    let mut splices = Vec::new();
    let mut is_open = true;
    let mut line = to;
    while line < text.len() {
        let content = line + lines::spaces(&text[line..lines::end(text, line)]);
        if lines::is_blank(text, line) {
            if keeps && is_open {
                splices.push(Splice::delete(line..lines::next(text, line)));
            } else if lines::is_content(text, line, column) {
                splices.push(Splice::delete(line..lines::end(text, line)));
            }
        } else if lines::comment(text, line).is_some_and(|comment| comment >= column) {
            splices.push(Splice::replace(line..content, " ".repeat(outer)));
            is_open = false;
        } else {
            break;
        }
        line = lines::next(text, line);
    }
    splices
}

/// Removes the only entry: the collection becomes `[]` or `{}`, in its place.
pub(super) fn empty(tree: Tree<'_>, node: usize, root: bool) -> Vec<Splice> {
    let text = tree.text;
    let nothing = if tree.piece(node).is_list() { "[]" } else { "{}" };
    let begin = tree.begin(node, 0);
    let end = tree.last_line_end(node, 0);
    if !lines::is_first(text, begin) {
        return vec![Splice::replace(begin..end, nothing)];
    }
    let from = tree.own_comments(node, 0);
    if root {
        return vec![Splice::replace(after_mark(text, from)..end, nothing)];
    }
    let bare = tree.piece(node).bare();
    let above = lines::above(text, from).map_or(0, |above| lines::end(text, above));
    vec![Splice::insert(bare, format!(" {nothing}")), Splice::delete(above..end)]
}
