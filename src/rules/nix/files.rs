//! Files that the rules read: imports, `readFile`, `readDir`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::eval::Evaluator;
use super::failure::{Failure, Outcome};
use super::lower;
use super::thunk::{Env, State, Thunk};
use super::value::{Attr, Value};

/// An absolute path without `.`, `..` and doubled slashes.
pub(super) fn canonical(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

impl Evaluator {
    /// The value of a file; of a folder, that of its `default.nix`. Each file is read once.
    pub(in crate::rules) fn import(&mut self, path: &Path) -> Outcome<Value> {
        let path = if path.is_dir() { path.join("default.nix") } else { path.to_owned() };
        if let Some(thunk) = self.imported.get(&path) {
            let thunk = thunk.clone();
            return self.force(&thunk);
        }
        let text = read(&path)?;
        self.budget.spend_bytes(text.len())?;
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let file = self.sources.add(path.clone(), text.clone());
        let expr = lower::file(&text, file, &folder, &mut self.names, &mut self.budget)?;
        let thunk = Thunk::new(State::Waiting { expr, env: Env::root(), label: None });
        self.imported.insert(path, thunk.clone());
        self.force(&thunk)
    }

    /// The path that a path or a string with an absolute path means.
    pub(super) fn path_of(&mut self, thunk: &Thunk) -> Outcome<PathBuf> {
        match self.force(thunk)? {
            Value::Path(path) => Ok(PathBuf::from(&*path)),
            Value::String(path) if path.starts_with('/') => Ok(PathBuf::from(canonical(&path))),
            other => Err(Failure::error(format!("a path is needed here, this is {}", other.type_name()))),
        }
    }
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Outcome<String> {
    crate::input::read_text(path, crate::input::Limit::Settings)
        .map_err(|error| Failure::error(format!("cannot read {}: {error}", path.display())))
}

/// What a folder holds, by name: `regular`, `directory`, `symlink`, `unknown`.
pub(super) fn list(path: &Path) -> Outcome<Value> {
    let failed = |error: std::io::Error| Failure::error(format!("cannot list {}: {error}", path.display()));
    let mut map = BTreeMap::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = type_name(entry.file_type().map_err(failed)?);
        let name: Rc<str> = entry.file_name().to_string_lossy().into();
        map.insert(name, Attr::new(Thunk::done(Value::string(kind))));
    }
    Ok(Value::attrs(map))
}

/// Nix's word for the type of a file.
pub(super) fn type_name(kind: fs::FileType) -> &'static str {
    match kind {
        kind if kind.is_symlink() => "symlink",
        kind if kind.is_dir() => "directory",
        kind if kind.is_file() => "regular",
        _ => "unknown",
    }
}
