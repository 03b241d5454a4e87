# The program. `nix build` runs its tests too; what they need and is missing counts as skipped.
{
  lib,
  stdenv,
  rustPlatform,
  installShellFiles,
  git,
  age,
  openssh,
  # The commit that is built, for `agepatch --version`.
  commit ? null,
}:
let
  manifest = builtins.fromTOML (builtins.readFile ../Cargo.toml);
in
rustPlatform.buildRustPackage {
  pname = manifest.package.name;
  version = manifest.package.version;

  # All that the build or a test reads; a test holds this list against the repository.
  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../.ci
      ../.github
      ../.pre-commit-hooks.yaml
      ../CONTRIBUTING.md
      ../Cargo.toml
      ../Cargo.lock
      ../CHANGELOG.md
      ../LICENSE-APACHE
      ../LICENSE-MIT
      ../README.md
      ../SECURITY.md
      ../action
      ../action.yml
      ../benches
      ../build.rs
      ../clippy.toml
      ../data
      ../docs
      ../flake.nix
      ../deny.toml
      ../fuzz
      ../nix
      ../proptest-regressions
      ../record
      ../rustfmt.toml
      ../src
      ../tests
    ];
  };
  cargoLock.lockFile = ../Cargo.lock;

  env.AGEPATCH_COMMIT = if commit == null then "" else commit;

  nativeBuildInputs = [ installShellFiles ];

  nativeCheckInputs = [
    git
    age
    openssh
  ];

  # installShellCompletion knows bash, zsh and fish in every nixpkgs; the others have one place each.
  postInstall = lib.optionalString (stdenv.buildPlatform.canExecute stdenv.hostPlatform) ''
    export HOME=$TMPDIR
    for shell in bash zsh fish; do
      $out/bin/agepatch completions $shell > agepatch.$shell
    done
    installShellCompletion --cmd agepatch --bash agepatch.bash --zsh agepatch.zsh --fish agepatch.fish
    install -d $out/share/elvish/lib $out/share/nushell/vendor/autoload
    $out/bin/agepatch completions elvish > $out/share/elvish/lib/agepatch.elv
    $out/bin/agepatch completions nushell > $out/share/nushell/vendor/autoload/agepatch.nu
    $out/bin/agepatch man man
    installManPage man/*.1
  '';

  meta = {
    description = manifest.package.description;
    license = with lib.licenses; [
      mit
      asl20
    ];
    mainProgram = "agepatch";
    platforms = lib.platforms.unix;
  };
}
