//! The message of a commit, generated from the changes. It contains only public values.

use std::fmt;

use super::detail::Detail;
use super::file_change::FileChange;
use super::given::Given;
use super::{body, one_line, subject, tasks, template, unknown_setting};
use crate::error::{Error, ErrorKind, Result};
use crate::shown::suspect::looks_random;
use crate::shown::visible::is_hidden;

/// The possible relations to tasks.
const RELATIONS: [&str; 5] = ["Resolves", "Related", "Fixes", "Closes", "Part-of"];

/// The user's wishes for a message.
#[derive(Debug, Default)]
pub(crate) struct MessageRequest {
    /// The user's message, instead of a generated subject.
    pub given: Option<Given>,
    /// The type, instead of one derived from the changes.
    pub kind: Option<String>,
    /// The scope.
    pub scope: Option<String>,
    /// Whether the scope was set for this commit, instead of coming from settings or history.
    pub scope_is_explicit: bool,
    /// The tasks, as the repository spells them.
    pub tasks: Vec<String>,
    /// How the commit relates to them.
    pub relation: Option<String>,
    /// Whether it is a breaking change.
    pub breaking: bool,
    /// `commit.template` of agepatch.toml.
    pub template: Option<String>,
}

/// The longest type of a commit.
const LONGEST_TYPE: usize = 20;

/// A conventional commit's message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// `fix`
    pub kind: String,
    /// `cloud`
    pub scope: Option<String>,
    /// Whether the header contains a `!`.
    pub breaking: bool,
    /// The description, in the imperative.
    pub subject: String,
    /// The lines of the body.
    pub body: Vec<String>,
    /// Token and value of each trailer.
    pub trailers: Vec<(String, String)>,
    /// The complete text, if a template generated it.
    pub text: Option<String>,
}

impl Message {
    /// The message for these files.
    ///
    /// # Errors
    /// `usage` for an invalid type, scope, or task; `rules` for an unknown relation or an invalid template.
    pub(crate) fn new(files: &[FileChange], detail: Detail, request: MessageRequest) -> Result<Self> {
        let given = request.given.unwrap_or_default();
        let kind = request.kind.or(given.kind).unwrap_or_else(|| subject::kind(files).to_owned());
        let scope = given.scope.filter(|_| !request.scope_is_explicit).or(request.scope);
        let breaking = request.breaking || given.breaking;
        let word = |text: &str| {
            !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || is_hidden(c) || "():!".contains(c))
        };
        if !word(&kind) || !scope.as_deref().is_none_or(word) {
            return Err(Error::new(ErrorKind::Usage, "type and scope of a conventional commit are single words")
                .hint("for example: --type fix --scope cloud -m 'correct the callback of Grafana'"));
        }
        // A variable of the shell may hold something else, and a commit is published.
        let explicit_scope = scope.as_deref().filter(|_| request.scope_is_explicit);
        if kind.len() > LONGEST_TYPE || looks_random(&kind) || explicit_scope.is_some_and(looks_random) {
            return Err(Error::new(ErrorKind::Usage, "this is not the type or scope of a commit")
                .hint("a type is like feat, fix, or chore; a scope names a part of the system"));
        }
        if request.tasks.iter().any(|task| !tasks::is_id(task)) {
            return Err(Error::new(ErrorKind::Usage, "a task is named by its ID")
                .hint("an ID is one word, such as task-118 or #118"));
        }
        let scope_length = scope.as_ref().map_or(0, |scope| scope.chars().count() + 2);
        let head = kind.chars().count() + scope_length + 2 + usize::from(breaking);
        let room = subject::LINE.saturating_sub(head).min(subject::LIMIT);
        let subject = match given.subject {
            text if text.is_empty() => subject::of(files, &kind, scope.as_deref(), detail, room),
            text => text,
        };
        let changes = body::of(files, &subject, scope.as_deref(), detail);
        let mut body = given.body;
        if !body.is_empty() && !changes.is_empty() {
            body.push(String::new());
        }
        body.extend(changes);
        let relation = relation(request.relation.as_deref())?;
        let mut trailers = given.trailers;
        for task in request.tasks {
            let known = |(token, value): &(String, String)| token.eq_ignore_ascii_case(relation) && *value == task;
            if !trailers.iter().any(known) {
                trailers.push((relation.to_owned(), task));
            }
        }
        let says_what_breaks =
            |line: &String| line.starts_with("BREAKING CHANGE: ") || line.starts_with("BREAKING-CHANGE: ");
        if breaking
            && !body.iter().any(says_what_breaks)
            && !trailers.iter().any(|(token, _)| token == "BREAKING-CHANGE")
        {
            trailers.push((
                "BREAKING-CHANGE".to_owned(),
                "programs that read this file must be changed as well".to_owned(),
            ));
        }
        let mut message = Self { kind, scope, breaking, subject, body, trailers, text: None };
        if let Some(template) = request.template {
            let names: Vec<String> = files.iter().map(|file| one_line::text(&file.name)).collect();
            message.text = Some(message.filled(&template, &names.join(", "))?);
        }
        Ok(message)
    }

    /// The header: `fix(cloud)!: correct it`
    pub(crate) fn header(&self) -> String {
        let scope = self.scope.iter().map(|scope| format!("({scope})")).collect::<String>();
        format!("{}{scope}{}: {}", self.kind, if self.breaking { "!" } else { "" }, self.subject)
    }

    fn filled(&self, text: &str, files: &str) -> Result<String> {
        let trailers: Vec<String> = self.trailers.iter().map(|(token, value)| format!("{token}: {value}")).collect();
        let trailers = trailers.join("\n");
        let scope = self.scope.as_deref().unwrap_or_default();
        let body = self.body.join("\n");
        // A requested task is named even if the template has no place for it.
        let text = if text.contains("{trailers}") { text.to_owned() } else { format!("{text}\n\n{{trailers}}") };
        template::fill(&text, [&self.header(), &self.kind, scope, &self.subject, &body, &trailers, files])
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = &self.text {
            return f.write_str(text);
        }
        writeln!(f, "{}", self.header())?;
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
    found.ok_or_else(|| unknown_setting("commit.relation", word, "Resolves, Related, Fixes, Closes and Part-of"))
}
