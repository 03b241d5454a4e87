# agepatch.toml, read by agepatch itself when it is built: a typo fails the build, not the host.
{
  pkgs,
  lib,
  cfg,
}:
let
  written = (pkgs.formats.toml { }).generate "agepatch.toml" cfg.settings;
  canRun = pkgs.stdenv.buildPlatform.canExecute pkgs.stdenv.hostPlatform;
in
pkgs.runCommand "agepatch.toml" { } (
  lib.optionalString canRun ''
    echo '{}' | HOME=$TMPDIR XDG_CONFIG_HOME=$TMPDIR ${lib.getExe cfg.package} -C "$TMPDIR" --settings ${written} check --part -
  ''
  + ''
    cp ${written} $out
  ''
)
