//! Values in sops files that sops-nix could not install.

use crate::app::Context;
use crate::check::{self, Finding};
use crate::container;
use crate::document::Document;
use crate::input::{self, Limit};
use crate::workspace::Target;

/// The findings for the named files, or else for every sops file in the repository that can be opened.
pub(super) fn findings(files: &[String], context: &Context) -> Vec<Finding> {
    let named = files.iter().filter_map(|name| context.existing(name)).filter(|target| !target.is_value());
    let targets: Vec<Target> = if files.is_empty() { context.workspace.sops_by_content() } else { named.collect() };
    let mut found = Vec::new();
    for target in targets {
        let Ok(bytes) = input::read(&target.path, Limit::Secret) else { continue };
        if !container::detect(&target.display, &bytes).kind().keeps_recipients() {
            continue;
        }
        // Files that cannot be opened are reported elsewhere.
        let (Ok(text), Some(format)) = (context.view(&target, &bytes), container::format_of(&target.display, &bytes))
        else {
            continue;
        };
        if let Ok(document) = Document::parse(text.expose(), format) {
            found.extend(check::not_strings(&target.display, &document));
        }
    }
    found
}
