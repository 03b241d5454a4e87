//! `move` and `copy`: the text goes along, of a line with its comments, of a section with all its lines.

use zeroize::Zeroizing;

use super::bracket::line_end;
use super::editing::{Editing, New};
use super::layout::{collect_headers, segments};
use super::reader::{Kin, Part, Shape};
use super::{TomlText, comments_above, line_start};
use crate::document::pointer::Pointer;
use crate::error::Result;

impl Editing<'_> {
    /// Takes the value at `from` to `path`, or copies it there.
    pub(super) fn transfer(&self, from: &Pointer, source: &Part, path: &Pointer, moves: bool) -> Result<TomlText> {
        let value = source.value();
        let text = source.is_inline().then(|| Zeroizing::new(self.text()[source.span.clone()].to_owned()));
        if !moves {
            return self.put(path, &New { text, ..New::value(&value) }, true);
        }
        let removed = self.remove(from)?;
        let there = Editing { document: &removed };
        if let Some(section) = self.section(from, source, &there.header(path))
            && let Some(end) = there.end_for(path)
        {
            return removed.spliced(vec![there.section_after(end, &section)]);
        }
        let (above, behind) = if text.is_some() && self.is_line(from) { self.comments(source) } else { <_>::default() };
        there.put(path, &New { value: &value, text, above, behind }, true)
    }

    /// The comment lines above the line of a value, and what stands behind it.
    fn comments(&self, source: &Part) -> (Vec<String>, String) {
        let text = self.text();
        let line = line_start(text, source.span.start);
        let above = text[comments_above(text, line)..line].lines().map(|comment| comment.trim().to_owned());
        let end = source.span.end;
        (above.collect(), text[end..line_end(text, end)].trim_end().to_owned())
    }

    /// The lines of a table's sections under another header; `None` where they do not stand together.
    fn section(&self, from: &Pointer, source: &Part, header: &str) -> Option<Zeroizing<String>> {
        let whole = matches!(source.shape, Shape::Tables(_) | Shape::Map(Kin::Section, _));
        let mut extents = self.extents(source);
        extents.sort_by_key(|range| range.start);
        let together = extents.windows(2).all(|pair| pair[0].end == pair[1].start);
        let (first, last) = extents.first().zip(extents.last()).filter(|_| whole && together)?;
        let mut headers = Vec::new();
        collect_headers(source, &mut headers);
        let depth = self.depth(from);
        let mut text = Zeroizing::new(self.text()[first.start..last.end].to_owned());
        headers.sort_by_key(|range| range.start);
        for range in headers.iter().rev() {
            let written = &self.text()[range.clone()];
            let begin = range.start + written.len() - written.trim_start_matches('[').len();
            let keys = segments(written.trim_matches(['[', ']']));
            let own = keys.first()?.start..keys.get(depth - 1)?.end;
            text.replace_range(begin + own.start - first.start..begin + own.end - first.start, header);
        }
        Some(text)
    }

    /// Where a new section for `path` begins; `None` where something is there, or no section can be.
    fn end_for(&self, path: &Pointer) -> Option<usize> {
        let above = path.parent()?;
        let holder = self.find(&above).filter(|_| self.find(path).is_none())?;
        match holder.kin()? {
            Kin::Root => Some(self.text().len()),
            Kin::Section => Some(self.end_of(holder)),
            _ => None,
        }
    }
}
