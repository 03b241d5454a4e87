//! The flake's outputs, evaluated by Nix over stand-ins for nixpkgs' functions.

use std::path::Path;
use std::process::Command;

use serde_json::{Value as Json, json};

#[test_with::executable(nix-instantiate)]
fn every_output_evaluates() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("nix/tests/outputs.nix");
    let output = Command::new("nix-instantiate")
        .args(["--eval", "--strict", "--json", "--readonly-mode"])
        .arg(file)
        .output()
        .expect("Nix runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let outputs: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(outputs["systems"], json!(["aarch64-darwin", "aarch64-linux", "x86_64-darwin", "x86_64-linux"]));
    assert_eq!(outputs["package"]["pname"], "agepatch");
    assert_eq!(outputs["package"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(outputs["app"], "/stand-in/agepatch/bin/agepatch");
    assert_eq!((&outputs["overlay"], &outputs["formatter"]), (&json!("agepatch"), &json!("nixfmt-tree")));
    assert_eq!(outputs["checks"], json!(["agepatch"]));
}
