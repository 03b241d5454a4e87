//! The messages between agepatch and a plugin.

use std::env;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use age::Callbacks;
use age::secrecy::ExposeSecret;
use age_core::format::{Stanza, read};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use zeroize::Zeroize;

use crate::memory::Zeroizing;

use super::Plugin;
use crate::container::identities::Person;
use crate::process;

/// How long a plugin may take without a terminal: twice as long as a hardware key waits for a touch.
const PLUGIN_TIMEOUT: Duration = Duration::from_secs(30);
/// The variable that overrides this number of seconds.
const SECONDS: &str = "AGEPATCH_PLUGIN_SECONDS";
/// The time after which the user is shown which plugin is being waited for.
const SLOW: Duration = Duration::from_secs(5);
/// The maximum length of a line in a stanza's body.
const COLUMNS: usize = 64;
/// The maximum length of an answer.
const LONGEST: usize = 1 << 20;

/// A running plugin, which is stopped when this is dropped.
pub(super) struct Conversation<'a> {
    plugin: &'a Plugin,
    child: Option<Child>,
    /// Whether it has finished its part.
    done: bool,
    /// Whether a user is present: then there is no timeout, and the plugin may use the terminal.
    attended: bool,
    deadline: Instant,
    says: Sender<Zeroizing<Vec<u8>>>,
    hears: Receiver<io::Result<Zeroizing<Vec<u8>>>>,
    /// Bytes received but not parsed yet.
    buffer: Zeroizing<Vec<u8>>,
    /// An empty working folder; dropped last.
    _folder: TempDir,
}

impl<'a> Conversation<'a> {
    /// Starts the plugin for one of its two tasks.
    ///
    /// # Errors
    /// If it cannot be started, or timed out before.
    pub(super) fn start(plugin: &'a Plugin, task: &str) -> io::Result<Self> {
        if plugin.silent.load(Ordering::Relaxed) {
            return Err(given_up(plugin));
        }
        let attended = Person::is_there();
        let folder = tempfile::tempdir()?;
        let mut command = process::program(&plugin.path);
        command.arg(format!("--age-plugin={task}")).current_dir(folder.path());
        let debugged = env::var_os("AGEDEBUG").is_some_and(|value| value == "plugin");
        let errors = if debugged { Stdio::inherit() } else { Stdio::null() };
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        if !attended {
            // A process group of its own, to stop everything that the plugin started. At a terminal it could then not
            // ask for a PIN.
            command.process_group(0);
        }
        let mut child = command.spawn()?;
        let (says, orders) = mpsc::channel::<Zeroizing<Vec<u8>>>();
        let (answers, hears) = mpsc::sync_channel(1);
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        // Writing and reading happen in these two threads, so that a plugin that does neither blocks nothing else.
        thread::spawn(move || {
            let Some(mut stdin) = stdin else { return };
            while let Ok(text) = orders.recv() {
                if stdin.write_all(&text).and_then(|()| stdin.flush()).is_err() {
                    break;
                }
            }
        });
        thread::spawn(move || {
            let Some(mut stdout) = stdout else { return };
            let mut chunk = Zeroizing::new([0_u8; 4096]);
            loop {
                let read = stdout.read(&mut *chunk).map(|length| Zeroizing::new(chunk[..length].to_vec()));
                let last = read.as_ref().map_or(true, |read| read.is_empty());
                if answers.send(read).is_err() || last {
                    break;
                }
            }
        });
        let deadline = Instant::now() + patience();
        let buffer = Zeroizing::new(Vec::with_capacity(LONGEST));
        Ok(Self { plugin, child: Some(child), done: false, attended, deadline, says, hears, buffer, _folder: folder })
    }

    pub(super) fn say(&self, tag: &str, arguments: &[&str], body: &[u8]) {
        let encoded = Zeroizing::new(STANDARD_NO_PAD.encode(body));
        let lines = encoded.len() / COLUMNS + 1;
        let head: usize = arguments.iter().map(|argument| argument.len() + 1).sum();
        // Reserved, so that growing leaves no copies of a key behind.
        let mut text = Zeroizing::new(Vec::with_capacity(tag.len() + head + encoded.len() + lines + 4));
        text.extend_from_slice(b"-> ");
        text.extend_from_slice(tag.as_bytes());
        for argument in arguments {
            text.push(b' ');
            text.extend_from_slice(argument.as_bytes());
        }
        text.push(b'\n');
        for line in encoded.as_bytes().chunks(COLUMNS) {
            text.extend_from_slice(line);
            text.push(b'\n');
        }
        // The last line must be shorter than a full one.
        if encoded.len().is_multiple_of(COLUMNS) {
            text.push(b'\n');
        }
        // If the plugin has exited, reading its answer reports that.
        drop(self.says.send(text));
    }

    /// Reads the plugin's messages until it is done. `answer` handles the stanzas of this task; requests to the user
    /// are handled here.
    ///
    /// # Errors
    /// If it exits early, violates the protocol, or times out.
    pub(super) fn hear(&mut self, mut answer: impl FnMut(&mut Stanza) -> Reply) -> io::Result<()> {
        self.say("done", &[], &[]);
        loop {
            let mut stanza = self.next()?;
            if stanza.tag == "done" {
                self.done = true;
                return Ok(());
            }
            let reply = match answer(&mut stanza) {
                Reply::Unsupported => ask(&stanza),
                reply => reply,
            };
            stanza.body.zeroize();
            match reply {
                Reply::Ok => self.say("ok", &[], &[]),
                Reply::Word(word) => self.say("ok", &[word], &[]),
                Reply::Text(text) => self.say("ok", &[], text.as_bytes()),
                Reply::Fail => self.say("fail", &[], &[]),
                Reply::Unsupported => self.say("unsupported", &[], &[]),
            }
        }
    }

    fn next(&mut self) -> io::Result<Stanza> {
        loop {
            match read::age_stanza(&self.buffer) {
                Ok((rest, stanza)) => {
                    let (stanza, used) = (Stanza::from(stanza), self.buffer.len() - rest.len());
                    let rest = Zeroizing::new(rest.to_vec());
                    self.buffer[..used].zeroize();
                    self.buffer.clear();
                    self.buffer.extend_from_slice(&rest);
                    return Ok(stanza);
                }
                Err(error) if error.is_incomplete() => {}
                Err(_) => return Err(self.protocol_error("violated the plugin protocol")),
            }
            let heard = self.wait()?;
            if heard.is_empty() {
                return Err(self.protocol_error("ended before it was done"));
            }
            if self.buffer.len() + heard.len() > LONGEST {
                return Err(self.protocol_error("sent an answer that is too long"));
            }
            self.buffer.extend_from_slice(&heard);
        }
    }

    /// The next bytes; empty if the plugin has exited.
    fn wait(&mut self) -> io::Result<Zeroizing<Vec<u8>>> {
        let mut patience = if self.attended { SLOW } else { self.deadline.saturating_duration_since(Instant::now()) };
        loop {
            match self.hears.recv_timeout(patience) {
                Ok(heard) => return heard,
                Err(RecvTimeoutError::Disconnected) => return Ok(Zeroizing::default()),
                Err(RecvTimeoutError::Timeout) if self.attended => {
                    Person.display_message(&format!(
                        "waiting for {}: does its key need a touch? (Ctrl-C ends it)",
                        self.plugin.name
                    ));
                    // Print it only once.
                    patience = Duration::from_hours(1);
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.plugin.silent.store(true, Ordering::Relaxed);
                    return Err(given_up(self.plugin));
                }
            }
        }
    }

    fn protocol_error(&self, what: &str) -> io::Error {
        io::Error::other(format!("{} {what}; AGEDEBUG=plugin shows what it writes to stderr", self.plugin.name))
    }
}

impl Drop for Conversation<'_> {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        if self.done {
            // It exits by itself when it is ready, since it may have to release a card.
            thread::spawn(move || drop(child.wait()));
            return;
        }
        // It may have exited already.
        match (self.attended, i32::try_from(child.id()).ok().and_then(Pid::from_raw)) {
            (false, Some(group)) => drop(kill_process_group(group, Signal::KILL)),
            _ => drop(child.kill()),
        }
        drop(child.wait());
    }
}

/// The reply to a plugin's message.
pub(super) enum Reply {
    Ok,
    /// Accepted, with this word.
    Word(&'static str),
    /// Accepted, with this text.
    Text(Zeroizing<String>),
    Fail,
    Unsupported,
}

/// Asks the user on behalf of a plugin.
fn ask(stanza: &Stanza) -> Reply {
    let message = String::from_utf8_lossy(&stanza.body);
    match stanza.tag.as_str() {
        "msg" => {
            Person.display_message(&message);
            Reply::Ok
        }
        "confirm" => {
            let words = stanza.args.iter().map(|word| STANDARD_NO_PAD.decode(word).ok());
            let words = words.map(|word| word.and_then(|word| String::from_utf8(word).ok())).collect::<Vec<_>>();
            let Some(Some(yes)) = words.first() else { return Reply::Fail };
            let no = words.get(1).and_then(Option::as_deref);
            let confirmed = Person.confirm(&message, yes, no);
            confirmed.map_or(Reply::Fail, |confirmed| Reply::Word(if confirmed { "yes" } else { "no" }))
        }
        "request-public" => {
            Person.request_public_string(&message).map_or(Reply::Fail, |text| Reply::Text(Zeroizing::new(text)))
        }
        "request-secret" => Person
            .request_passphrase(&message)
            .map_or(Reply::Fail, |secret| Reply::Text(Zeroizing::new(secret.expose_secret().to_owned()))),
        _ => Reply::Unsupported,
    }
}

/// The error message of a plugin.
pub(super) fn complaint(plugin: &Plugin, stanza: &Stanza) -> String {
    let message: String = String::from_utf8_lossy(&stanza.body).chars().filter(|next| !next.is_control()).collect();
    format!("{}: {message}", plugin.name)
}

fn patience() -> Duration {
    let set = env::var(SECONDS).ok().and_then(|text| text.parse().ok());
    set.map_or(PLUGIN_TIMEOUT, Duration::from_secs)
}

fn given_up(plugin: &Plugin) -> io::Error {
    let message = format!(
        "{} did not answer in {} s and was ended, since there is no terminal at which somebody could touch a key; \
         {SECONDS} gives it another time",
        plugin.name,
        patience().as_secs()
    );
    io::Error::new(io::ErrorKind::TimedOut, message)
}
