# home-manager: agepatch for one user.
{ agepatch }:
{
  config,
  options,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.programs.agepatch;
  toml = pkgs.formats.toml { };
  # home-manager 25.11 calls it `settings`.
  gitSettings = if (options.programs.git or { }) ? settings then "settings" else "extraConfig";
in
{
  options.programs.agepatch = import ./options.nix { inherit lib pkgs agepatch; };

  config = lib.mkIf cfg.enable {
    home.packages = [ cfg.package ];

    xdg.configFile."agepatch/agepatch.toml" = lib.mkIf (cfg.settings != { }) {
      source = toml.generate "agepatch.toml" cfg.settings;
    };

    programs.git = lib.mkIf cfg.git.enable {
      ${gitSettings} = import ./git.nix (lib.getExe cfg.package);
      attributes = [ "*.age diff=agepatch merge=agepatch" ];
    };
  };
}
