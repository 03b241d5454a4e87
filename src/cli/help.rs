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
/// The number of examples in the short help.
const EXAMPLES: usize = 3;

/// The command line's definition, with its help laid out.
pub fn command() -> Command {
    let command = super::definition();
    let text = groups(&command);
    let template = format!("{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{text}{{all-args}}{{after-help}}");
    // The groups replace clap's list of commands.
    let command = command.mut_subcommands(|command| command.hide(true));
    let command = command.mut_args(|arg| arg.hide_short_help(true)).help_template(template);
    command.override_usage("agepatch [OPTIONS] [COMMAND]")
}

/// The command line with all arguments, none of them only in `--help`: manual pages have one text.
pub(super) fn unfolded() -> Command {
    fn shown(command: Command) -> Command {
        command.mut_args(|arg| arg.hide_short_help(false)).mut_subcommands(shown)
    }
    let mut command = super::definition();
    command.build();
    shown(command)
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

/// The command with rare options and later examples only in `--help`, and so those below it.
pub(super) fn folded(command: Command) -> Command {
    let is_commit = command.get_name() == "commit";
    let command = command.mut_args(|arg| if is_folded(&arg, is_commit) { arg.hide_short_help(true) } else { arg });
    let Some(after) = command.get_after_help().map(ToString::to_string) else { return command.mut_subcommands(folded) };
    let short = first_examples(after.split("\n\n").next().unwrap_or_default());
    command.after_help(short).after_long_help(after).mut_subcommands(folded)
}

/// The first examples, each with the lines that continue it.
fn first_examples(text: &str) -> String {
    let mut kept = Vec::new();
    let mut count = 0;
    for line in text.lines() {
        count += usize::from(line.starts_with("  agepatch") || line.contains("| agepatch"));
        if count > EXAMPLES {
            break;
        }
        kept.push(line);
    }
    kept.join("\n")
}

fn is_folded(arg: &Arg, is_commit: bool) -> bool {
    let id = arg.get_id().as_str();
    let is_message = arg.get_help_heading() == Some(COMMIT) && !(is_commit && IN_COMMIT.contains(&id));
    arg.is_global_set() || is_message || FOLDED.contains(&id)
}

#[cfg(test)]
mod tests {
    use clap_complete::ArgValueCompleter;

    use super::*;

    /// Values that only the user can know.
    const FREE: [&str; 13] = [
        "as_name",
        "expect",
        "generate",
        "id",
        "issuer",
        "json_value",
        "message",
        "name",
        "options",
        "redirect_uris",
        "timeout",
        "url",
        "value",
    ];

    fn each(command: &Command, name: &str, look: &mut dyn FnMut(&Command, &str)) {
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            let name = format!("{name} {}", below.get_name());
            look(below, &name);
            each(below, &name, look);
        }
    }

    #[test]
    fn examples_and_explanations_fit_a_terminal() {
        let (mut count, mut wide) = (0, Vec::new());
        let mut definition = command();
        definition.build();
        each(&definition, "agepatch", &mut |command, name| {
            let text = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
            let lines = text.lines().inspect(|_| count += 1).filter(|line| line.chars().count() > 80);
            wide.extend(lines.map(|line| format!("{name}: {line}")));
        });
        assert!(wide.is_empty() && count > 100, "{count}: {wide:#?}");
    }

    #[test]
    fn every_value_is_completed_unless_only_the_user_knows_it() {
        let mut missing = Vec::new();
        let mut definition = super::super::definition();
        definition.build();
        each(&definition, "agepatch", &mut |command, name| {
            for arg in command.get_arguments().filter(|arg| arg.get_action().takes_values()) {
                let is_path = arg.get_value_parser().type_id() == clap::value_parser!(std::path::PathBuf).type_id();
                let is_hinted = arg.get_value_hint() != clap::ValueHint::Unknown;
                let completes = arg.get::<ArgValueCompleter>().is_some() || !arg.get_possible_values().is_empty();
                if !(is_path || is_hinted || completes || FREE.contains(&arg.get_id().as_str())) {
                    missing.push(format!("{name} {}", arg.get_id()));
                }
            }
        });
        assert!(missing.is_empty(), "{missing:#?}");
    }
}
