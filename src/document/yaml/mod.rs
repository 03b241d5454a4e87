//! YAML (and JSON as its subset): the parser's events become an arena with byte ranges, and edits become splices.
//!
//! # How an edit works
//! `reader` turns the parser's events into an arena; for simple texts, `quick` builds it directly. Each node has its
//! bytes, the start of its entry (dash or key), the end of the indicator before it, and the end of its anchor and tag.
//! `scalar` interprets plain scalars, `meaning` resolves aliases and merge keys, `tree` finds places and the comment
//! lines that belong to them, and `manner` detects how the file is written (indentation, lists, line ends, JSON).
//!
//! `editing` turns one edit into a `Rewrite`: a few splices, and the one entry of the tree that they touch. `block` and
//! `flow` handle the two styles of collections, `write` turns values into text, `transfer` moves and copies the text of
//! a value (`carried`), and `absorb` prevents block scalars from absorbing the text below. The splices are applied, later
//! places are shifted, and only the changed entry is parsed again (`graft`): a patch of many operations parses the
//! document twice, at its start and at its end, instead of once per operation. At the end `confirm` compares the
//! parser's events of the new text with the intended value.
//!
//! # The tree
//! For `clients:\n  - id: a  # one\n` the arena contains a map, the key `clients`, a list, a map, the key `id`, and `a`.
//! Each node knows four places: the start of its entry (an item's dash, the key `id`), the end of the indicator before
//! it (`-`, `:`), the end of its anchor and tag, and its own bytes. Comments and blank lines are not nodes but the text
//! in between, and the policy decides which entry they belong to. A node never contains the text of another, so a splice
//! only shifts the places after it.
//!
//! # The policy
//! Everything that an edit does not concern is preserved byte for byte. Beyond that:
//!
//! - A scalar keeps its quotes as long as they can hold the new value. A plain one gets single quotes if a reader of
//!   YAML 1.2 or 1.1 would take it for another type, and double quotes for control characters. Several lines become a
//!   literal block (`|`), or an escaped string in flow style.
//! - New collections are written with the file's own indentation and list style; flow style stays flow, with its spacing,
//!   and JSON stays JSON.
//! - A new entry is added at the end of its collection: after the comment lines directly below that are at least at its
//!   column and deeper than what follows; before every other comment and blank line.
//! - The comment lines directly above an entry in its own column are removed and moved with it, and new entries are
//!   inserted above them. Of two blank separations around a removed entry one stays. Removing the only entry leaves `[]`
//!   or `{}`.
//! - `move` keeps the text (quotes, comments), re-indented; `copy` copies the value's text, without its anchor.
//! - Line ends, a missing final one, the byte order mark, `---`, and `...` are preserved.
//! - Refused: a path through an alias or a merge key, a token that matches two keys, removing what an alias repeats,
//!   duplicate keys, several documents.
//!
//! `tests/data/yaml-edits` contains hundreds of edits with their results.
//!
//! # Why the result can be trusted
//! Each edit is also applied to the value (`apply`). At the end the text is parsed again and compared with that value; if
//! they differ, nothing is written. Of a large text only the entries that were touched are parsed again, with the ones
//! beside them: the rest is byte for byte what was parsed before (`seams`). For a document with aliases, this compares the
//! value as it is written (an alias is an alias there, not what it repeats), and each alias must repeat the same node as
//! before (`shared`, `aliases`).

mod absorb;
mod aliases;
mod arena;
mod block;
mod block_scalar;
mod blocks;
mod carried;
mod comments;
mod confirm;
mod del_character;
mod documents;
mod duplicates;
mod editing;
mod events;
mod flow;
mod graft;
mod json;
mod layout;
mod lines;
mod manner;
mod meaning;
mod model;
mod notation;
pub mod outline;
mod over;
mod piece;
mod quick;
mod read_back;
mod reader;
mod refusal;
mod scalar;
mod seams;
mod shared;
mod splice;
#[cfg(test)]
mod tests;
mod text;
mod transfer;
mod tree;
mod write;

pub use self::json::has_json_comments;
pub use self::notation::Notation;
pub use self::outline::{Nodes, Outline};

use self::text::YamlText;
use super::content::Content;
use super::engine::{Engine, FormatInfo, Paths};
use crate::error::Result;

pub(super) static YAML: FormatInfo = FormatInfo {
    name: "yaml",
    help: "YAML 1.2",
    extension: "yaml",
    is_named: |_, word| matches!(word, Some("yaml" | "yml")),
    text_only: false,
    paths: Paths::Steps,
    comments: &['#'],
    anchors: true,
    parse: |content| Ok(Box::new(YamlText::parse(content.shared()?, false)?)),
};
/// JSON is parsed as YAML, of which it is a subset, and written in its own notation.
pub(super) static JSON: FormatInfo = FormatInfo {
    name: "json",
    help: "JSON",
    extension: "json",
    is_named: |_, word| word == Some("json"),
    text_only: false,
    paths: Paths::Steps,
    comments: &[],
    anchors: true,
    parse: |content| Ok(Box::new(YamlText::parse(content.shared()?, true)?)),
};

/// A text whose nodes are known.
///
/// # Errors
/// As those of parsing it.
pub(super) fn with_nodes(content: Content<'_>, nodes: Nodes, is_json: bool) -> Result<Box<dyn Engine>> {
    Ok(Box::new(YamlText::with_nodes(content.shared()?, nodes, is_json)?))
}
