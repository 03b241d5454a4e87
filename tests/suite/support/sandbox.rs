//! A throwaway repository with its own home folder, in which the real program runs.

use std::fs;
use std::path::PathBuf;

use age::secrecy::ExposeSecret;
use assert_cmd::Command;
use tempfile::TempDir;

/// A temporary folder with `home/` and `repo/`; removed on drop.
pub(crate) struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    /// An empty sandbox: no rules, no key, no git.
    pub(crate) fn empty() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        fs::create_dir_all(folder.path().join("home/.ssh")).expect("a home");
        fs::create_dir_all(folder.path().join("repo")).expect("a repository folder");
        fs::create_dir_all(folder.path().join("tmp")).expect("a temporary folder");
        Self { folder }
    }

    /// A sandbox with an X25519 key in the default place, and a secrets.nix that lists `files` for it.
    pub(crate) fn with_files(files: &[(&str, &str)]) -> Self {
        let sandbox = Self::empty();
        let identity = age::x25519::Identity::generate();
        sandbox.write("../home/.config/age/keys.txt", identity.to_string().expose_secret());
        let recipient = identity.to_public().to_string();
        let rules: String = files.iter().map(|(name, _)| format!("  \"{name}\".publicKeys = [ me ];\n")).collect();
        sandbox.write("secrets.nix", &format!("let\n  me = \"{recipient}\";\nin {{\n{rules}}}\n"));
        for (name, text) in files {
            sandbox.seal(name, text.as_bytes());
        }
        sandbox
    }

    pub(crate) fn repo(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Writes a file, relative to the repository.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.repo().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }

    /// A file's bytes, relative to the repository.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.repo().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Encrypts `text` into the file for the sandbox's X25519 key.
    pub(crate) fn seal(&self, name: &str, text: &[u8]) {
        let recipient = self.identity().to_public();
        let sealed = age::encrypt(&recipient, text).expect("it can be encrypted");
        let path = self.repo().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(path, sealed).expect("it can be written");
    }

    /// Decrypts the file with the sandbox's X25519 key (binary or armored).
    pub(crate) fn open(&self, name: &str) -> String {
        use std::io::Read;
        let sealed = self.read(name);
        let decryptor = age::Decryptor::new(age::armor::ArmoredReader::new(&sealed[..])).expect("an age file");
        let identity = self.identity();
        let mut text = String::new();
        decryptor
            .decrypt(std::iter::once(&identity as &dyn age::Identity))
            .expect("the key fits")
            .read_to_string(&mut text)
            .expect("the content is complete");
        text
    }

    pub(crate) fn identity(&self) -> age::x25519::Identity {
        let text = fs::read_to_string(self.home().join(".config/age/keys.txt")).expect("the sandbox has a key");
        text.trim().parse().expect("the key is an X25519 identity")
    }

    /// Runs git in the repository; returns its output.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = std::process::Command::new("git")
            .env_clear()
            .envs(self.environment())
            .current_dir(self.repo())
            .args(["-c", "user.name=A", "-c", "user.email=a@example.com"])
            .args(arguments)
            .output()
            .expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Creates a repository with one commit of everything in the folder.
    pub(crate) fn git_init(&self) {
        self.git_init_as("begin");
    }

    /// Like [`Self::git_init`], with this subject of the first commit.
    pub(crate) fn git_init_as(&self, subject: &str) {
        self.git(&["init", "--quiet", "--initial-branch=main"]);
        self.git(&["config", "user.name", "A"]);
        self.git(&["config", "user.email", "a@example.com"]);
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", subject]);
    }

    /// The program with these arguments, in the repository, with only PATH from the caller's environment.
    pub(crate) fn agepatch<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("agepatch"));
        command.env_clear().envs(self.environment()).current_dir(self.repo()).args(arguments);
        command
    }

    /// The environment of everything that runs in the sandbox.
    pub(crate) fn environment(&self) -> Vec<(&'static str, std::ffi::OsString)> {
        vec![
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            ("HOME", self.home().into()),
            ("GIT_CONFIG_GLOBAL", "/dev/null".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("TMPDIR", self.folder.path().join("tmp").into()),
        ]
    }
}

/// Runs the shell line in the repository, in a mount namespace of its own.
#[cfg(target_os = "linux")]
pub(crate) fn in_own_mounts(sandbox: &Sandbox, line: &str) -> std::io::Result<std::process::Output> {
    let mut command = std::process::Command::new("unshare");
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo());
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", line]).stdin(std::process::Stdio::null());
    command.output()
}
