//! The writer for stdout and stderr, which only accepts `Shown`.

use std::io::{self, IsTerminal, Write};

use anstyle::Style;

use super::mode::{Color, Mode};
use crate::error::{Error, Result};
use crate::memory::{Buffer, Zeroizing};
use crate::shown::{Json, Printable, Shown};

/// Everything printed goes through this.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    mode: Mode,
    color: Color,
    quiet: bool,
    verbose: bool,
    filter: bool,
}

impl Output {
    pub fn new(mode: Mode, color: Color, quiet: bool, verbose: bool) -> Self {
        Self { mode, color, quiet, verbose, filter: false }
    }

    /// Text or JSON.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.mode == Mode::Json
    }

    /// From now on stdout holds only the edited document, and reports go to stderr.
    pub fn become_filter(&mut self) {
        self.filter = true;
    }

    /// Whether stdout should be coloured.
    pub fn colors_stdout(&self) -> bool {
        self.colors(io::stdout().is_terminal())
    }

    /// Whether stderr should be coloured.
    pub fn colors_stderr(&self) -> bool {
        self.colors(io::stderr().is_terminal())
    }

    fn colors(self, terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// The number of characters on a line of stdout: the terminal's width, or 80.
    pub fn width(&self) -> usize {
        super::width::of_stdout().unwrap_or(super::width::USUAL)
    }

    /// The width of the terminal that stdout is; `None` if it is not one.
    pub fn terminal_width(&self) -> Option<usize> {
        super::width::of_stdout()
    }

    /// Whether a person is watching, for prompts and progress bars.
    pub fn is_interactive() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Whether stdout is read by a person, not by a program.
    pub fn is_terminal() -> bool {
        io::stdout().is_terminal()
    }

    /// Tells the user that the program reads from the terminal, and how to finish.
    pub fn announce_input(what: &'static str) {
        if Self::is_interactive() {
            // Continue if it cannot be printed.
            drop(to_stderr(&format!("type or paste {what}, then press Ctrl-D")));
        }
    }

    /// Whether remarks are suppressed.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The text in a style, if stdout is coloured.
    #[expect(clippy::disallowed_methods, reason = "colors around text that was escaped before")]
    pub fn styled(&self, text: &Shown, style: Style) -> Shown {
        match self.colors_stdout() && !text.is_empty() {
            true => Shown::exact(format!("{style}{text}{style:#}")),
            false => text.clone(),
        }
    }

    /// Prints a result to stdout (in a filter to stderr), with a final line feed.
    pub fn result(&self, text: &Shown) -> Result<()> {
        self.lines(text.as_str())
    }

    fn lines(self, text: &str) -> Result<()> {
        if text.is_empty() || text.ends_with('\n') {
            self.write(text.as_bytes())
        } else {
            self.write(&line(text, "\n"))
        }
    }

    /// Prints a diff, coloured by its signs.
    pub fn diff(&self, text: &Shown) -> Result<()> {
        self.painted(text.as_str(), super::paint::diff)
    }

    /// Prints a report, with its headings and signed lines coloured; on a terminal each line is cut to the width.
    pub fn signed_listing(&self, text: &Shown) -> Result<()> {
        match super::width::of_stdout().filter(|_| !self.filter) {
            Some(width) => self.painted(&super::width::cut(text.as_str(), width), super::paint::report),
            None => self.painted(text.as_str(), super::paint::report),
        }
    }

    /// Prints a report with a coloured heading; on a terminal its lines are wrapped.
    pub fn headed(&self, text: &Shown) -> Result<()> {
        self.painted(&self.wrapped(text.as_str(), super::wrap::wrap), super::paint::report)
    }

    /// Prints sentences to stdout; on a terminal they are wrapped between words.
    #[expect(clippy::disallowed_methods, reason = "only line feeds and spaces in text that was escaped before")]
    pub fn prose(&self, text: &Shown) -> Result<()> {
        self.result(&Shown::exact(self.wrapped(text.as_str(), super::wrap::wrap)))
    }

    /// Prints findings; on a terminal their sentences are wrapped between words, and their excerpts are cut.
    #[expect(clippy::disallowed_methods, reason = "only line feeds and spaces in text that was escaped before")]
    pub fn findings(&self, text: &Shown) -> Result<()> {
        self.result(&Shown::exact(self.wrapped(text.as_str(), super::wrap::findings)))
    }

    /// The text wrapped to the terminal, if it is printed to one.
    fn wrapped(self, text: &str, wrap: fn(&str, usize) -> String) -> String {
        let width = if self.filter { super::width::of_stderr() } else { super::width::of_stdout() };
        width.map_or_else(|| text.to_owned(), |width| wrap(text, width))
    }

    /// Prints a redacted document, with its hidden parts dimmed.
    pub fn redacted(&self, text: &Shown) -> Result<()> {
        self.painted(text.as_str(), super::paint::redacted)
    }

    #[expect(clippy::disallowed_methods, reason = "colors around text that was escaped before")]
    fn painted(self, text: &str, paint: fn(&str) -> String) -> Result<()> {
        if self.colors_stdout() { self.result(&Shown::exact(paint(text))) } else { self.lines(text) }
    }

    /// Prints a list or table; on a terminal each line is cut to the width.
    #[expect(clippy::disallowed_methods, reason = "colors around text that was escaped before")]
    pub fn listing(&self, text: &Shown) -> Result<()> {
        match super::width::of_stdout().filter(|_| !self.filter) {
            Some(width) => self.result(&Shown::exact(super::width::cut(text.as_str(), width))),
            None => self.result(text),
        }
    }

    /// Prints a report of what was done, unless `--quiet` is set.
    pub fn report(&self, text: &Shown) -> Result<()> {
        if self.quiet { Ok(()) } else { self.diff(text) }
    }

    /// Prints a diff that may be long: on a terminal through the user's pager, like git. Revealed secrets never go to a
    /// pager, since pagers keep files and histories.
    pub fn long_diff(&self, text: &Shown, revealed: bool) -> Result<()> {
        let painted =
            || if self.colors_stdout() { super::paint::diff(text.as_str()) } else { text.as_str().to_owned() };
        if !revealed && !self.quiet && super::pager::page(&(painted() + "\n")) {
            return Ok(());
        }
        self.diff(text)
    }

    /// Prints a result as one line of JSON.
    pub fn json(&self, value: &impl Printable) -> Result<()> {
        let mut text = Buffer::default();
        Json::of(value).write(&mut text).map_err(|error| Error::io("cannot write the output", &error))?;
        text.push(b"\n");
        self.write(text.as_slice())
    }

    /// Prints a remark to stderr, unless `--quiet` or JSON is requested.
    pub fn note(&self, text: &Shown) -> Result<()> {
        if self.quiet || self.is_json() { Ok(()) } else { sentences_to_stderr(text.as_str()) }
    }

    /// Prints findings that an edit introduces to stderr, as [`Output::note`] does.
    pub fn findings_note(&self, text: &Shown) -> Result<()> {
        match super::width::of_stderr() {
            _ if self.quiet || self.is_json() => Ok(()),
            Some(width) => to_stderr(&super::wrap::findings(text.as_str(), width)),
            None => to_stderr(text.as_str()),
        }
    }

    /// Prints a warning to stderr, even with `--quiet`; nothing in JSON mode, where stderr contains only errors.
    pub fn warn(&self, text: &Shown) -> Result<()> {
        if self.is_json() { Ok(()) } else { sentences_to_stderr(&format!("warning: {text}")) }
    }

    /// Prints a notice for programs in JSON mode, as a line of JSON on stderr.
    pub fn notice(&self, value: &Json) -> Result<()> {
        if !self.is_json() {
            return Ok(());
        }
        let mut text = Buffer::default();
        value.write(&mut text).map_err(|error| Error::io("cannot write the output", &error))?;
        text.push(b"\n");
        write_all(&mut io::stderr().lock(), text.as_slice())
    }

    /// Prints a line about a merge conflict to stderr, even with `--quiet`.
    pub fn conflict(&self, text: &Shown) -> Result<()> {
        sentences_to_stderr(text.as_str())
    }

    /// Prints a question on the terminal, without a line feed.
    pub fn prompt(&self, text: &Shown) -> Result<()> {
        write_all(&mut io::stderr().lock(), text.as_str().as_bytes())
    }

    /// Prints a detail for `--verbose` to stderr.
    pub fn detail(&self, text: &Shown) -> Result<()> {
        if self.verbose && !self.is_json() { to_stderr(text.as_str()) } else { Ok(()) }
    }

    /// Prints a decrypted value or document that the user asked for by name (`get`, `show --reveal`, the filter's
    /// result) to stdout, unescaped.
    pub fn revealed(&self, bytes: &[u8]) -> Result<()> {
        write_all(&mut io::stdout().lock(), bytes)
    }

    /// Prints a secret that the user asked to see, on a line of its own, to where reports go.
    pub fn revealed_aside(&self, bytes: &[u8]) -> Result<()> {
        self.write(bytes)?;
        self.write(b"\n")
    }

    /// Prints an error in the requested format.
    pub fn error(&self, error: &Error) {
        let text = super::error::render(error, self.mode, self.colors_stderr());
        // If stderr fails, there is nowhere left to report it.
        drop(if self.is_json() { to_stderr(&text) } else { sentences_to_stderr(&text) });
    }

    fn write(self, bytes: &[u8]) -> Result<()> {
        if self.filter {
            write_all(&mut io::stderr().lock(), bytes)
        } else {
            write_all(&mut io::stdout().lock(), bytes)
        }
    }
}

/// Prints sentences; on a terminal they are wrapped between words.
fn sentences_to_stderr(text: &str) -> Result<()> {
    match super::width::of_stderr() {
        Some(width) => to_stderr(&super::wrap::wrap(text, width)),
        None => to_stderr(text),
    }
}

fn to_stderr(text: &str) -> Result<()> {
    let line_end = if text.ends_with('\n') { "" } else { "\n" };
    write_all(&mut io::stderr().lock(), &line(text, line_end))
}

/// The text in one piece, so that it is written at once.
fn line(text: &str, line_end: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([text.as_bytes(), line_end.as_bytes()].concat())
}

/// Writes and flushes; a reader that closed the pipe (`| head`) is not an error.
fn write_all(writer: &mut dyn Write, bytes: &[u8]) -> Result<()> {
    match writer.write_all(bytes).and_then(|()| writer.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| Error::io("cannot write the output", &error)),
    }
}
