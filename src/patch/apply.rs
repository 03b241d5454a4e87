//! Applies operations to a document that is being edited.

use super::merge_patch;
use super::operation::{Action, Operation, Patch};
use super::source::{Sources, ValueSource};
use crate::document::{Edit, Format, Path, Pointer, Session, Value, nearest};
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{FileName, KeyName};

impl Patch {
    /// Applies the patch. After an error the session must be dropped.
    ///
    /// # Errors
    /// `path` and `ambiguous`, with the nearest names, if an operation does not fit; `test` if a test fails; errors of
    /// the document's engine and of the sources.
    pub fn apply(&self, session: &mut Session, sources: &mut dyn Sources) -> Result<()> {
        match self {
            Self::Operations(operations) => {
                operations.iter().try_for_each(|operation| operation.apply(session, sources))
            }
            Self::Merge(patch) => {
                let edits = merge_patch::edits(session.value(), patch);
                edits.iter().try_for_each(|edit| session.apply(edit))
            }
        }
    }
}

impl Operation {
    fn apply(&self, session: &mut Session, sources: &mut dyn Sources) -> Result<()> {
        let edit = self.edit(session.value(), session.format(), sources).map_err(|error| self.named(error))?;
        let missing = needed(&edit).and_then(|pointer| nearest::hint(session.value(), &pointer));
        session.apply(&edit).map_err(|error| {
            let error = match missing {
                Some(hint) if error.kind() == ErrorKind::Path => error.hint(hint),
                _ => error,
            };
            self.named(error.at_path(KeyName::shown(&self.path)))
        })
    }

    /// Adds the failed operation and its place in the patch document to the error.
    fn named(&self, error: Error) -> Error {
        let Some(origin) = &self.origin else { return error };
        let place = match &origin.document {
            Some(document) => shown!("{}:{}", FileName::shown(document), origin.line),
            None => shown!("line {} of the patch", origin.line),
        };
        error.context(shown!("operation {} ({}, {})", origin.number, self.action.name(), place))
    }

    /// The edit that this operation describes for the current document.
    fn edit(&self, root: &Value, format: Format, sources: &mut dyn Sources) -> Result<Edit> {
        let existing = |text: &str| format.locate(text, root, Path::resolve);
        let new = |text: &str| format.locate(text, root, Path::resolve_new);
        let mut value = |source: &ValueSource, path: &Pointer| {
            source.value(path.get(root), sources).map(|value| if format.is_variables() { text(value) } else { value })
        };
        Ok(match &self.action {
            Action::Remove => Edit::Remove { path: existing(&self.path)? },
            Action::Rename(to) => Edit::Rename { path: existing(&self.path)?, to: to.clone() },
            Action::Move(from) => Edit::Move { from: existing(from)?, path: new(&self.path)? },
            Action::Copy(from) => Edit::Copy { from: existing(from)?, path: new(&self.path)? },
            Action::Test(source) => {
                let path = existing(&self.path)?;
                Edit::Test { value: value(source, &path)?, path }
            }
            Action::Replace(source) => {
                let path = existing(&self.path)?;
                Edit::Replace { value: value(source, &path)?, path }
            }
            Action::Append(source) => {
                let path = existing(&self.path)?;
                Edit::Append { value: value(source, &path)?, path }
            }
            Action::Add(source) => {
                let path = new(&self.path)?;
                Edit::Add { value: value(source, &path)?, path }
            }
            Action::Set(source) => {
                let path = new(&self.path)?;
                Edit::Set { value: value(source, &path)?, path }
            }
        })
    }
}

/// The value of a variable is text, whatever type the patch gives it.
fn text(value: Value) -> Value {
    match value {
        Value::Number(_) | Value::Bool(_) => value.scalar_text().map_or(value, |text| Value::string(text.as_str())),
        other => other,
    }
}

/// The place that must exist for this edit.
fn needed(edit: &Edit) -> Option<Pointer> {
    match edit {
        Edit::Remove { path } | Edit::Replace { path, .. } | Edit::Test { path, .. } | Edit::Rename { path, .. } => {
            Some(path.clone())
        }
        Edit::Move { from, .. } | Edit::Copy { from, .. } => Some(from.clone()),
        Edit::Add { path, .. } => path.parent(),
        Edit::Set { .. } | Edit::Append { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Text};
    use crate::patch::{Input, PatchNotation, read};

    struct Fixed;

    impl Sources for Fixed {
        fn environment(&mut self, name: &str) -> Result<Text> {
            Ok(Text::new(format!("value of {name}")))
        }

        fn file(&mut self, path: &str) -> Result<Text> {
            Ok(Text::new(format!("content of {path}")))
        }

        fn stdin(&mut self) -> Result<Text> {
            Ok(Text::new("stdin"))
        }

        fn digest_of(&mut self, file: &str, path: &str, current: Option<&Value>) -> Result<Text> {
            let known = current.and_then(Value::as_str).filter(|text| text.starts_with("digest"));
            Ok(known.map_or_else(|| Text::new(format!("digest of {file}#{path}")), Text::new))
        }
    }

    fn apply(before: &str, patch: &str) -> Result<String> {
        let document = Document::parse(before.as_bytes(), Format::Yaml).expect("YAML");
        let Input::Patch(patch) = read(patch.as_bytes(), PatchNotation::Operations)? else { panic!("a patch") };
        let mut session = document.edit();
        patch.apply(&mut session, &mut Fixed)?;
        Ok(String::from_utf8(session.finish()?.bytes().to_vec()).expect("text"))
    }

    const CLIENTS: &str = "clients:
  - client_id: grafana
    public: false
    scopes: [openid, email]
  - client_id: media-manager
    public: false
    client_secret: old
";

    #[test]
    fn paths_with_selectors_follow_what_earlier_operations_did() {
        let patch = r#"
- { op: test, path: "clients[media-manager].public", value: false }
- { op: replace, path: "clients[media-manager].client_id", value: media }
- { op: replace, path: "clients[media].public", value: true }
- { op: replace, path: "clients[-1].client_secret", value_from: { env: S } }
- { op: remove, path: "clients[grafana].scopes[email]" }
"#;
        insta::assert_snapshot!(apply(CLIENTS, patch).expect("it fits"), @r"
        clients:
          - client_id: grafana
            public: false
            scopes: [openid]
          - client_id: media
            public: true
            client_secret: value of S
        ");
    }

    #[test]
    fn only_missing_names_get_the_nearest_name() {
        for (patch, kind, is_hinted) in [
            ("[{op: remove, path: /alpha/on}]", ErrorKind::Path, true),
            ("[{op: remove, path: /alpha/one}]", ErrorKind::Alias, false),
            ("[{op: remove, path: /beta/on}]", ErrorKind::Alias, false),
        ] {
            let error = apply("alpha: &x {one: &y 1}\nbeta: *x\ngamma: *y\n", patch).expect_err(patch);
            let is_found = error.hint_text().is_some_and(|hint| hint.contains("`one`"));
            assert_eq!((error.kind(), is_found), (kind, is_hinted), "{patch}: {error:?}");
        }
    }

    #[test]
    fn a_path_depends_on_the_format() {
        let root = Document::parse(b"A: 1\nl: [x]\n", Format::Yaml).expect("YAML").value().clone();
        let found = |path: &str, format: Format| {
            format.locate(path, &root, Path::resolve).map(|pointer| pointer.to_string()).map_err(|error| error.kind())
        };
        for (path, format, expected) in [
            ("A", Format::Dotenv, Ok("/A")),
            ("l[0]", Format::Dotenv, Ok("/l[0]")),
            ("a.b", Format::Dotenv, Ok("/a.b")),
            ("/A", Format::Dotenv, Ok("/A")),
            (".", Format::Dotenv, Ok("")),
            ("", Format::Dotenv, Ok("")),
            ("l[0]", Format::Yaml, Ok("/l/0")),
            ("A", Format::Raw, Err(ErrorKind::Path)),
            (".", Format::Raw, Ok("")),
            ("", Format::Raw, Ok("")),
        ] {
            assert_eq!(found(path, format), expected.map(str::to_owned), "{path} {format:?}");
        }
    }

    #[test]
    fn the_document_of_a_patch_is_named_where_it_is_known() {
        let Ok(Input::Patch(mut patch)) = read(b"[{op: remove, path: x}]", PatchNotation::Operations) else {
            panic!("a patch")
        };
        patch.read_from("patch.yml");
        let document = Document::parse(b"a: 1\n", Format::Yaml).expect("YAML");
        let error = patch.apply(&mut document.edit(), &mut Fixed).expect_err("nothing there");
        assert!(error.message().starts_with("operation 1 (remove, patch.yml:1): "), "{}", error.message());
    }

    #[test]
    fn values_come_from_where_the_patch_says() {
        let at = |source: &str| {
            let patch = format!("[{{op: replace, path: /clients/1/client_secret, value_from: {source}}}]");
            apply(CLIENTS, &patch).expect("it fits").lines().last().expect("a line").trim().to_owned()
        };
        assert_eq!(at("{file: a.txt}"), "client_secret: content of a.txt");
        assert_eq!(at("{stdin: true}"), "client_secret: stdin");
        assert_eq!(at("{digest_of: {file: x.age, path: S}}"), "client_secret: digest of x.age#S");
        assert_eq!(at("{generate: 30}").len(), "client_secret: ".len() + 30);
    }

    #[test]
    fn a_failing_operation_is_named_with_the_nearest_names() {
        let failed = |patch: &str| {
            let error = apply(CLIENTS, patch).expect_err(patch);
            let hint = error.hint_text().unwrap_or_default().to_owned();
            (error.kind(), error.path().unwrap_or_default().to_owned(), error.message().to_owned(), hint)
        };
        let (kind, path, message, hint) = failed(
            "- {op: test, path: /clients/0/public, value: false}\n- {op: remove, path: 'clients[grafana].pubic'}",
        );
        assert_eq!((kind, path.as_str()), (ErrorKind::Path, "clients[grafana].pubic"));
        assert!(message.starts_with("operation 2 (remove, line 2 of the patch): "), "{message}");
        assert!(hint.contains("`public`"), "{hint}");
        let (kind, _, _, hint) = failed("[{op: replace, path: 'clients[media].public', value: 1}]");
        assert_eq!(kind, ErrorKind::Path);
        assert!(hint.contains("`media-manager`"), "{hint}");
        let (kind, _, _, hint) = failed("[{op: replace, path: 'client[media].public', value: 1}]");
        assert!(kind == ErrorKind::Path && hint.contains("`clients`"), "{hint}");
        assert_eq!(failed("[{op: test, path: /clients/0/public, value: true}]").0, ErrorKind::Test);
        assert_eq!(
            failed("[{op: replace, path: 'clients[public=false].public', value: true}]").0,
            ErrorKind::Ambiguous
        );
    }
}
