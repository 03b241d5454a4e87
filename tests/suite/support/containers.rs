//! One text in the containers of age and of sops.

use crate::sandbox::Sandbox;

/// A repository that holds `text` in `host.age` and, under a rule of `.sops.yaml`, in `s.yaml`.
pub(crate) fn with_host(text: &str) -> Sandbox {
    let sandbox = Sandbox::with_files(&[("host.age", text)]);
    let recipient = sandbox.identity().to_public();
    sandbox.write(".sops.yaml", &format!("creation_rules:\n  - path_regex: ^s\\.\n    age: {recipient}\n"));
    sandbox.agepatch(["write", "s.yaml"]).write_stdin(text).assert().success();
    sandbox.git_init();
    sandbox
}
