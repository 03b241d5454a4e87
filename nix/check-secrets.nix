# A flake check: the age files are those that secrets.nix names, and encrypted for those whom it names. It reads headers
# only, so no key is needed and nothing is decrypted.
{ agepatch }:
{
  # The caller's nixpkgs.
  pkgs,
  # The configuration's source, as the flake has it: `self`, or `./.`.
  src,
  # Where the rules stand in it.
  rules ? "secrets.nix",
  # The agepatch to run.
  package ? agepatch pkgs,
}:
pkgs.runCommand "agepatch-secrets" { nativeBuildInputs = [ package ]; } ''
  export HOME=$TMPDIR
  agepatch -C ${pkgs.lib.escapeShellArg "${src}"} --rules ${pkgs.lib.escapeShellArg rules} doctor --no-decrypt
  touch $out
''
