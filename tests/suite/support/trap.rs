//! A repository of an attacker, with programs in PATH that leave a trace when they run.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;

use crate::sandbox::Sandbox;

pub(crate) const FILE: &str = "authelia-secrets.age";
pub(crate) const TEXT: &str = "identity_providers:\n  oidc:\n    hmac_secret: marker-hmac-0123456789abcdef0123456789\n    clients:\n      - client_id: media\n        client_secret: '$plaintext$marker'\n        redirect_uris: ['https://media.example.com/cb']\n";

/// A repository in which a program called `name` leaves a trace when it runs.
pub(crate) struct Trap {
    pub(crate) sandbox: Sandbox,
    folder: PathBuf,
}

impl Trap {
    /// A repository with an encrypted file, committed twice; `nix-instantiate` is a trap.
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::with_files(&[(FILE, TEXT), ("app-env.age", "SECRET=marker\n")]);
        let folder = sandbox.home().join("bin");
        let trap = Self { sandbox, folder };
        trap.set("nix-instantiate");
        trap.sandbox.git_init();
        trap.sandbox.seal(FILE, TEXT.replace("/cb", "/cb2").as_bytes());
        trap.sandbox.git(&["commit", "--quiet", "-am", "change"]);
        trap.sandbox.seal(FILE, TEXT.as_bytes());
        trap
    }

    /// Puts a program in PATH that leaves a trace and prints an empty object.
    pub(crate) fn set(&self, name: &str) {
        fs::create_dir_all(&self.folder).expect("a folder");
        let trace = self.trace();
        let script = format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\necho '{{}}'\n", trace.display());
        let path = self.folder.join(name);
        fs::write(&path, script).expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        }
    }

    fn trace(&self) -> PathBuf {
        self.sandbox.home().join("trace")
    }

    /// The programs that ran since the last call.
    pub(crate) fn sprung(&self) -> Option<String> {
        let text = fs::read_to_string(self.trace()).ok();
        let _ = fs::remove_file(self.trace());
        text
    }

    pub(crate) fn agepatch(&self, arguments: &[&str]) -> Command {
        let mut command = self.sandbox.agepatch(arguments);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(self.folder.clone()).chain(std::env::split_paths(&path)));
        command.env("PATH", path.expect("a PATH")).timeout(std::time::Duration::from_mins(1));
        command
    }
}
