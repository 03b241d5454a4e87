//! `check --fix`: the safe fixes, applied to the file that was named.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::configuration::Configuration;
use crate::check::Options;
use crate::document::Pointer;
use crate::error::{Error, Kind, Result};
use crate::vault;

/// Applies every safe fix that concerns the file itself; those before it stay as they are.
pub(super) fn apply(configuration: &mut Configuration, options: &Options) -> Result<()> {
    let name = configuration.name();
    let answers: Vec<_> = configuration
        .check(options)
        .into_iter()
        .filter(|finding| finding.file == name)
        .filter_map(|finding| Some((finding.pointer, finding.fix?)))
        .collect();
    let path = configuration.path.clone();
    let Some(Ok(document)) = configuration.own().map(|file| file.document.as_ref()) else { return Ok(()) };
    if answers.is_empty() {
        return Ok(());
    }
    let Some(path) = path else {
        return Err(Error::new(Kind::Usage, "`--fix` writes files, and stdin is none"));
    };
    refuse_sealed(&path)?;
    let mut session = document.edit();
    let mut mended: HashSet<Pointer> = HashSet::new();
    for (pointer, edits) in answers {
        // Two findings about one place have one answer.
        if mended.insert(pointer) {
            edits.iter().try_for_each(|edit| session.apply(edit))?;
        }
    }
    let fixed = session.finish()?;
    fs::write(&path, fixed.bytes())
        .map_err(|error| Error::io("cannot write the file", &error).in_file(path.display()))?;
    if let Some(file) = configuration.own() {
        file.document = Ok(fixed);
    }
    Ok(())
}

/// A sealed file must never be replaced by its plaintext.
fn refuse_sealed(path: &Path) -> Result<()> {
    let bytes = fs::read(path).map_err(|error| Error::io("cannot read the file", &error).in_file(path.display()))?;
    if vault::is_age(&bytes) {
        return Err(Error::new(Kind::Unsupported, "`--fix` cannot write encrypted files yet").in_file(path.display()));
    }
    Ok(())
}
