//! Extracts Authelia's message from a line of its log, whatever a journal, a container, or a terminal adds around it.

use std::borrow::Cow;

use super::pasted;

/// Members of a JSON object that contain a message: in Authelia's own form, journald's, and those of containers.
const MEMBERS: [&str; 6] = ["msg", "message", "MESSAGE", "error", "log", "line"];

/// The maximum nesting of objects: journald's around a container's around Authelia's.
const DEPTH: usize = 4;

/// The message of a line and its error, without colours and notation. It came from a browser, so it must not reach a
/// terminal unescaped.
pub(super) fn message(line: &str) -> String {
    let mut message = unwrapped(&pasted::plain(&without_colours(line)), DEPTH);
    if let Some(described) = described(&message) {
        message = described;
    }
    without_colours(&message).chars().filter(|character| !character.is_control()).collect()
}

/// The error in a URL that a browser was redirected to (RFC 6749, section 4.1.2.1).
fn described(line: &str) -> Option<String> {
    let start = line.find("error_description=").or_else(|| line.find("error_hint="))?;
    let query = line[start..].split(|next: char| next.is_whitespace() || "\"'<>#".contains(next)).next()?;
    let members = url::form_urlencoded::parse(query.as_bytes());
    let messages =
        members.filter(|(name, _)| ["error_description", "error_hint", "error_debug"].contains(&name.as_ref()));
    let messages: Vec<String> = messages.map(|(_, text)| text.into_owned()).collect();
    Some(messages.join(" "))
}

fn unwrapped(line: &str, depth: usize) -> String {
    let object = line.find('{').and_then(|start| {
        serde_json::Deserializer::from_str(&line[start..]).into_iter::<serde_json::Value>().next()?.ok()
    });
    if let Some(serde_json::Value::Object(object)) = object
        && depth > 0
    {
        let messages = MEMBERS.iter().filter_map(|member| object.get(*member)).filter_map(text);
        let messages: Vec<String> = messages.map(|text| unwrapped(&without_colours(&text), depth - 1)).collect();
        if !messages.is_empty() {
            return messages.join(" ");
        }
    }
    let fields: Vec<String> = ["msg=\"", "error=\""].iter().filter_map(|name| field(line, name)).collect();
    if fields.is_empty() { line.to_owned() } else { fields.join(" ") }
}

/// A text; journald writes one that is not plain ASCII as a list of bytes.
fn text(value: &serde_json::Value) -> Option<String> {
    if let Some(text) = value.as_str() {
        return Some(text.to_owned());
    }
    let bytes: Option<Vec<u8>> =
        value.as_array()?.iter().map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok())).collect();
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// A quoted field of logfmt, as Go writes it.
fn field(line: &str, name: &str) -> Option<String> {
    let (before, rest) = line.split_once(name)?;
    if before.chars().next_back().is_some_and(|last| !last.is_whitespace()) {
        return None;
    }
    let mut text = String::new();
    let mut characters = rest.chars();
    while let Some(next) = characters.next() {
        match next {
            '"' => break,
            '\\' => match characters.next()? {
                'n' | 'r' | 't' => text.push(' '),
                'u' => text.extend(code(&mut characters, 4)),
                'x' => text.extend(code(&mut characters, 2)),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    Some(text)
}

fn code(characters: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let number: String = characters.by_ref().take(digits).collect();
    u32::from_str_radix(&number, 16).ok().and_then(char::from_u32)
}

/// The line without ANSI escape sequences.
fn without_colours(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return Cow::Borrowed(line);
    }
    let mut plain = String::new();
    let mut characters = line.chars();
    while let Some(next) = characters.next() {
        if next != '\u{1b}' {
            plain.push(next);
        } else if characters.next() == Some('[') {
            // Parameters come before the letter that ends the sequence.
            let _ = characters.by_ref().find(|character| ('@'..='~').contains(character));
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn the_message_is_found_in_every_form() {
        let messages = "It's 'a', \"b\" <c>";
        let text = r#"time="2026-11-24T02:41:45Z" level=error msg="It's 'a', \"b\" \u003cc>" path=/x"#;
        let json = serde_json::json!({"level": "error", "msg": messages}).to_string();
        let bytes: Vec<u8> = text.bytes().collect();
        let forms = [
            messages.to_owned(),
            text.to_owned(),
            format!("Nov 24 02:41:45 cloud authelia[7]: {text}"),
            format!("2026-11-24T02:41:45Z stdout F {text}"),
            json.clone(),
            format!("authelia-1  | {json}"),
            serde_json::json!({"MESSAGE": text, "_PID": "7"}).to_string(),
            serde_json::json!({"MESSAGE": json}).to_string(),
            serde_json::json!({"MESSAGE": bytes}).to_string(),
            serde_json::json!({"log": format!("{text}\n"), "stream": "stderr"}).to_string(),
            format!("\u{1b}[31mERRO\u{1b}[0m[0012] {text}"),
            "It's 'a', \u{1b}[1m\"b\" <c>\u{1b}[0m".to_owned(),
        ];
        for form in forms {
            assert_eq!(message(&form), messages, "{form}");
        }
        let with_error = r#"level=error msg="It failed" error="because of 'x'." method=GET"#;
        assert_eq!(message(with_error), "It failed because of 'x'.");
    }

    #[test]
    fn no_command_for_a_terminal_is_left() {
        let escaped = r#"msg="a\x1b[2Jb\u001b]0;c\u0007d""#;
        let json = serde_json::json!({ "msg": "a\u{1b}[2Jb\u{9b}c\u{7}d" }).to_string();
        for line in [escaped, json.as_str()] {
            let message = message(line);
            assert!(message.starts_with("ab") && !message.chars().any(char::is_control), "{message:?}");
        }
    }

    #[test]
    fn textconv_never_fails() {
        for line in ["", "{", "msg=\"", "msg=\"a\\", "msg=\"\\u12", "\u{1b}", "\u{1b}[", "{\"msg\":3}", "xmsg=\"a\""] {
            let _ = message(line);
        }
        assert_eq!(message("{\"msg\":3}"), "{\"msg\":3}");
    }
}
