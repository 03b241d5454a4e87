//! The message of a commit as types, made from what changed. It holds public values only.

use std::fmt;

use super::subject;
use crate::diff::Change;
use crate::document::{Pointer, Value};
use crate::error::{Error, Kind, Result};
use crate::redact::Redactor;
use crate::schema::Schema;

/// The relations to tasks that there are.
const RELATIONS: [&str; 5] = ["Resolves", "Related", "Fixes", "Closes", "Part-of"];

/// How much of the values a message tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Those that are public.
    Values,
    /// Where something changed.
    Keys,
    /// Nothing but how much.
    None,
}

impl Detail {
    /// Reads `commit.detail` of agepatch.toml.
    ///
    /// # Errors
    /// `rules`, for another word.
    pub fn read(word: Option<&str>) -> Result<Self> {
        match word {
            None | Some("values") => Ok(Self::Values),
            Some("keys") => Ok(Self::Keys),
            Some("none") => Ok(Self::None),
            Some(other) => Err(unknown("commit.detail", other, "values, keys and none")),
        }
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Its values changed.
    Changed,
    /// Its comments or layout changed.
    Layout,
    /// It was encrypted anew.
    Equal,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It changed, and cannot be read.
    Unreadable,
}

/// What changed in one file.
#[derive(Debug)]
pub struct FileChange {
    /// Its name, as a person would say it.
    pub name: String,
    /// By which its values may be shown.
    pub schema: Schema,
    /// What became of it.
    pub content: Content,
    /// What changed in it.
    pub changes: Vec<Change>,
}

/// What the user wants of a message.
#[derive(Debug, Default)]
pub struct Request {
    /// The subject, instead of one made from the changes.
    pub subject: Option<String>,
    /// The type, instead of the one that follows from the changes.
    pub kind: Option<String>,
    /// The scope.
    pub scope: Option<String>,
    /// The tasks, as the repository spells them.
    pub tasks: Vec<String>,
    /// How the commit belongs to them.
    pub relation: Option<String>,
    /// Whether it is a breaking change.
    pub breaking: bool,
}

/// A conventional commit's message.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    /// `fix`
    pub kind: String,
    /// `cloud`
    pub scope: Option<String>,
    /// Whether a `!` stands before the colon.
    pub breaking: bool,
    /// What was done, imperative.
    pub subject: String,
    /// The lines of the body.
    pub body: Vec<String>,
    /// Token and value of each trailer.
    pub trailers: Vec<(String, String)>,
}

impl Message {
    /// The message for these files.
    ///
    /// # Errors
    /// `usage` for a type, scope or subject that no conventional commit has; `rules` for an unknown relation.
    pub fn new(files: &[FileChange], detail: Detail, request: Request) -> Result<Self> {
        let kind = request.kind.unwrap_or_else(|| subject::kind(files).to_owned());
        let word = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "():!".contains(c));
        if !word(&kind) || !request.scope.as_deref().is_none_or(word) {
            return Err(Error::new(Kind::Usage, "type and scope of a conventional commit are single words"));
        }
        let scope_length = request.scope.as_ref().map_or(0, |scope| scope.chars().count() + 2);
        let head = kind.chars().count() + scope_length + 2 + usize::from(request.breaking);
        let room = subject::LINE.saturating_sub(head).min(subject::LIMIT);
        let subject = match request.subject {
            Some(text) if text.trim().is_empty() || text.contains('\n') => {
                return Err(Error::new(Kind::Usage, "a commit's subject is one line"));
            }
            Some(text) => text,
            None => subject::of(files, detail, room),
        };
        let body = files.iter().flat_map(|file| lines(file, detail, files.len() > 1)).collect();
        let relation = relation(request.relation.as_deref())?;
        let mut trailers: Vec<_> = request.tasks.into_iter().map(|task| (relation.to_owned(), task)).collect();
        if request.breaking {
            trailers.push(("BREAKING-CHANGE".to_owned(), "what reads this file must be changed as well".to_owned()));
        }
        Ok(Self { kind, scope: request.scope, breaking: request.breaking, subject, body, trailers })
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        self.scope.iter().try_for_each(|scope| write!(f, "({scope})"))?;
        writeln!(f, "{}: {}", if self.breaking { "!" } else { "" }, self.subject)?;
        if !self.body.is_empty() {
            writeln!(f, "\n{}", self.body.join("\n"))?;
        }
        if !self.trailers.is_empty() {
            writeln!(f)?;
        }
        self.trailers.iter().try_for_each(|(token, value)| writeln!(f, "{token}: {value}"))
    }
}

fn relation(word: Option<&str>) -> Result<&'static str> {
    let Some(word) = word else { return Ok(RELATIONS[0]) };
    let same = |relation: &&&str| relation.eq_ignore_ascii_case(&word.replace(' ', "-"));
    let found = RELATIONS.iter().find(same).copied();
    found.ok_or_else(|| unknown("commit.relation", word, "Resolves, Related, Fixes, Closes and Part-of"))
}

fn unknown(key: &str, word: &str, known: &str) -> Error {
    Error::new(Kind::Rules, format!("agepatch.toml: `{key}` cannot be `{word}`")).hint(format!("there are {known}"))
}

fn lines(file: &FileChange, detail: Detail, with_name: bool) -> Vec<String> {
    if detail == Detail::None {
        return Vec::new();
    }
    let name = with_name.then(|| format!("{}:", file.name));
    let changes = file.changes.iter().map(|change| {
        let before = shown(file, change.from.as_ref().unwrap_or(&change.pointer), change.before.as_ref());
        let after = shown(file, &change.pointer, change.after.as_ref());
        let head = format!("- {} {}", change.kind.name(), change.path);
        match (before, after) {
            (Some(before), Some(after)) if detail == Detail::Values => format!("{head}: {before} -> {after}"),
            (Some(only), None) | (None, Some(only)) if detail == Detail::Values => format!("{head}: {only}"),
            _ => head,
        }
    });
    let what = match file.content {
        Content::Changed | Content::Added if !file.changes.is_empty() => None,
        Content::Changed => None,
        Content::Layout => Some("- only comments or layout changed"),
        Content::Equal => Some("- encrypted anew, the content is the same"),
        Content::Added => Some("- added"),
        Content::Removed => Some("- removed"),
        Content::Unreadable => Some("- changed (it could not be decrypted here)"),
    };
    name.into_iter().chain(changes).chain(what.map(str::to_owned)).collect()
}

/// The value in one short line, if it may be seen.
pub(super) fn shown(file: &FileChange, pointer: &Pointer, value: Option<&Value>) -> Option<String> {
    let text = Redactor::new(file.schema, false).text(pointer, value?)?;
    Some(text.to_string()).filter(|text| !text.contains('\n') && text.chars().count() <= 200 && !text.is_empty())
}
