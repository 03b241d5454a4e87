//! The entries of a log, also where a terminal or an editor broke one into several lines.

/// Where the message of an entry begins, in Authelia's text and in JSON.
const STARTS: [&str; 4] = ["msg=\"", "\"msg\":\"", "\"msg\": \"", "error=\""];

/// The maximum number of lines that an entry is broken into.
const MOST_LINES: usize = 60;

/// The minimum width at which lines are broken regardless of words.
const NARROWEST: usize = 20;

/// The entries, each with the line that it begins with.
pub(super) fn entries(log: &str) -> impl Iterator<Item = (String, &str)> {
    let mut lines = log.lines().peekable();
    std::iter::from_fn(move || {
        let first = lines.next()?;
        let mut parts = vec![first];
        let mut is_open = leaves_message_open(first) || precedes_message(first);
        while is_open
            && parts.len() < MOST_LINES
            && let Some(next) = lines.next_if(|next| !begins_entry(next))
        {
            is_open = !next.contains('"') || closes_and_opens(next);
            parts.push(next);
        }
        Some((joined(&parts), first))
    })
}

/// Whether the line ends within a quoted message.
fn leaves_message_open(line: &str) -> bool {
    let start = STARTS.iter().filter_map(|start| line.rfind(start).map(|at| at + start.len())).max();
    start.is_some_and(|start| closing_quote(&line[start..]).is_none())
}

/// Whether the line has the level of an entry, and its message is still to come.
fn precedes_message(line: &str) -> bool {
    line.contains("level=") && !line.contains("msg=")
}

/// Whether a continued line ends one message and begins another, such as the error after it.
fn closes_and_opens(line: &str) -> bool {
    closing_quote(line).is_none() || leaves_message_open(line)
}

/// The place of the first quote that is not escaped.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

fn begins_entry(line: &str) -> bool {
    ["level=", "\"level\"", "time=\""].iter().any(|word| line.contains(word))
}

/// Lines of one width were broken at that width, within words, too; others were broken between words.
fn joined(parts: &[&str]) -> String {
    let (Some((last, others)), Some(width)) = (parts.split_last(), parts.first().map(|first| first.chars().count()))
    else {
        return String::new();
    };
    let has_width = |part: &&str| part.chars().count() == width;
    if others.is_empty() {
        return (*last).to_owned();
    }
    if others.len() > 1 && width >= NARROWEST && others.iter().all(has_width) {
        return parts.concat();
    }
    parts.iter().map(|part| part.trim()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::entries;

    const LINE: &str = r#"time="2026-11-24T02:41:45Z" level=error msg="It failed because the client with id 'a' is \"unknown\" here." error="No such client." path=/x"#;

    fn read(log: &str) -> Vec<String> {
        entries(log).map(|(entry, _)| entry).collect()
    }

    #[test]
    fn an_entry_in_several_lines_is_one() {
        let cut: Vec<String> =
            LINE.as_bytes().chunks(40).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
        let (start, end) = LINE.split_at(LINE.find(" because").expect("there"));
        let (middle, end) = end.split_at(end.find(" client.").expect("there"));
        for broken in [cut.join("\n"), format!("{start}\n   {}\n   {}", middle.trim(), end.trim())] {
            assert_eq!(read(&broken), [LINE], "{broken}");
        }
    }

    #[test]
    fn entries_of_one_line_stay_apart() {
        let log = format!("{LINE}\n\nsomething else\n{LINE}\n{{\"level\":\"error\",\"msg\":\"x\"}}");
        assert_eq!(read(&log), [LINE, "", "something else", LINE, "{\"level\":\"error\",\"msg\":\"x\"}"]);
        let cut_off = format!("{}\n{LINE}", &LINE[..60]);
        assert_eq!(read(&cut_off), [&LINE[..60], LINE]);
    }

    #[test]
    fn a_message_that_never_ends_ends_somewhere() {
        let log = format!("msg=\"a\n{}", "b\n".repeat(200));
        assert_eq!(read(&log).len(), 142);
    }
}
