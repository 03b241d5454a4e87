//! Lays out the help: commands in groups, rare options only in `--help`.

use clap::{Arg, Command};

/// The commands in the order of the help. The last heading is for the remaining ones.
const GROUPS: [(&str, &[&str]); 7] = [
    ("Read", &["status", "show", "get"]),
    ("Edit", &["set", "unset", "add", "remove", "edit", "write", "apply", "new"]),
    ("History", &["diff", "log", "blame", "restore", "commit"]),
    ("Authelia", &["check", "explain", "client", "diagnose"]),
    ("Access", &["recipients", "rekey", "convert", "doctor", "trust", "exec"]),
    ("Git", &["git", "jj", "textconv", "merge-file"]),
    ("Other", &[]),
];
/// Options that only `--help` shows, besides the global ones and those of commits.
const FOLDED: [&str; 10] = [
    "output",
    "format",
    "as_name",
    "ignore_mac",
    "expect",
    "no_check",
    "allow_empty",
    "allow_disk",
    "json_value",
    "string",
];
/// The heading of the commit options.
const COMMIT: &str = "Commit options";
/// The commit options that `commit -h` shows.
const IN_COMMIT: [&str; 2] = ["message", "tasks"];
/// Printed after the short help of every command.
const MORE: &str = "More options: --help";

/// The command line's definition, with its help laid out.
pub fn command() -> Command {
    let command = super::definition();
    let text = groups(&command);
    let template = format!("{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{text}{{all-args}}{{after-help}}");
    // The groups replace clap's list of commands.
    let command = command.mut_subcommands(|command| command.hide(true));
    let command = command.mut_args(|arg| arg.hide_short_help(true)).help_template(template);
    command.mut_subcommands(folded)
}

/// The commands with their descriptions, by group.
fn groups(command: &Command) -> String {
    let is_grouped = |name: &str| GROUPS.iter().any(|(_, names)| names.contains(&name));
    let line = |command: &Command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        format!("  {:<12}{about}\n", command.get_name())
    };
    let mut text = String::new();
    for (heading, names) in GROUPS {
        text += &format!("{heading}:\n");
        let named = names.iter().filter_map(|name| command.find_subcommand(name));
        let rest = command.get_subcommands().filter(|command| names.is_empty() && !is_grouped(command.get_name()));
        text.extend(named.chain(rest).filter(|command| !command.is_hide_set()).map(line));
        text.push('\n');
    }
    text
}

fn folded(command: Command) -> Command {
    let is_commit = command.get_name() == "commit";
    let command = command.mut_args(|arg| if is_folded(&arg, is_commit) { arg.hide_short_help(true) } else { arg });
    let Some(after) = command.get_after_help().map(ToString::to_string) else { return command.mut_subcommands(folded) };
    let examples = after.split("\n\n").next().unwrap_or_default();
    let short = format!("{examples}\n\n{MORE}");
    command.after_help(short).after_long_help(after).mut_subcommands(folded)
}

fn is_folded(arg: &Arg, is_commit: bool) -> bool {
    let id = arg.get_id().as_str();
    let is_message = arg.get_help_heading() == Some(COMMIT) && !(is_commit && IN_COMMIT.contains(&id));
    arg.is_global_set() || is_message || FOLDED.contains(&id)
}
