//! Runs a command line of this program, and reads its JSON.

use std::env;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::thread;

use serde_json::Value;

use crate::app::options::Global;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Zeroizing;
use crate::output;
use crate::process;
use crate::shown;

/// The result of a call: the command's JSON, or its error.
pub(super) type CallResult = Result<Value, Value>;

/// An error as a command prints it with `--output json`.
pub(super) fn refused(error: &Error) -> Value {
    output::error_document(error).as_value().clone()
}

/// A command line. Secrets are never part of it, but passed on stdin.
#[derive(Debug)]
pub(super) struct Invocation {
    words: Vec<String>,
    positionals: Vec<String>,
    stdin: Option<Zeroizing<Vec<u8>>>,
}

impl Invocation {
    /// A command without arguments; its words are separated by spaces.
    pub(super) fn new(command: &str) -> Self {
        Self { words: command.split_whitespace().map(str::to_owned).collect(), positionals: Vec::new(), stdin: None }
    }

    /// Adds `--name=value`, which no value can turn into another option.
    pub(super) fn option(mut self, name: &str, value: Option<&str>) -> Self {
        self.words.extend(value.map(|value| format!("--{name}={value}")));
        self
    }

    /// Adds the option once for each value.
    pub(super) fn options<'v>(self, name: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        values.into_iter().fold(self, |line, value| line.option(name, Some(value)))
    }

    /// Adds `--name`.
    pub(super) fn flag(mut self, name: &str, given: bool) -> Self {
        self.words.extend(given.then(|| format!("--{name}")));
        self
    }

    /// Adds a word before `--`, for the command that treats words after it differently.
    pub(super) fn word(mut self, word: Option<&str>) -> Self {
        self.words.extend(word.map(str::to_owned));
        self
    }

    /// Adds words after `--`, where nothing is an option.
    pub(super) fn positionals<'v>(mut self, values: impl IntoIterator<Item = &'v str>) -> Self {
        self.positionals.extend(values.into_iter().map(str::to_owned));
        self
    }

    pub(super) fn stdin(mut self, bytes: Vec<u8>) -> Self {
        self.stdin = Some(Zeroizing::new(bytes));
        self
    }

    fn arguments(&self) -> impl Iterator<Item = &str> {
        let end = (!self.positionals.is_empty()).then_some("--");
        self.words.iter().map(String::as_str).chain(end).chain(self.positionals.iter().map(String::as_str))
    }
}

/// This program, with the global options that the server was started with.
#[derive(Debug)]
pub(super) struct Program {
    path: PathBuf,
    global: Vec<OsString>,
}

impl Program {
    /// Finds the running program.
    ///
    /// # Errors
    /// `io` if the system does not report its path.
    pub(super) fn new(global: &Global) -> Result<Self> {
        let path = env::current_exe().map_err(|error| Error::io("cannot find the program itself", &error))?;
        let mut words: Vec<OsString> = ["--output=json", "--color=never"].map(OsString::from).into();
        let files = [("--rules", global.rules.as_ref()), ("--settings", global.settings.as_ref())];
        let files = files.into_iter().filter_map(|(option, file)| Some((option, file?)));
        let identities = global.identities.iter().map(|file| ("--identity", file));
        for (option, file) in files.chain(identities) {
            words.extend([OsString::from(option), file.clone().into_os_string()]);
        }
        Ok(Self { path, global: words })
    }

    /// Runs the command line. A finding or a difference (exit 1) is a result.
    pub(super) fn run(&self, invocation: &Invocation) -> CallResult {
        let output = self.output(invocation).map_err(|error| refused(&Error::io("cannot run agepatch", &error)))?;
        if let (Some(0 | 1), Ok(result)) = (output.status.code(), serde_json::from_slice(&output.stdout)) {
            return Ok(result);
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let error = text.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        Err(error.into_iter().find(|line| line.get("error").is_some()).unwrap_or_else(|| {
            let what = shown!("agepatch ended with {} and without a result", output.status);
            refused(&Error::new(ErrorKind::Io, what).hint("run the same command in a terminal"))
        }))
    }

    fn output(&self, invocation: &Invocation) -> std::io::Result<Output> {
        let mut command = process::program(&self.path);
        command.args(&self.global).args(invocation.arguments());
        // Makes the commands refuse to reveal secrets, whatever a call or a setting requests.
        command.env("AGEPATCH_REVEAL", "never");
        // stdin and stdout of the server belong to the protocol.
        let stdin = if invocation.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut child = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        thread::scope(|scope| {
            if let (Some(mut pipe), Some(bytes)) = (child.stdin.take(), &invocation.stdin) {
                // A command that fails before it reads its input reports its own error.
                scope.spawn(move || drop(pipe.write_all(bytes)));
            }
            child.wait_with_output()
        })
    }
}
