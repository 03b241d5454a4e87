//! Help, reference, and manual are generated from the command line's definition, and their examples are valid command
//! lines.

use std::fs;
use std::path::Path;

use agepatch::cli::{Cli, help, reference};
use clap::{Command, CommandFactory};

#[test]
fn the_reference_is_generated_from_the_command_line() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference.md");
    let made = reference::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &made).expect("written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == made, "docs/reference.md is out of date: run docs/update.sh");
}

/// Every command with the words that run it.
fn commands(command: &Command, words: &str, found: &mut Vec<(String, Command)>) {
    found.push((words.to_owned(), command.clone()));
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        commands(below, &format!("{words} {}", below.get_name()), found);
    }
}

/// The words of a simple command without quotes; pipes, redirections, and comments are left out.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().expect("one").push(other),
        }
    }
    let end = words.iter().position(|word| ["|", "<", ">", ">>", "#"].contains(&word.as_str()));
    words.truncate(end.unwrap_or(words.len()));
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_has_examples_that_it_takes() {
    let mut root = Cli::command();
    root.build();
    let mut all = Vec::new();
    commands(&root, "agepatch", &mut all);
    assert!(all.len() > 35, "all commands were found");
    for (name, command) in all {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        // A long command line continues on the next one.
        let after = after.replace(" \\\n   ", "");
        assert!(after.starts_with("Examples:\n"), "{name} has no examples");
        let examples = after.lines().filter(|line| line.starts_with("  "));
        let mut own = 0;
        for line in examples.filter_map(|line| line.find("agepatch ").map(|place| &line[place..])) {
            let line = line.rsplit("| agepatch ").next().map_or(line.to_owned(), |last| {
                if last.starts_with("agepatch") { last.to_owned() } else { format!("agepatch {last}") }
            });
            own += usize::from(line.starts_with(&name));
            if let Err(error) = Cli::command().try_get_matches_from(words(&line)) {
                panic!("{name}: {line}: {error}");
            }
        }
        assert!(own > 0 || name == "agepatch", "{name}: no example calls it");
    }
}

#[test]
fn short_help_fits_one_screen_of_80_columns() {
    let mut root = help::command();
    root.build();
    let mut all = Vec::new();
    commands(&root, "agepatch", &mut all);
    for (name, command) in all.into_iter().filter(|(name, _)| name != "agepatch") {
        let help = command.clone().term_width(80).render_help().to_string();
        assert!(help.lines().count() <= 24, "{name}: {} lines\n{help}", help.lines().count());
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{name}: {line}");
        }
        let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let wrapped = examples.lines().find(|line| line.chars().count() > 80);
        assert!(wrapped.is_none(), "{name}: an example would be wrapped: {wrapped:?}");
        assert!(help.contains("Usage: ") && help.contains("Examples:\n"), "{name}");
        let long = command.clone().term_width(80).render_long_help().to_string();
        let wide = long.lines().find(|line| line.chars().count() > 80);
        assert!(wide.is_none(), "{name}: {wide:?}");
    }
}

#[test]
fn the_help_lists_each_command_once_in_a_group() {
    let mut root = help::command();
    let text = root.render_help().to_string();
    for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let line = format!("\n  {:<12}", command.get_name());
        assert_eq!(text.matches(&line).count(), 1, "{} in\n{text}", command.get_name());
    }
    assert!(!text.contains("\nCommands:") && text.contains("\nAuthelia:\n"), "{text}");
}
