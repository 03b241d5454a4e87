//! `agepatch demo`: plays the complete story in a throwaway repository, with the real program and git.

mod materials;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::memory::Zeroizing;

use crate::app::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{FileName, Shown};
use clap::Args;
use materials::{CHANGED_LINES, ENV_FILE, Materials, SECRETS_FILE};
use stage::Stage;

/// `demo`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch demo
  agepatch demo ~/agepatch-demo

It needs git, and changes nothing outside the throwaway repository.")]
pub(crate) struct DemoArgs {
    /// Where to create and keep the repository [default: a temporary folder].
    pub(crate) dir: Option<PathBuf>,
}

crate::output! {
    #[schemars(title = "The story that the demo plays")]
    pub(crate) struct Output {
        /// The repository that stays; null where none was asked for
        repository: Option<Shown>,
        scenes: Vec<stage::Scene>,
    }
}

/// Plays the story in the given folder, which is kept, or else in a temporary one, which is removed.
pub(crate) fn run(args: &DemoArgs, context: &mut Context) -> Result<ExitCode> {
    let temporary;
    let folder = if let Some(folder) = &args.dir {
        prepare(folder)?
    } else {
        let folder = tempfile::Builder::new().prefix("agepatch-demo-").tempdir();
        temporary = folder.map_err(|error| Error::io("cannot create a temporary folder", &error))?;
        temporary.path().to_owned()
    };
    let stage = Stage::new(&context.out, &folder)?;
    let materials = Materials::make()?;
    build(&stage, &materials)?;
    play(&stage)?;
    let folder = args.dir.is_some().then(|| stage.repository().display().to_string());
    if context.out.is_json() {
        context.out.json(&Output { repository: folder.map(FileName::shown), scenes: stage.story() })?;
    } else if let Some(folder) = folder {
        context.out.note(&crate::shown!("\nThe repository stays in {}.", FileName::shown(folder)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn prepare(folder: &Path) -> Result<PathBuf> {
    let failed =
        |what: &'static str, error: &std::io::Error| Error::io(shown!("cannot {} {}", what, folder.display()), error);
    fs::create_dir_all(folder).map_err(|error| failed("make", &error))?;
    let mut entries = fs::read_dir(folder).map_err(|error| failed("read", &error))?;
    if entries.next().is_some() {
        return Err(Error::new(ErrorKind::Usage, shown!("{} is not empty", folder.display()))
            .hint("name a folder that does not exist yet; demo never writes into one that is in use"));
    }
    folder.canonicalize().map_err(|error| failed("find", &error))
}

/// Creates the repository before the story: rules, settings, a task, and the two secrets, encrypted by agepatch.
fn build(stage: &Stage<'_>, materials: &Materials) -> Result<()> {
    stage.write("../key.txt", materials.identity().as_bytes())?;
    stage.write("secrets.nix", materials.rules().as_bytes())?;
    stage.write("agepatch.toml", materials::SETTINGS.as_bytes())?;
    stage.write("backlog/tasks/task-118 - MediaManager-answers-500-after-login.md", materials::TASK.as_bytes())?;
    stage.write("authelia.log", materials::LOG_LINE.as_bytes())?;
    stage.git(&["init", "-q", "-b", "main"])?;
    stage.git(&["config", "user.name", "Ada"])?;
    stage.git(&["config", "user.email", "ada@example.com"])?;
    stage.git(&["config", "commit.gpgsign", "false"])?;
    stage.feed(&["write", ENV_FILE], materials.environment().as_bytes())?;
    stage.feed(&["write", SECRETS_FILE], materials.registrations().as_bytes())?;
    stage.feed(&["apply", "-p", "-"], materials::DIGEST.as_bytes())?;
    stage.git(&["add", "-A"])?;
    stage.git(&["commit", "-q", "-m", "feat: log in through Authelia"])
}

fn play(stage: &Stage<'_>) -> Result<()> {
    let client = "identity_providers.oidc.clients[mediamanager]";
    let before = decrypted(stage)?;
    stage.say("MediaManager answers 500 after login. Authelia's log has the reason:")?;
    stage.agepatch(&["diagnose", "--log", "authelia.log"], 0)?;

    stage.say("The client's registration, in the encrypted file (secrets stay hidden):")?;
    stage.agepatch(&["show", "authelia-secrets", client], 0)?;

    stage.say("Its callback has moved as well. Both in one patch, first as a dry run:")?;
    stage.write("fix.yaml", materials::PATCH.as_bytes())?;
    stage.agepatch(&["apply", "-p", "fix.yaml", "--dry-run"], 0)?;

    stage
        .say("A mistake is stopped before anything is encrypted: a client with a secret cannot use the method none.")?;
    stage.agepatch(&["set", "authelia-secrets", &format!("{client}.token_endpoint_auth_method"), "none"], 4)?;

    stage.say("Now for real, committed, and tied to its task:")?;
    stage.agepatch(&["apply", "-p", "fix.yaml", "--commit"], 0)?;
    stage.show_git(&["log", "-1", "--format=%B"])?;

    stage.say("What a reviewer reads:")?;
    stage.agepatch(&["diff", "HEAD~1..HEAD"], 0)?;

    stage.say("What Authelia would report about the result:")?;
    stage.agepatch(&["check", "authelia-secrets"], 0)?;

    stage.say("The same patch again: its test fails, and nothing is changed:")?;
    stage.agepatch(&["apply", "-p", "fix.yaml"], 4)?;
    proof(stage, &before)
}

fn decrypted(stage: &Stage<'_>) -> Result<Zeroizing<String>> {
    let text = Materials::open(&stage.read(SECRETS_FILE)?, stage.repository().join("../key.txt"))?;
    let text = std::str::from_utf8(text.expose());
    let text = text.map_err(|_| Error::new(ErrorKind::Damaged, "the demo's file is not text").in_file(SECRETS_FILE))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Decrypts the result and compares it with the text before: only the two values differ.
fn proof(stage: &Stage<'_>, before: &str) -> Result<()> {
    let after = decrypted(stage)?;
    let expected = CHANGED_LINES.iter().fold(before.to_owned(), |text, (old, new)| text.replace(old, new));
    let expected = Zeroizing::new(expected);
    if *after != *expected {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "the edit touched more than the two values it was asked to change",
        )
        .in_file(SECRETS_FILE)
        .hint("please report this: it must never happen"));
    }
    let changed = before.lines().zip(after.lines()).filter(|(old, new)| old != new).count();
    stage.say("The proof, decrypted in memory and compared byte for byte:")?;
    stage.result(shown!(
        "{} of {} lines differ, each only in its value; every other byte is unchanged.",
        changed,
        after.lines().count()
    ))
}
