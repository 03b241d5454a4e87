//! The changes in the NixOS configuration after a conversion.

use super::args::TargetKind;
use super::plan::{Conversion, Destination};
use crate::app::Context;

/// The lines to remove (`-`) and to add (`+`), and further steps.
pub(super) fn lines(one: &Conversion, to: TargetKind, context: &Context) -> Vec<String> {
    let name = attribute(&one.name);
    let old = path(&one.source.file().display);
    let new = path(&one.target.display);
    let (age, sops) = (format!("age.secrets.{name}"), format!("sops.secrets.{name}"));
    let (from, into, mut lines) = match to {
        TargetKind::Sops => {
            let options = match &one.place {
                Destination::Value { .. } => format!("sopsFile = {new};"),
                Destination::Content => format!("sopsFile = {new};{}", whole(&one.target.display)),
            };
            let lines = vec![format!("- {age}.file = {old};"), format!("+ {sops} = {{ {options} }};")];
            (&age, &sops, lines)
        }
        TargetKind::Age => {
            let lines = vec![format!("- {sops} = {{ sopsFile = {old}; … }};"), format!("+ {age}.file = {new};")];
            (&sops, &age, lines)
        }
    };
    lines.push(format!("  config.{from}.path becomes config.{into}.path; owner, group, and mode keep their names"));
    if to == TargetKind::Sops {
        let rules = context.workspace.rules_path().map(|path| context.workspace.display(path));
        let file = one.source.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        lines.extend(rules.map(|rules| format!("  {rules} no longer needs \"{file}\" once the old file is removed")));
    }
    lines
}

/// The setting that makes sops-nix install the complete file.
fn whole(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, ending)| ending) {
        // YAML is the default format.
        Some("yaml" | "yml") => " key = \"\";",
        Some("json") => " format = \"json\"; key = \"\";",
        Some("env") => " format = \"dotenv\";",
        Some("ini") => " format = \"ini\";",
        _ => " format = \"binary\";",
    }
}

/// A name as a Nix attribute.
fn attribute(name: &str) -> String {
    let first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_plain = name.starts_with(first) && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-'".contains(c));
    if is_plain { name.to_owned() } else { quoted(name) }
}

/// A path in Nix syntax, relative to the current folder.
fn path(file: &str) -> String {
    let is_plain = file.chars().all(|c| c.is_ascii_alphanumeric() || "._-+/".contains(c));
    match is_plain {
        true if file.starts_with('/') || file.starts_with("../") => file.to_owned(),
        true => format!("./{file}"),
        false => format!("(./. + {})", quoted(&format!("/{file}"))),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\"").replace("${", r"\${"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_are_written_as_nix_reads_them() {
        for (name, expected) in [
            ("wifi", "wifi"),
            ("media-env", "media-env"),
            ("a.b", "\"a.b\""),
            ("${x}\"", r#""\${x}\"""#),
            ("1a", "\"1a\""),
        ] {
            assert_eq!(attribute(name), expected);
        }
        for (file, expected) in [
            ("a/b.age", "./a/b.age"),
            ("../a.age", "../a.age"),
            ("/a.age", "/a.age"),
            ("a b.age", "(./. + \"/a b.age\")"),
        ] {
            assert_eq!(path(file), expected);
        }
    }
}
