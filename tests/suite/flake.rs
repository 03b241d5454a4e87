//! The flake's outputs, its modules and its check, evaluated by Nix over stand-ins for nixpkgs' functions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value as Json, json};

use crate::sandbox::Sandbox;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn evaluate(file: &str, arguments: &[(&str, &str)]) -> Json {
    let mut command = Command::new("nix-instantiate");
    command.args(["--eval", "--strict", "--json", "--readonly-mode"]).arg(root().join("nix/tests").join(file));
    for (name, value) in arguments {
        command.args(["--argstr", name, value]);
    }
    let output = command.output().expect("Nix runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Runs a script that Nix made, with the program that was built here.
fn run(script: &str, sandbox: &Sandbox) -> Output {
    let program = assert_cmd::cargo::cargo_bin!("agepatch");
    let script = script.replace("/stand-in/agepatch/bin/agepatch", &program.display().to_string());
    let folder = program.parent().expect("a folder").display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let temporary = sandbox.home().parent().expect("a folder").join("tmp");
    let mut command = Command::new("bash");
    command.args(["-euc", &script]).env_clear().env("PATH", path).env("TMPDIR", &temporary);
    command.env("out", temporary.join("out")).current_dir("/").output().expect("bash runs")
}

#[test_with::executable(nix-instantiate)]
fn every_output_evaluates() {
    let outputs = evaluate("outputs.nix", &[]);
    assert_eq!(outputs["systems"], json!(["aarch64-darwin", "aarch64-linux", "x86_64-darwin", "x86_64-linux"]));
    assert_eq!(outputs["package"]["pname"], "agepatch");
    assert_eq!(outputs["package"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(outputs["app"], "/stand-in/agepatch/bin/agepatch");
    assert_eq!((&outputs["overlay"], &outputs["formatter"]), (&json!("agepatch"), &json!("nixfmt-tree")));
    assert_eq!(outputs["checks"], json!(["agepatch", "shell-files"]));
    assert_eq!(outputs["modules"], json!({"nixos": ["default"], "home": ["default"]}));
    assert_eq!(outputs["lib"], json!(["checkSecrets"]));
}

#[test_with::executable(nix-instantiate)]
fn the_package_is_built_from_all_that_it_needs() {
    let outputs = evaluate("outputs.nix", &[]);
    let sources: Vec<&str> =
        outputs["package"]["sources"].as_array().expect("a list").iter().filter_map(Json::as_str).collect();
    // Neither needed to build nor read by a test.
    let besides = ["LICENSE-APACHE", "LICENSE-MIT", "flake.lock", "target"];
    for entry in fs::read_dir(root()).expect("the repository").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = name.starts_with('.') || besides.contains(&name.as_str()) || sources.contains(&name.as_str());
        assert!(known, "nix/package.nix leaves out {name}");
    }
}

/// What the package installs is what the program prints: the commands of `postInstall`, run with a stand-in for nixpkgs'.
#[test_with::executable(nix-instantiate)]
fn the_package_brings_completions_and_manual_pages() {
    let outputs = evaluate("outputs.nix", &[]);
    let sandbox = Sandbox::empty();
    let out = sandbox.repo();
    let program = assert_cmd::cargo::cargo_bin!("agepatch");
    fs::create_dir(out.join("bin")).expect("made");
    std::os::unix::fs::symlink(program, out.join("bin/agepatch")).expect("linked");
    let install = r#"
        installShellCompletion() {
            install -d $out/share/bash-completion/completions $out/share/zsh/site-functions $out/share/fish/vendor_completions.d
            cp agepatch.bash $out/share/bash-completion/completions/
            cp agepatch.zsh $out/share/zsh/site-functions/_agepatch
            cp agepatch.fish $out/share/fish/vendor_completions.d/
        }
        installManPage() { install -d $out/share/man/man1; cp "$@" $out/share/man/man1/; }
        cd $TMPDIR
    "#;
    let script = format!(
        "export out={}\n{install}\n{}",
        out.display(),
        outputs["package"]["postInstall"].as_str().expect("text")
    );
    let ran = run(&script, &sandbox);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let check = outputs["shellFiles"].as_str().expect("text").replace("/stand-in/agepatch", &out.display().to_string());
    let ran = run(&check, &sandbox);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    fs::remove_file(out.join("share/fish/vendor_completions.d/agepatch.fish")).expect("removed");
    assert!(!run(&check, &sandbox).status.success());
}

#[test_with::executable(nix-instantiate)]
fn check_secrets_catches_drift_without_a_key() {
    let sandbox = Sandbox::with_files(&[("secrets/a.age", "marker-secret\n")]);
    fs::remove_file(sandbox.home().join(".config/age/keys.txt")).expect("removed");
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let source = sandbox.repo().display().to_string();
    let script = evaluate("check-secrets.nix", &[("src", &source), ("rules", "secrets.nix")]);
    let script = script.as_str().expect("text");
    let ran = run(script, &sandbox);
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    let other = age::x25519::Identity::generate().to_public().to_string();
    sandbox.write("secrets.nix", &rules.replace("[ me ]", &format!("[ me \"{other}\" ]")));
    let drifted = run(script, &sandbox);
    assert_eq!(drifted.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&drifted.stdout).contains("error[drift]: secrets/a.age"));
}

#[test_with::executable(nix-instantiate)]
fn the_modules_say_what_they_should() {
    let modules = evaluate("modules.nix", &[]);
    let (nixos, home) = (&modules["nixos"], &modules["home"]);
    assert_eq!((&nixos["disabled"], &home["disabled"]), (&json!({}), &json!({})));
    assert_eq!((&nixos["misspelled"], &nixos["mistyped"]), (&json!(true), &json!(true)));
    let plain = &nixos["plain"];
    assert_eq!(plain["environment"]["systemPackages"], json!(["/stand-in/agepatch"]));
    assert_eq!(plain["environment"]["etc"]["agepatch/agepatch.toml"]["source"], "/stand-in/agepatch.toml");
    assert!(plain["system"].is_null(), "nothing is looked at that was not asked for");
    let enabled = &home["enabled"];
    assert_eq!(enabled["home"]["packages"], json!(["/stand-in/agepatch"]));
    assert_eq!(enabled["xdg"]["configFile"]["agepatch/agepatch.toml"]["source"], "/stand-in/agepatch.toml");
    assert_eq!(enabled["programs"]["git"]["attributes"], json!(["*.age diff=agepatch merge=agepatch"]));
    assert_eq!(home["newer"]["programs"]["git"]["settings"], enabled["programs"]["git"]["extraConfig"]);
    assert_eq!(home["without_git"]["programs"]["git"], json!({}));
}

/// The modules register with git what `agepatch git setup` registers.
#[test_with::executable(nix-instantiate, git)]
fn the_modules_and_git_setup_agree() {
    let sandbox = Sandbox::with_files(&[("a.age", "x\n")]);
    sandbox.git_init();
    sandbox.agepatch(["git", "setup"]).assert().success();
    let modules = evaluate("modules.nix", &[]);
    let git = &modules["home"]["enabled"]["programs"]["git"];
    for (section, key) in [("diff", "textconv"), ("merge", "name"), ("merge", "driver")] {
        let set = sandbox.git(&["config", "--local", &format!("{section}.agepatch.{key}")]);
        let ours = git["extraConfig"][section]["agepatch"][key].as_str().expect("text");
        let arguments = |text: &str| {
            text.trim().rsplit_once("agepatch").map(|(_, rest)| rest.trim_matches([' ', '\'', '"']).to_owned())
        };
        assert_eq!(arguments(ours), arguments(&set), "{section}.agepatch.{key}: {ours} / {set}");
    }
    let attributes = String::from_utf8(sandbox.read(".gitattributes")).expect("text");
    assert_eq!(attributes.trim(), git["attributes"][0].as_str().expect("text"));
}

const GOOD: &str = "identity_providers:\n  oidc:\n    clients:\n      - client_id: media\n        client_name: Media\n        public: true\n        redirect_uris: [ 'https://media.example.com/cb' ]\n        authorization_policy: two_factor\n";

/// The commands that the NixOS module makes, run on a good and on a bad registration.
#[test_with::executable(nix-instantiate)]
fn a_bad_registration_stops_the_switch_and_the_start() {
    let sandbox = Sandbox::with_files(&[("authelia-secrets.age", GOOD)]);
    let modules = evaluate("modules.nix", &[]);
    let authelia = &modules["nixos"]["authelia"];
    let before = authelia["system"]["preSwitchChecks"]["agepatch-authelia-main"].as_str().expect("text");
    let start = &authelia["systemd"]["services"]["authelia-main"]["serviceConfig"]["ExecStartPre"][0];
    let start = start.as_str().expect("text").trim_start_matches("#! ");
    let key = sandbox.home().join(".config/age/keys.txt").display().to_string();
    let here = |text: &str| {
        text.replace("/etc/ssh/ssh_host_ed25519_key", &key)
            .replace("/stand-in/config.yml", &sandbox.repo().join("config.yml").display().to_string())
            .replace("/etc/authelia/base.yml", &sandbox.repo().join("base.yml").display().to_string())
            .replace(
                "/nix/store/x-authelia-secrets.age",
                &sandbox.repo().join("authelia-secrets.age").display().to_string(),
            )
            .replace("/run/agenix/authelia-secrets", &sandbox.repo().join("decrypted").display().to_string())
    };
    sandbox.write("config.yml", "theme: dark\n");
    sandbox.write("base.yml", "log: { level: info }\n");
    for (registration, code) in
        [(GOOD.to_owned(), 0), (GOOD.replace("public: true", "public: true\n        client_secret: x"), 1)]
    {
        sandbox.seal("authelia-secrets.age", registration.as_bytes());
        sandbox.write("decrypted", &registration);
        for script in [before, start] {
            let ran = run(&here(script), &sandbox);
            let told = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
            assert_eq!(ran.status.code(), Some(code), "{script}: {told}");
            assert_eq!(told.contains("error[client-secret"), code == 1, "{told}");
        }
    }
    assert!(Path::new(&key).exists());
}
