//! A file to edit: found, read under its lock, decrypted, parsed.

use std::borrow::Cow;
use std::path::PathBuf;

use super::sources::FlowSources;
use super::{Draft, FILTER, Job, View, Work};
use crate::app::context::setting;
use crate::app::held::Held;
use crate::app::opening::{is_called_age, is_encrypted};
use crate::app::reading::unnamed;
use crate::app::{Context, recovery};
use crate::cli::EditOptions;
use crate::container::{Opened, Plaintext};
use crate::document::{self, Document, Format, Unread, Value};
use crate::error::{Error, Kind, Result};
use crate::schema::Schema;
use crate::workspace::Target;

/// A file to edit.
pub(super) struct Subject {
    /// The file; `None` for stdin.
    pub(super) target: Option<Target>,
    /// Its name for people.
    pub(super) name: String,
    /// As it was read; the lock is held as long as this lives.
    pub(super) held: Option<Held>,
    /// Its container, where that could be opened.
    pub(super) opened: Option<Opened>,
    /// Its content; `None` where it is to be replaced whole and cannot be read.
    pub(super) before: Option<Document>,
    /// How it is read.
    pub(super) format: Format,
    /// What is known of its kind.
    pub(super) schema: Schema,
    /// Whether the settings say so.
    pub(super) schema_is_set: bool,
    /// The format that the command line or the settings name.
    said: Option<Format>,
}

/// Opens the files of all jobs, each once, and gives what is to be done to each, in the order of the jobs.
pub(super) fn open<'a>(
    jobs: Vec<Job<'a>>,
    options: &EditOptions,
    context: &Context,
) -> Result<(Vec<Subject>, Vec<Vec<Work<'a>>>)> {
    if jobs.iter().any(|job| job.file == FILTER) {
        let subject = from_stdin(options, context)?;
        return Ok((vec![subject], vec![jobs.into_iter().map(|job| job.work).collect()]));
    }
    let (found, work) = find(jobs, context)?;
    if found.len() > 1 && (options.expect.is_some() || options.read.format.is_some()) {
        return Err(Error::new(Kind::Usage, "`--expect` and `--format` are about one file, and the patch has several"));
    }
    // Every run takes the locks in the same order, so that two runs cannot wait for each other.
    let mut places: Vec<usize> = (0..found.len()).collect();
    places.sort_by_key(|place| found[*place].target.place());
    let mut opened: Vec<Option<Subject>> = found.iter().map(|_| None).collect();
    for place in places {
        opened[place] = Some(found[place].open(options, context)?);
    }
    Ok((opened.into_iter().flatten().collect(), work))
}

/// A file that is meant, and what it must be good for.
struct Found {
    target: Target,
    creates: bool,
    /// Whether nothing has to be known of the old content.
    replaces: bool,
}

/// Which files are meant; two names of one file are one.
fn find<'a>(jobs: Vec<Job<'a>>, context: &Context) -> Result<(Vec<Found>, Vec<Vec<Work<'a>>>)> {
    let mut found: Vec<Found> = Vec::new();
    let mut work: Vec<Vec<Work<'a>>> = Vec::new();
    for job in jobs {
        let target = context.workspace.target(&job.file)?;
        let replaces = matches!(job.work, Work::Ready(Draft::Content(_)));
        // One file by two names, of which one may be a symbolic link, must be locked once only.
        if let Some(known) = found.iter().position(|known| known.target.place() == target.place()) {
            work[known].push(job.work);
            found[known].creates |= job.creates;
            found[known].replaces &= replaces;
        } else {
            work.push(vec![job.work]);
            found.push(Found { target, creates: job.creates, replaces });
        }
    }
    Ok((found, work))
}

impl Found {
    fn open(&self, options: &EditOptions, context: &Context) -> Result<Subject> {
        let name = self.target.display.clone();
        let named = |error: Error| error.in_file(&name);
        let held = self.held().map_err(named)?;
        recovery::report(held.recovered(), context)?;
        refuse_unexpected(options, &held).map_err(named)?;
        let opened = if held.exists() { self.open_container(&held, context).map_err(named)? } else { None };
        let empty = Plaintext::new(Vec::new());
        let text = opened.as_ref().map(|opened| &opened.text).or((!held.exists()).then_some(&empty));
        let settings = context.settings(&self.target)?;
        let old = text.map_or(&[][..], Plaintext::expose);
        let own = opened.as_ref().and_then(|opened| opened.format);
        let said = format(options, settings.format.as_deref(), &name)?.or(own);
        // What replaces the content names no place in it, so that only a certain format counts.
        let read = if self.replaces { document::read } else { document::read_guessed };
        let before = text.map(|text| read(&name, text.expose(), said)).transpose();
        let format = match &before {
            Ok(Some(document)) => document.format(),
            _ => said.unwrap_or_else(|| document::guess(&name, old)),
        };
        // A file that is replaced whole need not have been one that can be parsed.
        let before = if self.replaces { before.unwrap_or_default() } else { before.map_err(named)? };
        let mut subject = Subject::new(name.clone(), before, format, settings.schema.as_deref())?;
        subject.said = said;
        subject.held = Some(held);
        subject.opened = opened;
        subject.target = Some(self.target.clone());
        Ok(subject)
    }

    fn held(&self) -> Result<Held> {
        let path = &self.target.path;
        if path.exists() {
            let held = Held::read(&self.target)?;
            // An empty file is a damaged one: opening it says so.
            return if held.bytes().is_empty() || held.container().kind().is_encrypted() {
                Ok(held)
            } else {
                Err(plaintext(path))
            };
        }
        if self.creates || path.is_symlink() {
            return Held::absent(&self.target);
        }
        Err(Error::new(Kind::Io, "the file does not exist yet").hint("`agepatch set` and `agepatch write` make it"))
    }

    /// The container, opened; for a file that is replaced whole, `None` where it cannot be.
    fn open_container(&self, held: &Held, context: &Context) -> Result<Option<Opened>> {
        // What is replaced whole needs no identity, so nobody is asked for a passphrase.
        let opened = match self.replaces {
            true => context.keys().and_then(|keys| keys.silent().open(&self.target, held.bytes())),
            false => context.open(&self.target, held.bytes()),
        };
        match opened {
            Ok(opened) => Ok(Some(opened)),
            Err(error) if self.replaces && error.kind().exit_code() == Kind::NoIdentity.exit_code() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The editing commands never write plaintext, so they take none but from stdin.
fn plaintext(path: &std::path::Path) -> Error {
    if is_called_age(path) {
        return Error::new(Kind::Damaged, "this is no age file, whatever its name says").hint(
            "if it holds plaintext, encrypt it with `agepatch write FILE < plaintext`, after moving it out of the way",
        );
    }
    Error::new(Kind::Usage, "the file is not encrypted, and the editing commands write ciphertext only")
        .hint("as a filter: `agepatch set - PATH VALUE < FILE` reads the plaintext from stdin and writes it to stdout")
}

fn from_stdin(options: &EditOptions, context: &Context) -> Result<Subject> {
    let name = options.read.as_name.clone().unwrap_or_else(|| FILTER.to_owned());
    let text = context.stdin.take("the document")?;
    if is_encrypted(&Target::unnamed(), text.expose()) {
        return Err(Error::new(Kind::Usage, "stdin holds ciphertext, and `-` edits plaintext")
            .hint("name the encrypted file instead of `-`"));
    }
    let said = format(options, None, &name)?;
    let document = document::read_guessed(&name, text.expose(), said).map_err(|error| error.in_file(&name))?;
    let format = document.format();
    Ok(Subject { said, ..Subject::new(name, Some(document), format, None)? })
}

/// The hash is made only where it is asked for: of a large file it takes its time.
fn refuse_unexpected(options: &EditOptions, held: &Held) -> Result<()> {
    let Some(expected) = &options.expect else { return Ok(()) };
    if held.exists() && expected.eq_ignore_ascii_case(&held.sha256()) {
        return Ok(());
    }
    Err(Error::new(Kind::ChangedMeanwhile, "the file is not the one that `--expect` names")
        .hint("read it again with `agepatch show --output json`, and decide anew"))
}

/// The format that the command line says, else the settings; `None` where name and content tell it.
fn format(options: &EditOptions, word: Option<&str>, name: &str) -> Result<Option<Format>> {
    match options.read.format {
        Some(format) => Ok(Some(format)),
        None => setting(word, name),
    }
}

impl Subject {
    fn new(name: String, before: Option<Document>, format: Format, schema: Option<&str>) -> Result<Self> {
        let set = Schema::set(schema, &name)?;
        let guess = || before.as_ref().map_or(Schema::Unknown, |document| Schema::guess(&name, document.value()));
        let known = set.unwrap_or_else(guess);
        Ok(Self {
            target: None,
            name,
            held: None,
            opened: None,
            before,
            format,
            schema: known,
            schema_is_set: schema.is_some(),
            said: None,
        })
    }

    /// Names this file in an error.
    pub(super) fn named(&self, error: Error) -> Error {
        let shows_names = self.before.as_ref().is_none_or(|before| self.shows_names(before));
        unnamed(error, shows_names).in_file(&self.name)
    }

    fn shows_names(&self, document: &Document) -> bool {
        document::shows_names(&self.name, self.said, document)
    }

    /// The value of a version of the file, to be compared: one text where the names in it may not be printed.
    pub(super) fn comparable<'d>(&self, document: &'d Document) -> Cow<'d, Value> {
        match self.shows_names(document) {
            true => Cow::Borrowed(document.value()),
            false => Cow::Owned(Value::string(String::from_utf8_lossy(document.bytes()))),
        }
    }

    /// Whether the edit makes the file.
    pub(super) fn is_new(&self) -> bool {
        self.held.as_ref().is_some_and(|held| !held.exists())
    }

    /// Of the ciphertext that was read.
    pub(super) fn sha256(&self) -> Option<String> {
        self.held.as_ref().filter(|held| held.exists()).map(Held::sha256)
    }

    /// The file's place; `None` for stdin.
    pub(super) fn path(&self) -> Option<&PathBuf> {
        self.target.as_ref().map(|target| &target.path)
    }

    /// What is to be done to this file.
    pub(super) fn draft(&self, work: Work<'_>, context: &Context) -> Result<Draft> {
        match work {
            Work::Ready(draft) => Ok(draft),
            Work::Make(make) => make(&View { document: self.document()?, schema: self.schema }, context),
        }
    }

    fn document(&self) -> Result<&Document> {
        self.before
            .as_ref()
            .ok_or_else(|| Error::new(Kind::NoIdentity, "the file cannot be opened, so it cannot be edited"))
    }

    /// The new content.
    pub(super) fn edit(&self, drafts: &[Draft], sources: &mut FlowSources<'_>) -> Result<Unread> {
        let mut content: Option<Unread> = None;
        for draft in drafts {
            content = Some(match draft {
                Draft::Content(text) => Document::parse(text.expose(), self.format)?.into(),
                Draft::Patch(patch) => {
                    let mut session = match &content {
                        Some(unread) => unread.document().edit(),
                        None => self.document()?.edit(),
                    };
                    patch.apply(&mut session, sources)?;
                    session.unread()
                }
            });
        }
        content.ok_or_else(|| Error::new(Kind::Patch, "nothing is to be done"))
    }
}
