//! The five forms in which sops stores a file, and how sops files are recognised.

use std::borrow::Cow;

use super::token::PREFIX;
use crate::document::Format;
use crate::lines;

/// How sops stores a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Store {
    /// YAML, possibly with several documents.
    Yaml,
    Json,
    /// `NAME=value` lines, without any quoting.
    Dotenv,
    /// Sections of `name = value` lines.
    Ini,
    /// Anything else: a JSON file with the content as one value, `data`.
    Binary,
}

impl Store {
    /// The store of a sops file; `None` for other files. The content decides, even if it is damaged; the name only
    /// distinguishes JSON from the binary store.
    pub fn of(name: &str, bytes: &[u8]) -> Option<Self> {
        // A file with damaged bytes is a sops file too.
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) if bytes.windows(4).any(|word| word == b"sops") => String::from_utf8_lossy(bytes),
            Err(_) => return None,
        };
        let text = text.trim_start_matches('\u{feff}');
        let has = |word: &str| text.contains(word);
        if !has("sops") || !(has(PREFIX) || has("lastmodified") || has("mac")) {
            return None;
        }
        if text.trim_start().starts_with('{') {
            return has("\"sops\"").then(|| Self::of_braces(name, text));
        }
        let (mut dotenv, mut ini) = (false, false);
        for line in lines_with(text, "sops") {
            if is_yaml_key(line) {
                return Some(Self::Yaml);
            }
            dotenv |= ["sops_mac=", "sops_lastmodified=", "sops_version="].iter().any(|field| line.starts_with(field));
            ini |= line.trim() == "[sops]";
        }
        match (ini, dotenv) {
            (true, _) => Some(Self::Ini),
            (_, true) => Some(Self::Dotenv),
            _ => None,
        }
    }

    /// The store of a new file, by its extension, as in sops.
    pub fn of_name(name: &str) -> Self {
        match Self::ending(name) {
            Some("yaml" | "yml") => Self::Yaml,
            Some("json") => Self::Json,
            Some("env") => Self::Dotenv,
            Some("ini") => Self::Ini,
            _ => Self::Binary,
        }
    }

    fn ending(name: &str) -> Option<&str> {
        name.rsplit('/').next()?.rsplit_once('.').map(|(_, ending)| ending)
    }

    /// The format of the view.
    pub fn format(self) -> Format {
        match self {
            Self::Yaml => Format::Yaml,
            Self::Json => Format::Json,
            Self::Dotenv => Format::SopsDotenv,
            Self::Ini => Format::SopsIni,
            Self::Binary => Format::Raw,
        }
    }

    /// The store of a text in braces, which may be YAML, too.
    fn of_braces(name: &str, text: &str) -> Self {
        match Self::of_name(name) {
            Self::Yaml => Self::Yaml,
            Self::Binary if is_envelope(text) => Self::Binary,
            _ => Self::Json,
        }
    }
}

/// The lines that contain a word, without their line ends.
fn lines_with<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + text.get(from..)?.find(word)?;
        let (begin, end) = (lines::start(text, at), lines::next(text, at));
        from = end;
        Some(text[begin..end].trim_end_matches('\n').trim_end_matches('\r'))
    })
}

/// Whether a line starts the entry `sops` of a YAML document.
fn is_yaml_key(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}');
    let rest = ["sops", "\"sops\"", "'sops'"].iter().find_map(|key| line.strip_prefix(key));
    rest.and_then(|rest| rest.trim_start().strip_prefix(':'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
}

/// Whether a JSON text has only the members `data` and `sops`.
fn is_envelope(text: &str) -> bool {
    let value: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(text).ok();
    value.is_some_and(|map| {
        map.len() == 2 && map.contains_key("sops") && map.get("data").is_some_and(serde_json::Value::is_string)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sops_files_are_recognised_by_content() {
        let yaml = "a: ENC[AES256_GCM,data:x]\nsops:\n    mac: x\n";
        let envelope = r#"{"data": "ENC[AES256_GCM,", "sops": {"mac": ""}}"#;
        for (name, text, store) in [
            ("a", yaml, Some(Store::Yaml)),
            ("a.json", yaml, Some(Store::Yaml)),
            ("a.yaml", "<<<<<<< HEAD\nsops:\r\n    mac: x\r\n", Some(Store::Yaml)),
            ("a.yaml", "'sops' :\n    mac: x\n", Some(Store::Yaml)),
            ("a.yaml", "sops: enabled\n", None),
            ("a.yaml", "b:\n  sops:\n    mac: x\n", None),
            ("a.json", envelope, Some(Store::Json)),
            ("a", envelope, Some(Store::Binary)),
            ("a.txt", envelope, Some(Store::Binary)),
            ("a.yaml", envelope, Some(Store::Yaml)),
            ("a", r#"{"b": "ENC[AES256_GCM,", "sops": {"mac": ""}}"#, Some(Store::Json)),
            ("a.json", r#"{"b": 1, "sops": {"mac""#, Some(Store::Json)),
            ("a.env", "A=1\nsops_mac=x\n", Some(Store::Dotenv)),
            ("a.env", "A=1\nsops_user=x # mac\n", None),
            ("a", "[a]\nb = 1\n[sops]\nmac = x\n", Some(Store::Ini)),
            ("a", "", None),
        ] {
            assert_eq!(Store::of(name, text.as_bytes()), store, "{name} {text}");
        }
        assert_eq!(Store::of("a", b"\xff sops: mac"), None);
        assert_eq!(Store::of("a", b"a: \xff\nsops:\n  mac: x\n"), Some(Store::Yaml));
    }

    #[test]
    fn new_files_get_the_store_of_their_ending() {
        for (name, store) in [
            ("a/b.yaml", Store::Yaml),
            ("b.yml", Store::Yaml),
            ("b.json", Store::Json),
            (".env", Store::Dotenv),
            ("b.ini", Store::Ini),
            ("a.yaml/b", Store::Binary),
            ("id_ed25519", Store::Binary),
        ] {
            assert_eq!(Store::of_name(name), store, "{name}");
        }
    }
}
