//! `docs/rules.md` is generated from the rules, and `explain` is readable.

use std::fs;
use std::path::Path;

use agepatch::check::{explain, registry};

#[test]
fn rules_reference_is_generated_from_the_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let made = explain::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &made).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == made, "docs/rules.md is out of date: run docs/update.sh");
}

#[test]
fn explain_describes_the_auth_method_to_a_newcomer() {
    let rule = registry::find("token-endpoint-auth-method").unwrap();
    insta::assert_snapshot!(explain::lint(rule, 80));
}

#[test]
fn lines_stay_within_the_width() {
    for rule in registry::all() {
        let text = explain::lint(rule, 72);
        let prose = text.lines().filter(|line| !line.starts_with("    ") && !line.starts_with("Option:"));
        for line in prose.filter(|line| !line.contains('`')) {
            assert!(line.chars().count() <= 72, "{}: {line}", rule.id);
        }
    }
}
