//! JSON Pointer (RFC 6901), the engine's notation for places.

use std::borrow::Cow;
use std::fmt;

use super::value::Value;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{KeyName, Part, Showable, Shown};

/// The maximum number of steps in a path, which is also the maximum nesting of documents.
const STEPS: usize = 200;
/// The place after a list's last item.
const END: &str = "-";
/// The maximum length of a path in bytes.
const LONGEST: usize = 16 << 10;

/// Rejects a path that is too long: some algorithms take time that grows with the cube of its length.
///
/// # Errors
/// `path`.
pub(super) fn refuse_long(text: &str) -> Result<()> {
    if text.len() <= LONGEST {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Path, shown!("the path is longer than {} KiB", LONGEST >> 10))
        .at_path(beginning(text))
        .hint(NOTATION))
}

/// How paths are written.
const NOTATION: &str = "a path is written like a.b[client].c[0], or as a JSON Pointer like /a/b/0/c/0";

/// Rejects a path with more steps than a document can have levels.
///
/// # Errors
/// `path`.
pub(super) fn refuse_deep(steps: usize, text: &str) -> Result<()> {
    if steps <= STEPS {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Path, shown!("the path has more than {} steps, but no document nests that deep", STEPS))
        .at_path(beginning(text))
        .hint(NOTATION))
}

/// As much of a long path as can be read.
fn beginning(text: &str) -> Shown {
    KeyName::shown(text.chars().take(60).chain(['…']).collect::<String>())
}

/// A JSON Pointer as its unescaped tokens; without tokens it is the root.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// A pointer of these tokens.
    pub fn new<T: Into<String>>(tokens: impl IntoIterator<Item = T>) -> Self {
        Self(tokens.into_iter().map(Into::into).collect())
    }

    /// Parses `/a/b~1c/0`.
    ///
    /// # Errors
    /// `path` if the text is neither empty nor starts with `/`, or contains an invalid `~` escape.
    pub fn parse(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        refuse_long(text)?;
        let Some(rest) = text.strip_prefix('/') else {
            return Err(Error::new(ErrorKind::Path, "a JSON Pointer starts with `/`").at_path(KeyName::shown(text)));
        };
        refuse_deep(rest.matches('/').count() + 1, text)?;
        rest.split('/').map(unescape).collect::<Option<Vec<_>>>().map(Self).ok_or_else(|| {
            Error::new(ErrorKind::Path, "in a JSON Pointer `~` is only valid in `~0` (a tilde) and `~1` (a slash)")
                .at_path(KeyName::shown(text))
                .hint("a path that does not start with `/` needs no escapes: a.\"b~c\"")
        })
    }

    /// The tokens, unescaped.
    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// Whether it names the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The last token.
    pub fn last(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    /// The pointer to the parent.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, parent)| Self(parent.to_vec()))
    }

    /// The pointer to `token` below this place.
    #[must_use]
    pub fn child(&self, token: impl Into<String>) -> Self {
        let mut tokens = self.0.clone();
        tokens.push(token.into());
        Self(tokens)
    }

    /// Appends `token`.
    pub(super) fn push(&mut self, token: impl Into<String>) {
        self.0.push(token.into());
    }

    /// The first `depth` tokens of this pointer.
    #[must_use]
    pub fn above(&self, depth: usize) -> Self {
        Self(self.0.iter().take(depth).cloned().collect())
    }

    /// Whether `self` is `other` or a parent of it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The value at this place, if it exists.
    pub fn get<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(root, |value, token| entry(value, token))
    }
}

/// The entry of a map, or the item of a list, that one token names.
pub(super) fn entry<'v>(value: &'v Value, token: &str) -> Option<&'v Value> {
    match value {
        Value::Map(map) => map.get(token),
        Value::List(items) => list_index(token).and_then(|index| items.get(index)),
        _ => None,
    }
}

/// Parses a list index of RFC 6901: digits without a leading zero.
pub fn list_index(token: &str) -> Option<usize> {
    let plain = token == "0" || (!token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit()));
    plain.then(|| token.parse().ok()).flatten()
}

fn unescape(token: &str) -> Option<String> {
    let mut text = String::with_capacity(token.len());
    let mut characters = token.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '~' => match characters.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            other => other,
        });
    }
    Some(text)
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|token| write!(f, "/{}", token.replace('~', "~0").replace('/', "~1")))
    }
}

impl Pointer {
    /// The place as people write it: `a.b[0]`. Without the document, every number counts as a position.
    fn notation(&self) -> String {
        let mut path = String::new();
        let end = self.0.len().saturating_sub(usize::from(self.last() == Some(END)));
        for token in &self.0[..end] {
            if list_index(token).is_some() && !path.is_empty() {
                path += &format!("[{token}]");
            } else {
                path += if path.is_empty() { "" } else { "." };
                path += &quoted_key(token);
            }
        }
        path
    }
}

/// A key as it is written in a path.
pub fn quoted_key(key: &str) -> Cow<'_, str> {
    // `#` would go on to a document inside the value.
    if !key.is_empty() && !key.contains(['.', '[', ']', '"', '\'', '/', '#']) {
        return Cow::Borrowed(key);
    }
    let quote = if key.contains('"') { '\'' } else { '"' };
    Cow::Owned(format!("{quote}{key}{quote}"))
}

/// The keys that lead to a place may be named; values are in no path but where the user wrote them as a selector.
impl Showable for Pointer {
    fn part(&self) -> Part<'_> {
        KeyName::shown(self.notation()).into()
    }
}
