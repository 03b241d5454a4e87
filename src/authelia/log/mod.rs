//! Finds causes in log lines, which may be Authelia's text or JSON, with whatever a journal or a container adds.

mod entries;
mod known;
mod line;
mod pasted;
mod time;

use std::collections::HashMap;

use indexmap::IndexMap;

use super::cause::{Cause, Seen};
use entries::entries;
use known::{FieldPattern, KnownFailure};

/// The causes in the lines of a log, each once, in their order, with how often and when they occurred.
pub fn causes(log: &str) -> Vec<Cause> {
    let (lines, written): (Vec<String>, Vec<&str>) =
        entries(log).map(|(entry, written)| (line::message(&entry), written)).unzip();
    let clients = clients_by_request(&lines);
    let mut found: IndexMap<Cause, Seen> = IndexMap::new();
    for (line, written) in lines.iter().zip(written) {
        let Some(mut cause) = cause(line) else { continue };
        if cause.client.is_none() {
            cause.client = request(line).and_then(|request| clients.get(request)).map(|client| (*client).to_owned());
        }
        found.entry(cause).or_default().add(time::of(written));
    }
    found.into_iter().map(|(cause, seen)| Cause { seen, ..cause }).collect()
}

/// The names of all causes.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = known::all().map(|known| known.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn cause(line: &str) -> Option<Cause> {
    let known = known::all().find(|known| known.words.iter().all(|words| line.contains(words)))?;
    let captured = |pattern: FieldPattern| pattern.in_line(line).map(str::to_owned);
    Some(Cause {
        client: client(line).map(str::to_owned),
        option: option(known, line).map(str::to_owned),
        registered: captured(known.registered),
        requested: captured(known.requested),
        clue: captured(known.clue),
        ..known.cause()
    })
}

/// The cause of this name, found elsewhere than in a log.
pub(super) fn named(name: &str) -> Option<Cause> {
    known::all().find(|known| known.name == name).map(KnownFailure::cause)
}

impl KnownFailure {
    /// The cause, with only the details that are the same for every line.
    fn cause(&self) -> Cause {
        let always = |told: FieldPattern| match told {
            FieldPattern::Always(value) => Some(value.to_owned()),
            _ => None,
        };
        Cause {
            name: self.name,
            client: None,
            option: always(self.option),
            registered: None,
            requested: always(self.requested),
            clue: None,
            message: self.message,
            advice: self.advice,
            side: self.side,
            seen: Seen::default(),
        }
    }
}

/// The option, if it is a valid name.
fn option<'l>(known: &KnownFailure, line: &'l str) -> Option<&'l str> {
    known.option.in_line(line).filter(|option| option.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
}

impl FieldPattern {
    fn in_line(self, line: &str) -> Option<&str> {
        match self {
            Self::Nothing => None,
            Self::Always(value) => Some(value),
            Self::After(words) => words.iter().find_map(|words| after(line, words)),
        }
    }
}

/// The quoted text after `words`, in which `…` matches anything.
fn after<'l>(line: &'l str, words: &str) -> Option<&'l str> {
    let rest = words.split('…').try_fold(line, |rest, words| rest.split_once(words).map(|(_, rest)| rest))?;
    quoted(rest).filter(|value| !value.is_empty())
}

/// The text up to its closing quote, which is the one before the rest of the sentence. A value may contain quotes.
fn quoted(text: &str) -> Option<&str> {
    let ends = |rest: &str| rest.chars().next().is_none_or(|next| next.is_whitespace() || ".,;:)\"'".contains(next));
    text.char_indices()
        .find(|(at, quote)| matches!(quote, '\'' | '"') && ends(&text[at + 1..]))
        .map(|(at, _)| &text[..at])
}

/// The client that the line names; the last one, since a request's id comes before it.
fn client(line: &str) -> Option<&str> {
    const WORDS: &str = "lient with id '";
    if let Some(at) = line.rfind(WORDS) {
        return quoted(&line[at + WORDS.len()..]);
    }
    line.contains("client is using the public client type").then(|| after(line, "client type clients and the '"))?
}

/// The id of the request that the line is about.
fn request(line: &str) -> Option<&str> {
    quoted(line.split_once("Request with id '")?.1)
}

/// The clients by request: at log level `debug` Authelia names the client of each.
fn clients_by_request(lines: &[String]) -> HashMap<&str, &str> {
    lines.iter().filter_map(|line| Some((request(line)?, client(line)?))).collect()
}
