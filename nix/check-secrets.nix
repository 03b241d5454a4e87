# A flake check: every file that secrets.nix names exists, and it and every sops file that .sops.yaml covers is encrypted
# for the recipients of the rules, with no value in plaintext that should not be. It reads headers and sops metadata only:
# it needs no key and decrypts nothing.
{ agepatch }:
{
  # The caller's nixpkgs.
  pkgs,
  # The configuration's source, as the flake has it: `self`, or `./.`.
  src,
  # The rules file of agenix in it. By default agepatch finds it: secrets.nix, or secrets/secrets.nix. The rules of sops are
  # those of the .sops.yaml at the top of `src`.
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
