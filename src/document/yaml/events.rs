//! The parser's events one by one, which a separate thread produces for a large text.

use std::ops::Range;
use std::sync::mpsc;
use std::thread;

use granit_parser::{Event, Options, Parser, ScanError, Span, StrInput};

use crate::error::{Error, ErrorKind, Result};

/// The size in bytes from which a text is parsed in a thread of its own, while this one builds nodes from the events.
const LARGE: usize = 1 << 18;

/// The number of events per batch, and the number of queued batches.
const BATCH: usize = 2048;
const WAITING: usize = 8;

type Next<'t> = std::result::Result<(Event<'t>, Span), ScanError>;

/// Without events for comments, of which the parser accepts only a limited number in a row; they are found in the text.
fn options() -> Options {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options
}

/// The parser of a complete text.
pub(super) fn parser(text: &str) -> Parser<'_, StrInput<'_>> {
    Parser::new_from_str_with_options(text, options())
}

/// Produces the events of a text.
pub(super) type Events<'e> = &'e dyn for<'t> Fn(&'t str, &mut dyn FnMut(Event<'t>, Span) -> Result<()>) -> Result<()>;

/// The bytes of an event, which the parser provides for every text in memory.
pub(super) fn bytes(span: Span) -> Range<usize> {
    span.byte_range().unwrap_or_default()
}

/// Passes each event of `text` to `take`, up to the first error.
///
/// # Errors
/// `syntax`, with line and column; errors of `take`.
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

/// Like [`each`], for a part of a text: an alias whose anchor is outside has no target.
///
/// # Errors
/// See [`each`].
pub(super) fn each_of_part<'t>(text: &'t str, take: &mut dyn FnMut(Event<'t>, Span) -> Result<()>) -> Result<()> {
    let mut options = options();
    options.emit_unresolved_aliases = true;
    Parser::new_from_str_with_options(text, options).try_for_each(|event| taken(event, take))
}

fn taken<'t>(event: Next<'t>, take: &mut dyn FnMut(Event<'t>, Span) -> Result<()>) -> Result<()> {
    let (event, span) = event.map_err(|error| syntax(&error))?;
    take(event, span)
}

/// Sends all events until an error, or until the receiver is gone.
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

/// The parser's own message may quote the text, so only the place is used.
fn syntax(error: &ScanError) -> Error {
    let marker = error.marker();
    Error::new(ErrorKind::Syntax, "the text is not valid YAML from here on")
        .at(marker.line(), marker.col() + 1)
        .hint("look for a tab in the indentation, an unclosed quote or bracket, or a missing colon")
}
