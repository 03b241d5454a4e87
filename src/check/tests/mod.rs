//! The findings for configurations, rule by rule.

use std::path::Path;

use super::{Finding, Options, Source, parse, run};
use crate::document::Format;
use crate::shown::Shown;

mod clients;
mod names;
mod provider;

/// The options for a complete configuration and this version.
fn options(version: &str) -> Options {
    Options { complete: true, ..Options::for_version(version).expect("a known version") }
}

fn findings(text: &str, options: &Options) -> Vec<Finding> {
    let document = parse(text.as_bytes(), Format::Yaml).expect("YAML");
    run(&[Source::new(Shown::fixed("auth.yml"), Ok(&document))], options)
}

/// The findings of rules with this prefix: rule and place, without the path to the provider.
fn said(text: &str, rules: &str, options: &Options) -> String {
    let found = findings(text, options);
    let ours = found.iter().filter(|finding| finding.rule.starts_with(rules));
    let named = |finding: &Finding| {
        format!("{} {}", finding.rule, finding.path.as_str().trim_start_matches("identity_providers.oidc."))
    };
    ours.map(named).collect::<Vec<_>>().join(", ")
}

/// A provider with these lines, which are given without indentation.
fn provider(lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    format!("identity_providers:\n  oidc:\n{lines}")
}

/// A key from the test data, as the value of an option at this depth.
fn key(name: &str, depth: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/keys").join(format!("{name}.pem"));
    block(&std::fs::read_to_string(path).expect("the key is there"), depth)
}

fn block(text: &str, depth: usize) -> String {
    text.lines().fold("|".to_owned(), |block, line| format!("{block}\n{:depth$}{line}", ""))
}
