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
