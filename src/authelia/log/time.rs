//! The time of a line: from Authelia, or else from the journal or container that collected it.

/// Members of a JSON object that contain the time.
const MEMBERS: [&str; 4] = ["time", "timestamp", "ts", "__REALTIME_TIMESTAMP"];

/// Members that may contain another line.
const LINES: [&str; 3] = ["MESSAGE", "log", "line"];

/// The maximum nesting of lines.
const DEPTH: usize = 4;

/// The longest text that is accepted as a time.
const LONGEST: usize = 40;

/// The time, as written in the line.
pub(super) fn of(line: &str) -> Option<String> {
    let found = find(line, DEPTH)?;
    let fits = |character: char| character.is_ascii_alphanumeric() || "+-:. ".contains(character);
    (found.len() <= LONGEST && found.contains(|c: char| c.is_ascii_digit()) && found.chars().all(fits)).then_some(found)
}

fn find(line: &str, depth: usize) -> Option<String> {
    in_json(line, depth).or_else(|| in_logfmt(line)).or_else(|| at_the_start(line))
}

fn in_json(line: &str, depth: usize) -> Option<String> {
    let start = line.find('{')?;
    let object = serde_json::Deserializer::from_str(&line[start..]).into_iter::<serde_json::Value>().next()?.ok()?;
    let inner = || LINES.iter().find_map(|member| find(object.get(*member)?.as_str()?, depth.checked_sub(1)?));
    let own = || {
        MEMBERS.iter().find_map(|member| match object.get(member)? {
            serde_json::Value::String(time) => Some(time.clone()),
            serde_json::Value::Number(time) => Some(time.to_string()),
            _ => None,
        })
    };
    inner().or_else(own)
}

fn in_logfmt(line: &str) -> Option<String> {
    // Text from requests comes after the time, in the message.
    let (before, rest) = line.split_once("time=\"")?;
    (!before.contains('"')).then(|| rest.split('"').next().map(str::to_owned))?
}

/// The time at the start of lines from journals and containers: `2026-11-24T02:41:45Z …`, `Nov 24 02:41:45 …`.
fn at_the_start(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().take(3).collect();
    let is_clock =
        |word: &str| word.len() >= 8 && word.split(':').count() == 3 && word.starts_with(|c: char| c.is_ascii_digit());
    match words.as_slice() {
        [first, ..] if first.contains('T') && is_clock(first) => Some((*first).to_owned()),
        [date, clock, ..] if date.starts_with("20") && is_clock(clock) => Some(format!("{date} {clock}")),
        [month, day, clock] if month.len() == 3 && is_clock(clock) => Some(format!("{month} {day} {clock}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_time_is_found_in_every_form() {
        let cases = [
            ("time=\"2026-11-24T02:41:45Z\" level=error msg=\"x\"", Some("2026-11-24T02:41:45Z")),
            (
                "Nov 24 02:41:46 cloud authelia[7]: time=\"2026-11-24T02:41:45Z\" msg=\"x\"",
                Some("2026-11-24T02:41:45Z"),
            ),
            ("Nov 24 02:41:46 cloud authelia[7]: msg=\"x\"", Some("Nov 24 02:41:46")),
            ("2026-11-24T02:41:45Z stdout F msg=\"x\"", Some("2026-11-24T02:41:45Z")),
            ("2026-11-24 02:41:45 msg=\"x\"", Some("2026-11-24 02:41:45")),
            (r#"{"level":"error","msg":"x","time":"2026-11-24T02:41:45+01:00"}"#, Some("2026-11-24T02:41:45+01:00")),
            (r#"authelia-1  | {"msg":"x","time":"2026-11-24T02:41:45Z"}"#, Some("2026-11-24T02:41:45Z")),
            (r#"{"log":"time=\"2026-11-24T02:41:45Z\" msg=\"x\"\n","time":"2027"}"#, Some("2026-11-24T02:41:45Z")),
            (r#"{"MESSAGE":"x","__REALTIME_TIMESTAMP":"1764000000000000"}"#, Some("1764000000000000")),
            ("msg=\"a time=\\\"2026-11-24T02:41:45Z\\\"\"", None),
            ("time=\"$(id)\" msg=\"x\"", None),
            ("level=error msg=\"x\"", None),
            ("", None),
            ("{", None),
        ];
        for (line, time) in cases {
            assert_eq!(of(line).as_deref(), time, "{line}");
        }
    }
}
