//! Generates the reference of all commands from the command line's definition.

use clap::{Arg, ArgAction, Command};

use crate::app::output_format;

const PREFACE: &str = "\
# Commands

Generated from the program's own definition, as are `agepatch help COMMAND` and the manual pages.

FILE is a path, a name in secrets.nix with or without `.age` (relative to the current folder first, then to
secrets.nix), or `FILE#PATH`, the document inside a string value. `-` is stdin: reading commands read plaintext from it,
editing commands filter it to stdout.

PATH is `a.b`, `a[0]`, `a[-1]`, `a[key=value]`, `a[value]` (the item whose client_id, key_id, id or name it is), or an RFC
6901 JSON Pointer such as `/a/0/b`.

Exit codes: 0 done; 1 errors, differences, or conflicts were found; 2 usage; 3 cannot decrypt or encrypt; 4 refused;
5 the patch or the path does not fit; 6 anything else. See [For programs](machines.md).
";

/// The reference as Markdown, with one section per command.
pub fn markdown() -> String {
    let mut command = super::definition();
    command.build();
    let mut text = PREFACE.to_owned();
    text += &format!("\n## Options of every command\n\n{}", table(command.get_arguments().filter(|arg| global(arg))));
    text += &format!(
        "\n## Without a command\n\n`agepatch` alone is `agepatch status`. The options of agenix work instead of a command:\n\n{}",
        table(command.get_arguments().filter(|arg| !global(arg)))
    );
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        section(below, "agepatch", &mut text);
    }
    text
}

fn section(command: &Command, above: &str, text: &mut String) {
    let name = format!("{above} {}", command.get_name());
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    *text += &format!("\n## {name}\n\n{about}.\n\n```text\n{usage}\n```\n");
    let own: Vec<&Arg> = command.get_arguments().filter(|arg| !global(arg)).collect();
    if !own.is_empty() {
        *text += &format!("\n{}", table(own.into_iter()));
    }
    if let Some(after) = command.get_after_long_help().or(command.get_after_help()) {
        *text += &format!("\n```text\n{after}\n```\n");
    }
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        section(below, &name, text);
    }
}

fn global(argument: &Arg) -> bool {
    output_format::is_text_or_json(argument)
        || argument.is_global_set()
        || matches!(argument.get_id().as_str(), "help" | "version")
}

fn table<'a>(arguments: impl Iterator<Item = &'a Arg>) -> String {
    let mut text = "| | |\n|---|---|\n".to_owned();
    for argument in arguments {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let choices: Vec<String> = match argument.get_action() {
            ArgAction::Set | ArgAction::Append => {
                argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect()
            }
            _ => Vec::new(),
        };
        let choices = if choices.is_empty() { String::new() } else { format!(": {}", choices.join(", ")) };
        let cell = format!("{}{choices}", help.trim_end_matches('.')).replace('|', "\\|").replace('\n', " ");
        text += &format!("| `{}` | {cell} |\n", spelled(argument).replace('|', "\\|"));
    }
    text
}

/// `-n, --dry-run`, `--expect <SHA256>`, `<FILE>`.
fn spelled(argument: &Arg) -> String {
    let plain = argument.to_string();
    match (argument.get_short(), argument.is_positional()) {
        (Some(short), false) => format!("-{short}, {plain}"),
        _ => plain,
    }
}
