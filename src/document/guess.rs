//! Guesses the format of a file from its name and content.

use super::certain;
use super::content::Content;
use super::format::Format;
use super::ini::{Dialect, IniText};
use super::session::Document;
use super::value::Value;
use super::yaml::has_json_comments;
use crate::error::Result;
use crate::memory::Zeroizing;

/// Guesses a file's format. The format in its name (`x.json.age`, `x-env.age`) wins if the content can be parsed in it;
/// otherwise the content decides. Unknown content is raw.
pub fn guess(name: &str, content: &[u8]) -> Format {
    guess_and_parse(name, content.into()).format
}

/// Parses a file's content in `format`, or in the format from [`guess`]. An uncertain guess results in a raw document,
/// so that no name in it is printed, since the name may be the secret.
///
/// # Errors
/// Errors of the format's parser.
pub fn read<'c>(name: &str, content: impl Into<Content<'c>>, format: Option<Format>) -> Result<Document> {
    let content = content.into();
    match in_guessed_format(name, content, format) {
        Ok(document) if shows_names(name, format, &document) => Ok(document),
        Err(error) if is_stated(name, format) || is_faulty(content.bytes()) => Err(error),
        _ => Document::of(content, Format::Raw),
    }
}

/// Like [`read`], but accepts a likely guess, for a user who names the place, as long as no other name is printed
/// ([`shows_names`]).
///
/// # Errors
/// Errors of the format's parser.
pub fn read_guessed<'c>(name: &str, content: impl Into<Content<'c>>, format: Option<Format>) -> Result<Document> {
    let content = content.into();
    match in_guessed_format(name, content, format) {
        Ok(document) if is_stated(name, format) || certain::may_be_names(document.value()) => Ok(document),
        Err(error) if is_stated(name, format) || is_faulty(content.bytes()) => Err(error),
        _ => Document::of(content, Format::Raw),
    }
}

/// Parses a new content regardless of the old one: in `format`, or in the format suggested by its name or the content.
/// A guessed format never rejects content that does not parse, which becomes raw.
///
/// # Errors
/// Errors of the format's parser, if the format was set or is part of the name.
pub fn read_new<'c>(name: &str, content: impl Into<Content<'c>>, format: Option<Format>) -> Result<Document> {
    let content = content.into();
    match in_guessed_format(name, content, format) {
        Ok(document) if shows_names(name, format, &document) => Ok(document),
        Err(error) if is_stated(name, format) => Err(error),
        _ => Document::of(content, Format::Raw),
    }
}

/// Whether a content that does not parse still looks like a document.
pub fn looks_faulty(name: &str, content: &[u8]) -> bool {
    is_faulty(content) && in_guessed_format(name, content.into(), None).is_err()
}

fn in_guessed_format(name: &str, content: Content<'_>, format: Option<Format>) -> Result<Document> {
    let guess = format.map_or_else(|| guess_and_parse(name, content), Guess::from);
    guess.document.map_or_else(|| Document::of(content, guess.format), Ok)
}

/// Whether the names in this file's document may be printed: the format was set, the name contains it, or the guess is
/// certain.
pub fn shows_names(name: &str, format: Option<Format>, document: &Document) -> bool {
    format.is_some()
        || Format::of_name(name) == Some(document.format())
        || document.text().is_some_and(|text| certain::are_names(text, document.format(), document.value()))
}

fn is_stated(name: &str, format: Option<Format>) -> bool {
    format.is_some() || Format::of_name(name).is_some()
}

fn is_faulty(content: &[u8]) -> bool {
    std::str::from_utf8(content).is_ok_and(certain::is_faulty_document)
}

struct Guess {
    format: Format,
    /// The content, if it was parsed for the guess.
    document: Option<Document>,
}

impl From<Format> for Guess {
    fn from(format: Format) -> Self {
        Self { format, document: None }
    }
}

impl From<Document> for Guess {
    fn from(document: Document) -> Self {
        Self { format: document.format(), document: Some(document) }
    }
}

fn guess_and_parse(name: &str, content: Content<'_>) -> Guess {
    let named = Format::of_name(name);
    let Some(text) = content.as_str() else { return Format::Raw.into() };
    if lines(text.trim_start_matches('\u{feff}')).all(|line| matches!(line, "---" | "...")) {
        return named.unwrap_or(Format::Yaml).into();
    }
    if named == Some(Format::Raw) {
        return Format::Raw.into();
    }
    if let Some(document) = named.and_then(|named| parsed(content, named)) {
        return document.into();
    }
    let guess = of_content(content, text);
    // A file that cannot be parsed in the format of its name is broken, unless it clearly has another format.
    if guess.format == Format::Raw { named.unwrap_or(Format::Raw).into() } else { guess }
}

fn of_content(content: Content<'_>, text: &str) -> Guess {
    let structured = |format| Document::of(content, format).ok().filter(|document| is_structure(document.value()));
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    // It has no content, so it keeps its format: only YAML and JSON have such a notation.
    if matches!(lines(text).take(2).collect::<Vec<_>>()[..], ["{}" | "[]"]) {
        return Format::Yaml.into();
    }
    if begin.starts_with("-----BEGIN ") {
        return Format::Raw.into();
    }
    let first = lines(text).next();
    let has_comments = has_json_comments(text);
    let candidates = [
        (begin.starts_with(['{', '[']), Format::Json),
        (lines(text).all(is_variable), Format::Dotenv),
        (!has_comments, Format::Yaml),
        (true, Format::Toml),
        (is_ini(text), Format::Ini),
        (first.is_some_and(is_variable), Format::Dotenv),
    ];
    if let Some(document) = candidates.into_iter().filter(|(likely, _)| *likely).find_map(|(_, one)| structured(one)) {
        return document.into();
    }
    if has_comments {
        return Format::Raw.into();
    }
    // Broken YAML must be reported, instead of being shown as one secret.
    if lines(text).any(is_entry) || is_marked(begin) { Format::Yaml.into() } else { Format::Raw.into() }
}

/// Whether the text consists only of sections with entries.
fn is_ini(text: &str) -> bool {
    begins_section(text)
        && IniText::parse(Zeroizing::new(text.to_owned()), Dialect::Ini).is_ok_and(|text| text.is_certain())
}

fn begins_section(text: &str) -> bool {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with(['#', ';']))
        .is_some_and(|line| line.starts_with('['))
}

/// JSON is parsed as YAML, so YAML must be distinguished from it separately.
fn parsed(content: Content<'_>, format: Format) -> Option<Document> {
    let possible = format != Format::Json || serde_json::from_slice::<serde::de::IgnoredAny>(content.bytes()).is_ok();
    possible.then(|| Document::of(content, format).ok()).flatten()
}

fn is_structure(value: &Value) -> bool {
    match value {
        Value::Map(map) => !map.is_empty(),
        Value::List(items) => !items.is_empty(),
        _ => false,
    }
}

/// A text that is one scalar, with something that only YAML documents have: a document marker, or a comment after
/// quotes.
fn is_marked(text: &str) -> bool {
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"'));
    let comment = quote
        .and_then(|quote| text.rsplit_once(quote))
        .is_some_and(|(_, rest)| rest.trim_start() != rest && rest.trim_start().starts_with('#'));
    let marked = ["--- ", "---\n", "---\r\n", "%YAML "].iter().any(|mark| text.starts_with(mark));
    (marked || comment) && Document::parse(text.as_bytes(), Format::Yaml).is_ok()
}

/// The lines with content, without comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// `NAME=…`
fn is_variable(line: &str) -> bool {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let name = line.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| {
        name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// `key:` followed by nothing or a space, or a list's dash.
fn is_entry(line: &str) -> bool {
    let entry = line.strip_prefix("- ").unwrap_or(line);
    let key = entry.split_once(':');
    line.starts_with("- ")
        || key.is_some_and(|(key, rest)| {
            !key.is_empty() && !key.contains(char::is_whitespace) && (rest.is_empty() || rest.starts_with(' '))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_content_decide_the_format() {
        let cases = [
            ("authelia-secrets.age", "identity_providers:\n  oidc: {}\n", Format::Yaml),
            ("authelia-secrets.age", "{\"a\": 1}\n", Format::Json),
            ("authelia-secrets.age", "a: [1\nb: 2\n", Format::Yaml),
            ("x-env.age", "A=1\nB='x y'\n", Format::Dotenv),
            ("x-env.age", "a: 1\nb: 2\n", Format::Yaml),
            ("x.json.age", "{\"a\": 1}", Format::Json),
            ("x.json.age", "a: 1\n", Format::Yaml),
            ("x.yaml.age", "{\"a\": 1}", Format::Yaml),
            ("x.yaml.age", "just text", Format::Yaml),
            ("oauth2-proxy.age", "# the proxy\nOAUTH2_PROXY_CLIENT_ID=x\nexport B=y\n", Format::Dotenv),
            ("config.age", "[server]\nport = 80\n", Format::Toml),
            ("config.age", "a = 1\nb = \"x\"\n", Format::Toml),
            ("wg0.age", "[Interface]\nPrivateKey = aGk=\n\n[Peer]\nPublicKey = aGk=\n", Format::Ini),
            ("wifi.age", "; home\n[connection]\nid=home net\n", Format::Ini),
            ("x.age", "[a]\nno entry at all\n", Format::Raw),
            ("password.age", "hunter2\n", Format::Raw),
            ("password.age", "a=b=c d\n", Format::Dotenv),
            ("key.age", "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n", Format::Raw),
            ("users.age", "- a\n- b\n", Format::Yaml),
            ("new.age", "", Format::Yaml),
            ("new-env.age", "\n", Format::Dotenv),
            ("new-env.age", "# nothing yet\n", Format::Dotenv),
            ("new.age", "# nothing yet\n", Format::Yaml),
            ("new.age", "---\n# nothing yet\n", Format::Yaml),
            ("x.age", "--- text\n", Format::Yaml),
            ("x.age", "'text'  # why\n", Format::Yaml),
            ("x.age", "'text'", Format::Raw),
            ("x.age", "'te'x#t", Format::Raw),
            ("x.toml", "a = 1\n", Format::Toml),
            ("x.key.age", "a: b", Format::Raw),
            ("x.json.age", "[1]", Format::Json),
            ("x.json.age", " {\"a\": 1,}", Format::Json),
            ("x.json.age", "[1,]", Format::Json),
            ("x.json.age", "\"text\"", Format::Json),
            ("x.json.age", "\u{feff}{a: 1}", Format::Json),
            ("x.json.age", "[ # nothing\n]\n", Format::Json),
            ("x.json.age", "a: 1\n", Format::Yaml),
            ("x.yaml.age", "A=1\n", Format::Yaml),
            ("x.age", "'text' \n", Format::Raw),
            ("x.age", "[]", Format::Yaml),
            ("x.age", "# all gone\n{}\n", Format::Yaml),
            ("x.json.age", "{}\n", Format::Json),
            ("x.age", "{\n  // c \"a\"\n  \"a\": 1\n}\n", Format::Raw),
            ("x.age", "{\"a\": true, // c\n \"b\": 2}\n", Format::Raw),
            ("x.age", "// head\n{\n  \"a\": 1,\n  \"b\": 2\n}\n", Format::Raw),
            ("x.json.age", "// head\n{\n  \"a\": 1\n}\n", Format::Json),
            ("x.age", "[https://a.example.com]\n", Format::Yaml),
            ("x.age", "['a']\n", Format::Json),
            ("x.age", "'te'#xt'", Format::Raw),
            ("x.age", "'te' xt'", Format::Raw),
            ("x.age", "_A=1", Format::Dotenv),
            ("x.age", "9A=1", Format::Toml),
            ("x.age", "9A=x", Format::Raw),
            ("x.age", "user name: [x", Format::Raw),
            ("x.age", "name:[x", Format::Raw),
            ("x.age", ": [x", Format::Raw),
            ("x.age", "name: [x", Format::Yaml),
            ("x.age", "name:\n  [x", Format::Yaml),
        ];
        for (name, content, format) in cases {
            assert_eq!(guess(name, content.as_bytes()), format, "{name}: {content}");
        }
        assert_eq!(guess("x.yaml.age", b"\xff\xfe"), Format::Raw);
    }
}
