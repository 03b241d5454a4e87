//! The flake's outputs, its modules, and its check, evaluated by Nix with stubs for nixpkgs' functions.

use std::fs;
use std::path::PathBuf;
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

/// Runs a script from Nix, with the program built here.
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
    // Neither needed for the build nor read by a test.
    let besides = ["LICENSE-APACHE", "LICENSE-MIT", "flake.lock", "target"];
    for entry in fs::read_dir(root()).expect("the repository").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = name.starts_with('.') || besides.contains(&name.as_str()) || sources.contains(&name.as_str());
        assert!(known, "nix/package.nix leaves out {name}");
    }
}

/// The package installs what the program prints: runs the commands of `postInstall`, with a stub for nixpkgs'.
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
fn check_secrets_covers_sops_files() {
    let sandbox = Sandbox::empty();
    let [one, other] = [(); 2].map(|()| age::x25519::Identity::generate().to_public().to_string());
    let rules = |keys: &str| format!("creation_rules:\n  - path_regex: ^secrets/\n    age: {keys}\n");
    sandbox.write(".sops.yaml", &rules(&one));
    sandbox.write("secrets/.gitkeep", "");
    sandbox.agepatch(["write", "secrets/g.yaml"]).write_stdin("a: marker-a\nb: marker-b\n").assert().success();
    let source = sandbox.repo().display().to_string();
    let script = evaluate("check-secrets.nix", &[("src", &source)]);
    let check = || {
        let ran = run(script.as_str().expect("text"), &sandbox);
        (ran.status.code(), String::from_utf8_lossy(&ran.stdout).into_owned())
    };
    assert_eq!(check().0, Some(0), "{}", check().1);
    sandbox.write(".sops.yaml", &rules(&format!("{one}, {other}")));
    let (code, said) = check();
    assert!(code == Some(1) && said.contains("error[drift]: secrets/g.yaml"), "{said}");
    sandbox.write(".sops.yaml", &rules(&one));
    sandbox.write("secrets/h.yaml", "c: marker-c\n");
    let (code, said) = check();
    assert!(code == Some(1) && said.contains("error[plaintext]: secrets/h.yaml") && !said.contains("marker"), "{said}");
}

#[test_with::executable(nix-instantiate)]
fn the_modules_define_what_they_document() {
    let modules = evaluate("modules.nix", &[]);
    let (nixos, home) = (&modules["nixos"], &modules["home"]);
    assert_eq!((&nixos["disabled"], &home["disabled"]), (&json!({}), &json!({})));
    assert_eq!(modules["refused"], json!({"misspelled": true, "mistyped": true, "unknown_instance": true}));
    let plain = &nixos["plain"];
    assert_eq!(plain["environment"]["systemPackages"], json!(["/stand-in/agepatch"]));
    assert_eq!(plain["environment"]["etc"]["agepatch/agepatch.toml"]["source"], "/stand-in/agepatch.toml");
    assert!(plain["system"].is_null(), "nothing is checked unless asked for");
    let enabled = &home["enabled"];
    assert_eq!(enabled["home"]["packages"], json!(["/stand-in/agepatch"]));
    assert_eq!(enabled["xdg"]["configFile"]["agepatch/agepatch.toml"]["source"], "/stand-in/agepatch.toml");
    assert_eq!(enabled["programs"]["git"]["attributes"], json!(["*.age diff=agepatch merge=agepatch"]));
    assert_eq!(home["without_git"]["programs"]["git"], json!({}));
}

#[test_with::executable(nix-instantiate)]
fn units_are_named_after_the_instance_and_disabled_ones_left_out() {
    let modules = evaluate("modules.nix", &[]);
    let renamed = &modules["nixos"]["renamed"];
    let keys = |value: &Json| value.as_object().expect("a set").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&renamed["systemd"]["services"]), ["authelia-prod"]);
    assert_eq!(keys(&renamed["system"]["preSwitchChecks"]), ["agepatch-authelia-main"]);
}

/// It runs first and never fails: Authelia's own `validate-config` comes next and would otherwise fail without an
/// explanation.
#[test_with::executable(nix-instantiate)]
fn the_check_at_start_comes_first_and_cannot_stop_the_unit() {
    let modules = evaluate("modules.nix", &[]);
    let commands =
        &modules["nixos"]["authelia"]["systemd"]["services"]["authelia-main"]["serviceConfig"]["ExecStartPre"];
    let commands: Vec<&str> = commands.as_array().expect("a list").iter().filter_map(Json::as_str).collect();
    assert!(commands[0].starts_with('-') && commands[0].contains("check"), "{commands:?}");
    assert!(commands[1].ends_with("validate-config"), "{commands:?}");
}

/// The modules configure git like `agepatch git setup`.
#[test_with::executable(nix-instantiate, git)]
fn the_modules_and_git_setup_agree() {
    let sandbox = Sandbox::with_files(&[("a.age", "x\n")]);
    sandbox.git_init();
    sandbox.agepatch(["git", "setup"]).assert().success();
    let modules = evaluate("modules.nix", &[]);
    let git = &modules["home"]["enabled"]["programs"]["git"];
    for (section, key) in [("diff", "textconv"), ("merge", "name"), ("merge", "driver")] {
        let set = sandbox.git(&["config", "--local", &format!("{section}.agepatch.{key}")]);
        let ours = git["iniContent"][section]["agepatch"][key].as_str().expect("text");
        let arguments = |text: &str| {
            text.trim().rsplit_once("agepatch").map(|(_, rest)| rest.trim_matches([' ', '\'', '"']).to_owned())
        };
        assert_eq!(arguments(ours), arguments(&set), "{section}.agepatch.{key}: {ours} / {set}");
    }
    let attributes = String::from_utf8(sandbox.read(".gitattributes")).expect("text");
    assert_eq!(attributes.trim(), git["attributes"][0].as_str().expect("text"));
}

const GOOD: &str = "identity_providers:\n  oidc:\n    clients:\n      - client_id: media\n        client_name: Media\n        public: true\n        redirect_uris: [ 'https://media.example.com/cb' ]\n        authorization_policy: two_factor\n";

/// A host: runs the scripts of a scenario, with its files at the paths that the scenario names.
struct Host {
    sandbox: Sandbox,
    scenario: Json,
}

impl Host {
    fn new(scenario: &str) -> Self {
        let sandbox = Sandbox::with_files(&[("authelia-secrets.age", GOOD)]);
        sandbox.write("config.yml", "theme: dark\n");
        sandbox.write("base.yml", "log: { level: info }\n");
        sandbox.write("decrypted", GOOD);
        sandbox.write("agepatch.toml", "this would be read from the current folder");
        sandbox.write("settings.toml", "");
        let modules = evaluate("modules.nix", &[]);
        Self { sandbox, scenario: modules["nixos"][scenario].clone() }
    }

    /// The same host with another registration in the encrypted file.
    fn with_secret(self, registration: &str) -> Self {
        self.sandbox.seal("authelia-secrets.age", registration.as_bytes());
        self
    }

    /// Exit code and output of the check before a switch.
    fn switch(&self) -> (Option<i32>, String) {
        self.run(self.scenario["system"]["preSwitchChecks"]["agepatch-authelia-main"].as_str().expect("text"))
    }

    /// Exit code and output of the unit's first command.
    fn start(&self) -> (Option<i32>, String) {
        let commands = &self.scenario["systemd"]["services"]["authelia-main"]["serviceConfig"]["ExecStartPre"];
        self.run(commands[0].as_str().expect("text").trim_start_matches("-#! "))
    }

    fn run(&self, script: &str) -> (Option<i32>, String) {
        let at = |name: &str| self.sandbox.repo().join(name).display().to_string();
        let key = self.sandbox.home().join(".config/age/keys.txt").display().to_string();
        let script = script
            .replace("/etc/ssh/ssh_host_ed25519_key", &key)
            .replace("/nix/store/stand-in-config.yml", &at("config.yml"))
            .replace("/nix/store/y-base.yml", &at("base.yml"))
            .replace("/nix/store/x-authelia-secrets.age", &at("authelia-secrets.age"))
            .replace("/run/agenix/authelia-secrets", &at("decrypted"))
            .replace("/stand-in/agepatch.toml", &at("settings.toml"));
        let ran = run(&script, &self.sandbox);
        let printed = [ran.stdout, ran.stderr].concat();
        (ran.status.code(), String::from_utf8(printed).expect("text"))
    }
}

fn bad() -> String {
    GOOD.replace("public: true", "public: true\n        client_secret: x")
}

#[test_with::executable(nix-instantiate)]
fn a_good_configuration_passes_in_silence() {
    let host = Host::new("authelia");
    assert_eq!(host.switch(), (Some(0), String::new()));
    assert_eq!(host.start(), (Some(0), String::new()));
}

#[test_with::executable(nix-instantiate)]
fn a_bad_registration_stops_the_switch_and_is_explained_at_start() {
    let host = Host::new("authelia").with_secret(&bad());
    let (code, printed) = host.switch();
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("error[client-secret"), "{printed}");
    host.sandbox.write("decrypted", &bad());
    let (_, printed) = host.start();
    assert!(printed.contains("error[client-secret"), "{printed}");
}

/// The running system's file is broken, and the switch brings the fix.
#[test_with::executable(nix-instantiate)]
fn the_running_file_does_not_matter_to_a_switch() {
    let host = Host::new("authelia");
    host.sandbox.write("decrypted", &bad());
    assert_eq!(host.switch(), (Some(0), String::new()));
}

#[test_with::executable(nix-instantiate)]
fn a_first_installation_without_a_key_is_not_stopped() {
    let host = Host::new("authelia").with_secret(&bad());
    fs::remove_file(host.sandbox.home().join(".config/age/keys.txt")).expect("removed");
    let (code, printed) = host.switch();
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("authelia-main is not checked before the switch"), "{printed}");
}

#[test_with::executable(nix-instantiate)]
fn files_that_exist_only_later_are_named_and_skipped() {
    for scenario in ["later", "only_later"] {
        let (code, printed) = Host::new(scenario).switch();
        assert_eq!(code, Some(0), "{printed}");
        assert!(printed.contains("since they are created later: /var/lib/authelia/clients.yml"), "{printed}");
    }
}

#[test_with::executable(nix-instantiate)]
fn the_filters_of_the_instance_are_followed() {
    let host = Host::new("filters");
    let text = GOOD.replace("https://media.example.com", "https://{{ env \"DOMAIN\" }}");
    let key = "    jwks:\n      - key: {{ secret \"/pki/a.pem\" | mindent 10 \"|\" | msquote }}\n";
    host.sandbox.write("base.yml", &format!("{text}{key}"));
    assert_eq!(host.switch(), (Some(0), String::new()));
    host.sandbox.write("base.yml", "{{- range $i := list 1 2 }}\nx{{ $i }}: 1\n{{- end }}\n");
    let (code, printed) = host.switch();
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("YAML only after Authelia's filters have run"), "{printed}");
}

#[test_with::executable(nix-instantiate)]
fn a_directory_counts_as_the_files_in_it() {
    let host = Host::new("later");
    fs::remove_file(host.sandbox.repo().join("base.yml")).expect("removed");
    host.sandbox.write("base.yml/20.yaml", &bad());
    host.sandbox.write("base.yml/10.yml", "log: { level: info }\n");
    host.sandbox.write("base.yml/notes.txt", "not: [read\n");
    let (code, printed) = host.switch();
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("20.yaml"), "{printed}");
}

/// The derivation that writes agepatch.toml runs agepatch on it.
#[test_with::executable(nix-instantiate)]
fn a_typo_in_the_settings_fails_the_build() {
    let sandbox = Sandbox::with_files(&[("a.age", "x\n")]);
    let script = evaluate("settings.nix", &[]);
    let at = sandbox.repo().join("written.toml").display().to_string();
    let script = script.as_str().expect("text").replace("/nix/store/stand-in-agepatch.toml", &at);
    for (settings, good) in
        [("authelia = \"4.39\"\n", true), ("autelia = \"4.39\"\n", false), ("authelia = \"5\"\n", false)]
    {
        sandbox.write("written.toml", settings);
        let ran = run(&script, &sandbox);
        assert_eq!(ran.status.success(), good, "{settings}{}", String::from_utf8_lossy(&ran.stderr));
    }
}

/// The modules have the same definitions with the real module system as with the stubs, which the tests above use. The
/// sources (listed in nix/tests/real.nix) are in the folder that the variable names.
#[test_with::env(AGEPATCH_NIX_SOURCES)]
fn the_real_module_system_agrees_with_the_stubs() {
    let sources = std::env::var("AGEPATCH_NIX_SOURCES").expect("set");
    let real = evaluate("real.nix", &[("sources", &sources)]);
    let stand_ins = evaluate("modules.nix", &[]);
    // The real library only quotes if necessary; the scenarios without agenix have its default key.
    let plain = |value: &Json| value.to_string().replace('\'', "");
    for (scenario, defined) in real["nixos"].as_object().expect("a set") {
        let expected = &stand_ins["nixos"][scenario];
        let units = |from: &Json| from["systemd"]["services"].as_object().cloned().unwrap_or_default();
        assert_eq!(units(defined).len(), units(expected).len(), "{scenario}");
        for (unit, service) in units(defined) {
            let expected = &expected["systemd"]["services"][&unit]["serviceConfig"];
            assert_eq!(plain(&service["serviceConfig"]), plain(expected), "{scenario}: {unit}");
        }
        let checks = defined["system"]["preSwitchChecks"].as_object().expect("a set");
        for (name, script) in checks {
            let expected = plain(&expected["system"]["preSwitchChecks"][name]);
            // Both modules add the host's key.
            let script = plain(script).replace("/persist/key /etc/ssh/ssh_host_ed25519_key", "/persist/key");
            let script = script.replace("/persist/key, /etc/ssh/ssh_host_ed25519_key", "/persist/key");
            assert_eq!(script, expected, "{scenario}: {name}");
        }
    }
    assert_eq!(real["refused"]["unknown_instance"], true);
    assert_eq!(real["home"]["enabled"], stand_ins["home"]["enabled"]["programs"]["git"]);
    assert_eq!(real["home"]["git_settings_list"]["iniContent"], real["home"]["enabled"]["iniContent"]);
}
