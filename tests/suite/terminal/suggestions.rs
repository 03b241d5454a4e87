//! Misspelled names get a suggestion.

use crate::sandbox::Sandbox;

const AUTHELIA: &str = "identity_providers: {oidc: {clients: [{client_id: mediamanager, client_name: M}]}}\n";

#[test_with::executable(git)]
fn the_nearest_name_is_suggested_whatever_was_mistyped() {
    let sandbox = Sandbox::with_files(&[("authelia-secrets.age", AUTHELIA), ("media-env.age", "TOKEN=marker\n")]);
    sandbox.write("backlog/tasks/task-118 - Login.md", "---\nid: task-118\ntitle: Login\n---\n");
    sandbox.git_init();
    sandbox.seal("media-env.age", b"TOKEN=marker-new\n");
    let cases: [(&[&str], &str); 18] = [
        (&["chek"], "check"),
        (&["set", "media-env", "--generate"], "`.` is the complete content"),
        (&["client", "rotat", "mediamanager"], "rotate"),
        (&["show", "authelia-secrets", "--revael"], "--reveal"),
        (&["show", "authelia-secret"], "authelia-secrets.age"),
        (&["set", "media-evn", "A", "1"], "media-env.age"),
        (&["recipients", "authelia-secretss.age"], "authelia-secrets.age"),
        (&["get", "authelia-secrets", "identity_provider.oidc"], "identity_providers"),
        (&["unset", "authelia-secrets", "identity_providers.oidc.cleints"], "clients"),
        (&["get", "authelia-secrets", "identity_providers.oidc.clients[mediamanger].client_name"], "mediamanager"),
        (&["get", "media-env", "TOKN"], "TOKEN"),
        (&["client", "show", "mediamanger"], "mediamanager"),
        (&["client", "set", "mediamanager", "clinet_name=M"], "client_name"),
        (&["client", "add", "--profile", "imich", "--url", "https://a.example.com"], "immich"),
        (&["commit", "--task", "119"], "118"),
        (&["explain", "token-endpoint-auth-metod"], "token-endpoint-auth-method"),
        (&["schema", "client", "lits"], "client list"),
        (&["completions", "bahs"], "bash"),
    ];
    for (words, meant) in cases {
        let ran = sandbox.agepatch(words).output().expect("it runs");
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(!ran.status.success(), "{words:?}");
        let next = said.lines().skip(1).collect::<Vec<_>>().join("\n");
        assert!(next.contains(meant), "{words:?} should suggest {meant}: {said}");
        assert!(!said.contains("marker"), "{words:?}: {said}");
    }
}
