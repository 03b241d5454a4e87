//! A repository in which a file, then a client, then values of it changed, commit by commit.

use crate::sandbox::Sandbox;

pub(crate) const OLD: &str = "authelia-old.age";
pub(crate) const FILE: &str = "authelia-secrets.age";
pub(crate) const METHOD: &str = "identity_providers.oidc.clients[media].token_endpoint_auth_method";
pub(crate) const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: 'marker-hmac' # marker-comment
    clients:
      - client_id: mediamanager
        client_name: Media
        token_endpoint_auth_method: client_secret_post
";

pub(crate) fn commit(sandbox: &Sandbox, text: &str, message: &str) {
    sandbox.seal(FILE, text.as_bytes());
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "--quiet", "-m", message]);
}

/// initial commit · move the file · rename the client · change the method · change the secret · re-encrypt
pub(crate) fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[(OLD, FRAGMENT), (FILE, "")]);
    std::fs::remove_file(sandbox.repo().join(FILE)).expect("it is there");
    sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
    sandbox.git(&["config", "user.name", "A"]);
    sandbox.git(&["config", "user.email", "a@example.com"]);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "begin"]);
    sandbox.git(&["mv", OLD, FILE]);
    sandbox.git(&["commit", "--quiet", "-m", "move"]);
    let renamed = FRAGMENT.replace("client_id: mediamanager", "client_id: media");
    commit(&sandbox, &renamed, "rename");
    let method = renamed.replace("_post", "_basic");
    commit(&sandbox, &method, "method\n\nResolves: task-118");
    let secret = method.replace("marker-hmac", "marker-new");
    commit(&sandbox, &secret, "secret");
    commit(&sandbox, &secret, "again");
    sandbox
}
