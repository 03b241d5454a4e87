//! JSON that may leave the program: built from [`Shown`], numbers and truth values only.

use zeroize::Zeroize;

use super::Shown;

/// A JSON value that holds no secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Json(serde_json::Value);

impl Json {
    /// `null`.
    pub const NULL: Self = Self(serde_json::Value::Null);

    /// An object with its members in this order.
    pub fn object<const N: usize>(members: [(&'static str, Self); N]) -> Self {
        Self(serde_json::Value::Object(
            members.into_iter().map(|(key, value)| (key.to_owned(), value.take())).collect(),
        ))
    }

    /// The object with one member more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Self) -> Self {
        if let serde_json::Value::Object(members) = &mut self.0 {
            members.insert(name.to_owned(), value.take());
        }
        self
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self(serde_json::Value::Array(items.into_iter().map(Self::take).collect()))
    }

    /// A value of which the caller knows that it holds no secret: what `redact` made, or what the user asked for with `--reveal`.
    pub fn vouched(value: serde_json::Value) -> Self {
        Self(value)
    }

    /// The value.
    pub fn as_value(&self) -> &serde_json::Value {
        &self.0
    }

    fn take(mut self) -> serde_json::Value {
        self.0.take()
    }
}

/// What was revealed goes this way too.
impl Drop for Json {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => text.zeroize(),
        serde_json::Value::Array(items) => items.iter_mut().for_each(wipe),
        serde_json::Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

impl From<Shown> for Json {
    fn from(text: Shown) -> Self {
        Self(text.as_str().into())
    }
}

impl From<&Shown> for Json {
    fn from(text: &Shown) -> Self {
        Self(text.as_str().into())
    }
}

impl From<&'static str> for Json {
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self(value.into())
    }
}

impl From<usize> for Json {
    fn from(value: usize) -> Self {
        Self(value.into())
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::NULL, Into::into)
    }
}
