//! What Go's yaml library rejects although it is well-formed: it follows YAML 1.1, and is stricter in places.

use std::ops::Range;

use foldhash::{HashSet, HashSetExt};

use super::layout;
use super::refusal::Refusal;
use super::scalar::fits_tag;
use crate::document::Node;
use crate::document::node::{Data, Entry, Style};
use crate::lines;

/// The first thing that the library rejects in a document with the tree `node` and the source `text`.
pub(in crate::check) fn find(node: &Node<'_>, text: &str) -> Option<Refusal> {
    let has_tab = text.contains('\t');
    let mut scanner = Scanner { text, has_tab, found: None, tokens: Vec::new(), flow: 0..0 };
    scanner.node(node, 0);
    let by_layout = layout::find(text, scanner.tokens);
    [scanner.found, by_layout].into_iter().flatten().min_by_key(|refusal| refusal.offset)
}

struct Scanner<'t> {
    text: &'t str,
    has_tab: bool,
    found: Option<Refusal>,
    tokens: Vec<layout::LayoutSpan>,
    /// The flow collection around the current node. Empty if there is none.
    flow: Range<usize>,
}

impl Scanner<'_> {
    fn refuse(&mut self, offset: usize, reason: &'static str) {
        // Nodes come in the order of the text.
        self.found.get_or_insert(Refusal { offset, reason });
    }

    fn node(&mut self, node: &Node<'_>, column: usize) {
        match &node.data {
            Data::Scalar(scalar) => {
                if let Some(tag) = node.tag.as_deref().filter(|tag| !fits_tag(scalar, tag)) {
                    let reason = if tag.ends_with("binary") {
                        "a value tagged as binary is not base64"
                    } else {
                        "the value does not fit its tag"
                    };
                    self.refuse(node.span.start, reason);
                }
                match scalar.style {
                    Style::Double => self.escapes(node.span.clone()),
                    Style::Plain => self.question(&node.span),
                    _ => {}
                }
                self.token(node.span.clone(), Some(scalar.style), column);
            }
            Data::List(items) => {
                let (column, around) = self.enter(node, '[');
                for item in items {
                    self.node(item, column);
                }
                self.flow = around;
            }
            Data::Map(entries) => {
                let (column, around) = self.enter(node, '{');
                self.entries(entries, column);
                self.flow = around;
            }
        }
    }

    /// Enters a collection. Returns its column and the flow collection around it.
    fn enter(&mut self, node: &Node<'_>, opening: char) -> (usize, Range<usize>) {
        let around = self.flow.clone();
        let start = node.span.start;
        if self.text[start..].starts_with(opening) {
            self.token(node.span.clone(), None, 0);
            self.flow = node.span.clone();
        }
        (start - lines::start(self.text, start), around)
    }

    /// Records a part with free layout inside.
    fn token(&mut self, span: Range<usize>, style: Option<Style>, column: usize) {
        // Tokens matter only for tabs, which few texts contain.
        if self.has_tab && self.flow.is_empty() && !span.is_empty() {
            self.tokens.push(layout::LayoutSpan { span, style, column });
        }
    }

    fn entries(&mut self, entries: &[Entry<'_>], column: usize) {
        let mut seen = HashSet::with_capacity(entries.len());
        for entry in entries {
            let start = entry.key_span.start;
            let written = self.text.get(entry.key_span.clone()).unwrap_or_default();
            if written.starts_with(['{', '[']) {
                self.refuse(start, "a key is a map or a list");
            } else if !seen.insert(entry.key) {
                self.refuse(start, "a duplicate key in the same map");
            }
            if written.is_empty() && entry.key_plain && !self.text[..start].trim_end().ends_with('?') {
                self.refuse(start, "a value has no key");
            }
            if written.starts_with('"') {
                self.escapes(entry.key_span.clone());
            } else if entry.key_plain {
                self.question(&entry.key_span);
            }
            self.line_break(&entry.key_span);
            if entry.key == "<<" && entry.key_plain && !merges(&entry.value) {
                self.refuse(entry.value.span.start, "only a map, or a list of maps, can be merged with `<<`");
            }
            let style = if entry.key_plain { Style::Plain } else { Style::Double };
            self.token(entry.key_span.clone(), Some(style), column);
            self.node(&entry.value, column);
        }
    }

    /// Inside brackets, a `?` ends a plain scalar even without a space before it.
    fn question(&mut self, span: &Range<usize>) {
        if self.flow.contains(&span.start)
            && let Some(at) = self.text.get(span.clone()).and_then(|written| written.get(1..)?.find('?'))
        {
            self.refuse(span.start + 1 + at, "a `?` inside brackets must be in quotes: put the value in quotes");
        }
    }

    /// Inside brackets, a key and its colon must be on one line unless a `?` precedes the key.
    fn line_break(&mut self, key: &Range<usize>) {
        let (Some(before), Some(rest)) = (self.text.get(..key.start), self.text.get(key.end..)) else { return };
        if !self.flow.contains(&key.start) || before.trim_end().ends_with('?') {
            return;
        }
        let white = rest.len() - rest.trim_start().len();
        if rest[white..].starts_with(':') && self.text[key.start..key.end + white].contains('\n') {
            self.refuse(key.start, "a key inside brackets and its colon must be on one line");
        }
    }

    /// JSON escapes that this library does not know: `\/` and surrogate pairs.
    fn escapes(&mut self, span: Range<usize>) {
        let Some(written) = self.text.get(span.clone()) else { return };
        let mut at = 0;
        while let Some(next) = written[at..].find('\\') {
            let escape = &written[at + next + 1..];
            let half =
                |digits: &str| u32::from_str_radix(digits, 16).is_ok_and(|code| (0xd800..0xe000).contains(&code));
            if escape.starts_with('/') {
                self.refuse(span.start + at + next, "`\\/` is not an escape that it knows: write `/`");
            } else if escape.starts_with('u') && escape.get(1..5).is_some_and(half) {
                self.refuse(span.start + at + next, "an escape of half a character: write the character itself");
            }
            at += next + 1 + escape.chars().next().map_or(0, char::len_utf8);
        }
    }
}

fn merges(node: &Node<'_>) -> bool {
    match &node.data {
        Data::Map(_) => true,
        Data::List(items) => items.iter().all(|item| matches!(item.data, Data::Map(_))),
        Data::Scalar(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    fn refused(text: &str) -> Option<&str> {
        let document = Document::parse(text.as_bytes(), Format::Yaml).expect(text);
        let tree = document.tree().unwrap();
        find(&tree, text).map(|refusal| &text[refusal.offset..])
    }

    #[test]
    fn values_that_go_rejects() {
        for (text, rest) in [
            ("a: b\nx: !!bool yes\n", "yes\n"),
            ("x: !!binary '?'\n", "'?'\n"),
            ("x: \"a\\/b\"\n", "\\/b\"\n"),
            ("x: \"\\ta\\/b\"\n", "\\/b\"\n"),
            ("x: \"\\ta\\ud83d\\ude00\"\ny: !!int z\n", "\\ud83d\\ude00\"\ny: !!int z\n"),
            ("x: \"\\ud83d\\ude00\"\n", "\\ud83d\\ude00\"\n"),
            ("1: a\n\"1\": b\n", "\"1\": b\n"),
            ("<<: x\n", "x\n"),
            ("<<: [{a: b}, c]\n", "[{a: b}, c]\n"),
            ("? [a, b]\n: c\n", "[a, b]\n: c\n"),
            ("a: {: b}\n", ": b}\n"),
            ("a: [https://b?c=d, e]\n", "?c=d, e]\n"),
            ("a: {b?: c}\n", "?: c}\n"),
            ("a: {b: [c ?d]}\n", "?d]}\n"),
            ("a: {\"b\"\n  : c}\n", "\"b\"\n  : c}\n"),
            ("a: {\"b\n  c\": d}\n", "\"b\n  c\": d}\n"),
            ("%YAML 1.2\n---\na: b\n", "%YAML 1.2\n---\na: b\n"),
            ("\n# c\n%YAML 1.2\n---\na: b\n", "%YAML 1.2\n---\na: b\n"),
            ("# c\n%OWN 1.2\n---\na: b\n", "%OWN 1.2\n---\na: b\n"),
            ("a:\n  b: c\n  \t\nd: e\n", "\t\nd: e\n"),
            ("a:\n  b: c\n \t\nd: e\n", "\t\nd: e\n"),
            ("- a: b\n\t\n", "\t\n"),
            ("a: |\n  b\n\t\nc: d\n", "\t\nc: d\n"),
            ("a: >\n  b\n\n \t\nc: d\n", "\t\nc: d\n"),
            ("a: |\n  b\n  c\n \t\n", "\t\n"),
            ("a: |2\n  b\n \t\n", "\t\n"),
            ("k:\n  a: |\n    b\n  \t\n  c: d\n", "\t\n  c: d\n"),
            ("a: |\n  b\n# x\n\t\ne: f\n", "\t\ne: f\n"),
            ("a: |\n  b\n# x\n   \t\ne: f\n", "\t\ne: f\n"),
            ("a: b\n\t\nc: d\n", "\t\nc: d\n"),
            ("a: b\n\t# c\n", "\t# c\n"),
            ("a: b # c\n\t# d\n", "\t# d\n"),
            ("a: |\n  # c\n\t# d\n", "\t# d\n"),
            ("# c\n\ta: b\n", "\ta: b\n"),
            ("-\tb\n", "\tb\n"),
            ("a: 'b'\n  \t\nc: d\n", "\t\nc: d\n"),
            ("a: b # c\n  \t\n", "\t\n"),
        ] {
            assert_eq!(refused(text), Some(rest), "{text}");
        }
    }

    #[test]
    fn directives_are_distinguished() {
        for (text, reason) in [
            ("%YAML 1.2\n---\na: b\n", "only YAML 1.1 is understood: remove the directive"),
            ("%OWN 1.2\n---\na: b\n", "unknown directive"),
        ] {
            let document = Document::parse(text.as_bytes(), Format::Yaml).expect(text);
            let refusal = find(&document.tree().unwrap(), text);
            assert_eq!(refusal.map(|refusal| refusal.reason), Some(reason));
        }
    }

    #[test]
    fn values_that_go_reads() {
        for text in [
            "a: b\t\n",
            "a:\tb\n",
            "a: b\t# c\n",
            "a: b\n# c\n\n \t# d\n\t# e\nf: g\n",
            "a: b\n  \t\nc: d\n",
            "a: [b,\n\tc]\n",
            "a: &a [b, [d, e],\n\tc]\nd: *a\n",
            "a: !x {b: c,\n\td: e}\n",
            "a: \"b\n\t c\"\n",
            "a: |\n  b\n\n  \tc\n",
            "a: |\n  b\n  \t\nc: d\n",
            "a: |2\n  b\n  \t\n",
            "a: |2\n  \tb\n",
            "k:\n  a: |2\n    \tb\n",
            "a: b\n...\n",
            "\n\n# c\na: b\n",
            "a:\n  b: c\n   \t\nd: e\n",
            "a: !!null ~\n",
            "a: ['https://b?c=d', \"?\"]\n",
            "a: https://b?c=d\n",
            "a: &a b?c\nd: [*a]\n",
            "a: {\"b\": c,\n  d:\n    e}\n",
            "a: {? \"b\n  c\" : d}\n",
            "a: {b\n  c}\n",
            "x: !!int \"5\"\n",
            "x: !own y\n",
            "x: \"\\u00e9 \\\\/ \\\"/\"\n",
            "a: &a {b: c}\nd: {<<: *a, e: f}\n",
            "%YAML 1.1\n---\na: b\n",
            "? \n: b\n",
            "# \t x\na: b\n",
        ] {
            assert_eq!(refused(text), None, "{text}");
        }
    }
}
