//! Prompts for a secret at the terminal. Echo is turned off before the prompt appears, and restored afterwards, whether
//! the user answered or pressed Ctrl-C.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::thread;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::container::atomic::Signals;
use crate::memory::Zeroizing;

/// The terminal of this process, wherever stdin and stdout lead.
const TERMINAL: &str = "/dev/tty";
/// How often to check whether a line or a signal has arrived.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
const LONGEST: usize = 4096;

/// Prompts for one line, without echo.
///
/// # Errors
/// If there is no terminal, or the input ends before a line does.
pub fn ask_secret(prompt: &str) -> io::Result<Zeroizing<String>> {
    let signals = Signals::hold();
    let mut terminal = Silent::open()?;
    let answer = terminal.ask(prompt, || signals.arrived());
    // Restore the terminal before a signal ends the process.
    drop(terminal);
    signals.release();
    answer
}

/// A terminal with echo turned off, restored on drop.
struct Silent {
    file: File,
    before: Termios,
}

impl Silent {
    fn open() -> io::Result<Self> {
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = OpenOptions::new().read(true).write(true).custom_flags(flags.bits().cast_signed()).open(TERMINAL)?;
        let before = tcgetattr(&file)?;
        let silent = Self { file, before };
        silent.stop_echo()?;
        Ok(silent)
    }

    /// A shell that continues a stopped program may have turned echo on.
    fn stop_echo(&self) -> io::Result<()> {
        let mut modes = tcgetattr(&self.file)?;
        if modes.local_modes.contains(LocalModes::ECHO) {
            modes.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
            tcsetattr(&self.file, OptionalActions::Now, &modes)?;
        }
        Ok(())
    }

    fn ask(&mut self, prompt: &str, interrupted: impl Fn() -> bool) -> io::Result<Zeroizing<String>> {
        self.write(prompt)?;
        let mut answer = Zeroizing::new(Vec::with_capacity(LONGEST));
        let mut part = Zeroizing::new([0; LONGEST]);
        let end = loop {
            if interrupted() {
                break Err(io::Error::new(ErrorKind::Interrupted, "interrupted"));
            }
            match self.file.read(&mut part[..]) {
                Ok(0) => break Err(io::Error::new(ErrorKind::UnexpectedEof, "nothing was entered")),
                Ok(read) if answer.len() + read > LONGEST => {
                    break Err(io::Error::new(ErrorKind::InvalidData, "the answer is too long"));
                }
                Ok(read) => answer.extend_from_slice(&part[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    thread::sleep(POLL_INTERVAL);
                    self.stop_echo()?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
            if answer.ends_with(b"\n") {
                break Ok(());
            }
        };
        // The user's line end was not echoed either.
        self.write("\n")?;
        end?;
        let line = answer.strip_suffix(b"\n").unwrap_or(&answer);
        let text = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line));
        let text = text.map_err(|_| io::Error::new(ErrorKind::InvalidData, "the answer is not UTF-8 text"))?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            match self.file.write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(POLL_INTERVAL),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        // If the terminal is gone, there is nothing to restore.
        let _gone = tcsetattr(&self.file, OptionalActions::Now, &self.before);
    }
}
