//! Runs commands in the demo's repository and shows them as a user would see them.

use std::cell::RefCell;
use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output as Finished, Stdio};

use crate::error::{Error, ErrorKind, Result};
use crate::output::Output;
use crate::process;
use crate::shown;
use crate::shown::{CommandLine, FileName, ProgramOutput, Shown};

/// The repository, and the output of the story.
pub(super) struct Stage<'o> {
    out: &'o Output,
    repository: PathBuf,
    program: PathBuf,
    /// The story so far, for JSON output.
    told: RefCell<Vec<Scene>>,
}

crate::output! {
    /// A sentence of the story, and the commands that it runs.
    pub(crate) struct Scene {
        says: Shown,
        runs: Vec<Run>,
        /// The result, if it is more than what the commands print
        result: Option<Shown>,
    }
}

crate::output! {
    pub(crate) struct Run {
        command: Shown,
        exit: i32,
        output: Shown,
    }
}

impl<'o> Stage<'o> {
    /// Creates the repository's folder in `folder`.
    pub(super) fn new(out: &'o Output, folder: &Path) -> Result<Self> {
        let repository = folder.join("nixos");
        fs::create_dir_all(&repository)
            .map_err(|error| Error::io(shown!("cannot create {}", repository.display()), &error))?;
        let program = env::current_exe().map_err(|error| Error::io("cannot find the program itself", &error))?;
        Ok(Self { out, repository, program, told: RefCell::default() })
    }

    /// The repository's folder.
    pub(super) fn repository(&self) -> &Path {
        &self.repository
    }

    /// Writes a file in the repository.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.repository.join(name);
        let folder = path.parent().unwrap_or(&self.repository);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|error| Error::io(shown!("cannot write {}", FileName::shown(name)), &error))
    }

    /// Reads a file in the repository.
    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>> {
        fs::read(self.repository.join(name))
            .map_err(|error| Error::io(shown!("cannot read {}", FileName::shown(name)), &error))
    }

    /// Prints a sentence of the story.
    pub(super) fn say(&self, text: &'static str) -> Result<()> {
        self.told.borrow_mut().push(Scene { says: Shown::fixed(text), runs: Vec::new(), result: None });
        self.line(&crate::shown!("\n# {}", text))
    }

    /// Prints the result of the last sentence.
    pub(super) fn result(&self, text: Shown) -> Result<()> {
        self.line(&text)?;
        if let Some(scene) = self.told.borrow_mut().last_mut() {
            scene.result = Some(text);
        }
        Ok(())
    }

    /// The complete story, for JSON output.
    pub(super) fn story(&self) -> Vec<Scene> {
        self.told.take()
    }

    /// Prints a line of output.
    fn line(&self, text: &Shown) -> Result<()> {
        if self.out.is_json() { Ok(()) } else { self.out.result(text) }
    }

    /// Runs git without showing it.
    pub(super) fn git(&self, arguments: &[&str]) -> Result<()> {
        self.finish("git", arguments, self.command(Path::new("git"), arguments), 0).map(drop)
    }

    /// Runs agepatch with `input` on its stdin, without showing it.
    pub(super) fn feed(&self, arguments: &[&str], input: &[u8]) -> Result<()> {
        let failed = |error: &std::io::Error| Error::io("cannot run agepatch", error);
        let mut command = self.command(&self.program, arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(&error))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input).map_err(|error| failed(&error))?;
        }
        let finished = child.wait_with_output().map_err(|error| failed(&error))?;
        self.expect("agepatch", arguments, finished, 0).map(drop)
    }

    /// Runs git, and shows command and output.
    pub(super) fn show_git(&self, arguments: &[&str]) -> Result<()> {
        self.show("git", Path::new("git"), arguments, 0)
    }

    /// Runs agepatch, shows command and output, and checks the exit code.
    pub(super) fn agepatch(&self, arguments: &[&str], code: i32) -> Result<()> {
        self.show("agepatch", &self.program, arguments, code)
    }

    #[expect(clippy::disallowed_methods, reason = "output of agepatch itself")]
    fn show(&self, name: &'static str, program: &Path, arguments: &[&str], code: i32) -> Result<()> {
        let words: Vec<String> = arguments.iter().map(|word| quote(word)).collect();
        let words = format!("{name} {}", words.join(" "));
        self.line(&CommandLine::shown(format!("$ {words}")))?;
        let finished = self.finish(name, arguments, self.command(program, arguments), code)?;
        // The output of agepatch is redacted, and git prints a message that agepatch generated.
        let streams = [&finished.stdout, &finished.stderr].map(|stream| String::from_utf8_lossy(stream));
        let spoken = streams.iter().map(|text| text.trim_end()).filter(|text| !text.is_empty());
        let lines = Shown::join(spoken.map(Shown::exact), "\n");
        if !lines.is_empty() {
            self.line(&lines)?;
        }
        if let Some(scene) = self.told.borrow_mut().last_mut() {
            scene.runs.push(Run { command: CommandLine::shown(words), exit: code, output: lines });
        }
        if code != 0 {
            self.line(&shown!("[exit {}]", i64::from(code)))?;
        }
        Ok(())
    }

    fn finish(&self, name: &str, arguments: &[&str], mut command: Command, code: i32) -> Result<Finished> {
        let finished = command.output().map_err(|error| {
            let name = CommandLine::shown(name);
            Error::new(ErrorKind::Git, shown!("cannot run {}: {}", name, error))
                .hint(shown!("install {} and try again", name))
        })?;
        self.expect(name, arguments, finished, code)
    }

    fn expect(&self, name: &str, arguments: &[&str], finished: Finished, code: i32) -> Result<Finished> {
        if finished.status.code() != Some(code) {
            let command = CommandLine::shown(format!("{name} {}", arguments.join(" ")));
            let stderr = ProgramOutput::shown(String::from_utf8_lossy(&finished.stderr).trim_end());
            let message = shown!("`{}` did not behave as in the story: {}", command, stderr);
            return Err(Error::new(ErrorKind::Git, message).in_file(self.repository.display()));
        }
        Ok(finished)
    }

    /// A command that sees the repository and its key, but neither the user's settings nor the user's keys.
    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let home = self.repository.join("..");
        let mut command = process::program(program);
        command
            .args(arguments)
            .current_dir(&self.repository)
            .stdin(Stdio::null())
            .env("HOME", &home)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("AGEPATCH_IDENTITIES", home.join("key.txt"));
        for name in ["RULES", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "XDG_CONFIG_HOME"] {
            command.env_remove(name);
        }
        if self.out.colors_stdout() && program != Path::new("git") {
            command.args(["--color", "always"]);
        }
        command
    }
}

/// A word, quoted for a shell if necessary.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:~%".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{word}'") }
}
