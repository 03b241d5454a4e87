//! The parser's events, one by one; of a large text from a thread that reads ahead.

use std::sync::mpsc;
use std::thread;

use granit_parser::{Event, Options, Parser, ScanError, Span, StrInput};

use crate::error::{Error, Kind, Result};

/// Texts of so many bytes and more are parsed in a thread of their own, while this one makes nodes of the events.
const LARGE: usize = 1 << 18;

/// How many events go to the other thread at once, and how many of such batches may wait there.
const BATCH: usize = 2048;
const WAITING: usize = 8;

type Next<'t> = std::result::Result<(Event<'t>, Span), ScanError>;

/// Without events for comments, of which the parser takes only so many in a row; they are looked for in the text.
fn options() -> Options {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options
}

/// The parser of a whole text.
pub(super) fn parser(text: &str) -> Parser<'_, StrInput<'_>> {
    Parser::new_from_str_with_options(text, options())
}

/// Gives each event of `text` to `take`, up to the first error.
///
/// # Errors
/// `syntax`, with line and column; those of `take`.
pub(super) fn each<'t>(text: &'t str, take: &mut dyn FnMut(Event<'t>, Span) -> Result<()>) -> Result<()> {
    if text.len() < LARGE {
        return parser(text).try_for_each(|event| taken(event, take));
    }
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        let ahead = thread::Builder::new().spawn_scoped(scope, move || send(text, &sender));
        if ahead.is_err() {
            return parser(text).try_for_each(|event| taken(event, take));
        }
        receiver.iter().flatten().try_for_each(|event| taken(event, take))
    })
}

/// As [`each`], for a part of a text: an alias whose anchor stands elsewhere in it comes as one without.
///
/// # Errors
/// As those of [`each`].
pub(super) fn each_of_part<'t>(text: &'t str, take: &mut dyn FnMut(Event<'t>, Span) -> Result<()>) -> Result<()> {
    let mut options = options();
    options.emit_unresolved_aliases = true;
    Parser::new_from_str_with_options(text, options).try_for_each(|event| taken(event, take))
}

fn taken<'t>(event: Next<'t>, take: &mut dyn FnMut(Event<'t>, Span) -> Result<()>) -> Result<()> {
    let (event, span) = event.map_err(|error| syntax(&error))?;
    take(event, span)
}

/// Sends all events, until one is an error or nobody takes them any more.
fn send<'t>(text: &'t str, to: &mpsc::SyncSender<Vec<Next<'t>>>) {
    let mut events = parser(text);
    loop {
        let batch: Vec<Next<'t>> = events.by_ref().take(BATCH).collect();
        let last = batch.len() < BATCH || batch.last().is_some_and(std::result::Result::is_err);
        if to.send(batch).is_err() || last {
            return;
        }
    }
}

/// The parser's own words may quote the text, so only the place is taken from it.
fn syntax(error: &ScanError) -> Error {
    let marker = error.marker();
    Error::new(Kind::Syntax, "the text is not valid YAML from here on")
        .at(marker.line(), marker.col() + 1)
        .hint("look for a tab in the indentation, an unclosed quote or bracket, or a missing colon")
}
