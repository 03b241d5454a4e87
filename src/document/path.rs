//! agepatch paths: `identity_providers.oidc.clients[mediamanager].redirect_uris[0]`, or a JSON Pointer.

use super::nearest;
use super::pointer::{Pointer, entry, refuse_deep, refuse_long};
use super::value::Value;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{ClientName, KeyName};

/// The keys that identify list items, in the order in which they are tried.
pub const IDENTITY_KEYS: [&str; 4] = ["client_id", "key_id", "id", "name"];

/// A path as a user writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Segment>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A map's key (or a list index in a JSON Pointer).
    Token(String),
    /// `[3]`, `[-1]`: a position.
    Index(i64),
    /// `[key=value]`: the only item whose key has that value.
    Match(String, String),
    /// `[value]`: the item with that identity, or the scalar equal to it.
    Item(String),
}

impl Path {
    /// Parses a path or a JSON Pointer; `.` and the empty text mean the root.
    ///
    /// # Errors
    /// `path`, with the problem and its column.
    pub fn parse(text: &str) -> Result<Self> {
        if text.is_empty() || text == "." {
            return Ok(Self(Vec::new()));
        }
        if text.starts_with('/') {
            let pointer = Pointer::parse(text)?;
            return Ok(Self(pointer.tokens().iter().cloned().map(Segment::Token).collect()));
        }
        refuse_long(text)?;
        let segments = PathParser { text, at: 0 }.path()?;
        refuse_deep(segments.len(), text)?;
        Ok(Self(segments))
    }

    /// The last key in the path; `None` if it ends with a position or a selector.
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last() {
            Some(Segment::Token(key)) => Some(key),
            _ => None,
        }
    }

    /// Resolves selectors to positions in `root`. Steps after the last selector need not exist, since an edit may
    /// create them.
    ///
    /// # Errors
    /// `path` if a selector matches nothing, `ambiguous` if it matches several items; with the nearest names.
    pub fn resolve(&self, root: &Value) -> Result<Pointer> {
        follow(&self.0, root)
    }

    /// Like [`Path::resolve`], for a place that an edit may create: the last step may be the position after a list's
    /// last item.
    ///
    /// # Errors
    /// See [`Path::resolve`].
    pub fn resolve_new(&self, root: &Value) -> Result<Pointer> {
        let Some((Segment::Index(index), above)) = self.0.split_last() else { return self.resolve(root) };
        let mut list = follow(above, root)?;
        let length = list.get(root).and_then(Value::as_list).map(<[Value]>::len);
        match length {
            Some(length) if usize::try_from(*index) == Ok(length) => list.push(length.to_string()),
            _ => list.push(token(&Segment::Index(*index), list.get(root), root, &list)?),
        }
        Ok(list)
    }
}

/// Follows the path from `root`, in linear time.
fn follow(segments: &[Segment], root: &Value) -> Result<Pointer> {
    let (mut pointer, mut here) = (Pointer::root(), Some(root));
    for segment in segments {
        let next = token(segment, here, root, &pointer)?;
        here = here.and_then(|here| entry(here, &next));
        pointer.push(next);
    }
    Ok(pointer)
}

/// The token for a segment at `here`, the value at `pointer`, if it exists.
fn token(segment: &Segment, here: Option<&Value>, root: &Value, pointer: &Pointer) -> Result<String> {
    match segment {
        Segment::Token(token) => Ok(token.clone()),
        selector => {
            let list = here.ok_or_else(|| nearest::missing(root, pointer))?;
            Ok(position(selector, list, pointer)?.to_string())
        }
    }
}

/// The position that a selector matches in the list at `pointer`.
fn position(selector: &Segment, list: &Value, pointer: &Pointer) -> Result<usize> {
    let wrong = |message: &'static str| Error::new(ErrorKind::Path, message).at_path(pointer);
    let items = list.as_list().ok_or_else(|| {
        wrong("a selector in brackets needs a list here")
            .hint("the key of a map follows a dot: a.b, or a.\"b.c\" if it has dots")
    })?;
    let (matching, wanted): (Vec<usize>, &str) = match selector {
        Segment::Index(index) => {
            let from_end = usize::try_from(index.unsigned_abs()).ok().filter(|_| *index < 0);
            let place = from_end.map_or_else(|| usize::try_from(*index).ok(), |back| items.len().checked_sub(back));
            return place.filter(|place| *place < items.len()).ok_or_else(|| {
                wrong("there is no item at this position").hint(shown!("the list has {} items", items.len()))
            });
        }
        Segment::Match(key, wanted) => (all(items, |item| is(item.get(key), wanted)), wanted),
        Segment::Item(wanted) | Segment::Token(wanted) => match identity_key(items) {
            Some(key) => (all(items, |item| is(item.get(key), wanted)), wanted),
            None => (all(items, |item| is(Some(item), wanted)), wanted),
        },
    };
    match matching.as_slice() {
        [one] => Ok(*one),
        [] => Err(suggest(wrong("no item of this list matches the selector"), items, wanted)),
        several => Err(Error::new(ErrorKind::Ambiguous, shown!("{} items match the selector", several.len()))
            .at_path(pointer)
            .hint("give the position instead, counted from zero: [0]")),
    }
}

fn all(items: &[Value], matches: impl Fn(&Value) -> bool) -> Vec<usize> {
    items.iter().enumerate().filter(|(_, item)| matches(item)).map(|(at, _)| at).collect()
}

fn is(value: Option<&Value>, wanted: &str) -> bool {
    value.and_then(Value::scalar_text).is_some_and(|text| *text == wanted)
}

/// The identity key of a list: the first one that all its items have.
pub fn identity_key(items: &[Value]) -> Option<&'static str> {
    IDENTITY_KEYS.into_iter().find(|key| !items.is_empty() && items.iter().all(|item| item.get(key).is_some()))
}

/// Suggests the nearest client; other identities may be secrets.
fn suggest(error: Error, items: &[Value], wanted: &str) -> Error {
    let ids = items.iter().filter_map(|item| item.get("client_id").and_then(Value::as_str));
    let nearest =
        ids.max_by(|left, right| strsim::jaro_winkler(left, wanted).total_cmp(&strsim::jaro_winkler(right, wanted)));
    match nearest {
        Some(nearest) => error.hint(shown!("did you mean `{}`?", ClientName::shown(nearest))),
        None => error,
    }
}

/// Parses the notation with dots and brackets.
struct PathParser<'t> {
    text: &'t str,
    at: usize,
}

impl PathParser<'_> {
    fn path(mut self) -> Result<Vec<Segment>> {
        let mut segments = Vec::new();
        loop {
            match self.rest().chars().next() {
                None => return Ok(segments),
                Some('[') => segments.push(self.selector()?),
                Some('.') if !segments.is_empty() => {
                    self.at += 1;
                    segments.push(self.key()?);
                }
                Some(_) if segments.is_empty() => segments.push(self.key()?),
                Some(_) => return Err(self.wrong("a dot or a bracket is missing here")),
            }
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn wrong(&self, message: &'static str) -> Error {
        let column = self.text[..self.at].chars().count() + 1;
        Error::new(ErrorKind::Path, shown!("{} (character {} of the path)", message, column))
            .at_path(KeyName::shown(self.text))
            .hint("a path is written like a.b[client].c[0]; keys with dots are quoted: a.\"b.c\"")
    }

    fn key(&mut self) -> Result<Segment> {
        let key = match self.quoted()? {
            Some(key) => key,
            None => self.until(&['.', '[', ']'])?,
        };
        Ok(Segment::Token(key))
    }

    fn selector(&mut self) -> Result<Segment> {
        self.at += 1;
        let segment = if let Some(value) = self.quoted()? { Segment::Item(value) } else { self.unquoted_selector()? };
        if !self.rest().starts_with(']') {
            return Err(self.wrong("the closing bracket is missing here"));
        }
        self.at += 1;
        Ok(segment)
    }

    fn unquoted_selector(&mut self) -> Result<Segment> {
        let word = self.until(&['=', ']'])?;
        if !self.rest().starts_with('=') {
            return Ok(word.parse().map_or(Segment::Item(word), Segment::Index));
        }
        self.at += 1;
        let value = match self.quoted()? {
            Some(value) => value,
            None => self.until(&[']'])?,
        };
        Ok(Segment::Match(word, value))
    }

    /// The quoted text here, if there is one.
    fn quoted(&mut self) -> Result<Option<String>> {
        let Some(quote) = self.rest().chars().next().filter(|c| ['"', '\''].contains(c)) else { return Ok(None) };
        let Some(length) = self.rest()[1..].find(quote) else {
            return Err(self.wrong("the quote that starts here does not end"));
        };
        let text = self.rest()[1..=length].to_owned();
        self.at += length + 2;
        Ok(Some(text))
    }

    fn until(&mut self, ends: &[char]) -> Result<String> {
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        if length == 0 {
            return Err(self.wrong("a key is missing here"));
        }
        let text = self.rest()[..length].to_owned();
        self.at += length;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    fn resolve(path: &str) -> Result<String> {
        let text = "clients:
- {client_id: a, uris: [x, y]}
- {client_id: '3', uris: []}
- {client_id: media-manager, pin: 7}
twice: [one, one]
a.b: {\"c[0]\": 1}
";
        let document = Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        Path::parse(path)?.resolve(document.value()).map(|pointer| pointer.to_string())
    }

    #[test]
    fn paths_become_pointers() {
        let cases = [
            (".", ""),
            ("", ""),
            ("clients[a].uris[1]", "/clients/0/uris/1"),
            ("clients[-1].pin", "/clients/2/pin"),
            ("clients[\"3\"]", "/clients/1"),
            ("clients[client_id=3].uris", "/clients/1/uris"),
            ("clients[pin=7]", "/clients/2"),
            ("clients[a].uris[y]", "/clients/0/uris/1"),
            ("clients[media-manager].new.option", "/clients/2/new/option"),
            ("\"a.b\".'c[0]'", "/a.b/c[0]"),
            ("/clients/0/uris/-", "/clients/0/uris/-"),
        ];
        for (path, pointer) in cases {
            assert_eq!(resolve(path).expect(path), pointer, "{path}");
        }
    }

    #[test]
    fn a_new_place_may_follow_the_last_item() {
        let document = Document::parse(b"l: [x, y]\nm: {}\n", Format::Yaml).expect("YAML");
        let new = |path: &str| Path::parse(path)?.resolve_new(document.value()).map(|pointer| pointer.to_string());
        for (path, pointer) in [("l[2]", "/l/2"), ("l[1]", "/l/1"), ("l[-1]", "/l/1"), ("m.a", "/m/a"), ("l[2].a", "")]
        {
            assert_eq!(new(path).unwrap_or_default(), pointer, "{path}");
        }
        for path in ["l[3]", "l[-3]", "m[0]", "n[0]"] {
            assert_eq!(new(path).expect_err(path).kind(), ErrorKind::Path, "{path}");
        }
    }

    #[test]
    fn a_path_has_a_limit() {
        let steps = |count: usize, one: &str| one.repeat(count);
        for path in
            [steps(201, "/a"), format!("a{}", steps(200, ".a")), format!("a{}", steps(200, "[0]")), "a".repeat(20_000)]
        {
            let error = Path::parse(&path).expect_err("too long");
            assert_eq!(error.kind(), ErrorKind::Path);
            assert!(error.path().is_some_and(|path| path.chars().count() < 70), "the path is not repeated");
        }
        for path in [steps(200, "/a"), format!("a{}", steps(199, ".a")), "a".repeat(16_000)] {
            assert!(Path::parse(&path).is_ok());
        }
    }

    #[test]
    fn missing_and_ambiguous_matches_are_distinguished() {
        let cases = [
            ("clients[3]", ErrorKind::Path),
            ("clients[-4]", ErrorKind::Path),
            ("clients[mediamanager]", ErrorKind::Path),
            ("twice[one]", ErrorKind::Ambiguous),
            ("twice[one", ErrorKind::Path),
            ("a..b", ErrorKind::Path),
            (".a", ErrorKind::Path),
            ("a[]", ErrorKind::Path),
            ("a[b]c", ErrorKind::Path),
            ("\"a", ErrorKind::Path),
        ];
        for (path, kind) in cases {
            assert_eq!(resolve(path).expect_err(path).kind(), kind, "{path}");
        }
        for (path, fault, column) in [
            ("a..b", "a key is missing here", 3),
            (".a", "a key is missing here", 1),
            ("a.", "a key is missing here", 3),
            ("l[0]é", "a dot or a bracket is missing here", 5),
            ("é[0]c", "a dot or a bracket is missing here", 5),
            ("é[0", "the closing bracket is missing here", 4),
            ("'a'b", "a dot or a bracket is missing here", 4),
            ("a.\"b", "the quote that starts here does not end", 3),
        ] {
            let error = Path::parse(path).expect_err(path);
            let expected = format!("{fault} (character {column} of the path)");
            assert_eq!((error.kind(), error.message()), (ErrorKind::Path, expected.as_str()), "{path}");
        }
        let hint = resolve("clients[mediamanager]").expect_err("no such client");
        assert!(hint.hint_text().expect("a hint").contains("`media-manager`"));
    }
}
