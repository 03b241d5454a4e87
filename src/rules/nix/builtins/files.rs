//! Builtins on paths and files.

use std::fs;

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::super::failure::{EvalResult, Failure};
use super::super::files;
use super::super::value::Value;
use super::{Builtin, builtin};
use crate::hex::hex;
use crate::input::{self, Limit};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("baseNameOf", 1, |e, a| {
        let text = e.text_or_path(&a[0])?;
        e.budget.spend_bytes(text.len())?;
        let text = text.strip_suffix('/').unwrap_or(&text);
        Ok(Value::string(text.rsplit('/').next().unwrap_or_default()))
    }),
    builtin("dirOf", 1, |e, a| {
        let value = e.force(&a[0])?;
        let text = e.text_or_path(&a[0])?;
        let folder = match text.rsplit_once('/') {
            Some(("", _)) => "/",
            Some((folder, _)) => folder,
            None => ".",
        };
        Ok(if matches!(value, Value::Path(_)) { Value::Path(folder.into()) } else { Value::string(folder) })
    }),
    builtin("getEnv", 1, |e, a| {
        // As in Nix's restricted mode: the environment may contain secrets, and rules that depend on it would differ by
        // user.
        e.string(&a[0])?;
        Ok(Value::string(""))
    }),
    builtin("hashFile", 2, |e, a| {
        let (kind, path) = (e.string(&a[0])?, e.path_of(&a[1])?);
        let path = e.within(&path)?;
        let bytes = input::read(&path, Limit::Settings).map_err(|error| e.unreadable("read", &path, &error))?;
        e.budget.spend_bytes(bytes.len())?;
        hash(&kind, &bytes)
    }),
    builtin("hashString", 2, |e, a| {
        let (kind, text) = (e.string(&a[0])?, e.string(&a[1])?);
        e.budget.spend_bytes(text.len())?;
        hash(&kind, text.as_bytes())
    }),
    builtin("pathExists", 1, |e, a| {
        let path = e.path_of(&a[0])?;
        // As in Nix's restricted mode, forbidden files do not exist.
        Ok(Value::Bool(e.within(&path).is_ok_and(|path| path.exists())))
    }),
    builtin("readDir", 1, |e, a| {
        let path = e.path_of(&a[0])?;
        e.list_folder(&path)
    }),
    builtin("readFile", 1, |e, a| {
        let path = e.path_of(&a[0])?;
        let text = e.read(&path)?;
        e.budget.spend_bytes(text.len())?;
        Ok(Value::string(text))
    }),
    builtin("readFileType", 1, |e, a| {
        let path = e.path_of(&a[0])?;
        e.within(&path)?;
        let found = fs::symlink_metadata(&path).map_err(|error| e.unreadable("look at", &path, &error))?;
        Ok(Value::string(files::type_name(found.file_type())))
    }),
    builtin("toPath", 1, |e, a| Ok(Value::string(e.path_of(&a[0])?.to_string_lossy().as_ref()))),
];

fn hash(kind: &str, bytes: &[u8]) -> EvalResult<Value> {
    let text = |digest: &[u8]| Value::string(hex(digest));
    match kind {
        "sha1" => Ok(text(&Sha1::digest(bytes))),
        "sha256" => Ok(text(&Sha256::digest(bytes))),
        "sha512" => Ok(text(&Sha512::digest(bytes))),
        _ => Err(Failure::needs_nix("a hash of this kind")),
    }
}
