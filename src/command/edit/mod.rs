//! `agepatch edit`: opens the plaintext in an editor, on a copy that never reaches a disk.

mod editor;
mod scratch;

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::app::access::rule;
use crate::app::flow::{self, Creates, Draft, FILTER, Job, Work};
use crate::app::{Context, Signals, refusal};
use crate::container::Plaintext;
use crate::document::Format;
use crate::error::{Error, ErrorKind, Result};
use crate::output::Output;
use crate::shown;
use crate::shown::Shown;

use crate::app::complete;
use crate::app::options::EditOptions;
use clap::Args;
use editor::Editor;
pub(super) use editor::is_set as is_editor_set;
use scratch::Scratch;

/// `edit`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch edit authelia-secrets
  EDITOR='code --wait' agepatch edit app-env --commit --task task-118

The copy for $VISUAL or $EDITOR is in memory-backed storage and wiped
afterwards. If the result cannot be parsed, or Authelia would reject it, the
editor can be reopened. An unchanged file is not written.")]
pub(crate) struct EditArgs {
    /// The file: a path, a name in secrets.nix, or a value of a file (`FILE#PATH`).
    #[arg(add = complete::files())]
    pub(crate) file: String,
    /// Keep the copy on disk if there is no memory-backed storage.
    #[arg(long)]
    pub(crate) allow_disk: bool,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// An editor that exits sooner than this without a change has most likely opened a window and returned.
const AT_ONCE: Duration = Duration::from_millis(400);

/// The text that the user left in the editor, to be opened again if it is rejected.
type Kept = Rc<RefCell<Option<Plaintext>>>;

/// The user's choice after a rejected result.
enum Choice {
    Reopen,
    Keep,
    Discard,
}

/// Opens the file in the editor; at a terminal, a rejected result can be opened again.
pub(crate) fn run(args: &EditArgs, context: &mut Context) -> Result<ExitCode> {
    if args.file == FILTER {
        return Err(Error::new(ErrorKind::Usage, "`edit` opens a file, and stdin is not one")
            .hint("agepatch write FILE < content, or the filters: agepatch set - PATH VALUE"));
    }
    require_recipients(args, context)?;
    let editor = Editor::find()?;
    let mut options = args.options.clone();
    let kept: Kept = Rc::default();
    loop {
        let work = work(&editor, args, &kept);
        let job = Job { file: args.file.clone(), work, creates: Creates::Value };
        let Err(error) = flow::run(vec![job], &options, context) else { return Ok(ExitCode::SUCCESS) };
        let opened = kept.borrow().is_some();
        if !opened && options.read.format != Some(Format::Raw) && is_unreadable(&error) {
            context.out.warn(&shown!("{}: it is opened as text", error.shown()))?;
            options.read.format = Some(Format::Raw);
            continue;
        }
        if !opened || !Output::is_interactive() {
            return Err(error);
        }
        context.out.error(&error);
        match ask(error.kind() == ErrorKind::Check, context)? {
            Choice::Reopen => {}
            Choice::Keep => options.no_check = true,
            Choice::Discard => return Err(error.context("discarded, nothing was changed")),
        }
        if options.no_check && error.kind() == ErrorKind::Check {
            // The text from the editor is used as it is.
            let text = kept.borrow_mut().take().unwrap_or_else(|| Plaintext::new(Vec::new()));
            let job = Job { file: args.file.clone(), work: Work::Ready(Draft::Content(text)), creates: Creates::Value };
            flow::run(vec![job], &options, context)?;
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Fails for a file without recipients before the user has typed anything.
fn require_recipients(args: &EditArgs, context: &Context) -> Result<()> {
    let target = context.target(&args.file)?;
    let refused = rule(&target, context).and_then(|rule| refusal::refuse(&rule, &target, context));
    refused.map_err(|error| error.in_file(target))
}

/// If the old content cannot be parsed, the editor is the place to fix it.
fn is_unreadable(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Syntax | ErrorKind::DuplicateKey | ErrorKind::MultiDocument | ErrorKind::Unsupported
    )
}

fn work<'a>(editor: &'a Editor, args: &'a EditArgs, kept: &Kept) -> Work<'a> {
    let kept = Rc::clone(kept);
    Work::make(move |view, context| {
        let before = kept.borrow_mut().take();
        let before = before.as_ref().map_or_else(|| view.document.bytes(), Plaintext::expose);
        let name = args.file.rsplit('/').next().unwrap_or(&args.file).trim_end_matches(".age");
        // Until the copy is removed, no signal ends the program.
        let signals = Signals::hold();
        let scratch = Scratch::new(name, before, args.allow_disk)?;
        let begin = Instant::now();
        editor.open(&scratch, &signals)?;
        let after = scratch.read()?;
        scratch.remove()?;
        signals.release();
        if after.expose() == before && begin.elapsed() < AT_ONCE && Output::is_interactive() {
            context.out.note(&Shown::fixed(
                "the editor exited immediately without a change; if it opens a window, make it wait (code --wait)",
            ))?;
        }
        *kept.borrow_mut() = Some(Plaintext::new(after.expose().to_vec()));
        Ok(Draft::Content(after))
    })
}

fn ask(can_keep: bool, context: &Context) -> Result<Choice> {
    loop {
        let choice = if can_keep { "[r]eopen, [k]eep it anyway, or [d]iscard? " } else { "[r]eopen or [d]iscard? " };
        context.out.prompt(&Shown::fixed(choice))?;
        let mut line = String::new();
        let read =
            std::io::stdin().read_line(&mut line).map_err(|error| Error::io("cannot read the answer", &error))?;
        match line.trim() {
            "r" | "reopen" => return Ok(Choice::Reopen),
            "k" | "keep" if can_keep => return Ok(Choice::Keep),
            "d" | "discard" => return Ok(Choice::Discard),
            _ if read == 0 => return Ok(Choice::Discard),
            _ => {}
        }
    }
}
