//! Completions and manual pages are generated from the command line's definition; completions offer files, paths, and
//! clients.

use predicates::str::contains;

use crate::sandbox::Sandbox;

const AUTHELIA: &str = "identity_providers:\n  oidc:\n    hmac_secret: marker-secret\n    clients:\n      - client_id: media\n        client_secret: marker-secret\n      - client_id: photos\n        public: true\n";
const FILES: &[(&str, &str)] =
    &[("authelia-secrets.age", AUTHELIA), ("media-env.age", "OIDC_CLIENT_SECRET=marker-secret\nOIDC_ISSUER=x\n")];

/// The completions of the last of these words.
fn offered(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let mut command = sandbox.agepatch(["--", "agepatch"]);
    let ran = command.args(words).env("AGEPATCH_COMPLETE", "fish").output().expect("it runs");
    assert!(ran.status.success());
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "");
    let text = String::from_utf8(ran.stdout).expect("text");
    assert!(!text.contains("marker-secret"), "{text}");
    text.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn commands_files_paths_and_clients_are_offered() {
    let sandbox = Sandbox::with_files(FILES);
    assert_eq!(offered(&sandbox, &["reci"]), ["recipients"]);
    assert_eq!(offered(&sandbox, &["show", "a"]), ["authelia-secrets"]);
    assert_eq!(offered(&sandbox, &["-d", "m"]), ["media-env"]);
    assert_eq!(offered(&sandbox, &["get", "media-env", "OIDC_C"]), ["OIDC_CLIENT_SECRET"]);
    let clients = "identity_providers.oidc.clients[";
    let paths = offered(&sandbox, &["unset", "authelia-secrets", clients]);
    assert!(paths.contains(&format!("{clients}media]")) && paths.contains(&format!("{clients}photos]")), "{paths:?}");
    assert!(offered(&sandbox, &["client", "show", ""]).starts_with(&["media".to_owned(), "photos".to_owned()]));
    assert!(offered(&sandbox, &["explain", "token-endpoint"]).contains(&"token-endpoint-auth-method".to_owned()));
    assert_eq!(offered(&sandbox, &["client", "add", "--profile", "immi"]), ["immich"]);
    assert_eq!(offered(&sandbox, &["client", "add", "x", "--policy", "two"]), ["two_factor"]);
    assert_eq!(offered(&sandbox, &["check", "--authelia", ""]), ["4.38", "4.39"]);
    assert_eq!(offered(&sandbox, &["check", "--filters", "template,e"]), ["template,expand-env"]);
    assert_eq!(offered(&sandbox, &["diagnose", "--client", "p"]), ["photos"]);
    assert_eq!(offered(&sandbox, &["diagnose", "--cause", "auth-m"]), ["auth-method"]);
    assert_eq!(offered(&sandbox, &["set", "media-env", "A", "--from-env", "AGEPATCH_C"]), ["AGEPATCH_COMPLETE"]);
    assert_eq!(offered(&sandbox, &["schema", "reci"]), ["recipients"]);
}

#[test_with::executable(git)]
#[test]
fn tasks_are_offered_by_their_ids() {
    let sandbox = Sandbox::with_files(FILES);
    sandbox.write("backlog/tasks/task-7 - Correct the login.md", "---\nid: task-7\n---\n");
    sandbox.write("backlog/tasks/task-12 - Add notes.md", "---\nid: task-12\n---\n");
    sandbox.git_init();
    let mut tasks = offered(&sandbox, &["commit", "--task", "task-"]);
    tasks.sort();
    assert_eq!(tasks, ["task-12", "task-7"]);
}

#[test]
fn values_of_options_are_offered() {
    let sandbox = Sandbox::with_files(FILES);
    assert_eq!(offered(&sandbox, &["diff", "--output", "m"]), ["markdown"]);
    assert_eq!(offered(&sandbox, &["check", "--output", "s"]), ["sarif"]);
    assert_eq!(offered(&sandbox, &["commit", "--type", "ref"]), ["refactor"]);
    assert_eq!(offered(&sandbox, &["new", "x", "--for", "me,m"]), ["me,me"]);
    assert_eq!(offered(&sandbox, &["client", "set", "media", "authorization_p"]), ["authorization_policy="]);
    assert_eq!(offered(&sandbox, &["client", "rotate", "media", "--secret-to", "media-e"]), ["media-env"]);
    let below = ["-C", "sub", "show", "med"];
    sandbox.write("sub/x", "");
    std::fs::create_dir(sandbox.repo().join(".git")).expect("made");
    assert_eq!(offered(&sandbox, &below), ["media-env"], "a name of the rules works in every folder");
}

#[test]
fn completion_without_candidates_is_silent() {
    let sandbox = Sandbox::with_files(FILES);
    sandbox.write("../home/.config/age/keys.txt", "not a key\n");
    assert_eq!(offered(&sandbox, &["get", "media-env", "OIDC_C"]), Vec::<String>::new());
    assert_eq!(offered(&Sandbox::empty(), &["client", "show", "m"]), Vec::<String>::new());
    let elsewhere = offered(&Sandbox::empty(), &["-C", "nowhere", "show", "x"]);
    assert_eq!(elsewhere, Vec::<String>::new());
}

const INNER: &str = "app-env: |\n  TOKEN=marker-secret\n  PORT=1\nauthelia-secrets: |\n  identity_providers:\n    oidc:\n      clients:\n        - client_id: media\n          client_secret: marker-secret\n\"printer#2\": |\n  user: marker-secret\n  service.json: '{\"a\": \"marker-secret\", \"b\": 1}'\nport: 1\nweb:\n  env: |\n    A=marker-secret\n    B=2\n";

/// A sandbox with the same values in an age file and in a sops file.
fn with_values() -> Sandbox {
    let sandbox = Sandbox::with_files(&[("host.age", INNER)]);
    let recipient = sandbox.identity().to_public();
    sandbox.write(".sops.yaml", &format!("creation_rules:\n  - path_regex: ^s\\.\n    age: {recipient}\n"));
    sandbox.agepatch(["write", "s.yaml"]).write_stdin(INNER).assert().success();
    sandbox
}

#[test]
fn documents_inside_values_and_what_is_in_them_are_offered() {
    let sandbox = with_values();
    for file in ["host", "s.yaml"] {
        let of = |names: &[&str]| names.iter().map(|name| format!("{file}#{name}")).collect::<Vec<_>>();
        let all = of(&["app-env", "authelia-secrets", "\"printer#2\"", "web.env"]);
        assert_eq!(offered(&sandbox, &["show", &format!("{file}#")]), all);
        assert_eq!(offered(&sandbox, &["diff", &format!("{file}#web")]), all[3..]);
        let complete = offered(&sandbox, &["show", file]);
        assert_eq!((&complete[0], &complete[1..]), (&file.to_owned(), &all[..]));
        let deeper = of(&["\"printer#2\"#user", "\"printer#2\"#\"service.json\""]);
        assert_eq!(offered(&sandbox, &["show", &format!("{file}#\"printer#2\"#")]), deeper);
        assert_eq!(offered(&sandbox, &["show", &format!("{file}#\"printer#2\"#\"service.json\"#")]).len(), 1);
        let inner = format!("{file}#authelia-secrets");
        assert_eq!(
            offered(&sandbox, &["get", &inner, "identity_providers.oidc.clients"])[1..],
            ["identity_providers.oidc.clients[media]".to_owned()]
        );
        assert_eq!(offered(&sandbox, &["set", &format!("{file}#app-env"), "P"]), ["PORT"]);
        assert_eq!(offered(&sandbox, &["client", "--file", &inner, "show", "m"]), ["media"]);
        let secret_to = format!("{file}#app-env#T");
        let rotate = ["client", "--file", &inner, "rotate", "media", "--secret-to", &secret_to];
        assert_eq!(offered(&sandbox, &rotate), of(&["app-env#TOKEN"]));
    }
    assert_eq!(offered(&sandbox, &["check", "auth"]), ["authelia-secrets"], "a bare name");
    assert_eq!(offered(&sandbox, &["get", "app-env", "T"]), ["TOKEN"]);
    assert!(offered(&sandbox, &["client", "show", ""]).contains(&"media".to_owned()));
}

/// A sops file has its names in plaintext, and the keys of sops open it as well.
#[test]
fn values_of_sops_files_are_offered_without_a_key() {
    let sandbox = with_values();
    let key = String::from_utf8(sandbox.read("../home/.config/age/keys.txt")).expect("text");
    std::fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("it is there");
    assert_eq!(offered(&sandbox, &["show", "host#"]), Vec::<String>::new());
    let names = ["app-env", "authelia-secrets", "\"printer#2\"", "web.env"].map(|name| format!("s.yaml#{name}"));
    assert_eq!(offered(&sandbox, &["show", "s.yaml#"]), names);
    assert_eq!(offered(&sandbox, &["get", "s.yaml#app-env", "T"]), Vec::<String>::new());
    sandbox.write("../home/.config/sops/age/keys.txt", &key);
    assert_eq!(offered(&sandbox, &["get", "s.yaml#app-env", "T"]), ["TOKEN"]);
}

#[test]
fn every_shell_has_its_script() {
    let sandbox = Sandbox::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "nushell", "powershell"] {
        sandbox.agepatch(["completions", shell]).assert().success().stdout(contains("AGEPATCH_COMPLETE"));
    }
    sandbox.agepatch(["completions", "tcsh"]).assert().code(2).stderr(contains("tcsh"));
    let printed = sandbox.agepatch(["completions", "nushell"]).output().expect("it runs");
    let script = String::from_utf8(printed.stdout).expect("text");
    assert!(script.contains("  export extern \"agepatch show\" ["));
    assert!(script.contains("    file: string@\"nu-complete agepatch\""), "{script}");
    assert!(script.find("def \"nu-complete agepatch\"") > script.find("module completions {"));
}

#[test_with::executable(bash)]
fn bash_completes_by_the_script() {
    let sandbox = Sandbox::with_files(FILES);
    let program = assert_cmd::cargo::cargo_bin!("agepatch");
    let script = "source <(agepatch completions bash); COMP_WORDS=(agepatch get media-env OIDC_C); COMP_CWORD=3; \
                  COMP_TYPE=9; _clap_complete_agepatch agepatch OIDC_C media-env; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let path =
        format!("{}:{}", program.parent().expect("a folder").display(), std::env::var("PATH").unwrap_or_default());
    let mut command = std::process::Command::new("bash");
    command.args(["-c", script]).env_clear().envs(sandbox.environment()).env("PATH", path).current_dir(sandbox.repo());
    let ran = command.output().expect("bash runs");
    let told = String::from_utf8_lossy(&ran.stdout).trim().to_owned();
    assert_eq!(told, "OIDC_CLIENT_SECRET", "{}", String::from_utf8_lossy(&ran.stderr));
}

/// Each shell gets the names in its own form, also where they have characters that the shells read otherwise.
#[test]
fn names_of_values_reach_every_shell() {
    let sandbox = with_values();
    for (shell, expected) in
        [("bash", "s.yaml#\"printer#2\""), ("zsh", "s.yaml#\"printer#2\""), ("fish", "s.yaml#\"printer#2\"")]
    {
        let mut command = sandbox.agepatch(["--", "agepatch", "show", "s.yaml#"]);
        command.env("AGEPATCH_COMPLETE", shell).env("_CLAP_COMPLETE_INDEX", "2").env("_CLAP_IFS", "\n");
        let ran = command.output().expect("it runs");
        let text = String::from_utf8(ran.stdout).expect("text");
        assert!(text.lines().any(|line| line == expected), "{shell}: {text}");
    }
}
