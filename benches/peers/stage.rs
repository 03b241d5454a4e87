//! A repository with its own home folder, and keys for age and sops.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::Result;
use crate::durability::Storage;
use crate::tools;

/// The folder of one race; removed on drop.
pub(crate) struct Stage {
    folder: TempDir,
    keys: Vec<String>,
}

impl Stage {
    /// Creates it, with a person's ssh key and the keys of two hosts.
    pub(crate) fn new(storage: Storage) -> Result<Self> {
        let folder = TempDir::new_in(storage.folder())?;
        fs::create_dir_all(folder.path().join("home/.ssh"))?;
        fs::create_dir_all(folder.path().join("tmp"))?;
        fs::create_dir_all(folder.path().join("repo"))?;
        let mut stage = Self { folder, keys: Vec::new() };
        for name in ["id_ed25519", "host-a", "host-b"] {
            let key = stage.identity().with_file_name(name);
            let key = key.to_string_lossy();
            stage.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", &key])?;
            stage.keys.push(fs::read_to_string(format!("{key}.pub"))?.trim().to_owned());
        }
        Ok(stage)
    }

    /// The repository's folder.
    pub(crate) fn repo(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    /// The person's home folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The person's private key.
    pub(crate) fn identity(&self) -> PathBuf {
        self.folder.path().join("home/.ssh/id_ed25519")
    }

    /// A place for intermediate files of a pipeline.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        self.folder.path().join("tmp").join(name)
    }

    /// The arguments with which age encrypts for all of them.
    pub(crate) fn recipients(&self) -> Vec<String> {
        self.keys.iter().flat_map(|key| ["-r".to_owned(), key.clone()]).collect()
    }

    /// Writes secrets.nix for these files.
    pub(crate) fn rules(&self, files: &[String]) -> Result<()> {
        let keys: String = self.keys.iter().map(|key| format!("    \"{key}\"\n")).collect();
        let rules: String = files.iter().map(|file| format!("  \"{file}\".publicKeys = keys;\n")).collect();
        fs::write(self.repo().join("secrets.nix"), format!("let\n  keys = [\n{keys}  ];\nin\n{{\n{rules}}}\n"))?;
        Ok(())
    }

    /// Encrypts a text into a file of the repository.
    pub(crate) fn seal(&self, name: &str, text: &str) -> Result<()> {
        let plain = self.scratch("sealed");
        fs::write(&plain, text)?;
        let mut arguments = self.recipients();
        arguments.extend(["-o".into(), self.repo().join(name).display().to_string(), plain.display().to_string()]);
        self.run("age", &arguments.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(())
    }

    /// Decrypts a file of the repository.
    pub(crate) fn open(&self, name: &str) -> Result<String> {
        let identity = self.identity();
        self.run("age", &["-d", "-i", &identity.to_string_lossy(), name])
    }

    /// A command that runs in the repository, with only the necessary parts of the environment.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        let home = self.folder.path().join("home");
        command
            .env_clear()
            .env("PATH", tools::path())
            .env("HOME", &home)
            .env("TMPDIR", self.folder.path().join("tmp"))
            .env("XDG_RUNTIME_DIR", self.folder.path().join("tmp"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("SOPS_AGE_KEY_FILE", home.join("sops.txt"))
            .current_dir(self.repo())
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end; returns its output.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<String> {
        finish(self.command(program).args(arguments))
    }

    /// A shell line.
    pub(crate) fn shell(&self, line: &str) -> Result<String> {
        self.run("sh", &["-c", line])
    }
}

/// Runs the command to its end; its stderr is the error.
pub(crate) fn finish(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {} {}", command.get_program().display(), output.status, said.trim()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
