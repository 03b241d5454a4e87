//! Values from the command line, and their types.

use super::job::View;
use super::sources;
use crate::app::Context;
use crate::app::options::ValueArgs;
use crate::app::secret::is_digest;
use crate::app::stdin::FILTER;
use crate::container::{self, Plaintext};
use crate::document::{Document, Format, Map, Number, Pointer, Text, Value, nearest};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::output::Output;
use crate::patch;
use crate::schema::Type;
use crate::shown;
use crate::shown::{KeyName, Shown};

pub(crate) struct Argument<'a> {
    source: &'a ValueArgs,
    allow_empty: bool,
}

/// The place a value is for.
pub(crate) struct Destination<'v> {
    pub(crate) at: Pointer,
    /// The value at this place, or one whose type it should have.
    pub(crate) old: Option<&'v Value>,
}

impl<'a> Argument<'a> {
    /// The value that these options describe.
    ///
    /// # Errors
    /// `usage` if they describe none and there is no terminal to ask on.
    pub(crate) fn new(source: &'a ValueArgs, allow_empty: bool) -> Result<Self> {
        let named = source.value.is_some()
            || source.from_file.is_some()
            || source.from_stdin
            || source.from_env.is_some()
            || source.generate.is_some()
            || source.json_value.is_some();
        if !named && !Output::is_interactive() {
            return Err(Error::new(ErrorKind::Usage, "the value is missing").hint(
                "for a secret: --from-env NAME, --from-file FILE, --from-stdin, or --generate; otherwise as VALUE",
            ));
        }
        Ok(Self { source, allow_empty })
    }

    /// The value, converted to the type that its place requires.
    ///
    /// # Errors
    /// `secret-on-command-line`, and errors of the source.
    pub(crate) fn value(&self, place: &Destination<'_>, view: &View<'_>, context: &Context) -> Result<Value> {
        if let Some(json) = &self.source.json_value {
            let value = Document::parse(json.as_bytes(), Format::Json)
                .map_err(|error| error.context("--json-value").with_kind(ErrorKind::Usage))?
                .value()
                .clone();
            self.refuse_secret(&place.at, &value, view)?;
            self.refuse_empty(place, &value)?;
            return Ok(value);
        }
        if let Some(text) = &self.source.value {
            let value = self.typed(text, place, view).unwrap_or_else(|| core(text));
            self.refuse_secret(&place.at, &value, view)?;
            self.refuse_empty(place, &value)?;
            self.refuse_scalar(place, text, view)?;
            return Ok(value);
        }
        let text = self.text(context)?;
        // A secret that looks like a number is still a string, unless the place requires otherwise.
        let typed = if self.source.generate.is_some() { None } else { self.typed(text.as_str(), place, view) };
        Ok(typed.unwrap_or(Value::String(text)))
    }

    /// The value as a complete file content, byte for byte.
    ///
    /// # Errors
    /// Errors of the source.
    pub(crate) fn content(&self, view: &View<'_>, context: &Context) -> Result<Plaintext> {
        if self.reads_stdin() {
            return context.stdin.take("the value");
        }
        if let Some(path) = &self.source.from_file {
            let read = input::read_named(path, Limit::Secret);
            return read.map(Plaintext::new).map_err(|error| sources::unreadable(path, &error));
        }
        let value = self.value(&Destination { at: Pointer::root(), old: None }, view, context)?;
        let text = value
            .scalar_text()
            .ok_or_else(|| Error::new(ErrorKind::Path, "a raw file holds one text, not a list or map"))?;
        Ok(Plaintext::new(text.as_bytes().to_vec()))
    }

    fn refuse_secret(&self, at: &Pointer, value: &Value, view: &View<'_>) -> Result<()> {
        if self.source.public { Ok(()) } else { refuse_secret(at, value, view) }
    }

    /// Refuses to overwrite a value with an empty one, as an unset variable (`"$UNSET"`) would.
    fn refuse_empty(&self, place: &Destination<'_>, value: &Value) -> Result<()> {
        let is_blank = |value: &Value| value.scalar_str().is_some_and(|text| text.trim().is_empty());
        let replaces = place.old.is_some_and(|old| !is_blank(old));
        if self.allow_empty || !replaces || !is_blank(value) || matches!(value, Value::Null) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::EmptyResult, "the new value is empty, and the old one is not")
            .at_path(&place.at)
            .hint("pass --allow-empty if this is intended; `agepatch unset` removes a value"))
    }

    /// Refuses a scalar where there is a list, or where the option takes one.
    fn refuse_scalar(&self, place: &Destination<'_>, text: &str, view: &View<'_>) -> Result<()> {
        let takes_list = view.schema.field(&place.at).is_some_and(|field| field.kind == Type::StringList);
        let is_list = takes_list || matches!(place.old, Some(Value::List(_)));
        if !is_list || self.source.string || matches!(core(text), Value::List(_)) {
            return Ok(());
        }
        let name = KeyName::shown(place.at.last().unwrap_or_default());
        Err(Error::new(ErrorKind::Usage, shown!("`{}` is a list, and the value is not", name)).at_path(&place.at).hint(
            "`agepatch add` adds an item, `agepatch remove` removes one; a value in brackets, [a, b], replaces the list",
        ))
    }

    fn reads_stdin(&self) -> bool {
        self.source.from_stdin || self.source.from_file.as_ref().is_some_and(|path| path.as_os_str() == FILTER)
    }

    fn text(&self, context: &Context) -> Result<Text> {
        if self.reads_stdin() {
            return sources::stdin(context, self.allow_empty);
        }
        match (&self.source.from_file, &self.source.from_env, self.source.generate) {
            (Some(path), _, _) => sources::file(path, input::read_named(path, Limit::Secret), self.allow_empty),
            (_, Some(name), _) => sources::environment(name, self.allow_empty),
            (_, _, Some(length)) => patch::generate(length).map_err(|error| error.with_kind(ErrorKind::Usage)),
            _ => ask(self.allow_empty),
        }
    }

    /// Converts the text to the type that the schema requires, or else to the type of the old value; `None` if it does
    /// not fit.
    fn typed(&self, text: &str, place: &Destination<'_>, view: &View<'_>) -> Option<Value> {
        if self.source.string || view.document.format().is_text_only() {
            return Some(Value::string(text));
        }
        let core = core(text);
        let known = view.schema.field(&place.at).map(|field| field.kind);
        let is_float = |old: &Number| old.as_str().contains(['.', 'e', 'E']);
        if let (None, Some(Value::Number(old)), Value::Number(new)) = (known, place.old, &core)
            && is_float(old)
            && !is_float(new)
        {
            return Some(Value::Number(Number::new([new.as_str(), ".0"].concat())));
        }
        let wanted = match (known, place.old) {
            (None | Some(Type::Any | Type::Duration), Some(Value::String(_))) => Type::String,
            (None | Some(Type::Any | Type::Duration), Some(Value::Bool(_))) => Type::Bool,
            (None | Some(Type::Any | Type::Duration), Some(Value::Number(_))) => Type::Integer,
            (known, _) => known?,
        };
        match wanted {
            Type::String => Some(Value::string(text)),
            Type::Bool => matches!(core, Value::Bool(_)).then_some(core),
            Type::Integer => matches!(core, Value::Number(_)).then_some(core),
            Type::StringList => Some(strings(core, text)),
            Type::MapList | Type::Map => core.is_collection().then_some(core),
            Type::Duration => Some(core),
            Type::Any => None,
        }
    }
}

/// Prompts for the value without echo.
fn ask(allow_empty: bool) -> Result<Text> {
    let answer = container::ask_secret("Value (input is hidden): ")
        .map_err(|error| Error::io("cannot read from the terminal", &error))?;
    sources::filled(&answer, &Shown::fixed("the answer"), allow_empty)
}

/// Reads the text as YAML's core schema reads a plain scalar, or as a list or map if it is in brackets.
fn core(text: &str) -> Value {
    let collection = text.starts_with(['[', '{']);
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._~".contains(&byte));
    let read = || Document::parse(text.as_bytes(), Format::Yaml).ok().map(|document| document.value().clone());
    match plain || collection {
        // A template (`{{ … }}`) is text; YAML would parse it as a map.
        true => read()
            .filter(|value| value.is_collection() == collection && !value.has_complex_key())
            .unwrap_or_else(|| Value::string(text)),
        false => Value::string(text),
    }
}

/// A list of strings; a single text becomes a list of one.
fn strings(core: Value, text: &str) -> Value {
    let Value::List(items) = core else { return Value::list(vec![Value::string(text)]) };
    let string = |item: Value| item.scalar_text().map_or(item, |text| Value::string(text.as_str()));
    Value::List(items.iter().cloned().map(string).collect())
}

/// Refuses a value for a place that is printed as `(secret)`: as an argument it would stay in the shell's history, and
/// every process could see it. Digests and values passed with `--public` are allowed.
fn refuse_secret(at: &Pointer, value: &Value, view: &View<'_>) -> Result<()> {
    let Some(place) = secret_in(at, value, view) else { return Ok(()) };
    if let Some(error) = unknown_option(&place, view) {
        return Err(error);
    }
    let error =
        Error::new(ErrorKind::SecretOnCommandLine, "the value is a secret, and arguments stay in the shell's history");
    let mut hints = vec![Shown::fixed(
        "use --from-env NAME, --from-file FILE, --from-stdin, or --generate; or --public if it is not a secret",
    )];
    hints.extend(near_key(&place, view));
    Err(error.at_path(place).hints(hints))
}

/// The key that a place that does not exist yet may be a misspelling of.
fn near_key(place: &Pointer, view: &View<'_>) -> Option<Shown> {
    let mut above = Pointer::root();
    for token in place.tokens() {
        let map = above.get(view.document.value())?.as_map()?;
        if map.get(token).is_none() {
            let keys = map.iter().map(|(key, _)| key.text()).filter(|key| view.schema.shows_key(&above, key));
            let near = nearest::name(keys, token)?;
            let (token, near) = (KeyName::shown(token), KeyName::shown(near));
            return Some(shown!("there is no `{}` yet; did you mean `{}`?", token, near));
        }
        above = above.child(token);
    }
    None
}

/// The error for a misspelled option: the place is not secret, it does not exist.
fn unknown_option(place: &Pointer, view: &View<'_>) -> Option<Error> {
    let root = view.document.value();
    let (above, last) = (0..place.tokens().len()).find_map(|at| {
        let (above, last) = (Pointer::new(place.tokens()[..at].iter().cloned()), &place.tokens()[at]);
        let below = above.child(last);
        (!view.schema.knows(&below) && below.get(root).is_none()).then_some((above, last))
    })?;
    let error =
        Error::new(ErrorKind::Path, shown!("the schema has no option `{}` here", KeyName::shown(last))).at_path(place);
    let present = above.get(root).and_then(Value::as_map).into_iter().flat_map(Map::iter).map(|(key, _)| key.text());
    let known = view.schema.options_of(&above);
    let shown = |name: &&str| view.schema.shows_key(&above, name);
    Some(match nearest::name(known.iter().copied().chain(present).filter(shown), last) {
        Some(near) => error.hint(shown!("did you mean `{}`?", KeyName::shown(near))),
        None => error.hint("--from-file or --public sets it anyway; `agepatch check` reports unknown options"),
    })
}

/// The place of a secret in `value`.
fn secret_in(at: &Pointer, value: &Value, view: &View<'_>) -> Option<Pointer> {
    match value {
        Value::Null | Value::Bool(_) => None,
        Value::List(items) => {
            items.iter().enumerate().find_map(|(index, item)| secret_in(&at.child(index.to_string()), item, view))
        }
        Value::Map(map) => map.iter().find_map(|(key, value)| secret_in(&at.child(key.text()), value, view)),
        Value::String(_) | Value::Number(_) => {
            let shown = view.schema.is_public(at) && !value.as_str().is_some_and(has_password);
            (!shown && !value.as_str().is_some_and(is_digest)).then(|| at.clone())
        }
    }
}

fn has_password(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.password().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_read_as_yaml_reads_them() {
        let types = [
            ("8080", "a number"),
            ("true", "a boolean"),
            ("null", "null"),
            ("~", "null"),
            ("", "a string"),
            ("a: b", "a string"),
            ("1.5.3", "a string"),
            ("- a", "a string"),
            ("[a, b]", "a list"),
            ("{a: 1}", "a map"),
            ("[a", "a string"),
            ("[a] b", "a string"),
            ("# a", "a string"),
            ("&a", "a string"),
            ("'a'", "a string"),
            ("{{ env \"X\" }}", "a string"),
            ("[{[a]: b}]", "a string"),
        ];
        for (text, name) in types {
            assert_eq!(core(text).type_name(), name, "{text}");
        }
        assert_eq!(core("'a'").as_str(), Some("'a'"), "quotes belong to the shell");
    }
}
