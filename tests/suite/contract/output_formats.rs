//! `--output`: each command lists its formats in its help, offers them to the shell, and refuses any other.

use predicates::str::contains;

use crate::sandbox::Sandbox;

const FORMATS: [(&str, &[&str]); 6] = [
    ("check", &["text", "json", "sarif", "github"]),
    ("doctor", &["text", "json", "sarif", "github"]),
    ("diff", &["text", "json", "json-patch", "markdown", "unified"]),
    ("show FILE", &["text", "json"]),
    ("client list", &["text", "json"]),
    ("status", &["text", "json"]),
];

#[test]
fn each_command_refuses_a_format_that_it_does_not_have() {
    let sandbox = Sandbox::with_files(&[]);
    for (words, formats) in FORMATS {
        let possible = format!("[possible values: {}]", formats.join(", "));
        let words: Vec<&str> = words.split(' ').collect();
        for arguments in [[&words[..], &["--output", "yaml"]].concat(), [&["--output", "yaml"], &words[..]].concat()] {
            let refused = sandbox.agepatch(&arguments).assert().code(2).stdout("");
            refused
                .stderr(contains("invalid value 'yaml' for '--output <FORMAT>'"))
                .stderr(contains(possible.as_str()));
        }
    }
    sandbox.agepatch(["--output", "sarif"]).assert().code(2).stderr(contains("[possible values: text, json]"));
}

#[test]
fn a_format_may_precede_the_command() {
    let sandbox = Sandbox::with_files(&[]);
    sandbox.agepatch(["--output", "sarif", "check"]).assert().success().stdout(contains("sarif-2.1.0.json"));
    sandbox.agepatch(["--output", "sarif", "show", "a.age"]).assert().code(2).stderr(contains("invalid value 'sarif'"));
}

#[test]
fn each_command_lists_its_formats_in_its_help() {
    let sandbox = Sandbox::with_files(&[]);
    for (words, formats) in FORMATS {
        let words: Vec<&str> = words.split(' ').filter(|word| *word != "FILE").collect();
        let help = sandbox.agepatch([&words[..], &["--help"]].concat()).assert().success();
        let help = String::from_utf8(help.get_output().stdout.clone()).expect("text");
        let (_, option) = help.split_once("--output <FORMAT>").expect("the option");
        let option = option.split("\n      --").next().unwrap_or_default();
        for format in ["text", "json", "sarif", "github", "json-patch", "markdown", "unified"] {
            let is_listed = option.contains(&format!("- {format}:"))
                || option.contains(&format!(" {format},"))
                || option.contains(&format!(" {format}]"));
            assert_eq!(is_listed, formats.contains(&format), "{words:?} {format}: {option}");
        }
    }
}
