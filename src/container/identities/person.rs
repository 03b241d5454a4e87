//! Prompts on behalf of age and its plugins.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use age::secrecy::SecretString;

/// Prompts on the terminal itself, not on stdout or stderr, and only if stdin is a terminal.
#[derive(Debug, Clone, Copy)]
pub(in crate::container) struct Person;

impl Person {
    pub(in crate::container) fn is_there() -> bool {
        io::stdin().is_terminal()
    }

    /// The terminal, after printing `message` on it.
    fn terminal(message: &str) -> Option<File> {
        let mut terminal =
            OpenOptions::new().read(true).write(true).open("/dev/tty").ok().filter(|_| Self::is_there())?;
        // A plugin's message must not contain control characters.
        let message: String = message.chars().filter(|next| !next.is_control()).collect();
        terminal.write_all(message.as_bytes()).ok()?;
        Some(terminal)
    }

    fn line(message: &str) -> Option<String> {
        let mut line = String::new();
        BufReader::new(Self::terminal(message)?).read_line(&mut line).ok()?;
        Some(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

impl age::Callbacks for Person {
    fn display_message(&self, message: &str) {
        if let Some(mut terminal) = Self::terminal(message) {
            // Continue even if the message cannot be printed.
            drop(terminal.write_all(b"\n"));
        }
    }

    fn confirm(&self, message: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        let no = no.map(|no| format!(", [n] {no}")).unwrap_or_default();
        Self::line(&format!("{message} ([y] {yes}{no}) ")).map(|answer| answer.eq_ignore_ascii_case("y"))
    }

    fn request_public_string(&self, description: &str) -> Option<String> {
        Self::line(&format!("{description}: "))
    }

    fn request_passphrase(&self, description: &str) -> Option<SecretString> {
        if !Self::is_there() {
            return None;
        }
        let description: String = description.chars().filter(|next| !next.is_control()).collect();
        let answer = super::ask_secret(&format!("{description}: ")).ok()?;
        Some(SecretString::from(answer.as_str()))
    }
}
