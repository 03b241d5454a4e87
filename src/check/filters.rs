//! The filters that Authelia applies to each file before parsing YAML (`X_AUTHELIA_CONFIG_FILTERS`,
//! `--config.experimental.filters`): `template` (Go templates) and `expand-env` (`$NAME` and `${NAME}`).
//!
//! agepatch runs neither: a template can read files and the environment of the machine that Authelia runs on. The
//! result of a filter is unknown, so nothing is reported about it.

use std::ops::Range;

use super::go::{GoData, GoValue};
use crate::document::{Document, Format};
use crate::error::{Error, ErrorKind, Result};
use crate::lines;
use crate::memory::Zeroizing;

/// Replaces two bytes of a text that a filter will change: not assigned in Unicode, but printable in YAML.
const UNKNOWN: char = '\u{7ff}';

/// Template actions that decide which lines a file has.
const STRUCTURAL: [&str; 10] =
    ["if", "else", "end", "range", "with", "define", "template", "block", "break", "continue"];

/// Which filters Authelia applies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filters {
    template: bool,
    expand_env: bool,
}

impl Filters {
    /// The names of the filters.
    pub const NAMES: [&str; 2] = ["template", "expand-env"];

    /// Parses the names as in Authelia's option: `template`, `expand-env`, in any case.
    ///
    /// # Errors
    /// `usage` for another name.
    pub fn named<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self> {
        let mut filters = Self::default();
        for name in names.into_iter().map(str::trim).filter(|name| !name.is_empty()) {
            match name.to_ascii_lowercase().as_str() {
                "template" => filters.template = true,
                "expand-env" => filters.expand_env = true,
                _ => {
                    return Err(Error::new(ErrorKind::Usage, "Authelia has no filter of that name")
                        .hint("the filters are `template` and `expand-env`, separated by a comma"));
                }
            }
        }
        Ok(filters)
    }

    /// Parses a file like [`super::parse`]; `None` if it is valid YAML only after the filters have run.
    pub fn parse(self, bytes: &[u8], format: Format) -> Option<Result<Document>> {
        let Ok(text) = std::str::from_utf8(bytes) else { return Some(super::parse(bytes, format)) };
        let Some(masked) = self.mask(text)? else { return Some(super::parse(bytes, format)) };
        super::parse(masked.as_bytes(), format).ok().map(Ok)
    }

    /// The text with everything masked that a filter will change, with the same length in bytes; `Some(None)` if there
    /// is nothing to mask, `None` if the text is not YAML yet.
    #[expect(clippy::option_option, reason = "unknown, nothing to mask, masked")]
    fn mask(self, text: &str) -> Option<Option<Zeroizing<String>>> {
        let spans = self.spans(text);
        if spans.is_empty() {
            return Some(None);
        }
        let mut masked = Zeroizing::new(String::with_capacity(text.len()));
        let mut end = 0;
        for span in spans {
            masked.push_str(&text[end..span.start]);
            let action = text[span.clone()].trim_start_matches("{{").trim_start_matches(['-', ' ']);
            let word = action.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            if text[span.clone()].starts_with("{{") && STRUCTURAL.contains(&word) {
                return None;
            }
            // A comment or an assignment on a line of its own is removed together with the line.
            let line = &text[lines::start(text, span.start)..span.start];
            let leaves_nothing = action.starts_with("/*") || action.starts_with('$');
            match line.trim().is_empty() && leaves_nothing {
                true => masked.push_str(&format!("#{}", " ".repeat(span.len() - 1))),
                false => unknown(&mut masked, &text[span.clone()]),
            }
            end = span.end;
        }
        masked.push_str(&text[end..]);
        Some(Some(masked))
    }

    /// What the filters will change, in the order of the text.
    fn spans(self, text: &str) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        let mut at = 0;
        while let Some(found) = text[at..].find(['{', '$']) {
            let start = at + found;
            let rest = &text[start..];
            let length = match rest.as_bytes() {
                [b'{', b'{', ..] if self.template => rest.find("}}").map(|end| end + 2),
                [b'$', ..] if self.expand_env => variable(rest),
                _ => None,
            };
            at = start + length.unwrap_or(1);
            spans.extend(length.map(|length| start..start + length));
        }
        spans
    }

    /// Sets every scalar to null that a filter will change, in full or in part. Returns their places, and those of
    /// lists with such items, since what such a list lacks or repeats is unknown, too.
    pub(super) fn forget(self, root: &mut GoValue<'_>) -> Vec<(usize, Range<usize>)> {
        let mut places = Vec::new();
        if self != Self::default() {
            self.forget_below(root, &mut places);
        }
        places
    }

    fn forget_below(self, value: &mut GoValue<'_>, places: &mut Vec<(usize, Range<usize>)>) {
        match &mut value.data {
            GoData::Text(text) if self.is_unknown(text) => {
                value.data = GoData::Null;
                places.push((value.file, value.span.clone()));
            }
            GoData::List(items) => {
                let known = places.len();
                for item in items.iter_mut() {
                    self.forget_below(item, places);
                }
                let is_item = |(_, span): &(usize, Range<usize>)| items.iter().any(|item| item.span == *span);
                if places[known..].iter().any(is_item) {
                    places.push((value.file, value.span.clone()));
                }
            }
            GoData::Map(map) => {
                map.retain(|key, _| !key.contains(UNKNOWN));
                map.values_mut().for_each(|entry| self.forget_below(&mut entry.value, places));
            }
            _ => {}
        }
    }

    fn is_unknown(self, text: &str) -> bool {
        text.contains(UNKNOWN) || !self.spans(text).is_empty()
    }

    /// A note for a finding on this line: a filter would change a part of it, if Authelia runs that filter.
    pub(super) fn cause(self, line: &str) -> Option<&'static str> {
        let has = |other: Self| !other.spans(line).is_empty();
        if !self.template && has(Self { template: true, expand_env: false }) {
            return Some(
                "`{{ … }}` is a template, which Authelia fills in only with X_AUTHELIA_CONFIG_FILTERS=template: if it runs with \
                 that, check with `--filters template`",
            );
        }
        let is_variable = line.contains("${") && has(Self { template: false, expand_env: true });
        (!self.expand_env && is_variable).then_some(
            "`${…}` is a variable, which Authelia fills in only with X_AUTHELIA_CONFIG_FILTERS=expand-env: if it runs with that, \
             check with `--filters expand-env`",
        )
    }
}

/// The length of `$NAME` or `${NAME}` at the start of the text, by the rules of Go's `os.Expand`.
fn variable(text: &str) -> Option<usize> {
    let name = text.strip_prefix('$')?;
    if let Some(braced) = name.strip_prefix('{') {
        let end = braced.find('}')?;
        return Some(end + 3).filter(|_| !braced[..end].contains('\n'));
    }
    let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    (length > 0).then_some(length + 1)
}

/// Appends a mask for `text` with the same number of bytes, including its line breaks and the indentation after them.
fn unknown(masked: &mut String, text: &str) {
    for (index, mut line) in text.split('\n').enumerate() {
        if index > 0 {
            let indentation = line.len() - line.trim_start().len();
            masked.push('\n');
            masked.push_str(&line[..indentation]);
            line = &line[indentation..];
        }
        masked.extend(std::iter::repeat_n(UNKNOWN, line.len() / 2));
        if line.len() % 2 == 1 {
            masked.push('x');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Filters = Filters { template: true, expand_env: true };

    #[test]
    fn names_are_those_of_authelia() {
        let named = |names: &str| Filters::named(names.split(','));
        assert_eq!(named("template,expand-env").ok(), Some(BOTH));
        assert_eq!(named("Template, ").ok(), Some(Filters { template: true, expand_env: false }));
        assert_eq!(named("").ok(), Some(Filters::default()));
        assert_eq!(named("jinja").map_err(|error| error.kind()), Err(ErrorKind::Usage));
    }

    #[test]
    fn masks_have_the_length_of_what_they_hide() {
        for text in [
            "key: {{ secret \"/pki/a.pem\" | mindent 10 \"|\" | msquote }}\n",
            "url: 'https://{{ env \"D\" }}/cb'\n",
            "domain: $A\nother: ${DOMAIN}.example.com\n",
            "a: {{ mindent\n  2 }}\nb: 1\n",
            "{{- /* where it runs */ -}}\n{{ $x := env \"X\" }}\na: {{ $x }}\n",
        ] {
            let masked = BOTH.mask(text).expect("YAML").expect("something to mask");
            assert_eq!(masked.len(), text.len(), "{text}");
            assert_eq!(masked.matches('\n').count(), text.matches('\n').count(), "{text}");
            assert!(!masked.contains("{{") && !masked.contains('$'), "{}", *masked);
            assert!(BOTH.parse(text.as_bytes(), Format::Yaml).is_some_and(|read| read.is_ok()), "{text}");
        }
    }

    #[test]
    fn a_file_with_structural_actions_is_not_yaml_yet() {
        for text in ["{{ if env \"X\" }}\na: 1\n{{ end }}\n", "a:\n{{- range $i := x }}\n  - 1\n{{- end }}\n"] {
            assert!(BOTH.parse(text.as_bytes(), Format::Yaml).is_none(), "{text}");
        }
    }

    #[test]
    fn without_filters_nothing_is_masked() {
        let text = "a: '{{ x }} ${Y} $Z'\n";
        assert!(Filters::default().mask(text).is_some_and(|masked| masked.is_none()));
        assert!(Filters { expand_env: true, ..Filters::default() }.spans("a: '{{ x }} $5'").len() == 1);
    }

    #[test]
    fn the_cause_names_the_filter_that_is_off() {
        let cause = |filters: Filters, line| filters.cause(line).is_some();
        let (off, template) = (Filters::default(), Filters { template: true, expand_env: false });
        assert!(cause(off, "a: {{ x }}") && cause(off, "a: ${X}") && cause(template, "a: ${X}"));
        assert!(
            !cause(template, "a: {{ x }}") && !cause(off, "a: $pbkdf2-sha512$310000$x") && !cause(off, "a: {b: {}}")
        );
    }
}
