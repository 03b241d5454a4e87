//! Which agepatch.toml applies.

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

/// The settings that agepatch uses in a folder, and the identity that they name.
fn told(sandbox: &Sandbox, folder: &str, environment: &[(&str, &str)]) -> (Json, Json) {
    let mut command = sandbox.agepatch(["--output", "json"]);
    command.current_dir(sandbox.repo().join(folder)).envs(environment.iter().copied());
    let ran = command.assert().success();
    let status: Json = serde_json::from_slice(&ran.get_output().stdout).expect("JSON");
    (status["settings"].clone(), status["identities"][0]["path"].clone())
}

fn names(sandbox: &Sandbox, file: &str, identity: &str) {
    sandbox.write(file, &format!("identities = [\"{identity}\"]\n"));
}

#[test]
fn the_nearest_settings_file_is_used_alone() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    std::fs::create_dir_all(sandbox.repo().join("below")).expect("made");
    std::fs::create_dir(sandbox.repo().join(".git")).expect("made");
    let identity = |folder: &str, environment: &[(&str, &str)]| {
        let (settings, identity) = told(&sandbox, folder, environment);
        (settings.as_str().map(str::to_owned), identity.as_str().expect("a path").to_owned())
    };
    // The machine may have its own settings, which would apply before the defaults.
    if !std::path::Path::new("/etc/agepatch/agepatch.toml").exists() {
        assert!(identity("", &[]).1.ends_with("home/.config/age/keys.txt"));
    }
    names(&sandbox, "../home/.config/agepatch/agepatch.toml", "of-the-user");
    let (settings, path) = identity("", &[]);
    assert!(settings.is_some_and(|settings| settings.ends_with("home/.config/agepatch/agepatch.toml")));
    assert!(path.ends_with("home/.config/agepatch/of-the-user"), "relative to its folder: {path}");

    names(&sandbox, "../xdg/agepatch/agepatch.toml", "~/of-xdg");
    let xdg = sandbox.home().parent().expect("a folder").join("xdg");
    let xdg = xdg.to_str().expect("a path");
    assert!(identity("", &[("XDG_CONFIG_HOME", xdg)]).1.ends_with("home/of-xdg"));
    assert!(identity("", &[("XDG_CONFIG_HOME", "")]).1.ends_with("of-the-user"), "an empty variable is none");

    names(&sandbox, "agepatch.toml", "of-the-rules");
    for folder in ["", "below"] {
        assert!(identity(folder, &[("XDG_CONFIG_HOME", xdg)]).1.ends_with("repo/of-the-rules"), "beside secrets.nix");
    }
    sandbox.write("agepatch.toml", "authelia = \"4.39\"\n");
    assert!(identity("", &[]).1.ends_with(".config/age/keys.txt"), "nothing is mixed in from the user's");
    // The command line and the environment override all of them.
    names(&sandbox, "agepatch.toml", "of-the-rules");
    assert_eq!(identity("", &[("AGEPATCH_IDENTITIES", "named")]).1, "named");
}

#[test]
fn without_rules_the_repository_and_then_the_folder_has_them() {
    let sandbox = Sandbox::empty();
    std::fs::create_dir_all(sandbox.repo().join("below")).expect("made");
    names(&sandbox, "agepatch.toml", "of-the-root");
    names(&sandbox, "below/agepatch.toml", "of-the-folder");
    let path = |folder: &str| told(&sandbox, folder, &[]).1.as_str().expect("a path").to_owned();
    assert!(path("below").ends_with("of-the-folder"));
    std::fs::create_dir(sandbox.repo().join(".git")).expect("made");
    assert!(path("below").ends_with("of-the-root"));
}

/// Regardless of the settings in the current folder, of the user, and of the system.
#[test]
fn settings_named_on_the_command_line_replace_all_others() {
    let sandbox = Sandbox::with_files(&[("a.age", "x: 1\n")]);
    sandbox.write("agepatch.toml", "this is not TOML\n");
    sandbox.write("good.toml", "authelia = \"4.38\"\n");
    sandbox.agepatch(["show", "a.age"]).assert().failure();
    sandbox.agepatch(["--settings", "good.toml", "show", "a.age"]).assert().success();
    sandbox
        .agepatch(["--settings", "missing.toml", "show", "a.age"])
        .assert()
        .code(2)
        .stderr(predicates::str::contains("missing.toml does not exist"));
}
