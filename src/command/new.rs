//! `agepatch new`: adds a rule to secrets.nix, and creates the file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::app::flow::{self, Creates, Draft, Job, Work};
use crate::app::options::EditOptions;
use crate::app::stdin::Stdin;
use crate::app::{Context, complete};
use crate::command::edit::{self, EditArgs};
use crate::container::Plaintext;
use crate::document::Format;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::patch;
use crate::rules::{NewRule, Rule, Rules};
use crate::shown;
use crate::shown::{FileName, RecipientName, Setting, Shown};
use crate::textfile;

/// `new`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch new grafana-env --like app-env
  agepatch new app-token --for alice,storage --generate --commit
  agepatch new wg0 < wg0.conf

The rule is added to secrets.nix in the style of the rules beside it, if that
can be done safely; otherwise the line to add is printed. The content is
generated, read from stdin, or written in your editor. If all files have the
same recipients, they are the default. In a repository with .sops.yaml the file
is created by its creation rules.")]
pub(crate) struct NewArgs {
    /// The name of the new file, with or without `.age`.
    pub(crate) name: String,
    /// Copy the recipients of another file.
    #[arg(long, value_name = "OTHER", add = complete::files(), conflicts_with = "recipients")]
    pub(crate) like: Option<String>,
    /// The recipients, by the names of their keys in the rules.
    #[arg(long = "for", value_name = "NAMES", value_delimiter = ',', add = complete::recipients())]
    pub(crate) recipients: Vec<String>,
    /// Generate a random content [default length: 72].
    #[arg(long, value_name = "LENGTH", num_args = 0..=1, default_missing_value = "72")]
    pub(crate) generate: Option<usize>,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Adds the rule, creates the file, and removes the rule again if that fails.
pub(crate) fn run(args: &NewArgs, context: &mut Context) -> Result<ExitCode> {
    let Some(rules) = context.workspace.rules_path().map(Path::to_owned) else {
        refuse_generated(args, &args.name)?;
        let text = initial_content(args, context)?;
        return create(args, &args.name, text, context);
    };
    let place = NewFile::of(&args.name, &rules, context)?;
    if place.path.exists() {
        return Err(Error::new(ErrorKind::Usage, "the file already exists")
            .in_file(FileName::shown(context.workspace.display(&place.path)))
            .hint("`agepatch edit FILE` edits it, `agepatch write FILE` replaces its content"));
    }
    let display = context.workspace.display(&place.path);
    refuse_generated(args, &place.name)?;
    if context.workspace.rules()?.files.contains_key(&place.name) {
        let text = initial_content(args, context)?;
        return create(args, &display, text, context);
    }
    let (before, after) = extended(args, &place, context)?;
    let added = added(&before, &after, &place.name);
    let head = FileName::shown(context.workspace.display(&rules));
    if args.options.dry_run {
        context.out.diff(&shown!("{} (dry run, nothing written)\n{}", head, added))?;
        let file = FileName::shown(display);
        context.out.note(&shown!("it would then create {}", file))?;
        return Ok(ExitCode::SUCCESS);
    }
    // Before the rules change, since it may be missing.
    let text = initial_content(args, context)?;
    replace(&rules, &after)?;
    let created = context.reloaded().and_then(|mut fresh| {
        if !context.out.is_json() {
            fresh.out.report(&shown!("{}\n{}", head.clone(), added))?;
        }
        create(args, &display, text, &mut fresh)
    });
    if created.is_err() && !place.path.exists() {
        replace(&rules, &before)?;
        context.out.note(&shown!("{} was restored", head))?;
    }
    created
}

/// The place of the new file.
struct NewFile {
    path: PathBuf,
    /// Its name in the rules.
    name: String,
}

impl NewFile {
    fn of(name: &str, rules: &Path, context: &Context) -> Result<Self> {
        let wrong = |message: &'static str, hint: &'static str| {
            Err(Error::new(ErrorKind::Usage, message).in_file(FileName::shown(name)).hint(hint))
        };
        if !is_file_name(name) {
            return wrong("this cannot be the name of a file", "a name is like app-env, or like apps/grafana-env");
        }
        if name.contains(['"', '\\', '$', '#']) || name.contains(char::is_control) {
            return wrong("the name has a character that secrets.nix would read as something else", "use another name");
        }
        let called = if Path::new(name).extension().is_some_and(|end| end == "age") {
            name.to_owned()
        } else {
            format!("{name}.age")
        };
        let folder = rules.parent().unwrap_or(Path::new("."));
        let here = context.workspace.current().join(&called);
        // A bare name refers to the folder of the rules, where the other files are.
        let path = if called.contains('/') { here } else { folder.join(&called) };
        let target = context.workspace.named(&path);
        let Ok(relative) = target.path.strip_prefix(context.workspace.named(folder).path) else {
            return wrong(
                "secrets.nix names only files in its own folder and below",
                "choose a place beside secrets.nix",
            );
        };
        let Some(relative) = relative.to_str().map(str::to_owned) else {
            return wrong("the name is not UTF-8", "use another name");
        };
        Ok(Self { path: target.path, name: relative })
    }
}

/// Whether the last part is a name, which options of other programs cannot be mistaken for.
fn is_file_name(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    let stem = last.strip_suffix(".age").unwrap_or(last);
    stem.contains(|letter: char| letter.is_alphanumeric()) && !last.starts_with('-')
}

/// The text of the rules, and the text with the new rule.
fn extended(args: &NewArgs, place: &NewFile, context: &Context) -> Result<(String, String)> {
    let rules = context.workspace.rules()?;
    let other = match &args.like {
        Some(other) => {
            let target = context.target(other)?;
            Some(context.workspace.rule_for(&target.path).ok_or_else(|| {
                Error::new(ErrorKind::Usage, "the rules do not list the file to copy from").in_file(target)
            })?)
        }
        None if args.recipients.is_empty() => Some(only_recipients(rules)?),
        None => None,
    };
    let new = match &other {
        Some(other) => NewRule::Like(other),
        None => NewRule::For(&args.recipients),
    };
    let before =
        input::read_text(&rules.path, Limit::Settings).map_err(|error| Error::io("cannot read the rules", &error))?;
    let line = match &other {
        Some(_) => rules.line(&place.name),
        None => format!("\"{}\".publicKeys = [ {} ];", place.name, args.recipients.join(" ")),
    };
    let after = rules.with_rule(&place.name, &new).map_err(|error| match error.kind() {
        ErrorKind::Rules => error.hint(shown!(
            "add this line to it, then run `agepatch edit {}`: {}",
            FileName::shown(&args.name),
            Setting::shown(line)
        )),
        _ => error,
    })?;
    Ok((before, after))
}

/// A file whose recipients are the same as those of all others.
fn only_recipients(rules: &Rules) -> Result<String> {
    let is_same = |rule: &Result<Rule>, keys: &[String]| rule.as_ref().is_ok_and(|rule| rule.keys == keys);
    let mut files = rules.files.iter();
    let first = files.next_back();
    match first {
        Some((name, Ok(rule))) if files.all(|(_, other)| is_same(other, &rule.keys)) => Ok(name.clone()),
        _ => {
            let mut names: Vec<&str> = rules.names.iter().map(|(_, name)| name).collect();
            names.sort_unstable();
            names.dedup();
            let known = match names.is_empty() {
                true => Shown::default(),
                false => shown!(" ({})", Shown::join(names.into_iter().map(RecipientName::shown), ", ")),
            };
            Err(Error::new(ErrorKind::Usage, "who can read the new file?")
                .hint(shown!("--like OTHER copies the recipients of another file, --for NAMES lists them{}", known)))
        }
    }
}

/// The content, generated or from stdin; `None` if it is to be written in the editor.
fn initial_content(args: &NewArgs, context: &Context) -> Result<Option<Plaintext>> {
    if let Some(length) = args.generate {
        let secret = patch::generate(length).map_err(|error| error.with_kind(ErrorKind::Usage))?;
        return Ok(Some(Plaintext::new(secret.as_str().as_bytes().to_vec())));
    }
    if Stdin::is_terminal() {
        return Ok(None);
    }
    let text = context.stdin.take("the content")?;
    if text.expose().trim_ascii().is_empty() && !args.options.allow_empty {
        return Err(Error::new(ErrorKind::EmptyResult, "stdin is empty, and so would be the new file")
            .hint("pass the content on stdin, or --generate; --allow-empty if this is intended"));
    }
    Ok(Some(text))
}

/// Creates the file with this content, or opens the editor.
fn create(args: &NewArgs, file: &str, text: Option<Plaintext>, context: &mut Context) -> Result<ExitCode> {
    let Some(text) = text else {
        let options = args.options.clone();
        return edit::run(&EditArgs { file: file.to_owned(), allow_disk: false, options }, context);
    };
    let work = Work::Ready(Draft::Content(text));
    flow::run(vec![Job { file: file.to_owned(), work, creates: Creates::File }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}

/// A generated secret is the complete content, which does not fit a file of named values.
fn refuse_generated(args: &NewArgs, name: &str) -> Result<()> {
    let format = args.options.read.format.or_else(|| Format::of_name(name));
    if args.generate.is_none() || format.is_none_or(Format::is_opaque) {
        return Ok(());
    }
    let message = "the name suggests a file with several values, but --generate creates a single secret";
    Err(Error::new(ErrorKind::Usage, message)
        .in_file(FileName::shown(name))
        .hint("leave out --generate to write it in your editor, or pipe the content in; --format raw makes the secret the complete content"))
}

/// The lines added for the file `name`.
fn added(before: &str, after: &str, name: &str) -> Shown {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    // If a line was changed, it contains all rules of a set.
    let length = (new.len() - old.len()).max(1);
    // The new rule may start like the next one, or end like the previous one.
    while start > 0
        && !new[start].contains(name)
        && start + length <= new.len()
        && new[start - 1] == new[start + length - 1]
    {
        start -= 1;
    }
    let lines = new.iter().skip(start).take(length);
    let lines: Vec<Shown> = lines.map(|line| shown!("  + {}", Setting::shown(line.trim()))).collect();
    Shown::join(&lines, "\n")
}

/// Replaces the rules.
fn replace(path: &Path, text: &str) -> Result<()> {
    textfile::replace(path, text.as_bytes())
        .map_err(|error| Error::io("cannot write the rules", &error).in_file(path.display()))
}
