//! The creation rule to add for a file that no rule covers.

use std::path::Path;

use super::SopsRules;
use crate::rules::Rule;

impl SopsRules {
    /// Lines to add for the file at `path` (absolute), one hint each: a rule for this file alone, with the recipients of the
    /// last rule. Empty for a file outside of the folder of the rules.
    pub fn suggestion(&self, path: &Path) -> Vec<String> {
        let relative = self.relative(path);
        if Path::new(&relative).is_absolute() {
            return Vec::new();
        }
        let mut lines = vec![
            format!("add a rule to {}, below `creation_rules:`, with the recipients it is for:", Self::FILE_NAME),
            format!("  - path_regex: ^{}$", quoted(&relative)),
        ];
        match self.all().last() {
            Some(rule) if is_simple(&rule) => {
                lines.push("    key_groups:".to_owned());
                lines.push("      - age:".to_owned());
                lines.extend(rule.keys.iter().map(|key| format!("          - {}", self.written(key))));
            }
            _ => lines.push("    age: age1…".to_owned()),
        }
        lines
    }

    /// A key as a rule names it: by its anchor, where it has one.
    fn written(&self, key: &str) -> String {
        self.names.of(key).map_or_else(|| key.to_owned(), |name| format!("*{name}"))
    }
}

/// Whether the rule has age recipients in one group and nothing else.
fn is_simple(rule: &Rule) -> bool {
    rule.sops.as_ref().is_some_and(|sops| sops.groups.len() == 1 && sops.recipients().is_ok())
}

/// A path as a regular expression.
fn quoted(path: &str) -> String {
    let mut quoted = String::with_capacity(path.len());
    for letter in path.chars() {
        if r"\.+*?()|[]{}^$".contains(letter) {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_for_one_file_names_keys_by_their_anchors() {
        let text = "keys:\n  - &host age1host\ncreation_rules:\n  - path_regex: ^a$\n    key_groups: [{age: [*host, age1other]}]\n";
        let rules = SopsRules::parse("/r/.sops.yaml".into(), text).expect("rules");
        insta::assert_snapshot!(rules.suggestion(Path::new("/r/secrets/new+.yaml")).join("\n"), @r"
        add a rule to .sops.yaml, below `creation_rules:`, with the recipients it is for:
          - path_regex: ^secrets/new\+\.yaml$
            key_groups:
              - age:
                  - *host
                  - age1other
        ");
        assert!(rules.suggestion(Path::new("/elsewhere/x")).is_empty());
    }
}
