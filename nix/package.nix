# The program. `nix build` runs its tests too; git is what they need most, and what is missing counts as skipped.
{
  lib,
  rustPlatform,
  git,
  age,
  openssh,
}:
let
  manifest = builtins.fromTOML (builtins.readFile ../Cargo.toml);
in
rustPlatform.buildRustPackage {
  pname = manifest.package.name;
  version = manifest.package.version;

  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../Cargo.toml
      ../Cargo.lock
      ../README.md
      ../benches
      ../docs
      ../src
      ../tests
      ../clippy.toml
    ];
  };
  cargoLock.lockFile = ../Cargo.lock;

  nativeCheckInputs = [
    git
    age
    openssh
  ];

  meta = {
    description = manifest.package.description;
    license = with lib.licenses; [
      mit
      asl20
    ];
    mainProgram = "agepatch";
  };
}
