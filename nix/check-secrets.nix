# A flake check: every file that the rules name exists and is encrypted for the recipients they list. It reads headers
# only: it needs no key and decrypts nothing.
{ agepatch }:
{
  # The caller's nixpkgs.
  pkgs,
  # The configuration's source, as the flake has it: `self`, or `./.`.
  src,
  # The rules file in it. By default agepatch finds it: secrets.nix, or secrets/secrets.nix.
  rules ? null,
  # The agepatch to run.
  package ? agepatch pkgs,
}:
pkgs.runCommand "agepatch-secrets" { nativeBuildInputs = [ package ]; } ''
  export HOME=$TMPDIR
  agepatch -C ${pkgs.lib.escapeShellArg "${src}"} ${
    pkgs.lib.optionalString (rules != null) "--rules ${pkgs.lib.escapeShellArg rules} "
  }doctor --no-decrypt
  touch $out
''
