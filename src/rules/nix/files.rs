//! Reads files for the rules: imports, `readFile`, `readDir`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::eval::Evaluator;
use super::failure::{Cause, EvalResult, Failure};
use super::lower;
use super::paths::canonical;
use super::thunk::{Env, State, Thunk};
use super::value::{Attr, Value};
use crate::input::{self, Limit};

impl Evaluator {
    /// The value of a file, or of a folder's `default.nix`. Each file is read once.
    pub(in crate::rules) fn import(&mut self, path: &Path) -> EvalResult<Value> {
        let given = self.given.take_if(|(given, _)| given == path);
        let path = match &given {
            None if self.within(path)?.is_dir() => path.join("default.nix"),
            _ => path.to_owned(),
        };
        if let Some(thunk) = self.imported.get(&path) {
            let thunk = thunk.clone();
            return self.force(&thunk);
        }
        let text = given.map_or_else(|| self.read(&path), |(_, text)| Ok(text))?;
        self.budget.spend_bytes(text.len())?;
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let file = self.sources.add(path.clone(), text.clone());
        let expr = lower::file(&text, file, &folder, &mut self.names, &mut self.budget);
        // An error in another kind of file could only be described by quoting it.
        let is_nix = file == 0 || path.extension().is_some_and(|ending| ending == "nix");
        let expr = expr.map_err(|failure| match is_nix || failure.cause == Cause::Limit {
            true => failure,
            false => Failure::syntax("the rules import a file that is not Nix"),
        })?;
        let thunk = Thunk::new(State::Waiting { expr, env: Env::root(), label: None });
        self.imported.insert(path, thunk.clone());
        self.force(&thunk)
    }

    /// A name, if it is part of the rules themselves; see [`super::source::Sources::quoted`].
    pub(in crate::rules) fn quoted(&self, name: &str) -> String {
        self.sources.quoted(name)
    }

    /// The resolved path, if the rules may read it: below their own folder or the repository, but not in git's folder,
    /// which contains credentials.
    pub(super) fn within(&self, path: &Path) -> EvalResult<PathBuf> {
        let real = real(path);
        let allowed = self.folders.iter().any(|folder| real.starts_with(folder));
        match allowed && !real.components().any(|part| part.as_os_str() == ".git") {
            true => Ok(real),
            false => Err(Failure::error("the rules may read only below their own folder and the repository")),
        }
    }

    /// An error from reading; it names the path if its last component is part of the rules.
    pub(super) fn unreadable(&self, what: &str, path: &Path, error: &std::io::Error) -> Box<Failure> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = self.sources.quoted(&name);
        Failure::error(format!("cannot {what} the file{name}: {}", error.kind()))
    }

    /// The text of a file.
    pub(super) fn read(&self, path: &Path) -> EvalResult<String> {
        let path = self.within(path)?;
        self.read.borrow_mut().push(path.clone());
        if let Some(texts) = &self.texts {
            return texts(&path).ok_or_else(|| Failure::error("the revision has no such file"));
        }
        input::read_text(&path, Limit::Settings).map_err(|error| match input::is_refused(&error) {
            true => Failure::error(format!("cannot read a file: {error}")),
            false => self.unreadable("read", &path, &error),
        })
    }

    /// The entries of a folder and their types: `regular`, `directory`, `symlink`, `unknown`.
    pub(super) fn list_folder(&self, path: &Path) -> EvalResult<Value> {
        let path = self.within(path)?;
        if self.texts.is_some() {
            return Err(Failure::error("the folders of another revision are not listed"));
        }
        let failed = |error: std::io::Error| self.unreadable("list", &path, &error);
        let mut map = BTreeMap::new();
        for entry in fs::read_dir(&path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = type_name(entry.file_type().map_err(failed)?);
            let name: Rc<str> = entry.file_name().to_string_lossy().into();
            map.insert(name, Attr::new(Thunk::done(Value::string(kind))));
        }
        Ok(Value::attrs(map))
    }

    /// The path in a path value, or in a string with an absolute path.
    pub(super) fn path_of(&mut self, thunk: &Thunk) -> EvalResult<PathBuf> {
        match self.force(thunk)? {
            Value::Path(path) => Ok(PathBuf::from(&*path)),
            Value::String(path) if path.starts_with('/') => Ok(PathBuf::from(canonical(&path))),
            other => Err(Failure::error(format!("expected a path, found {}", other.type_name()))),
        }
    }
}

/// A path without `..`, with links resolved as far as it exists.
fn real(path: &Path) -> PathBuf {
    let path = PathBuf::from(canonical(&path.to_string_lossy()));
    let there = path.ancestors().find_map(|above| Some((above.canonicalize().ok()?, above)));
    let real = there.and_then(|(real, above)| Some((real, path.strip_prefix(above).ok()?)));
    real.map_or(path.clone(), |(real, rest)| if rest.as_os_str().is_empty() { real } else { real.join(rest) })
}

/// Nix's name for the type of a file.
pub(super) fn type_name(kind: fs::FileType) -> &'static str {
    match kind {
        kind if kind.is_symlink() => "symlink",
        kind if kind.is_dir() => "directory",
        kind if kind.is_file() => "regular",
        _ => "unknown",
    }
}
