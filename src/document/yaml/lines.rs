//! The text as lines: starts and ends, columns, comments, and the text between two nodes.

pub(super) use crate::lines::{end, next, start};

/// YAML's white space, without others such as a no-break space, which may end a text.
pub(super) const WHITE: [char; 4] = [' ', '\t', '\n', '\r'];

/// The start of the line above the one that starts at `line`; `None` for the first line, also after a byte order mark.
pub(super) fn above(text: &str, line: usize) -> Option<usize> {
    line.checked_sub(1).filter(|feed| text.as_bytes()[*feed] == b'\n').map(|feed| start(text, feed))
}

/// The zero-based column of `at` in characters; a byte order mark has no width.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[start(text, at)..at].chars().filter(|c| *c != '\u{feff}').count()
}

/// The white space at the start of the line of `at`.
pub(super) fn indentation(text: &str, at: usize) -> &str {
    let line = text[start(text, at)..at].trim_start_matches('\u{feff}');
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether only spaces precede `at` on its line.
pub(super) fn is_first(text: &str, at: usize) -> bool {
    text[start(text, at)..at].trim_start_matches('\u{feff}').bytes().all(|byte| byte == b' ')
}

/// Whether the text's last line has content but no line end.
pub(super) fn is_open(text: &str) -> bool {
    !text[start(text, text.len())..].trim_matches(WHITE).is_empty()
}

/// Whether the line at `line` is blank.
pub(super) fn is_blank(text: &str, line: usize) -> bool {
    line < text.len() && text[line..end(text, line)].trim_matches(WHITE).is_empty()
}

/// The column of the comment on the line at `line`, if there is nothing else on it.
pub(super) fn comment(text: &str, line: usize) -> Option<usize> {
    let content = text[line..end(text, line)].trim_start_matches('\u{feff}');
    let comment = content.trim_start_matches([' ', '\t']);
    comment.starts_with('#').then(|| content.len() - comment.len())
}

/// The column of the next line with content, starting at the line at `line`; `None` at the document's end.
pub(super) fn next_content(text: &str, mut line: usize) -> Option<usize> {
    while line < text.len() {
        if !is_blank(text, line) && comment(text, line).is_none() {
            let content = &text[line..end(text, line)];
            let marker = ["---", "..."].iter().any(|marker| content.trim_end_matches(WHITE) == *marker);
            return (!marker).then(|| content.len() - content.trim_start_matches(' ').len());
        }
        line = next(text, line);
    }
    None
}

/// The start of the comment lines directly above the line at `line` that are in `column`.
pub(super) fn comments_above(text: &str, mut line: usize, column: usize) -> usize {
    while let Some(above) = above(text, line).filter(|above| comment(text, *above) == Some(column)) {
        line = above;
    }
    line
}

pub(super) fn ending(text: &str) -> &'static str {
    let feed = text.find('\n');
    if feed.is_some_and(|feed| text[..feed].ends_with('\r')) { "\r\n" } else { "\n" }
}

/// The next byte from `at` that is not a space, a line end, or a comment.
pub(super) fn skip(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'#' if text[..at].ends_with([' ', '\t', '\n', '\r', '\u{feff}']) || at == 0 => {
                // A carriage return alone also ends a comment.
                at = text[at..].find(['\n', '\r']).map_or(text.len(), |length| at + length);
            }
            _ => break,
        }
    }
    at
}

/// The end of the anchor or tag at `at`.
pub(super) fn end_of_word(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let verbatim = rest.starts_with("!<").then(|| rest.find('>')).flatten();
    let stop = |c: char| c.is_ascii_whitespace() || ",[]{}".contains(c);
    at + verbatim.map_or_else(|| rest.find(stop).unwrap_or(rest.len()), |end| end + 1)
}

/// Whether there is a separate indicator at `at`.
pub(super) fn is_indicator(text: &str, at: usize, indicator: u8) -> bool {
    let bytes = text.as_bytes();
    bytes.get(at) == Some(&indicator) && bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace)
}

/// The end of what precedes a document's content: byte order mark, ends of empty documents (`...`), directives, `---`.
pub(super) fn prolog(text: &str) -> usize {
    let mut begin = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut line = begin;
    while line < text.len() {
        let content = &text[line..end(text, line)];
        if content == "..." || content.starts_with("... ") || content.starts_with("...\t") {
            begin = line + 3;
            line = next(text, line);
            continue;
        }
        if content == "---" || content.starts_with("--- ") || content.starts_with("---\t") {
            return line + 3;
        }
        if !content.starts_with('%') && !is_blank(text, line) && comment(text, line).is_none() {
            break;
        }
        line = next(text, line);
    }
    begin
}

/// The end of a block scalar whose header follows `bare`. The parser ends it at the next token, after that one's
/// indentation; blank lines below belong to it only if it keeps them (`|+`).
pub(super) fn block_scalar_end(text: &str, bare: usize, span: &std::ops::Range<usize>) -> usize {
    let header = skip(text, bare);
    let kept = text[header..end(text, header)].split('#').next().is_some_and(|header| header.contains('+'));
    let content = &text[..span.end];
    let content = if kept { content.trim_end_matches([' ', '\t']) } else { content.trim_end_matches(WHITE) };
    let last = if kept { content.len() } else { last_content(text, header, content.len(), span.end) };
    let end = if text[..last].ends_with('\n') { last } else { next(text, last).min(span.end) };
    end.max(span.start)
}

/// The end of the last content line of a block scalar, which has its header at `header`, its last line with more than
/// white space at `solid`, and ends before `until`. A line of white space that is longer than the indentation is
/// content, too.
pub(super) fn last_content(text: &str, header: usize, solid: usize, until: usize) -> usize {
    let Some(indent) = content_column(text, header, until.max(solid)) else { return solid };
    let mut last = solid;
    let mut line = next(text, solid);
    while line < until && is_blank(text, line) {
        if is_content(text, line, indent) {
            last = end(text, line);
        }
        line = next(text, line);
    }
    last
}

/// The column of the content of the block scalar that has its header at `header` and ends before `until`.
pub(super) fn content_column(text: &str, header: usize, until: usize) -> Option<usize> {
    let content = text.get(next(text, header)..until)?;
    let solid = content.lines().filter(|line| !line.trim_matches(WHITE).is_empty());
    let least = solid.map(spaces).min().or_else(|| first_tab(content));
    let digit = text[header..end(text, header)].chars().skip(1).take(2).find_map(|c| c.to_digit(10));
    match digit {
        Some(step) => parent_column(text, header).map(|parent| parent + step as usize),
        None => least,
    }
}

/// The column of the entry whose value has its header at `header`, if they are on one line.
fn parent_column(text: &str, header: usize) -> Option<usize> {
    let line = text[start(text, header)..header].trim_start_matches('\u{feff}');
    let mut column = spaces(line);
    let mut parent = None;
    while line[column..].starts_with("- ") {
        parent = Some(column);
        column += 1 + spaces(&line[column + 1..]);
    }
    let is_property = |word: &str| word.starts_with(['&', '!']);
    if line[column..].split_whitespace().all(is_property) { parent } else { Some(column) }
}

/// Whether the block scalar that has its header at `header` ends with the text, in a line without a line end.
pub(super) fn is_open_scalar(text: &str, header: usize) -> bool {
    let last = start(text, text.len());
    let column = || content_column(text, header, text.len());
    is_open(text) || last >= next(text, header) && column().is_some_and(|column| is_content(text, last, column))
}

/// The column of the first tab after spaces, in lines of white space: the content of a block scalar may begin with it.
fn first_tab(lines: &str) -> Option<usize> {
    let white = lines.lines().take_while(|line| line.trim_matches(WHITE).is_empty());
    white.filter(|line| line.contains('\t')).map(spaces).next()
}

/// Whether the line of white space at `line` is content of a block scalar whose lines are in column `indent`.
pub(super) fn is_content(text: &str, line: usize, indent: usize) -> bool {
    let white = &text[line..end(text, line)];
    spaces(white) >= indent && white.len() > indent
}

/// The number of spaces at the start of a line.
pub(super) fn spaces(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
