//! The addresses under which Authelia serves its users, as its configuration has them.

use url::Url;

use super::Context;
use super::configuration;
use super::reading::ReadDocument;
use crate::check::Filters;
use crate::document::{Pointer, Value};

/// The `authelia_url` of each session cookie in this file and in those that agepatch.toml has before it, as far as they
/// are in the repository and can be read. Nothing is run for it.
pub(crate) fn authelia_urls(reading: &ReadDocument, context: &Context) -> Vec<Url> {
    let mut found = Vec::new();
    cookies(reading.document.value(), &mut found);
    let (Ok(settings), Ok(config)) = (context.settings(&reading.target), context.workspace.config()) else {
        return found;
    };
    let paths = settings.with.iter().map(|path| config.folder.join(path));
    for path in paths.filter(|path| !context.workspace.is_outside(path)) {
        let files = if path.is_dir() { configuration::directory(&path).unwrap_or_default() } else { vec![path] };
        for file in files {
            if let Ok(Some(file)) = configuration::plain(&file, Filters::default(), context)
                && let Ok(document) = &file.document
            {
                cookies(document.value(), &mut found);
            }
        }
    }
    found
}

/// Adds those of one file.
fn cookies(value: &Value, found: &mut Vec<Url>) {
    let cookies = Pointer::new(["session", "cookies"]).get(value).and_then(Value::as_list).unwrap_or_default();
    let urls = cookies.iter().filter_map(|cookie| cookie.get("authelia_url")?.as_str());
    let urls = urls.filter_map(|text| Url::parse(text).ok()).filter(is_address);
    for url in urls {
        if !found.contains(&url) {
            found.push(url);
        }
    }
}

/// Whether it is an address alone, which may be printed.
fn is_address(url: &Url) -> bool {
    let bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    bare && url.has_host() && matches!(url.scheme(), "https" | "http")
}
