//! Parses text into a tree with byte ranges, and edits it by splicing the text.
//!
//! A [`Document`] is the text as it was read and its value. A [`Session`] applies [`Edit`]s one after the other and
//! returns a new document whose text differs from the old one only where the edits require it.

mod apply;
mod certain;
mod collection;
mod comments;
mod content;
mod difference;
mod dotenv;
pub mod edit;
mod engine;
mod entries;
pub mod entry_span;
pub mod format;
pub(crate) mod go;
mod guess;
mod ini;
mod json;
pub mod line_index;
mod map_key;
pub mod matching;
pub mod nearest;
pub mod node;
pub mod path;
pub mod pointer;
mod quoted;
mod raw;
#[cfg(test)]
mod readings;
mod respell;
pub(crate) mod rewrite;
mod same_ends;
mod sequence;
pub mod session;
mod splice;
mod toml;
mod untouched;
pub mod value;
pub mod visitor;
pub mod yaml;

pub use apply::{apply as apply_to, no_list};
pub use content::Content;
pub(crate) use difference::Difference;
pub use edit::Edit;
pub use entry_span::EntrySpan;
pub use format::Format;
pub use guess::{guess, looks_faulty, read, read_guessed, read_new, shows_names};
pub use json::{json_text, to_json};
pub use line_index::LineIndex;
pub use node::Node;
pub use path::Path;
pub use pointer::Pointer;
pub(crate) use same_ends::same_ends;
pub(crate) use sequence::Sequence;
pub use session::{Document, ReadBack, Session, Unread};
pub use untouched::Untouched;
pub use value::{List, Map, MapKey, Number, Text, Value};
pub use visitor::Visitor;
pub use yaml::{Nodes, Notation, Outline, has_json_comments, outline};
