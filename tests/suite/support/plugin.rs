//! A plugin for age with its own key, as a shell script.

use crate::sandbox::Sandbox;

/// The public key of the plugin.
pub(crate) const RECIPIENT: &str = "age1fake1dphh2um9xlmsmm";
/// The identity that names it.
pub(crate) const IDENTITY: &str = "AGE-PLUGIN-FAKE-1DPHH2UM9CUXU5P";

/// A plugin that implements the protocol (age-plugin specification, version 1) and wraps a file key without encrypting
/// it. While `$HOME/out` exists it is silent, like an unplugged key.
pub(crate) const PLUGIN: &str = r#"#!/bin/sh
said() { printf -- '-> %s\n%s\n' "$1" "$2"; read -r _; read -r _; }
while IFS= read -r line; do
  case "$line" in
    "-> wrap-file-key"*) IFS= read -r key ;;
    "-> recipient-stanza "*" fake "*) index=$(echo "$line" | cut -d' ' -f3); IFS= read -r key ;;
    "-> done"*) IFS= read -r _; break ;;
    "-> "*) IFS= read -r _ ;;
  esac
done
case "$1" in
  *recipient-v1) said "recipient-stanza 0 fake house" "$key" ;;
  *) if [ -e "$HOME/out" ]; then said "error internal" "$(printf 'unplugged' | base64)"
     elif [ -n "$index" ]; then said "file-key $index" "$key"; fi ;;
esac
printf -- '-> done\n\n'
"#;

/// The program with these arguments, with `bin` in its home in `PATH`.
pub(crate) fn agepatch(sandbox: &Sandbox, arguments: &[&str]) -> assert_cmd::Command {
    let mut path = vec![sandbox.home().join("bin")];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut command = sandbox.agepatch(arguments);
    command.env("PATH", std::env::join_paths(path).expect("a path"));
    command
}
