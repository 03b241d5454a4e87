//! Undoes what web pages, chats, and spreadsheets do to the characters of a line that is pasted into them.

use std::borrow::Cow;

const ENTITIES: [(&str, &str); 8] = [
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&apos;", "'"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
];

/// The line with plain spaces and quotes.
pub(super) fn plain(line: &str) -> Cow<'_, str> {
    let mut line = Cow::Borrowed(line);
    if line.contains("&#39;") || line.contains("&#x27;") || line.contains("&quot;") || line.contains("&#34;") {
        for (entity, character) in ENTITIES {
            line = Cow::Owned(line.replace(entity, character));
        }
    }
    if line.contains(['\u{a0}', '\u{202f}', '‘', '’']) {
        line = Cow::Owned(line.replace(['\u{a0}', '\u{202f}'], " ").replace(['‘', '’'], "'"));
    }
    // With straight ones they would be part of a text.
    if !line.contains('"') && line.contains(['“', '”']) {
        line = Cow::Owned(line.replace(['“', '”'], "\""));
    }
    // A column of a CSV file doubles them.
    if line.split_once("msg=\"\"").is_some_and(|(_, rest)| rest.starts_with(|next: char| !next.is_whitespace())) {
        line = Cow::Owned(line.replace("\"\"", "\""));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_was_pasted_reads_as_it_was_logged() {
        let line = r#"level=error msg="It's 'a'.""#;
        for pasted in [
            "level=error msg=&quot;It&#39;s &#x27;a&#x27;.&quot;",
            "level=error\u{a0}msg=\"It’s ‘a’.\"",
            "level=error msg=“It’s ‘a’.”",
            r#"level=error msg=""It's 'a'."""#,
            line,
        ] {
            assert_eq!(plain(pasted), line, "{pasted}");
        }
        for other in ["msg=\"\" error=\"x\"", "msg=\"a “b”\"", "a=1&amp;b=2"] {
            assert_eq!(plain(other), other);
        }
    }
}
